/**
 * Datagrams in (net.go). Pings and their answers are handled as they are read; news waits for the end of the datagram:
 * then alive messages come before all others, and of each kind the last before the first.
 */
import type { GossipFault } from '../fault.ts';
import type { AckResp, Alive, Dead, IndirectPing, NackResp, PacketMessage, Ping } from '../messages.ts';
import type { Suspect, UserMessage } from '../messages.ts';
import { MESSAGE } from '../messages.ts';
import { openPacket, type PacketSink } from '../packet.ts';
import type { MemberAddress } from '../transport.ts';
import type { MemberlistConfig } from './config.ts';
import type { Counters } from './counters.ts';
import { isAllowed } from './addresses.ts';
import type { Membership } from './membership.ts';
import { activeKeyring } from './packet-sender.ts';

/** Who handles what is not news. */
export interface PingHandler {
  handlePing(ping: Ping, from: MemberAddress): void;
  handleIndirectPing(ping: IndirectPing, from: MemberAddress): void;
  handleAck(ack: AckResp): void;
  handleNack(nack: NackResp): void;
}

export class PacketReceiver implements PacketSink {
  private readonly config: MemberlistConfig;
  private readonly membership: Membership;
  private readonly pings: PingHandler;
  private readonly counters: Counters;
  private readonly highPriority: Alive[];
  private readonly lowPriority: (Suspect | Dead | UserMessage)[];
  /** Who sent the datagram that is being read. */
  private from: MemberAddress;

  constructor(config: MemberlistConfig, membership: Membership, pings: PingHandler, counters: Counters) {
    this.config = config;
    this.membership = membership;
    this.pings = pings;
    this.counters = counters;
    this.highPriority = [];
    this.lowPriority = [];
    this.from = { address: config.advertiseAddr, port: config.advertisePort };
  }

  receive(payload: Uint8Array, from: MemberAddress): void {
    this.counters.packetsReceived++;
    this.counters.packetBytesReceived += payload.length;
    this.from = from;
    const verifyIncoming = this.config.settings.gossipVerifyIncoming;
    openPacket(payload, { keyring: activeKeyring(this.config.keyring), verifyIncoming }, this);
    this.handleQueued();
  }

  message(message: PacketMessage): void {
    switch (message.type) {
      case MESSAGE.ping: {
        this.pings.handlePing(message, this.from);
        return;
      }
      case MESSAGE.indirectPing: {
        this.pings.handleIndirectPing(message, this.from);
        return;
      }
      case MESSAGE.ackResp: {
        this.pings.handleAck(message);
        return;
      }
      case MESSAGE.nackResp: {
        this.pings.handleNack(message);
        return;
      }
      case MESSAGE.alive: {
        this.enqueue(this.highPriority, message);
        return;
      }
      default: {
        this.enqueue(this.lowPriority, message);
        return;
      }
    }
  }

  fault(reason: GossipFault): void {
    this.counters.drop(reason);
  }

  private enqueue<T>(queue: T[], message: T): void {
    if (queue.length >= this.config.settings.handoffQueueDepth) this.counters.drop('handoffQueueFull');
    else queue.push(message);
  }

  private handleQueued(): void {
    for (let alive = this.highPriority.pop(); alive !== undefined; alive = this.highPriority.pop()) {
      this.handleAlive(alive);
    }
    for (let message = this.lowPriority.pop(); message !== undefined; message = this.lowPriority.pop()) {
      if (message.type === MESSAGE.suspect) this.membership.suspectNode(message);
      else if (message.type === MESSAGE.dead) this.membership.deadNode(message);
      else this.config.delegate?.notifyMsg(message.bytes);
    }
  }

  private handleAlive(alive: Alive): void {
    const { settings, bindPort } = this.config;
    if (!isAllowed(this.from.address, settings.cidrsAllowed)) {
      this.counters.drop('badAddress');
      return;
    }
    const hasNoPort = settings.protocolVersion < 2 || alive.port === 0;
    this.membership.aliveNode(hasNoPort ? { ...alive, port: bindPort } : alive, null, false);
  }
}
