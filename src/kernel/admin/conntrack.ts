/**
 * conntrack(8) of conntrack-tools 1.4.7 over the connections of a namespace: all commands but `-E`, which goes on
 * (events/conntrack-monitor.ts).
 */
import * as ipv4 from '../../wire/ipv4.ts';
import type { Netns } from '../netns.ts';
import type { Conntrack } from '../nf/conntrack/conntrack.ts';
import { ConntrackStats } from '../nf/conntrack/conntrack.ts';
import type { CtChange, CtNat } from '../nf/conntrack/ctnetlink.ts';
import { ctnetlinkChange, ctnetlinkCreate, ctnetlinkDelete, ctnetlinkZero } from '../nf/conntrack/ctnetlink.ts';
import { conntrackOf } from '../nf/conntrack/hooks.ts';
import { TUPLE_DST, TUPLE_PORTS, TUPLE_PROTO, TUPLE_SRC } from '../nf/conntrack/tuple.ts';
import { hasPorts, makeTuple, nfCtInvertTuple, setZone } from '../nf/conntrack/tuple.ts';
import { conntrackSaveLine, conntrackXml, XML_END, XML_HEAD } from '../show/conntrack-formats.ts';
import type { ConntrackShow } from '../show/conntrack.ts';
import { conntrackLine, conntrackStatLine, PROCESSORS } from '../show/conntrack.ts';
import { isMeant } from './conntrack-filter.ts';
import type { CtLine } from './conntrack-options.ts';
import { CtExit, otherProblem, readConntrackLine, TOOL } from './conntrack-options.ts';
import { CONNTRACK_HELP, protocolHelp } from './conntrack-usage.ts';
import type { AdminResult } from './result.ts';
import { notSupported } from './result.ts';

const SUPPORTED = '-L, -D, -F, -C, -S, -E, -G, -I, -U, -A of the table conntrack';

/** Runs one command line; `args` stand behind the program's name. */
export function conntrack(ns: Netns, args: readonly string[]): AdminResult {
  try {
    const line = readConntrackLine(args);
    const result = runLine(ns, line);
    return { ...result, stderr: line.warning + result.stderr };
  } catch (error) {
    if (error instanceof CtExit) return { exit: error.exit, stdout: '', stderr: error.message };
    throw error;
  }
}

function runLine(ns: Netns, line: CtLine): AdminResult {
  if (line.command === 'V') return said('', `${TOOL.slice(0, -2)}\n`);
  if (line.command === '' || line.command === 'h') return said('', CONNTRACK_HELP + protocolHelp(line.protocol));
  if (line.table !== 'conntrack') return otherTable(line);
  const known = conntrackOf(ns);
  known.table.nowNs[0] = ns.machine.sched.now;
  switch (line.command) {
    case 'L':
      return list(ns, known, line);
    case 'D':
      return remove(ns, known, line);
    case 'U':
      return update(ns, known, line);
    case 'I':
    case 'A':
      return create(known, line);
    case 'G':
      return get(ns, known, line);
    case 'F':
      for (const slot of known.table.listSlots()) ctnetlinkDelete(known, slot);
      return said('connection tracking table has been emptied.');
    case 'C':
      return said('', `${known.table.count}\n`);
    case 'S':
      return said('', statistics(known));
    case 'E':
      return notSupported('conntrack -E', `${SUPPORTED}; -E as a program`);
  }
}

function said(about: string, stdout = '', exit = 0): AdminResult {
  return { exit, stdout, stderr: about === '' ? '' : `${TOOL}${about}\n` };
}

/** Nothing is ever expected, and nothing waits to be confirmed or to go while somebody types. */
function otherTable(line: CtLine): AdminResult {
  const what = `conntrack -${line.command} ${line.table}`;
  if (line.table !== 'expect') {
    return line.command === 'L' ? said('0 flow entries have been shown.') : notSupported(what, SUPPORTED);
  }
  switch (line.command) {
    case 'L':
      return said('0 expectations have been shown.');
    case 'F':
      return said('expectation table has been emptied.');
    case 'C':
      return said('', '0\n');
    case 'S':
      return said(
        '',
        eachProcessor((cpu) => `cpu=${cpu}   \texpect_new=0 expect_create=0 expect_delete=0 \n`),
      );
    default:
      return notSupported(what, SUPPORTED);
  }
}

