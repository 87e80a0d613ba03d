import assert from 'node:assert/strict';
import { goTable } from '../../../src/docker/cli/table.ts';
import { transcript } from '../recordings.ts';

/** The cells of a recorded table, cut where its header's words begin. */
function cellsOf(table: string): string[][] {
  const lines = table.trimEnd().split('\n');
  const starts = [...lines[0]!.matchAll(/(?<=^| {2})\S/g)].map((match) => match.index);
  return lines.map((line) => starts.map((start, i) => line.slice(start, starts[i + 1]).trimEnd()));
}

describe("Docker's tables", () => {
  it('are laid out as in every recorded answer of ps and network ls', function () {
    let tables = 0;
    for (const file of ['01-fresh-cli.txt', '02-publish-cli.txt', '03-networks-cli.txt', '05-errors.txt']) {
      for (const { command, text } of transcript(this, `single/${file}`)) {
        if (!/^docker (ps|network ls)/.test(command)) continue;
        assert.equal(goTable(cellsOf(text)), text, `${file}: ${command}`);
        tables++;
      }
    }
    assert.ok(tables >= 6);
  });

  it('have columns of at least ten characters, and a last one as it is', () => {
    assert.equal(goTable([['A', 'B']]), 'A         B\n');
    assert.equal(
      goTable([
        ['A', 'B'],
        ['eight...', 'x'],
      ]),
      'A          B\neight...   x\n',
    );
  });
});
