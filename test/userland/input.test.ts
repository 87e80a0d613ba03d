import assert from 'node:assert/strict';
import { Pipe, TextInput } from '../../src/kernel/proc/pipe.ts';
import type { Stdin } from '../../src/kernel/proc/process-table.ts';
import { readAllInput } from '../../src/userland/input.ts';
import { MILLISECOND, TableKit } from '../kernel/proc/table-kit.ts';

/** What a program that reads everything has read by its end. */
function readBack(stdin: Stdin): string {
  return new TableKit().run(
    function* (proc) {
      proc.write(yield* readAllInput(proc));
      return 0;
    },
    { stdin },
  ).stdout;
}

describe('userland: standard input', () => {
  it('is empty on a terminal at its end and from /dev/null', () => {
    assert.equal(readBack('eof'), '');
    assert.equal(readBack('null'), '');
  });

  it('is a whole text, or what comes through a pipe until its end', () => {
    assert.equal(readBack(new TextInput('a\nb\n')), 'a\nb\n');
    const kit = new TableKit();
    const pipe = new Pipe();
    pipe.openWriter();
    kit.at(MILLISECOND, () => {
      pipe.write('late ');
    });
    kit.at(2 * MILLISECOND, () => {
      pipe.write('text');
      pipe.closeWriter();
    });
    const { stdout, endedNs } = kit.run(
      function* (proc) {
        proc.write(yield* readAllInput(proc));
        return 0;
      },
      { stdin: pipe },
    );
    assert.equal(stdout, 'late text');
    assert.ok(endedNs >= 2 * MILLISECOND);
  });
});
