/** Which flows conntrack(8) means (conntrack.c: nfct_filter, filter_nat, filter_network; nfct_cmp). */
import { DIR_ORIGINAL, DIR_REPLY, IPS_DST_NAT_DONE, IPS_SRC_NAT_DONE } from '../nf/conntrack/status.ts';
import type { ConntrackTable } from '../nf/conntrack/table.ts';
import { STATE } from '../nf/conntrack/tcp-columns.ts';
import { TUPLE_DST, TUPLE_PORTS, TUPLE_SRC, TUPLE_WORDS } from '../nf/conntrack/tuple.ts';
import { zonesOf } from '../show/conntrack.ts';
import type { CtLine, NatWish } from './conntrack-options.ts';

/** An entry's word in one direction's tuple. */
function wordOf(table: ConntrackTable, slot: number, dir: number, word: number): number {
  return table.tuples[(2 * slot + dir) * TUPLE_WORDS + word]!;
}

/** Whether an entry is among those that the line is about. */
export function isMeant(line: CtLine, table: ConntrackTable, slot: number): boolean {
  if (line.family === 'ipv6') return false;
  return hasAddresses(line, table, slot) && hasProtocol(line, table, slot) && hasRest(line, table, slot);
}

function hasAddresses(line: CtLine, table: ConntrackTable, slot: number): boolean {
  const places = [
    ['src', DIR_ORIGINAL, TUPLE_SRC],
    ['dst', DIR_ORIGINAL, TUPLE_DST],
    ['reply-src', DIR_REPLY, TUPLE_SRC],
    ['reply-dst', DIR_REPLY, TUPLE_DST],
  ] as const;
  return places.every(([name, dir, word]) => {
    const wish = line.addresses.get(name);
    if (wish === undefined) return true;
    const given = name === 'src' ? 'mask-src' : name === 'dst' ? 'mask-dst' : null;
    const mask = (given === null ? undefined : line.addresses.get(given)?.address) ?? wish.mask;
    return ((wordOf(table, slot, dir, word) ^ wish.address) & mask) === 0;
  });
}

function hasProtocol(line: CtLine, table: ConntrackTable, slot: number): boolean {
  if (line.protocol >= 0 && table.protocolOf(slot) !== line.protocol) return false;
  const ports = wordOf(table, slot, DIR_ORIGINAL, TUPLE_PORTS);
  const replyPorts = wordOf(table, slot, DIR_REPLY, TUPLE_PORTS);
  const has: Readonly<Record<string, number>> = {
    sport: ports >>> 16,
    dport: ports & 0xffff,
    'reply-port-src': replyPorts >>> 16,
    'reply-port-dst': replyPorts & 0xffff,
    'icmp-type': (ports >>> 8) & 0xff,
    'icmp-code': ports & 0xff,
    'icmp-id': ports >>> 16,
    state: table.tcp.bytes[table.tcp.bytesAt(slot) + STATE] ?? 0,
  };
  for (const [name, value] of line.l4) if (has[name] !== value) return false;
  return true;
}

function hasRest(line: CtLine, table: ConntrackTable, slot: number): boolean {
  const { given, mark } = line;
  if (given.has('mark') && (table.marks[slot]! & mark.mask) >>> 0 !== mark.value) return false;
  if (given.has('status') && (table.status[slot]! & line.status) !== line.status) return false;
  if (given.has('id') && table.idOf(slot) !== line.id) return false;
  if (given.has('secmark')) return false;
  return hasZones(line, table, slot) && hasNat(line, table, slot);
}

function hasZones({ zones }: CtLine, table: ConntrackTable, slot: number): boolean {
  if (zones.size === 0) return true;
  const [original, reply] = zonesOf(table, slot);
  const isShared = original === reply;
  const has = {
    zone: isShared ? original : 0,
    'orig-zone': isShared ? 0 : original,
    'reply-zone': isShared ? 0 : reply,
  };
  return [...zones].every(([name, zone]) => has[name as keyof typeof has] === zone);
}

/** Twin of filter_nat. */
function hasNat(line: CtLine, table: ConntrackTable, slot: number): boolean {
  const { nat } = line;
  if (nat.size === 0) return true;
  const any = nat.get('any-nat');
  const wishes = { src: any ?? nat.get('src-nat'), dst: any ?? nat.get('dst-nat') };
  const hasSrc = wishes.src !== undefined && isTranslated(table, slot, wishes.src, true);
  const hasDst = wishes.dst !== undefined && isTranslated(table, slot, wishes.dst, false);
  if (any !== undefined) return hasSrc || hasDst;
  return (wishes.src === undefined || hasSrc) && (wishes.dst === undefined || hasDst);
}

function isTranslated(table: ConntrackTable, slot: number, wish: NatWish, isSource: boolean): boolean {
  if ((table.status[slot]! & (isSource ? IPS_SRC_NAT_DONE : IPS_DST_NAT_DONE)) === 0) return false;
  const ports = wordOf(table, slot, DIR_ORIGINAL, TUPLE_PORTS);
  const replyPorts = wordOf(table, slot, DIR_REPLY, TUPLE_PORTS);
  const before = wordOf(table, slot, DIR_ORIGINAL, isSource ? TUPLE_SRC : TUPLE_DST);
  const after = wordOf(table, slot, DIR_REPLY, isSource ? TUPLE_DST : TUPLE_SRC);
  const portBefore = isSource ? ports >>> 16 : ports & 0xffff;
  const portAfter = isSource ? replyPorts & 0xffff : replyPorts >>> 16;
  const { address, port } = wish;
  if (address === null && port === null) return before !== after || portBefore !== portAfter;
  const hasAddress = address === null || (before !== after && after === address);
  return hasAddress && (port === null || (portBefore !== portAfter && portAfter === port));
}
