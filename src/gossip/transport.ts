/** What a member needs of its host: datagrams and streams, a clock, timers. Twin of memberlist's Transport. */
import type { Ip4 } from '../base/addr.ts';
import type { Timer } from '../sim/timer.ts';

/** Where a member listens, on UDP and TCP alike. */
export interface MemberAddress {
  readonly address: Ip4;
  readonly port: number;
}

/** One end of a TCP connection. What is sent goes out in order; nothing blocks. */
export interface GossipStream {
  readonly remote: MemberAddress;
  send(bytes: Uint8Array): void;
  /** Ends the connection after what was sent has gone out; the handler hears no more. */
  close(): void;
}

/** What becomes of a stream. After `onEnd` or `onError` nothing more is heard of it. */
export interface StreamHandler {
  /** Bytes as they come; the array is the handler's. */
  onData(bytes: Uint8Array): void;
  /** The peer has closed its side. */
  onEnd(): void;
  /** Refused, reset, timed out: why, in Go's words (`dial tcp 10.0.0.2:7946: connect: connection refused`). */
  onError(reason: string): void;
}

export interface DialHandler extends StreamHandler {
  /** The connection stands. */
  onOpen(stream: GossipStream): void;
}

export interface Transport {
  /** The payload of one UDP datagram; lost without a word when the host cannot send it. The array is not kept. */
  sendPacket(to: MemberAddress, payload: Uint8Array): void;
  /** Connects; `onError` when nobody has answered within `timeoutNs`. The function returned gives up silently. */
  dial(to: MemberAddress, timeoutNs: number, handler: DialHandler): () => void;
  /** Closes the listeners and all streams. */
  shutdown(): void;
}

/** What the transport hands to the member that it belongs to. */
export interface TransportTarget {
  /** A datagram; the array is not kept after the call. */
  receivePacket(payload: Uint8Array, from: MemberAddress): void;
  /** A connection that somebody has made to us. */
  acceptStream(stream: GossipStream): StreamHandler;
}

export type GossipTimer = Pick<Timer, 'arm' | 'armAt' | 'cancel' | 'dispose' | 'isArmed' | 'deadlineNs'>;

export interface GossipClock {
  /** Virtual time, ns. */
  readonly now: number;
  /** A timer that can be armed again and again; `expired` is called with it no longer armed. */
  newTimer(expired: () => void): GossipTimer;
}
