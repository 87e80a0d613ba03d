/**
 * A test while it runs, alike at both ends: streams that send as fast as they may and receive what comes, a report
 * every interval, and what ends it. `turn` is one round of iperf3's select(2) loop.
 */
import type { Process } from '../../kernel/proc/process.ts';
import type { Waitable } from '../../kernel/proc/wait.ts';
import { SECOND } from '../../sim/units.ts';
import type { Control, Steps } from './control.ts';
import { CLIENT_TERMINATE, IperfError, SERVER_TERMINATE } from './control.ts';
import { Reporter } from './reporter.ts';
import type { EndFacts } from './results.ts';
import type { IperfSettings } from './settings.ts';
import type { IperfStream } from './stream.ts';
import { makePayload, TcpStream } from './stream.ts';

/** How many blocks go out in a row where no rate is kept. */
const BLOCKS_IN_A_ROW = 10;
const US = 1000;

export class IperfTest {
  readonly proc: Process;
  readonly settings: IperfSettings;
  readonly reporter: Reporter;
  readonly streams: IperfStream[] = [];
  control: Control | null = null;
  /** What the other end has told; null before. */
  remote: EndFacts | null = null;
  isRunning = false;
  isOmitting = false;
  /** The client reads on until the server has heard of the end. */
  isDraining = false;
  private payload: Uint8Array | null = null;
  private sentBytes = 0;
  private sentBlocks = 0;
  private startNs = 0;
  /** When timers expire; Infinity for those that are not set. */
  private omitNs = Infinity;
  private reportNs = Infinity;
  private pacingNs = Infinity;
  private durationNs = Infinity;
  private isOver = false;

  constructor(proc: Process, settings: IperfSettings) {
    this.proc = proc;
    this.settings = settings;
    this.reporter = new Reporter(proc, settings);
  }

  get nowUs(): number {
    return Math.floor(this.proc.now / US);
  }

  /** Which streams send; where data goes both ways the client's first half does. */
  get ownSends(): boolean {
    return this.settings.isServer === this.settings.isReverse;
  }

  /** Which streams there are to be: how many, and whether this end sends on them. */
  get plan(): boolean[] {
    const { parallel, isBidirectional } = this.settings;
    const first = Array.from({ length: parallel }, () => this.ownSends);
    return isBidirectional ? [...first, ...first.map((sends) => !sends)] : first;
  }

  /** The n-th stream's number between the two ends: 1, 3, 4, 5 … */
  nextId(): number {
    const { length } = this.streams;
    return length === 0 ? 1 : length + 2;
  }

  blockPayload(): Uint8Array {
    const { blockBytes, hasRepeatingPayload } = this.settings;
    this.payload ??= makePayload(this.proc, blockBytes, hasRepeatingPayload);
    return this.payload;
  }

  /** Everything stands: the clocks start. */
  begin(): void {
    const { omit, duration, intervalSeconds, rate, pacingTimerUs, isServer } = this.settings;
    this.isRunning = true;
    this.startNs = this.proc.now;
    for (const stream of this.streams) stream.start(this.nowUs);
    this.isOmitting = omit > 0;
    if (omit > 0) this.omitNs = this.startNs + omit * SECOND;
    if (duration > 0 && !isServer) this.durationNs = this.startNs + (omit + duration) * SECOND;
    if (intervalSeconds > 0) this.reportNs = this.startNs + intervalSeconds * SECOND;
    if (rate > 0 && this.streams.some((stream) => stream.isSender)) this.pacingNs = this.startNs + pacingTimerUs * US;
  }

  /** When something is to be done though nothing comes. */
  get untilNs(): number {
    return this.isRunning ? Math.min(this.omitNs, this.reportNs, this.pacingNs, this.durationNs) : Infinity;
  }

  /** What streams wait for. */
  waitables(list: Waitable[]): void {
    if (!this.isRunning && !this.isDraining) return;
    for (const stream of this.streams) {
      if (!stream.isSender) {
        if (!stream.hasEnded) list.push(stream.readable);
      } else if (this.maySend && stream.isGreen && stream.writable !== null) list.push(stream.writable);
    }
  }

  /** Moves data and does what is due; true when the test is to end. */
  turn(): boolean {
    const wasOver = this.isOver;
    this.sendBlocks();
    this.receive();
    this.timers();
    this.isOver ||= (this.hasSentAll || this.hasReceivedAll) && !this.isOmitting;
    return this.isOver && !wasOver;
  }

  /** The last interval ends with the test. */
  takeLastInterval(): void {
    this.isRunning = false;
    for (const stream of this.streams) {
      stream.takeInterval(this.nowUs, this.isOmitting);
      stream.isCounting = false;
    }
  }

  closeStreams(): void {
    for (const stream of this.streams) stream.close();
  }

  receive(): void {
    const { nowUs } = this;
    for (const stream of this.streams) {
      if (!stream.isSender && !stream.hasEnded && stream.receive(nowUs) < 0) {
        throw new IperfError('unable to read from stream socket: Connection reset by peer');
      }
    }
  }

