import assert from 'node:assert/strict';
import { ShellKit } from '../shell-kit.ts';

describe('userland/sh/builtins:', () => {
  it('cd knows the directories of a machine and those that files lie in', () => {
    const kit = new ShellKit();
    kit.files.write('/srv/lab/a.txt', '');
    assert.equal(
      kit.out('cd /srv/lab && pwd; cd .. && pwd; cd ../etc && pwd; cd / && pwd'),
      '/srv/lab\n/srv\n/etc\n/\n',
    );
    const { stderr, exit } = kit.type('cd /nosuch');
    assert.deepEqual([stderr, exit], ["sh: 1: cd: can't cd to /nosuch\n", 2]);
    assert.equal(kit.out('echo $OLDPWD $PWD'), '/etc /\n');
  });

  it('export lists what is exported, and refuses what is no name', () => {
    const kit = new ShellKit();
    const listed = kit.out(`export A="it's"; export`);
    assert.match(listed, /^export A='it'"'"'s'\nexport HOME='\/root'\n/);
    const { stderr, exit } = kit.type('export 1A=2');
    assert.deepEqual([stderr, exit], ['sh: 1: export: 1A: bad variable name\n', 2]);
  });

  it('exit refuses what is no number, and exits', () => {
    const { stdout, stderr, exit } = new ShellKit().type('exit x; echo a');
    assert.deepEqual([stdout, stderr, exit], ['', 'sh: 1: exit: Illegal number: x\n', 2]);
    assert.equal(new ShellKit().type('exit 257').exit, 1);
  });

  it('kill sends a signal to a job, by its number or as the first', () => {
    const kit = new ShellKit();
    assert.equal(kit.out('sleep 100 & kill $!; wait $!; echo $?'), '143\n');
    assert.equal(kit.out('sleep 100 & kill -9 $!; wait $!; echo $?'), '137\n');
    assert.equal(kit.out('sleep 100 & kill -s INT $!; wait $!; echo $?'), '130\n');
    assert.equal(kit.out('sleep 100 & kill -SIGQUIT $!; wait $!; echo $?'), '131\n');
    assert.equal(new ShellKit().out('sleep 100 & kill %1; wait %1; echo $?; wait $!; echo $?'), '143\n143\n');
  });

  it('kill refuses what is no signal and no process', () => {
    const kit = new ShellKit();
    assert.equal(kit.type('kill -FOO 1').stderr, 'sh: 1: kill: Illegal option -F\n');
    const { stderr, exit } = kit.type('kill 99999');
    assert.deepEqual([stderr, exit], ['sh: 1: kill: No such process\n\n', 1]);
  });

  it('true, false and : are exit codes', () => {
    assert.equal(new ShellKit().out('true; echo $?; false; echo $?; : a b; echo $?'), '0\n1\n0\n');
  });
});
