import assert from 'node:assert/strict';
import { Dots } from '../../../src/userland/wget/dots.ts';

const SECOND = 1_000_000_000;

/** What is shown for pieces of that many bytes, a second each. */
function shown(pieces: readonly number[], kind: string, initial: number, total: number): string {
  let text = '';
  const dots = new Dots((piece) => (text += piece), kind, initial, total);
  for (const [index, bytes] of pieces.entries()) dots.update(bytes, (index + 1) * SECOND);
  dots.finish(pieces.length * SECOND);
  return text;
}

describe('userland/wget/dots', () => {
  const full = '.......... '.repeat(5);

  it('puts fifty dots into a row', () => {
    assert.equal(
      shown([51_200, 1024], 'dot', 0, 102_400),
      `\n     0K ${full}50% 50.0K 1s\n    50K .${' '.repeat(54)}51% 1.00K=2.0s\n\n`,
    );
  });

  it('goes on where an earlier try has ended', () => {
    assert.equal(shown([7], 'dot', 3, 10), `\n     0K\n     0K${' '.repeat(55)}100% 7.00 =1.0s\n\n`);
    assert.match(shown([1024], 'dot', 53_248, 54_272), /^\n {8}\[ skipping 50K \]\n {4}50K ,,\. {7}/);
  });

  it('has other styles', () => {
    assert.match(shown([8192], 'dot:binary', 0, 0), /^\n {5}0K \. {49} 8\.00K=1\.0s/);
    assert.match(shown([65_536], 'dot:mega', 0, 0), /^\n {5}0K \. {52} 64\.0K=1\.0s/);
    assert.match(shown([1_048_576], 'dot:giga', 0, 0), /^\n {5}0K \. {34} 1\.00M=1\.0s/);
  });
});
