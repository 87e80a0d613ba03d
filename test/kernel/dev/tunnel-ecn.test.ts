import assert from 'node:assert/strict';
import { ecnDecapsulate, ecnEncapsulate, innerTos } from '../../../src/kernel/dev/tunnel-ecn.ts';
import * as ethernet from '../../../src/wire/ethernet.ts';
import * as ipv4 from '../../../src/wire/ipv4.ts';

const IP_TYPES: readonly number[] = [ethernet.ETHERTYPE_IPV4, ethernet.ETHERTYPE_IPV6];

/** RFC 6040, figure 4 as Linux reads it: by inner and outer bits what comes out; null for a drop. */
const LEAVING: readonly (readonly (number | null)[])[] = [
  [0, 0, 0, null],
  [1, 1, 1, 3],
  [2, 1, 2, 3],
  [3, 3, 3, 3],
];

describe('kernel: congestion bits of a tunnel', () => {
  it('go out as they are, but congestion that was met before', () => {
    assert.deepEqual(
      [0, 1, 2, 3].map((inner) => ecnEncapsulate(0xb8, 0xfc | inner)),
      [0xb8, 0xb9, 0xba, 0xba],
    );
  });

  it('come out as RFC 6040 has them, in IPv4 with a good checksum, and in IPv6', () => {
    for (let inner = 0; inner < 4; inner++) {
      for (let outer = 0; outer < 4; outer++) {
        for (const etherType of IP_TYPES) {
          const bytes = new Uint8Array(64);
          const view = new DataView(bytes.buffer);
          const tos = 0x48 | inner;
          const isIp4 = etherType === IP_TYPES[0];
          if (isIp4) ipv4.writeHeader(view, 0, tos, 20, 1, 0, 64, 17, 1, 2);
          else view.setUint32(0, (6 << 28) | (tos << 20) | 0x12345);
          const expected = LEAVING[inner]![outer] ?? null;
          const passes = ecnDecapsulate(view, outer, etherType, 0);
          assert.equal(passes, expected !== null, `${inner} in ${outer}`);
          if (expected === null) continue;
          assert.equal(innerTos(view, etherType, 0), 0x48 | expected, `${inner} in ${outer}`);
          if (!isIp4) assert.equal(view.getUint32(0) & 0xfffff, 0x12345);
          else {
            const before = ipv4.checksum(view, 0);
            ipv4.writeHeader(view, 0, 0x48 | expected, 20, 1, 0, 64, 17, 1, 2);
            assert.equal(before, ipv4.checksum(view, 0));
          }
        }
      }
    }
  });

  it('do not concern what is no IP', () => {
    const view = new DataView(new ArrayBuffer(64));
    assert.equal(innerTos(view, ethernet.ETHERTYPE_ARP, 0), 0);
    assert.equal(ecnDecapsulate(view, 3, ethernet.ETHERTYPE_ARP, 0), true);
  });
});
