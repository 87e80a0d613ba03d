import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { mac, macHi, macLo } from '../../src/base/addr.ts';
import * as ethernet from '../../src/wire/ethernet.ts';
import { RUNS, assertAccessorsAgree, assertNeeds, assertWritesSame } from './codec.ts';
import { MAC_A, MAC_B, exactView, sample } from './frames.ts';

describe('wire/ethernet', () => {
  it('reads the fields of a frame', () => {
    const v = exactView(sample('udp'));
    assert.equal(ethernet.dst(v, 0), MAC_B);
    assert.equal(ethernet.src(v, 0), MAC_A);
    assert.equal(ethernet.etherType(v, 0), ethernet.ETHERTYPE_IPV4);
    assert.equal(ethernet.layout.span, ethernet.HEADER_LEN);
  });

  it('reads with hot accessors what the layout decodes', () => {
    assertAccessorsAgree(ethernet.layout, {
      dstHi: { hot: ethernet.dstHi, cold: (header) => macHi(header.dst) },
      dstLo: { hot: ethernet.dstLo, cold: (header) => macLo(header.dst) },
      srcHi: { hot: ethernet.srcHi, cold: (header) => macHi(header.src) },
      srcLo: { hot: ethernet.srcLo, cold: (header) => macLo(header.src) },
      dst: { hot: ethernet.dst, cold: (header) => header.dst },
      src: { hot: ethernet.src, cold: (header) => header.src },
      etherType: { hot: ethernet.etherType, cold: (header) => header.etherType },
      isBroadcast: { hot: ethernet.isBroadcast, cold: (header) => header.dst === 0xffff_ffff_ffff },
      isMulticast: { hot: ethernet.isMulticast, cold: (header) => (macHi(header.dst) & 0x100) !== 0 },
    });
  });

  it('writes the same header as a whole, field by field, and from an object', () => {
    const anyMac = fc.nat(0xffff_ffff_ffff);
    fc.assert(
      fc.property(anyMac, anyMac, fc.nat(0xffff), (dst, src, etherType) => {
        const emit = (v: DataView, o: number): number => ethernet.emit(v, o, { dst, src, etherType });
        assertWritesSame(
          14,
          (v, o) => {
            ethernet.writeHeader(v, o, macHi(dst), macLo(dst), macHi(src), macLo(src), etherType);
          },
          emit,
        );
        assertWritesSame(
          14,
          (v, o) => {
            ethernet.setDst(v, o, macHi(dst), macLo(dst));
            ethernet.setSrc(v, o, macHi(src), macLo(src));
            ethernet.setEtherType(v, o, etherType);
          },
          emit,
        );
        const v = new DataView(new ArrayBuffer(14));
        emit(v, 0);
        assert.deepEqual(ethernet.parse(v, 0, 14), { dst, src, etherType });
      }),
      RUNS,
    );
  });

  it('tells broadcast from multicast and both from unicast', () => {
    const kinds = (dst: string): readonly boolean[] => {
      const v = new DataView(new ArrayBuffer(14));
      ethernet.emit(v, 0, { dst: mac(dst), src: 0, etherType: 0 });
      return [ethernet.isBroadcast(v, 0), ethernet.isMulticast(v, 0)];
    };
    assert.deepEqual(kinds('ff:ff:ff:ff:ff:ff'), [true, true]);
    assert.deepEqual(kinds('01:00:5e:00:00:01'), [false, true]);
    assert.deepEqual(kinds('fe:ff:ff:ff:ff:ff'), [false, false]);
    assert.deepEqual(kinds('ff:ff:ff:ff:ff:fe'), [false, true]);
  });

  it('refuses every frame that is shorter than a header', () => {
    assertNeeds(sample('arp request'), 14, ethernet.parse);
  });

  it('names addresses and type', () => {
    const repr = ethernet.parse(exactView(sample('arp request')), 0, 42);
    assert.ok(repr !== undefined);
    assert.equal(ethernet.format(repr), '02:42:ac:11:00:02 > ff:ff:ff:ff:ff:ff, ethertype 0x0806');
  });
});
