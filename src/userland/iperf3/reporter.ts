/** What a test says while it runs and when it ends, as text or as JSON, to standard output or a log file. */
import { formatIp4 } from '../../base/addr.ts';
import { momentOf } from '../../base/calendar.ts';
import type { Process } from '../../kernel/proc/process.ts';
import { formatMoment } from '../text/date-format.ts';
import { systemLine } from '../text/system-names.ts';
import { indentedJson, JsonObject, jsonObject } from './cjson.ts';
import { connectedJson, endJson, intervalJson, testStartJson } from './json-report.ts';
import type { EndFacts } from './results.ts';
import type { IperfSettings } from './settings.ts';
import { IPERF3_VERSION } from './settings.ts';
import type { IperfStream, StreamTotals } from './stream.ts';
import type { StreamSummary } from './text-report.ts';
import * as text from './text-report.ts';

/** What the JSON report says of the processor's use: nothing takes any here. */
const NO_CPU = { host_total: 0, host_user: 0, host_system: 0, remote_total: 0, remote_user: 0, remote_system: 0 };
/** An interval that is shorter than this part of the usual one is told only when bytes came in it. */
const SHORT_INTERVAL = 0.1;

export class Reporter {
  private readonly proc: Process;
  private readonly settings: IperfSettings;
  /** What the server's end told the client, when it asked for it. */
  serverOutput = '';
  private readonly connected: JsonObject[] = [];
  readonly start = new JsonObject();
  private readonly intervals: JsonObject[] = [];
  private end = new JsonObject();
  private readonly report = new JsonObject();
  private hasHeading = false;

  constructor(proc: Process, settings: IperfSettings) {
    this.proc = proc;
    this.settings = settings;
    this.start.add({ connected: this.connected, version: `iperf ${IPERF3_VERSION}`, system_info: systemLine(proc) });
    this.report.add({ start: this.start, intervals: this.intervals });
  }

  /** A line of the text report. */
  line(line: string): void {
    if (this.settings.isJson) return;
    if (this.settings.isServer && this.settings.asksServerOutput) this.serverOutput += `${line}\n`;
    this.write(
      this.settings.title === '' || this.settings.isServer ? `${line}\n` : `${this.settings.title}:  ${line}\n`,
    );
  }

  verbose(line: string): void {
    if (this.settings.isVerbose) this.line(line);
  }

  /** What -V and JSON begin with. */
  versions(): void {
    this.verbose(`iperf ${IPERF3_VERSION}`);
    this.verbose(systemLine(this.proc));
  }

  /** The two ends know each other: parameters are agreed. */
  agreed(peer: { readonly host: string; readonly port: number }, cookie: string, mss: number): void {
    const { settings, start } = this;
    const seconds = Math.floor(this.proc.epochSeconds + this.proc.now / 1e9);
    const time = formatMoment('%a, %d %b %Y %H:%M:%S GMT', momentOf(seconds, 0));
    this.verbose(`Time: ${time}`);
    const { host, port } = peer;
    start.add({ timestamp: jsonObject({ time, timesecs: seconds }) });
    if (settings.isServer) this.line(`Accepted connection from ${host}, port ${port}`);
    else this.line(`Connecting to host ${host}, port ${port}`);
    start.add({ [settings.isServer ? 'accepted_connection' : 'connecting_to']: jsonObject({ host, port }) });
    if (settings.isReverse && !settings.isServer) this.line(`Reverse mode, remote host ${host} is sending`);
    this.verbose(`      Cookie: ${cookie}`);
    start.add({ cookie });
    if (!settings.isUdp) {
      this.verbose(`      TCP MSS: ${settings.mss > 0 ? settings.mss : `${mss} (default)`}`);
      start.add(settings.mss > 0 ? { tcp_mss: settings.mss } : { tcp_mss_default: mss });
    }
    if (settings.rate > 0) this.verbose(`      Target Bitrate: ${settings.rate}`);
    start.add({ target_bitrate: settings.rate });
  }

  /** The sizes that the kernel gives the sockets. */
  buffers(): void {
    const { windowBytes, isUdp } = this.settings;
    const [send, receive] = isUdp ? [212_992, 212_992] : [16_384, 131_072];
    const actual = (usual: number): number => (windowBytes > 0 ? 2 * windowBytes : usual);
    this.start.add({ sock_bufsize: windowBytes, sndbuf_actual: actual(send), rcvbuf_actual: actual(receive) });
  }

  /** All streams stand. */
  started(streams: readonly IperfStream[]): void {
    for (const stream of streams) {
      const local = `local ${formatIp4(stream.localAddress)} port ${stream.localPort}`;
      const remote = `connected to ${formatIp4(stream.remoteAddress)} port ${stream.remotePort}`;
      this.line(`[${String(stream.number).padStart(3)}] ${local} ${remote}`);
      this.connected.push(connectedJson(stream));
    }
    const { isUdp, parallel, blockBytes, omit, bytes, blocks, duration, tos } = this.settings;
    const what = `protocol: ${isUdp ? 'UDP' : 'TCP'}, ${parallel} streams, ${blockBytes} byte blocks`;
    const until =
      bytes > 0 ? `${bytes} bytes to send` : blocks > 0 ? `${blocks} blocks to send` : `${duration} second test`;
    this.verbose(`Starting Test: ${what}, omitting ${omit} seconds, ${until}, tos ${tos}`);
    this.start.add({ test_start: testStartJson(this.settings) });
  }

