import { strict as assert } from 'node:assert';
import { dissect, dissectVerbose } from '../../src/wire/dissect.ts';
import { compileFilter } from '../../src/wire/filter.ts';
import * as arp from '../../src/wire/arp.ts';
import * as ethernet from '../../src/wire/ethernet.ts';
import * as icmp from '../../src/wire/icmp.ts';
import * as ipv4 from '../../src/wire/ipv4.ts';
import * as tcp from '../../src/wire/tcp.ts';
import * as udp from '../../src/wire/udp.ts';
import * as vxlan from '../../src/wire/vxlan.ts';
import { exactView, guarded } from './frames.ts';
import type { Skippable } from '../machine.ts';
import { needTcpdump, needTruth, readPcapFile, tcpdumpLines, tcpdumpMatches } from './machine.ts';

/** Recordings of real kernels without offload, so that every checksum in them is right. */
const RECORDINGS: readonly string[] = [
  'a-bridge-icmp/c1-eth0.pcap',
  'a-bridge-icmp/docker0.pcap',
  'b-masquerade/docker0.pcap',
  'b-masquerade/host-eth0.pcap',
  'd-vxlan/libnetwork-flags/c1-eth0.pcap',
  'd-vxlan/libnetwork-flags/h1-eth0.pcap',
  'f-errors/pmtu-ping/c-eth0.pcap',
  'f-errors/port-unreach/c-eth0.pcap',
  'f-errors/tcp-rst/r1-out1.pcap',
  'f-errors/tcp-syn-timeout/c-eth0.pcap',
  'f-errors/traceroute-udp/c-eth0.pcap',
  'f-errors/ttl/c-eth0.pcap',
];

function framesOf(test: Skippable, files = RECORDINGS): readonly Uint8Array[] {
  return files.flatMap((file) => readPcapFile(needTruth(test, file)));
}

/** What `emit` writes into zeros, `length` bytes long. */
function emitted(length: number, emit: (v: DataView) => number): Uint8Array {
  const bytes = new Uint8Array(length);
  assert.equal(emit(new DataView(bytes.buffer)), length);
  return bytes;
}

/** Parses and writes again every header of a frame, compares the bytes, and checks every checksum. */
function assertReproduced(frame: Uint8Array): string {
  const v = exactView(frame);
  const link = ethernet.parse(v, 0, frame.length);
  assert.ok(link !== undefined);
  assert.deepEqual(
    emitted(14, (to) => ethernet.emit(to, 0, link)),
    frame.slice(0, 14),
  );
  if (link.etherType === ethernet.ETHERTYPE_ARP) {
    const packet = arp.parse(v, 14, frame.length);
    assert.ok(packet !== undefined);
    assert.deepEqual(
      emitted(28, (to) => arp.emit(to, 0, packet)),
      frame.slice(14, 42),
    );
    return 'arp';
  }
  assert.equal(link.etherType, ethernet.ETHERTYPE_IPV4);
  const header = ipv4.parse(v, 14, frame.length);
  assert.ok(header !== undefined);
  const headerLen = 20 + header.options.length;
  assert.deepEqual(
    emitted(headerLen, (to) => ipv4.emit(to, 0, header)),
    frame.slice(14, 14 + headerLen),
  );
  if (ipv4.isFragment(v, 14)) return 'fragment';
  return assertTransport(frame.slice(14 + headerLen, 14 + header.totalLen), header);
}

function assertTransport(payload: Uint8Array, header: ipv4.Ipv4Repr): string {
  // At an odd offset, where nothing is aligned.
  const o = 3;
  const b = guarded(payload, o, 0xff);
  const end = o + payload.length;
  if (header.protocol === ipv4.PROTO_ICMP) {
    assert.equal(icmp.checksumOk(b, o, payload.length), true);
    assert.equal(icmp.computeChecksum(b, o, payload.length), icmp.checksum(b.view, o));
    return 'icmp';
  }
  if (header.protocol === ipv4.PROTO_TCP) {
    assert.ok(tcp.parse(b.view, o, end) !== undefined);
    assert.equal(tcp.checksumOk(b, o, payload.length, header.src, header.dst), true);
    return 'tcp';
  }
  assert.equal(header.protocol, ipv4.PROTO_UDP);
  const repr = udp.parse(b.view, o, end);
  assert.ok(repr !== undefined);
  assert.deepEqual(
    emitted(8, (to) => udp.emit(to, 0, repr)),
    payload.slice(0, 8),
  );
  assert.equal(udp.computeChecksum(b, o, payload.length, header.src, header.dst), repr.checksum);
  if (repr.dstPort !== vxlan.PORT) return 'udp';
  const tunnel = vxlan.parse(b.view, o + 8, end);
  assert.ok(tunnel !== undefined);
  assert.deepEqual(
    emitted(8, (to) => vxlan.emit(to, 0, tunnel)),
    payload.slice(8, 16),
  );
  return `vxlan ${assertReproduced(payload.slice(16))}`;
}

