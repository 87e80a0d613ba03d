/**
 * NAT at the hook points, while the table nat exists (nf_nat_core.c, nf_nat_proto.c). The rules of a point are asked
 * about the first packet of a connection only; what they settle, or that they settled nothing, holds for all others,
 * whatever becomes of the rules.
 *
 *   PREROUTING, OUTPUT: the destination, before the way is chosen · INPUT, POSTROUTING: the source, behind everything
 */
import type { Frame } from '../../../link/frame.ts';
import * as ipv4 from '../../../wire/ipv4.ts';
import type { Netns } from '../../netns.ts';
import { conntrackOf } from '../conntrack/hooks.ts';
import type { Conntrack } from '../conntrack/conntrack.ts';
import { CT_ESTABLISHED, CT_ESTABLISHED_REPLY, CT_NEW, IPS_DST_NAT } from '../conntrack/status.ts';
import { IPS_MASQUERADED, IPS_SRC_NAT } from '../conntrack/status.ts';
import type { ConntrackTable } from '../conntrack/table.ts';
import type { NfHook, NfHookPoint, NfHookState, NfReroute, NfVerdict } from '../hooks.ts';
import { NF_ACCEPT, NF_DROP, NF_INET_LOCAL_IN, NF_INET_LOCAL_OUT, NF_INET_POST_ROUTING } from '../hooks.ts';
import { NF_INET_PRE_ROUTING, NF_IP_PRI_NAT_DST, NF_IP_PRI_NAT_SRC } from '../hooks.ts';
import { nfRegisterNetHook, nfUnregisterNetHook } from '../hooks.ts';
import type { Chain, NfTable } from '../table.ts';
import { iptDoTable } from '../traverse.ts';
import { natIcmpError, natPacket } from './manip.ts';
import { Nat } from './nat.ts';
import { MANIP_SRC, manipAt } from './range.ts';

/** Where NAT stands, and the chain of the table nat that is asked there. */
const POINTS: readonly (readonly [point: NfHookPoint, chain: string])[] = [
  [NF_INET_PRE_ROUTING, 'PREROUTING'],
  [NF_INET_LOCAL_IN, 'INPUT'],
  [NF_INET_LOCAL_OUT, 'OUTPUT'],
  [NF_INET_POST_ROUTING, 'POSTROUTING'],
];

/** Bits of a status without which packets stay as they are. */
const TRANSLATED = IPS_SRC_NAT | IPS_DST_NAT | IPS_MASQUERADED;

/** One point. Linux: nf_nat_ipv4_fn(), nf_nat_inet_fn(). */
class NatHook implements NfHook {
  readonly priority: number;
  readonly reroute: NfReroute;
  readonly point: NfHookPoint;
  /** Another one when the table is replaced. */
  chain: Chain;
  private readonly conntrack: Conntrack;
  private readonly table: ConntrackTable;
  private readonly nat: Nat;
  private readonly manip: number;

  constructor(nat: Nat, point: NfHookPoint, chain: Chain) {
    this.nat = nat;
    this.conntrack = nat.conntrack;
    this.table = nat.conntrack.table;
    this.point = point;
    this.chain = chain;
    this.manip = manipAt(point);
    this.priority = this.manip === MANIP_SRC ? NF_IP_PRI_NAT_SRC : NF_IP_PRI_NAT_DST;
    this.reroute = point === NF_INET_LOCAL_OUT ? 'destination' : 'never';
  }

  run(frame: Frame, state: NfHookState): NfVerdict {
    const { table } = this;
    // What is not tracked cannot be translated: whoever wants that to be dropped has to say so.
    if (frame.flows !== this.conntrack) return NF_ACCEPT;
    const { ctSlot, ctinfo } = frame;
    if (ctinfo !== CT_ESTABLISHED && ctinfo !== CT_ESTABLISHED_REPLY) {
      const isError = ctinfo !== CT_NEW && ipv4.protocol(frame.slab.view, frame.l3) === ipv4.PROTO_ICMP;
      if (isError) return this.translateError(frame);
      const verdict = this.settle(frame, state);
      if (verdict !== NF_ACCEPT) return verdict;
    }
    const status = table.status[ctSlot]!;
    if ((status & TRANSLATED) === 0) return NF_ACCEPT;
    if ((status & IPS_MASQUERADED) !== 0 && this.leavesElsewhere(frame, state)) return NF_DROP;
    // The bytes may have moved while rules were asked.
    const isDone = natPacket(table, ctSlot, ctinfo, this.manip, frame.slab.view, frame.l3, frame.tail);
    return isDone ? NF_ACCEPT : NF_DROP;
  }

  /** Asks the rules, unless they were, and binds the connection as it is where they want nothing. */
  private settle(frame: Frame, state: NfHookState): NfVerdict {
    const { nat, manip } = this;
    if (nat.isInitialized(frame.ctSlot, manip)) return NF_ACCEPT;
    const verdict = iptDoTable(this.chain, state, frame);
    if (verdict !== NF_ACCEPT) return verdict;
    if (!nat.isInitialized(frame.ctSlot, manip)) nat.allocNullBinding(frame.ctSlot, manip);
    return NF_ACCEPT;
  }

  /** A masqueraded connection cannot go on by another interface: the other end knows it by the address of the first. */
  private leavesElsewhere(frame: Frame, state: NfHookState): boolean {
    const { nat, point } = this;
    if (point !== NF_INET_POST_ROUTING || frame.ctinfo === CT_ESTABLISHED_REPLY) return false;
    if (!nat.hasOtherInterface(frame.ctSlot, state.outDev!.ifIndex)) return false;
    nat.conntrack.kill(frame.ctSlot);
    return true;
  }

  /** An ICMP error is translated as the connection is; about that it asks nobody. */
  private translateError(frame: Frame): NfVerdict {
    const { slab, ctSlot, ctinfo, l3, tail } = frame;
    return natIcmpError(this.table, ctSlot, ctinfo, this.manip, slab, l3, tail) ? NF_ACCEPT : NF_DROP;
  }
}

/** NAT's hooks in one namespace, which follow its table nat. */
export class NatHooks {
  private readonly ns: Netns;
  private hooks: readonly NatHook[] = [];

  constructor(ns: Netns) {
    this.ns = ns;
  }

  /** The table nat is now this one, or there is none. Without rules that need connections nothing is translated. */
  sync(table: NfTable | undefined): void {
    if (table === undefined) {
      if (this.hooks.length > 0) this.unregister();
    } else if (this.hooks.length === 0) this.register(table);
    else this.hooks.forEach((hook, i) => (hook.chain = table.find(POINTS[i]![1])!));
  }

  private unregister(): void {
    for (const hook of this.hooks) nfUnregisterNetHook(this.ns, hook.point, hook);
    this.hooks = [];
  }

  private register(table: NfTable): void {
    const { ns } = this;
    // Bindings outlive the table.
    const nat = (ns.nat ??= new Nat(conntrackOf(ns), ns.machine.rng.fork(`nat/${ns.name}`)));
    this.hooks = POINTS.map(([point, chain]) => new NatHook(nat, point, table.find(chain)!));
    for (const hook of this.hooks) nfRegisterNetHook(ns, hook.point, hook);
  }
}
