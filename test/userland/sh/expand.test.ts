import assert from 'node:assert/strict';
import { expandWhole, expandWords } from '../../../src/userland/sh/expand.ts';
import type { Expansion, ExpansionHost } from '../../../src/userland/sh/expand.ts';
import { parse } from '../../../src/userland/sh/parser.ts';
import type { SimpleCommand } from '../../../src/userland/sh/syntax.ts';

describe('userland/sh/expand:', () => {
  const variables: Readonly<Record<string, string>> = {
    A: 'one two',
    E: '',
    S: '  lead  and trail ',
    P: 'a:b::c',
    HOME: '/h',
    N: 'x\ny',
  };

  class Refusal extends Error {}

  function hostWith(with_: Readonly<Record<string, string>>, positional: readonly string[] = []): ExpansionHost {
    const assigned = new Map<string, string>();
    return {
      positional,
      isBusybox: false,
      isUnsetRefused: false,
      lookup: (name) => assigned.get(name) ?? with_[name] ?? variables[name],
      assign: (name, value) => void assigned.set(name, value),
      *substitute() {
        return 'out put\n\n';
      },
      glob: () => [],
      refuse: (message) => {
        throw new Refusal(message);
      },
    };
  }

  function finish<T>(expansion: Expansion<T>): T {
    const step = expansion.next('ready');
    assert.ok(step.done === true);
    return step.value;
  }

  function simple(text: string): SimpleCommand {
    const command = parse(text).commands[0]!.lists[0]!.items[0]!.pipeline.commands[0]!;
    assert.ok(command.kind === 'simple');
    return command;
  }

  function fields(text: string, with_: Readonly<Record<string, string>> = {}): string[] {
    return finish(expandWords(simple(text).words, hostWith(with_, ['p q', '', 'r'])));
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
    ['"$@"', ['p q', '', 'r']],
    ['a"$@"b', ['ap q', '', 'rb']],
    ['$@', ['p', 'q', 'r']],
    ['"$*"', ['p q  r']],
    ['$(x) "$(x)"', ['out', 'put', 'out put']],
    ['$((1 + 2 * 3))', ['7']],
    ['${NONE:-a b} "${NONE:-a b}"', ['a', 'b', 'a b']],
    ['${NONE:-"a b" c}', ['a b', 'c']],
    ['${E:-x} ${E-y}z ${A:+s} ${NONE+t}', ['x', 'z', 's']],
    ['${NEW:=n m} $NEW', ['n', 'm', 'n', 'm']],
    ['${P%:*} ${P%%:*} ${P#*:} ${P##*:} ${#P}', ['a:b:', 'a', 'b::c', 'c', '6']],
    ['${P%"*"}', ['a:b::c']],
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
    const { assignments } = simple('V=$A"$S"x W=~/y X=a~');
    const values = assignments.map(({ value }) => finish(expandWhole(value, hostWith({}))));
    assert.deepEqual(values, ['one two  lead  and trail x', '/h/y', 'a~']);
  });

  it('refuses what is not set where that is asked for', () => {
    assert.throws(() => fields('${NONE:?}'), new Refusal('NONE: parameter not set or null'));
    assert.throws(() => fields('${NONE?gone}'), new Refusal('NONE: gone'));
    assert.throws(() => fields('${A/x/y}'), new Refusal('Bad substitution'));
    assert.throws(() => fields('$((1 / 0))'), new Refusal('arithmetic expression: division by zero: "1 / 0"'));
  });
});
