/** Datagrams out (net.go): a message takes broadcasts with it, as far as there is room. */
import type { Rng } from '../../sim/rng.ts';
import { encodeCompound, MAX_COMPOUND_PARTS } from '../compound.ts';
import type { Keyring } from '../keyring.ts';
import type { Delegate } from '../delegate.ts';
import { encodeMessage } from '../message-codec.ts';
import type { PacketMessage } from '../messages.ts';
import { MESSAGE } from '../messages.ts';
import { sealPacket, type SealSettings } from '../packet.ts';
import { encryptOverhead, type EncryptionVersion } from '../security.ts';
import type { MemberAddress, Transport } from '../transport.ts';
import type { MemberlistConfig } from './config.ts';
import type { Counters } from './counters.ts';
import type { Membership } from './membership.ts';
import type { MemberState } from './node-state.ts';

/** Type and count of a compound message. */
const COMPOUND_HEADER_BYTES = 2;
/** The length of each part. */
const COMPOUND_OVERHEAD_BYTES = 2;
/** The type before a user message. */
const USER_MESSAGE_OVERHEAD_BYTES = 1;
/** From this version on, a node understands checksums. */
const CRC_PROTOCOL_VERSION = 5;

/** The keys in use; a keyring without keys is as good as none. */
export function activeKeyring(keyring: Keyring | null): Keyring | null {
  return keyring !== null && keyring.size > 0 ? keyring : null;
}

/** Version 1 of the protocol pads what it encrypts. */
export function encryptionVersion(protocolVersion: number): EncryptionVersion {
  return protocolVersion === 1 ? 0 : 1;
}

/** The bytes of a user message with its type before them. */
export function userMessageBytes(message: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(USER_MESSAGE_OVERHEAD_BYTES + message.length);
  bytes[0] = MESSAGE.user;
  bytes.set(message, USER_MESSAGE_OVERHEAD_BYTES);
  return bytes;
}

function hasBroadcasts(delegate: Delegate | null): boolean {
  return delegate !== null && delegate.hasBroadcasts?.() !== false;
}

export class PacketSender {
  private readonly config: MemberlistConfig;
  private readonly membership: Membership;
  private readonly transport: Transport;
  private readonly counters: Counters;
  /** Nonces come from here. */
  private readonly rng: Rng;

  constructor(config: MemberlistConfig, membership: Membership, transport: Transport, rng: Rng, counters: Counters) {
    this.config = config;
    this.membership = membership;
    this.transport = transport;
    this.counters = counters;
    this.rng = rng;
  }

  /** How a message is sealed now: keys may have changed. */
  sealSettings(): SealSettings {
    const { keyring, settings } = this.config;
    return {
      compress: settings.enableCompression,
      keyring: settings.gossipVerifyOutgoing ? activeKeyring(keyring) : null,
      encryptionVersion: encryptionVersion(settings.protocolVersion),
      rng: this.rng,
    };
  }

  /** Sends a message with as many broadcasts as fit behind it (sendMsg). */
  sendMessage(to: MemberAddress, message: PacketMessage): void {
    const bytes = encodeMessage(message);
    const { settings } = this.config;
    let free = settings.udpBufferSize - bytes.length - COMPOUND_HEADER_BYTES;
    if (settings.gossipVerifyOutgoing) free -= this.encryptionBytes();
    const extra = this.takeBroadcasts(free);
    this.send(to, null, extra === null ? bytes : encodeCompound([bytes, ...extra]));
  }

  /** Sends messages as they are, in one datagram. `node` is the receiver where it is known to be a member. */
  sendCompound(to: MemberAddress, node: MemberState | null, messages: readonly PacketMessage[]): void {
    this.send(to, node, encodeCompound(messages.map(encodeMessage)));
  }

  /** Sends a user message as it is. */
  sendUserMessage(to: MemberAddress, node: MemberState | null, message: Uint8Array): void {
    this.send(to, node, userMessageBytes(message));
  }

  /** One tick of gossip: what is to be told goes to a few members, as much as one datagram holds to each. */
  gossip(): void {
    const { settings, name, delegate } = this.config;
    // Most ticks of most members have nothing to tell: nobody need be chosen then.
    if (this.membership.broadcasts.numQueued === 0 && !hasBroadcasts(delegate)) return;
    const deadBeforeNs = this.membership.nowNs - settings.gossipToTheDeadTimeNs;
    const nodes = this.membership.nodes.random(settings.gossipNodes, (node) => {
      return node.name === name || !node.hearsGossip(deadBeforeNs);
    });
    const free = settings.udpBufferSize - COMPOUND_HEADER_BYTES - this.encryptionBytes();
    for (const node of nodes) {
      const messages = this.takeBroadcasts(free);
      if (messages === null) return;
      if (messages.length === 1) {
        this.send(node, node, messages[0]!);
        continue;
      }
      for (let start = 0; start < messages.length; start += MAX_COMPOUND_PARTS) {
        this.send(node, node, encodeCompound(messages.slice(start, start + MAX_COMPOUND_PARTS)));
      }
    }
  }

  /** What encryption takes of a datagram, whether or not outgoing ones are encrypted. */
  private encryptionBytes(): number {
    const { keyring, settings } = this.config;
    return activeKeyring(keyring) === null ? 0 : encryptOverhead(encryptionVersion(settings.protocolVersion));
  }

  /** News of nodes first, then what the delegate has; null when there is nothing that fits `limit` bytes. */
  private takeBroadcasts(limit: number): Uint8Array[] | null {
    const { broadcasts, nodes } = this.membership;
    const messages = broadcasts.getBroadcasts(COMPOUND_OVERHEAD_BYTES, limit, nodes.size);
    const { delegate } = this.config;
    if (delegate === null || !hasBroadcasts(delegate)) return messages;
    let free = limit;
    if (messages !== null) for (const message of messages) free -= message.length + COMPOUND_OVERHEAD_BYTES;
    const overhead = COMPOUND_OVERHEAD_BYTES + USER_MESSAGE_OVERHEAD_BYTES;
    if (free <= overhead) return messages;
    const userMessages = delegate.getBroadcasts(overhead, free);
    if (userMessages.length === 0) return messages;
    return [...(messages ?? []), ...userMessages.map(userMessageBytes)];
  }

  /** Compresses, checks and encrypts, and hands over to the host (rawSendMsgPacket). */
  private send(to: MemberAddress, node: MemberState | null, bytes: Uint8Array): void {
    // Whose version is known: one that was named, or one whose name is its address.
    const receiver = node ?? this.membership.nodes.findByAddressName(to.address);
    const withCrc = receiver !== undefined && receiver.protocolMax >= CRC_PROTOCOL_VERSION;
    const payload = sealPacket(bytes, withCrc, this.sealSettings());
    this.counters.packetsSent++;
    this.counters.packetBytesSent += payload.length;
    this.transport.sendPacket(to, payload);
  }
}
