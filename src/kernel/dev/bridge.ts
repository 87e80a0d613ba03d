/**
 * A Linux bridge (net/bridge): learns on its ports, forwards by its table, floods what it does not know, and passes up
 * what is for the host. Here are the two objects and what the host sends (br_device.c); the rest is in bridge-*.ts.
 *
 *        host stack
 *            │ xmit ↓   ↑ bridge-input.ts
 *       ┌────┴─────────────────┐
 *       │ br0       table: FDB │ bridge-forward.ts
 *       └─┬───────┬───────┬────┘
 *       veth1   veth2   eth1        ports; each is another device's master
 */
import type { Mac } from '../../base/addr.ts';
import { Drop } from '../../link/drop.ts';
import { FDB_LOCAL, FDB_MISS, Fdb } from '../../link/fdb.ts';
import type { Frame } from '../../link/frame.ts';
import * as ethernet from '../../wire/ethernet.ts';
import type { LinkKind, RxHandler } from '../netdev.ts';
import { NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import { brProxySuppressArp } from './bridge-arp.ts';
import type { BridgePortState } from './bridge-flags.ts';
import {
  BR_ARP_FLAGS,
  BR_BCAST_FLOOD,
  BR_DEFAULT_FLAGS,
  BR_FLOOD,
  BR_MCAST_FLOOD,
  BR_STATE_DISABLED,
} from './bridge-flags.ts';
import { brFlood, brForward } from './bridge-forward.ts';
import { brHandleFrame } from './bridge-input.ts';
import { BridgeSettings, jiffiesToNs } from './bridge-settings.ts';

/** What a bridge without ports has. */
export const BRIDGE_MTU = 1500;
/** Linux: port_cost of an interface of 10 Gbit/s, which is what a veth says it is, and of one that does not say. */
const COST_10_GIGABIT = 2;
const COST_UNKNOWN = 100;
/** BR_PORT_BITS: a port's id is its priority and its number. */
const PORT_NUMBER_BITS = 10;
/** The first round of the garbage collection, after the bridge came up (br_stp_enable_bridge). */
const FIRST_GC_NS = 100_000_000;

/** An interface in its role as a port (Linux: struct net_bridge_port). */
export class BridgePort implements RxHandler {
  readonly bridge: Bridge;
  readonly dev: NetDevice;
  /** From 1; the lowest free number when the port was added. */
  readonly number: number;
  /** BR_HAIRPIN_MODE and its like; set by `setFlags`. */
  flags: number;
  state: BridgePortState;
  /** 0..63; the upper bits of the port's id. */
  priority: number;
  pathCost: number;
  /** Bit n: frames for 01:80:c2:00:00:0n are forwarded after all. */
  groupFwdMask: number;
  /** MDB_RTR_TYPE_*; 1 = found out by queries. Kept. */
  mcastRouter: number;
  /** The port that takes over while this one does not work. */
  backup: BridgePort | null;
  /** When the timer runs out that a spanning tree would wait for; 0 when it does not run. */
  forwardDelayEndNs: number;

  constructor(bridge: Bridge, dev: NetDevice, number: number) {
    this.bridge = bridge;
    this.dev = dev;
    this.number = number;
    this.flags = BR_DEFAULT_FLAGS;
    this.state = BR_STATE_DISABLED;
    this.priority = 0x8000 >> PORT_NUMBER_BITS;
    this.pathCost = dev.kind === 'veth' ? COST_10_GIGABIT : COST_UNKNOWN;
    this.groupFwdMask = 0;
    this.mcastRouter = 1;
    this.backup = null;
    this.forwardDelayEndNs = 0;
  }

  /** Linux: br_make_port_id. */
  get id(): number {
    return (this.priority << PORT_NUMBER_BITS) | this.number;
  }

  setFlags(flags: number): void {
    this.flags = flags;
    this.bridge.portsChanged();
  }

  handleFrame(frame: Frame): boolean {
    return brHandleFrame(this, frame);
  }
}

export class Bridge extends NetDevice {
  readonly kind: LinkKind = 'bridge';
  readonly fdb: Fdb;
  readonly settings: BridgeSettings;
  /** The newest first; floods go round in this order (Linux: br->port_list). */
  readonly ports: BridgePort[];
  /** All that some port has: the union of the ports' flags. */
  portFlags: number;
  /** The MAC was set by hand; otherwise it is the smallest of the ports' (br_stp_recalculate_bridge_id). */
  hasFixedMac: boolean;
  /** The MTU was set by hand; otherwise it is the smallest of the ports' (br_mtu_auto_adjust). */
  hasFixedMtu: boolean;
  /** When the garbage collection of the table runs next; -1 while the bridge is down. */
  private gcDueNs: number;
  private carrier: boolean;
  /** The ports by their number; null where there is none. */
  private readonly numbered: (BridgePort | null)[];

  constructor(ns: Netns, name: string, mac: Mac) {
    super(ns, name, mac, BRIDGE_MTU, false);
    this.fdb = new Fdb(ns.machine.sched);
    this.settings = new BridgeSettings();
    this.ports = [];
    this.portFlags = 0;
    this.hasFixedMac = false;
    this.hasFixedMtu = false;
    this.gcDueNs = -1;
    this.carrier = true;
    this.numbered = [null];
  }

  /** A new bridge has one; from the first change on it takes a port that forwards (br_port_state_selection). */
  get hasCarrier(): boolean {
    return this.carrier;
  }

  setCarrier(carrier: boolean): void {
    if (carrier !== this.carrier) this.attributes.carrierChanges++;
    this.carrier = carrier;
  }

  portByNumber(number: number): BridgePort | null {
    return number < this.numbered.length ? this.numbered[number]! : null;
  }

  addPort(port: BridgePort): void {
    this.ports.unshift(port);
    while (this.numbered.length <= port.number) this.numbered.push(null);
    this.numbered[port.number] = port;
    this.portsChanged();
  }

  removePort(port: BridgePort): void {
    this.ports.splice(this.ports.indexOf(port), 1);
    this.numbered[port.number] = null;
    this.portsChanged();
  }

  /** A port came or went, or its flags changed. */
  portsChanged(): void {
    this.portFlags = this.ports.reduce((union, port) => union | port.flags, 0);
  }

  /** The ageing time in jiffies; Linux collects garbage at once when it changes (br_set_ageing_time). */
  setAgeingTime(jiffies: number): void {
    this.settings.ageingTime = jiffies;
    this.fdb.ageingNs = jiffiesToNs(jiffies);
    if (this.gcDueNs >= 0) this.gcDueNs = this.ns.machine.sched.now;
  }

  /** The bridge came up or went down. */
  restartGc(): void {
    this.gcDueNs = this.isUp ? this.ns.machine.sched.now + FIRST_GC_NS : -1;
  }

  /**
   * What `ip -d link` shows as gc_timer. The table needs no collection here; this says when Linux's would run: when
   * the oldest entry may have aged, at the latest an ageing time after the last round.
   */
  gcTimerNs(): number {
    const now = this.ns.machine.sched.now;
    if (this.gcDueNs < 0 || this.fdb.ageingNs === 0) return 0;
    while (this.gcDueNs <= now) {
      let waitNs = this.fdb.ageingNs;
      for (const { isStatic, updatedNs } of this.fdb.entries()) {
        const leftNs = updatedNs + this.fdb.ageingNs - this.gcDueNs;
        if (!isStatic && leftNs > 0) waitNs = Math.min(waitNs, leftNs);
      }
      this.gcDueNs += Math.max(waitNs, 10_000_000);
    }
    return this.gcDueNs - now;
  }

  /** A frame that the host sends through the bridge (br_dev_xmit). */
  xmit(frame: Frame): void {
    if (frame.bridgedSourceHi >= 0) {
      this.sighted(frame);
      this.ns.handlers.bridgeNetfilter.resume(this, frame);
      return;
    }
    if (!this.carrier) {
      // Without a carrier the interface has Linux's noop queue.
      this.txDropped++;
      this.ns.machine.stats.drop(frame, Drop.QDISC_DROP, this);
      return;
    }
    this.accepted(frame);
    const v = frame.slab.view;
    const o = frame.head;
    const isAnswered = (this.portFlags & BR_ARP_FLAGS) !== 0 && brProxySuppressArp(this, frame, null);
    if (ethernet.isMulticast(v, o)) {
      brFlood(this, frame, null, ethernet.isBroadcast(v, o) ? BR_BCAST_FLOOD : BR_MCAST_FLOOD, false, isAnswered);
      return;
    }
    const found = this.fdb.find(ethernet.dstHi(v, o), ethernet.dstLo(v, o));
    if (found === FDB_MISS) brFlood(this, frame, null, BR_FLOOD, false, isAnswered);
    else brForward(this, this.portByNumber(found & ~FDB_LOCAL), frame, null, false);
  }
}
