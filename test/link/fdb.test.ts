import assert from 'node:assert/strict';
import fc from 'fast-check';
import { mac, macHi, macLo } from '../../src/base/addr.ts';
import {
  Fdb,
  FDB_AGEING_NS,
  FDB_LEARNED,
  FDB_LOCAL,
  FDB_MISS,
  FDB_MOVED,
  FDB_STATIC,
  FDB_UNCHANGED,
} from '../../src/link/fdb.ts';
import { HeapQueue } from '../../src/sim/heap-queue.ts';
import { Scheduler } from '../../src/sim/scheduler.ts';
import { EFFORT, SECOND } from '../kernel/kit.ts';

/** A table whose clock the test sets; addresses are small numbers here. */
class Table {
  readonly sched = new Scheduler(new HeapQueue(16));
  readonly fdb = new Fdb(this.sched);

  at(timeNs: number): this {
    this.sched.advanceTo(timeNs);
    return this;
  }

  learn(address: number, port: number): number {
    return this.fdb.fdbUpdate(macHi(address), macLo(address), port);
  }

  find(address: number): number {
    return this.fdb.find(macHi(address), macLo(address));
  }

  addLocal(address: number, port: number): void {
    this.fdb.addLocal(macHi(address), macLo(address), port);
  }

  addStatic(address: number, port: number): void {
    this.fdb.addByUser(macHi(address), macLo(address), port, FDB_STATIC);
  }
}

const A = mac('02:42:ac:11:00:02');
const B = mac('fe:ff:ff:ff:ff:ff');

