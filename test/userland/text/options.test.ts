import assert from 'node:assert/strict';
import type { OptionTable } from '../../../src/userland/text/options.ts';
import {
  dashed,
  lackingMistake,
  readArguments,
  supportedOptions,
  unknownMistake,
} from '../../../src/userland/text/options.ts';

const TABLE: OptionTable = {
  letters: 'abc:d::',
  long: { all: 'a', bytes: 'b', count: 'c', color: 'color::', day: 'd', 'only-this': 'only-this:' },
  lacking: ['b', 'color'],
};

/** `key=value` for each option, then the operands. */
function read(line: string, table = TABLE): string {
  const { options, operands, error } = readArguments(line.split(' '), table);
  const given = [...options.map(({ key, value }) => `${key}=${value}`), ...operands.map(({ text }) => text)];
  return error === null ? given.join(' ') : error.message;
}

describe('userland/text/options:', () => {
  it('reads letters, bundled and with values', () => {
    assert.equal(read('x -ab -c5 -c 6 y'), 'a= b= c=5 c=6 x y');
    assert.equal(read('-ac5 -d7 -d 7'), 'a= c=5 d=7 d= 7');
    assert.equal(read('-a -- -b -'), 'a= -b -');
    assert.equal(read('-'), '-');
  });

  it('reads long options by name and by their beginning', () => {
    assert.equal(read('--all --count=5 --count 6 --cou=7'), 'a= c=5 c=6 c=7');
    assert.equal(
      read('--only-this=x --only y --color --color=auto --day=1 --day 2'),
      'only-this=x only-this=y color= color=auto d=1 d= 2',
    );
  });

  it('says in the words of the library what is wrong', () => {
    assert.equal(read('-z'), "invalid option -- 'z'");
    assert.equal(read('-:'), "invalid option -- ':'");
    assert.equal(read('-c'), "option requires an argument -- 'c'");
    assert.equal(read('--nosuch=1'), "unrecognized option '--nosuch=1'");
    assert.equal(read('--co=1'), "option '--co' is ambiguous; possibilities: '--count' '--color'");
    assert.equal(read('--all=1'), "option '--all' doesn't allow an argument");
    assert.equal(read('--count'), "option '--count' requires an argument");
  });

  it('takes tables whose options end early, whose operands look like options, or that have no long ones', () => {
    assert.equal(read('-a x -b', { ...TABLE, stopsAtOperand: true }), 'a= x -b');
    assert.equal(read('-a -1', { ...TABLE, isOperand: (arg) => /^-\d/.test(arg) }), 'a= -1');
    assert.equal(read('--all', { ...TABLE, hasLong: false }), "invalid option -- '-'");
  });

  it('finds what Dockwire lacks and what nobody knows', () => {
    assert.deepEqual(lackingMistake(['x', '-ab'], TABLE), {
      argIndex: 1,
      message: 'option -b is not supported by Dockwire',
    });
    assert.match(lackingMistake(['--color=auto'], TABLE)!.message, /^option --color /);
    assert.equal(lackingMistake(['-a'], TABLE), undefined);
    assert.equal(unknownMistake(['-a', '--nosuch'], TABLE)!.argIndex, 1);
    assert.equal(unknownMistake(['-c'], TABLE), undefined);
    assert.deepEqual(supportedOptions(TABLE), ['-a', '-c', '-d', '--only-this']);
    assert.equal(dashed('only-this'), '--only-this');
  });
});
