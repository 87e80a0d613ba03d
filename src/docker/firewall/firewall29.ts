/**
 * The firewall of engine 29: programs the rules of `rules29.ts` in the order in which moby's iptabler does, which is
 * the order in which they come to stand.
 */
import type { Ip4 } from '../../base/addr.ts';
import { formatIp4 } from '../../base/addr.ts';
import type { KernelDoor } from '../kernel-door.ts';
import type { ContainerLink, Firewall, FirewalledNetwork, FirewallSetup, PublishedPort } from './firewall.ts';
import type { IptablesTable } from './iptables.ts';
import { Iptables, prefixed, warned } from './iptables.ts';
import { DOCKER_CHAIN, linkRules, OLD_ISOLATION_CHAIN, STAGE_1, STAGE_2, USER_CHAIN } from './rules20.ts';
import type { PlacedRule } from './rules29.ts';
import * as rules from './rules29.ts';

/** The chains of the daemon's own, in the order in which they are made. */
const CHAINS: readonly (readonly [table: IptablesTable, name: string])[] = [
  ['nat', DOCKER_CHAIN],
  ['filter', DOCKER_CHAIN],
  ['filter', rules.FORWARD_CHAIN],
  ['filter', rules.BRIDGE_CHAIN],
  ['filter', rules.CONNTRACK_CHAIN],
  ['filter', rules.INTERNAL_CHAIN],
];

/** What is taken away when the daemon starts: its own chains, those that lead to others first, and older layouts'. */
const LEFT_CHAINS: readonly (readonly [table: IptablesTable, name: string])[] = [
  ['nat', DOCKER_CHAIN],
  ['filter', rules.FORWARD_CHAIN],
  ['filter', rules.BRIDGE_CHAIN],
  ['filter', DOCKER_CHAIN],
  ['filter', rules.CONNTRACK_CHAIN],
  ['filter', rules.INTERNAL_CHAIN],
  ['filter', STAGE_1],
  ['filter', STAGE_2],
  ['filter', OLD_ISOLATION_CHAIN],
];

/** Each is put to the top of its chain, so that the last one is asked first. */
const JUMPS: readonly (readonly [chain: string, target: string])[] = [
  ['FORWARD', rules.FORWARD_CHAIN],
  [rules.FORWARD_CHAIN, rules.BRIDGE_CHAIN],
  [rules.FORWARD_CHAIN, rules.INTERNAL_CHAIN],
  [rules.FORWARD_CHAIN, rules.CONNTRACK_CHAIN],
];

export class Firewall29 implements Firewall {
  private readonly door: KernelDoor;
  private readonly iptables: Iptables;
  /** There is no userland proxy: rules bring a host's and a container's own traffic back in. */
  private hairpin = false;
  private hasUserChain = false;

  constructor(door: KernelDoor) {
    this.door = door;
    this.iptables = new Iptables(door);
  }

  setUp(setup: FirewallSetup): void {
    this.hairpin = !setup.hasUserlandProxy;
    this.removeChains();
    for (const [table, name] of CHAINS) this.iptables.newChain(table, name);
    for (const rule of rules.natJumps(this.hairpin)) this.iptables.program('-A', rule);
    for (const [chain, target] of JUMPS) this.iptables.ensureJumpRule(chain, target);
  }

  dropForwarded(): void {
    this.iptables.setPolicy('filter', 'FORWARD', 'DROP');
  }

  addNetwork(network: FirewalledNetwork): void {
    prefixed('Failed to Setup IP tables: ', () => {
      this.enable(rules.networkRules(network, this.hairpin));
    });
  }

  removeNetwork(network: FirewalledNetwork): void {
    this.disable(rules.networkRules(network, this.hairpin));
  }

  isolateNetwork(): void {
    // What comes from other networks meets the same DROP in DOCKER as what comes from elsewhere.
  }

  unisolateNetwork(): void {
    // There is nothing to take back.
  }

  /** When the daemon starts, once: after that FORWARD is the user's. */
  arrangeUserRules(): void {
    if (this.hasUserChain) return;
    this.hasUserChain = true;
    warned(() => {
      this.iptables.newChain('filter', USER_CHAIN);
      this.iptables.ensureJumpRule('FORWARD', USER_CHAIN);
    });
  }

  addEndpoint(network: FirewalledNetwork, containerIp: Ip4): void {
    this.enable(rules.endpointRules(network, containerIp));
  }

  removeEndpoint(network: FirewalledNetwork, containerIp: Ip4): void {
    this.disable(rules.endpointRules(network, containerIp));
  }

  publishPort(port: PublishedPort): void {
    this.enable(rules.portRules(port, this.hairpin));
  }

  unpublishPort(port: PublishedPort): void {
    this.disable(rules.portRules(port, this.hairpin));
  }

  forgetConnections(containerIp: Ip4): void {
    for (const side of ['--reply-src', '--reply-dst']) this.door.type(`conntrack -D ${side} ${formatIp4(containerIp)}`);
  }

  forgetPort(hostIp: Ip4, port: number): void {
    const where = hostIp === 0 ? '' : ` --orig-dst ${formatIp4(hostIp)}`;
    this.door.type(`conntrack -D -p udp --orig-port-dst ${port}${where}`);
  }

  linkContainers(link: ContainerLink): void {
    for (const rule of linkRules(link)) this.iptables.program('-A', rule);
  }

  unlinkContainers(link: ContainerLink): void {
    for (const rule of linkRules(link)) {
      warned(() => {
        this.iptables.program('-D', rule);
      });
    }
  }

  /** What an earlier daemon has left; a chain to which something leads is emptied only. */
  private removeChains(): void {
    const { iptables } = this;
    warned(() => {
      iptables.program('-D', { table: 'filter', chain: 'FORWARD', words: `-j ${OLD_ISOLATION_CHAIN}` });
    });
    for (const hairpin of [false, true]) {
      for (const { chain, words } of rules.natJumps(hairpin)) iptables.try(`-t nat -D ${chain} ${words}`);
    }
    for (const [table, name] of LEFT_CHAINS) iptables.removeChain(table, name);
  }

  private enable(placed: readonly PlacedRule[]): void {
    for (const { rule, action, name } of placed) {
      prefixed(`Unable to enable ${name} rule: `, () => {
        this.iptables.program(action, rule);
      });
    }
  }

  private disable(placed: readonly PlacedRule[]): void {
    for (const { rule } of placed) {
      warned(() => {
        this.iptables.program('-D', rule);
      });
    }
  }
}
