import assert from 'node:assert/strict';
import { Netem } from '../../src/link/netem.ts';
import { ALWAYS, NETEM_DEFAULTS } from '../../src/link/netem-settings.ts';
import { Rng } from '../../src/sim/rng.ts';
import { NetemLane, percent, randomLoss } from './netem-kit.ts';

const MS = 1_000_000;

describe('link: netem', () => {
  it('lets everything pass at once when it is told nothing', () => {
    const lane = new NetemLane({}).pass(100, MS);
    assert.deepEqual(
      lane.sent.map((each) => each.leftNs - each.enteredNs),
      new Array(100).fill(0),
    );
  });

  it('holds each frame for the delay', () => {
    const lane = new NetemLane({ latencyNs: 100 * MS }).pass(10, MS);
    assert.ok(lane.sent.every((each) => each.leftNs - each.enteredNs === 100 * MS));
  });

  it('loses all, or none, where it is told so', () => {
    assert.equal(new NetemLane({ loss: randomLoss(100) }).pass(50, MS).lost.length, 50);
    assert.equal(new NetemLane({ loss: randomLoss(0) }).pass(50, MS).lost.length, 0);
  });

  it('sends the copy of a duplicated frame before it, and duplicates no copy', () => {
    const lane = new NetemLane({ duplicate: ALWAYS }).pass(3, MS);
    assert.deepEqual(
      lane.sent.map((each) => `${each.number}${each.isCopy ? ' copy' : ''}`),
      ['0 copy', '0', '1 copy', '1', '2 copy', '2'],
    );
  });

  it('sends one frame where a frame is both duplicated and lost', () => {
    const lane = new NetemLane({ duplicate: ALWAYS, loss: randomLoss(100) }).pass(20, MS);
    assert.deepEqual([lane.sent.length, lane.lost.length, lane.duplicated], [20, 0, 0]);
  });

  it('drops what comes while the queue is full', () => {
    const lane = new NetemLane({ limit: 4, latencyNs: 10 * MS }).pass(20, MS);
    assert.deepEqual(lane.overflown.slice(0, 8), [4, 5, 6, 7, 8, 9, 14, 15]);
  });

  it('counts no copy of a frame that the full queue drops', () => {
    const lane = new NetemLane({ limit: 1, latencyNs: 10 * MS, duplicate: ALWAYS }).pass(3, MS);
    assert.deepEqual([lane.sent.length, lane.duplicated], [2, 1]);
    assert.deepEqual(lane.overflown, [1, 2]);
  });

  it('lets every fifth frame overtake with a gap of 5 and 100 %', () => {
    const lane = new NetemLane({ latencyNs: 10 * MS, reorder: ALWAYS, gap: 5 }).pass(20, MS);
    const early = lane.sent.filter((each) => each.leftNs === each.enteredNs).map((each) => each.number);
    assert.deepEqual(early, [4, 9, 14, 19]);
  });

  it('sends one frame after the other at its rate, and its delay once', () => {
    const lane = new NetemLane({ rateBytesPerSecond: 125_000, latencyNs: 50 * MS }).pass(3, 100_000, 1042);
    const takesNs = 1042 * 8000;
    assert.deepEqual(
      lane.sent.map((each) => each.leftNs),
      [50 * MS + takesNs, 50 * MS + 2 * takesNs, 50 * MS + 3 * takesNs],
    );
  });

  it('adds overheads and fills cells', () => {
    const rate = { rateBytesPerSecond: 1000 };
    const timeOf = (settings: object): number =>
      new NetemLane({ ...rate, ...settings }).pass(1, 1, 100).sent[0]!.leftNs;
    assert.equal(timeOf({ packetOverhead: 20 }), 120 * MS);
    assert.equal(timeOf({ packetOverhead: -20 }), 80 * MS);
    assert.equal(timeOf({ packetOverhead: -200 }), 0);
    // 3 cells of 48 bytes and their headers
    assert.equal(timeOf({ cellSize: 48, cellOverhead: 5 }), 159 * MS);
    assert.equal(timeOf({ cellSize: 50, cellOverhead: 0 }), 100 * MS);
  });

  it('flips exactly one bit of a corrupted frame', () => {
    const lane = new NetemLane({ corrupt: ALWAYS });
    const netem = new Netem(Rng.fromSeed(3), { ...NETEM_DEFAULTS, corrupt: ALWAYS });
    assert.equal(lane.pass(200, MS).corrupted, 200);
    const flips = new Set<string>();
    const slab = { bytes: new Uint8Array(8) };
    for (let i = 0; i < 2000; i++) {
      slab.bytes.fill(0);
      netem.enqueue({ slab, head: 2, tail: 6 } as never, 0, lane, false);
      const touched = [...slab.bytes].flatMap((byte, at) => (byte === 0 ? [] : [`${at}:${byte}`]));
      assert.equal(touched.length, 1);
      flips.add(touched[0]!);
    }
    const all = [2, 3, 4, 5].flatMap((at) => [1, 2, 4, 8, 16, 32, 64, 128].map((bit) => `${at}:${bit}`));
    assert.deepEqual(flips, new Set(all));
  });

  it('knows the least delay that it can give', () => {
    const least = (settings: object): number =>
      new Netem(Rng.fromSeed(1), { ...NETEM_DEFAULTS, ...settings }).leastDelayNs;
    assert.equal(least({ latencyNs: 50 * MS, jitterNs: 10 * MS }), 40 * MS);
    assert.equal(least({ latencyNs: 5 * MS, jitterNs: 10 * MS }), 0);
    assert.equal(least({ latencyNs: 5 * MS, gap: 1, reorder: ALWAYS }), 0);
    assert.equal(least({ latencyNs: 100 * MS, jitterNs: 10 * MS, distribution: 'normal' }), 60 * MS - 1);
  });

  it('makes the same of the same seed, and cuts a jitter to what fits 31 bits', () => {
    const settings = { latencyNs: 1e10, jitterNs: 5e9, loss: randomLoss(10, 25), duplicate: percent(5) };
    const [one, two, other] = [1, 1, 2].map((seed) => new NetemLane(settings, seed).pass(500, MS).sent);
    assert.deepEqual(one, two);
    assert.notDeepEqual(one, other);
    assert.ok(one!.every((each) => Math.abs(each.leftNs - each.enteredNs - 1e10) < 2 ** 31));
  });
});
