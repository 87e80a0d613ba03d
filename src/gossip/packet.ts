/**
 * The layers of a datagram (net.go): a message or a compound message; compressed, when that makes it shorter; a
 * checksum in front, for those who know protocol version 5; encrypted.
 */
import type { Rng } from '../sim/rng.ts';
import { compressPayload, readCompressed } from './compress.ts';
import { decodeCompound } from './compound.ts';
import { crc32 } from './crc32.ts';
import type { GossipFault } from './fault.ts';
import type { Keyring } from './keyring.ts';
import { decodeMessage } from './message-codec.ts';
import type { PacketMessage } from './messages.ts';
import { MESSAGE } from './messages.ts';
import { MsgpackReader } from './msgpack.ts';
import type { EncryptionVersion } from './security.ts';
import { decryptPayload, encryptPayload } from './security.ts';

const CRC_LENGTH = 5;
const NO_AAD = new Uint8Array(0);
/** What a datagram may become when everything in it is unpacked. The library knows no limit. */
const MAX_UNPACKED_BYTES = 1 << 20;
/** Compound and compressed messages inside each other; senders have two. The library knows no limit. */
const MAX_DEPTH = 8;

export interface SealSettings {
  readonly compress: boolean;
  /** Null: in plain text. */
  readonly keyring: Keyring | null;
  readonly encryptionVersion: EncryptionVersion;
  /** Nonces come from here. */
  readonly rng: Rng;
}

/** The payload of the datagram that carries the message. `withCrc` for receivers known to have protocol version 5. */
export function sealPacket(message: Uint8Array, withCrc: boolean, settings: SealSettings): Uint8Array {
  let payload = message;
  if (settings.compress) payload = compressPayload(payload, payload.length) ?? payload;
  if (withCrc) payload = addCrc(payload);
  if (settings.keyring === null) return payload;
  return encryptPayload(settings.encryptionVersion, settings.keyring, settings.rng, payload, NO_AAD);
}

/** A checksum before the payload: 0x0c, then CRC-32 in 4 bytes, big-endian. */
export function addCrc(payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(CRC_LENGTH + payload.length);
  bytes[0] = MESSAGE.hasCrc;
  new DataView(bytes.buffer).setUint32(1, crc32(payload));
  bytes.set(payload, CRC_LENGTH);
  return bytes;
}

export interface OpenSettings {
  readonly keyring: Keyring | null;
  /** Whether datagrams that no key decrypts are dropped (GossipVerifyIncoming) or taken for plain text. */
  readonly verifyIncoming: boolean;
}

/** Who hears what was in a datagram. */
export interface PacketSink {
  /** One message. Bytes of user messages are views of the payload, not to be kept. */
  message(message: PacketMessage): void;
  /** The datagram, or a part of it, was dropped. */
  fault(reason: GossipFault): void;
}

/** Takes a datagram apart and calls back with each message in it, in their order. */
export function openPacket(payload: Uint8Array, settings: OpenSettings, sink: PacketSink): void {
  if (payload.length > 0 && payload[0] === MESSAGE.hasLabel) {
    sink.fault('unacceptableLabel');
    return;
  }
  let bytes = payload;
  if (settings.keyring !== null) {
    const text = decryptPayload(settings.keyring, payload, NO_AAD);
    if (typeof text !== 'string') {
      bytes = text;
    } else if (settings.verifyIncoming) {
      sink.fault(text);
      return;
    }
  }
  if (bytes.length >= CRC_LENGTH && bytes[0] === MESSAGE.hasCrc) {
    const expected = new DataView(bytes.buffer, bytes.byteOffset).getUint32(1);
    if (crc32(bytes, CRC_LENGTH) !== expected) {
      sink.fault('badChecksum');
      return;
    }
    bytes = bytes.subarray(CRC_LENGTH);
  }
  new Opener(sink).command(bytes, 0);
}

/** One datagram being taken apart. */
class Opener {
  private readonly sink: PacketSink;
  private unpackedLeft = MAX_UNPACKED_BYTES;

  constructor(sink: PacketSink) {
    this.sink = sink;
  }

  /** handleCommand. */
  command(bytes: Uint8Array, depth: number): void {
    const type = bytes[0];
    if (type !== MESSAGE.compound && type !== MESSAGE.compress) {
      const message = decodeMessage(bytes);
      if (typeof message === 'string') this.sink.fault(message);
      else this.sink.message(message);
    } else if (depth === MAX_DEPTH) {
      this.sink.fault('tooDeep');
    } else if (type === MESSAGE.compound) {
      const fault = decodeCompound(bytes, (part) => {
        this.command(part, depth + 1);
      });
      if (fault !== null) this.sink.fault(fault);
    } else {
      this.compressed(bytes, depth);
    }
  }

  private compressed(bytes: Uint8Array, depth: number): void {
    const text = readCompressed(new MsgpackReader(bytes, 1), this.unpackedLeft);
    if (typeof text === 'string') {
      // What failed late has cost its time, too.
      this.unpackedLeft = text === 'tooLarge' ? 0 : this.unpackedLeft >> 1;
      this.sink.fault(text);
      return;
    }
    this.unpackedLeft -= text.length;
    this.command(text, depth + 1);
  }
}
