/**
 * Connections as conntrack-tools 1.4.7 prints them: `conntrack -L`, one line of `conntrack -E`, `-o save`, and
 * `conntrack -S` (libnetfilter_conntrack: snprintf_default.c).
 */
import { formatIp4 } from '../../base/addr.ts';
import { ctime } from '../../base/calendar.ts';
import * as ipv4 from '../../wire/ipv4.ts';
import type { ConntrackStats } from '../nf/conntrack/conntrack.ts';
import { DIR_ORIGINAL, DIR_REPLY, IPCT_DESTROY, IPCT_MARK, IPCT_NEW, IPCT_PROTOINFO } from '../nf/conntrack/status.ts';
import { IPS_ASSURED, IPS_HAS_COUNTERS, IPS_HAS_TIMES, IPS_SEEN_REPLY } from '../nf/conntrack/status.ts';
import type { ConntrackTable } from '../nf/conntrack/table.ts';
import { COUNTERS_PER_SLOT } from '../nf/conntrack/table.ts';
import { STATE } from '../nf/conntrack/tcp-columns.ts';
import { TCP_STATE_NAMES } from '../nf/conntrack/tcp-state.ts';
import { TUPLE_DST, TUPLE_PORTS, TUPLE_PROTO, TUPLE_SRC, hasPorts, makeTuple } from '../nf/conntrack/tuple.ts';

/** As many has a machine here; the first does all the work. */
export const PROCESSORS = 4;
const SECOND_NS = 1_000_000_000;
const PROTOCOL_NAMES: ReadonlyMap<number, string> = new Map([
  [ipv4.PROTO_ICMP, 'icmp'],
  [ipv4.PROTO_TCP, 'tcp'],
  [ipv4.PROTO_UDP, 'udp'],
  [33, 'dccp'],
  [47, 'gre'],
  [58, 'icmpv6'],
  [132, 'sctp'],
  [136, 'udplite'],
]);

/** How a flow is written down: what `-o` asks for. */
export interface ConntrackShow {
  /** The family stands in front. */
  readonly isExtended: boolean;
  readonly hasId: boolean;
  /** When it began and ended, where that is kept. */
  readonly hasTimes: boolean;
  /** Unix time at virtual time 0. */
  readonly epochSeconds: number;
  /** Who looks holds the entry, too. */
  readonly moreUses: number;
}

export const PLAIN_SHOW: ConntrackShow = {
  isExtended: false,
  hasId: false,
  hasTimes: false,
  epochSeconds: 0,
  moreUses: 0,
};

/** A line of `conntrack -L`, without its line end. */
export function conntrackLine(table: ConntrackTable, slot: number, show = PLAIN_SHOW): string {
  const words = describe(table, slot, IPCT_PROTOINFO, show);
  words.push(`mark=${table.marks[slot]! >>> 0}`, ...zoneWords(table, slot), ...timeWords(table, slot, 0, show));
  words.push(`use=${table.usesOf(slot) + show.moreUses}`);
  if (show.hasId) words.push(`id=${table.idOf(slot)}`);
  return words.join(' ');
}

/** A line of `conntrack -E` about the event of these kinds (bits IPCT_…). */
export function conntrackEventLine(table: ConntrackTable, slot: number, kinds: number, show = PLAIN_SHOW): string {
  const isDestroy = (kinds & IPCT_DESTROY) !== 0;
  const word = isDestroy ? '[DESTROY]' : (kinds & IPCT_NEW) !== 0 ? '[NEW]' : '[UPDATE]';
  const words = [word.padStart(9), ...describe(table, slot, kinds, show)];
  const mark = table.marks[slot]! >>> 0;
  if (mark !== 0 || (kinds & IPCT_MARK) !== 0) words.push(`mark=${mark}`);
  words.push(...zoneWords(table, slot));
  if (isDestroy) words.push(...timeWords(table, slot, kinds, show));
  if (show.hasId) words.push(`id=${table.idOf(slot)}`);
  return words.join(' ');
}

/** The line of one processor in `conntrack -S`. */
export function conntrackStatLine(stats: ConntrackStats, cpu: number): string {
  const counters: readonly (readonly [string, number])[] = [
    ['found', stats.found],
    ['invalid', stats.invalid],
    ['insert', stats.insert],
    ['insert_failed', stats.insertFailed],
    ['drop', stats.drop],
    ['early_drop', stats.earlyDrop],
    ['error', stats.error],
    ['search_restart', 0],
    ['clash_resolve', stats.clashResolve],
    ['chaintoolong', 0],
  ];
  return `cpu=${cpu}   \t${counters.map(([name, count]) => `${name}=${count} `).join('')}`;
}

/**
 * What both kinds of line have in common: protocol, time, state, both tuples and what is known of them. The state of a
 * connection is told when it has changed, and at its end.
 */
