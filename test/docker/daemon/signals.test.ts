import assert from 'node:assert/strict';
import { DaemonError } from '../../../src/docker/errors.ts';
import { isLinuxSignal, machineSignal, signalNumberOf } from '../../../src/docker/daemon/signals.ts';

describe('signals as the engine knows them', () => {
  it('are read by name and number', () => {
    const texts: [string, number][] = [
      ...(['KILL', 'sigkill', 'SIGKILL', '9'] as const).map((text): [string, number] => [text, 9]),
      ['USR1', 10],
      ['SYS', 31],
      ['RTMIN', 34],
      ['RTMIN+15', 49],
      ['RTMAX-14', 50],
      ['rtmax', 64],
      ['99', 99],
      ['POLL', 29],
    ];
    for (const [text, number] of texts) assert.equal(signalNumberOf(text), number, text);
    for (const text of ['', '0', 'FOO', 'RTMIN-1', 'RTMIN+16', 'SIG SIG']) {
      assert.throws(() => signalNumberOf(text), new DaemonError(`Invalid signal: ${text}`), text);
    }
  });

  it('are those of Linux, some of which programs here handle', () => {
    assert.deepEqual([0, 1, 31, 32, 34, 64, 65].map(isLinuxSignal), [false, true, true, false, true, true, false]);
    assert.deepEqual([machineSignal(15), machineSignal(11)], ['SIGTERM', undefined]);
  });
});
