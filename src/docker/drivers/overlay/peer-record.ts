/**
 * What the table `overlay_peer_table` says of an endpoint: protobuf of libnetwork's drivers/overlay/overlay.proto.
 *
 *     field 1: endpoint_ip         10.0.1.5/24        0a LEN text
 *     field 2: endpoint_mac        02:42:0a:00:01:05  12 LEN text
 *     field 3: tunnel_endpoint_ip  192.168.50.12      1a LEN text
 */
import type { Cidr, Ip4, Mac } from '../../../base/addr.ts';
import { formatCidr, formatIp4, formatMac, parseCidr, parseIp4, parseMac } from '../../../base/addr.ts';

/** An endpoint and the node behind which it is. */
export interface PeerRecord {
  readonly address: Cidr;
  readonly mac: Mac;
  /** The VTEP: the data path address of its node. */
  readonly tunnelEndpoint: Ip4;
}

const WIRE_VARINT = 0;
const WIRE_FIXED64 = 1;
const WIRE_LENGTH = 2;
const WIRE_FIXED32 = 5;
const FIELD_COUNT = 3;
const VARINT_BYTES_MAX = 10;

export function encodePeerRecord({ address, mac, tunnelEndpoint }: PeerRecord): Uint8Array {
  const texts = [formatCidr(address), formatMac(mac), formatIp4(tunnelEndpoint)];
  const bytes = texts.flatMap((text, i) => {
    const codes = Array.from(text, (letter) => letter.charCodeAt(0));
    return [((i + 1) << 3) | WIRE_LENGTH, codes.length, ...codes];
  });
  return Uint8Array.from(bytes);
}

/** Undefined for what is no such record. Fields that nobody knows yet are passed over. */
export function decodePeerRecord(bytes: Uint8Array): PeerRecord | undefined {
  const texts = readTexts(bytes);
  if (texts === undefined) return undefined;
  const [addressText = '', macText = '', tunnelText = ''] = texts;
  const [address, mac, tunnelEndpoint] = [parseCidr(addressText), parseMac(macText), parseIp4(tunnelText)];
  if (address === undefined || mac === undefined || tunnelEndpoint === undefined) return undefined;
  return { address, mac, tunnelEndpoint };
}

/** The texts of fields 1 to 3; undefined when the bytes end too early or make no sense. */
function readTexts(bytes: Uint8Array): string[] | undefined {
  const texts: string[] = [];
  const reader = new FieldReader(bytes);
  while (!reader.isAtEnd) {
    const tag = reader.varint();
    const wireType = tag & 7;
    const field = tag >>> 3;
    if (tag < 0 || field === 0) return undefined;
    if (wireType !== WIRE_LENGTH) {
      if (!reader.skip(wireType)) return undefined;
      continue;
    }
    const text = reader.text();
    if (text === undefined) return undefined;
    if (field <= FIELD_COUNT) texts[field - 1] = text;
  }
  return texts;
}

class FieldReader {
  private readonly bytes: Uint8Array;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.at >= this.bytes.length;
  }

  /** The lower 31 bits of a number; -1 when it does not end, or is too long to be a length or a field. */
  varint(): number {
    let value = 0;
    for (let i = 0; i < VARINT_BYTES_MAX; i++) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) return -1;
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) return value < 2 ** 31 ? value : -1;
    }
    return -1;
  }

  text(): string | undefined {
    const length = this.varint();
    if (length < 0 || this.at + length > this.bytes.length) return undefined;
    const text = String.fromCharCode(...this.bytes.subarray(this.at, this.at + length));
    this.at += length;
    return text;
  }

  skip(wireType: number): boolean {
    if (wireType === WIRE_VARINT) return this.skipVarint();
    if (wireType !== WIRE_FIXED64 && wireType !== WIRE_FIXED32) return false;
    this.at += wireType === WIRE_FIXED64 ? 8 : 4;
    return this.at <= this.bytes.length;
  }

  private skipVarint(): boolean {
    for (let i = 0; i < VARINT_BYTES_MAX; i++) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) return false;
      if (byte < 0x80) return true;
    }
    return false;
  }
}
