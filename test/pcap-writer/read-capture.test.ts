import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CaptureError } from '../../src/pcap-writer/capture.ts';
import type { Capture } from '../../src/pcap-writer/capture.ts';
import { PcapWriter } from '../../src/pcap-writer/pcap-writer.ts';
import type { InterfaceDescription } from '../../src/pcap-writer/pcapng-writer.ts';
import { PcapngWriter } from '../../src/pcap-writer/pcapng-writer.ts';
import { readCapture } from '../../src/pcap-writer/read-capture.ts';
import { ByteCollector, countingBytes } from './bytes.ts';
import { ForeignCapture } from './foreign-capture.ts';
import { MutatedInputs } from './mutated-inputs.ts';

const EFFORT = Number(process.env['DOCKWIRE_EFFORT'] ?? 1);

const anyText = fc.string({ unit: 'grapheme' });
const anyPacket = fc.record({
  interfaceIndex: fc.nat(),
  seconds: fc.integer({ min: 0, max: 0xffffffff }),
  nanoseconds: fc.integer({ min: 0, max: 999_999_999 }),
  data: fc.uint8Array({ maxLength: 300, size: 'max' }),
  direction: fc.constantFrom(1 as const, 2 as const),
  packetId: fc.bigInt({ min: 0n, max: 0xffffffffffffffffn }),
});
const anyPackets = fc.array(anyPacket, { maxLength: 40 });
const anyBufferBytes = fc.integer({ min: 64, max: 1000 });
const anyInterface = fc.record(
  {
    name: anyText,
    description: anyText,
    ip4: fc.array(fc.record({ address: fc.integer(), prefixLen: fc.nat(32) }, { noNullPrototype: true }), {
      maxLength: 3,
    }),
    mac: fc.nat(0xffffffffffff),
    speedBitsPerSecond: fc.maxSafeNat(),
    os: anyText,
    hardware: anyText,
    filter: anyText,
  },
  { requiredKeys: ['name'], noNullPrototype: true },
);

function timeNs(packet: { seconds: number; nanoseconds: number }): bigint {
  return BigInt(packet.seconds) * 1_000_000_000n + BigInt(packet.nanoseconds);
}

/** One of each thing that the reader knows, in either format. */
function samples(): Uint8Array[] {
  const pcap = new ByteCollector();
  const pcapWriter = new PcapWriter(pcap);
  const pcapng = new ByteCollector();
  const pcapngWriter = new PcapngWriter(pcapng, { application: 'dockwire' });
  pcapngWriter.addInterface({ name: 'h1/eth0', ip4: [{ address: 1, prefixLen: 8 }], mac: 5, filter: 'arp' });
  pcapngWriter.addInterface({ name: 'h2/eth0' });
  pcapngWriter.addNames([{ ip4: 1, names: ['h1', 'one'] }]);
  for (let i = 0; i < 4; i++) {
    pcapWriter.writeRecord(i, i, countingBytes(20), 0, 11 + i);
    pcapngWriter.writePacket(i & 1, i, i, countingBytes(20), 0, 11 + i, 1, 0, i);
  }
  pcapngWriter.addStatistics(1, 4, 0, { received: 4, comment: 'all' });
  pcapWriter.flush();
  pcapngWriter.flush();
  const foreign = new ForeignCapture(false)
    .section()
    .interface((body) => body.option(9, [0x8a]).option(14, countingBytes(8)))
    .block(3, (body) => body.u32(5).raw(countingBytes(5)))
    .enhancedPacket(0, 1n << 40n, countingBytes(5), (body) => body.option(1, [65]));
  const foreignPcap = new ForeignCapture(false).pcapHeader(0xa1b2c3d4).pcapRecord(1, 2, countingBytes(9));
  return [pcap.bytes(), pcapng.bytes(), foreign.bytes(), foreignPcap.bytes()];
}

/** Reads both ways; the only exception that may come is CaptureError. Returns what 'stop' found, if anything. */
function survives(bytes: Uint8Array): Capture | undefined {
  let error: unknown;
  try {
    readCapture(bytes);
  } catch (thrown) {
    error = thrown;
  }
  if (error !== undefined) {
    assert.ok(error instanceof CaptureError, error as Error);
    assert.ok(error.offset >= 0 && error.offset <= bytes.length, error.message);
  }
  try {
    const capture = readCapture(bytes, { damaged: 'stop' });
    assert.deepEqual(capture.damage, error);
    for (const { data } of capture.packets) assert.ok(data.length <= bytes.length);
    return capture;
  } catch (thrown) {
    assert.deepEqual(thrown, error);
    assert.match(String(thrown), /neither pcap nor pcapng/);
    return undefined;
  }
}

