/** Writes down what becomes of connections as `conntrack -E` prints it (conntrack.c: event_cb). */
import { isMeant } from '../admin/conntrack-filter.ts';
import type { CtLine } from '../admin/conntrack-options.ts';
import { CtExit, readConntrackLine } from '../admin/conntrack-options.ts';
import { showOf } from '../admin/conntrack.ts';
import type { Netns } from '../netns.ts';
import type { Conntrack, ConntrackListener } from '../nf/conntrack/conntrack.ts';
import { conntrackOf } from '../nf/conntrack/hooks.ts';
import { IPCT_DESTROY, IPCT_NEW } from '../nf/conntrack/status.ts';
import type { InputStream } from '../proc/pipe.ts';
import { Pipe } from '../proc/pipe.ts';
import { conntrackSaveLine, conntrackXml, XML_END, XML_HEAD } from '../show/conntrack-formats.ts';
import { conntrackEventLine } from '../show/conntrack.ts';

const SECOND_NS = 1_000_000_000;
const MICROSECOND_NS = 1000;

/** Whether a command line asks for events, and nothing is wrong with it. */
export function asksForEvents(args: readonly string[]): boolean {
  try {
    const line = readConntrackLine(args);
    return line.command === 'E' && line.table === 'conntrack';
  } catch (error) {
    if (error instanceof CtExit) return false;
    throw error;
  }
}

export class ConntrackMonitor implements ConntrackListener {
  /** Events written down so far. */
  count = 0;
  private readonly ns: Netns;
  private readonly line: CtLine;
  private readonly conntrack: Conntrack;
  private readonly pipe = new Pipe();
  private readonly stop: () => void;

  /** Listens from now on; `args` are those of the command line. */
  constructor(ns: Netns, args: readonly string[]) {
    this.ns = ns;
    this.line = readConntrackLine(args);
    this.conntrack = conntrackOf(ns);
    this.pipe.openWriter();
    this.stop = this.conntrack.listen(this);
  }

  /** What was written down and is not read yet. */
  get output(): InputStream {
    return this.pipe;
  }

  /** What the tool says before the first event. */
  get notice(): string {
    const { given, bufferBytes, warning } = this.line;
    if (!given.has('buffer-size')) return warning;
    const bytes = Math.max(2 * bufferBytes, RECEIVE_BUFFER_MIN);
    return `${warning}NOTICE: Netlink socket buffer size has been set to ${bytes} bytes.\n`;
  }

  /** What is printed at the end. */
  get ending(): string {
    return this.line.outputs.has('xml') && this.count > 0 ? XML_END : '';
  }

  close(): void {
    this.stop();
  }

  conntrackEvent(slot: number, kinds: number): void {
    const { conntrack, line } = this;
    if (!line.events.has(kindOf(kinds)) || !isMeant(line, conntrack.table, slot)) return;
    this.pipe.write(`${this.eventText(slot, kinds)}\n`);
    this.count++;
  }

  private eventText(slot: number, kinds: number): string {
    const { conntrack, line, ns } = this;
    const { outputs } = line;
    const { toolPort, table } = conntrack;
    const nowNs = ns.machine.sched.now;
    const tool = toolPort === 0 ? '' : ` [USERSPACE] portid=${toolPort}`;
    if (outputs.has('save')) return conntrackSaveLine(table, slot, SAVE_LETTERS[kindOf(kinds)]) + tool;
    const seconds = ns.machine.epochSeconds + Math.floor(nowNs / SECOND_NS);
    if (outputs.has('xml')) {
      const xml = conntrackXml(table, slot, { kinds, whenSeconds: outputs.has('timestamp') ? seconds : null });
      return `${this.count === 0 ? XML_HEAD : ''}${xml}${tool}`;
    }
    const micros = String(Math.floor((nowNs % SECOND_NS) / MICROSECOND_NS)).padStart(6, '0');
    const stamp = outputs.has('timestamp') ? `[${String(seconds).padStart(8, '0')}.${micros}]\t` : '';
    return `${stamp}${conntrackEventLine(table, slot, kinds, showOf(ns, line))}${tool}`;
  }
}

/** SOCK_MIN_RCVBUF */
const RECEIVE_BUFFER_MIN = 2304;

type EventKind = 'NEW' | 'UPDATES' | 'DESTROY';

function kindOf(kinds: number): EventKind {
  if ((kinds & IPCT_DESTROY) !== 0) return 'DESTROY';
  return (kinds & IPCT_NEW) !== 0 ? 'NEW' : 'UPDATES';
}

const SAVE_LETTERS: Readonly<Record<EventKind, string>> = { NEW: 'A', UPDATES: 'U', DESTROY: 'D' };
