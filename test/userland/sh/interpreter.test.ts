import assert from 'node:assert/strict';
import { PROCESSES_MAX } from '../../../src/kernel/proc/process-table.ts';
import { ShellKit } from '../shell-kit.ts';

describe('userland/sh/interpreter:', () => {
  const lists: [string, string, number][] = [
    ['echo a && echo b', 'a\nb\n', 0],
    ['false && echo b', '', 1],
    ['false || echo b', 'b\n', 0],
    ['true || echo b && echo c', 'c\n', 0],
    ['false && echo b || echo c', 'c\n', 0],
    ['exitwith 3 || exitwith 4; echo $?', '4\n', 0],
    ['false; true', '', 0],
    ['true; false', '', 1],
    ['A=1', '', 0],
    ['false; A=1; echo $?', '0\n', 0],
    ['false &', '', 0],
    ['echo a\necho b', 'a\nb\n', 0],
    ['C="echo x"; $C y', 'x y\n', 0],
    ['$NOTHING', '', 0],
    ['$NOTHING echo a', 'a\n', 0],
    ['args "a b" \'\' $NOTHING c', '[a b]\n[]\n[c]\n', 0],
    ['A=1 B=$A args $A', '', 0],
    ['eval "A=1; exitwith 4"; echo $? $A', '4 1\n', 0],
    ['A=1; B=$A; echo $B', '1\n', 0],
  ];
  for (const [text, stdout, exit] of lists) {
    it(`runs ${JSON.stringify(text)}`, () => {
      assert.deepEqual(new ShellKit().type(text), { exit, stdout, stderr: '', endedNs: 0 });
    });
  }

  const refused: [string, string, number][] = [
    ['nosuch a', 'sh: 1: nosuch: not found\n', 127],
    ['echo\n\n nosuch', 'sh: 3: nosuch: not found\n', 127],
    ['/opt/nosuch', 'sh: 1: /opt/nosuch: not found\n', 127],
    ["echo 'a", 'sh: 1: Syntax error: Unterminated quoted string\n', 2],
    ['echo a\n&& b', 'sh: 2: Syntax error: "&&" unexpected\n', 2],
    ["eval 'a;;'", 'sh: 1: eval: Syntax error: ";;" unexpected\n', 2],
  ];
  for (const [text, stderr, exit] of refused) {
    it(`refuses ${JSON.stringify(text)} in dash's words`, () => {
      const result = new ShellKit().type(text);
      assert.deepEqual([result.stderr, result.exit], [stderr, exit]);
    });
  }

  it('what Dockwire lacks is said so, exits 127 and is noted for the run', () => {
    const kit = new ShellKit();
    const { stderr, exit } = kit.type('C=strace; $C -p 1');
    assert.match(stderr, /^strace: not supported by Dockwire; supported: args break cd .* sleep test .*\n$/);
    assert.equal(exit, 127);
    assert.equal(kit.table.sawUnsupported, true);
  });

  it('a command that is only unknown is no lack of Dockwire', () => {
    const kit = new ShellKit();
    kit.type('nosuch');
    assert.equal(kit.table.sawUnsupported, false);
  });

  it('a full process table is said in dash’s words', () => {
    const kit = new ShellKit();
    const { proc } = kit.start(function* fills(self) {
      while (self.hasRoomForChild) {
        self.spawn({
          argv: ['x'],
          program: function* stays(own) {
            yield own.waitFor([]);
            return 0;
          },
        });
      }
      yield self.waitFor([]);
      return 0;
    });
    kit.table.all.find((each) => each !== proc)!.kill('SIGKILL');
    assert.equal(kit.table.all.length, PROCESSES_MAX - 1);
    const { stderr, exit } = kit.type('args; sleep 1 &');
    assert.deepEqual([stderr, exit], ['sh: 1: Cannot fork\nsh: 1: Cannot fork\n', 2]);
  });
});
