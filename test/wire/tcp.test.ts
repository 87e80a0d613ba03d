import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import * as tcp from '../../src/wire/tcp.ts';
import { PLAIN, RUNS, assertAccessorsAgree, assertNeeds } from './codec.ts';
import { IP_A, IP_B, exactView, guarded, sample } from './frames.ts';

describe('wire/tcp', () => {
  it('reads the fields of a segment', () => {
    const segment = sample('tcp syn ack').subarray(34);
    const repr = tcp.parse(exactView(segment), 0, segment.length);
    assert.ok(repr !== undefined);
    assert.equal(tcp.format(repr), '9080 > 40001: Flags [S.], seq 1000000, ack 2000000, win 64240');
    assert.equal(repr.headerLen, 40);
    assert.equal(tcp.layout.span, tcp.HEADER_LEN);
  });

  it('reads with hot accessors what the layout decodes', () => {
    assertAccessorsAgree(tcp.layout, {
      srcPort: { hot: tcp.srcPort, cold: (header) => header.srcPort },
      dstPort: { hot: tcp.dstPort, cold: (header) => header.dstPort },
      seq: { hot: tcp.seq, cold: (header) => header.seq | 0 },
      ack: { hot: tcp.ack, cold: (header) => header.ack | 0 },
      headerLen: { hot: tcp.headerLen, cold: (header) => (header.dataOffset >>> 4) * 4 },
      flags: { hot: tcp.flags, cold: (header) => header.flags },
      window: { hot: tcp.window, cold: (header) => header.window },
      checksum: { hot: tcp.checksum, cold: (header) => header.checksum },
      urgent: { hot: tcp.urgent, cold: (header) => header.urgent },
    });
  });

  it('reads back what it has emitted', () => {
    const anyHeader = fc.record(
      {
        srcPort: fc.nat(0xffff),
        dstPort: fc.nat(0xffff),
        seq: fc.nat(0xffff_ffff),
        ack: fc.nat(0xffff_ffff),
        headerLen: fc.integer({ min: 5, max: 15 }).map((words) => words * 4),
        flags: fc.nat(0xff),
        window: fc.nat(0xffff),
        checksum: fc.nat(0xffff),
        urgent: fc.nat(0xffff),
      },
      PLAIN,
    );
    fc.assert(
      fc.property(anyHeader, (header) => {
        const v = new DataView(new ArrayBuffer(64));
        assert.equal(tcp.emit(v, 2, header), 20);
        assert.deepEqual(tcp.parse(v, 2, 62), header);
      }),
      RUNS,
    );
  });

  it('finds a wrong checksum', () => {
    const segment = sample('tcp data').subarray(34);
    const b = guarded(segment, 1, 0xff);
    assert.equal(tcp.checksumOk(b, 1, segment.length, IP_A, IP_B), true);
    b.bytes[30]! ^= 1;
    assert.equal(tcp.checksumOk(b, 1, segment.length, IP_A, IP_B), false);
  });

  it('refuses every header that is cut, and one that is shorter than 20 bytes', () => {
    assertNeeds(sample('tcp syn').subarray(34), 40, tcp.parse);
    assertNeeds(sample('tcp data').subarray(34), 20, tcp.parse);
    assert.equal(tcp.parse(exactView(sample('tcp with a short header').subarray(34)), 0, 28), undefined);
    assert.equal(tcp.parse(exactView(sample('tcp with a long header').subarray(34)), 0, 28), undefined);
  });

  it('writes flags in the letters of tcpdump', () => {
    assert.equal(tcp.formatFlags(0), 'none');
    assert.equal(tcp.formatFlags(0xff), 'FSRP.UEW');
    assert.equal(tcp.formatFlags(tcp.FLAG_SYN | tcp.FLAG_ACK), 'S.');
  });
});
