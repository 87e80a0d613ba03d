/** What a member has sent, heard and refused. */
import type { GossipFault } from '../fault.ts';

/** Why something that came was not followed: bytes that are no message, or a message that is out of place. */
export type MemberlistDrop =
  | GossipFault
  /** A ping for somebody else. */
  | 'wrongNode'
  /** An acknowledgment or its absence that nobody waits for any more. */
  | 'unexpectedAck'
  /** More messages at once than may wait. */
  | 'handoffQueueFull'
  /** A version that does not exist, or that not all can speak. */
  | 'badVersion'
  /** An address that is none of IPv4, or not among those allowed. */
  | 'badAddress'
  /** A name that somebody with another address has. */
  | 'conflict'
  /** A delegate has said no. */
  | 'refusedByDelegate'
  /** More push/pulls at once than the library answers. */
  | 'tooManyPushPulls'
  /** A stream that ended, broke or fell silent before its message was whole. */
  | 'streamCutShort';

export class Counters {
  packetsSent: number;
  packetBytesSent: number;
  packetsReceived: number;
  packetBytesReceived: number;
  streamsOpened: number;
  streamsAccepted: number;
  streamBytesSent: number;
  streamBytesReceived: number;
  probes: number;
  failedProbes: number;
  pushPulls: number;
  failedPushPulls: number;
  refutations: number;
  private readonly byReason: Map<MemberlistDrop, number>;

  constructor() {
    this.packetsSent = 0;
    this.packetBytesSent = 0;
    this.packetsReceived = 0;
    this.packetBytesReceived = 0;
    this.streamsOpened = 0;
    this.streamsAccepted = 0;
    this.streamBytesSent = 0;
    this.streamBytesReceived = 0;
    this.probes = 0;
    this.failedProbes = 0;
    this.pushPulls = 0;
    this.failedPushPulls = 0;
    this.refutations = 0;
    this.byReason = new Map();
  }

  drop(reason: MemberlistDrop): void {
    this.byReason.set(reason, this.dropped(reason) + 1);
  }

  dropped(reason: MemberlistDrop): number {
    return this.byReason.get(reason) ?? 0;
  }

  /** Reasons and how often, in the order in which they first came up. */
  drops(): [MemberlistDrop, number][] {
    return [...this.byReason];
  }
}
