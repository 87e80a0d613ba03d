import assert from 'node:assert/strict';
import { LimitError } from '../../../src/base/assert.ts';
import { SECOND } from '../../kernel/proc/table-kit.ts';
import { ShellKit } from '../shell-kit.ts';

describe('userland/sh/shell:', () => {
  it('runs a text as a process that has its output and its exit code', () => {
    const kit = new ShellKit();
    assert.deepEqual(kit.type('echo a b; exitwith 3'), { exit: 3, stdout: 'a b\n', stderr: '', endedNs: 0 });
  });

  it('lasts from one text to the next: variables, exit code, directory', () => {
    const kit = new ShellKit();
    kit.type("A='x  y'; export B=2; exitwith 5");
    assert.equal(kit.out('echo $? "$A" $B; cd /tmp'), '5 x  y 2\n');
    assert.equal(kit.out('pwd; cd; pwd; cd -'), '/tmp\n/root\n/tmp\n');
    assert.equal(kit.out('unset A; echo "[$A]"'), '[]\n');
  });

  it('gives programs what is exported, and what stands before the command', () => {
    const kit = new ShellKit();
    kit.type('A=1; export B=2 C; C=3');
    assert.equal(kit.out('printvar A; printvar B; printvar C; A=9 printvar A; printvar A'), 'unset\n2\n3\n9\nunset\n');
    assert.equal(kit.out('export C; printvar C; B=4; printvar B'), '3\n4\n');
    assert.equal(kit.shell.env.get('B'), '4');
  });

  it('whoever sets an environment variable from outside is seen', () => {
    const kit = new ShellKit();
    kit.type('token=old');
    kit.shell.env.set('token', 'SWMTKN-1 x');
    assert.equal(kit.out('echo "$token"; printvar token'), 'SWMTKN-1 x\nSWMTKN-1 x\n');
  });

  it('has the environment of a login', () => {
    const kit = new ShellKit();
    assert.equal(kit.out('echo $HOME $USER $PWD ~'), '/root root /root /root\n');
    assert.match(kit.out('printvar PATH'), /\/usr\/bin/);
  });

  it('waits for a program; a step of sleeping takes exactly that long', () => {
    const kit = new ShellKit();
    const { exit, endedNs } = kit.type('sleep 2 && sleep 1.5');
    assert.deepEqual([exit, endedNs], [0, 3.5 * SECOND]);
  });

  it('goes on behind & when the program first waits, and `wait` waits for it', () => {
    const kit = new ShellKit();
    const { proc, output } = kit.begin('sleep 5 && echo late & echo early');
    assert.deepEqual([proc.exitCode, output.stdout], [0, 'early\n']);
    const later = kit.type('wait; echo waited');
    assert.deepEqual([later.endedNs, later.stdout, output.stdout], [5 * SECOND, 'waited\n', 'early\nlate\n']);
  });

  it('says which job ended how', () => {
    const kit = new ShellKit();
    kit.type('exitwith 7 & sleep 1');
    assert.equal(kit.out('wait $!; echo $?; wait 99999; echo $?'), '7\n127\n');
  });

  it('`$$` stays the same from text to text and in jobs', () => {
    const kit = new ShellKit();
    const [first, second] = [kit.out('echo $$'), kit.out('echo $$ & sleep 1')];
    assert.equal(second, first);
  });

  it('a text that exits ends there, and the next one runs', () => {
    const kit = new ShellKit();
    assert.deepEqual(kit.type('echo a; exit 4; echo b'), { exit: 4, stdout: 'a\n', stderr: '', endedNs: 0 });
    assert.equal(kit.out('echo $?'), '4\n');
    assert.equal(kit.type('exitwith 6; exit').exit, 6);
  });

  it('an interrupted text leaves a shell that works', () => {
    const kit = new ShellKit();
    const { proc } = kit.begin('sleep 100; echo never');
    proc.kill('SIGTERM');
    assert.equal(proc.exitCode, 143);
    assert.equal(kit.out('echo works'), 'works\n');
  });

  it('takes further environment from its host', () => {
    const kit = new ShellKit();
    assert.equal(kit.out('echo $0 $#'), 'sh 0\n');
  });

  it('a trap, a function, a descriptor hold from one text to the next', () => {
    const kit = new ShellKit();
    kit.type("f() { echo in f; }; trap 'echo caught' USR1; trap 'echo never' EXIT");
    assert.equal(kit.out('f; sleep 1'), 'in f\n');
    const { proc, output } = kit.begin('sleep 5; echo after');
    proc.kill('SIGUSR1');
    kit.sched.run(Infinity, 1_000_000);
    assert.equal(output.stdout, 'caught\nafter\n');
    kit.type('exec 3>/tmp/x; echo one >&3');
    kit.type('echo two >&3; exec 3>&-');
    assert.equal(kit.files.read('/tmp/x'), 'one\ntwo\n');
    assert.equal(kit.type('echo three >&3').stderr, 'sh: 1: 3: Bad file descriptor\n');
  });

  it('a text that goes round without end is a limit that is reached, no bug', () => {
    assert.throws(() => new ShellKit().type('while true; do :; done'), LimitError);
    assert.throws(() => new ShellKit().type('f() { f; }; f'), LimitError);
    assert.throws(() => new ShellKit().type('while true; do echo x; done | sh -c "while :; do :; done"'), LimitError);
  });
});
