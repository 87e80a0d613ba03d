/** The report of a test as text: its heading, a line an interval, and the summary. */
import { general } from './cjson.ts';
import type { IperfSettings } from './settings.ts';
import type { Interval, IperfStream, StreamTotals } from './stream.ts';
import { unitText } from './units.ts';

export const SEPARATOR = '- - - - - - - - - - - - - - - - - - - - - - - - -';

/** What the summary of a stream has: `sender` and `receiver` are null where this end does not know them. */
export interface StreamSummary {
  readonly stream: IperfStream;
  readonly sender: StreamTotals | null;
  readonly receiver: StreamTotals | null;
}

const TIME = 'Interval           Transfer     Bitrate';
const DATAGRAMS = 'Jitter    Lost/Total Datagrams';

/** `[TX-C]` where data goes both ways. */
export function roleOf(settings: IperfSettings, isSender: boolean): string {
  if (!settings.isBidirectional) return '';
  return `[${isSender ? 'TX' : 'RX'}-${settings.isServer ? 'S' : 'C'}]`;
}

/** The heading above the intervals. */
export function intervalHeading(settings: IperfSettings, isSender: boolean, otherResends: boolean): string {
  const { isUdp, isBidirectional } = settings;
  const start = isBidirectional ? `[ ID][Role] ${TIME}` : `[ ID] ${TIME}`;
  if (isUdp) return `${start}         ${isSender && !isBidirectional ? 'Total Datagrams' : DATAGRAMS}`;
  return isSender || isBidirectional || otherResends ? `${start}         Retr  Cwnd` : start;
}

/** The heading above the summary. */
export function summaryHeading(settings: IperfSettings, hasRetransmits: boolean): string {
  const start = settings.isBidirectional ? `[ ID][Role] ${TIME}` : `[ ID] ${TIME}`;
  if (settings.isUdp) return `${start}         ${DATAGRAMS}`;
  return hasRetransmits ? `${start}         Retr` : start;
}

/** `[  5]   0.00-1.00   sec  6.72 MBytes  56.4 Mbits/sec`: what all lines begin with. */
function lineStart(
  who: string,
  startSeconds: number,
  endSeconds: number,
  bytes: number,
  settings: IperfSettings,
): string {
  const seconds = endSeconds - startSeconds;
  const span = `${startSeconds.toFixed(2).padStart(6)}-${endSeconds.toFixed(2).padEnd(6)}`;
  const rate = unitText(seconds > 0 ? bytes / seconds : 0, settings.format);
  return `${who} ${span} sec  ${unitText(bytes, 'A')}s  ${rate}s/sec`;
}

const numbered = (stream: IperfStream): string => `[${String(stream.number).padStart(3)}]`;

function lossText(lost: number, packets: number): string {
  const percent = packets > 0 ? (100 * lost) / packets : 0;
  return `${lost}/${packets} (${general(percent, 2)}%)`;
}

const milliseconds = (seconds: number): string => `${(seconds * 1000).toFixed(3).padStart(5)} ms`;

/** One line of a stream. */
export function intervalLine(settings: IperfSettings, stream: IperfStream, interval: Interval): string {
  const [start, end] = [interval.startUs - stream.startUs, interval.endUs - stream.startUs].map((us) => us / 1e6);
  const who = numbered(stream) + roleOf(settings, stream.isSender);
  const line = lineStart(who, start!, end!, interval.bytes, settings);
  const tail = interval.isOmitted ? '(omitted)' : '';
  if (settings.isUdp) return `${line}  ${packetText(stream.isSender, interval)}  ${tail}`;
  if (interval.tcp === null) return `${line}                  ${tail}`;
  const { retransmits, cwndBytes } = interval.tcp;
  return `${line}  ${String(retransmits).padStart(3)}   ${unitText(cwndBytes, 'A')}s       ${tail}`;
}

function packetText(isSender: boolean, { packets, lost, jitterSeconds }: Interval): string {
  return isSender ? String(packets) : `${milliseconds(jitterSeconds)}  ${lossText(lost, packets)}`;
}

