import assert from 'node:assert/strict';
import { QdiscHandles } from '../../../src/kernel/qdisc/handles.ts';
import { Rng } from '../../../src/sim/rng.ts';

describe('kernel: qdisc handles', () => {
  it('counts from 8001: and skips what is taken', () => {
    const handles = new QdiscHandles(Rng.fromSeed(1));
    assert.equal(
      handles.next(() => false),
      0x8001,
    );
    assert.equal(
      handles.next((handle) => handle < 0x8005),
      0x8005,
    );
  });

  it('begins again after fffe: and gives up when all are taken', () => {
    const handles = new QdiscHandles(Rng.fromSeed(1));
    assert.equal(
      handles.next((handle) => handle !== 0xfffe),
      0xfffe,
    );
    assert.equal(
      handles.next(() => false),
      0x8000,
    );
    assert.equal(
      handles.next(() => true),
      0,
    );
  });

  it('gives each discipline random numbers of its own', () => {
    const handles = new QdiscHandles(Rng.fromSeed(1));
    assert.notEqual(handles.nextRng().u32(), handles.nextRng().u32());
  });
});