function describe(table: ConntrackTable, slot: number, kinds: number, show: ConntrackShow): string[] {
  const protocol = table.protocolOf(slot);
  const words = show.isExtended ? [`${'ipv4'.padEnd(8)} 2`] : [];
  words.push(`${protocolName(protocol).padEnd(8)} ${protocol}`);
  const seconds = secondsLeft(table, slot);
  // What has expired has no time left to tell of.
  if ((kinds & IPCT_DESTROY) === 0 || seconds > 0) words.push(`${seconds}`);
  if (protocol === ipv4.PROTO_TCP && (kinds & (IPCT_PROTOINFO | IPCT_DESTROY)) !== 0) words.push(tcpState(table, slot));
  words.push(...sideWords(table, slot));
  return words;
}

/** Both directions of an entry with their zones and counters, and what is known of its answers. */
export function sideWords(table: ConntrackTable, slot: number): string[] {
  const words: string[] = [];
  const [original, reply] = zonesOf(table, slot);
  words.push(...tupleWords(table, slot, DIR_ORIGINAL));
  if (original !== reply && original !== 0) words.push(`zone-orig=${original}`);
  words.push(...counterWords(table, slot, DIR_ORIGINAL));
  if ((table.status[slot]! & IPS_SEEN_REPLY) === 0) words.push('[UNREPLIED]');
  words.push(...tupleWords(table, slot, DIR_REPLY));
  if (original !== reply && reply !== 0) words.push(`zone-reply=${reply}`);
  words.push(...counterWords(table, slot, DIR_REPLY));
  if ((table.status[slot]! & IPS_ASSURED) !== 0) words.push('[ASSURED]');
  return words;
}

/** A protocol as the tool calls it. */
export function protocolName(protocol: number): string {
  return PROTOCOL_NAMES.get(protocol) ?? 'unknown';
}

/** Whole seconds until the entry expires. */
export function secondsLeft(table: ConntrackTable, slot: number): number {
  return Math.max(Math.floor((table.expiresNs[slot]! - table.nowNs[0]!) / SECOND_NS), 0);
}

/** The state of a TCP connection. */
export function tcpState(table: ConntrackTable, slot: number): string {
  return TCP_STATE_NAMES[table.tcp.bytes[table.tcp.bytesAt(slot) + STATE]!]!;
}

/** `src=… dst=… sport=… dport=…` of one direction. */
function tupleWords(table: ConntrackTable, slot: number, dir: number): string[] {
  const tuple = makeTuple();
  table.readTuple(2 * slot + dir, tuple);
  const words = [`src=${formatIp4(tuple[TUPLE_SRC]!)}`, `dst=${formatIp4(tuple[TUPLE_DST]!)}`];
  const protocol = tuple[TUPLE_PROTO]! & 0xff;
  const ports = tuple[TUPLE_PORTS]!;
  if (hasPorts(protocol)) words.push(`sport=${ports >>> 16}`, `dport=${ports & 0xffff}`);
  if (protocol === ipv4.PROTO_ICMP) {
    words.push(`type=${(ports >>> 8) & 0xff}`, `code=${ports & 0xff}`, `id=${ports >>> 16}`);
  }
  return words;
}

/** The counters of one direction, where they are kept. */
function counterWords(table: ConntrackTable, slot: number, dir: number): string[] {
  if ((table.status[slot]! & IPS_HAS_COUNTERS) === 0) return [];
  const at = slot * COUNTERS_PER_SLOT + 2 * dir;
  return [`packets=${table.counters[at]!}`, `bytes=${table.counters[at + 1]!}`];
}

/** The zones in which the directions of an entry are found. */
export function zonesOf(table: ConntrackTable, slot: number): readonly [original: number, reply: number] {
  const zoneOf = (dir: number): number => {
    const tuple = makeTuple();
    table.readTuple(2 * slot + dir, tuple);
    return (tuple[TUPLE_PROTO]! >>> 8) & 0xffff;
  };
  return [zoneOf(DIR_ORIGINAL), zoneOf(DIR_REPLY)];
}

function zoneWords(table: ConntrackTable, slot: number): string[] {
  const [original, reply] = zonesOf(table, slot);
  return original === reply && original !== 0 ? [`zone=${original}`] : [];
}

/** So many seconds it has lived; -1 where that is not kept. */
export function secondsLived(table: ConntrackTable, slot: number): number {
  if ((table.status[slot]! & IPS_HAS_TIMES) === 0) return -1;
  return Math.floor(table.nowNs[0]! / SECOND_NS) - Math.floor(table.startsNs[slot]! / SECOND_NS);
}

function timeWords(table: ConntrackTable, slot: number, kinds: number, show: ConntrackShow): string[] {
  const lived = secondsLived(table, slot);
  if (lived < 0) return [];
  const words = [`delta-time=${lived}`];
  if (!show.hasTimes) return words;
  const at = (timeNs: number): string => ctime(show.epochSeconds + Math.floor(timeNs / SECOND_NS));
  words.push(`[start=${at(table.startsNs[slot]!)}]`);
  if ((kinds & IPCT_DESTROY) !== 0) words.push(`[stop=${at(table.nowNs[0]!)}]`);
  return words;
}
