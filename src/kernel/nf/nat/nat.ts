/**
 * Which address and port a new connection gets, and how its packets are changed by that (nf_nat_core.c). What a
 * connection got it keeps: rules are asked for its first packet only.
 */
import { assert } from '../../../base/assert.ts';
import type { Ip4 } from '../../../base/addr.ts';
import type { Rng } from '../../../sim/rng.ts';
import * as ipv4 from '../../../wire/ipv4.ts';
import type { Conntrack } from '../conntrack/conntrack.ts';
import { DIR_ORIGINAL, DIR_REPLY, IPS_CONFIRMED, IPS_DST_NAT, IPS_DST_NAT_DONE } from '../conntrack/status.ts';
import { IPS_DYING, IPS_FIXED_TIMEOUT, IPS_MASQUERADED, IPS_SRC_NAT, IPS_SRC_NAT_DONE } from '../conntrack/status.ts';
import { STATE, TD_END } from '../conntrack/tcp-columns.ts';
import { SYN_SENT, TIME_WAIT } from '../conntrack/tcp-state.ts';
import { TUPLE_DST, TUPLE_PORTS, TUPLE_PROTO, TUPLE_SRC, TUPLE_WORDS } from '../conntrack/tuple.ts';
import { hasPorts, makeTuple, nfCtInvertTuple } from '../conntrack/tuple.ts';
import { NatBysource } from './bysource.ts';
import type { NatRange } from './range.ts';
import { MANIP_DST, MANIP_SRC } from './range.ts';
import { jhashAddress, reciprocalScale } from './jhash.ts';

/** So many ports are tried in one go before another place is drawn. */
const MAX_ATTEMPTS = 128;
/** With fewer tries than this left it is given up. */
const MIN_ATTEMPTS = 16;
/** With no more tries than this left a connection that is over makes room (NF_NAT_HARDER_THRESH). */
const HARDER_ATTEMPTS = 32;
const PORTS = 65_536;

export class Nat {
  readonly conntrack: Conntrack;
  private readonly rng: Rng;
  private readonly bysource: NatBysource;
  private readonly current = makeTuple();
  private readonly chosen = makeTuple();
  private readonly reply = makeTuple();
  private readonly nullRange: NatRange = { minAddress: 0, maxAddress: 0 };
  /** By slot: the interface whose address a masqueraded connection has; only what IPS_MASQUERADED marks counts. */
  private masqIndexes = new Int32Array(0);

  constructor(conntrack: Conntrack, rng: Rng) {
    this.conntrack = conntrack;
    this.rng = rng;
    this.bysource = new NatBysource(conntrack.table);
    conntrack.onGone((slot) => {
      this.bysource.remove(slot);
    });
  }

  /** Whether it is settled already how the connection is translated on this side. Linux: nf_nat_initialized(). */
  isInitialized(slot: number, manip: number): boolean {
    const bit = manip === MANIP_SRC ? IPS_SRC_NAT_DONE : IPS_DST_NAT_DONE;
    return (this.conntrack.table.status[slot]! & bit) !== 0;
  }

  /** Settles how a new connection is translated on one side. Linux: nf_nat_setup_info(). */
  setupInfo(slot: number, range: NatRange, manip: number): void {
    const { table } = this.conntrack;
    if ((table.status[slot]! & IPS_CONFIRMED) !== 0) return;
    assert(!this.isInitialized(slot, manip), 'Nat.setupInfo: each side is settled once');
    // The reply as it is now tells what the packet has become so far.
    table.readTuple(2 * slot + DIR_REPLY, this.reply);
    nfCtInvertTuple(this.reply, this.current);
    this.getUniqueTuple(slot, range, manip);
    if (!isEqual(this.chosen, this.current)) {
      nfCtInvertTuple(this.chosen, this.reply);
      table.alterReply(slot, this.reply);
      table.status[slot]! |= manip === MANIP_SRC ? IPS_SRC_NAT : IPS_DST_NAT;
    }
    if (manip === MANIP_SRC) this.bysource.add(slot);
    table.status[slot]! |= manip === MANIP_SRC ? IPS_SRC_NAT_DONE : IPS_DST_NAT_DONE;
  }

  /**
   * No rule wants anything: the address stays, but the port changes if somebody else's replies would come to it.
   * Linux: nf_nat_alloc_null_binding().
   */
  allocNullBinding(slot: number, manip: number): void {
    const at = (2 * slot + DIR_REPLY) * TUPLE_WORDS;
    const address = this.conntrack.table.tuples[at + (manip === MANIP_SRC ? TUPLE_DST : TUPLE_SRC)]!;
    this.nullRange.minAddress = address;
    this.nullRange.maxAddress = address;
    this.setupInfo(slot, this.nullRange, manip);
  }

