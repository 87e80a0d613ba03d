import assert from 'node:assert/strict';
import fc from 'fast-check';
import { closest, editDistance, plural, textTable } from '../../src/base/text.ts';

describe('base/text', () => {
  it('aligns columns to the left and leaves no blanks at the ends of lines', () => {
    const rows = [
      ['NAME', 'DRIVER', 'SCOPE'],
      ['bridge', 'bridge', 'local'],
      ['a', '', ''],
      ['longer-name', 'x'],
    ];
    assert.equal(
      textTable(rows, 3),
      'NAME          DRIVER   SCOPE\nbridge        bridge   local\na\nlonger-name   x\n',
    );
    assert.equal(textTable([['a', 'b']]), 'a  b\n');
    assert.equal(textTable([]), '');
  });

  it('counts insertions, deletions, replacements and swaps', () => {
    const cases: [string, string, number][] = [
      ['', '', 0],
      ['', 'abc', 3],
      ['bridge', 'bridge', 0],
      ['brigde', 'bridge', 1],
      ['brdge', 'bridge', 1],
      ['bridgee', 'bridge', 1],
      ['bxidge', 'bridge', 1],
      ['kitten', 'sitting', 3],
      ['ab', 'ba', 1],
    ];
    for (const [left, right, distance] of cases) assert.equal(editDistance(left, right), distance, `${left} ${right}`);
  });

  it('measures the same distance both ways, 0 for equal words only', () => {
    const words = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 });
    fc.assert(
      fc.property(words, words, (left, right) => {
        const distance = editDistance(left, right);
        assert.equal(distance, editDistance(right, left));
        assert.equal(distance === 0, left === right);
        assert(distance <= Math.max(left.length, right.length));
        assert(distance >= Math.abs(left.length - right.length));
      }),
      { numRuns: 300 },
    );
  });

  it('suggests the nearest known word, or none when nothing is near', () => {
    const keys = ['name', 'engine', 'seed', 'hosts', 'lans', 'capture', 'images', 'steps', 'flows'];
    assert.equal(closest('host', keys), 'hosts');
    assert.equal(closest('captrue', keys), 'capture');
    assert.equal(closest('HOSTS', keys), 'hosts');
    assert.equal(closest('step', keys), 'steps');
    assert.equal(closest('kubernetes', keys), undefined);
    assert.equal(closest('x', ['y']), undefined);
    assert.equal(closest('lan', []), undefined);
  });

  it('writes plurals', () => {
    assert.equal(plural(1, 'frame'), '1 frame');
    assert.equal(plural(0, 'frame'), '0 frames');
    assert.equal(plural(2, 'copy', 'copies'), '2 copies');
  });
});
