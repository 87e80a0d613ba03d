/**
 * IPv4 groups of an interface, and the IGMPv3 reports that tell routers and snooping bridges of them (RFC 3376; Linux:
 * net/ipv4/igmp.c). A change is reported at once and once more within a second. Queries are not answered: nobody on
 * these wires asks.
 */
import type { Ip4, Mac } from '../../base/addr.ts';
import { ip4, macFrom } from '../../base/addr.ts';
import type { Rng } from '../../sim/rng.ts';
import { Timer } from '../../sim/timer.ts';
import * as igmp from '../../wire/igmp.ts';
import * as ipv4 from '../../wire/ipv4.ts';
import type { NetDevice } from '../netdev.ts';
import { RT_SCOPE_LINK } from './fib.ts';
import { ipLocalOut } from './output.ts';
import { DST_MULTICAST, DstEntry, inetSelectAddr } from './route.ts';

/** The group that every host is in and that nobody reports (RFC 1112 4). */
export const ALL_HOSTS: Ip4 = ip4('224.0.0.1');
/** Where version 3 reports go. */
const ALL_IGMPV3_ROUTERS: Ip4 = ip4('224.0.0.22');
/** net.ipv4.igmp_qrv: how often a change is told. */
const ROBUSTNESS = 2;
/** The timer is armed for two jiffies and, for a repetition, something up to a second (igmp_ifc_start_timer). */
const TIMER_SLACK_NS = 8_000_000;
const UNSOLICITED_INTERVAL_MS = 1000;
const PROTO_IGMP = 2;
/** Internetwork control (RFC 3376 4). */
const TOS = 0xc0;
const ROUTER_ALERT = 0x94040000 | 0;
const HEADER_LEN = 24;

interface Membership {
  readonly group: Ip4;
  users: number;
  /** How many reports are still to be sent. */
  reportsLeft: number;
}

/** What an interface knows of its groups (Linux: the multicast part of struct in_device). */
export class MulticastGroups {
  private readonly dev: NetDevice;
  /** The newest first. */
  private joined: Membership[] = [];
  /** Groups that were left and whose end is still to be told. */
  private departed: Membership[] = [];
  /** How often the timer starts again (mr_ifc_count). */
  private roundsLeft = 0;
  private timer: Timer | null = null;
  private rng: Rng | null = null;

  constructor(dev: NetDevice) {
    this.dev = dev;
  }

  /** As `ip maddress` lists them: the newest first. */
  list(): readonly { readonly group: Ip4; readonly users: number }[] {
    return this.joined;
  }

  /** Linux: ip_check_mc_rcu. */
  has(group: Ip4): boolean {
    return this.joined.some((membership) => membership.group === group);
  }

  /** Twin of ip_mc_inc_group. */
  join(group: Ip4): void {
    const found = this.joined.find((membership) => membership.group === group);
    if (found !== undefined) {
      found.users++;
      return;
    }
    const membership = { group, users: 1, reportsLeft: 0 };
    this.joined.unshift(membership);
    this.departed = this.departed.filter((other) => other.group !== group);
    this.load(membership);
  }

  /** Twin of ip_mc_dec_group. */
  leave(group: Ip4): void {
    const found = this.joined.find((membership) => membership.group === group);
    if (found === undefined || --found.users > 0) return;
    this.joined = this.joined.filter((membership) => membership !== found);
    if (!this.dev.isLoopback) this.dev.multicastList.remove(etherGroup(group));
    if (group === ALL_HOSTS) return;
    this.departed.push({ group, users: 0, reportsLeft: ROBUSTNESS });
    this.tellSoon();
  }

  /** Twin of ip_mc_up: the interface came up; it is in the group of all hosts, and tells the others again. */
  up(): void {
    const others = [...this.joined];
    this.join(ALL_HOSTS);
    for (const membership of others) {
      if (!this.dev.multicastList.has(etherGroup(membership.group))) this.load(membership);
    }
  }