function eachProcessor(line: (cpu: number) => string): string {
  return Array.from({ length: PROCESSORS }, (_, cpu) => line(cpu)).join('');
}

function statistics(known: Conntrack): string {
  const idle = new ConntrackStats();
  return eachProcessor((cpu) => `${conntrackStatLine(cpu === 0 ? known.stats : idle, cpu)}\n`);
}

/** How the line wants flows to be written. */
export function showOf(ns: Netns, { outputs }: CtLine, moreUses = 0): ConntrackShow {
  return {
    isExtended: outputs.has('extended'),
    hasId: outputs.has('id'),
    hasTimes: outputs.has('ktimestamp'),
    epochSeconds: ns.machine.epochSeconds,
    moreUses,
  };
}

/** Which command `-o save` writes, where it is not `-A`. */
const SAVE_LETTERS: Readonly<Record<string, string>> = { D: 'D', U: 'U' };

function entryText(ns: Netns, known: Conntrack, slot: number, line: CtLine, moreUses = 0): string {
  if (line.outputs.has('save')) return `${conntrackSaveLine(known.table, slot, SAVE_LETTERS[line.command])}\n`;
  if (line.outputs.has('xml')) return `${conntrackXml(known.table, slot)}\n`;
  return `${conntrackLine(known.table, slot, showOf(ns, line, moreUses))}\n`;
}

function meant(known: Conntrack, line: CtLine): number[] {
  return known.table.listSlots().filter((slot) => isMeant(line, known.table, slot));
}

function warnOfLabels(line: CtLine): void {
  if (line.outputs.has('labels')) line.warning += 'nfct_labelmap_new: No such file or directory\n';
}

function list(ns: Netns, known: Conntrack, line: CtLine): AdminResult {
  // The kernel is asked for bits that are set.
  if (line.given.has('status') && line.status === 0) otherProblem('Operation failed: invalid parameters');
  warnOfLabels(line);
  const slots = meant(known, line);
  let text = slots.map((slot) => entryText(ns, known, slot, line)).join('');
  if (line.outputs.has('xml') && slots.length > 0) text = XML_HEAD + text + XML_END;
  if (line.given.has('zero')) for (const slot of slots) ctnetlinkZero(known, slot);
  return said(`${slots.length} flow entries have been shown.`, text);
}

function remove(ns: Netns, known: Conntrack, line: CtLine): AdminResult {
  let text = '';
  const slots = meant(known, line);
  for (const slot of slots) {
    text += entryText(ns, known, slot, line);
    ctnetlinkDelete(known, slot);
  }
  return said(`${slots.length} flow entries have been deleted.`, text, slots.length === 0 ? 1 : 0);
}

/** What `-U` makes of one entry; null for nothing. */
function changeOf(known: Conntrack, slot: number, line: CtLine): CtChange | null {
  const { marks, status } = known.table;
  const { value, mask } = line.mark;
  const mark = line.given.has('mark') ? ((marks[slot]! & ~mask) ^ value) >>> 0 : marks[slot]! >>> 0;
  const timeoutSeconds = line.given.has('timeout') ? line.timeoutSeconds : null;
  const isSame =
    mark === marks[slot]! >>> 0 && timeoutSeconds === null && (status[slot]! & line.status) === line.status;
  return isSame ? null : { mark, status: line.status, timeoutSeconds };
}

