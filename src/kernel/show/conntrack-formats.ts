/** Connections as `conntrack -o save` and `-o xml` print them (conntrack.c: ct_save_snprintf; snprintf_xml.c). */
import { formatIp4 } from '../../base/addr.ts';
import { momentOf } from '../../base/calendar.ts';
import * as ipv4 from '../../wire/ipv4.ts';
import { DIR_ORIGINAL, DIR_REPLY, IPCT_DESTROY, IPCT_MARK, IPCT_NEW, IPCT_PROTOINFO } from '../nf/conntrack/status.ts';
import { IPS_ASSURED, IPS_FIXED_TIMEOUT, IPS_HAS_COUNTERS, IPS_SEEN_REPLY } from '../nf/conntrack/status.ts';
import type { ConntrackTable } from '../nf/conntrack/table.ts';
import { COUNTERS_PER_SLOT } from '../nf/conntrack/table.ts';
import { TUPLE_DST, TUPLE_PORTS, TUPLE_SRC, hasPorts, makeTuple } from '../nf/conntrack/tuple.ts';
import { protocolName, secondsLeft, secondsLived, tcpState, zonesOf } from './conntrack.ts';

export const XML_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n<conntrack>\n';
export const XML_END = '</conntrack>\n';
const SECOND_NS = 1_000_000_000;

function tuplesOf(table: ConntrackTable, slot: number): readonly [original: Int32Array, reply: Int32Array] {
  const tuples = [makeTuple(), makeTuple()] as const;
  table.readTuple(2 * slot + DIR_ORIGINAL, tuples[0]);
  table.readTuple(2 * slot + DIR_REPLY, tuples[1]);
  return tuples;
}

const STATUS_WORDS: readonly (readonly [bit: number, word: string])[] = [
  [IPS_SEEN_REPLY, 'SEEN_REPLY'],
  [IPS_ASSURED, 'ASSURED'],
  [IPS_FIXED_TIMEOUT, 'FIXED_TIMEOUT'],
];

/** The options that make the entry again, without a line end; `letter` is that of the command. */
export function conntrackSaveLine(table: ConntrackTable, slot: number, letter = 'A'): string {
  const [original, reply] = tuplesOf(table, slot);
  const [zone, replyZone] = zonesOf(table, slot);
  const status = STATUS_WORDS.filter(([bit]) => (table.status[slot]! & bit) !== 0).map(([, word]) => word);
  // The tool does not write the mark.
  const words = [`-${letter}`, '-t', `${secondsLeft(table, slot)}`];
  words.push('-u', status.length === 0 ? 'UNSET' : status.join(','));
  if (zone === replyZone && zone !== 0) words.push('-w', `${zone}`);
  if (zone !== replyZone && zone !== 0) words.push('--orig-zone', `${zone}`);
  if (zone !== replyZone && replyZone !== 0) words.push('--reply-zone', `${replyZone}`);
  words.push('-s', formatIp4(original[TUPLE_SRC]!), '-d', formatIp4(original[TUPLE_DST]!));
  const hasNat = isTranslated(table, slot);
  const isDnat = hasNat && reply[TUPLE_SRC] !== original[TUPLE_DST];
  const isSnat = hasNat && reply[TUPLE_DST] !== original[TUPLE_SRC];
  words.push(isDnat ? '-g' : '-r', formatIp4(reply[TUPLE_SRC]!));
  words.push(isSnat ? '-n' : '-q', formatIp4(reply[TUPLE_DST]!));
  words.push(...protocolOptions(table, slot, original, reply));
  return words.join(' ');
}

/** IPS_SRC_NAT_DONE or IPS_DST_NAT_DONE. */
function isTranslated(table: ConntrackTable, slot: number): boolean {
  return (table.status[slot]! & (3 << 7)) !== 0;
}

function protocolOptions(table: ConntrackTable, slot: number, original: Int32Array, reply: Int32Array): string[] {
  const protocol = table.protocolOf(slot);
  const name = protocolName(protocol);
  const words = ['-p', name === 'unknown' ? `${protocol}` : name];
  const ports = original[TUPLE_PORTS]!;
  const replyPorts = reply[TUPLE_PORTS]!;
  if (hasPorts(protocol)) {
    words.push('--sport', `${ports >>> 16}`, '--dport', `${ports & 0xffff}`);
    words.push('--reply-port-src', `${replyPorts >>> 16}`, '--reply-port-dst', `${replyPorts & 0xffff}`);
  }
  if (protocol === ipv4.PROTO_TCP) words.push('--state', tcpState(table, slot));
  if (protocol === ipv4.PROTO_ICMP) {
    words.push('--icmp-type', `${(ports >>> 8) & 0xff}`, '--icmp-code', `${ports & 0xff}`);
    words.push('--icmp-id', `${ports >>> 16}`);
  }
  return words;
}

