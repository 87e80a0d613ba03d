/**
 * Frames by chance: headers, options, fragments and ICMP messages with fields drawn at random, to a router. Whatever
 * comes, the emulated machine does what a real kernel does with it.
 */
import { ip4 } from '../../src/base/addr.ts';
import type { Rng } from '../../src/sim/rng.ts';
import { Rng as SeededRng } from '../../src/sim/rng.ts';
import * as ipv4 from '../../src/wire/ipv4.ts';
import { need } from '../machine.ts';
import { EFFORT, ipBytes, payloadOf } from '../kernel/kit.ts';
import { icmpBytes, ipv4Bytes, udpBytes } from '../wire/frames.ts';
import type { WireScript } from './wire-lab.ts';
import { assertAlike, GIVEN_ID, playEmulated, playReal } from './wire-lab.ts';

const ADDRESSES = [
  '10.0.0.1',
  '10.0.0.2',
  '10.0.0.3',
  '10.9.0.1',
  '10.9.0.2',
  '10.0.0.255',
  '192.0.2.1',
  '198.51.100.7',
  '224.0.0.1',
  '127.0.0.1',
  '255.255.255.255',
].map(ip4);
const PEER = ip4('10.0.0.2');

/** What is drawn for one frame. */
class Draw {
  private readonly rng: Rng;

  constructor(rng: Rng) {
    this.rng = rng;
  }

  below(limit: number): number {
    return this.rng.below(limit);
  }

  /** True once in so many times. */
  rarely(times: number): boolean {
    return this.rng.below(times) === 0;
  }

  of<T>(list: readonly T[]): T {
    return list[this.rng.below(list.length)]!;
  }

  bytes(length: number): number[] {
    return Array.from({ length }, () => this.rng.below(256));
  }
}

/** An option of a known kind with lengths and pointers that are right more often than not. */
function option(draw: Draw): number[] {
  const kind = draw.of([0, 1, 7, 7, 68, 68, 131, 137, 148, 130, 200]);
  if (kind < 2) return [kind];
  const slots = draw.below(4);
  const length = draw.rarely(6) ? draw.below(12) : 3 + slots * 4 + (kind === 68 ? 1 : 0);
  const pointer = draw.rarely(4)
    ? kind === 68
      ? 1 + 4 * draw.below(5)
      : draw.below(20)
    : 4 + (kind === 68 ? 1 : 0) + 4 * draw.below(slots + 1);
  const body = kind === 68 ? [draw.of([0, 1, 3, 2, 0xf1])] : [];
  while (body.length < Math.max(length - 3, 0)) {
    const address = draw.of(ADDRESSES);
    body.push(address >>> 24, (address >>> 16) & 255, (address >>> 8) & 255, address & 255);
  }
  return [kind, length, pointer, ...body].slice(0, Math.max(length, 2));
}

function options(draw: Draw): number[] {
  if (!draw.rarely(3)) return [];
  const list: number[] = [];
  for (let i = 0; i < 1 + draw.below(3); i++) list.push(...option(draw));
  while ((list.length & 3) !== 0) list.push(draw.rarely(3) ? 1 : 0);
  return list.slice(0, 40);
}

function payload(draw: Draw, src: number, dst: number): readonly [number, number[]] {
  const data = [...payloadOf(draw.of([0, 1, 8, 30, 600]))];
  switch (draw.below(5)) {
    case 0:
      return [17, udpBytes(4000, draw.of([9, 5000]), data, src, dst)];
    case 1:
      return [1, icmpBytes(8, 0, 0x0007_0001, data)];
    case 2: {
      const about = ipv4Bytes(udpBytes(4000, 9, data, dst, src), { src: dst, dst: src, id: GIVEN_ID });
      return [1, icmpBytes(draw.of([3, 4, 5, 11, 12]), draw.below(7), draw.of([0, 500, PEER]), about)];
    }
    case 3:
      return [1, icmpBytes(draw.below(50), draw.below(3), 0, data)];
    default:
      return [draw.of([2, 47, 132, 200]), data];
  }
}

function frame(draw: Draw): Uint8Array {
  const src = draw.rarely(4) ? draw.of(ADDRESSES) : PEER;
  const dst = draw.of(ADDRESSES);
  const [protocol, data] = payload(draw, src, dst);
  const bits = draw.of([0, 0, 0, ipv4.DF, ipv4.DF, ipv4.MF, ipv4.MF | ipv4.DF]);
  const offset = draw.rarely(6) ? draw.below(40) : 0;
  const bytes = ipBytes(data, {
    src,
    dst,
    protocol,
    id: GIVEN_ID,
    flags: bits | offset,
    ttl: draw.of([0, 1, 2, 64]),
    tos: draw.of([0, 0, 1, 3, 0x10, 0xb8]),
    options: options(draw),
  });
  if (draw.rarely(8)) bytes[14 + draw.below(Math.min(bytes.length - 14, 60))] = draw.below(256);
  if (draw.rarely(12)) return bytes.subarray(0, 14 + draw.below(bytes.length - 14));
  if (draw.rarely(12)) bytes.set([0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
  return bytes;
}

function scriptOf(seed: number, count: number): WireScript {
  const draw = new Draw(SeededRng.fromSeed(seed));
  const accepts = seed % 2;
  return {
    addresses: ['10.0.0.1/24', '10.9.0.1/24'],
    setUp: [
      'sysctl -qw net.ipv4.ip_forward=1',
      'sysctl -qw net.ipv4.icmp_ratelimit=0',
      'sysctl -qw net.ipv4.icmp_msgs_burst=10000',
      'sysctl -qw net.ipv4.icmp_msgs_per_sec=100000',
      // Redirects and the cost of missing routes go by the clock.
      'sysctl -qw net.ipv4.conf.all.send_redirects=0',
      'sysctl -qw net.ipv4.conf.e0.send_redirects=0',
      'sysctl -qw net.ipv4.conf.e1.send_redirects=0',
      `sysctl -qw net.ipv4.conf.all.accept_source_route=${accepts}`,
      'ip route add default via 10.9.0.2',
      'ip route add blackhole 192.0.2.0/24',
      'ip link set e1 mtu 400',
      ...[2, 3].map((n) => `ip neigh replace 10.0.0.${n} lladdr 02:00:00:00:00:99 nud permanent dev e0`),
      'ip neigh replace 10.9.0.2 lladdr 02:00:00:00:00:9a nud permanent dev e1',
    ],
    steps: Array.from({ length: count }, () => ({ give: frame(draw) })),
  };
}

describe('differential: random frames', function () {
  this.timeout(120_000 * EFFORT);

  for (const seed of [1, 2]) {
    it(`meet the same fate as on a real kernel, seed ${seed}`, function () {
      need(this, 'netns');
      const script = scriptOf(Number(process.env['SEED'] ?? seed), 120 * Math.min(EFFORT, 5));
      assertAlike(script, playEmulated(script), playReal(script), /^(Ip|Icmp|Udp)/);
    });
  }
});
