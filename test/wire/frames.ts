/** Frames for the tests of wire/: built field by field here, not by the writers that they test. */
import { ip4, mac } from '../../src/base/addr.ts';
import type { ByteViews } from '../../src/base/bytes.ts';
import { makeByteViews } from '../../src/base/bytes.ts';

export const MAC_A = mac('02:42:ac:11:00:02');
export const MAC_B = mac('02:42:ac:11:00:03');
export const IP_A = ip4('172.17.0.2');
export const IP_B = ip4('172.17.0.3');

/** `bytes` as big-endian integers of `width` bytes each. */
function be(width: number, ...values: readonly number[]): number[] {
  return values.flatMap((value) =>
    Array.from(
      { length: width },
      (_, i) => Math.floor((value < 0 ? value + 2 ** (8 * width) : value) / 2 ** (8 * (width - 1 - i))) & 255,
    ),
  );
}

/** The plainest RFC 1071: big-endian words, carries added back at the end. */
export function referenceSum(bytes: readonly number[] | Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += bytes[i]! * 256 + (bytes[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum % 0x10000) + Math.floor(sum / 0x10000);
  return sum;
}

/** `bytes` with the checksum over all of them (and `pseudo`) written at `at`. */
function withChecksum(bytes: number[], at: number, pseudo: readonly number[] = []): number[] {
  const checksum = ~referenceSum([...pseudo, ...bytes]) & 0xffff;
  return [...bytes.slice(0, at), ...be(2, checksum), ...bytes.slice(at + 2)];
}

export function ethernetBytes(type: number, payload: readonly number[], dst = MAC_B, src = MAC_A): Uint8Array {
  return Uint8Array.from([...be(6, dst, src), ...be(2, type), ...payload]);
}

export interface Ipv4Fields {
  tos?: number;
  id?: number;
  flags?: number;
  ttl?: number;
  protocol?: number;
  src?: number;
  dst?: number;
  options?: readonly number[];
  totalLen?: number;
}

export function ipv4Bytes(payload: readonly number[], fields: Ipv4Fields = {}): number[] {
  const options = fields.options ?? [];
  const headerLen = 20 + options.length;
  const header = [
    0x40 | (headerLen / 4),
    fields.tos ?? 0,
    ...be(2, fields.totalLen ?? headerLen + payload.length, fields.id ?? 7, fields.flags ?? 0x4000),
    fields.ttl ?? 64,
    fields.protocol ?? 17,
    ...be(2, 0),
    ...be(4, fields.src ?? IP_A, fields.dst ?? IP_B),
    ...options,
  ];
  return [...withChecksum(header, 10), ...payload];
}

export function pseudoHeader(protocol: number, length: number, src = IP_A, dst = IP_B): number[] {
  return [...be(4, src, dst), 0, protocol, ...be(2, length)];
}

export function udpBytes(srcPort: number, dstPort: number, data: readonly number[], src = IP_A, dst = IP_B): number[] {
  const length = 8 + data.length;
  return withChecksum([...be(2, srcPort, dstPort, length, 0), ...data], 6, pseudoHeader(17, length, src, dst));
}

export function icmpBytes(type: number, code: number, rest: number, data: readonly number[]): number[] {
  return withChecksum([type, code, 0, 0, ...be(4, rest), ...data], 2);
}

export function tcpBytes(
  ports: readonly [number, number],
  flags: number,
  options: readonly number[],
  data: readonly number[],
  src = IP_A,
  dst = IP_B,
): number[] {
  const header = [
    ...be(2, ...ports),
    ...be(4, 1_000_000, 2_000_000),
    (5 + options.length / 4) << 4,
    flags,
    ...be(2, 64_240, 0, 0),
    ...options,
  ];
  const segment = [...header, ...data];
  return withChecksum(segment, 16, pseudoHeader(6, segment.length, src, dst));
}

export function arpBytes(op: number, sha: number, spa: number, tha: number, tpa: number): number[] {
  return [...be(2, 1, 0x0800), 6, 4, ...be(2, op), ...be(6, sha), ...be(4, spa), ...be(6, tha), ...be(4, tpa)];
}

export function vxlanBytes(vni: number, inner: Uint8Array): number[] {
  return [8, 0, 0, 0, ...be(3, vni), 0, ...inner];
}

/** `count` bytes 0, 1, 2 … */
export function ramp(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i & 255);
}