describe('link: forwarding database', () => {
  it('learns where an address was seen, and that it has moved', () => {
    const table = new Table();
    assert.equal(table.find(A), FDB_MISS);
    assert.equal(table.learn(A, 3), FDB_LEARNED);
    assert.equal(table.learn(A, 3), FDB_UNCHANGED);
    assert.equal(table.find(A), 3);
    assert.equal(table.learn(A, 4), FDB_MOVED);
    assert.equal(table.find(A), 4);
    assert.equal(table.find(B), FDB_MISS);
  });

  it('forgets an address exactly 300 s after it was last seen', () => {
    const table = new Table();
    table.learn(A, 3);
    table.at(10 * SECOND).learn(A, 3);
    assert.equal(table.at(10 * SECOND + FDB_AGEING_NS - 1).find(A), 3);
    assert.equal(table.at(10 * SECOND + FDB_AGEING_NS).find(A), FDB_MISS);
    assert.equal(FDB_AGEING_NS, 300 * SECOND);
    assert.equal(table.learn(A, 3), FDB_LEARNED, 'it is new again');
  });

  it('takes an address that has aged but was not looked for as new', () => {
    const table = new Table();
    table.learn(A, 3);
    assert.deepEqual(table.at(FDB_AGEING_NS).fdb.entries(), []);
    assert.equal(table.learn(A, 5), FDB_LEARNED);
    assert.equal(table.find(A), 5);
  });

  it('never ages what an administrator entered, but learning moves it', () => {
    const table = new Table();
    table.addStatic(A, 2);
    assert.equal(table.at(2 * FDB_AGEING_NS).find(A), 2);
    assert.equal(table.learn(A, 6), FDB_MOVED);
    assert.equal(table.at(4 * FDB_AGEING_NS).find(A), 6, 'it is as static there');
  });

  it('never ages nor moves an address of its own', () => {
    const table = new Table();
    table.addLocal(A, 1);
    assert.equal(table.learn(A, 2), FDB_UNCHANGED);
    assert.equal(table.at(2 * FDB_AGEING_NS).find(A), 1 | FDB_LOCAL);
  });

  it('keeps the first of several own entries for one address, and makes a learned one its own', () => {
    const table = new Table();
    table.addLocal(A, 1);
    table.addLocal(A, 0);
    assert.equal(table.find(A), 1 | FDB_LOCAL);
    table.learn(B, 2);
    table.addLocal(B, 3);
    assert.equal(table.find(B), 3 | FDB_LOCAL);
  });

  it('flushes what was learned, on one port or on all, and more only when told so', () => {
    const table = new Table();
    table.learn(1, 1);
    table.learn(2, 2);
    table.addStatic(3, 1);
    table.addLocal(4, 1);
    table.addLocal(5, 2);
    table.fdb.flush(1, false);
    assert.deepEqual(
      [1, 2, 3, 4, 5].map((each) => table.find(each)),
      [-1, 2, 1, 1 | FDB_LOCAL, 2 | FDB_LOCAL],
    );
    table.fdb.flush(1, true);
    assert.deepEqual(
      [2, 3, 4, 5].map((each) => table.find(each)),
      [2, -1, -1, 2 | FDB_LOCAL],
    );
    table.fdb.flush(null, false);
    assert.deepEqual(
      [2, 5].map((each) => table.find(each)),
      [-1, 2 | FDB_LOCAL],
    );
  });

  it('says whether there was something to remove', () => {
    const table = new Table();
    table.learn(A, 1);
    assert.equal(table.fdb.remove(macHi(A), macLo(A)), true);
    assert.equal(table.fdb.remove(macHi(A), macLo(A)), false);
  });

  it('lists entries with their addresses, also those with all upper bits set', () => {
    const table = new Table();
    table.at(5).learn(B, 7);
    table.addLocal(A, 1);
    const entries = table.fdb.entries().sort((left, right) => left.port - right.port);
    assert.deepEqual(entries, [
      { mac: A, port: 1, flags: FDB_LOCAL | FDB_STATIC, isLocal: true, isStatic: true, updatedNs: 5, usedNs: 5 },
      { mac: B, port: 7, flags: 0, isLocal: false, isStatic: false, updatedNs: 5, usedNs: 5 },
    ]);
  });

  it('has no entries for ever when the ageing time is short', () => {
    const table = new Table();
    table.fdb.ageingNs = 10;
    table.learn(A, 3);
    assert.equal(table.at(9).find(A), 3);
    assert.equal(table.at(10).find(A), FDB_MISS);
  });

  it('does what a map with times does', () => {
    const step = fc.record({
      kind: fc.constantFrom('learn', 'learn', 'find', 'find', 'static', 'local', 'remove', 'flush', 'wait'),
      address: fc.nat({ max: 40 }).map((n) => A + n * 0x1_0000_0001),
      port: fc.integer({ min: 0, max: 3 }),
      waitNs: fc.constantFrom(1, FDB_AGEING_NS / 3, FDB_AGEING_NS - 1, FDB_AGEING_NS),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150 }), (steps) => {
        const table = new Table();
        const model = new Map<number, { port: number; kind: string; atNs: number }>();
        const isFresh = (address: number): boolean => {
          const entry = model.get(address);
          return entry !== undefined && (entry.kind !== 'learned' || table.sched.now - entry.atNs < FDB_AGEING_NS);
        };
        for (const { kind, address, port, waitNs } of steps) {
          const atNs = table.sched.now;
          const known = isFresh(address) ? model.get(address) : undefined;
          if (kind === 'wait') table.at(atNs + waitNs);
          else if (kind === 'find') {
            const flags = known?.kind === 'local' ? FDB_LOCAL : 0;
            assert.equal(table.find(address), known === undefined ? FDB_MISS : known.port | flags);
          } else if (kind === 'learn') {
            let answer: number = FDB_LEARNED;
            if (known !== undefined) answer = known.kind === 'local' || known.port === port ? FDB_UNCHANGED : FDB_MOVED;
            assert.equal(table.learn(address, port), answer);
            if (known?.kind !== 'local') model.set(address, { port, kind: known?.kind ?? 'learned', atNs });
          } else if (kind === 'static') {
            table.addStatic(address, port);
            model.set(address, { port, kind: 'static', atNs });
          } else if (kind === 'local') {
            table.addLocal(address, port);
            if (known?.kind !== 'local') model.set(address, { port, kind: 'local', atNs });
          } else if (kind === 'remove') {
            table.fdb.remove(macHi(address), macLo(address));
            model.delete(address);
          } else {
            table.fdb.flush(port, false);
            for (const [each, entry] of model) {
              if (entry.port === port && entry.kind === 'learned') model.delete(each);
            }
          }
        }
        const expected = [...model.keys()].filter(isFresh).sort((left, right) => left - right);
        const found = table.fdb.entries().map((entry) => entry.mac);
        assert.deepEqual(
          found.sort((left, right) => left - right),
          expected,
        );
      }),
      { numRuns: 150 * EFFORT },
    );
  });
});
