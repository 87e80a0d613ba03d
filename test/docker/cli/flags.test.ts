import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { FlagOutcome, Flags } from '../../../src/docker/cli/flags.ts';
import { readFlags } from '../../../src/docker/cli/flags.ts';
import { EXEC_FORM, PS_FORM, STOP_FORM } from '../../../src/docker/cli/options/container.ts';
import { RUN_FORM } from '../../../src/docker/cli/options/run.ts';

const RUNS = 300 * Number(process.env['DOCKWIRE_EFFORT'] ?? 1);

function run(...args: string[]): FlagOutcome {
  return readFlags(RUN_FORM.options, args, false);
}

function parsed(outcome: FlagOutcome): Flags {
  assert.ok(outcome.kind === 'parsed');
  return outcome.flags;
}

function refusal(outcome: FlagOutcome): string {
  assert.ok(outcome.kind === 'refused');
  return outcome.message;
}

describe('options', () => {
  it('are read in every spelling that pflag knows', () => {
    for (const args of [['--name', 'c1'], ['--name=c1']]) assert.equal(parsed(run(...args, 'x')).text('name'), 'c1');
    for (const args of [['-h', 'web'], ['-hweb'], ['-h=web'], ['-ith', 'web'], ['--hostname=web']]) {
      assert.equal(parsed(run(...args, 'x')).text('hostname'), 'web', args.join(' '));
    }
    const grouped = parsed(run('-itd', '--rm', 'busybox'));
    assert.deepEqual(
      ['interactive', 'tty', 'detach', 'rm'].map((name) => grouped.isSet(name)),
      [true, true, true, true],
    );
    assert.equal(parsed(run('x')).isSet('detach'), false);
    assert.equal(parsed(run('x')).text('name'), undefined);
  });

  it('can be switched off, and the last one counts', () => {
    assert.equal(parsed(run('-d', '--detach=false', 'x')).isSet('detach'), false);
    assert.equal(parsed(run('--rm=0', '--rm=T', 'x')).isSet('rm'), true);
    assert.equal(parsed(run('-it=false', 'x')).isSet('tty'), false);
    assert.equal(parsed(run('--name=a', '--name', 'b', 'x')).text('name'), 'b');
    assert.equal(parsed(run('--name=', 'x')).text('name'), '');
  });

  it('keep values that look like numbers or options as they are', () => {
    assert.equal(parsed(run('--name', '007', 'x')).text('name'), '007');
    assert.equal(parsed(run('--name', '--rm', 'x')).text('name'), '--rm');
    assert.equal(parsed(run('--name', 'a.b', 'x')).text('name'), 'a.b');
    assert.equal(parsed(run('--name=a=b', 'x')).text('name'), 'a=b');
  });

  it('may be other names of one option, and may be repeated', () => {
    assert.deepEqual(parsed(run('--net', 'a', '--network=b', 'x')).texts('network'), ['a', 'b']);
    assert.deepEqual(parsed(run('x')).texts('network'), []);
  });

  it('take whole numbers', () => {
    assert.equal(parsed(readFlags(STOP_FORM.options, ['-t', '3', 'c1'], true)).int('time'), 3);
    assert.equal(parsed(readFlags(STOP_FORM.options, ['c1', '--time=-1'], true)).int('time'), -1);
    assert.equal(parsed(readFlags(STOP_FORM.options, ['c1'], true)).int('time'), undefined);
  });

  it('end at the first operand where another command follows, and at -- everywhere', () => {
    const exec = parsed(readFlags(EXEC_FORM.options, ['-it', 'c1', 'ping', '-c', '4', '--', 'c2'], false));
    assert.deepEqual(exec.operands, ['c1', 'ping', '-c', '4', '--', 'c2']);
    assert.deepEqual(exec.operandIndexes, [1, 2, 3, 4, 5, 6]);
    const list = parsed(readFlags(PS_FORM.options, ['x', '-q', '--', '-a'], true));
    assert.deepEqual([list.operands, list.isSet('quiet'), list.isSet('all')], [['x', '-a'], true, false]);
    assert.deepEqual(parsed(run('-d', '-')).operands, ['-']);
  });

  it('know where their values stand', () => {
    const flags = parsed(run('-d', '--name', 'c1', '--network=none', 'busybox'));
    assert.deepEqual([flags.indexOf('name'), flags.indexOf('network'), flags.indexOf('rm')], [2, 3, undefined]);
    assert.deepEqual(flags.operandIndexes, [4]);
  });
});

