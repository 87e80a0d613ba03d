import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ip4 } from '../../../../src/base/addr.ts';
import type { HashlimitSettings } from '../../../../src/kernel/nf/match/hashlimit-table.ts';
import { HASH_SIP, HashlimitTable, MODE_BYTES } from '../../../../src/kernel/nf/match/hashlimit-table.ts';

const HZ = 250;
const A = ip4('10.0.0.1');
const START = 1_000_000;

function makeTable(settings: Partial<HashlimitSettings> = {}): HashlimitTable {
  const usual = { mode: HASH_SIP, average: 200_000, burst: 5, size: 0, max: 0, gcIntervalMs: 1000, expireMs: 10_000 };
  const masks = { sourceMask: -1, destinationMask: -1, intervalSeconds: 0 };
  return new HashlimitTable({ ...usual, ...masks, ...settings }, START);
}

/** How many of `count` packets at one time are within the limit. */
function within(table: HashlimitTable, count: number, jiffies: number, source = A): number {
  let found = 0;
  for (let i = 0; i < count; i++) if (table.pay(table.see(source, 0, 0, jiffies), 100, false)) found++;
  return found;
}

describe('kernel/nf/match/hashlimit-table', () => {
  it('lets a burst pass, then one packet for each interval', () => {
    const table = makeTable();
    assert.equal(within(table, 8, START), 5);
    assert.equal(within(table, 3, START + HZ / 5 - 1), 0);
    assert.equal(within(table, 3, START + HZ / 5), 1);
    assert.equal(within(table, 9, START + 5 * HZ), 5);
  });

  it('keeps groups apart', () => {
    const table = makeTable();
    for (let i = 0; i < 100; i++) assert.equal(within(table, 6, START, A + i), 5);
    for (let i = 0; i < 100; i++) assert.equal(within(table, 1, START, A + i), 0);
  });

  it('forgets a group when the collector has come by after its time', () => {
    const table = makeTable({ average: 3_600_000_000, burst: 1, expireMs: 500, gcIntervalMs: 400 });
    assert.equal(within(table, 2, START + 1), 1);
    assert.equal(within(table, 1, START + 125), 0);
    // It is seen again and again, and every time its time begins anew.
    assert.equal(within(table, 1, START + 249), 0);
    // Over at 374, collected at 400.
    assert.equal(within(table, 1, START + 399), 0);
    assert.equal(within(table, 1, START + 600), 1);
  });

  it('counts bytes in pieces of 16 and takes seconds from the burst', () => {
    const table = makeTable({ mode: HASH_SIP | MODE_BYTES, average: Math.floor(0xffffffff / 65), burst: 0 });
    const slot = table.see(A, 0, 0, START);
    assert.equal(table.pay(slot, 1028, true), true);
    assert.equal(table.pay(slot, 28, true), false);
    assert.equal(table.pay(table.see(A, 0, 0, START + HZ), 1028, true), true);
    const bursty = makeTable({ mode: HASH_SIP | MODE_BYTES, average: Math.floor(0xffffffff / 65), burst: 2 });
    const other = bursty.see(A, 0, 0, START);
    assert.deepEqual(
      [1, 2, 3, 4].map(() => bursty.pay(other, 1028, true)),
      [true, true, true, false],
    );
  });

  it('has no room for more groups than it was made for, until some are forgotten', () => {
    const table = makeTable({ size: 1, max: 0, expireMs: 1000 });
    for (let i = 0; i < 8; i++) assert.notEqual(table.see(A + i, 0, 0, START), -1);
    assert.equal(table.see(A + 9, 0, 0, START), -1);
    assert.notEqual(table.see(A + 3, 0, 0, START + 200), -1);
    assert.notEqual(table.see(A + 9, 0, 0, START + 251), -1);
    assert.equal(table.read(START + 251).split('\n').length - 1, 2);
  });

  it('prints what a real kernel prints', () => {
    const table = makeTable();
    table.pay(table.see(A, ip4('10.0.0.2'), (1000 << 16) | 53, START), 100, false);
    assert.equal(table.read(START), '10 10.0.0.1:1000->10.0.0.2:53 109951162400000 137438953000000 27487790600000\n');
  });

  it('finds every group again, however many there are', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(fc.integer(), fc.integer(), fc.integer()), { maxLength: 200 }), (keys) => {
        const table = makeTable();
        const known = new Map<string, number>();
        for (const [source, destination, ports] of keys) {
          known.set(`${source} ${destination} ${ports}`, table.see(source, destination, ports, START));
        }
        for (const [source, destination, ports] of keys) {
          const slot = table.see(source, destination, ports, START + 1);
          assert.equal(slot, known.get(`${source} ${destination} ${ports}`));
        }
        assert.equal(new Set(known.values()).size, known.size);
      }),
      { seed: 1, numRuns: 20 },
    );
  });
});