  /** The connection has an address of this interface and lives no longer than that. */
  bindToInterface(slot: number, ifindex: number): void {
    const { table } = this.conntrack;
    if ((table.status[slot]! & IPS_CONFIRMED) !== 0) return;
    if (this.masqIndexes.length < table.capacity) this.growIndexes(table.capacity);
    this.masqIndexes[slot] = ifindex;
    table.status[slot]! |= IPS_MASQUERADED;
  }

  /** Whether a masqueraded connection leaves by another interface than it did. Linux: nf_nat_oif_changed(). */
  hasOtherInterface(slot: number, ifindex: number): boolean {
    return (this.conntrack.table.status[slot]! & IPS_MASQUERADED) !== 0 && this.masqIndexes[slot] !== ifindex;
  }

  /**
   * Forgets the connections that were masqueraded by an interface, or only those with one of its addresses.
   * Linux: masq_device_event(), masq_inet_event().
   */
  forgetMasqueraded(ifindex: number, address: Ip4 | null): void {
    const { table } = this.conntrack;
    for (const slot of table.listSlots()) {
      const isMasqueraded = (table.status[slot]! & IPS_MASQUERADED) !== 0 && this.masqIndexes[slot] === ifindex;
      if (!isMasqueraded) continue;
      const behind = table.tuples[(2 * slot + DIR_REPLY) * TUPLE_WORDS + TUPLE_DST];
      if (address === null || behind === address) this.conntrack.kill(slot);
    }
  }

  private growIndexes(capacity: number): void {
    const indexes = this.masqIndexes;
    this.masqIndexes = new Int32Array(capacity);
    this.masqIndexes.set(indexes);
  }

  /** Makes `chosen` of `current`. Linux: get_unique_tuple(). */
  private getUniqueTuple(slot: number, range: NatRange, manip: number): void {
    const { chosen, current } = this;
    const isRandom = range.isRandom === true;
    if (manip === MANIP_SRC && !isRandom) {
      if (isInRange(current, range)) {
        chosen.set(current);
        if (!this.isUsed(chosen, slot)) return;
      } else if (this.findAppropriateSource(range) && !this.isUsed(chosen, slot)) {
        return;
      }
    }
    chosen.set(current);
    findBestAddress(chosen, range, manip);
    if (!isRandom) {
      if (range.minPort === undefined) {
        if (!this.isUsed(chosen, slot)) return;
      } else if (range.basePort === undefined && isPortInRange(chosen, range, manip)) {
        if (range.minPort === range.maxPort || !this.isUsed(chosen, slot)) return;
      }
    }
    this.findFreePort(slot, range, manip);
  }

  /** Another connection of this source has been translated into the range. Linux: find_appropriate_src(). */
  private findAppropriateSource(range: NatRange): boolean {
    const { bysource, chosen, current, reply } = this;
    for (let slot = bysource.first(current); slot >= 0; slot = bysource.next(slot)) {
      if (!bysource.isFrom(slot, current)) continue;
      this.conntrack.table.readTuple(2 * slot + DIR_REPLY, reply);
      nfCtInvertTuple(reply, chosen);
      chosen[TUPLE_DST] = current[TUPLE_DST]!;
      chosen[TUPLE_PORTS] = (chosen[TUPLE_PORTS]! & ~0xffff) | (current[TUPLE_PORTS]! & 0xffff);
      if (isInRange(chosen, range)) return true;
    }
    return false;
  }

  /** Draws ports until one is free, or it is given up. Linux: nf_nat_l4proto_unique_tuple(). */
  private findFreePort(slot: number, range: NatRange, manip: number): void {
    const { chosen } = this;
    const protocol = chosen[TUPLE_PROTO]! & 0xff;
    const isIcmp = protocol === ipv4.PROTO_ICMP;
    if (!isIcmp && !hasPorts(protocol)) return;
    // Without a range a destination keeps its port.
    if (!isIcmp && range.minPort === undefined && manip === MANIP_DST) return;
    const shift = isIcmp || manip === MANIP_SRC ? 16 : 0;
    const port = (chosen[TUPLE_PORTS]! >>> shift) & 0xffff;
    const [min, max] = portBounds(range, isIcmp, port);
    const size = max - min + 1;
    let offset = 0;
    if (range.basePort !== undefined) offset = (port - range.basePort) & 0xffff;
    else if (range.isRandom === true || manip === MANIP_SRC) offset = this.rng.below(PORTS);
    let attempts = Math.min(size, MAX_ATTEMPTS);
    for (;;) {
      for (let attempt = 0; attempt < attempts; attempt++) {
        const candidate = min + (((offset + attempt) & 0xffff) % size);
        chosen[TUPLE_PORTS] = (chosen[TUPLE_PORTS]! & ~(0xffff << shift)) | (candidate << shift);
        if (!this.isUsedAfterAll(chosen, slot, attempts - attempt)) return;
      }
      // The packet will be dropped when its entry clashes with the other one.
      if (attempts >= size || attempts < MIN_ATTEMPTS) return;
      attempts >>= 1;
      offset = this.rng.below(PORTS);
    }
  }

