/**
 * The firewall of engine 20.10: programs the rules of `rules20.ts` in the order in which libnetwork's bridge driver
 * does, which is the order in which they come to stand.
 */
import type { Ip4 } from '../../base/addr.ts';
import { formatIp4 } from '../../base/addr.ts';
import { DaemonError } from '../errors.ts';
import type { KernelDoor } from '../kernel-door.ts';
import type { ContainerLink, Firewall, FirewalledNetwork, FirewallSetup, PublishedPort } from './firewall.ts';
import type { IptablesTable, RuleAction } from './iptables.ts';
import { Iptables, prefixed, warned } from './iptables.ts';
import type { NamedRule } from './rules20.ts';
import * as rules from './rules20.ts';

/** The chains of the daemon's own, in the order in which they are taken away and made. */
const CHAINS: readonly (readonly [table: IptablesTable, name: string])[] = [
  ['nat', rules.DOCKER_CHAIN],
  ['filter', rules.DOCKER_CHAIN],
  ['filter', rules.STAGE_1],
  ['filter', rules.STAGE_2],
];

export class Firewall20 implements Firewall {
  private readonly door: KernelDoor;
  private readonly iptables: Iptables;
  /** There is no userland proxy: rules bring a host's and a container's own traffic back in. */
  private hairpin = false;

  constructor(door: KernelDoor) {
    this.door = door;
    this.iptables = new Iptables(door);
  }

  setUp(setup: FirewallSetup): void {
    this.hairpin = !setup.hasUserlandProxy;
    this.removeChains();
    for (const [table, name] of CHAINS) this.iptables.newChain(table, name);
    for (const chain of [rules.STAGE_1, rules.STAGE_2]) this.iptables.addReturnRule(chain);
  }

  dropForwarded(): void {
    this.iptables.setPolicy('filter', 'FORWARD', 'DROP');
  }

  addNetwork(network: FirewalledNetwork): void {
    prefixed('Failed to Setup IP tables: ', () => {
      const named = network.isInternal ? rules.internalRules(network) : rules.addressRules(network, this.hairpin);
      for (const each of named) this.insert(each);
      this.allowIcc(network);
      if (!network.isInternal) this.insert(rules.outRule(network));
    });
    if (!network.isInternal) this.leadIn(network);
    this.iptables.ensureJumpRule('FORWARD', rules.STAGE_1);
  }

  removeNetwork(network: FirewalledNetwork): void {
    const icc = rules.iccRule(network, network.isIccEnabled ? 'ACCEPT' : 'DROP');
    const named = network.isInternal ? rules.internalRules(network) : rules.addressRules(network, this.hairpin);
    warned(() => {
      for (const each of named) this.remove(each);
      if (this.iptables.exists(icc)) this.iptables.try(`-D ${icc.chain} ${icc.words}`);
      if (!network.isInternal) this.remove(rules.outRule(network));
    });
    if (network.isInternal) return;
    for (const rule of rules.inRules(network)) {
      // Asked twice: whether it is missing, and then whether it is there.
      this.iptables.exists(rule);
      if (this.iptables.exists(rule) && !this.iptables.try(`-D ${rule.chain} ${rule.words}`)) return;
    }
  }

  /** Failures are taken back and forgotten, as in setupNetworkIsolationRules, which returns what cleaning up says. */
  isolateNetwork(network: FirewalledNetwork): void {
    try {
      for (const rule of rules.isolationRules(network.bridge)) this.iptables.program('-I', rule);
    } catch (error) {
      if (!(error instanceof DaemonError)) throw error;
      this.unisolateNetwork(network);
    }
  }

  unisolateNetwork({ bridge }: FirewalledNetwork): void {
    for (const rule of rules.isolationRules(bridge)) {
      warned(() => {
        this.iptables.program('-D', rule);
      });
    }
  }

  arrangeUserRules(): void {
    warned(() => {
      this.iptables.newChain('filter', rules.USER_CHAIN);
      this.iptables.addReturnRule(rules.USER_CHAIN);
      this.iptables.ensureJumpRule('FORWARD', rules.USER_CHAIN);
    });
  }

  addEndpoint(): void {
    // The containers' own addresses are guarded by FORWARD alone.
  }

  removeEndpoint(): void {
    // There is nothing to take back.
  }

  publishPort(port: PublishedPort): void {
    for (const rule of rules.portRules(port, this.hairpin)) this.iptables.program('-A', rule);
  }

  unpublishPort(port: PublishedPort): void {
    warned(() => {
      for (const rule of rules.portRules(port, this.hairpin)) this.iptables.program('-D', rule);
    });
  }

