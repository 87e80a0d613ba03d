import assert from 'node:assert/strict';
import { checkCommand } from '../../../src/userland/sh/check.ts';
import { shProgram } from '../../../src/userland/sh/sh-program.ts';
import { ShellKit } from '../shell-kit.ts';

describe('userland/sh/sh-program:', () => {
  it('runs the text of -c with its name and arguments', () => {
    const kit = new ShellKit();
    assert.equal(kit.out(`sh -c 'echo $0 $1 $# "$2"' name a 'b c'`), 'name a 2 b c\n');
    assert.equal(kit.out("sh -c 'echo $0'"), 'sh\n');
    assert.equal(kit.type("sh -lc 'exit 3'").exit, 3);
  });

  it('has variables of its own, and the exported ones', () => {
    const kit = new ShellKit();
    assert.equal(kit.out(`A=1; export B=2; sh -c 'echo [$A] $B; B=3; C=4'; echo $B $C`), '[] 2\n2\n');
  });

  it('runs a file', () => {
    const kit = new ShellKit();
    kit.files.write('/srv/s.sh', 'echo $0 $1\nnosuch\n');
    const { stdout, stderr } = kit.type('cd /srv; sh s.sh x');
    assert.deepEqual([stdout, stderr], ['s.sh x\n', 's.sh: 2: nosuch: not found\n']);
    const missing = kit.type('sh /nosuch.sh');
    assert.deepEqual([missing.stderr, missing.exit], ['sh: 0: cannot open /nosuch.sh: No such file\n', 2]);
  });

  it('a shell that reads its input ends with it, and stays as long as that is open', () => {
    const kit = new ShellKit();
    const sh = shProgram('busybox').run;
    assert.equal(kit.run(sh, { argv: ['sh'], stdin: 'eof' }).exit, 0);
    assert.equal(kit.run(sh, { argv: ['sh'], stdin: 'null' }).exit, 0);
    const { proc } = kit.start(sh, { argv: ['sh'], stdin: 'open' });
    kit.sched.run(Infinity, 10);
    proc.kill('SIGTERM');
    proc.kill('SIGINT');
    kit.sched.run(Infinity, 10);
    assert.equal(proc.exitCode, null);
    proc.kill('SIGKILL');
    assert.equal(proc.exitCode, 137);
  });

  it('speaks the words of busybox', () => {
    const kit = new ShellKit();
    const sh = shProgram('busybox').run;
    const said = (text: string): string => kit.run(sh, { argv: ['sh', '-c', text] }).stderr;
    assert.equal(said('nosuch'), 'sh: nosuch: not found\n');
    assert.equal(said("'a"), 'sh: syntax error: unterminated quoted string\n');
    assert.equal(said('a && ;'), 'sh: syntax error: unexpected ";"\n');
    assert.equal(said('a &&'), 'sh: syntax error: unexpected end of file\n');
    assert.equal(said('cd /nosuch'), "sh: cd: line 0: can't cd to /nosuch: No such file or directory\n");
    assert.equal(said('kill 99999'), "sh: can't kill pid 99999: No such process\n");
    assert.equal(said('kill -FOO 1'), "sh: bad signal name 'FOO'\n");
    assert.equal(kit.run(sh, { argv: ['sh', '-c'] }).stderr, 'sh: -c requires an argument\n');
    assert.equal(kit.run(sh, { argv: ['sh', '/x'] }).stderr, "sh: can't open '/x': No such file or directory\n");
  });

  it('reads its options, and refuses what the real one does', () => {
    const kit = new ShellKit();
    assert.deepEqual(checkCommand('sh -ez x', kit.registry), [{ line: 0, col: 3, message: 'sh: Illegal option -z' }]);
    assert.deepEqual(checkCommand('sh -eux -o pipefail x', kit.registry), []);
    assert.equal(kit.type('sh -c').stderr, 'sh: 0: -c requires an argument\n');
    assert.deepEqual([kit.type('sh -z').stderr, kit.type('sh -z').exit], ['sh: 0: Illegal option -z\n', 2]);
    assert.equal(kit.type('sh -o nosuch').stderr, 'sh: 0: Illegal option -o nosuch\n');
    assert.equal(kit.out('sh -ec "false; echo no"; echo $?'), '1\n');
    assert.equal(kit.out('sh -o errexit -c "false; echo no"; echo $?'), '1\n');
    assert.equal(kit.type('sh -x -c "echo a"').stderr, '+ echo a\n');
    assert.equal(kit.type("sh +x -u -c 'echo $x'").stderr, 'sh: 1: x: parameter not set\n');
  });

  it('reads commands from a pipe or a here-document', () => {
    const kit = new ShellKit();
    assert.equal(kit.out('sh <<E\necho a\necho \\$# \\$0\nE'), 'a\n0 sh\n');
    assert.equal(kit.out('echo \'echo "$1-$2"\' | sh -s a b'), 'a-b\n');
    assert.equal(kit.type('sh < /dev/null').exit, 0);
  });
});
