/** Starts the embedded DNS server of a sandbox. Twin of libnetwork's sandbox_dns_unix.go (startResolver). */
import { parseIp4 } from '../../base/addr.ts';
import { assert } from '../../base/assert.ts';
import type { Engine } from '../engine.ts';
import type { ResolverSettings } from '../sandbox-files.ts';
import type { Sandbox } from '../sandbox.ts';
import type { ExternalServer } from './forwarding.ts';
import { QuestionSlots, SERVERS_MAX } from './forwarding.ts';
import { RESOLVER_ADDRESS, Resolver } from './resolver.ts';
import type { ResolverHabits } from './resolver-habits.ts';
import { typeResolverRules } from './resolver-rules.ts';

/** Opens its sockets in the sandbox's namespace, types the rules that lead to them, and lets it answer. */
export function startEmbeddedDns(engine: Engine, sandbox: Sandbox, settings: ResolverSettings): Resolver | null {
  const { host, version } = engine;
  const netnsName = sandbox.netnsName;
  if (netnsName === null) return null;
  const containerNs = host.namespaces.get(netnsName);
  assert(containerNs !== undefined, 'the namespace of an open sandbox is there');
  const habits = version.resolverHabits;
  const resolver = new Resolver({
    names: () => ({
      endpoints: sandbox.endpoints,
      remoteNames: engine.remoteNames,
      habits,
      keepsSingleLabels: settings.hasNdots,
      rng: engine.answerRng,
    }),
    upstream: {
      servers: externalServers(settings, habits),
      habits,
      slots: new QuestionSlots(),
      hasWayOut: () => sandbox.endpoints.some(({ network, gateway }) => !network.isInternal && gateway !== null),
      hostNs: host.rootNs,
      containerNs,
    },
    host,
    owner: () => engine.socketOwner(),
  });
  typeResolverRules(host.door, {
    netnsName,
    address: RESOLVER_ADDRESS,
    udpPort: resolver.udpPort,
    tcpPort: resolver.tcpPort,
  });
  resolver.start();
  return resolver;
}

/** The first three that it can ask, or thinks so. */
function externalServers(settings: ResolverSettings, habits: ResolverHabits): ExternalServer[] {
  const asked = habits.asksFromHost ? serversOfNewer(settings) : serversOfOlder(settings);
  return asked.slice(0, SERVERS_MAX);
}

/** IPv6 is left to the container itself, and what is on the host's loopback is asked there. */
function serversOfOlder({ servers, defaultServers, hasWishes }: ResolverSettings): ExternalServer[] {
  const isIp4 = (server: string): boolean => !server.includes(':');
  const own = servers.filter(isIp4);
  const isLoopback = (server: string): boolean => !hasWishes && server.startsWith('127.');
  return (own.length > 0 ? own : defaultServers.filter(isIp4)).map((server) => ({
    address: parseIp4(server),
    isOnHost: isLoopback(server),
  }));
}

/** The host's are asked from the host; it does not ask itself. */
function serversOfNewer({ servers, areHosts }: ResolverSettings): ExternalServer[] {
  const others = servers.filter((server) => areHosts || server !== RESOLVER_ADDRESS);
  return others.map((server) => ({ address: parseIp4(server), isOnHost: areHosts }));
}
