/**
 * Connection tracking of one namespace: nf_conntrack_in() where packets come in or are made, nf_conntrack_confirm()
 * where they leave or are delivered (nf_conntrack_core.c).
 *
 * A packet's first sight makes an entry that only the packet holds; when it has come through all hooks the entry goes
 * into the table, and its time begins. Entries expire exactly at their time: a real kernel forgets an entry when
 * somebody looks at it after that, and its collector tells of it up to a minute later.
 */
import type { ByteViews } from '../../../base/bytes.ts';
import * as ipv4 from '../../../wire/ipv4.ts';
import type { FrameFlows } from '../../../link/frame.ts';
import { ExpiryHeap } from './expiry-heap.ts';
import type { ConntrackHooks } from './hooks.ts';
import { icmpError, icmpPacket } from './icmp.ts';
import { CT_ACCEPT, CT_ACCEPT_AND_KILL, CT_INVALID, CT_REPEAT, CtPacket, KEEP_TIMEOUT } from './packet.ts';
import type { ConntrackSettings } from './settings.ts';
import { CT_ESTABLISHED, CT_ESTABLISHED_REPLY, CT_IS_REPLY, CT_NEW, DIR_REPLY, IPCT_DESTROY } from './status.ts';
import { IPCT_NEW, IPCT_REPLY, IPS_ASSURED, IPS_CONFIRMED, IPS_DYING, IPS_FIXED_TIMEOUT } from './status.ts';
import { IPS_HAS_COUNTERS, IPS_HAS_EVENTS, IPS_HAS_TIMES, IPS_SEEN_REPLY } from './status.ts';
import { COUNTERS_PER_SLOT, ConntrackTable } from './table.ts';
import { tcpPacket } from './tcp.ts';
import { getL4Offset, makeTuple, nfCtGetTuple, nfCtInvertTuple, setZone } from './tuple.ts';
import { ALL_EVENTS } from './template.ts';
import { udpPacket } from './udp.ts';

/** The packet goes on. */
export const NF_ACCEPT = 1;
/** The packet is to be dropped. */
export const NF_DROP = 0;

const SECOND_NS = 1_000_000_000;
/** So many buckets are searched for something to drop when the table is full (NF_CT_EVICTION_RANGE). */
const EVICTION_BUCKETS = 8;
/** The kernel says so much of one thing in such a time (net_ratelimit). */
const LOG_BURST = 10;
const LOG_INTERVAL_NS = 5 * SECOND_NS;

/** Counters that `conntrack -S` shows; `found` and `error` count as there. */
export class ConntrackStats {
  found = 0;
  invalid = 0;
  insert = 0;
  insertFailed = 0;
  drop = 0;
  earlyDrop = 0;
  error = 0;
  clashResolve = 0;
}

/** Who is told of connections, as netlink's listeners are: `kinds` are bits IPCT_…. */
export interface ConntrackListener {
  conntrackEvent(slot: number, kinds: number): void;
}

/** What connection tracking needs of its machine. */
export interface ConntrackHost {
  /** Wakes `expire` at `timeNs`, which is the earliest deadline; it may be told again and again. */
  wakeAt(timeNs: number): void;
  /** `expire` is not to be called any more. */
  readonly end?: () => void;
  /** A line of the kernel's log. */
  kernelLog(line: string): void;
}

export class Conntrack implements FrameFlows {
  readonly table: ConntrackTable;
  readonly settings: ConntrackSettings;
  readonly stats = new ConntrackStats();
  readonly packet = new CtPacket();
  /** Whose request is being done, as listeners see it: a netlink port, or 0 for a packet's. */
  toolPort = 0;
  /** Null until somebody has needed them. */
  hooks: ConntrackHooks | null = null;
  /** What is told of an entry that is made now, as bits IPCT_…. */
  newEvents = ALL_EVENTS;
  /** The same of the entries of which not everything is told, by slot; null while there is none. */
  private eventMasks: Map<number, number> | null = null;
  private readonly host: ConntrackHost;
  private readonly expiry: ExpiryHeap;
  private readonly listeners: ConntrackListener[] = [];
  /** Who has put entries somewhere else, too. */
  private readonly goneHooks: ((slot: number) => void)[] = [];
  private readonly tuple = makeTuple();
  private readonly inverse = makeTuple();
  private logWindowNs = -Infinity;
  private loggedInWindow = 0;

  constructor(table: ConntrackTable, settings: ConntrackSettings, host: ConntrackHost) {
    this.table = table;
    this.settings = settings;
    this.host = host;
    this.expiry = new ExpiryHeap(table.capacity);
  }