  /** Whether replies to this tuple belong to another connection. Linux: nf_nat_used_tuple(). */
  private isUsed(tuple: Int32Array, slot: number): boolean {
    nfCtInvertTuple(tuple, this.reply);
    return this.conntrack.tupleTaken(this.reply, slot);
  }

  /** The same for one of the last ports: what TCP has finished gives its port up. Linux: nf_nat_used_tuple_harder(). */
  private isUsedAfterAll(tuple: Int32Array, slot: number, attemptsLeft: number): boolean {
    const { conntrack } = this;
    const { table } = conntrack;
    if (attemptsLeft > HARDER_ATTEMPTS || (tuple[TUPLE_PROTO]! & 0xff) !== ipv4.PROTO_TCP) {
      return this.isUsed(tuple, slot);
    }
    if (table.tcp.bytes[table.tcp.bytesAt(slot) + STATE] !== SYN_SENT) return this.isUsed(tuple, slot);
    nfCtInvertTuple(tuple, this.reply);
    const node = table.find(this.reply);
    if (node < 0) return false;
    const isKilled = (node & 1) !== DIR_ORIGINAL && this.mayMakeRoom(node >> 1, slot) && conntrack.kill(node >> 1);
    return !isKilled;
  }

  /** Whether one that is over cannot be taken for the new one. Linux: nf_nat_may_kill(), nf_seq_has_advanced(). */
  private mayMakeRoom(old: number, slot: number): boolean {
    const { status, tcp } = this.conntrack.table;
    if (tcp.bytes[tcp.bytesAt(old) + STATE]! < TIME_WAIT) return false;
    if ((status[old]! & (IPS_FIXED_TIMEOUT | IPS_DYING)) !== 0 || (status[old]! & IPS_SRC_NAT) === 0) return false;
    return ((tcp.words[tcp.wordsAt(slot) + TD_END]! - tcp.words[tcp.wordsAt(old) + TD_END]!) | 0) > 0;
  }
}

/** What ports there are to draw from: a range, or those of the same kind as the port was. */
function portBounds(range: NatRange, isIcmp: boolean, port: number): readonly [number, number] {
  if (range.minPort !== undefined) {
    const [min, max] = [range.minPort, range.maxPort!];
    return min <= max ? [min, max] : [max, min];
  }
  if (isIcmp) return [0, PORTS - 1];
  if (port < 512) return [1, 511];
  return port < 1024 ? [600, 1023] : [1024, PORTS - 1];
}

function isEqual(left: Int32Array, right: Int32Array): boolean {
  for (let word = 0; word < TUPLE_WORDS; word++) if (left[word] !== right[word]) return false;
  return true;
}

/** Whether the source is one that the range may make of it. Linux: nf_in_range(). */
function isInRange(tuple: Int32Array, range: NatRange): boolean {
  if (range.minAddress !== undefined) {
    const address = tuple[TUPLE_SRC]! >>> 0;
    if (address < range.minAddress >>> 0 || address > range.maxAddress! >>> 0) return false;
  }
  return range.minPort === undefined || isPortInRange(tuple, range, MANIP_SRC);
}

/** Linux: l4proto_in_range(). */
function isPortInRange(tuple: Int32Array, range: NatRange, manip: number): boolean {
  const protocol = tuple[TUPLE_PROTO]! & 0xff;
  const isIcmp = protocol === ipv4.PROTO_ICMP;
  if (!isIcmp && !hasPorts(protocol)) return true;
  const ports = tuple[TUPLE_PORTS]!;
  const port = isIcmp || manip === MANIP_SRC ? ports >>> 16 : ports & 0xffff;
  return port >= range.minPort! && port <= range.maxPort!;
}

/** One of the addresses of the range, by a hash of who talks to whom. Linux: find_best_ips_proto(). */
function findBestAddress(tuple: Int32Array, range: NatRange, manip: number): void {
  if (range.minAddress === undefined) return;
  const word = manip === MANIP_SRC ? TUPLE_SRC : TUPLE_DST;
  if (range.minAddress === range.maxAddress) {
    tuple[word] = range.minAddress;
    return;
  }
  const zone = (tuple[TUPLE_PROTO]! >>> 8) & 0xffff;
  const hash = jhashAddress(tuple[TUPLE_SRC]!, range.isPersistent === true ? null : tuple[TUPLE_DST]!, zone);
  const count = (range.maxAddress! >>> 0) - (range.minAddress >>> 0) + 1;
  tuple[word] = (range.minAddress + reciprocalScale(hash, count)) | 0;
}