describe('wrong options', () => {
  it('are refused in the words of the real client', () => {
    const cases: [args: string[], message: string][] = [
      [['--bogus', 'x'], 'unknown flag: --bogus'],
      [['--bogus=1'], 'unknown flag: --bogus'],
      [['-x'], "unknown shorthand flag: 'x' in -x"],
      [['-itz', 'b'], "unknown shorthand flag: 'z' in -z"],
      [['-bb'], "unknown shorthand flag: 'b' in -bb"],
      [['--name'], 'flag needs an argument: --name'],
      [['-h'], "flag needs an argument: 'h' in -h"],
      [['-ih'], "flag needs an argument: 'h' in -h"],
      [['--=x', 'b'], 'bad flag syntax: --=x'],
      [['---x', 'b'], 'bad flag syntax: ---x'],
      [['--rm=maybe'], 'invalid argument "maybe" for "--rm" flag: strconv.ParseBool: parsing "maybe": invalid syntax'],
      [['-it=foo'], 'invalid argument "foo" for "-t, --tty" flag: strconv.ParseBool: parsing "foo": invalid syntax'],
    ];
    for (const [args, message] of cases) assert.equal(refusal(run(...args)), message, args.join(' '));
    const time = 'invalid argument "3.5" for "-t, --time" flag: strconv.ParseInt: parsing "3.5": invalid syntax';
    assert.equal(refusal(readFlags(STOP_FORM.options, ['-t', '3.5', 'c'], true)), time);
  });

  it('that Docker has and Dockwire lacks are found with their place, the first of them', () => {
    const lacking = (...args: string[]): unknown => {
      const outcome = run(...args);
      return outcome.kind === 'parsed' ? outcome.lacking : outcome.message;
    };
    assert.deepEqual(lacking('-d', '--cidfile', '80', '--link', 'x'), { optionText: '--cidfile', argIndex: 1 });
    assert.deepEqual(lacking('--cidfile=a:b', 'x'), { optionText: '--cidfile', argIndex: 0 });
    assert.equal(lacking('-d', 'x'), undefined);
    assert.equal(lacking('--cidfile=a', '--bogus', 'x'), 'unknown flag: --bogus');
  });

  it('that are for engines of another kind are told apart', () => {
    const outcome = run('--cpu-count', '3', '--cpu-count=4', 'x');
    assert.ok(outcome.kind === 'parsed');
    assert.deepEqual(
      outcome.foreign.map((each) => each.long),
      ['cpu-count'],
    );
  });

  it('or the old letter for help bring a notice', () => {
    const notice = 'Flag shorthand -h has been deprecated, please use --help\n';
    const notices = (...args: string[]): unknown => {
      const outcome = readFlags(PS_FORM.options, args, true);
      return outcome.kind === 'parsed' ? outcome.notices : outcome.message;
    };
    assert.equal(notices('-qh', '-h'), notice + notice);
    assert.equal(notices('--help'), '');
    const fault = 'invalid argument "x" for "--help" flag: strconv.ParseBool: parsing "x": invalid syntax';
    assert.equal(notices('-h=x'), fault);
    assert.equal(parsed(run('-h', 'web', 'x')).text('hostname'), 'web');
  });

  it('never stop the reader', () => {
    const word = fc.oneof(
      fc.constantFrom('-', '--', '-d', '-itd', '--rm', '--rm=', '--name', '-h', '-p', '--', '=', '--=', '-=', 'x'),
      fc.string({ maxLength: 6 }),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), fc.boolean(), (args, isInterspersed) => {
        const outcome = readFlags(RUN_FORM.options, args, isInterspersed);
        if (outcome.kind !== 'parsed') return;
        if (outcome.lacking !== undefined) assert.ok(args[outcome.lacking.argIndex]!.startsWith('-'));
        const { operands, operandIndexes } = outcome.flags;
        assert.deepEqual(
          operands,
          operandIndexes.map((index) => args[index]),
        );
      }),
      { numRuns: RUNS },
    );
  });
});
