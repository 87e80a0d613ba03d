/** What goes over streams, both ways (net.go): push/pulls, reliable user messages, and pings where UDP fails. */
import { formatIp4 } from '../../base/addr.ts';
import type { GossipFault } from '../fault.ts';
import { faultAnswer } from '../fault.ts';
import type { Ping, PushNodeState, PushPull, StreamMessage } from '../messages.ts';
import { MESSAGE } from '../messages.ts';
import { sealStream, type StreamSettings } from '../stream.ts';
import type { GossipClock, GossipStream, MemberAddress, StreamHandler, Transport } from '../transport.ts';
import { AcceptedStream, type AcceptedStreamOwner } from './accepted-stream.ts';
import type { MemberlistConfig } from './config.ts';
import type { Counters } from './counters.ts';
import { Exchange, type ExchangePlan } from './exchange.ts';
import { mergeRemoteState } from './merge-remote-state.ts';
import type { Membership } from './membership.ts';
import { activeKeyring, type PacketSender } from './packet-sender.ts';

/** So many push/pulls at once, and no more, are answered. */
const MAX_PUSH_PULL_REQUESTS = 128;
const NO_STATE = new Uint8Array(0);

/** Hears what became of it: null, or why it failed. */
export type StreamDone = (error: string | null) => void;

export class Streams implements AcceptedStreamOwner {
  private readonly config: MemberlistConfig;
  private readonly membership: Membership;
  private readonly sender: PacketSender;
  private readonly transport: Transport;
  private readonly clock: GossipClock;
  private readonly counters: Counters;
  /** Streams of others that are open. */
  private readonly open: Set<AcceptedStream>;
  /** Streams of ours that are not over. */
  private readonly exchanges: Set<Exchange>;
  /** Of the open ones those that have begun with a push/pull. */
  private readonly pushPulls: Set<AcceptedStream>;

  constructor(
    config: MemberlistConfig,
    membership: Membership,
    sender: PacketSender,
    transport: Transport,
    clock: GossipClock,
    counters: Counters,
  ) {
    this.config = config;
    this.membership = membership;
    this.sender = sender;
    this.transport = transport;
    this.clock = clock;
    this.counters = counters;
    this.open = new Set();
    this.exchanges = new Set();
    this.pushPulls = new Set();
  }

  /** Exchanges all that is known with another node (pushPullNode). */
  pushPull(to: MemberAddress, isJoin: boolean, done: StreamDone): void {
    this.counters.pushPulls++;
    const finished: StreamDone = (error) => {
      if (error !== null) this.counters.failedPushPulls++;
      done(error);
    };
    this.exchange(to, {
      dialTimeoutNs: this.config.settings.tcpTimeoutNs,
      message: () => this.seal(this.localState(isJoin)),
      replyDeadlineNs: () => this.clock.now + this.config.settings.tcpTimeoutNs,
      completed: (reply) => {
        finished(this.pushPullReply(reply!, isJoin, to));
      },
      failed: finished,
    });
  }

  /** Sends a user message that arrives, or fails. */
  sendUserMessage(to: MemberAddress, bytes: Uint8Array, done: StreamDone): void {
    this.exchange(to, {
      dialTimeoutNs: this.config.settings.tcpTimeoutNs,
      message: () => this.seal({ type: MESSAGE.user, bytes }),
      replyDeadlineNs: () => null,
      completed: () => {
        done(null);
      },
      failed: done,
    });
  }

  /** Pings over a stream until a deadline; `answered` is called if there is an answer. The result gives up. */
  ping(to: MemberAddress, ping: Ping, deadlineNs: number, answered: () => void): () => void {
    const exchange = this.exchange(to, {
      dialTimeoutNs: Math.max(deadlineNs - this.clock.now, 0),
      message: () => this.seal(ping),
      replyDeadlineNs: () => deadlineNs,
      completed: (reply) => {
        if (reply?.type === MESSAGE.ackResp && reply.seqNo === ping.seqNo) answered();
        else this.counters.drop('unexpectedAck');
      },
      failed: (why) => {
        this.membership.log(`[ERR] memberlist: Failed fallback TCP ping: ${why}`);
      },
    });
    return () => {
      exchange.abandon();
    };
  }

