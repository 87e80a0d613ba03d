import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { busyboxPrograms, hostPrograms } from '../../../src/userland/registry.ts';
import { needTool } from '../../machine.ts';
import type { Result } from '../net-lab.ts';
import { EmulatedLab, PAIR, wordsOf } from '../net-lab.ts';

const LINES = [
  'busybox echo a b',
  'busybox /bin/echo hi',
  'busybox sh -c "exit 3"',
  'busybox sh -c "busybox true && busybox busybox echo in"',
  'busybox nosuch',
  'busybox sbin/nosuch --help',
  'busybox --foo',
  'busybox -- echo',
  "busybox ''",
  'busybox tcpsvd 0 80 cat',
  'busybox nc',
];

function emulated(line: string, programs = hostPrograms()): Result {
  return new EmulatedLab(PAIR).run(programs, [{ ns: 'a', line }])[0]!;
}

describe('userland/busybox/multi-call:', () => {
  it('runs what the real one runs, on hosts and in images', function () {
    needTool(this, ['busybox'], 'BusyBox v1.35.0');
    for (const line of LINES) {
      const [command, ...args] = wordsOf(line);
      const { stdout, stderr, status } = spawnSync(command!, args, { encoding: 'utf8' });
      for (const programs of [hostPrograms(), busyboxPrograms()]) {
        assert.deepEqual(emulated(line, programs), { stdout, stderr, exit: status }, line);
      }
    }
  });

  it('says what is lacking', () => {
    assert.match(emulated('busybox').stderr, /^busybox without an applet: not supported by Dockwire; supported: /);
    assert.match(emulated('busybox vi x').stderr, /^busybox vi: not supported by Dockwire/);
    const { check, commandAt, commandPrograms } = hostPrograms().get('busybox')!;
    assert.equal(check!(['--list'])?.argIndex, 0);
    assert.equal(check!(['bin/vi'])?.message, 'bin/vi is not supported by Dockwire');
    assert.equal(check!(['nc', '-l']), undefined);
    assert.deepEqual([commandAt!([]), commandAt!(['--list']), commandAt!(['nc', '-l'])], [undefined, undefined, 0]);
    assert.equal(commandPrograms!([]).get('nc')?.refusal!(['-u'])?.message, "invalid option -- 'u'");
  });
});
