/**
 * What engines of one version do otherwise than those of another. Where a version needs rules, texts or documents of
 * its own, they stand in files of their own; here is what decides between them and what is no more than a yes or no.
 */
import { RESOLVER_20, RESOLVER_29 } from './dns/resolver-habits.ts';
import type { ResolverHabits } from './dns/resolver-habits.ts';
import { Firewall20 } from './firewall/firewall20.ts';
import { Firewall29 } from './firewall/firewall29.ts';
import type { Firewall } from './firewall/firewall.ts';
import type { KernelDoor } from './kernel-door.ts';
import type { SandboxHabits } from './sandbox.ts';

export type EngineVersionName = '20.10' | '29';

export interface EngineVersion {
  readonly name: EngineVersionName;
  readonly firewall: (door: KernelDoor) => Firewall;
  /** The bridge driver knows gateway modes and trusted interfaces (27, 28.2). */
  readonly hasGatewayModes: boolean;
  /** Another network may take docker0 away from the default one (before 26). */
  readonly forgetsDefaultBridge: boolean;
  /** Containers on an internal network have no default route (26). */
  readonly hasNoWayOutOfInternal: boolean;
  /** A network's MTU is its bridge's, too, from the start (27). */
  readonly setsBridgeMtu: boolean;
  /** br_netfilter is asked for by the networks that need it (28); before, it is always there. */
  readonly loadsBridgeNetfilter: boolean;
  /** Every endpoint is told what its container publishes, and a routed one opens it; else only the way out (28). */
  readonly programsAllEndpoints: boolean;
  /** The rules of links go with the container that asked for them, also when the other one has come back (28). */
  readonly remembersLinks: boolean;
  /** A port is held before there are rules for it, and is the same on all addresses of a request (28). */
  readonly bindsFirst: boolean;
  /** A network without a subnet gets the lowest that is free, not the next one (24). */
  readonly findsLowestPool: boolean;
  /** What was asked of the address management is looked at before anything else, all of it at once (24). */
  readonly checksSubnets: boolean;
  /** Documents and texts are those of API 1.52 and of the client that comes with it. */
  readonly hasDocuments29: boolean;
  /** Connections from before a port was published are forgotten when it is (23). */
  readonly forgetsWhenPublishing: boolean;
  /** MACs of containers and bridges are drawn; before 28 a container's is made of its address. */
  readonly hasRandomMacs: boolean;
  /** The namespace is there before its endpoints, whose links are made in it (28). */
  readonly opensSandboxFirst: boolean;
  readonly sandboxHabits: SandboxHabits;
  /** A container tells its neighbours of its address when it gets it, whoever had it before (28). */
  readonly announcesAddresses: boolean;
  readonly resolverHabits: ResolverHabits;
  /** Names that the engine has drawn are not known on its networks (before 25). */
  readonly hidesDrawnNames: boolean;
  /** A container that gets another name is known by that on the default network, too (before 25). */
  readonly namesRenamedAnywhere: boolean;
}

const VERSIONS: readonly EngineVersion[] = [
  {
    name: '20.10',
    firewall: (door) => new Firewall20(door),
    hasGatewayModes: false,
    forgetsDefaultBridge: true,
    hasNoWayOutOfInternal: false,
    setsBridgeMtu: false,
    loadsBridgeNetfilter: false,
    programsAllEndpoints: false,
    remembersLinks: false,
    bindsFirst: false,
    forgetsWhenPublishing: false,
    findsLowestPool: false,
    checksSubnets: false,
    hasDocuments29: false,
    hasRandomMacs: false,
    opensSandboxFirst: false,
    sandboxHabits: { reusesNumbers: false, forgetsOwnAddress: false },
    announcesAddresses: false,
    resolverHabits: RESOLVER_20,
    hidesDrawnNames: true,
    namesRenamedAnywhere: true,
  },
  {
    name: '29',
    firewall: (door) => new Firewall29(door),
    hasGatewayModes: true,
    forgetsDefaultBridge: false,
    hasNoWayOutOfInternal: true,
    setsBridgeMtu: true,
    loadsBridgeNetfilter: true,
    programsAllEndpoints: true,
    remembersLinks: true,
    bindsFirst: true,
    forgetsWhenPublishing: true,
    findsLowestPool: true,
    checksSubnets: true,
    hasDocuments29: true,
    hasRandomMacs: true,
    opensSandboxFirst: true,
    sandboxHabits: { reusesNumbers: true, forgetsOwnAddress: true },
    announcesAddresses: true,
    resolverHabits: RESOLVER_29,
    hidesDrawnNames: false,
    namesRenamedAnywhere: false,
  },
];

export function engineVersion(name: EngineVersionName): EngineVersion {
  return VERSIONS.find((version) => version.name === name)!;
}
