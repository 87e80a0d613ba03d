import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { ip4 } from '../../src/base/addr.ts';
import * as icmp from '../../src/wire/icmp.ts';
import { RUNS, anyBytes, assertAccessorsAgree, assertNeeds, assertWritesSame } from './codec.ts';
import { exactView, guarded, icmpBytes, ramp, referenceSum, sample } from './frames.ts';

describe('wire/icmp', () => {
  it('reads an echo request', () => {
    const message = sample('echo request').subarray(34);
    const v = exactView(message);
    assert.equal(icmp.type(v, 0), icmp.ECHO_REQUEST);
    assert.equal(icmp.echoId(v, 0), 1);
    assert.equal(icmp.echoSeq(v, 0), 1);
    assert.equal(icmp.layout.span, icmp.HEADER_LEN);
  });

  it('reads with hot accessors what the layout decodes', () => {
    assertAccessorsAgree(icmp.layout, {
      type: { hot: icmp.type, cold: (header) => header.type },
      code: { hot: icmp.code, cold: (header) => header.code },
      checksum: { hot: icmp.checksum, cold: (header) => header.checksum },
      rest: { hot: icmp.rest, cold: (header) => header.rest | 0 },
      gateway: { hot: icmp.gateway, cold: (header) => header.rest | 0 },
      echoId: { hot: icmp.echoId, cold: (header) => header.rest >>> 16 },
      echoSeq: { hot: icmp.echoSeq, cold: (header) => header.rest & 0xffff },
      nextHopMtu: { hot: icmp.nextHopMtu, cold: (header) => header.rest & 0xffff },
      pointer: { hot: icmp.pointer, cold: (header) => header.rest >>> 24 },
    });
  });

  it('writes the same header hot and cold, and reads it back', () => {
    fc.assert(
      fc.property(fc.nat(255), fc.nat(255), fc.nat(0xffff_ffff), (type, code, rest) => {
        const repr = { type, code, checksum: 0, rest };
        assertWritesSame(
          8,
          (v, o) => {
            icmp.writeError(v, o, type, code, rest | 0);
          },
          (v, o) => icmp.emit(v, o, repr),
        );
        assertWritesSame(
          8,
          (v, o) => {
            icmp.writeEcho(v, o, type, rest >>> 16, rest & 0xffff);
          },
          (v, o) => icmp.emit(v, o, { ...repr, code: 0 }),
        );
        assertWritesSame(
          8,
          (v, o) => {
            icmp.setType(v, o, type);
            icmp.setCode(v, o, code);
            icmp.setChecksum(v, o, 77);
            icmp.setEchoId(v, o, rest >>> 16);
            icmp.setEchoSeq(v, o, rest & 0xffff);
          },
          (v, o) => icmp.emit(v, o, { ...repr, checksum: 77 }),
        );
        const v = new DataView(new ArrayBuffer(8));
        icmp.emit(v, 0, repr);
        assert.deepEqual(icmp.parse(v, 0, 8), repr);
      }),
      RUNS,
    );
  });

  it('computes the checksum whatever stands in its field, and finds every wrong byte', () => {
    fc.assert(
      fc.property(anyBytes(8, 70), fc.nat(5), (bytes, o) => {
        const b = guarded(bytes, o, 0xff);
        icmp.setChecksum(b.view, o, icmp.computeChecksum(b, o, bytes.length));
        assert.equal(referenceSum(b.bytes.subarray(o, o + bytes.length)), 0xffff);
        assert.equal(icmp.checksumOk(b, o, bytes.length), true);
        b.bytes[o + bytes.length - 1]! ^= 0x40;
        assert.equal(icmp.checksumOk(b, o, bytes.length), false);
      }),
      RUNS,
    );
  });

  it('knows errors and queries apart', () => {
    const types = Array.from({ length: 256 }, (_, type) => type);
    assert.deepEqual(types.filter(icmp.isError), [3, 4, 5, 11, 12]);
    assert.deepEqual(types.filter(icmp.isQueryType), [0, 8, 13, 14, 15, 16, 17, 18]);
  });

  it('has the numbers of the RFCs', () => {
    const unreachable = [
      icmp.NET_UNREACH,
      icmp.HOST_UNREACH,
      icmp.PROTOCOL_UNREACH,
      icmp.PORT_UNREACH,
      icmp.FRAG_NEEDED,
      icmp.SOURCE_ROUTE_FAILED,
      icmp.NET_UNKNOWN,
      icmp.HOST_UNKNOWN,
      icmp.HOST_ISOLATED,
      icmp.NET_PROHIBITED,
      icmp.HOST_PROHIBITED,
      icmp.NET_UNREACH_TOS,
      icmp.HOST_UNREACH_TOS,
      icmp.ADMIN_PROHIBITED,
      icmp.HOST_PRECEDENCE_VIOLATION,
      icmp.PRECEDENCE_CUTOFF,
    ];
    assert.deepEqual(unreachable, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
  });

  it('reads the rest of the header of errors', () => {
    const view = (type: number, code: number, rest: number): DataView =>
      exactView(Uint8Array.from(icmpBytes(type, code, rest, ramp(28))));
    assert.equal(icmp.nextHopMtu(view(3, 4, 1450), 0), 1450);
    assert.equal(icmp.gateway(view(5, 1, ip4('10.0.0.254')), 0), ip4('10.0.0.254'));
    assert.equal(icmp.pointer(view(12, 0, 20 << 24), 0), 20);
  });

  it('refuses every header that is cut', () => {
    assertNeeds(sample('echo request').subarray(34), 8, icmp.parse);
  });

  it('speaks in the words of tcpdump', () => {
    const repr = { type: 8, code: 0, checksum: 0, rest: 0x0001_0002 };
    assert.equal(icmp.format(repr), 'echo request, id 1, seq 2');
    assert.equal(icmp.format({ ...repr, type: 3, code: 1 }), 'unreachable, code 1');
    assert.equal(icmp.typeName(99), 'type-#99');
  });
});
