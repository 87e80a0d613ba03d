/** The tables on the terminal, one per kind of row. */
import { textTable } from '../src/base/text.ts';
import { verdictsOn } from './aims.ts';
import type { Row } from './result.ts';

interface Column {
  readonly title: string;
  readonly figure: string;
}

interface Table {
  readonly title: string;
  readonly rows: RegExp;
  readonly columns: readonly Column[];
}

const TABLES: readonly Table[] = [
  {
    title: 'workloads (ratio: to the prototype; yardsticks: to the fixed piece of work in bench/yardstick.ts)',
    rows: /^W(?!4)/,
    columns: [
      { title: 'ns/datagram', figure: 'nsPerDatagram' },
      { title: 'datagrams/s', figure: 'datagramsPerSecond' },
      { title: 'ratio', figure: 'ratio' },
      { title: 'best', figure: 'bestRatio' },
      { title: 'cpu', figure: 'cpuRatio' },
      { title: 'yardsticks', figure: 'yardstickRatio' },
      { title: 'events', figure: 'eventsPerDatagram' },
      { title: 'hops', figure: 'hopsPerDatagram' },
      { title: 'minor GCs/100k hops', figure: 'minorGcsPer100kHops' },
      { title: 'peak MB', figure: 'peakRssMb' },
    ],
  },
  {
    title: 'N1, a router with rules (ratio: to plain forwarding of the same flows)',
    rows: /^N1 /,
    columns: [
      { title: 'ns/datagram', figure: 'nsPerDatagram' },
      { title: 'plain', figure: 'plainNs' },
      { title: 'ratio', figure: 'plainRatio' },
      { title: 'best', figure: 'plainBest' },
      { title: 'cpu', figure: 'plainCpu' },
      { title: 'cpu ns more', figure: 'cpuExtraNs' },
      { title: 'ns/rule', figure: 'nsPerRule' },
      { title: 'new flows/s', figure: 'newPerSecond' },
      { title: 'bytes/entry', figure: 'bytesPerEntry' },
      { title: 'minor GCs/100k', figure: 'minorGcsPer100k' },
    ],
  },
  {
    title: 'W4, one stream of TCP (yardsticks: as above)',
    rows: /^W4 /,
    columns: [
      { title: 'ns/segment', figure: 'nsPerSegment' },
      { title: 'cpu ns', figure: 'cpuNsPerSegment' },
      { title: 'segments/s', figure: 'segmentsPerSecond' },
      { title: 'yardsticks', figure: 'yardstickRatio' },
      { title: 'events', figure: 'eventsPerSegment' },
      { title: 'Mbit/s', figure: 'megabitsPerSecond' },
      { title: 'minor GCs/100k', figure: 'minorGcsPer100k' },
      { title: 'peak MB', figure: 'peakRssMb' },
    ],
  },
  {
    title: 'connections of TCP (both ends)',
    rows: /^TCP /,
    columns: [
      { title: 'ns/connection', figure: 'nsPerConnection' },
      { title: 'connections/s', figure: 'connectionsPerSecond' },
      { title: 'yardsticks', figure: 'yardstickRatio' },
      { title: 'idle', figure: 'entries' },
      { title: 'bytes each', figure: 'bytesPerEntry' },
      { title: 'MB', figure: 'idleMb' },
    ],
  },
  {
    title: 'gossip of idle members that all know each other, encrypted (a member sends per second)',
    rows: /^gossip /,
    columns: [
      { title: 'ms/simulated s', figure: 'wallMsPerSecond' },
      { title: 'cpu ms', figure: 'cpuMsPerSecond' },
      { title: 'times real time', figure: 'timesRealTime' },
      { title: 'datagrams', figure: 'packetsPerMemberSecond' },
      { title: 'frames', figure: 'framesPerMemberSecond' },
      { title: 'bytes', figure: 'bytesPerMemberSecond' },
      { title: 'KB each', figure: 'heapKbPerMember' },
      { title: 'peak MB', figure: 'peakRssMb' },
    ],
  },
  {
    title: 'instructions',
    rows: /^instructions /,
    columns: [{ title: 'per datagram', figure: 'instructionsPerDatagram' }],
  },
  {
    title: 'hold model (ratio: to fastpriorityqueue)',
    rows: /^hold /,
    columns: [
      { title: 'ns', figure: 'nsPerHold' },
      { title: 'ratio', figure: 'referenceRatio' },
      { title: 'best', figure: 'referenceBest' },
      { title: 'minor GCs/million', figure: 'minorGcsPerMillion' },
    ],
  },
  {
    title: 'memory',
    rows: /^memory /,
    columns: [
      { title: 'resident MB', figure: 'rssMb' },
      { title: 'peak MB', figure: 'peakRssMb' },
      { title: 'heap MB', figure: 'heapMb' },
      { title: 'arrays MB', figure: 'arraysMb' },
      { title: 'slots', figure: 'slots' },
      { title: 'growth', figure: 'slotsGrowth' },
      { title: 'heap growth MB', figure: 'heapGrowthMb' },
    ],
  },
  {
    title: 'starting containers (yardsticks: thousands of turns)',
    rows: /^containers-/,
    columns: [
      { title: 'ms', figure: 'startMs' },
      { title: 'cpu ms', figure: 'cpuMs' },
      { title: 'yardsticks', figure: 'yardstickRatio' },
      { title: 'KB each', figure: 'heapKb' },
      { title: 'verbs', figure: 'verbs' },
    ],
  },
  {
    title: 'micro benches',
    rows: /^micro /,
    columns: [
      { title: 'ns', figure: 'nsPerCall' },
      { title: 'yardsticks', figure: 'callRatio' },
    ],
  },
];

/** All rows as tables; columns without any value are left out. */
export function formatReport(rows: readonly Row[]): string {
  return TABLES.map((table) => formatTable(table, rows))
    .filter((text) => text !== '')
    .join('\n');
}

function formatTable(table: Table, all: readonly Row[]): string {
  const rows = all.filter((row) => table.rows.test(row.name));
  if (rows.length === 0) return '';
  const columns = table.columns.filter(({ figure }) => rows.some((row) => row.figures[figure] !== undefined));
  const cells = rows.map((row) => [
    row.name,
    ...columns.map(({ figure }) => formatFigure(row.figures[figure])),
    verdictsOn(row)
      .map(({ figure, atMost, isMet }) => `${figure} <= ${formatFigure(atMost)}${isMet ? ' met' : ' MISSED'}`)
      .join(', '),
  ]);
  return `${table.title}\n${textTable([['', ...columns.map(({ title }) => title), 'aim'], ...cells])}`;
}

function formatFigure(value: number | undefined): string {
  if (value === undefined) return '-';
  if (Number.isInteger(value) || value >= 1000) return String(Math.round(value));
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
