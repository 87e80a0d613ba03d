import assert from 'node:assert/strict';
import fc from 'fast-check';
import { getopt, lackingOption, unknownOption } from '../../src/userland/getopt.ts';

describe('userland/getopt:', () => {
  function texts(args: string, letters = 'ab:c'): string[] {
    const { options, operands, error } = getopt(args === '' ? [] : args.split(' '), letters);
    return [
      ...options.map(({ letter, value, argIndex }) => `${argIndex}-${letter}${value === '' ? '' : `=${value}`}`),
      ...operands.map(({ text, argIndex }) => `${argIndex} ${text}`),
      ...(error === null ? [] : [`${error.argIndex} ${error.message}`]),
    ];
  }

  const cases: [string, string[]][] = [
    ['', []],
    ['x y', ['0 x', '1 y']],
    ['-a x -c', ['0-a', '2-c', '1 x']],
    ['-acb v', ['0-a', '0-c', '0-b=v']],
    ['-bv -b -a', ['0-b=v', '1-b=-a']],
    ['-a -- -c --', ['0-a', '2 -c', '3 --']],
    ['- -a', ['1-a', '0 -']],
    ['-az x', ['0-a', "0 invalid option -- 'z'"]],
    ['--all', ["0 invalid option -- '-'"]],
    ['x -b', ['0 x', "1 option requires an argument -- 'b'"]],
    ['-:', ["0 invalid option -- ':'"]],
  ];
  for (const [args, expected] of cases) {
    it(`takes "${args}" apart`, () => {
      assert.deepEqual(texts(args), expected);
    });
  }

  it('every argument is an option, a value or an operand, and none is two of them', () => {
    const word = fc.constantFrom('-a', '-b', '-bx', 'x', '-ac', '-', '-cb', '');
    fc.assert(
      fc.property(fc.array(word), (args) => {
        const { options, operands, error } = getopt(args, 'ab:c');
        const taken = new Set<number>(operands.map(({ argIndex }) => argIndex));
        assert.equal(taken.size, operands.length);
        for (const { letter, value, argIndex } of options) {
          taken.add(argIndex);
          if (letter === 'b' && args[argIndex]!.endsWith('b')) {
            assert.equal(value, args[argIndex + 1]);
            assert.ok(!taken.has(argIndex + 1));
            taken.add(argIndex + 1);
          }
        }
        if (error === null) assert.equal(taken.size, args.length);
        else assert.ok(args.at(-1)!.endsWith('b'));
      }),
    );
  });

  it('finds the option that is lacking, and the one that nobody has', () => {
    assert.deepEqual(lackingOption(['-a', '-bc', '-c'], 'ab:c', 'c'), {
      argIndex: 2,
      message: 'option -c is not supported by Dockwire',
    });
    assert.equal(lackingOption(['-b', '-c'], 'ab:c', 'c'), undefined);
    assert.equal(unknownOption(['-a', '-z'], 'ab:c')?.argIndex, 1);
    assert.equal(unknownOption(['-b'], 'ab:c'), undefined);
  });
});