const ETHERTYPE_IPV4 = 0x0800;
const ETHERTYPE_ARP = 0x0806;
const BROADCAST = mac('ff:ff:ff:ff:ff:ff');
const SYN_OPTIONS = [2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 1, 0, 0, 0, 0, 0, 1, 3, 3, 7];
const SACK_OPTIONS = [1, 1, 5, 10, 0, 0, 1, 0, 0, 0, 2, 0];

function ipv4Frame(payload: readonly number[], fields: Ipv4Fields = {}): Uint8Array {
  return ethernetBytes(ETHERTYPE_IPV4, ipv4Bytes(payload, fields));
}

/** ICMP errors of every type and code that a table of words may know, and one code beyond. */
function errorFrames(): [string, Uint8Array][] {
  const quotes: readonly (readonly number[])[] = [
    ipv4Bytes(udpBytes(40_001, 9, ramp(12)), { ttl: 1 }),
    ipv4Bytes(tcpBytes([40_001, 80], 2, SYN_OPTIONS, []), { protocol: 6 }),
    ipv4Bytes(icmpBytes(8, 0, 0x10001, ramp(56)), { protocol: 1 }),
  ];
  const frames: [string, Uint8Array][] = [];
  const codes: Readonly<Record<number, number>> = { 3: 17, 4: 1, 5: 5, 11: 3, 12: 3 };
  for (const [type, count] of Object.entries(codes)) {
    for (let code = 0; code < count; code++) {
      for (const [index, quote] of quotes.entries()) {
        const rest = Number(type) === 5 ? IP_B : code === 4 ? 1400 : 0;
        const message = icmpBytes(Number(type), code, rest, quote);
        frames.push([
          `icmp ${type}/${code} quoting ${index}`,
          ipv4Frame(message, { protocol: 1, tos: 0xc0, flags: 0 }),
        ]);
      }
    }
  }
  return frames;
}

function icmpFrames(): [string, Uint8Array][] {
  const make = (type: number, rest: number, data: readonly number[]): Uint8Array =>
    ipv4Frame(icmpBytes(type, 0, rest, data), { protocol: 1 });
  return [
    ['echo request', make(8, 0x10001, ramp(56))],
    ['echo reply', make(0, 0x10001, ramp(56))],
    ['source quench without a quote', make(4, 0, [])],
    ['router advertisement', make(9, 0x0202_0708, ramp(16))],
    ['router advertisement of another size', make(9, 0x0203_0008, ramp(16))],
    ['router solicitation', make(10, 0, [])],
    ['timestamp request', make(13, 0x10001, ramp(12))],
    ['timestamp reply', make(14, 0x10001, ramp(12))],
    ['information request', make(15, 0x10001, [])],
    ['information reply', make(16, 0x10001, [])],
    ['mask request', make(17, 0x10001, ramp(4))],
    ['mask reply', make(18, 0x10001, [255, 255, 0, 0])],
    ['unknown type', make(40, 0, ramp(8))],
    ['an error quoting an error', make(3, 0, ipv4Bytes(icmpBytes(11, 0, 0, ipv4Bytes(ramp(8))), { protocol: 1 }))],
    ['need to frag without mtu', ipv4Frame(icmpBytes(3, 4, 0, ipv4Bytes(udpBytes(1, 2, []))), { protocol: 1 })],
    [
      'port unreachable of no transport',
      ipv4Frame(icmpBytes(3, 3, 0, ipv4Bytes(ramp(8), { protocol: 99 })), { protocol: 1 }),
    ],
  ];
}