describe('readCapture', () => {
  it('gives back what PcapWriter wrote', () => {
    fc.assert(
      fc.property(anyPackets, anyBufferBytes, fc.integer({ min: 1, max: 300 }), (packets, bufferBytes, snaplen) => {
        const sink = new ByteCollector();
        const writer = new PcapWriter(sink, { bufferBytes, snaplen });
        for (const packet of packets) {
          writer.writeRecord(packet.seconds, packet.nanoseconds, packet.data, 0, packet.data.length);
        }
        writer.flush();
        const expected = packets.map((packet) => ({
          interfaceId: 0,
          timeNs: timeNs(packet),
          originalLength: packet.data.length,
          data: packet.data.subarray(0, snaplen),
        }));
        assert.deepEqual(readCapture(sink.bytes()).packets, expected);
      }),
      { numRuns: 100 * EFFORT },
    );
  });

  it('gives back what PcapngWriter wrote', () => {
    const anyFile = fc.record({
      interfaces: fc.array(anyInterface, { minLength: 1, maxLength: 4 }),
      packets: anyPackets,
      bufferBytes: anyBufferBytes,
      names: fc.array(fc.record({ ip4: fc.integer(), name: fc.domain() }), { maxLength: 5 }),
      received: fc.maxSafeNat(),
      application: anyText,
    });
    fc.assert(fc.property(anyFile, roundTripPcapng), { numRuns: 100 * EFFORT });
  });

  it('says at every length what is missing, and stops at the last whole record', () => {
    for (const sample of samples()) {
      const whole = readCapture(sample);
      let packetCount = 0;
      for (let length = 0; length < sample.length; length++) {
        const capture = survives(sample.subarray(0, length));
        if (capture === undefined) {
          assert.ok(length < 4);
          continue;
        }
        assert.deepEqual(capture.packets, whole.packets.slice(0, capture.packets.length));
        assert.ok(capture.packets.length >= packetCount, 'a longer file has no fewer packets');
        packetCount = capture.packets.length;
        if (capture.damage === undefined) assert.ok(capture.packets.length <= whole.packets.length);
      }
      assert.deepEqual(survives(sample), whole);
    }
  });

  it('survives mutated files', () => {
    const mutated = new MutatedInputs(samples(), 20_250_101);
    let readable = 0;
    for (let i = 0; i < 20_000 * EFFORT; i++) {
      const capture = survives(mutated.next());
      if (capture !== undefined && capture.damage === undefined) readable++;
    }
    assert.ok(readable > 100, 'some mutations leave a file whole, or the mutator does not reach far');
  });

  it('reads a part of a larger array', () => {
    for (const sample of samples()) {
      const larger = new Uint8Array(sample.length + 20).fill(0xaa);
      larger.set(sample, 7);
      assert.deepEqual(readCapture(larger.subarray(7, 7 + sample.length)), readCapture(sample));
    }
  });

  it('refuses what is no capture', () => {
    const files = ['', 'a', 'GIF89a', '%PDF-1.7 a text that is longer than any header of a capture file'];
    for (const file of files) {
      const bytes = new TextEncoder().encode(file);
      for (const damaged of ['throw', 'stop'] as const) {
        assert.throws(() => readCapture(bytes, { damaged }), { name: 'CaptureError', offset: 0 });
      }
    }
  });

  it('reads a block with more names than a call takes arguments', () => {
    const records = 200_000;
    const body = new Uint8Array(12 * records);
    for (let i = 0; i < records; i++) body.set([1, 0, 6, 0, 10, 0, 0, 1, 65, 0], 12 * i);
    const length = 12 + body.length;
    const block = new ForeignCapture(true).section().u32(4).u32(length).raw(body).u32(length);
    assert.equal(readCapture(block.bytes()).names.length, records);
  });
});

function roundTripPcapng(file: {
  interfaces: InterfaceDescription[];
  packets: {
    interfaceIndex: number;
    seconds: number;
    nanoseconds: number;
    data: Uint8Array;
    direction: 1 | 2;
    packetId: bigint;
  }[];
  bufferBytes: number;
  names: { ip4: number; name: string }[];
  received: number;
  application: string;
}): void {
  const { interfaces, packets, bufferBytes, names, received, application } = file;
  const sink = new ByteCollector();
  const writer = new PcapngWriter(sink, { bufferBytes, application });
  const ids = interfaces.map((description) => writer.addInterface(description));
  writer.addNames(names.map(({ ip4, name }) => ({ ip4, names: [name] })));
  for (const { interfaceIndex, seconds, nanoseconds, data, direction, packetId } of packets) {
    const [hi, lo] = [Number(packetId >> 32n), Number(packetId & 0xffffffffn)];
    const id = interfaceIndex % interfaces.length;
    // Offset by one, so that the start of the source counts.
    const source = Uint8Array.of(0xee, ...data, 0xee);
    writer.writePacket(id, seconds, nanoseconds, source, 1, source.length - 1, direction, hi, lo);
  }
  writer.addStatistics(0, 1, 2, { received });
  writer.flush();

  const capture = readCapture(sink.bytes());
  assert.deepEqual(ids, [...interfaces.keys()]);
  assert.deepEqual(capture.sections, [{ littleEndian: true, application }]);
  assert.deepEqual(
    capture.interfaces,
    interfaces.map(({ speedBitsPerSecond: speed, ...description }) => ({
      linkType: 1,
      snaplen: 262_144,
      section: 0,
      ip4: [],
      ...description,
      ...(speed === undefined ? {} : { speedBitsPerSecond: BigInt(speed) }),
    })),
  );
  assert.deepEqual(
    capture.names,
    names.map(({ ip4, name }) => ({ ip4, names: [name] })),
  );
  assert.deepEqual(capture.statistics, [{ interfaceId: 0, timeNs: 1_000_000_002n, received: BigInt(received) }]);
  assert.deepEqual(
    capture.packets.map(({ flags, ...packet }) => ({ ...packet, isFlagged: flags !== undefined })),
    packets.map((packet) => ({
      interfaceId: packet.interfaceIndex % interfaces.length,
      timeNs: timeNs(packet),
      originalLength: packet.data.length,
      data: packet.data,
      direction: packet.direction === 1 ? 'in' : 'out',
      packetId: packet.packetId,
      isFlagged: true,
    })),
  );
}