  /** Tells `listener` of every event until the function it gets back is called. */
  listen(listener: ConntrackListener): () => void {
    this.listeners.push(listener);
    return () => {
      this.listeners.splice(this.listeners.indexOf(listener), 1);
    };
  }

  /** Calls `hook` for each entry that goes: out of the table, or before it ever came in. */
  onGone(hook: (slot: number) => void): void {
    this.goneHooks.push(hook);
  }

  /** One more packet has the entry. */
  hold(slot: number): void {
    this.table.hold(slot);
  }

  /** A packet lets go of its entry. */
  put(slot: number): void {
    const { table } = this;
    // Nobody has confirmed it, and nobody will.
    if (table.usesOf(slot) === 1 && (table.status[slot]! & IPS_DYING) === 0) this.kill(slot);
    table.put(slot);
  }

  /**
   * Finds or makes the entry of the datagram at `l3`, whose last byte is before `tail`: `packet.slot` is then held for
   * the packet, or -1 when it is INVALID, and `packet.ctinfo` says how it stands to it. NF_DROP when it must not go on.
   * `table.nowNs` is set by the caller; `mustSum` says whether a transport's checksum is looked at. What is a question
   * is looked for in `zone`, an answer in `replyZone`. Linux: nf_conntrack_in().
   */
  conntrackIn(
    b: ByteViews,
    l3: number,
    tail: number,
    zone: number,
    mustSum: boolean,
    replyZone: number = zone,
  ): number {
    const { packet, stats, table } = this;
    packet.zone = zone;
    packet.replyZone = replyZone;
    packet.b = b;
    packet.l3 = l3;
    packet.tail = tail;
    packet.slot = -1;
    packet.ctinfo = CT_ESTABLISHED;
    packet.shouldVerifyChecksum = mustSum && this.settings.checksum;
    packet.l4 = getL4Offset(b.view, l3, tail);
    if (packet.l4 < 0) {
      stats.invalid++;
      return NF_ACCEPT;
    }
    if (ipv4.protocol(b.view, l3) === ipv4.PROTO_ICMP) {
      if (icmpError(table, packet) !== CT_ACCEPT) {
        stats.error++;
        return NF_ACCEPT;
      }
      if (packet.slot >= 0) return NF_ACCEPT;
    }
    for (;;) {
      const resolved = this.resolveNormal();
      if (resolved !== NF_ACCEPT) return resolved === NF_DROP ? NF_DROP : NF_ACCEPT;
      const verdict = this.track();
      if (verdict !== CT_REPEAT) return NF_ACCEPT;
    }
  }

  /** Whether the entry is in the table. */
  isConfirmed(slot: number): boolean {
    return (this.table.status[slot]! & IPS_CONFIRMED) !== 0;
  }

  /** Whether there is anything to do for `confirm`. */
  mustConfirm(slot: number): boolean {
    return (this.table.status[slot]! & IPS_CONFIRMED) === 0 || this.table.events[slot] !== 0;
  }

  /**
   * The packet has come through: its entry, if new, goes into the table. NF_DROP when another one has taken its tuple
   * meanwhile. Linux: nf_conntrack_confirm().
   */
  confirm(slot: number): number {
    const { table } = this;
    if ((table.status[slot]! & IPS_CONFIRMED) === 0) {
      if ((table.status[slot]! & IPS_DYING) !== 0 || this.isTaken(slot)) {
        this.stats.insertFailed++;
        this.stats.drop++;
        return NF_DROP;
      }
      this.insertConfirmed(slot, table.events[slot]! | IPCT_NEW);
    } else if (table.events[slot] !== 0) this.deliverEvents(slot);
    return NF_ACCEPT;
  }

  /** Puts an entry into the table that nothing stands against, and tells of it. */
  insertConfirmed(slot: number, kinds: number): void {
    const { table } = this;
    // Until now it was counted from nothing.
    table.expiresNs[slot]! += table.nowNs[0]!;
    table.status[slot]! |= IPS_CONFIRMED;
    if ((table.status[slot]! & IPS_HAS_TIMES) !== 0) table.startsNs[slot] = table.nowNs[0]!;
    table.insert(slot);
    this.enterExpiry(slot);
    table.events[slot] = kinds;
    this.deliverEvents(slot);
  }

  /** Tells listeners what somebody has changed. */
  tellOf(slot: number, kinds: number): void {
    this.tell(slot, kinds);
  }

