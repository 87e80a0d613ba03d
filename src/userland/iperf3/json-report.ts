/** The report of a test as JSON (-J): what was agreed, all intervals, the end. */
import { formatIp4 } from '../../base/addr.ts';
import type { Json } from './cjson.ts';
import { JsonObject, jsonObject } from './cjson.ts';
import type { IperfSettings } from './settings.ts';
import type { Interval, IperfStream, StreamTotals } from './stream.ts';
import type { StreamSummary } from './text-report.ts';
import { totalOf } from './text-report.ts';

/** One end of `connected`. */
export function connectedJson(stream: IperfStream): JsonObject {
  return jsonObject({
    socket: stream.number,
    local_host: formatIp4(stream.localAddress),
    local_port: stream.localPort,
    remote_host: formatIp4(stream.remoteAddress),
    remote_port: stream.remotePort,
  });
}

/** What is to be tested. */
export function testStartJson(settings: IperfSettings): JsonObject {
  return jsonObject({
    protocol: settings.isUdp ? 'UDP' : 'TCP',
    num_streams: settings.parallel,
    blksize: settings.blockBytes,
    omit: settings.omit,
    duration: settings.duration,
    bytes: settings.bytes,
    blocks: settings.blocks,
    reverse: settings.isReverse ? 1 : 0,
    tos: settings.tos,
    target_bitrate: settings.rate,
  });
}

/** One interval of all streams, and its sums. */
export function intervalJson(settings: IperfSettings, streams: readonly IperfStream[]): JsonObject {
  const interval = jsonObject({ streams: streams.map((stream) => streamIntervalJson(settings, stream)) });
  const [first] = streams;
  const sum = (name: string, isSender: boolean): void => {
    const chosen = streams.filter((stream) => stream.isSender === isSender);
    if (chosen.length > 0) interval.add({ [name]: sumJson(settings, chosen) });
  };
  sum('sum', first!.isSender);
  if (settings.isBidirectional) sum('sum_bidir_reverse', !first!.isSender);
  return interval;
}

function span(stream: IperfStream, { startUs, endUs }: Interval): { start: number; end: number; seconds: number } {
  const seconds = Math.fround((endUs - startUs) / 1e6);
  return { start: (startUs - stream.startUs) / 1e6, end: (endUs - stream.startUs) / 1e6, seconds };
}

const perSecond = (bytes: number, seconds: number): number => (seconds > 0 ? (bytes * 8) / seconds : 0);

function streamIntervalJson(settings: IperfSettings, stream: IperfStream): JsonObject {
  const interval = stream.intervals.at(-1)!;
  const times = span(stream, interval);
  const { bytes } = interval;
  const object = jsonObject({
    socket: stream.number,
    ...times,
    bytes,
    bits_per_second: perSecond(bytes, times.seconds),
  });
  if (settings.isUdp) addPackets(object, stream.isSender, interval);
  else if (interval.tcp !== null) {
    object.add({
      retransmits: interval.tcp.retransmits,
      snd_cwnd: interval.tcp.cwndBytes,
      snd_wnd: interval.tcp.windowBytes,
      rtt: interval.tcp.rttUs,
      rttvar: interval.tcp.rttvarUs,
      pmtu: interval.tcp.pmtu,
    });
  }
  return object.add({ omitted: interval.isOmitted, sender: stream.isSender });
}

function addPackets(
  object: JsonObject,
  isSender: boolean,
  { jitterSeconds, lost, packets }: Pick<Interval, 'jitterSeconds' | 'lost' | 'packets'>,
): void {
  object.add(isSender ? { packets } : lossJson(jitterSeconds, lost, packets));
}

function lossJson(jitterSeconds: number, lost: number, packets: number): Record<string, Json> {
  const percent = packets > 0 ? (100 * lost) / packets : 0;
  return { jitter_ms: jitterSeconds * 1000, lost_packets: lost, packets, lost_percent: percent };
}

function sumJson(settings: IperfSettings, streams: readonly IperfStream[]): JsonObject {
  const [first] = streams;
  const intervals = streams.map((stream) => stream.intervals.at(-1)!);
  const times = span(first!, intervals[0]!);
  const total = totalOf(intervals.map((each) => ({ ...each, retransmits: each.tcp?.retransmits ?? 0, seconds: 0 })));
  const { bytes, retransmits } = total;
  const object = jsonObject({ ...times, bytes, bits_per_second: perSecond(bytes, times.seconds) });
  if (settings.isUdp) addPackets(object, first!.isSender, total);
  else if (first!.isSender) object.add({ retransmits });
  return object.add({ omitted: intervals[0]!.isOmitted, sender: first!.isSender });
}

const NOTHING: StreamTotals = { bytes: 0, retransmits: -1, jitterSeconds: 0, lost: 0, packets: 0, seconds: 0 };

