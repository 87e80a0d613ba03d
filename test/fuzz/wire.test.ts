import { strict as assert } from 'node:assert';
import type { ByteViews } from '../../src/base/bytes.ts';
import { makeByteViews } from '../../src/base/bytes.ts';
import * as arp from '../../src/wire/arp.ts';
import { dissect, dissectLink, dissectVerbose } from '../../src/wire/dissect.ts';
import * as ethernet from '../../src/wire/ethernet.ts';
import { FilterError } from '../../src/wire/filter-token.ts';
import { compileFilter } from '../../src/wire/filter.ts';
import * as icmp from '../../src/wire/icmp.ts';
import * as ipv4 from '../../src/wire/ipv4.ts';
import * as tcp from '../../src/wire/tcp.ts';
import * as udp from '../../src/wire/udp.ts';
import * as vxlan from '../../src/wire/vxlan.ts';
import { SAMPLE_FRAMES } from '../wire/frames.ts';
import { EFFORT } from '../wire/machine.ts';

/** 10^6 mutated buffers at full effort. */
const MUTATIONS = Math.ceil((1_000_000 * EFFORT) / 20);
const SEED = 0x5eed_0002;

const FILTERS = [
  'host 172.17.0.2 and not port 22',
  'udp src portrange 40000-40002 or tcp dst port 9080',
  'vlan and vlan 100 and icmp',
  'vxlan 4097 and icmp[icmptype] = icmp-echo',
  'vxlan and vxlan and ether src 02:42:ac:11:00:02',
  'not tcp[tcpflags] & (tcp-syn|tcp-fin) != 0',
  'ip[ip[0] & 0xf] * 3 > ip[2:2] / (len - 60)',
  'arp[6:2] = 1 or ether[ether[20]:4] > 0x80000000',
  'multicast or broadcast or ip multicast or proto 99',
].map((text) => compileFilter(text));

/** Marsaglia's xorshift32: the same mutations on every machine. */
class Random {
  private state: number;
  constructor(seed: number) {
    this.state = seed;
  }
  below(limit: number): number {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    return (this.state >>> 0) % limit;
  }
}

/** Bytes that lengths, offsets and flags stumble over. */
const EDGES = [0, 1, 4, 5, 7, 8, 0x0f, 0x3f, 0x40, 0x44, 0x45, 0x4f, 0x7f, 0x80, 0xfe, 0xff];

const LENGTH_MAX = 256;

/** Writes a mutated sample to the start of `into`; returns its length. */
function mutate(random: Random, into: Uint8Array): number {
  const sample = SAMPLE_FRAMES[random.below(SAMPLE_FRAMES.length)]!;
  into.set(sample);
  let length = sample.length;
  for (let changes = 1 + random.below(6); changes > 0; changes--) {
    // Most changes hit headers; lengths and types are where parsers break.
    const at = random.below(random.below(4) === 0 ? length : Math.min(length, 62));
    const kind = random.below(8);
    if (kind < 3) into[at] = EDGES[random.below(EDGES.length)]!;
    else if (kind < 5) into[at]! ^= 1 << random.below(8);
    else if (kind === 5) into[at] = random.below(256);
    else if (kind === 6) into.copyWithin(at, random.below(length), length);
    else length = Math.max(1, random.below(2) === 0 ? at : Math.min(LENGTH_MAX, length + random.below(40)));
  }
  return length;
}

/** Everything that parsers say about the bytes from `o` to `end`; only what they say depends on may be read. */
function parseAll(b: ByteViews, o: number, end: number): unknown[] {
  const v = b.view;
  const results: unknown[] = [];
  for (let at = o; at <= end; at += 7) {
    results.push(ethernet.parse(v, at, end), arp.parse(v, at, end), icmp.parse(v, at, end), udp.parse(v, at, end));
    results.push(tcp.parse(v, at, end), vxlan.parse(v, at, end));
  }
  const l3 = o + 14;
  const datagram = ipv4.parse(v, l3, end);
  results.push(datagram, ipv4.check(v, l3, end), arp.check(v, l3, end));
  if (datagram === undefined) return results;
  const l4 = l3 + ipv4.headerLen(v, l3);
  const l4End = l3 + datagram.totalLen;
  const length = l4End - l4;
  results.push(ipv4.checksumOk(b, l3), ipv4.parseOptions(v, l3), ipv4.format(datagram));
  if (icmp.parse(v, l4, l4End) !== undefined) results.push(icmp.checksumOk(b, l4, length));
  if (udp.check(v, l4, l4End)) results.push(udp.checksumOk(b, l4, udp.length(v, l4), datagram.src, datagram.dst));
  if (tcp.check(v, l4, l4End)) results.push(tcp.checksumOk(b, l4, length, datagram.src, datagram.dst));
  return results;
}