  /** Takes an entry out of the table; false when it has gone already. Linux: nf_ct_delete(). */
  kill(slot: number): boolean {
    const { table } = this;
    if ((table.status[slot]! & IPS_DYING) !== 0) return false;
    table.status[slot]! |= IPS_DYING;
    for (const hook of this.goneHooks) hook(slot);
    if ((table.status[slot]! & IPS_CONFIRMED) === 0) return true;
    this.tell(slot, IPCT_DESTROY);
    table.unlink(slot);
    this.expiry.remove(slot);
    table.put(slot);
    return true;
  }

  /** All entries go, and none is to expire any more. */
  end(): void {
    for (const slot of this.table.listSlots()) this.kill(slot);
    this.host.end?.();
  }

  /** Lets go of all entries whose time has come, and asks to be woken for the next. */
  expire(): void {
    const { expiry, table } = this;
    const nowNs = table.nowNs[0]!;
    while (expiry.firstNs <= nowNs) {
      if (table.expiresNs[expiry.firstSlot]! > nowNs) expiry.reenterFirst(table.expiresNs);
      else this.kill(expiry.firstSlot);
    }
    if (expiry.size > 0) this.host.wakeAt(expiry.firstNs);
  }

  /** Another deadline, `seconds` from now. */
  refresh(slot: number, seconds: number): void {
    const { table } = this;
    if ((table.status[slot]! & IPS_FIXED_TIMEOUT) !== 0) return;
    if ((table.status[slot]! & IPS_CONFIRMED) === 0) {
      table.expiresNs[slot] = seconds * SECOND_NS;
      return;
    }
    table.expiresNs[slot] = table.nowNs[0]! + seconds * SECOND_NS;
    if (!this.expiry.covers(slot, table.expiresNs)) this.enterExpiry(slot);
  }

  /** Whether a tuple belongs to an entry other than `slot`. Linux: nf_conntrack_tuple_taken(). */
  tupleTaken(tuple: Int32Array, slot: number): boolean {
    const node = this.table.find(tuple);
    if (node < 0 || node >> 1 === slot) return false;
    this.stats.found++;
    return true;
  }

  /** Slow path: a new entry, or a deadline that has become earlier. */
  private enterExpiry(slot: number): void {
    const { expiry, table } = this;
    if (expiry.capacity < table.capacity) expiry.grow(table.capacity);
    const before = expiry.firstNs;
    expiry.enter(slot, table.expiresNs);
    if (expiry.firstNs < before) this.host.wakeAt(expiry.firstNs);
  }

  /** Linux: resolve_normal_ct(). CT_INVALID when there can be no entry. */
  private resolveNormal(): number {
    const { packet, table, tuple } = this;
    if (!nfCtGetTuple(packet.b.view, packet.l3, packet.l4, packet.tail, packet.zone, tuple)) {
      this.stats.invalid++;
      return CT_INVALID;
    }
    const node =
      packet.zone === packet.replyZone ? table.find(tuple) : table.findInZones(tuple, packet.zone, packet.replyZone);
    if (node < 0) return this.initConntrack();
    packet.slot = node >> 1;
    table.hold(packet.slot);
    if ((node & 1) === DIR_REPLY) packet.ctinfo = CT_ESTABLISHED_REPLY;
    else packet.ctinfo = (table.status[packet.slot]! & IPS_SEEN_REPLY) !== 0 ? CT_ESTABLISHED : CT_NEW;
    return NF_ACCEPT;
  }

  /** Linux: init_conntrack(). */
  private initConntrack(): number {
    const { packet, table, tuple, inverse, settings } = this;
    if (!nfCtInvertTuple(tuple, inverse)) {
      this.stats.invalid++;
      return CT_INVALID;
    }
    if (packet.replyZone !== packet.zone) setZone(inverse, packet.replyZone);
    if (settings.max > 0 && table.count + 1 > settings.max && !this.earlyDrop(table.hashOf(tuple))) {
      this.logTableFull();
      this.stats.drop++;
      return NF_DROP;
    }
    packet.slot = table.alloc(tuple, inverse);
    table.status[packet.slot] = this.birthStatus();
    packet.ctinfo = CT_NEW;
    if (this.eventMasks !== null || this.newEvents !== ALL_EVENTS) this.chooseEvents(packet.slot);
    return NF_ACCEPT;
  }

  /** A rule has said what is to be told of a connection. Slow path. */
  private chooseEvents(slot: number): void {
    this.eventMasks ??= new Map<number, number>();
    if (this.newEvents === ALL_EVENTS) this.eventMasks.delete(slot);
    else this.eventMasks.set(slot, this.newEvents);
  }

