/** Frames for cases, as the hosts around the machine send them. */
import type { Ip4 } from '../../../src/base/addr.ts';
import { BROADCAST_MAC } from '../../../src/base/addr.ts';
import * as ipv4 from '../../../src/wire/ipv4.ts';
import type { Ipv4Fields } from '../../wire/frames.ts';
import { ethernetBytes, ipv4Bytes, pseudoHeader, referenceSum, udpBytes } from '../../wire/frames.ts';
import { machineMac, macOfHost, portOf } from './topology.ts';

export const TCP_FIN = 1;
export const TCP_SYN = 2;
export const TCP_RST = 4;
export const TCP_PSH = 8;
export const TCP_ACK = 16;
export const TCP_URG = 32;

/** The first sequence numbers of who connects and of who is connected to. */
export const CLIENT_SEQ = 1_000_000;
export const SERVER_SEQ = 5_000_000;

/** Two ends of a flow; ICMP has its identifier for both ports. */
export interface FlowEnds {
  readonly protocol: number;
  readonly src: Ip4;
  readonly dst: Ip4;
  readonly srcPort: number;
  readonly dstPort: number;
}

export interface Segment {
  readonly flags: number;
  readonly seq: number;
  readonly ack?: number;
  readonly window?: number;
  readonly options?: readonly number[];
  readonly data?: readonly number[];
}

function word(value: number): [number, number] {
  return [(value >>> 8) & 255, value & 255];
}

function long(value: number): number[] {
  return [...word(value >>> 16), ...word(value)];
}

/** A TCP segment with a right checksum. */
export function tcpSegment({ src, dst, srcPort, dstPort }: FlowEnds, segment: Segment): number[] {
  const { flags, seq, ack = 0, window = 64_240, options = [], data = [] } = segment;
  const header = [...word(srcPort), ...word(dstPort), ...long(seq), ...long(ack), (5 + options.length / 4) << 4, flags];
  const bytes = [...header, ...word(window), 0, 0, 0, 0, ...options, ...data];
  const checksum = ~referenceSum([...pseudoHeader(ipv4.PROTO_TCP, bytes.length, src, dst), ...bytes]) & 0xffff;
  return [...bytes.slice(0, 16), ...word(checksum), ...bytes.slice(18)];
}

/** A datagram of UDP. */
export function udpDatagram({ src, dst, srcPort, dstPort }: FlowEnds, data: readonly number[]): number[] {
  return udpBytes(srcPort, dstPort, [...data], src, dst);
}

/** A datagram from its source's place to the machine, which is its gateway or is meant. */
export function frameFrom(
  payload: readonly number[],
  fields: Ipv4Fields & { src: Ip4; dst: Ip4 },
): {
  port: number;
  bytes: Uint8Array;
} {
  return frameTo(macFor(fields.src, fields.dst), payload, fields);
}

/** Whom a host sends to: hosts of one bridge send to each other, all others to the machine. */
function macFor(src: Ip4, dst: Ip4): number {
  if (dst === -1 || (dst & 0xff) === 0xff) return BROADCAST_MAC;
  const areBridged = portOf(src) >= 2 && portOf(dst) >= 2;
  return areBridged && (dst & 0xff) !== 1 ? macOfHost(dst) : machineMac(portOf(src));
}

function frameTo(
  dstMac: number,
  payload: readonly number[],
  fields: Ipv4Fields & { src: Ip4 },
): { port: number; bytes: Uint8Array } {
  const bytes = ethernetBytes(0x0800, ipv4Bytes([...payload], fields), dstMac, macOfHost(fields.src));
  return { port: portOf(fields.src), bytes };
}
