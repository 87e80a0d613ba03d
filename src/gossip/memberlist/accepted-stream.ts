/** A stream that somebody has opened to this member (handleConn, net.go): one message comes, and may be answered. */
import type { GossipFault } from '../fault.ts';
import type { StreamMessage } from '../messages.ts';
import { StreamReader, type StreamSettings } from '../stream.ts';
import type { GossipClock, GossipStream, GossipTimer, StreamHandler } from '../transport.ts';
import type { Counters } from './counters.ts';

/** Who makes something of what came. */
export interface AcceptedStreamOwner {
  /** The first byte; false when there are too many of that kind, and nothing more is to be read. */
  begins(accepted: AcceptedStream, type: number): boolean;
  /** The message. What is to be answered is sent before this returns. */
  accepted(message: StreamMessage, stream: GossipStream): void;
  /** What came is no message. */
  faulty(fault: GossipFault, stream: GossipStream): void;
  /** The stream is closed. */
  ended(accepted: AcceptedStream): void;
}

export class AcceptedStream implements StreamHandler {
  private readonly stream: GossipStream;
  private readonly reader: StreamReader;
  private readonly owner: AcceptedStreamOwner;
  private readonly counters: Counters;
  private readonly timer: GossipTimer;
  private hasBegun: boolean;
  private isOver: boolean;

  constructor(
    stream: GossipStream,
    clock: GossipClock,
    counters: Counters,
    settings: StreamSettings,
    timeoutNs: number,
    owner: AcceptedStreamOwner,
  ) {
    this.stream = stream;
    this.reader = new StreamReader(settings);
    this.owner = owner;
    this.counters = counters;
    this.hasBegun = false;
    this.isOver = false;
    this.timer = clock.newTimer(() => {
      this.cutShort();
    });
    this.timer.arm(timeoutNs);
  }

  onData(bytes: Uint8Array): void {
    if (this.isOver || bytes.length === 0) return;
    this.counters.streamBytesReceived += bytes.length;
    if (!this.hasBegun) {
      this.hasBegun = true;
      if (!this.owner.begins(this, bytes[0]!)) {
        this.close();
        return;
      }
    }
    const message = this.reader.push(bytes);
    if (message === null) return;
    if (typeof message === 'string') this.owner.faulty(message, this.stream);
    else this.owner.accepted(message, this.stream);
    this.close();
  }

  onEnd(): void {
    // Somebody who connects and says nothing, as a port scan does, is no fault.
    if (this.reader.end() === 'empty') this.close();
    else this.cutShort();
  }

  onError(): void {
    this.cutShort();
  }

  /** Ends the stream. */
  close(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.timer.dispose();
    this.stream.close();
    this.owner.ended(this);
  }

  private cutShort(): void {
    if (this.isOver) return;
    this.counters.drop('streamCutShort');
    this.close();
  }
}