  private sendBlocks(): void {
    const { rate, burst } = this.settings;
    const row = burst > 0 ? burst : rate > 0 ? 1 : BLOCKS_IN_A_ROW;
    let hasSent = true;
    // A rate is looked at after each block, so that several go out where it is behind.
    for (let block = 0; hasSent && (block < row || rate > 0); block++) {
      hasSent = false;
      for (const stream of this.streams) {
        if (!stream.isSender || !stream.isGreen || (row > 1 && this.hasSentAll)) continue;
        const sent = stream.send(this.nowUs);
        if (sent < 0) throw new IperfError('unable to write to stream socket: Connection reset by peer');
        hasSent ||= sent > 0;
        this.sentBytes += sent;
        if (sent > 0 && stream.isBetweenBlocks) this.sentBlocks++;
        if (rate > 0 && block + 1 >= burst) this.throttle(stream);
        if (sent === 0) stream.isGreen = rate === 0;
      }
    }
  }

  private get maySend(): boolean {
    return this.isRunning && !this.hasSentAll;
  }

  /** Of -n and -k, for the end that receives. */
  private get hasReceivedAll(): boolean {
    const { bytes, blocks, blockBytes } = this.settings;
    if (bytes === 0 && blocks === 0) return false;
    const received = this.streams.reduce((sum, stream) => sum + stream.receivedBytes, 0);
    return (bytes > 0 && received >= bytes) || (blocks > 0 && received >= blocks * blockBytes);
  }

  private get hasSentAll(): boolean {
    const { bytes, blocks } = this.settings;
    return (bytes > 0 && this.sentBytes >= bytes) || (blocks > 0 && this.sentBlocks >= blocks);
  }

  /** A stream may go on while it has sent less than its rate allows. */
  private throttle(stream: IperfStream): void {
    const seconds = (this.proc.now - this.startNs) / SECOND;
    stream.isGreen = stream.allSentBytes * 8 < this.settings.rate * seconds;
  }

  private timers(): void {
    const { now } = this.proc;
    if (now >= this.omitNs) this.endOmitting();
    if (now >= this.pacingNs) {
      this.pacingNs += this.settings.pacingTimerUs * US;
      for (const stream of this.streams) if (stream.isSender) this.throttle(stream);
      if (this.streams.some((stream) => stream.isSender && stream.isGreen)) this.sendBlocks();
    }
    if (now >= this.durationNs) {
      this.durationNs = Infinity;
      this.isOver = true;
    }
    // An interval that ends with the test is told with its end.
    if (now >= this.reportNs && !this.isOver) {
      this.reportNs += this.settings.intervalSeconds * SECOND;
      for (const stream of this.streams) stream.takeInterval(this.nowUs, this.isOmitting);
      this.tellInterval();
    }
  }

  /** The interval that has just been taken. */
  tellInterval(): void {
    this.reporter.interval(this.streams, (this.remote?.senderHasRetransmits ?? 0) > 0);
  }

  /** From here on it counts. */
  private endOmitting(): void {
    this.omitNs = Infinity;
    const { intervalSeconds } = this.settings;
    if (this.reportNs <= this.proc.now) {
      for (const stream of this.streams) stream.takeInterval(this.nowUs, true);
      this.tellInterval();
    }
    this.isOmitting = false;
    this.sentBytes = 0;
    this.sentBlocks = 0;
    for (const stream of this.streams) stream.start(this.nowUs);
    if (intervalSeconds > 0) this.reportNs = this.proc.now + intervalSeconds * SECOND;
  }

  /** What this end tells the other when it is over. */
  facts(): EndFacts {
    const { isUdp, asksServerOutput, isServer, isJson } = this.settings;
    const [first] = this.streams;
    const sends = this.streams.some((stream) => stream.isSender);
    const tells = asksServerOutput && isServer;
    return {
      senderHasRetransmits: !sends ? -1 : isUdp ? 0 : 1,
      congestion: first instanceof TcpStream ? first.congestion : '',
      outputText: tells && !isJson ? this.reporter.serverOutput : '',
      outputJson: tells && isJson ? this.reporter.jsonSoFar : null,
    };
  }

  /** The program has been told to end: what is known is reported, and the other end hears of it. */
  *interrupted(): Steps<number> {
    const { isServer, isJson } = this.settings;
    if (this.isRunning) {
      this.takeLastInterval();
      this.tellInterval();
      this.reporter.summary(this.streams, this.facts(), this.remote);
    }
    if (this.control !== null) yield* this.control.sendState(isServer ? SERVER_TERMINATE : CLIENT_TERMINATE);
    const message = `interrupt - the ${isServer ? 'server' : 'client'} has terminated`;
    this.reporter.finish(message);
    if (!isJson) this.proc.writeError(`iperf3: ${message}\n`);
    return 1;
  }
}
