/**
 * Neighbours: which MAC address an IPv4 address on a link has. The state machine, its timers and the queue of parked
 * frames are those of net/core/neighbour.c:
 *
 *   NONE ─send→ INCOMPLETE ─reply→ REACHABLE ─15…45 s→ STALE ─send→ DELAY ─5 s→ PROBE ─reply→ REACHABLE
 *                    └─ 3 × 1 s ─→ FAILED                                          └─ 3 × 1 s ─→ FAILED
 */
import { assert } from '../../base/assert.ts';
import type { Ip4 } from '../../base/addr.ts';
import { Int32Table } from '../../base/table.ts';
import { Drop } from '../../link/drop.ts';
import type { Frame } from '../../link/frame.ts';
import type { Rng } from '../../sim/rng.ts';
import { Timer } from '../../sim/timer.ts';
import type { NetDevice } from '../netdev.ts';
import { trueSize } from '../truesize.ts';

export const NUD_NONE = 0x00;
export const NUD_INCOMPLETE = 0x01;
export const NUD_REACHABLE = 0x02;
export const NUD_STALE = 0x04;
export const NUD_DELAY = 0x08;
export const NUD_PROBE = 0x10;
export const NUD_FAILED = 0x20;
export const NUD_NOARP = 0x40;
export const NUD_PERMANENT = 0x80;
/** The address may be used without asking again. */
export const NUD_CONNECTED = NUD_PERMANENT | NUD_NOARP | NUD_REACHABLE;
/** The address is known. */
export const NUD_VALID = NUD_CONNECTED | NUD_PROBE | NUD_STALE | NUD_DELAY;
const NUD_IN_TIMER = NUD_INCOMPLETE | NUD_REACHABLE | NUD_DELAY | NUD_PROBE;

const SECOND_NS = 1_000_000_000;
/** How long a drawn reachable time holds. */
const REDRAW_NS = 300 * SECOND_NS;
/** No timer of an entry is shorter. */
const TIMER_MIN_NS = SECOND_NS / 100;
const FORCED_GC_NS = 5 * SECOND_NS;

/** Flags of an entry (NTF_*), as an administrator sets them. */
export const NTF_USE = 0x01;
export const NTF_PROXY = 0x08;
export const NTF_EXT_LEARNED = 0x10;
export const NTF_ROUTER = 0x80;
/** NTF_EXT_MANAGED, which rtnetlink keeps apart. */
export const NTF_MANAGED = 0x100;

/** An address that this host answers for on an interface (null: on each) though it is not its own (pneigh_entry). */
export interface ProxyNeighbour {
  readonly ip: Ip4;
  readonly dev: NetDevice | null;
}

/** Sends an ARP request for the entry: by broadcast, or to its known address when `toKnown`. Wired by arp.ts. */
export type Solicit = (neighbour: Neighbour, toKnown: boolean) => void;
/** Sends a frame whose neighbour has just become known. */
export type Resume = (neighbour: Neighbour, frame: Frame) => void;

export class Neighbour {
  readonly ip: Ip4;
  readonly dev: NetDevice;
  macHi: number;
  macLo: number;
  state: number;
  /** Set when the entry has left the table: holders look it up again. */
  isDead: boolean;
  confirmedNs: number;
  updatedNs: number;
  usedNs: number;
  probes: number;
  readonly timer: Timer;
  /** NTF_* */
  flags: number;
  /** Who entered it: RTPROT_*, 0 for nobody. */
  protocol: number;
  /** Frames that wait for the address, oldest first, without their Ethernet header. */
  readonly parked: Frame[];
  parkedBytes: number;

