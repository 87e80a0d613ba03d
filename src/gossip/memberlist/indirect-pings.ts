/**
 * Pings on behalf of others (handleIndirectPing, net.go): what comes back is passed on under the number of who asked,
 * and that nothing came, too, if that is wanted. All of them wait equally long, so that one timer serves the line.
 */
import type { IndirectPing } from '../messages.ts';
import { MESSAGE } from '../messages.ts';
import type { GossipClock, GossipTimer, MemberAddress } from '../transport.ts';
import type { AckHandler, AckHandlers } from './ack-handlers.ts';
import { addressBytes, addressOf } from './addresses.ts';
import type { MemberlistConfig } from './config.ts';
import type { Counters } from './counters.ts';
import type { PacketSender } from './packet-sender.ts';

class Relay implements AckHandler {
  readonly request: IndirectPing;
  readonly asker: MemberAddress;
  readonly seqNo: number;
  readonly deadlineNs: number;
  isAnswered: boolean;
  private readonly sender: PacketSender;

  constructor(request: IndirectPing, asker: MemberAddress, seqNo: number, deadlineNs: number, sender: PacketSender) {
    this.request = request;
    this.asker = asker;
    this.seqNo = seqNo;
    this.deadlineNs = deadlineNs;
    this.isAnswered = false;
    this.sender = sender;
  }

  acked(): void {
    this.isAnswered = true;
    this.sender.sendMessage(this.asker, { type: MESSAGE.ackResp, seqNo: this.request.seqNo, payload: null });
  }

  nacked(): void {
    // Nobody else was asked.
  }

  expired(): void {
    if (this.isAnswered || !this.request.nack) return;
    this.sender.sendMessage(this.asker, { type: MESSAGE.nackResp, seqNo: this.request.seqNo });
  }
}

export class IndirectPings {
  private readonly config: MemberlistConfig;
  private readonly sender: PacketSender;
  private readonly acks: AckHandlers;
  private readonly clock: GossipClock;
  private readonly counters: Counters;
  private readonly timer: GossipTimer;
  /** The earliest deadline first. */
  private readonly relays: Relay[];

  constructor(
    config: MemberlistConfig,
    sender: PacketSender,
    acks: AckHandlers,
    clock: GossipClock,
    counters: Counters,
  ) {
    this.config = config;
    this.sender = sender;
    this.acks = acks;
    this.clock = clock;
    this.counters = counters;
    this.timer = clock.newTimer(() => {
      this.expire();
    });
    this.relays = [];
  }

  /** Pings for somebody who is to hear at `asker`. */
  relay(request: IndirectPing, asker: MemberAddress): void {
    const { name, advertiseAddr, advertisePort, bindPort, settings } = this.config;
    const address = addressOf(request.target);
    if (address === undefined) {
      this.counters.drop('badAddress');
      return;
    }
    const port = settings.protocolVersion < 2 || request.port === 0 ? bindPort : request.port;
    const seqNo = this.acks.nextSeqNo();
    const relay = new Relay(request, asker, seqNo, this.clock.now + settings.probeTimeoutNs, this.sender);
    this.acks.await(seqNo, relay);
    this.relays.push(relay);
    if (!this.timer.isArmed) this.timer.armAt(relay.deadlineNs);
    this.sender.sendMessage(
      { address, port },
      {
        type: MESSAGE.ping,
        seqNo,
        node: request.node,
        sourceAddr: addressBytes(advertiseAddr),
        sourcePort: advertisePort,
        sourceNode: name,
      },
    );
  }

  stop(): void {
    this.timer.dispose();
    for (const { seqNo } of this.relays) this.acks.forget(seqNo);
    this.relays.length = 0;
  }

  private expire(): void {
    while (this.relays.length > 0 && this.relays[0]!.deadlineNs <= this.clock.now) {
      const relay = this.relays.shift()!;
      if (!relay.isAnswered) this.acks.forget(relay.seqNo);
      relay.expired();
    }
    if (this.relays.length > 0) this.timer.armAt(this.relays[0]!.deadlineNs);
  }
}