function update(ns: Netns, known: Conntrack, line: CtLine): AdminResult {
  // Mark and status are what is to be set, not what is looked for.
  const given = new Set([...line.given].filter((name) => name !== 'mark' && name !== 'status'));
  let text = '';
  let count = 0;
  for (const slot of meant(known, { ...line, given })) {
    const change = changeOf(known, slot, line);
    if (change === null) continue;
    if (line.family === '') {
      line.warning += 'Operation failed: Operation not supported\n';
      throw new CtExit(1, `${line.warning}${TOOL}Operation failed: Operation not supported\n`);
    }
    ctnetlinkChange(known, slot, change);
    text += entryText(ns, known, slot, line, 1);
    count++;
  }
  return said(`${count} flow entries have been updated.`, text, count === 0 ? 1 : 0);
}

/** The tuple that the line names in one direction, or null where it names none. */
function tupleOf(line: CtLine, isReply: boolean): Int32Array | null {
  const src = line.addresses.get(isReply ? 'reply-src' : 'src');
  const dst = line.addresses.get(isReply ? 'reply-dst' : 'dst');
  if (src === undefined || dst === undefined) return null;
  const tuple = makeTuple();
  tuple[TUPLE_SRC] = src.address;
  tuple[TUPLE_DST] = dst.address;
  tuple[TUPLE_PROTO] = line.protocol;
  const { l4 } = line;
  if (hasPorts(line.protocol)) {
    const [from, to] = isReply
      ? [l4.get('reply-port-src') ?? l4.get('dport') ?? 0, l4.get('reply-port-dst') ?? l4.get('sport') ?? 0]
      : [l4.get('sport') ?? 0, l4.get('dport') ?? 0];
    tuple[TUPLE_PORTS] = (from << 16) | to;
  } else if (line.protocol === ipv4.PROTO_ICMP) {
    const message = ((l4.get('icmp-type') ?? 0) << 8) | (l4.get('icmp-code') ?? 0);
    tuple[TUPLE_PORTS] = ((l4.get('icmp-id') ?? 0) << 16) | message;
  }
  return tuple;
}

/** Both tuples of a line that makes an entry; null where the one that is named has no answer. */
function tuplesOf(line: CtLine): readonly [original: Int32Array, reply: Int32Array] | null {
  const [named, answer] = [tupleOf(line, false), tupleOf(line, true)];
  const [original, reply] = [named ?? makeTuple(), answer ?? makeTuple()];
  if (named === null && !nfCtInvertTuple(reply, original)) return null;
  if (answer === null && !nfCtInvertTuple(original, reply)) return null;
  const zone = line.zones.get('zone') ?? 0;
  setZone(original, line.zones.get('orig-zone') ?? zone);
  setZone(reply, line.zones.get('reply-zone') ?? zone);
  return [original, reply];
}

function create(known: Conntrack, line: CtLine): AdminResult {
  if (line.family === 'ipv6') return notSupported(`conntrack -${line.command} with IPv6 addresses`, 'IPv4');
  const isAdd = line.command === 'A';
  const tuples = tuplesOf(line);
  if (tuples === null) otherProblem('Operation failed: invalid parameters');
  const natOf = (name: 'src-nat' | 'dst-nat'): CtNat | null => line.nat.get(name) ?? null;
  const isDone = ctnetlinkCreate(known, {
    original: tuples[0],
    reply: tuples[1],
    timeoutSeconds: line.timeoutSeconds,
    status: line.status,
    mark: line.given.has('mark') ? line.mark.value : 0,
    tcpState: line.l4.get('state') ?? -1,
    sourceNat: natOf('src-nat'),
    destinationNat: natOf('dst-nat'),
  });
  if (!isDone && !isAdd) otherProblem('Operation failed: Such conntrack exists, try -U to update');
  return said(`${isDone ? 1 : 0} flow entries have been ${isAdd ? 'added' : 'created'}.`);
}

function get(ns: Netns, known: Conntrack, line: CtLine): AdminResult {
  const tuple = tupleOf(line, false);
  if (tuple === null) otherProblem('Operation failed: invalid parameters');
  const node = known.table.find(tuple);
  if (node < 0) otherProblem("Operation failed: such conntrack doesn't exist");
  return said('1 flow entries have been shown.', entryText(ns, known, node >> 1, line, 1));
}