  /** Twin of ip_mc_down: nothing more is told. */
  down(): void {
    for (const { group } of this.joined) if (group !== ALL_HOSTS) this.dev.multicastList.remove(etherGroup(group));
    this.leave(ALL_HOSTS);
    this.stop();
  }

  stop(): void {
    this.timer?.dispose();
    this.timer = null;
    this.departed = [];
    this.roundsLeft = 0;
  }

  /** Twin of igmp_group_added. */
  private load(membership: Membership): void {
    const { dev } = this;
    if (!dev.isLoopback) dev.multicastList.add(etherGroup(membership.group));
    // What was set up before the run began was told long ago.
    if (membership.group === ALL_HOSTS || dev.ns.machine.isBooting) return;
    membership.reportsLeft = ROBUSTNESS;
    this.tellSoon();
  }

  /** Twin of igmp_ifc_event. */
  private tellSoon(): void {
    this.roundsLeft = ROBUSTNESS;
    this.startTimer(0);
  }

  private startTimer(withinMs: number): void {
    const { machine } = this.dev.ns;
    this.rng ??= machine.rng.fork(`igmp/${this.dev.fullName}`);
    this.timer ??= new Timer(machine.sched, machine.source, () => {
      this.timerExpired();
    });
    this.timer.arm(TIMER_SLACK_NS + (withinMs === 0 ? 0 : this.rng.below(withinMs) * 1_000_000));
  }

  /** Twin of igmp_ifc_timer_expire and igmpv3_send_cr. */
  private timerExpired(): void {
    const gone = this.departed.map(({ group }) => ({ kind: igmp.CHANGE_TO_INCLUDE, group }));
    const reported = this.joined.filter((membership) => membership.reportsLeft > 0);
    const here = reported.map(({ group }) => ({ kind: igmp.CHANGE_TO_EXCLUDE, group }));
    for (const membership of [...this.departed, ...reported]) membership.reportsLeft--;
    this.departed = this.departed.filter((membership) => membership.reportsLeft > 0);
    if (gone.length + here.length > 0) this.send([...gone, ...here]);
    if (this.roundsLeft === 0) return;
    this.roundsLeft--;
    this.startTimer(UNSOLICITED_INTERVAL_MS);
  }

  /** Twin of igmpv3_newpack and igmpv3_sendpack. */
  private send(records: readonly igmp.GroupRecord[]): void {
    const { dev } = this;
    const { ns } = dev;
    const length = HEADER_LEN + igmp.REPORT_LEN + records.length * igmp.RECORD_LEN;
    const frame = ns.machine.stats.take(length);
    const { slab, l3 } = frame;
    const source = dev.addresses.length === 0 ? 0 : inetSelectAddr(dev, ALL_IGMPV3_ROUTERS, RT_SCOPE_LINK);
    frame.tail = l3 + length;
    frame.l4 = l3 + HEADER_LEN;
    ipv4.writeHeader(slab.view, l3, TOS, length, 0, ipv4.DF, 1, PROTO_IGMP, source, ALL_IGMPV3_ROUTERS);
    ipv4.setHeaderLen(slab.view, l3, HEADER_LEN);
    slab.view.setInt32(l3 + ipv4.HEADER_LEN, ROUTER_ALERT);
    ipv4.updateHeaderChecksum(slab, l3);
    igmp.writeReport(slab, frame.l4, records);
    const { generation } = ns.routes;
    const dst = new DstEntry(DST_MULTICAST, ALL_IGMPV3_ROUTERS, dev, 0, source, generation);
    // Linux calls ip_local_out itself here, which does not count what netfilter did not let go.
    if (ipLocalOut(ns, dst, frame) !== '') ns.mib.ipOutDiscards--;
  }
}

/** The interface's groups, which come into being here. */
export function groupsOf(dev: NetDevice): MulticastGroups {
  dev.groups ??= new MulticastGroups(dev);
  return dev.groups;
}

/** RFC 1112 6.4: 01:00:5e and the lower 23 bits. */
export function etherGroup(group: Ip4): Mac {
  return macFrom(0x0100, 0x5e000000 | (group & 0x7fffff));
}
