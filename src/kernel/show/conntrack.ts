/**
 * Connections as conntrack-tools 1.4.7 prints them: `conntrack -L`, one line of `conntrack -E`, and `conntrack -S`.
 */
import { formatIp4 } from '../../base/addr.ts';
import * as ipv4 from '../../wire/ipv4.ts';
import type { ConntrackStats } from '../nf/conntrack/conntrack.ts';
import {
  DIR_ORIGINAL,
  DIR_REPLY,
  IPCT_DESTROY,
  IPCT_MARK,
  IPCT_NEW,
  IPCT_PROTOINFO,
  IPS_ASSURED,
} from '../nf/conntrack/status.ts';
import { IPS_HAS_COUNTERS, IPS_SEEN_REPLY } from '../nf/conntrack/status.ts';
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

/** A line of `conntrack -L`; with `isExtended`, as `-o extended` prints it. Without its line end. */
export function conntrackLine(table: ConntrackTable, slot: number, isExtended = false): string {
  const family = isExtended ? `${'ipv4'.padEnd(8)} 2 ` : '';
  const zone = zoneOf(table, slot, DIR_ORIGINAL);
  const zoneText = zone === 0 ? '' : ` zone=${zone}`;
  const mark = ` mark=${table.marks[slot]! >>> 0}`;
  return `${family}${describe(table, slot, IPCT_PROTOINFO)}${mark}${zoneText} use=${table.usesOf(slot)}`;
}

/** A line of `conntrack -E` about the event of these kinds (bits IPCT_…). */
export function conntrackEventLine(table: ConntrackTable, slot: number, kinds: number): string {
  const isDestroy = (kinds & IPCT_DESTROY) !== 0;
  const word = isDestroy ? '[DESTROY]' : (kinds & IPCT_NEW) !== 0 ? '[NEW]' : '[UPDATE]';
  const zone = zoneOf(table, slot, DIR_ORIGINAL);
  const mark = table.marks[slot]! >>> 0;
  const rest = `${mark === 0 && (kinds & IPCT_MARK) === 0 ? '' : ` mark=${mark}`}${zone === 0 ? '' : ` zone=${zone}`}`;
  return `${word.padStart(9)} ${describe(table, slot, kinds)}${rest}`;
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
function describe(table: ConntrackTable, slot: number, kinds: number): string {
  const protocol = table.protocolOf(slot);
  const words = [`${(PROTOCOL_NAMES.get(protocol) ?? 'unknown').padEnd(8)} ${protocol}`];
  const seconds = Math.max(Math.floor((table.expiresNs[slot]! - table.nowNs[0]!) / SECOND_NS), 0);
  // What has expired has no time left to tell of.
  if ((kinds & IPCT_DESTROY) === 0 || seconds > 0) words.push(`${seconds}`);
  if (protocol === ipv4.PROTO_TCP && (kinds & (IPCT_PROTOINFO | IPCT_DESTROY)) !== 0) {
    words.push(TCP_STATE_NAMES[table.tcp.bytes[table.tcp.bytesAt(slot) + STATE]!]!);
  }
  words.push(...tupleWords(table, slot, DIR_ORIGINAL));
  if ((table.status[slot]! & IPS_SEEN_REPLY) === 0) words.push('[UNREPLIED]');
  words.push(...tupleWords(table, slot, DIR_REPLY));
  if ((table.status[slot]! & IPS_ASSURED) !== 0) words.push('[ASSURED]');
  return words.join(' ');
}

/** `src=… dst=… sport=… dport=…` and the counters of one direction. */
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
  if ((table.status[slot]! & IPS_HAS_COUNTERS) !== 0) {
    const at = slot * COUNTERS_PER_SLOT + 2 * dir;
    words.push(`packets=${table.counters[at]!}`, `bytes=${table.counters[at + 1]!}`);
  }
  return words;
}

/** The zone in which one direction of an entry is found. */
export function zoneOf(table: ConntrackTable, slot: number, dir: number): number {
  const tuple = makeTuple();
  table.readTuple(2 * slot + dir, tuple);
  return (tuple[TUPLE_PROTO]! >>> 8) & 0xffff;
}