/** What an event says beside the flow; null in a list. */
export interface XmlEvent {
  readonly kinds: number;
  /** Unix time, with `-o timestamp`; else null. */
  readonly whenSeconds: number | null;
}

/** The element of one flow, without a line end. */
export function conntrackXml(table: ConntrackTable, slot: number, event: XmlEvent | null = null): string {
  const kinds = event?.kinds ?? 0;
  const type = (kinds & IPCT_DESTROY) !== 0 ? 'destroy' : (kinds & IPCT_NEW) !== 0 ? 'new' : 'update';
  const [original, reply] = tuplesOf(table, slot);
  const [zone, replyZone] = zonesOf(table, slot);
  const directional = zone !== replyZone;
  const parts = [
    event === null ? '<flow>' : `<flow type="${type}">`,
    direction(table, slot, 'original', original, directional ? zone : 0),
    direction(table, slot, 'reply', reply, directional ? replyZone : 0),
    `<meta direction="independent">${independent(table, slot, event, directional ? 0 : zone)}</meta>`,
    event === null || event.whenSeconds === null ? '' : whenElement(event.whenSeconds),
    '</flow>',
  ];
  return parts.join('');
}

function direction(table: ConntrackTable, slot: number, name: string, tuple: Int32Array, zone: number): string {
  const protocol = table.protocolOf(slot);
  const ports = tuple[TUPLE_PORTS]!;
  const l4 = hasPorts(protocol) ? `<sport>${ports >>> 16}</sport><dport>${ports & 0xffff}</dport>` : '';
  const at = slot * COUNTERS_PER_SLOT + (name === 'reply' ? 2 : 0);
  const hasCounters = (table.status[slot]! & IPS_HAS_COUNTERS) !== 0;
  const counted = `<packets>${table.counters[at]}</packets><bytes>${table.counters[at + 1]}</bytes>`;
  return [
    `<meta direction="${name}"><layer3 protonum="2" protoname="ipv4">`,
    `<src>${formatIp4(tuple[TUPLE_SRC]!)}</src><dst>${formatIp4(tuple[TUPLE_DST]!)}</dst></layer3>`,
    `<layer4 protonum="${protocol}" protoname="${protocolName(protocol)}">${l4}</layer4>`,
    zone === 0 ? '' : `<zone>${zone}</zone>`,
    hasCounters ? `<counters>${counted}</counters>` : '',
    '</meta>',
  ].join('');
}

/** What belongs to neither direction. */
function independent(table: ConntrackTable, slot: number, event: XmlEvent | null, zone: number): string {
  const kinds = event?.kinds ?? IPCT_PROTOINFO | IPCT_MARK;
  const isDestroy = (kinds & IPCT_DESTROY) !== 0;
  const status = table.status[slot]!;
  const mark = table.marks[slot]! >>> 0;
  const seconds = secondsLeft(table, slot);
  const lived = event === null || isDestroy ? secondsLived(table, slot) : -1;
  const hasState = table.protocolOf(slot) === ipv4.PROTO_TCP && (kinds & (IPCT_PROTOINFO | IPCT_DESTROY)) !== 0;
  return [
    hasState ? `<state>${tcpState(table, slot)}</state>` : '',
    isDestroy && seconds === 0 ? '' : `<timeout>${seconds}</timeout>`,
    mark !== 0 || (kinds & IPCT_MARK) !== 0 ? `<mark>${mark}</mark>` : '',
    zone === 0 ? '' : `<zone>${zone}</zone>`,
    event === null ? `<use>${table.usesOf(slot)}</use>` : '',
    `<id>${table.idOf(slot)}</id>`,
    (status & IPS_ASSURED) !== 0 ? '<assured/>' : '',
    (status & IPS_SEEN_REPLY) === 0 ? '<unreplied/>' : '',
    lived < 0 ? '' : `<deltatime>${lived}</deltatime>`,
  ].join('');
}

/** The days of the week count from 1, Sunday. */
function whenElement(whenSeconds: number): string {
  const { year, month, day, hour, minute, second, weekday } = momentOf(
    Math.floor(whenSeconds),
    whenSeconds % SECOND_NS,
  );
  const time = `<hour>${hour}</hour><min>${minute}</min><sec>${second}</sec>`;
  const date = `<wday>${weekday + 1}</wday><day>${day}</day><month>${month}</month><year>${year}</year>`;
  return `<when>${time}${date}</when>`;
}
