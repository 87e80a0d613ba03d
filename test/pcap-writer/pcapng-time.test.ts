import assert from 'node:assert/strict';
import fc from 'fast-check';
import { timestampHi, timestampLo } from '../../src/pcap-writer/pcapng-time.ts';

const EFFORT = Number(process.env['DOCKWIRE_EFFORT'] ?? 1);

function assertExact(seconds: number, nanoseconds: number): void {
  const exact = BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds);
  const halves = (BigInt(timestampHi(seconds, nanoseconds)) << 32n) | BigInt(timestampLo(seconds, nanoseconds));
  assert.equal(halves, exact);
}

describe('pcapng time', () => {
  it('is exact in both halves', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), fc.integer({ min: 0, max: 999_999_999 }), assertExact),
      { numRuns: 5000 * EFFORT },
    );
  });

  it('is exact on both sides of each carry into the upper half', () => {
    for (let hi = 1n; hi < 1_000_000_000n; hi = hi * 3n + 1n) {
      for (const time of [(hi << 32n) - 1n, hi << 32n]) {
        assertExact(Number(time / 1_000_000_000n), Number(time % 1_000_000_000n));
      }
    }
    assertExact(0xffffffff, 999_999_999);
  });
});
