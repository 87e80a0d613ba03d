/**
 * A stream that this member opens (net.go): one message goes out, and either that is all or one comes back, within a
 * time. Whatever happens, the end is told exactly once, unless it was abandoned before.
 */
import type { GossipFault } from '../fault.ts';
import type { StreamMessage } from '../messages.ts';
import { StreamReader, type StreamSettings } from '../stream.ts';
import type { DialHandler, GossipClock, GossipStream, GossipTimer, MemberAddress, Transport } from '../transport.ts';
import type { Counters } from './counters.ts';

/** What is exchanged, and who hears of it. */
export interface ExchangePlan {
  readonly dialTimeoutNs: number;
  /** The bytes to send, made when the stream stands. */
  message(): Uint8Array;
  /** When the answer must have come, asked when the message has been sent; null when none is wanted. */
  replyDeadlineNs(): number | null;
  /** The answer, null if none was wanted. Called after the stream was closed. */
  completed(reply: StreamMessage | null): void;
  failed(why: string): void;
}

export class Exchange implements DialHandler {
  private readonly plan: ExchangePlan;
  private readonly reader: StreamReader;
  private readonly counters: Counters;
  private readonly clock: GossipClock;
  /** Those that are not over; this one is among them until it is. */
  private readonly pending: Set<Exchange>;
  private giveUpDialing: (() => void) | null;
  private stream: GossipStream | null;
  private timer: GossipTimer | null;
  private isOver: boolean;

  constructor(
    clock: GossipClock,
    counters: Counters,
    settings: StreamSettings,
    plan: ExchangePlan,
    pending: Set<Exchange>,
  ) {
    this.plan = plan;
    this.reader = new StreamReader(settings);
    this.counters = counters;
    this.clock = clock;
    this.stream = null;
    this.timer = null;
    this.isOver = false;
    this.pending = pending;
    this.giveUpDialing = null;
    pending.add(this);
  }

  /** Calls the other side, which may fail at once. */
  start(transport: Transport, to: MemberAddress): void {
    const giveUp = transport.dial(to, this.plan.dialTimeoutNs, this);
    if (!this.isOver) this.giveUpDialing = giveUp;
  }

  onOpen(stream: GossipStream): void {
    if (this.isOver) {
      stream.close();
      return;
    }
    this.stream = stream;
    this.counters.streamsOpened++;
    const bytes = this.plan.message();
    this.counters.streamBytesSent += bytes.length;
    stream.send(bytes);
    const deadlineNs = this.plan.replyDeadlineNs();
    if (deadlineNs === null) {
      if (this.end()) this.plan.completed(null);
      return;
    }
    this.timer = this.clock.newTimer(() => {
      this.fail('i/o timeout', 'streamCutShort');
    });
    this.timer.armAt(Math.max(deadlineNs, this.clock.now));
  }

  onData(bytes: Uint8Array): void {
    if (this.isOver) return;
    this.counters.streamBytesReceived += bytes.length;
    const reply = this.reader.push(bytes);
    if (reply === null) return;
    if (typeof reply === 'string') this.fail(reply, reply);
    else if (this.end()) this.plan.completed(reply);
  }

  onEnd(): void {
    const fault = this.reader.end();
    this.fail(fault === 'empty' ? 'EOF' : 'unexpected EOF', 'streamCutShort');
  }

  onError(reason: string): void {
    this.fail(reason, null);
  }

  /** Lets go of it without a word. */
  abandon(): void {
    if (this.isOver) return;
    const wasOpen = this.stream !== null;
    this.end();
    if (!wasOpen) this.giveUpDialing?.();
  }

  private fail(why: string, drop: GossipFault | 'streamCutShort' | null): void {
    if (!this.end()) return;
    if (drop !== null) this.counters.drop(drop);
    this.plan.failed(why);
  }

  /** Closes the stream; false when it was over before. */
  private end(): boolean {
    if (this.isOver) return false;
    this.isOver = true;
    this.pending.delete(this);
    this.timer?.dispose();
    this.stream?.close();
    return true;
  }
}
