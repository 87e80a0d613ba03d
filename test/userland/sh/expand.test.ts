import assert from 'node:assert/strict';
import { expandWhole, expandWords } from '../../../src/userland/sh/expand.ts';
import type { Lookup } from '../../../src/userland/sh/expand.ts';
import { parse } from '../../../src/userland/sh/parser.ts';

describe('userland/sh/expand:', () => {
  const variables: Readonly<Record<string, string>> = {
    A: 'one two',
    E: '',
    S: '  lead  and trail ',
    P: 'a:b::c',
    HOME: '/h',
    N: 'x\ny',
  };
  const lookup: Lookup = (name) => variables[name];

  function fields(text: string, with_: Readonly<Record<string, string>> = {}): string[] {
    const { lists } = parse(text);
    return expandWords(lists[0]!.items[0]!.command.words, (name) => with_[name] ?? lookup(name));
  }

  const cases: [string, string[]][] = [
    ['$A', ['one', 'two']],
    ['"$A"', ['one two']],
    ['x$A', ['xone', 'two']],
    ['$A$A', ['one', 'twoone', 'two']],
    ['"x"$A"y"', ['xone', 'twoy']],
    ['a $E b', ['a', 'b']],
    ['a "$E" b', ['a', '', 'b']],
    ['a $NONE"" b', ['a', '', 'b']],
    ['$S', ['lead', 'and', 'trail']],
    ['x$S.', ['x', 'lead', 'and', 'trail', '.']],
    ['$N', ['x', 'y']],
    ["'$A' \\$A", ['$A', '$A']],
    ['~ ~/x "~" a~ ~b', ['/h', '/h/x', '~', 'a~', '~b']],
    ['* ? [a]', ['*', '?', '[a]']],
    ['$P', ['a:b::c']],
  ];
  for (const [text, expected] of cases) {
    it(`expands ${JSON.stringify(text)}`, () => {
      assert.deepEqual(fields(text), expected);
    });
  }

  const splits: [string, string, string[]][] = [
    [':', 'a:b::c', ['a', 'b', '', 'c']],
    [':', ':a:', ['', 'a']],
    [' ,', 'a , b,,c', ['a', 'b', '', 'c']],
    [' ,', ' ,a', ['', 'a']],
    ['', 'a b', ['a b']],
    [',', 'a b', ['a b']],
  ];
  for (const [ifs, value, expected] of splits) {
    it(`splits ${JSON.stringify(value)} at IFS ${JSON.stringify(ifs)}`, () => {
      assert.deepEqual(fields('$V', { IFS: ifs, V: value }), expected);
    });
  }

  it('an assignment’s value is not split, and its home directory is filled in', () => {
    const [list] = parse('V=$A"$S"x W=~/y X=a~').lists;
    const values = list!.items[0]!.command.assignments.map(({ value }) => expandWhole(value, lookup));
    assert.deepEqual(values, ['one two  lead  and trail x', '/h/y', 'a~']);
  });
});
