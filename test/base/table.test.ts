import assert from 'node:assert/strict';
import fc from 'fast-check';
import { macFrom } from '../../src/base/addr.ts';
import { Int32Table, MacTable } from '../../src/base/table.ts';

const effort = Number(process.env['DOCKWIRE_EFFORT'] ?? 1);

// Few different keys, so that insertions, hits, misses and deletions all meet, and runs of colliding keys form.
const fewKeys = fc.oneof(
  fc.integer({ min: -8, max: 40 }),
  fc.constantFrom(-0x8000_0000, 0x7fff_ffff, 0x10000, 0x20000),
);
const operations = fc.array(fc.tuple(fc.constantFrom('set', 'set', 'delete', 'get'), fewKeys, fc.integer()), {
  maxLength: 200,
});

describe('base/table: Int32Table', () => {
  it('behaves like a Map', () => {
    const property = fc.property(operations, (list) => {
      const table = new Int32Table();
      const model = new Map<number, number>();
      for (const [operation, key, value] of list) {
        if (operation === 'set') {
          table.set(key, value);
          model.set(key, value);
        }
        if (operation === 'delete') assert.equal(table.delete(key), model.delete(key));
        assert.equal(table.get(key), model.get(key) ?? -1);
        assert.equal(table.has(key), model.has(key));
        assert.equal(table.size, model.size);
      }
      for (const [key, value] of model) assert.equal(table.get(key), value);
    });
    fc.assert(property, { numRuns: 300 * effort });
  });

  it('keeps 20,000 neighbouring addresses apart while half of them go again', () => {
    const table = new Int32Table();
    for (let i = 0; i < 20_000; i++) table.set(0x0a000000 + i, i);
    for (let i = 0; i < 20_000; i += 2) assert.equal(table.delete(0x0a000000 + i), true);
    assert.equal(table.size, 10_000);
    for (let i = 0; i < 20_000; i++) assert.equal(table.get(0x0a000000 + i), i % 2 === 0 ? -1 : i);
  });

  it('asserts that keys and values are int32', () => {
    const table = new Int32Table();
    assert.throws(() => {
      table.set(0xffffffff, 0);
    }, /int32/);
    assert.throws(() => {
      table.set(0, 0.5);
    }, /int32/);
    assert.throws(() => {
      table.set(0, 2 ** 31);
    }, /int32/);
  });
});

describe('base/table: MacTable', () => {
  it('behaves like a Map, with both columns', () => {
    const property = fc.property(operations, fc.integer({ min: 1, max: 3 }), (list, spreads) => {
      const table = new MacTable();
      const model = new Map<number, [number, number]>();
      for (const [operation, lo, value] of list) {
        const hi = (lo & spreads) * 0x0242;
        const key = macFrom(hi, lo);
        if (operation === 'set') {
          const slot = table.insert(hi, lo);
          const known = model.get(key) ?? [0, 0];
          assert.deepEqual([table.values[slot], table.times[slot]], known);
          table.values[slot] = value;
          table.times[slot] = value * 1e3 + 0.5;
          model.set(key, [value, value * 1e3 + 0.5]);
        }
        if (operation === 'delete') assert.equal(table.remove(hi, lo), model.delete(key));
        assert.equal(table.find(hi, lo) >= 0, model.has(key));
        assert.equal(table.size, model.size);
      }
      const seen = new Map<number, [number, number]>();
      table.forEachSlot((slot, hi, lo) => {
        assert.equal(table.find(hi, lo), slot);
        seen.set(macFrom(hi, lo), [table.values[slot]!, table.times[slot]!]);
      });
      const byKey = (a: readonly [string | number, unknown], b: readonly [string | number, unknown]): number =>
        a[0] < b[0] ? -1 : 1;
      assert.deepEqual(new Map([...seen].sort(byKey)), new Map([...model].sort(byKey)));
    });
    fc.assert(property, { numRuns: 300 * effort });
  });

  it('keeps the addresses of 5,000 containers apart', () => {
    const table = new MacTable();
    for (let i = 0; i < 5_000; i++) {
      const slot = table.insert(0x0242, (0xac110000 + i) | 0);
      table.values[slot] = i;
    }
    for (let i = 0; i < 5_000; i++) assert.equal(table.values[table.find(0x0242, (0xac110000 + i) | 0)], i);
    assert.equal(table.find(0x0243, 0xac110000 | 0), -1);
  });

  it('asserts the ranges of the halves, and that a walk changes nothing', () => {
    const table = new MacTable();
    assert.throws(() => table.insert(0x10000, 0), /16 bits/);
    assert.throws(() => table.insert(-1, 0), /16 bits/);
    assert.throws(() => table.insert(0, 0xffffffff), /int32/);
    table.insert(1, 1);
    assert.throws(() => {
      table.forEachSlot((_slot, hi, lo) => table.remove(hi, lo));
    }, /meanwhile/);
  });
});
