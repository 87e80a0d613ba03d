import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { dissect, dissectVerbose } from '../../src/wire/dissect.ts';
import { RUNS } from './codec.ts';
import { messages } from './dns-messages.ts';
import { emit, emitForStream } from '../../src/wire/dns.ts';
import { ethernetBytes, exactView, ipv4Bytes, tcpBytes, udpBytes } from './frames.ts';
import { needTcpdump, needTruth, readPcapFile, tcpdumpLines } from './machine.ts';

function overUdp(bytes: Uint8Array): Uint8Array {
  return ethernetBytes(0x0800, ipv4Bytes(udpBytes(40_000, 53, [...bytes])));
}

function overTcp(bytes: Uint8Array): Uint8Array {
  return ethernetBytes(0x0800, ipv4Bytes(tcpBytes([53, 40_000], 0x18, [], [...bytes]), { protocol: 6 }));
}

function assertAsTcpdump(frames: readonly Uint8Array[]): void {
  for (const [how, options] of [
    [dissect, ['-S']],
    [dissectVerbose, ['-S', '-e', '-vv']],
  ] as const) {
    const expected = tcpdumpLines(frames, options);
    frames.forEach((frame, i) => {
      assert.equal(
        how(exactView(frame), 0, frame.length),
        expected[i],
        `frame ${i}: ${Buffer.from(frame).toString('hex')}`,
      );
    });
  }
}

function isIpv4(frame: Uint8Array): boolean {
  return frame[12] === 8 && frame[13] === 0;
}

/** Messages by chance, whole. */
function sampleMessages(count: number): ReturnType<typeof emit>[] {
  return fc.sample(messages(), { numRuns: count, seed: 7 }).map((message) => emit(message, 'case-sensitive'));
}

describe('wire/dissect: DNS', () => {
  it('reads messages over UDP and TCP as tcpdump does', function () {
    needTcpdump(this);
    const some = fc.sample(messages(), { numRuns: RUNS.numRuns, seed: 3 });
    assertAsTcpdump(some.map((message) => overUdp(emit(message, 'case-insensitive'))));
    assertAsTcpdump(some.map((message) => overTcp(emitForStream(message, 'case-sensitive'))));
  });

  it('reads messages that were cut or damaged as tcpdump does', function () {
    needTcpdump(this);
    const cut = sampleMessages(40).flatMap((bytes) =>
      [3, 11, 12, 20, bytes.length - 1].map((at) => bytes.slice(0, at)),
    );
    assertAsTcpdump(cut.map(overUdp));
  });

  it('reads what a real resolver and its servers said as tcpdump does', function () {
    needTcpdump(this);
    const files = ['ca-lo', 'ca-eth0', 'host-eth0', 'alias-lo'].map((name) => `docker/dns/${name}.pcap`);
    assertAsTcpdump(files.flatMap((file) => readPcapFile(needTruth(this, file)).filter(isIpv4)));
  });
});