function ipv4Frames(): [string, Uint8Array][] {
  const recordRoute = [7, 11, 8, 10, 0, 0, 1, 0, 0, 0, 0, 0];
  const timestamps = [68, 12, 13, 0x11, 10, 0, 0, 1, 0, 0, 0, 9];
  const looseRoute = [1, 131, 7, 4, 10, 9, 8, 7];
  const whole = udpBytes(40_001, 40_002, ramp(32));
  const bad = ipv4Frame(whole);
  bad[14 + 10]! ^= 0xff;
  bad[14 + 20 + 6]! ^= 0xff;
  const noChecksum = ipv4Frame(whole);
  noChecksum.fill(0, 14 + 26, 14 + 28);
  return [
    ['udp', ipv4Frame(whole)],
    ['udp of odd length', ipv4Frame(udpBytes(40_001, 40_002, ramp(13)))],
    ['udp without data', ipv4Frame(udpBytes(40_001, 40_002, []))],
    ['udp with bad checksums', bad],
    ['udp without a checksum', noChecksum],
    ['udp whose length is too long', ipv4Frame([...be(2, 1, 2, 99, 0), ...ramp(4)])],
    ['udp whose length is too short', ipv4Frame([...be(2, 1, 2, 7, 0), ...ramp(4)])],
    ['udp with padding behind the datagram', Uint8Array.from([...ipv4Frame(udpBytes(1, 2, ramp(4))), ...ramp(14)])],
    ['first fragment', ipv4Frame(whole, { flags: 0x2000 })],
    ['middle fragment', ipv4Frame(ramp(32), { flags: 0x2005 })],
    ['last fragment', ipv4Frame(ramp(13), { flags: 0x000a })],
    ['last fragment of icmp', ipv4Frame(ramp(13), { flags: 0x000a, protocol: 1 })],
    ['reserved flag and ECN', ipv4Frame(whole, { flags: 0xe000, tos: 0x2 })],
    ['congestion experienced', ipv4Frame(whole, { tos: 0xbb, ttl: 0 })],
    ['ECT(1)', ipv4Frame(whole, { tos: 1 })],
    ['record route', ipv4Frame(whole, { options: recordRoute })],
    ['timestamps', ipv4Frame(whole, { options: timestamps })],
    ['loose source route', ipv4Frame(whole, { options: looseRoute })],
    ['router alert', ipv4Frame(whole, { options: [148, 4, 0, 0] })],
    ['router alert with a value', ipv4Frame(whole, { options: [148, 4, 0, 5, 0, 0, 0, 0] })],
    ['an unknown option', ipv4Frame(whole, { options: [200, 4, 1, 2] })],
    ['a bad option', ipv4Frame(whole, { options: [7, 40, 1, 2] })],
    ['an unknown protocol', ipv4Frame(ramp(20), { protocol: 99 })],
    ['a datagram longer than its frame', ipv4Frame(whole, { totalLen: 500 })],
    ['a datagram shorter than its header', ipv4Frame(whole, { totalLen: 10 })],
    ['a datagram of length 0', ipv4Frame(whole, { totalLen: 0 })],
  ];
}

function tcpFrames(): [string, Uint8Array][] {
  const make = (segment: number[]): Uint8Array => ipv4Frame(segment, { protocol: 6 });
  const badHeader = tcpBytes([1, 2], 16, [], ramp(8));
  badHeader[12] = 0x40;
  const longHeader = tcpBytes([1, 2], 16, [], ramp(8));
  longHeader[12] = 0xf0;
  return [
    ['tcp syn', make(tcpBytes([40_001, 9080], 2, SYN_OPTIONS, []))],
    ['tcp syn ack', make(tcpBytes([9080, 40_001], 0x12, SYN_OPTIONS, []))],
    ['tcp data', make(tcpBytes([40_001, 9080], 0x18, [], ramp(33)))],
    ['tcp ack with sack', make(tcpBytes([40_001, 9080], 0x10, SACK_OPTIONS, []))],
    ['tcp fin', make(tcpBytes([40_001, 9080], 0x11, [], []))],
    ['tcp rst', make(tcpBytes([40_001, 9080], 0x14, [], []))],
    ['tcp with all flags', make(tcpBytes([40_001, 9080], 0xff, [], []))],
    ['tcp without flags', make(tcpBytes([40_001, 9080], 0, [], []))],
    ['tcp with a bad option', make(tcpBytes([40_001, 9080], 0x10, [2, 40, 0, 0], []))],
    ['tcp with an unknown option', make(tcpBytes([40_001, 9080], 0x10, [77, 4, 1, 2], []))],
    ['tcp with the end of options', make(tcpBytes([40_001, 9080], 0x10, [0, 0, 0, 0], []))],
    ['tcp with a short header', make(badHeader)],
    ['tcp with a long header', make(longHeader)],
  ];
}