/** The sum of streams that send, or receive, in one interval. */
export function intervalSum(settings: IperfSettings, streams: readonly IperfStream[]): string {
  const [first] = streams;
  const intervals = streams.map((stream) => stream.intervals.at(-1)!);
  const { startUs, endUs, isOmitted } = intervals[0]!;
  const [start, end] = [startUs - first!.startUs, endUs - first!.startUs].map((us) => us / 1e6);
  const bytes = sumOf(intervals, (each) => each.bytes);
  const { isSender } = first!;
  const line = lineStart(`[SUM]${roleOf(settings, isSender)}`, start!, end!, bytes, settings);
  const tail = isOmitted ? '(omitted)' : '';
  if (settings.isUdp) {
    const packets = sumOf(intervals, (each) => each.packets);
    const lost = sumOf(intervals, (each) => each.lost);
    const jitterSeconds = sumOf(intervals, (each) => each.jitterSeconds) / streams.length;
    return `${line}  ${packetText(isSender, { ...intervals[0]!, packets, lost, jitterSeconds })}  ${tail}`;
  }
  if (!isSender) return `${line}                  ${tail}`;
  return `${line}  ${String(sumOf(intervals, (each) => each.tcp?.retransmits ?? 0)).padStart(3)}             ${tail}`;
}

/** Two lines a stream, and two of their sum, for streams that all go one way. */
export function summaryLines(settings: IperfSettings, summaries: readonly StreamSummary[]): string[] {
  const lines = summaries.flatMap((each) => streamLines(settings, each));
  if (summaries.length > 1) lines.push(...sumLines(settings, summaries));
  return lines;
}

function streamLines(settings: IperfSettings, { stream, sender, receiver }: StreamSummary): string[] {
  const who = numbered(stream) + roleOf(settings, stream.isSender);
  const unknown = (what: string): string[] => (settings.isVerbose ? [`${who} (${what} statistics not available)`] : []);
  return [
    ...(sender === null ? unknown('sender') : [totalLine(settings, who, sender, true)]),
    ...(receiver === null ? unknown('receiver') : [totalLine(settings, who, receiver, false)]),
  ];
}

function unknownLine({ isVerbose }: IperfSettings, who: string, what: string): string[] {
  return isVerbose ? [`${who} (${what} statistics not available)`] : [];
}

function sumLines(settings: IperfSettings, summaries: readonly StreamSummary[]): string[] {
  const who = `[SUM]${roleOf(settings, summaries[0]!.stream.isSender)}`;
  const lines: string[] = [];
  const senders = summaries.flatMap(({ sender }) => (sender === null ? [] : [sender]));
  if (senders.length > 0) lines.push(totalLine(settings, who, totalOf(senders), true));
  else if (!settings.isUdp) lines.push(...unknownLine(settings, who, 'sender'));
  const receivers = summaries.flatMap(({ receiver }) => (receiver === null ? [] : [receiver]));
  if (receivers.length > 0) lines.push(totalLine(settings, who, totalOf(receivers), false));
  else if (!settings.isUdp) lines.push(...unknownLine(settings, who, 'receiver'));
  return lines;
}

/** Of several streams: the time of the first, the mean of their jitter. */
export function totalOf(totals: readonly StreamTotals[]): StreamTotals {
  return {
    seconds: totals[0]?.seconds ?? 0,
    bytes: sumOf(totals, (each) => each.bytes),
    retransmits: sumOf(totals, (each) => each.retransmits),
    jitterSeconds: sumOf(totals, (each) => each.jitterSeconds) / Math.max(totals.length, 1),
    lost: sumOf(totals, (each) => each.lost),
    packets: sumOf(totals, (each) => each.packets),
  };
}

function totalLine(settings: IperfSettings, who: string, totals: StreamTotals, isSender: boolean): string {
  const line = lineStart(who, 0, totals.seconds, totals.bytes, settings);
  const role = isSender ? 'sender' : 'receiver';
  if (settings.isUdp) {
    // What a sender says of its datagrams is that none was lost.
    const [jitter, lost] = isSender ? [0, 0] : [totals.jitterSeconds, totals.lost];
    return `${line}  ${milliseconds(jitter)}  ${lossText(lost, totals.packets)}  ${role}`;
  }
  if (!isSender || totals.retransmits < 0) return `${line}                  ${role}`;
  return `${line}  ${String(totals.retransmits).padStart(3)}             ${role}`;
}

function sumOf<T>(list: readonly T[], of: (each: T) => number): number {
  return list.reduce((sum, each) => sum + of(each), 0);
}
