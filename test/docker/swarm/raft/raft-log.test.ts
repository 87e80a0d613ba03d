import assert from 'node:assert/strict';
import type { Entry } from '../../../../src/docker/swarm/raft/raft-log.ts';
import { RaftStorage } from '../../../../src/docker/swarm/raft/raft-log.ts';

const entry = (index: number, term: number): Entry => ({ index, term, data: null });

describe('docker/swarm/raft/raft-log', () => {
  it('begins with what the first members have in common, or with nothing', () => {
    const first = new RaftStorage(['n1'], 'state');
    assert.deepEqual([first.firstIndex, first.lastIndex, first.lastTerm, first.term], [2, 1, 1, 1]);
    const joining = new RaftStorage([], null);
    assert.deepEqual([joining.firstIndex, joining.lastIndex, joining.lastTerm, joining.term], [1, 0, 0, 0]);
  });

  it('takes entries over, and lets go of what they contradict', () => {
    const log = new RaftStorage(['n1'], null);
    for (const each of [entry(2, 1), entry(3, 1), entry(4, 1)]) log.append(each);
    log.merge([entry(3, 1), entry(4, 2)]);
    assert.deepEqual(log.entriesFrom(2, 9), [entry(2, 1), entry(3, 1), entry(4, 2)]);
    log.merge([entry(2, 1)]);
    assert.equal(log.lastIndex, 4);
    assert.throws(() => {
      log.append(entry(9, 2));
    }, /follow each other/);
  });

  it('keeps a few entries before a snapshot', () => {
    const log = new RaftStorage(['n1'], null);
    for (let index = 2; index <= 20; index++) log.append(entry(index, 1));
    log.compact(15, ['n1', 'n2'], 'later', 5);
    assert.deepEqual([log.firstIndex, log.lastIndex, log.snapshot.index], [11, 20, 15]);
    assert.deepEqual([log.termAt(10), log.termAt(9), log.termAt(21)], [1, -1, -1]);
    assert.throws(() => {
      log.merge([entry(12, 3)]);
    }, /not contradicted/);
    log.restore({ index: 30, term: 4, members: [], state: null });
    assert.deepEqual([log.firstIndex, log.lastIndex, log.lastTerm], [31, 30, 4]);
  });
});