  constructor(ip: Ip4, dev: NetDevice, nowNs: number, expired: (n: Neighbour) => void) {
    this.ip = ip;
    this.dev = dev;
    this.macHi = 0;
    this.macLo = 0;
    this.state = NUD_NONE;
    this.isDead = false;
    this.confirmedNs = nowNs - 2 * dev.arpParms.baseReachableNs;
    this.updatedNs = nowNs;
    this.usedNs = nowNs;
    this.probes = 0;
    this.flags = 0;
    this.protocol = 0;
    this.parked = [];
    this.parkedBytes = 0;
    const machine = dev.ns.machine;
    this.timer = new Timer(machine.sched, machine.source, () => {
      expired(this);
    });
  }
}

export class NeighTable {
  solicit: Solicit | null = null;
  resume: Resume | null = null;
  /** `ip neigh add proxy`, in the order in which they were entered. */
  proxies: ProxyNeighbour[] = [];
  private proxiesWaiting = 0;
  private readonly rng: Rng;
  /** Per ifindex: address → position in `entries`. */
  private readonly byDevice: Int32Table[] = [];
  private readonly entries: (Neighbour | null)[] = [];
  private readonly freePositions: number[] = [];
  private forcedGcNs = -Infinity;

  constructor(rng: Rng) {
    this.rng = rng;
  }

  /** The entry for `ip` on `dev`, or null. */
  find(dev: NetDevice, ip: Ip4): Neighbour | null {
    const table = this.byDevice[dev.ifIndex];
    if (table === undefined) return null;
    const position = table.get(ip);
    return position < 0 ? null : this.entries[position]!;
  }

  /** Twin of __neigh_create; null when the table is full of entries in use (NEIGH_CREATEFAIL). Slow path. */
  create(dev: NetDevice, ip: Ip4): Neighbour | null {
    const now = dev.ns.machine.sched.now;
    if (!this.makeRoom(dev, now)) return null;
    const neighbour = new Neighbour(ip, dev, now, (n) => {
      this.timerHandler(n);
    });
    const position = this.freePositions.pop() ?? this.entries.length;
    this.entries[position] = neighbour;
    (this.byDevice[dev.ifIndex] ??= new Int32Table()).set(ip, position);
    return neighbour;
  }

  get size(): number {
    return this.entries.length - this.freePositions.length;
  }

  /** All entries, in no particular order. Cold path. */
  list(): Neighbour[] {
    return this.entries.filter((n): n is Neighbour => n !== null);
  }

  /** Takes an entry out of the table; parked frames die with it. */
  remove(neighbour: Neighbour): void {
    const table = this.byDevice[neighbour.dev.ifIndex];
    const position = table === undefined ? -1 : table.get(neighbour.ip);
    assert(position >= 0 && this.entries[position] === neighbour, 'the entry is in the table');
    table!.delete(neighbour.ip);
    this.entries[position] = null;
    this.freePositions.push(position);
    neighbour.isDead = true;
    neighbour.timer.dispose();
    this.purge(neighbour, Drop.NEIGH_DEAD);
    neighbour.dev.ns.events?.neighbour(neighbour, true);
  }

  /** Forgets all entries of an interface (Linux: neigh_ifdown, neigh_changeaddr). */
  flushDevice(dev: NetDevice): void {
    for (const neighbour of this.list()) if (neighbour.dev === dev) this.remove(neighbour);
    this.proxies = this.proxies.filter((proxy) => proxy.dev !== dev);
  }

  /** The interface has lost its carrier: only permanent entries stay (Linux: neigh_carrier_down). */
  carrierDown(dev: NetDevice): void {
    for (const neighbour of this.list()) {
      if (neighbour.dev === dev && neighbour.state !== NUD_PERMANENT) this.remove(neighbour);
    }
  }