/** The end of a test: each stream as both ends saw it, and the sums. */
export function endJson(settings: IperfSettings, summaries: readonly StreamSummary[]): JsonObject {
  const end = jsonObject({ streams: summaries.map((each) => (settings.isUdp ? udpEnd(each) : tcpEnd(each))) });
  const [first] = summaries;
  if (first === undefined) return end;
  addSums(end, settings, summaries, first.stream.isSender, '');
  if (settings.isBidirectional) addSums(end, settings, summaries, !first.stream.isSender, '_bidir_reverse');
  return end;
}

/** Where one end does not know how the other fared it says 0 bytes in its own time. */
const senderOf = ({ stream, sender }: StreamSummary): StreamTotals => sender ?? { ...NOTHING, seconds: stream.seconds };
const receiverOf = ({ stream, receiver }: StreamSummary): StreamTotals =>
  receiver ?? { ...NOTHING, seconds: stream.seconds };

function tcpEnd(summary: StreamSummary): JsonObject {
  const { stream } = summary;
  const [sender, receiver] = [senderOf(summary), receiverOf(summary)];
  const sent = timesJson(sender.seconds, sender.seconds, sender.bytes, stream.number);
  if (sender.retransmits >= 0) sent.add({ retransmits: sender.retransmits }).add(extremesJson(stream));
  const received = timesJson(receiver.seconds, sender.seconds, receiver.bytes, stream.number, receiver.seconds);
  return jsonObject({
    sender: sent.add({ sender: stream.isSender }),
    receiver: received.add({ sender: stream.isSender }),
  });
}

function timesJson(end: number, seconds: number, bytes: number, socket?: number, rateSeconds = seconds): JsonObject {
  const object = socket === undefined ? new JsonObject() : jsonObject({ socket });
  return object.add({ start: 0, end, seconds, bytes, bits_per_second: perSecond(bytes, rateSeconds) });
}

/** Of what the sender's reports have said. */
function extremesJson(stream: IperfStream): Record<string, Json> {
  const figures = stream.intervals.flatMap(({ tcp }) => (tcp === null ? [] : [tcp]));
  const rtts = figures.map(({ rttUs }) => rttUs);
  const most = (values: readonly number[]): number => Math.max(0, ...values);
  return {
    max_snd_cwnd: most(figures.map(({ cwndBytes }) => cwndBytes)),
    max_snd_wnd: most(figures.map(({ windowBytes }) => windowBytes)),
    max_rtt: most(rtts),
    min_rtt: rtts.length === 0 ? 0 : Math.min(...rtts),
    mean_rtt: rtts.length === 0 ? 0 : Math.floor(rtts.reduce((sum, each) => sum + each, 0) / rtts.length),
  };
}

function udpEnd(summary: StreamSummary): JsonObject {
  const { stream } = summary;
  const [sender, receiver] = [senderOf(summary), receiverOf(summary)];
  const known = summary.receiver ?? sender;
  const udp = timesJson(sender.seconds, sender.seconds, sender.bytes, stream.number)
    .add(lossJson(receiver.jitterSeconds, receiver.lost, known.packets))
    .add({ out_of_order: stream.outOfOrder, sender: stream.isSender });
  return jsonObject({ udp });
}

function addSums(
  end: JsonObject,
  settings: IperfSettings,
  summaries: readonly StreamSummary[],
  isSender: boolean,
  suffix: string,
): void {
  const chosen = summaries.filter(({ stream }) => stream.isSender === isSender);
  if (chosen.length === 0) return;
  const sent = totalOf(chosen.map(senderOf));
  const received = totalOf(chosen.map(receiverOf));
  if (!settings.isUdp) {
    const sum = timesJson(sent.seconds, sent.seconds, sent.bytes);
    if (sent.retransmits >= 0) sum.add({ retransmits: sent.retransmits });
    end.add({ [`sum_sent${suffix}`]: sum.add({ sender: isSender }) });
    const got = timesJson(received.seconds, received.seconds, received.bytes);
    end.add({ [`sum_received${suffix}`]: got.add({ sender: isSender }) });
    return;
  }
  const loss = lossJson(received.jitterSeconds, received.lost, Math.max(received.packets, sent.packets));
  const all = timesJson(received.seconds, received.seconds, sent.bytes, undefined, sent.seconds).add(loss);
  end.add({ [`sum${suffix}`]: all.add({ sender: isSender }) });
  const sum = timesJson(sent.seconds, sent.seconds, sent.bytes).add(lossJson(0, 0, sent.packets));
  end.add({ [`sum_sent${suffix}`]: sum.add({ sender: true }) });
  const got = timesJson(received.seconds, received.seconds, received.bytes);
  end.add({
    [`sum_received${suffix}`]: got
      .add(lossJson(received.jitterSeconds, received.lost, received.packets))
      .add({ sender: false }),
  });
}
