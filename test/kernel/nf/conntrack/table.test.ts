/** The table of connections against a plain Map over random operations, and what it promises beside finding. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ConntrackTable } from '../../../../src/kernel/nf/conntrack/table.ts';
import { makeTuple, nfCtInvertTuple } from '../../../../src/kernel/nf/conntrack/tuple.ts';
import { EFFORT } from '../../kit.ts';

const UDP = 17;

function tupleOf(src: number, dst: number, sport: number, dport: number, zone = 0): Int32Array {
  return Int32Array.of(src, dst, (sport << 16) | dport, (zone << 8) | UDP);
}

function inverse(tuple: Int32Array): Int32Array {
  const inverted = makeTuple();
  assert.ok(nfCtInvertTuple(tuple, inverted));
  return inverted;
}

/** A new entry in the table, held by the table alone. */
function add(table: ConntrackTable, original: Int32Array, reply = inverse(original)): number {
  const slot = table.alloc(original, reply);
  table.insert(slot);
  table.put(slot);
  return slot;
}

function remove(table: ConntrackTable, slot: number): void {
  table.unlink(slot);
  table.put(slot);
}

describe('kernel/nf/conntrack/table', () => {
  it('finds what a Map finds, over random insertions and deletions', () => {
    const operation = fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 40 }));
    fc.assert(
      fc.property(fc.integer(), fc.array(operation, { maxLength: 300 }), (salt, operations) => {
        const table = new ConntrackTable(salt, 64);
        const model = new Map<string, number>();
        for (const [isInsert, host, port] of operations) {
          const tuple = tupleOf(host, 99, port, 80);
          const key = String(tuple);
          const known = model.get(key);
          if (known === undefined && isInsert) model.set(key, add(table, tuple));
          if (known !== undefined && !isInsert) {
            remove(table, known);
            model.delete(key);
          }
          assert.equal(table.count, model.size);
          const slot = model.get(key);
          assert.equal(table.find(tuple), slot === undefined ? -1 : 2 * slot);
          assert.equal(table.find(inverse(tuple)), slot === undefined ? -1 : 2 * slot + 1);
        }
        const listed = table.listSlots().sort((left, right) => left - right);
        assert.deepEqual(
          listed,
          [...model.values()].sort((left, right) => left - right),
        );
      }),
      { numRuns: 60 * EFFORT },
    );
  });

  it('tells zones apart, and the directions of a translated connection', () => {
    const table = new ConntrackTable(1);
    const original = tupleOf(10, 20, 1000, 53);
    const translated = tupleOf(20, 77, 53, 2000);
    const slot = add(table, original, translated);
    const inZone = add(table, tupleOf(10, 20, 1000, 53, 5));
    assert.equal(table.find(original), 2 * slot);
    assert.equal(table.find(translated), 2 * slot + 1);
    assert.equal(table.find(inverse(original)), -1);
    assert.equal(table.find(tupleOf(10, 20, 1000, 53, 5)), 2 * inZone);
    assert.equal(table.find(tupleOf(10, 20, 1000, 53, 6)), -1);
  });

  it('gives a slot out again only after the last who held it', () => {
    const table = new ConntrackTable(1);
    const slot = add(table, tupleOf(1, 2, 3, 4));
    table.hold(slot);
    remove(table, slot);
    assert.equal(table.count, 1);
    for (let port = 0; port < 40; port++) assert.notEqual(add(table, tupleOf(5, 6, port, 4)), slot);
    table.put(slot);
    assert.equal(table.count, 40);
    assert.equal(add(table, tupleOf(7, 8, 9, 4)), slot);
  });

  it('clears the columns of a slot that is used again, and keeps them when the table doubles', () => {
    const table = new ConntrackTable(1);
    table.enableCounters();
    table.tcp.grow(table.capacity);
    const slot = add(table, tupleOf(1, 2, 3, 4));
    table.status[slot] = 12;
    table.marks[slot] = 13;
    table.counters[slot * 4 + 3] = 14;
    table.expiresNs[slot] = 15;
    table.tcp.words[table.tcp.wordsAt(slot)] = 16;
    for (let port = 0; port < 100; port++) add(table, tupleOf(5, 6, port, 4));
    assert.deepEqual([table.status[slot], table.marks[slot], table.counters[slot * 4 + 3]], [12, 13, 14]);
    assert.deepEqual([table.expiresNs[slot], table.tcp.words[table.tcp.wordsAt(slot)]], [15, 16]);
    remove(table, slot);
    assert.equal(add(table, tupleOf(1, 2, 3, 4)), slot);
    assert.deepEqual([table.status[slot], table.marks[slot], table.counters[slot * 4 + 3]], [0, 0, 0]);
  });

  it('lists entries in the same order however often it has doubled', () => {
    const tuples = Array.from({ length: 200 }, (_, index) => tupleOf(index, 2, 3, 4));
    const grown = new ConntrackTable(7, 1024);
    const slots = tuples.map((tuple) => add(grown, tuple));
    const extra = Array.from({ length: 2000 }, (_, index) => add(grown, tupleOf(index, 9, 3, 4)));
    for (const slot of extra) remove(grown, slot);
    const small = new ConntrackTable(7, 1024);
    const smallSlots = tuples.map((tuple) => add(small, tuple));
    assert.ok(grown.capacity > small.capacity);
    assert.deepEqual(
      grown.listSlots().map((slot) => slots.indexOf(slot)),
      small.listSlots().map((slot) => smallSlots.indexOf(slot)),
    );
  });

  it('knows the buckets of a real kernel, of which one here may hold several', () => {
    const table = new ConntrackTable(3, 1024);
    const tuples = Array.from({ length: 12 }, (_, index) => tupleOf(index, 2, 3, 4));
    const slots = tuples.map((tuple) => add(table, tuple));
    const found = new Set<number>();
    for (let bucket = 0; bucket < 1024; bucket++) {
      for (const node of table.bucketNodes((bucket * table.bucketStep) | 0)) found.add(node);
    }
    assert.equal(found.size, 24);
    tuples.forEach((tuple, index) => {
      assert.ok(table.bucketNodes(table.hashOf(tuple)).includes(2 * slots[index]!));
    });
  });

  it('spreads flows that differ in one port or address over its buckets', () => {
    const table = new ConntrackTable(5, 1024);
    for (let index = 0; index < 4096; index++) add(table, tupleOf(0x0a000001, 0x0a000002, 1024 + index, 80));
    let longest = 0;
    for (let bucket = 0; bucket < 1024; bucket++) {
      longest = Math.max(longest, table.bucketNodes((bucket * table.bucketStep) | 0).length);
    }
    assert.ok(longest < 30, `the longest of 1,024 chains for 8,192 nodes has ${longest}`);
  });
});