function linkFrames(): [string, Uint8Array][] {
  const request = arpBytes(1, MAC_A, IP_A, 0, IP_B);
  const tagged = [...be(2, 0x6064, ETHERTYPE_IPV4), ...ipv4Bytes(icmpBytes(8, 0, 0x10001, ramp(8)), { protocol: 1 })];
  const inner = ipv4Frame(icmpBytes(8, 0, 0x20001, ramp(8)), { protocol: 1 });
  return [
    ['arp request', ethernetBytes(ETHERTYPE_ARP, request, BROADCAST)],
    ['arp reply', ethernetBytes(ETHERTYPE_ARP, arpBytes(2, MAC_B, IP_B, MAC_A, IP_A), MAC_A, MAC_B)],
    ['unicast arp probe', ethernetBytes(ETHERTYPE_ARP, arpBytes(1, MAC_A, IP_A, MAC_B, IP_B))],
    ['padded arp', ethernetBytes(ETHERTYPE_ARP, [...request, ...ramp(18)], BROADCAST)],
    ['arp of another protocol', ethernetBytes(ETHERTYPE_ARP, [0, 1, 0x12, 0x34, ...request.slice(4)])],
    ['arp of another hardware', ethernetBytes(ETHERTYPE_ARP, [0, 9, ...request.slice(2)])],
    ['vlan', ethernetBytes(0x8100, tagged)],
    ['vlan in vlan', ethernetBytes(0x88a8, [...be(2, 0x1005, 0x8100), ...tagged])],
    ['vxlan', ipv4Frame(udpBytes(50_000, 4789, vxlanBytes(4097, inner)), { flags: 0 })],
    ['vxlan without a valid identifier', ipv4Frame(udpBytes(50_000, 4789, [0, ...vxlanBytes(4097, inner).slice(1)]))],
    ['an unknown type', ethernetBytes(0x1234, ramp(46))],
    [
      'a multicast frame',
      ethernetBytes(ETHERTYPE_IPV4, ipv4Bytes(udpBytes(5, 5, []), { dst: ip4('224.0.0.5') }), mac('01:00:5e:00:00:05')),
    ],
    ['a broadcast datagram', ethernetBytes(ETHERTYPE_IPV4, ipv4Bytes(udpBytes(5, 5, []), { dst: -1 }), BROADCAST)],
    ['a bad version', ethernetBytes(ETHERTYPE_IPV4, [0x55, ...ipv4Bytes(ramp(4)).slice(1)])],
    ['a bad header length', ethernetBytes(ETHERTYPE_IPV4, [0x44, ...ipv4Bytes(ramp(4)).slice(1)])],
  ];
}

/** Every kind of frame that the dissectors and filters know, by name. */
export const SAMPLES: readonly (readonly [string, Uint8Array])[] = [
  ...linkFrames(),
  ...ipv4Frames(),
  ...icmpFrames(),
  ...errorFrames(),
  ...tcpFrames(),
];

export const SAMPLE_FRAMES: readonly Uint8Array[] = SAMPLES.map(([, frame]) => frame);

/** The sample of that name. */
export function sample(name: string): Uint8Array {
  const found = SAMPLES.find(([other]) => other === name);
  if (found === undefined) throw new Error(`no sample is called ${name}`);
  return found[1];
}

/** A view of exactly these bytes: reading before or behind them throws. */
export function exactView(bytes: Uint8Array): DataView {
  return new DataView(bytes.slice().buffer);
}

/** The bytes at offset `o` of a larger buffer that is filled with `guard` around them. */
export function guarded(bytes: Uint8Array, o: number, guard: number): ByteViews {
  const views = makeByteViews((o + bytes.length + 67) & ~3);
  views.bytes.fill(guard);
  views.bytes.set(bytes, o);
  return views;
}
