/**
 * Answers to what came out of a machine, by whom it reached: made of the bytes as they came, so that a chosen port is
 * answered whatever it is.
 */
import * as ipv4 from '../../../src/wire/ipv4.ts';
import * as ethernet from '../../../src/wire/ethernet.ts';
import { ethernetBytes, icmpBytes, ipv4Bytes } from '../../wire/frames.ts';
import type { AnswerKind, SeenFrame } from './case.ts';
import type { FlowEnds, Segment } from './datagrams.ts';
import { SERVER_SEQ, TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN, tcpSegment, udpDatagram } from './datagrams.ts';

const L3 = 14;
const ICMP_ECHO = 8;
const ICMP_TIMESTAMP = 13;
const ICMP_INFORMATION = 15;
const ICMP_MASK = 17;
const ICMP_ERRORS: ReadonlySet<number> = new Set([3, 4, 5, 11, 12]);
const FIRST_ID = 2;

export interface AnswerWish {
  readonly how: AnswerKind;
  /** Which of the ways to answer so. */
  readonly variant: number;
  /** Of the step, which gives the answer its identification. */
  readonly number: number;
}

/** The frame that answers the first datagram among `frames` that can be answered. */
export function answerTo(frames: readonly SeenFrame[], wish: AnswerWish): SeenFrame | null {
  for (const { port, bytes } of frames) {
    const v = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    if (ethernet.etherType(v, 0) !== ethernet.ETHERTYPE_IPV4) continue;
    const payload = wish.how === 'reply' ? replyTo(v, wish.variant) : errorAbout(v, wish.variant);
    if (payload === null) continue;
    const isError = wish.how === 'error';
    const datagram = ipv4Bytes(payload, {
      src: ipv4.dst(v, L3),
      dst: ipv4.src(v, L3),
      id: FIRST_ID + wish.number,
      flags: 0,
      protocol: isError ? ipv4.PROTO_ICMP : ipv4.protocol(v, L3),
    });
    // Where it came from it goes back to.
    return { port, bytes: ethernetBytes(ethernet.ETHERTYPE_IPV4, datagram, ethernet.src(v, 0), ethernet.dst(v, 0)) };
  }
  return null;
}

function replyTo(v: DataView, variant: number): number[] | null {
  if ((ipv4.flagsFragment(v, L3) & ipv4.OFFSET_MASK) !== 0) return null;
  const l4 = L3 + ipv4.headerLen(v, L3);
  const protocol = ipv4.protocol(v, L3);
  const ends: FlowEnds = {
    protocol,
    src: ipv4.dst(v, L3),
    dst: ipv4.src(v, L3),
    srcPort: v.byteLength >= l4 + 4 ? v.getUint16(l4 + 2) : 0,
    dstPort: v.byteLength >= l4 + 4 ? v.getUint16(l4) : 0,
  };
  if (protocol === ipv4.PROTO_UDP) return udpDatagram(ends, [7, 7, 7, variant]);
  if (protocol === ipv4.PROTO_TCP && v.byteLength >= l4 + 20) return tcpSegment(ends, nextSegment(v, l4, variant));
  if (protocol === ipv4.PROTO_ICMP) return icmpReply(v, l4);
  return [...new Uint8Array(v.buffer, v.byteOffset + l4, L3 + ipv4.totalLen(v, L3) - l4)];
}

/** What the other side of a connection may say to a segment. */
function nextSegment(v: DataView, l4: number, variant: number): Segment {
  const flags = v.getUint8(l4 + 13);
  const dataBytes = v.byteLength - l4 - (v.getUint8(l4 + 12) >> 4) * 4;
  const isCounted = (flags & (TCP_SYN | TCP_FIN)) !== 0;
  const ack = (v.getUint32(l4 + 4) + Math.max(dataBytes, 0) + (isCounted ? 1 : 0)) >>> 0;
  const seq = (flags & TCP_ACK) === 0 ? SERVER_SEQ : v.getUint32(l4 + 8);
  if ((flags & TCP_SYN) !== 0 && variant < 5) return { flags: TCP_SYN | TCP_ACK, seq, ack };
  switch (variant) {
    case 0:
    case 1:
      return { flags: TCP_ACK, seq, ack };
    case 2:
      return { flags: TCP_ACK, seq, ack, data: [1, 2, 3] };
    case 3:
      return { flags: TCP_FIN | TCP_ACK, seq, ack };
    case 4:
      return { flags: TCP_RST, seq };
    default:
      return { flags: TCP_RST | TCP_ACK, seq, ack };
  }
}

const REPLIES: ReadonlyMap<number, number> = new Map([
  [ICMP_ECHO, 0],
  [ICMP_TIMESTAMP, 14],
  [ICMP_INFORMATION, 16],
  [ICMP_MASK, 18],
]);

function icmpReply(v: DataView, l4: number): number[] | null {
  const type = v.byteLength >= l4 + 8 ? REPLIES.get(v.getUint8(l4)) : undefined;
  if (type === undefined) return null;
  const data = new Uint8Array(v.buffer, v.byteOffset + l4 + 8, L3 + ipv4.totalLen(v, L3) - l4 - 8);
  return icmpBytes(type, 0, v.getInt32(l4 + 4), [...data]);
}

/** Type, code and what stands behind the checksum; the MTU is one that no route has to learn of. */
const ERRORS: readonly (readonly [type: number, code: number, rest: number])[] = [
  [3, 3, 0],
  [3, 1, 0],
  [3, 13, 0],
  [11, 0, 0],
  [3, 4, 9000],
  [12, 0, 0],
  [4, 0, 0],
];

const QUOTED_BYTES = 576;
const SHORT_QUOTE_BYTES = 28;

function errorAbout(v: DataView, variant: number): number[] | null {
  const l4 = L3 + ipv4.headerLen(v, L3);
  const isError = ipv4.protocol(v, L3) === ipv4.PROTO_ICMP && v.byteLength > l4 && ICMP_ERRORS.has(v.getUint8(l4));
  if (isError || (ipv4.flagsFragment(v, L3) & ipv4.OFFSET_MASK) !== 0) return null;
  const [type, code, rest] = ERRORS[variant % ERRORS.length]!;
  const limit = variant % 2 === 0 ? QUOTED_BYTES : SHORT_QUOTE_BYTES;
  const quoted = new Uint8Array(v.buffer, v.byteOffset + L3, Math.min(ipv4.totalLen(v, L3), limit));
  return icmpBytes(type, code, rest, [...quoted]);
}