  acceptStream(stream: GossipStream): StreamHandler {
    this.counters.streamsAccepted++;
    const timeoutNs = this.config.settings.tcpTimeoutNs;
    const accepted = new AcceptedStream(stream, this.clock, this.counters, this.streamSettings(), timeoutNs, this);
    this.open.add(accepted);
    return accepted;
  }

  /** Lets go of all streams. */
  stop(): void {
    for (const exchange of [...this.exchanges]) exchange.abandon();
    for (const accepted of [...this.open]) accepted.close();
  }

  begins(accepted: AcceptedStream, type: number): boolean {
    if (type !== MESSAGE.pushPull) return true;
    if (this.pushPulls.size + 1 >= MAX_PUSH_PULL_REQUESTS) {
      this.counters.drop('tooManyPushPulls');
      return false;
    }
    this.pushPulls.add(accepted);
    return true;
  }

  ended(accepted: AcceptedStream): void {
    this.open.delete(accepted);
    this.pushPulls.delete(accepted);
  }

  accepted(message: StreamMessage, stream: GossipStream): void {
    switch (message.type) {
      case MESSAGE.user:
        if (message.bytes.length > 0) this.config.delegate?.notifyMsg(message.bytes);
        return;
      case MESSAGE.pushPull: {
        this.answerPushPull(message, stream);
        return;
      }
      case MESSAGE.ping: {
        this.answerPing(message, stream);
        return;
      }
      default:
        this.counters.drop('unknownType');
    }
  }

  faulty(fault: GossipFault, stream: GossipStream): void {
    this.counters.drop(fault);
    const error = faultAnswer(fault);
    if (error !== null) this.send(stream, { type: MESSAGE.err, error });
  }

  private answerPushPull(message: PushPull, stream: GossipStream): void {
    this.send(stream, this.localState(message.isJoin));
    const error = this.merge(message, message.isJoin);
    if (error !== null) this.membership.log(`[ERR] memberlist: Failed push/pull merge: ${error}`);
  }

  private answerPing(ping: Ping, stream: GossipStream): void {
    if (ping.node !== '' && ping.node !== this.config.name) this.counters.drop('wrongNode');
    else this.send(stream, { type: MESSAGE.ackResp, seqNo: ping.seqNo, payload: null });
  }

  private pushPullReply(reply: StreamMessage, isJoin: boolean, from: MemberAddress): string | null {
    if (reply.type === MESSAGE.err) return `remote error: ${reply.error}`;
    if (reply.type === MESSAGE.pushPull) return this.merge(reply, isJoin);
    this.counters.drop('unknownType');
    const where = `from=${formatIp4(from.address)}:${from.port}`;
    return `received invalid msgType (${reply.type}), expected pushPullMsg (${MESSAGE.pushPull}) ${where}`;
  }

  private merge(message: PushPull, isJoin: boolean): string | null {
    return mergeRemoteState(message, isJoin, this.config, this.membership, this.counters);
  }

  private localState(isJoin: boolean): PushPull {
    const nodes: PushNodeState[] = this.membership.localNodes();
    const userState = this.config.delegate?.localState(isJoin) ?? NO_STATE;
    return { type: MESSAGE.pushPull, isJoin, nodes, userState };
  }

  private streamSettings(): StreamSettings {
    const { keyring, settings } = this.config;
    return { keyring: activeKeyring(keyring), verifyIncoming: settings.gossipVerifyIncoming };
  }

  private seal(message: StreamMessage): Uint8Array {
    return sealStream(message, this.sender.sealSettings());
  }

  private send(stream: GossipStream, message: StreamMessage): void {
    const bytes = this.seal(message);
    this.counters.streamBytesSent += bytes.length;
    stream.send(bytes);
  }

  private exchange(to: MemberAddress, plan: ExchangePlan): Exchange {
    const exchange = new Exchange(this.clock, this.counters, this.streamSettings(), plan, this.exchanges);
    exchange.start(this.transport, to);
    return exchange;
  }
}
