import assert from 'node:assert/strict';
import fc from 'fast-check';
import { hex } from '../../../../src/base/bytes.ts';
import type { HeaderField } from '../../../../src/docker/swarm/control/hpack.ts';
import { HpackDecoder, HpackEncoder } from '../../../../src/docker/swarm/control/hpack.ts';

const FIRST: readonly HeaderField[] = [
  [':method', 'GET'],
  [':scheme', 'http'],
  [':path', '/'],
  [':authority', 'www.example.com'],
];

describe('header fields as bytes', () => {
  it('are the standard’s three requests', () => {
    // RFC 7541 appendix C.4.
    const encoder = new HpackEncoder();
    const encode = (fields: readonly HeaderField[]): string => hex(encoder.encode(fields));
    assert.equal(encode(FIRST), '828684418cf1e3c2e5f23a6ba0ab90f4ff');
    assert.equal(encode([...FIRST, ['cache-control', 'no-cache']]), '828684be5886a8eb10649cbf');
    const third: readonly HeaderField[] = [
      [':method', 'GET'],
      [':scheme', 'https'],
      [':path', '/index.html'],
      [':authority', 'www.example.com'],
      ['custom-key', 'custom-value'],
    ];
    assert.equal(encode(third), '828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf');
  });

  it('come back as they were, request after request, also when the table has overflowed', () => {
    const field = fc.tuple(
      fc.constantFrom(':path', 'grpc-timeout', 'x-some', 'content-type'),
      fc.oneof(fc.string({ maxLength: 30 }), fc.string({ minLength: 200, maxLength: 5000 })),
    );
    fc.assert(
      fc.property(fc.array(fc.array(field, { maxLength: 8 }), { maxLength: 20 }), (requests) => {
        const encoder = new HpackEncoder();
        const decoder = new HpackDecoder();
        for (const fields of requests) assert.deepEqual(decoder.decode(encoder.encode(fields)), fields);
      }),
      { numRuns: 30 },
    );
  });

  it('are refused where no encoder has made them', () => {
    const block = new HpackEncoder().encode(FIRST);
    for (let length = 5; length < block.length; length++) {
      assert.equal(new HpackDecoder().decode(block.subarray(0, length)), null);
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const fields = new HpackDecoder().decode(bytes);
        assert.ok(fields === null || fields.length <= bytes.length);
      }),
    );
    // An index beyond both tables, and one that has no end.
    assert.equal(new HpackDecoder().decode(Uint8Array.of(0xfe)), null);
    assert.equal(new HpackDecoder().decode(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0x7f)), null);
  });
});
