import assert from 'node:assert/strict';
import { DaemonError } from '../../../src/docker/errors.ts';
import { Answer } from '../../../src/docker/swarm/answer.ts';
import { newNode } from '../../../src/docker/swarm/manager/manager.ts';
import type { Change, StoreAction } from '../../../src/docker/swarm/store.ts';
import type { StoreLog } from '../../../src/docker/swarm/store-log.ts';
import { StoreWriter } from '../../../src/docker/swarm/store-writer.ts';

const node = newNode('a', { labels: {}, role: 'worker', availability: 'active' });
const create: StoreAction = { kind: 'create', table: 'node', object: node };

/** A log that agrees when it is told to. */
class SlowLog implements Pick<StoreLog, 'propose'> {
  readonly proposed: { readonly change: Change; readonly answer: Answer<null> }[] = [];

  propose(change: Change): Answer<null> {
    const answer = new Answer<null>();
    this.proposed.push({ change, answer });
    return answer;
  }
}

describe('docker/swarm/store-writer', () => {
  it('makes each change when the one before is agreed upon, not sooner', () => {
    const log = new SlowLog();
    const writer = new StoreWriter(log, { now: 9 });
    const built: number[] = [];
    const answers = [1, 2].map((n) =>
      writer.update(() => {
        built.push(n);
        return [create];
      }),
    );
    assert.deepEqual(built, [1]);
    assert.equal(log.proposed[0]!.change.timeNs, 9);
    log.proposed[0]!.answer.resolve(null);
    assert.deepEqual(built, [1, 2]);
    assert.deepEqual(
      answers.map((answer) => answer.isReady()),
      [true, false],
    );
  });

  it('proposes nothing where there is nothing to do, and hands refusals on', () => {
    const log = new SlowLog();
    const writer = new StoreWriter(log, { now: 0 });
    assert.ok(writer.update(() => []).isReady());
    const refused = writer.update(() => {
      throw new DaemonError('no');
    });
    assert.throws(() => refused.get(), /no/);
    assert.equal(log.proposed.length, 0);
    const lost = writer.update(() => [create]);
    const next = writer.update(() => []);
    log.proposed[0]!.answer.reject(new DaemonError('lost'));
    assert.throws(() => lost.get(), /lost/);
    assert.ok(next.isReady());
  });
});