  /** By the addresses that answers come from and go to, as netlink's filter for any address of NAT has it. */
  forgetConnections(containerIp: Ip4): void {
    for (const side of ['--reply-src', '--reply-dst']) this.door.type(`conntrack -D ${side} ${formatIp4(containerIp)}`);
  }

  forgetPort(): void {
    // Ports are not asked about.
  }

  linkContainers(link: ContainerLink): void {
    for (const rule of rules.linkRules(link)) this.iptables.program('-A', rule);
  }

  unlinkContainers(link: ContainerLink): void {
    for (const rule of rules.linkRules(link)) {
      warned(() => {
        this.iptables.program('-D', rule);
      });
    }
  }

  /** What an earlier daemon has left, this one's layout or an older one; twin of removeIPChains. */
  private removeChains(): void {
    const { iptables } = this;
    warned(() => {
      iptables.program('-D', { table: 'filter', chain: 'FORWARD', words: `-j ${rules.OLD_ISOLATION_CHAIN}` });
    });
    const local = '-m addrtype --dst-type LOCAL';
    iptables.try(`-t nat -D PREROUTING ${local} -j DOCKER`);
    iptables.try(`-t nat -D OUTPUT ${local} ${rules.NOT_LOOPBACK} -j DOCKER`);
    iptables.try(`-t nat -D OUTPUT ${local} -j DOCKER`);
    // Chain and nothing else: that is what is typed.
    for (const chain of ['PREROUTING', 'OUTPUT']) iptables.try(`-t nat -D ${chain}`);
    for (const [table, name] of CHAINS) iptables.removeChain(table, name);
    iptables.removeChain('filter', rules.OLD_ISOLATION_CHAIN);
  }

  /** Twin of programChainRule with `insert`: the table is named only where it is not filter. */
  private insert({ rule, name }: NamedRule): void {
    if (this.iptables.exists(rule)) return;
    prefixed(`Unable to enable ${name} rule: `, () => {
      this.iptables.run(`${tableWords(rule.table)}-I ${rule.chain} ${rule.words}`);
    });
  }

  private remove({ rule }: NamedRule): void {
    if (this.iptables.exists(rule)) this.iptables.run(`${tableWords(rule.table)}-D ${rule.chain} ${rule.words}`);
  }

  /** Twin of setIcc: the opposite goes first, and a DROP stands behind all that lets pass. */
  private allowIcc(network: FirewalledNetwork): void {
    const { isIccEnabled } = network;
    const opposite = rules.iccRule(network, isIccEnabled ? 'DROP' : 'ACCEPT');
    this.iptables.try(`-D ${opposite.chain} ${opposite.words}`);
    const rule = rules.iccRule(network, isIccEnabled ? 'ACCEPT' : 'DROP');
    if (this.iptables.exists(rule)) return;
    const action: RuleAction = isIccEnabled ? '-I' : '-A';
    prefixed(`Unable to ${isIccEnabled ? 'allow' : 'prevent'} intercontainer communication: `, () => {
      this.iptables.run(`${action} ${rule.chain} ${rule.words}`);
    });
  }

  /** Twin of ProgramChain for the chains DOCKER of nat and filter. */
  private leadIn(network: FirewalledNetwork): void {
    prefixed('Failed to program NAT chain: ', () => {
      for (const rule of [rules.preroutingRule(), rules.outputRule(this.hairpin)]) {
        const isThere = this.iptables.exists(rule);
        prefixed(`Failed to inject DOCKER in ${rule.chain} chain: `, () => {
          if (!isThere) this.raw(`-t nat -A ${rule.chain} ${rule.words}`);
          // Asked again: whether there is one to remove.
          else this.iptables.exists(rule);
        });
      }
    });
    prefixed('Failed to program FILTER chain: ', () => {
      for (const rule of rules.inRules(network)) {
        if (!this.iptables.exists(rule)) this.raw(`-I ${rule.chain} ${rule.words}`);
        else this.iptables.exists(rule);
      }
    });
  }

  /** As Iptables.run, but the failure is the tool's alone. */
  private raw(words: string): void {
    try {
      this.iptables.run(words);
    } catch (error) {
      if (!(error instanceof DaemonError)) throw error;
      throw new DaemonError(error.message.replace(/^ \((.*)\)$/s, '$1'));
    }
  }
}

/** filter goes without saying. */
function tableWords(table: IptablesTable): string {
  return table === 'filter' ? '' : `-t ${table} `;
}