  /**
   * Twin of neigh_event_send: called for each frame to an entry that is not NUD_CONNECTED. True when the frame may go
   * out now; false when the table has kept it (parked, or dead with its reason). Null only has the address confirmed.
   */
  eventSend(neighbour: Neighbour, frame: Frame | null): boolean {
    const now = neighbour.dev.ns.machine.sched.now;
    const parms = neighbour.dev.arpParms;
    neighbour.usedNs = now;
    if ((neighbour.state & (NUD_CONNECTED | NUD_DELAY | NUD_PROBE)) !== 0) return true;
    if (neighbour.state === NUD_STALE) {
      neighbour.state = NUD_DELAY;
      neighbour.updatedNs = now;
      neighbour.timer.arm(parms.delayProbeNs);
      return true;
    }
    const isNew = neighbour.state !== NUD_INCOMPLETE;
    if (isNew && parms.mcastProbes + parms.appProbes === 0) {
      neighbour.state = NUD_FAILED;
      neighbour.updatedNs = now;
      if (frame !== null) neighbour.dev.ns.machine.stats.drop(frame, Drop.NEIGH_FAILED, neighbour.dev);
      return false;
    }
    if (isNew) this.beginAsking(neighbour, now);
    if (frame !== null) this.park(neighbour, frame);
    if (isNew) this.probe(neighbour);
    return false;
  }

  private beginAsking(neighbour: Neighbour, now: number): void {
    const parms = neighbour.dev.arpParms;
    neighbour.probes = parms.ucastProbes;
    neighbour.state = NUD_INCOMPLETE;
    neighbour.updatedNs = now;
    neighbour.timer.arm(Math.max(parms.retransNs, TIMER_MIN_NS));
  }

  /** Twin of neigh_update: the link layer address of an entry, as learned (`isOverride`) or confirmed. */
  update(neighbour: Neighbour, macHi: number, macLo: number, state: number, isOverride: boolean): void {
    const old = neighbour.state;
    if ((old & (NUD_NOARP | NUD_PERMANENT)) !== 0) return;
    const now = neighbour.dev.ns.machine.sched.now;
    const isSame = (old & NUD_VALID) !== 0 && neighbour.macHi === macHi && neighbour.macLo === macLo;
    let next = state;
    if ((next & NUD_CONNECTED) !== 0) neighbour.confirmedNs = now;
    if ((old & NUD_VALID) !== 0) {
      if (!isSame && !isOverride) return;
      if (isSame && next === NUD_STALE) next = old;
    }
    if (next !== old || !isSame) neighbour.updatedNs = now;
    if (next !== old) this.enterState(neighbour, next);
    if (!isSame) {
      neighbour.macHi = macHi;
      neighbour.macLo = macLo;
      if ((next & NUD_CONNECTED) === 0) neighbour.confirmedNs = now - 2 * neighbour.dev.arpParms.baseReachableNs;
    }
    if ((old & NUD_VALID) === 0 && (neighbour.state & NUD_VALID) !== 0) this.sendParked(neighbour);
    if (neighbour.state !== old || !isSame) notify(neighbour);
  }

  /** An entry that needs no asking: broadcast, multicast, loopback, or as an administrator wants it. */
  setFixed(neighbour: Neighbour, macHi: number, macLo: number, state: number): void {
    neighbour.macHi = macHi;
    neighbour.macLo = macLo;
    neighbour.updatedNs = neighbour.dev.ns.machine.sched.now;
    if ((state & NUD_CONNECTED) !== 0) neighbour.confirmedNs = neighbour.updatedNs;
    this.enterState(neighbour, state);
    if ((state & NUD_VALID) !== 0) this.sendParked(neighbour);
    notify(neighbour);
  }

  /** An administrator's word without an address: the entry is not known, and nobody asks for it. */
  setUnknown(neighbour: Neighbour, state: number): void {
    const old = neighbour.state;
    neighbour.timer.cancel();
    neighbour.updatedNs = neighbour.dev.ns.machine.sched.now;
    if ((old & (NUD_INCOMPLETE | NUD_PROBE)) !== 0 && state === NUD_FAILED) {
      this.invalidate(neighbour, neighbour.updatedNs);
    }
    neighbour.state = state;
  }