  /** What an entry that begins now keeps and tells (nf_ct_acct_ext_add and its like). */
  birthStatus(): number {
    const { settings, table } = this;
    let status = 0;
    if (settings.acct) {
      table.enableCounters();
      status |= IPS_HAS_COUNTERS;
    }
    if (settings.timestamp) {
      table.enableTimes();
      status |= IPS_HAS_TIMES;
    }
    const isHeard = settings.events === 1 || (settings.events === 2 && this.listeners.length > 0);
    return isHeard ? status | IPS_HAS_EVENTS : status;
  }

  /** What the protocol says of the packet; its entry is let go of when that is no. */
  private track(): number {
    const { packet, table } = this;
    const { slot } = packet;
    packet.timeoutSeconds = KEEP_TIMEOUT;
    const verdict = this.trackProtocol();
    if (verdict === CT_REPEAT || verdict === CT_INVALID) {
      if (verdict === CT_REPEAT) this.kill(slot);
      else this.stats.invalid++;
      if (packet.timeoutSeconds !== KEEP_TIMEOUT) this.refresh(slot, packet.timeoutSeconds);
      packet.slot = -1;
      this.put(slot);
      return verdict;
    }
    if (verdict === CT_ACCEPT_AND_KILL || packet.timeoutSeconds !== KEEP_TIMEOUT) this.account(slot);
    if (verdict === CT_ACCEPT_AND_KILL) this.kill(slot);
    else if (packet.timeoutSeconds !== KEEP_TIMEOUT) this.refresh(slot, packet.timeoutSeconds);
    if (packet.ctinfo === CT_ESTABLISHED_REPLY && (table.status[slot]! & IPS_SEEN_REPLY) === 0) {
      table.status[slot]! |= IPS_SEEN_REPLY;
      table.events[slot]! |= IPCT_REPLY;
    }
    return verdict;
  }

  /** Linux: nf_conntrack_handle_packet(). */
  private trackProtocol(): number {
    const { packet, settings, table } = this;
    switch (ipv4.protocol(packet.b.view, packet.l3)) {
      case ipv4.PROTO_TCP:
        return tcpPacket(table, settings, packet);
      case ipv4.PROTO_UDP:
        return udpPacket(table, settings, packet);
      case ipv4.PROTO_ICMP:
        return icmpPacket(table, settings, packet);
      default:
        packet.timeoutSeconds = settings.genericTimeout;
        return CT_ACCEPT;
    }
  }

  /** Linux: nf_ct_acct_update(). */
  private account(slot: number): void {
    const { packet, table } = this;
    if ((table.status[slot]! & IPS_HAS_COUNTERS) === 0) return;
    const at = slot * COUNTERS_PER_SLOT + (packet.ctinfo >= CT_IS_REPLY ? 2 : 0);
    table.counters[at]!++;
    table.counters[at + 1]! += packet.tail - packet.l3;
  }

  private isTaken(slot: number): boolean {
    for (let node = 2 * slot; node <= 2 * slot + 1; node++) {
      this.table.readTuple(node, this.inverse);
      if (this.table.find(this.inverse) >= 0) return true;
    }
    return false;
  }

  /**
   * The table is full: the unassured entries of the first bucket that has any, from the new one's on, go. Linux:
   * early_drop().
   */
  private earlyDrop(hash: number): boolean {
    const { table } = this;
    for (let step = 0; step < EVICTION_BUCKETS; step++) {
      let dropped = 0;
      for (const node of table.bucketNodes((hash + step * table.bucketStep) | 0)) {
        if ((table.status[node >> 1]! & IPS_ASSURED) === 0 && this.kill(node >> 1)) dropped++;
      }
      this.stats.earlyDrop += dropped;
      if (dropped > 0) return true;
    }
    return false;
  }

  private logTableFull(): void {
    const nowNs = this.table.nowNs[0]!;
    if (nowNs - this.logWindowNs > LOG_INTERVAL_NS) {
      this.logWindowNs = nowNs;
      this.loggedInWindow = 0;
    }
    if (this.loggedInWindow++ >= LOG_BURST) return;
    this.host.kernelLog('nf_conntrack: nf_conntrack: table full, dropping packet');
  }

  private deliverEvents(slot: number): void {
    const kinds = this.table.events[slot]!;
    this.table.events[slot] = 0;
    // Whoever has heard that it is gone hears no more of it.
    if ((this.table.status[slot]! & IPS_DYING) === 0) this.tell(slot, kinds);
  }

  private tell(slot: number, kinds: number): void {
    if ((this.table.status[slot]! & IPS_HAS_EVENTS) === 0 || this.settings.events === 0) return;
    const wanted = kinds & (this.eventMasks?.get(slot) ?? ALL_EVENTS);
    if (wanted === 0) return;
    // Somebody may stop listening when told.
    for (const listener of [...this.listeners]) listener.conntrackEvent(slot, wanted);
  }
}
