import fc from 'fast-check';
import assert from 'node:assert/strict';
import { alignTabs } from '../../../src/docker/cli/tabwriter.ts';
import { transcript } from '../recordings.ts';

/** A recorded table with tabs where its header's words begin. */
function withTabs(table: string): string {
  const lines = table.trimEnd().split('\n');
  const starts = [...lines[0]!.matchAll(/(?<=^| {2})\S/g)].map((match) => match.index);
  const cells = lines.map((line) => starts.map((start, i) => line.slice(start, starts[i + 1]).trimEnd()));
  return cells.map((row) => `${row.join('\t')}\n`).join('');
}

describe("Docker's tables", () => {
  it('are laid out as in every recorded answer of ps and network ls', function () {
    let tables = 0;
    for (const file of ['01-fresh-cli.txt', '02-publish-cli.txt', '03-networks-cli.txt', '05-errors.txt']) {
      for (const { command, text } of transcript(this, `single/${file}`)) {
        if (!/^docker (ps|network ls)/.test(command)) continue;
        assert.equal(alignTabs(withTabs(text)), text, `${file}: ${command}`);
        tables++;
      }
    }
    assert.ok(tables >= 6);
  });

  it('have columns of at least ten characters, and a last one as it is', () => {
    assert.equal(alignTabs('A\tB\n'), 'A         B\n');
    assert.equal(alignTabs('A\tB\neight...\tx\n'), 'A          B\neight...   x\n');
    assert.equal(alignTabs('éééé..\tB\n'), 'éééé..    B\n');
    assert.equal(alignTabs('\t\tB\n'), `${' '.repeat(20)}B\n`);
    assert.equal(alignTabs('A\t\n'), 'A         \n');
  });

  it('end a column where a line has no cell in it', () => {
    assert.equal(alignTabs('a long cell\tx\nalone\nb\ty\n'), 'a long cell   x\nalone\nb         y\n');
    assert.equal(
      alignTabs('a\tlong enough\tx\nb\ty\nc\tz\tw\n'),
      'a         long enough   x\nb         y\nc         z         w\n',
    );
    assert.equal(alignTabs('a long cell\tx\n\nb\ty\n'), 'a long cell   x\n\nb         y\n');
    assert.equal(alignTabs('a long cell\tx\fb\ty\n'), 'a long cell   x\nb         y\n');
  });

  it('only put blanks for tabs', () => {
    const text = fc.array(fc.constantFrom('a', 'bb', '\t', '\n', ' ', 'é'), { maxLength: 30 });
    fc.assert(
      fc.property(text, (parts) => {
        const source = `${parts.join('')}\n`;
        assert.equal(alignTabs(source).replaceAll(' ', ''), source.replaceAll(/[\t ]/g, ''));
      }),
    );
  });
});
