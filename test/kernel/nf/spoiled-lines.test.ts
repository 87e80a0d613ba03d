import assert from 'node:assert/strict';
import fc from 'fast-check';
import { iptables } from '../../../src/kernel/nf/iptables.ts';
import { NfTables } from '../../../src/kernel/nf/table.ts';
import { EFFORT } from '../kit.ts';
import { RealIptables } from './real-iptables.ts';
import { spoiledLine } from './spoiled-lines.ts';

const LINES_PER_SEED = 300;
/** What Dockwire says of things that it lacks. */
const UNSUPPORTED = 127;

describe('kernel/nf: spoiled command lines beside the real tool', () => {
  let real: RealIptables | undefined;
  before(function () {
    real = new RealIptables(this, 'spoiled');
  });
  after(() => {
    real?.stop();
  });

  it('are taken or refused as it does, and leave the same rules', () => {
    for (let seed = 1; seed <= EFFORT; seed++) {
      real!.reset();
      const tables = new NfTables();
      const lines = [['-N', 'U'], ...fc.sample(spoiledLine, { seed, numRuns: LINES_PER_SEED })];
      const different = lines.flatMap((words) => {
        const ours = iptables(tables, words);
        if (ours.exit === UNSUPPORTED) return [];
        const theirs = real!.run(['iptables', ...words]);
        return JSON.stringify(ours) === JSON.stringify(theirs) ? [] : [{ line: words.join(' '), ours, theirs }];
      });
      assert.deepEqual(different, [], `seed ${seed}`);
    }
  }).timeout(60_000 + 20_000 * EFFORT);
});
