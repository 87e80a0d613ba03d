import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { ip4 } from '../../src/base/addr.ts';
import * as ipv4 from '../../src/wire/ipv4.ts';
import { PLAIN, RUNS, anyBytes, assertAccessorsAgree, assertNeeds, assertWritesSame } from './codec.ts';
import { IP_A, IP_B, exactView, guarded, ipv4Bytes, ramp, referenceSum, sample } from './frames.ts';

const anyHeader = fc.record(
  {
    tos: fc.nat(0xff),
    totalLen: fc.nat(0xffff),
    id: fc.nat(0xffff),
    flagsFragment: fc.nat(0xffff),
    ttl: fc.nat(0xff),
    protocol: fc.nat(0xff),
    src: fc.integer(),
    dst: fc.integer(),
  },
  PLAIN,
);

/** A header with these options; they are padded to 32 bits. */
function withOptions(options: readonly number[]): DataView {
  return exactView(Uint8Array.from(ipv4Bytes([], { options: [...options, ...ramp(-options.length & 3).fill(0)] })));
}

describe('wire/ipv4', () => {
  it('reads the fields of a datagram', () => {
    const datagram = sample('udp').subarray(14);
    assert.deepEqual(ipv4.parse(exactView(datagram), 0, datagram.length), {
      tos: 0,
      totalLen: datagram.length,
      id: 7,
      flagsFragment: ipv4.DF,
      ttl: 64,
      protocol: ipv4.PROTO_UDP,
      src: IP_A,
      dst: IP_B,
      options: new Uint8Array(0),
    });
    assert.equal(ipv4.layout.span, ipv4.HEADER_LEN);
  });

  it('reads with hot accessors what the layout decodes', () => {
    assertAccessorsAgree(ipv4.layout, {
      version: { hot: ipv4.version, cold: (header) => header.versionAndLen >>> 4 },
      headerLen: { hot: ipv4.headerLen, cold: (header) => (header.versionAndLen & 15) * 4 },
      tos: { hot: ipv4.tos, cold: (header) => header.tos },
      totalLen: { hot: ipv4.totalLen, cold: (header) => header.totalLen },
      id: { hot: ipv4.id, cold: (header) => header.id },
      flagsFragment: { hot: ipv4.flagsFragment, cold: (header) => header.flagsFragment },
      fragmentOffset: { hot: ipv4.fragmentOffset, cold: (header) => (header.flagsFragment % 0x2000) * 8 },
      isFragment: { hot: ipv4.isFragment, cold: (header) => header.flagsFragment % 0x4000 !== 0 },
      ttl: { hot: ipv4.ttl, cold: (header) => header.ttl },
      protocol: { hot: ipv4.protocol, cold: (header) => header.protocol },
      checksum: { hot: ipv4.checksum, cold: (header) => header.checksum },
      src: { hot: ipv4.src, cold: (header) => header.src },
      dst: { hot: ipv4.dst, cold: (header) => header.dst },
    });
  });

  it('writes the same header as a whole, field by field, and from an object, with the right checksum', () => {
    fc.assert(
      fc.property(anyHeader, (h) => {
        const emit = (v: DataView, o: number): number => ipv4.emit(v, o, { ...h, options: new Uint8Array(0) });
        const bytes = new Uint8Array(20);
        emit(new DataView(bytes.buffer), 0);
        assert.equal(referenceSum(bytes), 0xffff);
        const checksum = ipv4.checksum(new DataView(bytes.buffer), 0);
        assertWritesSame(
          20,
          (v, o) => {
            ipv4.writeHeader(v, o, h.tos, h.totalLen, h.id, h.flagsFragment, h.ttl, h.protocol, h.src, h.dst);
          },
          emit,
        );
        assertWritesSame(
          20,
          (v, o) => {
            ipv4.setHeaderLen(v, o, 20);
            ipv4.setTos(v, o, h.tos);
            ipv4.setTotalLen(v, o, h.totalLen);
            ipv4.setId(v, o, h.id);
            ipv4.setFlagsFragment(v, o, h.flagsFragment);
            ipv4.setTtl(v, o, h.ttl);
            ipv4.setProtocol(v, o, h.protocol);
            ipv4.setSrc(v, o, h.src);
            ipv4.setDst(v, o, h.dst);
            ipv4.setChecksum(v, o, checksum);
          },
          emit,
        );
      }),
      RUNS,
    );
  });

  it('reads back what it has emitted, with options', () => {
    fc.assert(
      fc.property(anyHeader, fc.nat(10), anyBytes(40), (fields, words, bytes) => {
        const options = bytes.slice(0, words * 4);
        const headerLen = 20 + options.length;
        const repr = { ...fields, totalLen: headerLen + 7, options };
        const b = guarded(new Uint8Array(headerLen + 7), 6, 0xee);
        assert.equal(ipv4.emit(b.view, 6, repr), headerLen);
        assert.equal(ipv4.headerLen(b.view, 6), headerLen);
        assert.equal(ipv4.checksumOk(b, 6), true);
        assert.deepEqual(ipv4.parse(b.view, 6, 6 + headerLen + 7), repr);
      }),
      RUNS,
    );
  });

  it('pads options to whole words', () => {
    const v = new DataView(new ArrayBuffer(24).slice(0));
    const repr = { tos: 0, totalLen: 24, id: 0, flagsFragment: 0, ttl: 1, protocol: 1, src: 1, dst: 2 };
    v.setUint32(20, 0xffff_ffff);
    assert.equal(ipv4.emit(v, 0, { ...repr, options: Uint8Array.of(1) }), 24);
    assert.equal(v.getUint32(20), 0x0100_0000);
  });

  it('checks in the order of ip_rcv_core()', () => {
    const check = (bytes: readonly number[]): number => ipv4.check(exactView(Uint8Array.from(bytes)), 0, bytes.length);
    const good = ipv4Bytes(ramp(8));
    assert.equal(check(good), ipv4.CHECK_OK);
    assert.equal(check([0x65, ...good.slice(1)]), ipv4.CHECK_VERSION);
    assert.equal(check([0x44, ...good.slice(1)]), ipv4.CHECK_HEADER_LENGTH);
    assert.equal(check([0x4f, ...good.slice(1)]), ipv4.CHECK_HEADER_LENGTH);
    assert.equal(check([...good.slice(0, 2), 0, 29, ...good.slice(4)]), ipv4.CHECK_TRUNCATED);
    assert.equal(check([...good.slice(0, 2), 0, 19, ...good.slice(4)]), ipv4.CHECK_TOTAL_LENGTH);
    assert.equal(check([...good, 0, 0, 0]), ipv4.CHECK_OK);
    assert.equal(check(good.slice(0, 19)), ipv4.CHECK_HEADER_LENGTH);
  });

  it('refuses every datagram that is cut', () => {
    for (const name of ['udp', 'record route', 'timestamps', 'tcp syn', 'echo request']) {
      const datagram = sample(name).subarray(14);
      assertNeeds(datagram, datagram.length, ipv4.parse);
    }
    assertNeeds(Uint8Array.from(ipv4Bytes([])), 20, ipv4.parse);
  });

  it('finds a wrong checksum, and sets the right one over options too', () => {
    const b = guarded(sample('record route').subarray(14), 2, 0xee);
    assert.equal(ipv4.checksumOk(b, 2), true);
    for (let at = 1; at < 32; at++) {
      b.bytes[2 + at]! ^= 0x10;
      assert.equal(ipv4.checksumOk(b, 2), false, `byte ${at}`);
      b.bytes[2 + at]! ^= 0x10;
    }
    const right = ipv4.checksum(b.view, 2);
    ipv4.setChecksum(b.view, 2, 0x1234);
    ipv4.updateHeaderChecksum(b, 2);
    assert.equal(ipv4.checksum(b.view, 2), right);
  });

  it('takes one off the TTL and keeps the checksum right', () => {
    fc.assert(
      fc.property(anyHeader, (fields) => {
        const ttl = Math.max(1, fields.ttl);
        const b = guarded(new Uint8Array(20), 0, 0);
        ipv4.emit(b.view, 0, { ...fields, ttl, options: new Uint8Array(0) });
        ipv4.decrementTtl(b.view, 0);
        assert.equal(ipv4.ttl(b.view, 0), ttl - 1);
        assert.equal(ipv4.protocol(b.view, 0), fields.protocol);
        assert.equal(ipv4.checksumOk(b, 0), true);
        const incremental = ipv4.checksum(b.view, 0);
        ipv4.updateHeaderChecksum(b, 0);
        assert.equal(ipv4.checksum(b.view, 0), incremental);
      }),
      RUNS,
    );
  });

  it('lists options with where their data are', () => {
    assert.deepEqual(ipv4.parseOptions(withOptions([]), 0), []);
    assert.deepEqual(ipv4.parseOptions(withOptions([1, 7, 7, 4, 0, 0, 0, 0, 148, 4, 0, 0, 0, 7]), 0), [
      { kind: ipv4.OPTION_RECORD_ROUTE, length: 7, dataOffset: 23 },
      { kind: ipv4.OPTION_ROUTER_ALERT, length: 4, dataOffset: 30 },
    ]);
  });

  it('points at the byte of an option that does not fit', () => {
    assert.equal(ipv4.parseOptions(withOptions([1, 7, 1, 0]), 0), 22);
    assert.equal(ipv4.parseOptions(withOptions([1, 1, 7, 3]), 0), 23);
    assert.equal(ipv4.parseOptions(withOptions([1, 1, 1, 7]), 0), 23);
    assert.equal(ipv4.parseOptions(withOptions([68, 5, 5, 0]), 0), 21);
  });

  it('reads options only inside the header', () => {
    fc.assert(
      fc.property(fc.nat(10), anyBytes(40), (words, bytes) => {
        const v = withOptions([...bytes.subarray(0, words * 4)]);
        const options = ipv4.parseOptions(v, 0);
        if (typeof options === 'number') assert.ok(options >= 20 && options < v.byteLength);
        else for (const option of options) assert.ok(option.dataOffset + option.length - 2 <= v.byteLength);
      }),
      RUNS,
    );
  });

  it('names the fields', () => {
    const repr = ipv4.parse(exactView(sample('first fragment').subarray(14)), 0, 60);
    assert.ok(repr !== undefined);
    assert.equal(ipv4.format(repr), '172.17.0.2 > 172.17.0.3: proto 17, ttl 64, id 7, offset 0, flags [+], length 60');
    assert.equal(ipv4.formatFlags(0), 'none');
    assert.equal(ipv4.formatFlags(0xe000), '+, DF, rsvd');
    assert.equal(ip4('172.17.0.2'), repr.src);
  });
});
