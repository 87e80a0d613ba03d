import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import * as udp from '../../src/wire/udp.ts';
import { RUNS, anyBytes, assertAccessorsAgree, assertNeeds, assertWritesSame } from './codec.ts';
import { IP_A, IP_B, exactView, guarded, pseudoHeader, ramp, referenceSum, sample, udpBytes } from './frames.ts';

describe('wire/udp', () => {
  it('reads the fields of a datagram', () => {
    const datagram = sample('udp').subarray(34);
    const repr = udp.parse(exactView(datagram), 0, datagram.length);
    assert.deepEqual({ ...repr, checksum: 0 }, { srcPort: 40_001, dstPort: 40_002, length: 40, checksum: 0 });
    assert.equal(udp.layout.span, udp.HEADER_LEN);
  });

  it('reads with hot accessors what the layout decodes', () => {
    assertAccessorsAgree(udp.layout, {
      srcPort: { hot: udp.srcPort, cold: (header) => header.srcPort },
      dstPort: { hot: udp.dstPort, cold: (header) => header.dstPort },
      length: { hot: udp.length, cold: (header) => header.length },
      checksum: { hot: udp.checksum, cold: (header) => header.checksum },
    });
  });

  it('writes the same header as a whole, field by field, and from an object', () => {
    const anyField = fc.nat(0xffff);
    fc.assert(
      fc.property(anyField, anyField, anyField, anyField, (srcPort, dstPort, length, checksum) => {
        const emit = (v: DataView, o: number): number => udp.emit(v, o, { srcPort, dstPort, length, checksum });
        assertWritesSame(
          8,
          (v, o) => {
            udp.writeHeader(v, o, srcPort, dstPort, length, checksum);
          },
          emit,
        );
        assertWritesSame(
          8,
          (v, o) => {
            udp.setSrcPort(v, o, srcPort);
            udp.setDstPort(v, o, dstPort);
            udp.setLength(v, o, length);
            udp.setChecksum(v, o, checksum);
          },
          emit,
        );
      }),
      RUNS,
    );
  });

  it('computes the checksum over pseudo-header and data, whatever stands in its field', () => {
    fc.assert(
      fc.property(anyBytes(8, 80), fc.nat(5), fc.integer(), fc.integer(), (bytes, o, src, dst) => {
        const b = guarded(bytes, o, 0xff);
        udp.setChecksum(b.view, o, udp.computeChecksum(b, o, bytes.length, src, dst));
        const datagram = b.bytes.subarray(o, o + bytes.length);
        assert.equal(referenceSum([...pseudoHeader(17, bytes.length, src, dst), ...datagram]), 0xffff);
        assert.equal(udp.checksumOk(b, o, bytes.length, src, dst), true);
        b.bytes[o]! ^= 1;
        assert.equal(udp.checksumOk(b, o, bytes.length, src, dst), false);
      }),
      RUNS,
    );
  });

  it('sends a checksum of 0 as 0xffff, and takes 0 for none', () => {
    // The last word makes the sum 0xffff, whose complement is 0.
    const bytes = Uint8Array.from(udpBytes(1, 2, [0, 0]));
    const b = guarded(bytes, 0, 0);
    const sum = referenceSum([...pseudoHeader(17, 10), ...bytes.subarray(0, 6), 0, 0, 0, 0]);
    b.view.setUint16(8, 0xffff - sum);
    assert.equal(udp.computeChecksum(b, 0, 10, IP_A, IP_B), 0xffff);
    udp.setChecksum(b.view, 0, 0xffff);
    assert.equal(udp.checksumOk(b, 0, 10, IP_A, IP_B), true);
    udp.setChecksum(b.view, 0, 0);
    b.bytes[9]! ^= 0xff;
    assert.equal(udp.checksumOk(b, 0, 10, IP_A, IP_B), true);
  });

  it('refuses every datagram that is cut or claims a length that cannot be', () => {
    assertNeeds(sample('udp').subarray(34), 40, udp.parse);
    const claiming = (length: number): DataView => {
      const v = exactView(Uint8Array.from(udpBytes(1, 2, ramp(4))));
      udp.setLength(v, 0, length);
      return v;
    };
    const accepted = Array.from({ length: 20 }, (_, length) => length).filter((length) =>
      udp.check(claiming(length), 0, 12),
    );
    assert.deepEqual(accepted, [8, 9, 10, 11, 12]);
  });

  it('names ports and the length of the data', () => {
    assert.equal(udp.format({ srcPort: 1, dstPort: 2, length: 20, checksum: 0 }), '1 > 2: UDP, length 12');
  });
});
