/** /proc/net/nf_conntrack and /proc/net/stat/nf_conntrack (Linux: nf_conntrack_standalone.c). */
import * as ipv4 from '../../wire/ipv4.ts';
import type { Netns } from '../netns.ts';
import { ConntrackStats } from '../nf/conntrack/conntrack.ts';
import type { ConntrackTable } from '../nf/conntrack/table.ts';
import { PROCESSORS, secondsLeft, secondsLived, sideWords, tcpState, zonesOf } from './conntrack.ts';

/** What l4proto_name() knows. */
const PROTOCOL_NAMES: ReadonlyMap<number, string> = new Map([
  [ipv4.PROTO_ICMP, 'icmp'],
  [ipv4.PROTO_TCP, 'tcp'],
  [ipv4.PROTO_UDP, 'udp'],
  [47, 'gre'],
  [132, 'sctp'],
  [136, 'udplite'],
]);

/** One line for each connection; the reader holds the entry, and that shows. */
export function procNetNfConntrack({ conntrack, machine }: Netns): string {
  if (conntrack === null) return '';
  const { table } = conntrack;
  table.nowNs[0] = machine.sched.now;
  return table
    .listSlots()
    .map((slot) => `${entryLine(table, slot)}\n`)
    .join('');
}

/** Twin of ct_seq_show. */
function entryLine(table: ConntrackTable, slot: number): string {
  const protocol = table.protocolOf(slot);
  const seconds = secondsLeft(table, slot);
  const words = [
    `ipv4     2 ${(PROTOCOL_NAMES.get(protocol) ?? 'unknown').padEnd(8)} ${protocol} ${seconds}`,
    ...(protocol === ipv4.PROTO_TCP ? [tcpState(table, slot)] : []),
  ];
  const [original, reply] = zonesOf(table, slot);
  words.push(...sideWords(table, slot));
  words.push(`mark=${table.marks[slot]! >>> 0}`);
  if (original === reply) words.push(`zone=${original}`);
  const lived = secondsLived(table, slot);
  if (lived >= 0) words.push(`delta-time=${lived}`);
  words.push(`use=${table.usesOf(slot) + 1}`);
  return words.join(' ');
}

const STAT_HEADER =
  'entries  clashres found new invalid ignore delete chainlength insert insert_failed drop early_drop icmp_error  ' +
  'expect_new expect_create expect_delete search_restart\n';

/** Hexadecimal counters, a line for each processor; the first does all the work. */
export function procNetStatNfConntrack({ conntrack }: Netns): string {
  const entries = conntrack?.table.count ?? 0;
  const idle = new ConntrackStats();
  const lines = Array.from({ length: PROCESSORS }, (_, cpu) => {
    const stats = cpu === 0 ? (conntrack?.stats ?? idle) : idle;
    const { clashResolve, found, invalid, insert, insertFailed, drop, earlyDrop, error } = stats;
    const columns = [clashResolve, found, 0, invalid, 0, 0, 0, insert, insertFailed, drop, earlyDrop, error];
    return `${hex(entries)}  ${columns.map(hex).join(' ')}  ${[0, 0, 0, 0].map(hex).join(' ')}\n`;
  });
  return STAT_HEADER + lines.join('');
}

function hex(count: number): string {
  return count.toString(16).padStart(8, '0');
}
