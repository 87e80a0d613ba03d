import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { formatFloat, parseFloatFormat } from '../../../src/userland/text/float-format.ts';
import { needTool } from '../../machine.ts';

function format(text: string, value: number): string {
  const parsed = parseFloatFormat(text);
  return typeof parsed === 'string' ? parsed : formatFloat(parsed, value);
}

describe('userland/text/float-format:', () => {
  it('takes one conversion and the text around it', () => {
    assert.equal(format('a%%%5.1f%%b', 2.25), 'a%  2.3%b');
    assert.equal(format('%-6g|', 1.5), '1.5   |');
    assert.equal(format('%+06.1f', 1.5), '+001.5');
    assert.equal(format('% g', -0), '-0');
    assert.equal(format('%G', 1e-7), '1E-07');
  });

  it('says what is wrong with a format', () => {
    assert.equal(format('x', 1), "format 'x' has no % directive");
    assert.equal(format('%%', 1), "format '%%' has no % directive");
    assert.equal(format('%', 1), "format '%' ends in %");
    assert.equal(format('%s', 1), "format '%s' has unknown %s directive");
    assert.equal(format('%g%g', 1), "format '%g%g' has too many % directives");
  });

  it('prints what printf prints', function () {
    needTool(this, ['sort', '--version'], 'GNU coreutils');
    const flag = fc.subarray(['-', '+', ' ', '0']).map((flags) => flags.join(''));
    const shape = fc.tuple(
      flag,
      fc.constantFrom('', '1', '9'),
      fc.constantFrom('', '.0', '.2', '.9'),
      fc.constantFrom('f', 'e', 'g'),
    );
    // The real one counts in long doubles: numbers of few digits are the same in both.
    const value = fc.oneof(
      fc.integer({ min: -2000, max: 2000 }).map((n) => n + 0.125),
      fc.integer({ min: -9_999_999, max: 9_999_999 }).map((n) => n / 1000),
      fc.integer(),
    );
    const samples = fc.sample(fc.tuple(shape, value), { numRuns: 200, seed: 4 });
    const args = samples.flatMap(([parts, number]) => [`%${parts.join('')}\n`, String(number)]);
    const script = 'while [ $# -gt 0 ]; do /usr/bin/printf "$1" "$2"; shift 2; done';
    const { stdout } = spawnSync('bash', ['-c', script.replace('/usr/bin/', ''), 'bash', ...args], {
      encoding: 'utf8',
    });
    const lines = stdout.split('\n');
    samples.forEach(([parts, number], i) => {
      const text = `%${parts.join('')}`;
      // A tie is cut to even by C and upwards by the language; such a value lies half-way in its last digit.
      if (formatFloat(parseFloatFormat(text) as never, number) === lines[i]) return;
      const [actual, expected] = [Number(format(text, number)), Number(lines[i])];
      assert.ok(
        Math.abs(Math.abs(actual - number) - Math.abs(expected - number)) < 1e-12 * Math.abs(number),
        `${text} ${number}: ${lines[i]!}`,
      );
    });
  });
});
