import assert from 'node:assert/strict';
import { RestartManager } from '../../src/docker/restart-manager.ts';

const MILLISECOND = 1_000_000;
const SHORT = 5 * MILLISECOND;

function delays(name: string, maximumRetryCount: number, exitCodes: readonly number[]): (number | undefined)[] {
  const manager = new RestartManager({ name, maximumRetryCount });
  return exitCodes.map((exitCode) => manager.delayAfter(exitCode, false, SHORT)).map((ns) => ns && ns / MILLISECOND);
}

describe('a restart policy', () => {
  it('waits 100 ms, then twice as long each time, a minute at most', () => {
    const waited = delays(
      'always',
      0,
      Array.from({ length: 12 }, () => 0),
    );
    assert.deepEqual(waited, [100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 51_200, 60_000, 60_000]);
  });

  it('on-failure starts again after failures only, so many times', () => {
    assert.deepEqual(delays('on-failure', 2, [1, 1, 1]), [100, 200, undefined]);
    assert.deepEqual(delays('on-failure', 0, [1, 0]), [100, undefined]);
    assert.deepEqual(delays('no', 0, [1]), [undefined]);
    assert.deepEqual(delays('', 0, [1]), [undefined]);
  });

  it('unless-stopped looks at who has ended the container, always does not', () => {
    const unlessStopped = new RestartManager({ name: 'unless-stopped', maximumRetryCount: 0 });
    assert.equal(unlessStopped.delayAfter(0, true, SHORT), undefined);
    assert.notEqual(unlessStopped.delayAfter(0, false, SHORT), undefined);
    const always = new RestartManager({ name: 'always', maximumRetryCount: 0 });
    assert.notEqual(always.delayAfter(0, true, SHORT), undefined);
    always.cancel();
    assert.equal(always.delayAfter(0, false, SHORT), undefined);
    always.reset();
    assert.equal(always.delayAfter(0, false, SHORT), 100 * MILLISECOND);
  });

  it('begins again with the first delay for who has run for ten seconds', () => {
    const manager = new RestartManager({ name: 'always', maximumRetryCount: 0 });
    const ran = [SHORT, SHORT, 10_000 * MILLISECOND, SHORT];
    assert.deepEqual(
      ran.map((ns) => manager.delayAfter(1, false, ns)! / MILLISECOND),
      [100, 200, 100, 200],
    );
  });
});
