import assert from 'node:assert/strict';
import { busyboxPrograms, hostPrograms } from '../../src/userland/registry.ts';
import { SECOND, TableKit } from '../kernel/proc/table-kit.ts';

describe('userland/pkill:', () => {
  /** A host on which commands run in the background; each answer is that of one more command. */
  class Host extends TableKit {
    readonly programs = hostPrograms();

    begin(...argv: string[]): ReturnType<TableKit['start']>['proc'] {
      return this.start(this.programs.get(argv[0]!)!.run, { argv, registry: this.programs }).proc;
    }

    ask(...argv: string[]): { stdout: string; stderr: string; exit: number | null } {
      const { proc, output } = this.start(this.programs.get(argv[0]!)!.run, { argv, registry: this.programs });
      this.runUntil(this.sched.now + SECOND);
      return { ...output, exit: proc.exitCode };
    }
  }

  it('pgrep lists by name, by command line, exactly, newest and oldest', () => {
    const host = new Host();
    const first = host.begin('sleep', '1000');
    const second = host.begin('/usr/bin/sleep', '2000');
    const out = (...args: string[]): string => host.ask('pgrep', ...args).stdout;
    assert.equal(out('sleep'), `${first.pid}\n${second.pid}\n`);
    assert.equal(out('-f', '2000$'), `${second.pid}\n`);
    assert.equal(out('-x', 'slee'), '');
    assert.equal(out('-x', 'slee.'), `${first.pid}\n${second.pid}\n`);
    assert.equal(out('-n', 'sl'), `${second.pid}\n`);
    assert.equal(out('-o', '-a', 'sl'), `${first.pid} sleep 1000\n`);
    assert.equal(out('-l', '-d', ',', 'sl'), `${first.pid} sleep,${second.pid} sleep\n`);
    assert.equal(out('-c', 'sleep'), '2\n');
    assert.deepEqual(host.ask('pgrep', 'nosuch'), { stdout: '', stderr: '', exit: 1 });
  });

  it('pkill ends by TERM or by the signal that is named', () => {
    const host = new Host();
    const [first, second, third] = [host.begin('sleep', '1'), host.begin('sleep', '2'), host.begin('sleep', '3')];
    assert.equal(host.ask('pkill', '-f', 'sleep 1').exit, 0);
    assert.equal(host.ask('pkill', '-9', '-f', 'sleep 2').exit, 0);
    assert.equal(host.ask('pkill', '-INT', '-e', 'sleep').stdout, `sleep killed (pid ${third.pid})\n`);
    assert.deepEqual([first.exitCode, second.exitCode, third.exitCode], [143, 137, 130]);
    assert.equal(host.ask('pkill', 'sleep').exit, 1);
  });

  it('killall takes whole names', () => {
    const host = new Host();
    const proc = host.begin('sleep', '1000');
    assert.deepEqual(host.ask('killall', 'slee'), { stdout: '', stderr: 'slee: no process found\n', exit: 1 });
    assert.equal(host.ask('killall', '-q', 'slee').stderr, '');
    assert.equal(host.ask('killall', '-s', 'QUIT', 'sleep').exit, 0);
    assert.equal(proc.exitCode, 131);
    assert.equal(host.ask('killall', '-FOO', 'x').stderr, 'FOO: unknown signal; killall -l lists signals.\n');
  });

  it('refuses in the words of procps', () => {
    const host = new Host();
    const hint = "Try `pgrep --help' for more information.\n";
    assert.deepEqual(host.ask('pgrep'), {
      stdout: '',
      stderr: `pgrep: no matching criteria specified\n${hint}`,
      exit: 2,
    });
    assert.equal(host.ask('pgrep', 'a', 'b').stderr, `pgrep: only one pattern can be provided\n${hint}`);
    assert.equal(host.ask('pgrep', 'a[').stderr, 'pgrep: regex error: Invalid regular expression\n');
  });

  it('a pid namespace shows its own processes, the host all of them', () => {
    const host = new Host();
    host.begin('sleep', '1000');
    const inner = host.start(host.programs.get('sleep')!.run, { argv: ['sleep', '7'], pid1: true }).proc;
    assert.equal(host.ask('pgrep', '-f', 'sleep 7').stdout, `${inner.pid}\n`);
    const asked = inner.spawn({ argv: ['pgrep', 'sleep'], program: busyboxPrograms().get('pgrep')!.run });
    assert.equal(asked.exitCode, 0);
    assert.equal(asked.peers.includes(inner), true);
    assert.deepEqual([inner.numberOf(inner), asked.peer(1)], [1, inner]);
    assert.equal(host.ask('pkill', '-f', 'sleep 7').exit, 0);
    assert.equal(inner.exitCode, null);
    assert.equal(host.ask('pkill', '-KILL', '-f', 'sleep 7').exit, 0);
    assert.equal(inner.exitCode, 137);
  });
});
