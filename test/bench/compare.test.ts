import assert from 'node:assert/strict';
import { verdictsOn } from '../../bench/aims.ts';
import { figuresOf, missingRows, regressionsOf } from '../../bench/compare.ts';
import type { BenchResult, Figures, Row } from '../../bench/result.ts';
import { makeResult, roundFigures, updateBaseline } from '../../bench/result.ts';

const row = (figures: Figures, name = 'W1'): Row => ({ name, figures });
const result = (...rows: Row[]): BenchResult => ({ takenAt: 'then', size: 'quick', machine: 'one', rows });

describe('a comparison with the baseline', () => {
  it('finds nothing between a row and itself', () => {
    const figures = { events: 4000, hops: 2000, slots: 256, ratio: 2, minorGcsPer100kHops: 0.3, peakRssMb: 60 };
    assert.deepEqual(regressionsOf(row(figures), figures), []);
  });

  it('lets no count rise, and timers come and go', () => {
    assert.deepEqual(regressionsOf(row({ slots: 257 }), { slots: 256 }), ['W1: slots 256 → 257']);
    assert.equal(regressionsOf(row({ events: 4005 }), { events: 4000 }).length, 1);
    assert.equal(regressionsOf(row({ hops: 2010 }), { hops: 2000 }).length, 1);
    assert.deepEqual(regressionsOf(row({ events: 4001, slots: 255 }), { events: 4000, slots: 256 }), []);
  });

  it('finds a slower program, which moves all measures of time', () => {
    const before = { ratio: 2, bestRatio: 2, cpuRatio: 2, yardstickRatio: 6, yardstickBest: 6, yardstickCpu: 6 };
    const slower = { ratio: 2.8, bestRatio: 2.7, cpuRatio: 2.7, yardstickRatio: 8, yardstickBest: 8, yardstickCpu: 8 };
    const found = regressionsOf(row(slower), before);
    assert.equal(found.length, 1);
    assert.match(found[0]!, /^W1: ratio 2 → 2\.8, bestRatio 2 → 2\.7, /);
  });

  it('takes for noise what moves only some of them, and what moves all a little', () => {
    const before = { ratio: 2, bestRatio: 2, cpuRatio: 2 };
    assert.deepEqual(regressionsOf(row({ ratio: 4, bestRatio: 2.1, cpuRatio: 4 }), before), []);
    assert.deepEqual(regressionsOf(row({ ratio: 2.4, bestRatio: 2.4, cpuRatio: 2.4 }), before), []);
  });

  it('asks more of what fits the cache', () => {
    const before = { ratio: 2, bestRatio: 2 };
    const slower = { ratio: 3, bestRatio: 3 };
    assert.equal(regressionsOf(row(slower, 'W5-256'), before).length, 1);
    assert.equal(regressionsOf(row(slower, 'W1 capture'), before).length, 1);
    assert.deepEqual(regressionsOf(row(slower, 'W5-1024'), before), []);
    assert.equal(regressionsOf(row({ ratio: 7, bestRatio: 7 }, 'W5-1024'), before).length, 1);
  });

  it('goes by what both sides have when the prototype is not there', () => {
    const before = { ratio: 2, bestRatio: 2, yardstickRatio: 6, yardstickBest: 6 };
    assert.equal(regressionsOf(row({ yardstickRatio: 9, yardstickBest: 9 }), before).length, 1);
    assert.deepEqual(regressionsOf(row({ yardstickRatio: 6, yardstickBest: 6 }), before), []);
  });

  it('never compares times as such', () => {
    assert.deepEqual(
      regressionsOf(row({ nsPerDatagram: 9e9, nsPerHold: 9e9 }), { nsPerDatagram: 1, nsPerHold: 1 }),
      [],
    );
  });

  it('gates collections, memory and instructions', () => {
    assert.equal(regressionsOf(row({ minorGcsPer100kHops: 0.9 }), { minorGcsPer100kHops: 0.3 }).length, 1);
    assert.equal(regressionsOf(row({ peakRssMb: 100 }), { peakRssMb: 60 }).length, 1);
    assert.equal(regressionsOf(row({ instructionsPerDatagram: 8600 }), { instructionsPerDatagram: 8000 }).length, 1);
    assert.deepEqual(regressionsOf(row({ instructionsPerDatagram: 8300 }), { instructionsPerDatagram: 8000 }), []);
  });

  it('refuses to compare different amounts of work', () => {
    const found = regressionsOf(row({ datagrams: 10, events: 1 }), { datagrams: 1000, events: 4000 });
    assert.deepEqual(found, ["W1: another amount of work than the baseline's 1000 datagrams"]);
    assert.deepEqual(regressionsOf(row({ datagrams: 10, events: 40 }), { datagrams: 10, events: 40 }), []);
  });

  it('misses a row that is gone', () => {
    const before = result(row({ events: 1 }), row({ events: 2 }, 'W2'));
    assert.deepEqual(missingRows([row({ events: 1 })], before), ['W2: not measured']);
    assert.deepEqual(figuresOf(before, 'W2'), { events: 2 });
    assert.equal(figuresOf(before, 'W3'), undefined);
    assert.equal(figuresOf(undefined, 'W2'), undefined);
  });
});

describe('a baseline', () => {
  it('takes new rows in the place of the old ones of their size, and keeps the others', () => {
    const old = { quick: result(row({ events: 1 }), row({ events: 2 }, 'W2')), full: result(row({ events: 3 })) };
    const fresh = makeResult('quick', [row({ events: 5 }, 'W2'), row({ events: 6 }, 'W3')]);
    const updated = updateBaseline(old, fresh);
    assert.deepEqual(updated.quick?.rows, [row({ events: 1 }), row({ events: 5 }, 'W2'), row({ events: 6 }, 'W3')]);
    assert.equal(updated.quick.takenAt, fresh.takenAt);
    assert.equal(updated.full, old.full);
    assert.deepEqual(updateBaseline({}, fresh).quick?.rows, fresh.rows);
  });

  it('keeps counts whole and times to four digits', () => {
    assert.deepEqual(roundFigures({ events: 1_234_567, ratio: 1.234567 }), { events: 1_234_567, ratio: 1.235 });
  });
});

describe('an aim', () => {
  it('is met or missed by the row that it is about', () => {
    assert.deepEqual(verdictsOn(row({ ratio: 2, minorGcsPer100kHops: 1.5 })), [
      { figure: 'ratio', atMost: 2.1, isMet: true },
      { figure: 'minorGcsPer100kHops', atMost: 1, isMet: false },
    ]);
  });

  it('says nothing where there is no figure', () => {
    assert.deepEqual(verdictsOn(row({ events: 4 })), []);
    assert.deepEqual(verdictsOn(row({ referenceRatio: 0.9 }, 'hold heap 100')), []);
  });
});