describe('wire against recordings of real kernels', () => {
  it('parses every header, writes it again byte by byte, and finds every checksum right', function () {
    const kinds = new Map<string, number>();
    for (const frame of framesOf(this)) {
      const kind = assertReproduced(frame);
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    }
    for (const kind of ['arp', 'fragment', 'icmp', 'tcp', 'udp', 'vxlan icmp', 'vxlan udp', 'vxlan tcp']) {
      assert.ok((kinds.get(kind) ?? 0) > 0, `the recordings hold ${kind}: ${[...kinds.keys()].join(', ')}`);
    }
  });

  it('tells the story of a first ping', function () {
    const frames = framesOf(this, ['a-bridge-icmp/c1-eth0.pcap']).slice(0, 4);
    assert.deepEqual(
      frames.map((frame) => dissect(exactView(frame), 0, frame.length).replace(/id \d+/, 'id N')),
      [
        'ARP, Request who-has 172.17.0.3 tell 172.17.0.2, length 28',
        'ARP, Reply 172.17.0.3 is-at 02:42:ac:11:00:03, length 28',
        'IP 172.17.0.2 > 172.17.0.3: ICMP echo request, id N, seq 1, length 64',
        'IP 172.17.0.3 > 172.17.0.2: ICMP echo reply, id N, seq 1, length 64',
      ],
    );
  });

  it('counts what the notes to the recordings say', function () {
    const count = (file: string, text: string): number => {
      const filter = compileFilter(text);
      return framesOf(this, [file]).filter((frame) => filter.matches(exactView(frame), 0, frame.length)).length;
    };
    const bridge = 'a-bridge-icmp/c1-eth0.pcap';
    assert.equal(count(bridge, 'arp and arp[6:2] = 1 and dst host 172.17.0.99'), 3);
    assert.equal(count(bridge, 'src 172.17.0.2 and ip[6:2] & 0x3fff != 0'), 3);
    assert.equal(count('f-errors/port-unreach/c-eth0.pcap', 'icmp[icmptype] = icmp-unreach and icmp[icmpcode] = 3'), 6);
    const overlay = 'd-vxlan/libnetwork-flags/h1-eth0.pcap';
    assert.ok(count(overlay, 'vxlan and icmp') > 0);
    assert.equal(count(overlay, 'udp port 4789'), count(overlay, 'vxlan'));
    assert.equal(count(overlay, 'vxlan and arp'), 0);
  });

  it('prints them as tcpdump does', function () {
    needTcpdump(this);
    const frames = framesOf(this);
    const lines = tcpdumpLines(frames, ['-S']);
    const verbose = tcpdumpLines(frames, ['-S', '-e', '-vv']);
    frames.forEach((frame, index) => {
      const v = exactView(frame);
      assert.equal(dissect(v, 0, frame.length), lines[index]);
      assert.equal(dissectVerbose(v, 0, frame.length), verbose[index]);
    });
  });

  it('filters them as tcpdump does', function () {
    needTcpdump(this);
    const frames = framesOf(this);
    for (const text of [
      'icmp',
      'host 172.17.0.2 and not arp',
      'udp port 4789',
      'tcp[13] & 4 != 0',
      'ip[6:2] & 0x1fff > 0',
    ]) {
      const filter = compileFilter(text);
      const ours = [...frames.keys()].filter((i) => filter.matches(exactView(frames[i]!), 0, frames[i]!.length));
      assert.deepEqual(ours, tcpdumpMatches(frames, text), text);
      assert.ok(ours.length > 0, `${text} finds something`);
    }
  });
});