  /** Twin of pneigh_enqueue: sends an answer for somebody else after a random part of proxy_delay. */
  delayProxy(dev: NetDevice, send: () => void): void {
    if (this.proxiesWaiting > dev.arpParms.proxyQlen) return;
    this.proxiesWaiting++;
    const { machine } = dev.ns;
    const timer = new Timer(machine.sched, machine.source, () => {
      this.proxiesWaiting--;
      timer.dispose();
      send();
    });
    timer.arm(this.rng.below(Math.max(dev.arpParms.proxyDelayNs, 1)));
  }

  /** Twin of neigh_timer_handler. */
  private timerHandler(neighbour: Neighbour): void {
    const now = neighbour.dev.ns.machine.sched.now;
    if (neighbour.state === NUD_REACHABLE) this.reachableExpired(neighbour, now);
    else if (neighbour.state === NUD_DELAY) this.delayExpired(neighbour, now);
    else if ((neighbour.state & (NUD_INCOMPLETE | NUD_PROBE)) !== 0) {
      const probesMax = maxProbes(neighbour);
      if (neighbour.probes >= probesMax) {
        this.invalidate(neighbour, now);
        return;
      }
      neighbour.timer.arm(Math.max(neighbour.dev.arpParms.retransNs, TIMER_MIN_NS));
    }
    if ((neighbour.state & (NUD_INCOMPLETE | NUD_PROBE)) !== 0) this.probe(neighbour);
  }

  private reachableExpired(neighbour: Neighbour, now: number): void {
    const reachableNs = this.reachableTimeNs(neighbour.dev, now);
    const { delayProbeNs } = neighbour.dev.arpParms;
    if (now <= neighbour.confirmedNs + reachableNs - 1) {
      neighbour.timer.armAt(neighbour.confirmedNs + reachableNs);
    } else if (now <= neighbour.usedNs + delayProbeNs) {
      neighbour.state = NUD_DELAY;
      neighbour.updatedNs = now;
      neighbour.timer.arm(delayProbeNs);
    } else {
      neighbour.state = NUD_STALE;
      neighbour.updatedNs = now;
      notify(neighbour);
    }
  }

  private delayExpired(neighbour: Neighbour, now: number): void {
    neighbour.updatedNs = now;
    if (now <= neighbour.confirmedNs + neighbour.dev.arpParms.delayProbeNs) {
      neighbour.state = NUD_REACHABLE;
      neighbour.timer.armAt(Math.max(now, neighbour.confirmedNs + this.reachableTimeNs(neighbour.dev, now)));
    } else {
      neighbour.state = NUD_PROBE;
      neighbour.probes = 0;
      neighbour.timer.arm(Math.max(neighbour.dev.arpParms.retransNs, TIMER_MIN_NS));
    }
    notify(neighbour);
  }

  private probe(neighbour: Neighbour): void {
    const { ucastProbes, appProbes } = neighbour.dev.arpParms;
    const toKnown = neighbour.probes < ucastProbes && (neighbour.state & NUD_VALID) !== 0;
    const isForDaemon = neighbour.probes >= ucastProbes && neighbour.probes < ucastProbes + appProbes;
    neighbour.probes++;
    // Nobody listens for those (neigh_app_ns).
    if (isForDaemon) return;
    assert(this.solicit !== null, 'somebody can ask for neighbours');
    this.solicit(neighbour, toKnown);
  }

  /** Twin of neigh_invalidate: nobody answered; parked frames are reported and die. */
  private invalidate(neighbour: Neighbour, now: number): void {
    neighbour.state = NUD_FAILED;
    neighbour.updatedNs = now;
    const ns = neighbour.dev.ns;
    const parked = neighbour.parked.splice(0);
    neighbour.parkedBytes = 0;
    for (const frame of parked) {
      ns.handlers.linkFailure(ns, frame);
      ns.machine.stats.drop(frame, Drop.NEIGH_FAILED, neighbour.dev);
    }
    notify(neighbour);
  }

