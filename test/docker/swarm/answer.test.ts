import assert from 'node:assert/strict';
import { DaemonError } from '../../../src/docker/errors.ts';
import { Answer } from '../../../src/docker/swarm/answer.ts';

describe('docker/swarm/answer', () => {
  it('wakes whoever waits, and tells whoever listens, once it is there', () => {
    const answer = new Answer<number>();
    const seen: string[] = [];
    answer.addWaiter({ wake: () => seen.push('woken') });
    answer.then((it) => seen.push(`heard ${it.get()}`));
    assert.equal(answer.isReady(), false);
    answer.resolve(7);
    assert.deepEqual(seen, ['woken', 'heard 7']);
    assert.equal(answer.get(), 7);
    answer.then((it) => seen.push(`late ${it.get()}`));
    assert.equal(seen.at(-1), 'late 7');
  });

  it('does not wake who has gone', () => {
    const answer = new Answer<null>();
    const waiter = { wake: (): void => assert.fail('it has gone') };
    answer.addWaiter(waiter);
    answer.removeWaiter(waiter);
    answer.resolve(null);
  });

  it('throws the refusal where it is read', () => {
    const refusal = Answer.refusal<number>(new DaemonError('no'));
    assert.throws(() => refusal.get(), /^DaemonError: no|no/);
    assert.equal(Answer.of(1).get(), 1);
  });

  it('comes once, and is read when it is there', () => {
    const answer = new Answer<number>();
    assert.throws(() => answer.get(), /read when it is there/);
    answer.resolve(1);
    assert.throws(() => {
      answer.resolve(2);
    }, /comes once/);
  });
});