  /** The interval that every stream has just taken; `otherResends` says that the other end counts resends. */
  interval(streams: readonly IperfStream[], otherResends: boolean): void {
    const lasts = streams.flatMap(({ intervals }) => intervals.slice(-1));
    const least = this.settings.intervalSeconds * SHORT_INTERVAL;
    const isWorthIt = lasts.some(({ startUs, endUs, bytes }) => (endUs - startUs) / 1e6 >= least || bytes > 0);
    if (lasts.length === 0 || !isWorthIt) return;
    if (this.settings.isJson) {
      this.intervals.push(intervalJson(this.settings, streams));
      return;
    }
    if (!this.hasHeading) this.line(text.intervalHeading(this.settings, streams[0]!.isSender, otherResends));
    else if (this.settings.parallel > 1 || this.settings.isBidirectional) this.line(text.SEPARATOR);
    this.hasHeading = true;
    for (const group of this.directions(streams)) {
      for (const stream of group) this.line(text.intervalLine(this.settings, stream, stream.intervals.at(-1)!));
      if (group.length > 1) this.line(text.intervalSum(this.settings, group));
    }
  }

  /** The summary; `facts` are the other end's, null before it has told them. */
  summary(streams: readonly IperfStream[], own: EndFacts, facts: EndFacts | null): void {
    const summaries = streams.map((stream) => summaryOf(stream, facts !== null));
    if (this.settings.isJson) this.endJson(summaries, own, facts);
    else this.summaryText(summaries, own, facts);
  }

  private summaryText(summaries: readonly StreamSummary[], own: EndFacts, facts: EndFacts | null): void {
    this.line(text.SEPARATOR);
    this.verbose('Test Complete. Summary Results:');
    const hasRetransmits = own.senderHasRetransmits > 0 || (facts?.senderHasRetransmits ?? 0) > 0;
    this.line(text.summaryHeading(this.settings, hasRetransmits));
    for (const group of this.directions(summaries.map(({ stream }) => stream))) {
      const chosen = summaries.filter(({ stream }) => group.includes(stream));
      for (const line of text.summaryLines(this.settings, chosen)) this.line(line);
    }
    this.verboseEnd(summaries, own, facts);
    if (facts !== null && facts.outputText !== '') this.line(`\nServer output:\n${facts.outputText}`);
    else if (facts?.outputJson) this.line(`\nServer JSON output:\n${indentedJson(facts.outputJson)}\n`);
  }

  private verboseEnd(summaries: readonly StreamSummary[], own: EndFacts, facts: EndFacts | null): void {
    const sends = summaries.some(({ stream }) => stream.isSender);
    const none = '0.0% (0.0%u/0.0%s)';
    if (sends) this.verbose(`CPU Utilization: local/sender ${none}, remote/receiver ${none}`);
    for (const [name, value] of congestionsOf(sends, own, facts)) this.verbose(`${name}_tcp_congestion ${value}`);
  }

  private endJson(summaries: readonly StreamSummary[], own: EndFacts, facts: EndFacts | null): void {
    this.end = endJson(this.settings, summaries).add({ cpu_utilization_percent: jsonObject(NO_CPU) });
    for (const [name, value] of congestionsOf(
      summaries.some(({ stream }) => stream.isSender),
      own,
      facts,
    )) {
      this.end.add({ [`${name === 'snd' ? 'sender' : 'receiver'}_tcp_congestion`]: value });
    }
    if (facts?.outputJson) this.report.add({ server_output_json: facts.outputJson });
    else if (facts !== null && facts.outputText !== '') this.report.add({ server_output_text: facts.outputText });
  }

  /** What goes to a client that asks for the server's own report. */
  get jsonSoFar(): JsonObject {
    return jsonObject({ start: this.start, intervals: this.intervals, end: this.end });
  }

  /** The end of the program, or of one test of a server; `error` is why it could not go on. */
  finish(error: string | null): void {
    if (!this.settings.isJson) return;
    this.report.members.splice(2, 0, ['end', this.end]);
    if (error !== null) this.report.add({ error });
    this.write(`${indentedJson(this.report)}\n`);
  }

  /** Streams that send, then those that receive, or the other way round: as they came. */
  private directions(streams: readonly IperfStream[]): IperfStream[][] {
    const first = streams[0]?.isSender === true;
    const groups = [first, !first].map((isSender) => streams.filter((stream) => stream.isSender === isSender));
    return groups.filter((group) => group.length > 0);
  }

  private write(output: string): void {
    const { logFile } = this.settings;
    if (logFile === '') this.proc.write(output);
    else this.proc.writeFile(logFile, output, true);
  }
}

/** What is known of both ends of a stream. */
function summaryOf(stream: IperfStream, isExchanged: boolean): StreamSummary {
  const own: StreamTotals = stream.totals;
  const remote = isExchanged ? stream.remote : null;
  if (stream.isSender) {
    // Over TCP the receiver's time is its own; what it lost only it knows.
    return { stream, sender: own, receiver: remote };
  }
  return { stream, sender: remote, receiver: own };
}

function congestionsOf(sends: boolean, own: EndFacts, facts: EndFacts | null): [string, string][] {
  const list: [string, string][] = sends
    ? [
        ['snd', own.congestion],
        ['rcv', facts?.congestion ?? ''],
      ]
    : [
        ['snd', facts?.congestion ?? ''],
        ['rcv', own.congestion],
      ];
  return list.filter(([, value]) => value !== '');
}
