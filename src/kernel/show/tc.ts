/** `tc qdisc show` and `tc class show`, as iproute2 6.1 prints them (tc/tc_qdisc.c, tc/tc_class.c, tc/tc_util.c). */
import { Nic } from '../dev/nic.ts';
import type { NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import { Fifo } from '../qdisc/fifo.ts';
import { NetemQdisc } from '../qdisc/netem.ts';
import type { Qdisc } from '../qdisc/qdisc.ts';
import { PARENT_ROOT } from '../qdisc/qdisc.ts';
import { qdiscsOf } from '../qdisc/sch-api.ts';
import { Tbf } from '../qdisc/tbf.ts';
import type { ShowOptions } from './options.ts';
import { Printer } from './printer.ts';
import { printNetem } from './tc-netem.ts';
import { printTbf } from './tc-tbf.ts';
import { formatBytes, formatClassId, formatMicroseconds } from './tc-units.ts';

/** What `tc` was asked to show. */
export interface TcShow {
  readonly show: ShowOptions;
  /** `-r` */
  readonly isRaw: boolean;
  readonly device: NetDevice | null;
  /** 0: any */
  readonly parent: number;
  readonly handle: number;
}

/** The counters under a record (`-s`). */
type Counters = Pick<Qdisc, 'bytes' | 'packets' | 'drops' | 'overlimits' | 'requeues' | 'backlogBytes' | 'queueLength'>;

/** A veth has a queue for each of a machine's two processors; they all point to one discipline. */
const VETH_QUEUES = 2;
const PRIOMAP = [1, 2, 2, 2, 1, 2, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1];
/** What the kernel's fq_codel has unless told otherwise; times in microseconds. */
const FQ_CODEL = { limit: 10_240, flows: 1024, target: 4999, interval: 99_999, memory: 32 << 20, batch: 64 };

export function showQdiscs(ns: Netns, wanted: TcShow): string {
  const printer = new Printer(wanted.show);
  for (const dev of wanted.device === null ? ns.listDevices() : [wanted.device]) {
    const qdiscs = qdiscsOf(dev);
    if (qdiscs.length === 0) showOwn(printer, dev, wanted);
    for (const qdisc of qdiscs) if (isWanted(qdisc, wanted)) showQdisc(printer, qdisc, wanted);
  }
  return printer.toString();
}

function isWanted({ parent, handle }: { parent: number; handle: number }, wanted: TcShow): boolean {
  if (wanted.handle !== 0 && wanted.handle !== handle * 0x1_0000) return false;
  return wanted.parent === 0 || wanted.parent === parent;
}

function showQdisc(printer: Printer, qdisc: Qdisc, wanted: TcShow): void {
  const { dev, parent } = qdisc;
  const queues = dev.kind === 'veth' ? VETH_QUEUES : 1;
  begin(printer, dev, qdisc.kind, qdisc.handle, wanted);
  if (parent === PARENT_ROOT) printer.field('root', true, 'root ');
  else printer.field('parent', formatClassId(parent), `parent ${formatClassId(parent)} `);
  if (parent === PARENT_ROOT) printer.field('refcnt', 1 + queues, `refcnt ${1 + queues} `);
  printer.openObject('options');
  printOptions(printer, qdisc, wanted.isRaw);
  printer.close();
  printer.lineEnd();
  if (printer.options.statistics > 0) printCounters(printer, qdisc);
  printer.close();
}

function begin(printer: Printer, dev: NetDevice, kind: string, handle: number, wanted: TcShow): void {
  const hex = handle.toString(16);
  printer.openObject();
  printer.field('kind', kind, `qdisc ${kind}`);
  printer.field('handle', `${hex}:`, ` ${hex}:`);
  if (wanted.isRaw) printer.text(`[${hex.padStart(4, '0')}0000]`);
  printer.text(' ');
  if (wanted.device === null) printer.field('dev', dev.name, `dev ${dev.name} `);
}

function printOptions(printer: Printer, qdisc: Qdisc, isRaw: boolean): void {
  if (qdisc instanceof NetemQdisc) printNetem(printer, qdisc.settings);
  else if (qdisc instanceof Tbf) printTbf(printer, qdisc, isRaw);
  else if (qdisc.kind === 'pfifo_fast') printPriomap(printer);
  else if (qdisc instanceof Fifo) {
    const text = qdisc.kind === 'bfifo' ? formatBytes(qdisc.limit) : `${qdisc.limit}p`;
    printer.field('limit', qdisc.limit, `limit ${text}`);
  }
}

function printPriomap(printer: Printer): void {
  printer.field('bands', 3, 'bands 3 priomap');
  printer.openArray('priomap');
  for (const band of PRIOMAP) printer.field('', band, ` ${band}`);
  printer.close();
  printer.json('multiqueue', false);
}

/** Twin of print_tcstats2_attr. */
function printCounters(printer: Printer, counters: Counters): void {
  const { bytes, packets, drops, overlimits, requeues, backlogBytes, queueLength } = counters;
  printer.field('bytes', bytes, ` Sent ${bytes} bytes`);
  printer.field('packets', packets, ` ${packets} pkt`);
  printer.field('drops', drops, ` (dropped ${drops}`);
  printer.field('overlimits', overlimits, `, overlimits ${overlimits}`);
  printer.field('requeues', requeues, ` requeues ${requeues}) `);
  printer.lineEnd();
  printer.field('backlog', backlogBytes, ` backlog ${formatBytes(backlogBytes)}`);
  printer.field('qlen', queueLength, ` ${queueLength}p`);
  printer.text(` requeues ${requeues}`);
  printer.lineEnd();
}

/** What an interface has by itself: fq_codel in front of a cable, else no queue. */
function showOwn(printer: Printer, dev: NetDevice, wanted: TcShow): void {
  if (!dev.attributes.hasBeenUp || !isWanted({ parent: PARENT_ROOT, handle: 0 }, wanted)) return;
  const isQueueing = dev instanceof Nic && dev.attributes.txQueueLen > 0;
  begin(printer, dev, isQueueing ? 'fq_codel' : 'noqueue', 0, wanted);
  printer.field('root', true, 'root ');
  printer.field('refcnt', 2, 'refcnt 2 ');
  printer.openObject('options');
  if (isQueueing) printFqCodel(printer, dev.mtu);
  printer.close();
  printer.lineEnd();
  if (printer.options.statistics > 0) printOwnCounters(printer, dev, isQueueing);
  printer.close();
}

function printFqCodel(printer: Printer, mtu: number): void {
  const { limit, flows, target, interval, memory, batch } = FQ_CODEL;
  printer.field('limit', limit, `limit ${limit}p `);
  printer.field('flows', flows, `flows ${flows} `);
  printer.field('quantum', mtu + 14, `quantum ${mtu + 14} `);
  printer.field('target', target, `target ${formatMicroseconds(target)} `);
  printer.field('interval', interval, `interval ${formatMicroseconds(interval)} `);
  printer.field('memory_limit', memory, `memory_limit ${formatBytes(memory)} `);
  printer.field('ecn', true, 'ecn ');
  printer.field('drop_batch', batch, `drop_batch ${batch} `);
}

function printOwnCounters(printer: Printer, dev: NetDevice, isQueueing: boolean): void {
  const none = { drops: 0, overlimits: 0, requeues: 0, backlogBytes: 0, queueLength: 0 };
  const [bytes, packets] = isQueueing ? [dev.txBytes, dev.txPackets] : [0, 0];
  printCounters(printer, { ...none, bytes, packets });
  if (!isQueueing) return;
  const first = ['maxpacket', 'drop_overlimit', 'new_flow_count', 'ecn_mark'];
  first.forEach((name, i) => {
    printer.field(name, 0, `${i === 0 ? '  ' : ' '}${name} 0`);
  });
  printer.lineEnd();
  printer.field('new_flows_len', 0, '  new_flows_len 0');
  printer.field('old_flows_len', 0, ' old_flows_len 0');
  printer.lineEnd();
}

/** The one class that tbf and netem have, netem's when something hangs on it. Plain text, of one interface. */
export function showClasses(_ns: Netns, wanted: TcShow): string {
  const lines: string[] = [];
  for (const qdisc of wanted.device === null ? [] : qdiscsOf(wanted.device)) {
    const { child, kind, handle } = qdisc;
    if (!qdisc.isClassful || (kind === 'netem' && child === null)) continue;
    if (wanted.parent !== 0 && Math.floor(wanted.parent / 0x1_0000) !== handle) continue;
    const major = handle.toString(16);
    const leaf = child === null ? '' : `leaf ${child.handle.toString(16)}: `;
    lines.push(`class ${kind} ${major}:1 parent ${major}: ${leaf}\n`);
    if (wanted.show.statistics > 0) lines.push('\n');
  }
  return lines.join('');
}
