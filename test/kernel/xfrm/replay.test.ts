import { deepEqual, equal } from 'node:assert/strict';
import fc from 'fast-check';
import { Replay } from '../../../src/kernel/xfrm/replay.ts';
import { EFFORT } from '../kit.ts';

describe('kernel/xfrm/replay', () => {
  it('sends numbers from 1 on, and none twice', () => {
    const replay = new Replay(0);
    deepEqual([replay.next(false), replay.outgoing], [true, 1]);
    deepEqual([replay.next(false), replay.outgoing], [true, 2]);
    const last = new Replay(0, 0, 0xffff_fffe);
    deepEqual([last.next(false), last.outgoing], [true, 0xffff_ffff]);
    deepEqual([last.next(false), last.outgoing], [false, 0xffff_ffff]);
    deepEqual([last.next(true), last.outgoing], [true, 0]);
  });

  it('takes everything without a window, and remembers nothing', () => {
    const replay = new Replay(0);
    for (const sequence of [0, 5, 5, 1]) {
      equal(replay.check(sequence), '');
      replay.advance(sequence);
    }
    equal(replay.incoming, 0);
    deepEqual(replay.words, [0]);
  });

  it('keeps one word for a short window as Linux does', () => {
    const replay = new Replay(32);
    for (const sequence of [1, 2, 4]) replay.advance(sequence);
    deepEqual([replay.incoming, replay.words], [4, [0b1101]]);
    replay.advance(3);
    deepEqual(replay.words, [0b1111]);
    replay.advance(40);
    deepEqual(replay.words, [1]);
    equal(replay.check(4), 'window');
    equal(replay.check(0), 'zero');
    equal(replay.check(40), 'replay');
    equal(replay.check(39), '');
  });

  it('takes each number once and none behind the window, whatever comes in whatever order', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 120 }),
        (window, sequences) => {
          const replay = new Replay(window);
          const taken = new Set<number>();
          let highest = 0;
          for (const sequence of sequences) {
            const isNew = sequence > 0 && !taken.has(sequence) && sequence > highest - window;
            equal(replay.check(sequence) === '', isNew);
            if (!isNew) continue;
            replay.advance(sequence);
            taken.add(sequence);
            highest = Math.max(highest, sequence);
          }
          equal(replay.incoming, highest);
          const bits = replay.words.reduce((sum, word) => sum + word.toString(2).replaceAll('0', '').length, 0);
          equal(bits, [...taken].filter((each) => each > highest - window).length);
        },
      ),
      { numRuns: 100 * EFFORT },
    );
  });
});