  private enterState(neighbour: Neighbour, next: number): void {
    neighbour.timer.cancel();
    neighbour.state = next;
    if ((next & NUD_PROBE) !== 0) neighbour.probes = 0;
    if ((next & NUD_IN_TIMER) === 0) return;
    const now = neighbour.dev.ns.machine.sched.now;
    neighbour.timer.arm((next & NUD_REACHABLE) !== 0 ? this.reachableTimeNs(neighbour.dev, now) : 0);
  }

  private park(neighbour: Neighbour, frame: Frame): void {
    const size = trueSize(frame);
    while (neighbour.parked.length > 0 && neighbour.parkedBytes + size > neighbour.dev.arpParms.unresQlenBytes) {
      const oldest = neighbour.parked.shift()!;
      neighbour.parkedBytes -= trueSize(oldest);
      neighbour.dev.ns.machine.stats.drop(oldest, Drop.NEIGH_QUEUEFULL, neighbour.dev);
    }
    neighbour.parked.push(frame);
    neighbour.parkedBytes += size;
  }

  private sendParked(neighbour: Neighbour): void {
    if (neighbour.parked.length === 0) return;
    assert(this.resume !== null, 'somebody sends parked frames');
    const parked = neighbour.parked.splice(0);
    neighbour.parkedBytes = 0;
    for (const frame of parked) this.resume(neighbour, frame);
  }

  private purge(neighbour: Neighbour, reason: typeof Drop.NEIGH_DEAD): void {
    const parked = neighbour.parked.splice(0);
    neighbour.parkedBytes = 0;
    for (const frame of parked) neighbour.dev.ns.machine.stats.drop(frame, reason, neighbour.dev);
  }

  /** Twin of neigh_rand_reach_time: half to one and a half of the base, drawn anew every 300 s. */
  private reachableTimeNs(dev: NetDevice, now: number): number {
    const parms = dev.arpParms;
    if (now >= parms.redrawAtNs) {
      const base = parms.baseReachableNs;
      parms.reachableNs = base === 0 ? 0 : Math.floor(base / 2) + this.rng.below(base);
      parms.redrawAtNs = now + REDRAW_NS;
    }
    return parms.reachableNs;
  }

  /** The thresholds of neigh_alloc; false when the table is full of entries that must stay. */
  private makeRoom(dev: NetDevice, now: number): boolean {
    const { gcThresh2, gcThresh3 } = dev.ns.sysctls.neighLimits;
    if (this.size < gcThresh2) return true;
    if (this.size >= gcThresh3 || now - this.forcedGcNs > FORCED_GC_NS) this.forcedGc(now, gcThresh2);
    return this.size < gcThresh3;
  }

  /** Twin of neigh_forced_gc: takes what failed, and what no timer holds and nothing changed for 5 s. Slow path. */
  private forcedGc(now: number, goal: number): void {
    this.forcedGcNs = now;
    let surplus = this.size - goal;
    for (const neighbour of this.list()) {
      if (surplus <= 0) return;
      if ((neighbour.state & (NUD_IN_TIMER | NUD_PERMANENT)) !== 0) continue;
      const isStable = (neighbour.state & (NUD_FAILED | NUD_NOARP)) === 0;
      if (isStable && now - neighbour.updatedNs <= FORCED_GC_NS) continue;
      this.remove(neighbour);
      surplus--;
    }
  }
}

/** Twin of neigh_update_notify: who listens is told. */
function notify(neighbour: Neighbour): void {
  neighbour.dev.ns.events?.neighbour(neighbour, false);
}

/** Twin of neigh_max_probes. */
function maxProbes({ dev, state }: Neighbour): number {
  const { ucastProbes, appProbes, mcastProbes, mcastReprobes } = dev.arpParms;
  return ucastProbes + appProbes + (state === NUD_PROBE ? mcastReprobes : mcastProbes);
}
