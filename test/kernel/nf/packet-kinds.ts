/** Packets of every kind, right and wrong ones, from the peer of a `wire-lab` to itself or through it. */
import { ip4 } from '../../../src/base/addr.ts';
import type { WireScript, WireStep } from '../../differential/wire-lab.ts';
import { GIVEN_ID } from '../../differential/wire-lab.ts';
import type { Ipv4Fields } from '../../wire/frames.ts';
import { icmpBytes, ipv4Bytes, ramp, tcpBytes, udpBytes } from '../../wire/frames.ts';
import { ipBytes } from '../kit.ts';

export const PEER = ip4('10.0.0.2');
export const HOST = ip4('10.0.0.1');
export const FAR = ip4('10.0.1.2');

export const SYN = 0x02;
const ACK = 0x10;
const MSS = [2, 4, 5, 0xb4];
const RECORD_ROUTE = [7, 7, 4, 0, 0, 0, 0, 0];
const DF = 0x4000;
const MF = 0x2000;

type Send = (payload: readonly number[], fields: Ipv4Fields) => Uint8Array;

export function sendTo(dst: number): Send {
  return (payload, fields) => ipBytes(payload, { id: GIVEN_ID, src: PEER, dst, ...fields });
}

function spoiled(bytes: readonly number[], at: number): number[] {
  return bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));
}

/** TCP segments with all their flags, and what is wrong with some. */
export function segments(dst: number): Uint8Array[] {
  const send = sendTo(dst);
  const tcp = (flags: number, options: readonly number[] = [], data: readonly number[] = []): number[] =>
    tcpBytes([4000, 80], flags, options, data, PEER, dst);
  const all = [0, 1, SYN, SYN | 1, 4, SYN | 4, 8, ACK, SYN | ACK, ACK | 1, ACK | 4, 0x20, 0x40, 0xc2, 0xff];
  return [
    ...all.map((flags) => send(tcp(flags), { protocol: 6 })),
    send(tcp(SYN, MSS), { protocol: 6, flags: DF, tos: 0x10, ttl: 2 }),
    send(tcp(1, MSS, ramp(11)), { protocol: 6 }),
    send(tcp(ACK, [], ramp(1200)), { protocol: 6 }),
    send(tcp(SYN, MSS), { protocol: 6, options: RECORD_ROUTE }),
    send(spoiled(tcp(SYN), 17), { protocol: 6 }),
    send(tcp(SYN).slice(0, 19), { protocol: 6 }),
    send(tcp(SYN), { protocol: 6, flags: 3 }),
  ];
}

export function datagrams(dst: number): Uint8Array[] {
  const send = sendTo(dst);
  const udp = udpBytes(4000, 9, ramp(12), PEER, dst);
  const quoted = ipv4Bytes(udpBytes(9, 9, [], dst, PEER), { src: dst, dst: PEER });
  const icmp = (type: number, data: readonly number[] = []): Uint8Array =>
    send(icmpBytes(type, 0, 0x10001, data), { protocol: 1 });
  return [
    send(udp, { protocol: 17 }),
    send(udp, { protocol: 17, tos: 0xff, ttl: 9, flags: DF }),
    send(udpBytes(4000, 9, ramp(1300), PEER, dst), { protocol: 17 }),
    send(udp, { protocol: 17, options: RECORD_ROUTE }),
    send(spoiled(udp, 7), { protocol: 17 }),
    send([...udp.slice(0, 6), 0, 0, ...udp.slice(8)], { protocol: 17 }),
    send(udp.slice(0, 7), { protocol: 17 }),
    ...[0, 3, 4, 5, 8, 11, 12, 13, 15, 17, 18, 19, 33].map((type) => icmp(type, type === 3 ? quoted : ramp(12))),
    send(spoiled(icmpBytes(8, 0, 1, ramp(8)), 2), { protocol: 1 }),
    send([8, 0, 0xf7, 0xff], { protocol: 1 }),
    ...[33, 47, 50, 51, 99, 132, 136].map((protocol) => send(ramp(24), { protocol })),
    // A sum that happens to be right.
    send([0x12, 0x34, 0xed, 0xcb], { protocol: 99 }),
    send([], { protocol: 99 }),
  ];
}

/** Pieces of a datagram: on their way through, the first one is answered. */
export function fragments(dst: number): Uint8Array[] {
  const send = sendTo(dst);
  const udp = udpBytes(4000, 9, ramp(32), PEER, dst);
  return [
    send(udp.slice(0, 24), { protocol: 17, flags: MF }),
    send(udp.slice(24), { protocol: 17, flags: 3 }),
    send(tcpBytes([1, 2], SYN, [], ramp(4), PEER, dst), { protocol: 6, flags: MF }),
  ];
}

/** A router between two cables, whose neighbours are known and who is told of every error. */
export function routerScript(steps: readonly WireStep[], setUp: readonly string[] = []): WireScript {
  return {
    addresses: ['10.0.0.1/24', '10.0.1.1/24'],
    setUp: [
      'sysctl -qw net.ipv4.icmp_ratelimit=0',
      'sysctl -qw net.ipv4.icmp_msgs_burst=10000',
      'sysctl -qw net.ipv4.icmp_msgs_per_sec=100000',
      'sysctl -qw net.ipv4.ip_forward=1',
      'ip neigh replace 10.0.0.2 lladdr 02:00:00:00:00:99 nud permanent dev e0',
      'ip neigh replace 10.0.1.2 lladdr 02:00:00:00:00:9a nud permanent dev e1',
      ...setUp,
    ],
    steps,
  };
}

/** Frames as steps. */
export const given = (frames: readonly Uint8Array[]): WireStep[] => frames.map((give) => ({ give }));