function describeAll(v: DataView, o: number, end: number): unknown[] {
  const results: unknown[] = [dissect(v, o, end), dissectLink(v, o, end), dissectVerbose(v, o, end)];
  for (const filter of FILTERS) results.push(filter.matches(v, o, end));
  return results;
}

/** Views of exactly these bytes: every read of the DataView before or behind them throws. */
function exactViews(bytes: Uint8Array): ByteViews {
  const own = bytes.slice();
  return {
    bytes: own,
    view: new DataView(own.buffer),
    u16: new Uint16Array(own.buffer, 0, own.length >> 1),
    u32: new Uint32Array(own.buffer, 0, own.length >> 2),
  };
}

/** The frame at `o` of a larger buffer, and `guard` around it. */
function surround(views: ByteViews, bytes: Uint8Array, o: number, guard: number): void {
  views.bytes.fill(guard);
  views.bytes.set(bytes, o);
}

describe('wire under mutated buffers', () => {
  it(`survives ${MUTATIONS} of them and never looks outside the frame`, function () {
    this.timeout(600_000);
    const random = new Random(SEED);
    const buffer = new Uint8Array(LENGTH_MAX + 512);
    const larger = makeByteViews(512);
    let truncated = 0;
    for (let i = 0; i < MUTATIONS; i++) {
      const bytes = buffer.subarray(0, mutate(random, buffer));
      try {
        const alone = exactViews(bytes);
        const parsed = parseAll(alone, 0, bytes.length);
        const described = describeAll(alone.view, 0, bytes.length);
        if (String(described[0]).includes('[|')) truncated++;
        if (i % 4 !== 0) continue;
        // What lies around the frame may not change any answer, however it is aligned.
        const o = 64 + (i & 0xc ? 7 : 0);
        const end = o + bytes.length;
        surround(larger, bytes, o, i & 0x10 ? 0xff : 0x00);
        assert.deepEqual(describeAll(larger.view, o, end), described);
        assert.deepEqual(withoutOffsets(parseAll(larger, o, end), o), parsed);
      } catch (error) {
        const place = `mutation ${i} of seed ${SEED}: ${Buffer.from(bytes).toString('hex')}`;
        throw new Error(place, { cause: error });
      }
    }
    assert.ok(truncated > MUTATIONS / 50, 'the mutations reach the ends of headers');
  });

  it('refuses mutated filters with a FilterError or compiles them, and nothing else', () => {
    const random = new Random(SEED);
    const words = (
      'host net port portrange src dst ether proto ip arp icmp udp tcp vlan vxlan broadcast multicast less ' +
      'greater and or not ( ) [ ] : = != < > <= >= + - * / % & | << >> 0 1 80 4294967295 172.17.0.2 ' +
      '10.0.0.0 02:42:ac:11:00:02 len ' +
      'mask c1 \\ip icmptype 80-90 \u00e9 "'
    ).split(' ');
    const frame = SAMPLE_FRAMES[0]!.slice();
    const v = new DataView(frame.buffer);
    let compiled = 0;
    for (let i = 0; i < MUTATIONS / 5; i++) {
      const text = Array.from({ length: 1 + random.below(9) }, () => words[random.below(words.length)]!).join(' ');
      try {
        compileFilter(text, () => 0x7f00_0001).matches(v, 0, frame.length);
        compiled++;
      } catch (error) {
        assert.ok(error instanceof FilterError, `${text}: ${String(error)}`);
        assert.ok(error.at >= 1 && error.at <= text.length + 1, `${text}: column ${error.at}`);
      }
    }
    assert.ok(compiled > MUTATIONS / 500, `${compiled} of the filters mean something`);
  });
});

/** Results with the offsets of options counted from the frame. */
function withoutOffsets(results: readonly unknown[], o: number): unknown[] {
  return results.map((result) =>
    Array.isArray(result)
      ? (result as ipv4.Ipv4Option[]).map((option) => ({ ...option, dataOffset: option.dataOffset - o }))
      : result,
  );
}
