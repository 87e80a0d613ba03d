import assert from 'node:assert/strict';
import { BUSYBOX_SLEEP, GNU_SLEEP, parseSleepTime } from '../../src/userland/sleep.ts';
import { MILLISECOND, SECOND, TableKit } from '../kernel/proc/table-kit.ts';

describe('userland/sleep:', () => {
  function sleep(line: string, entry = GNU_SLEEP): { exit: number | null; stderr: string; endedNs: number } {
    return new TableKit().run(entry.run, { argv: line.split(' ') });
  }

  it('takes exactly the time of all its operands', () => {
    const cases: [string, number][] = [
      ['sleep 5', 5 * SECOND],
      ['sleep 0.001', MILLISECOND],
      ['sleep .5 1.5s', 2 * SECOND],
      ['sleep 1m 1h 1d', (60 + 3600 + 86_400) * SECOND],
      ['sleep 0', 0],
      ['sleep 0.1 0.2', 300 * MILLISECOND],
      ['sleep -- 1', SECOND],
    ];
    for (const [line, ns] of cases) {
      for (const entry of [GNU_SLEEP, BUSYBOX_SLEEP]) assert.deepEqual(sleep(line, entry).endedNs, ns, line);
    }
    assert.equal(sleep('sleep 1e-2 0x1').endedNs, 1.01 * SECOND);
  });

  it('infinity never ends, nor does what is longer than any run', () => {
    for (const line of ['sleep infinity', 'sleep inf', 'sleep 1e300', 'sleep 99999999d']) {
      assert.equal(sleep(line).exit, null, line);
    }
  });

  it('refuses in the words of the GNU one', () => {
    const help = "Try 'sleep --help' for more information.\n";
    assert.deepEqual(sleep('sleep').stderr, `sleep: missing operand\n${help}`);
    assert.deepEqual(
      sleep('sleep 1x 2 2y').stderr,
      `sleep: invalid time interval '1x'\nsleep: invalid time interval '2y'\n${help}`,
    );
    assert.equal(sleep('sleep nan').stderr, `sleep: invalid time interval 'nan'\n${help}`);
    assert.equal(sleep('sleep -1').stderr, `sleep: invalid option -- '1'\n${help}`);
    assert.equal(sleep('sleep --foo').stderr, `sleep: unrecognized option '--foo'\n${help}`);
    assert.equal(sleep('sleep x').exit, 1);
  });

  it('refuses in the words of busybox', () => {
    for (const operand of ['x', '1x', '-1', '1e-2', 'nan', '0x1', '']) {
      const { stderr, exit } = sleep(`sleep ${operand}`, BUSYBOX_SLEEP);
      assert.deepEqual([stderr, exit], [`sleep: invalid number '${operand}'\n`, 1]);
    }
    assert.match(sleep('sleep', BUSYBOX_SLEEP).stderr, /^BusyBox v1.35.0 .*\n\nUsage: sleep \[N\]...\n/);
  });

  it('reads times', () => {
    assert.equal(parseSleepTime('2m'), 120 * SECOND);
    assert.equal(parseSleepTime('1.5e1'), 15 * SECOND);
    for (const text of ['', 's', '1ss', '-1', 'nan', '1 ']) assert.equal(parseSleepTime(text), undefined, text);
  });

  it('checks for what Dockwire lacks', () => {
    assert.equal(GNU_SLEEP.check!(['1', '--help'])?.argIndex, 1);
    assert.equal(GNU_SLEEP.check!(['x']), undefined);
  });
});
