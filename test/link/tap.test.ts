import assert from 'node:assert/strict';
import type { Tap } from '../../src/link/tap.ts';
import { addTap, removeTap } from '../../src/link/tap.ts';
import { Slab } from '../../src/link/frame.ts';
import { RX } from '../../src/link/trace-sink.ts';

describe('link: taps', () => {
  const heard: string[] = [];
  const listener = (name: string): Tap => ({ onFrame: () => heard.push(name) });
  const [one, two, three] = [listener('one'), listener('two'), listener('three')];
  const frame = new Slab().take(1);

  /** Who hears a frame. */
  function hearing(tap: Tap | null): string[] {
    heard.length = 0;
    tap?.onFrame(frame, RX);
    return [...heard];
  }

  it('feed all observers in the order in which they came', () => {
    assert.deepEqual(hearing(addTap(null, one)), ['one']);
    assert.deepEqual(hearing(addTap(addTap(null, one), two)), ['one', 'two']);
    assert.deepEqual(hearing(addTap(addTap(addTap(null, one), two), three)), ['one', 'two', 'three']);
  });

  it('let one observer go and leave the others', () => {
    const all = addTap(addTap(addTap(null, one), two), three);
    assert.deepEqual(hearing(removeTap(all, two)), ['one', 'three']);
    assert.deepEqual(hearing(all), ['one', 'two', 'three'], 'the old list stays as it was');
    assert.equal(removeTap(removeTap(removeTap(all, one), three), two), null);
  });

  it('stay as they are when an unknown observer goes', () => {
    assert.equal(removeTap(null, one), null);
    assert.equal(removeTap(one, two), one);
    assert.deepEqual(hearing(removeTap(addTap(one, two), three)), ['one', 'two']);
  });
});
