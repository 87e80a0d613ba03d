/** Who waits for acknowledgments, by the number of the ping. */
import type { AckResp, NackResp } from '../messages.ts';
import type { Counters } from './counters.ts';
import type { Slice } from '../messages.ts';

export interface AckHandler {
  /** The one acknowledgment has come; the handler waits no more. */
  acked(payload: Slice): void;
  /** Somebody who was asked to ping got no answer. */
  nacked(): void;
}

export class AckHandlers {
  private readonly waiting: Map<number, AckHandler>;
  private readonly counters: Counters;
  private lastSeqNo: number;

  constructor(counters: Counters) {
    this.waiting = new Map();
    this.counters = counters;
    this.lastSeqNo = 0;
  }

  /** The number of the next ping. */
  nextSeqNo(): number {
    this.lastSeqNo = (this.lastSeqNo + 1) >>> 0;
    return this.lastSeqNo;
  }

  await(seqNo: number, handler: AckHandler): void {
    this.waiting.set(seqNo, handler);
  }

  forget(seqNo: number): void {
    this.waiting.delete(seqNo);
  }

  handleAck(ack: AckResp): void {
    const handler = this.waiting.get(ack.seqNo);
    if (handler === undefined) {
      this.counters.drop('unexpectedAck');
      return;
    }
    this.waiting.delete(ack.seqNo);
    handler.acked(ack.payload);
  }

  handleNack(nack: NackResp): void {
    const handler = this.waiting.get(nack.seqNo);
    if (handler === undefined) this.counters.drop('unexpectedAck');
    else handler.nacked();
  }
}
