import assert from 'node:assert/strict';
import { atPath, commandForm, withHelp } from '../../../../src/docker/cli/options/form.ts';
import { optionTable } from '../../../../src/docker/cli/options.ts';

const FORM = commandForm({
  path: 'thing ls',
  usage: '[OPTIONS]',
  summary: 'List things',
  aliases: ['list'],
  operands: [0, 2],
  options: '  + -q, --quiet  Only display ids\n',
  hidden: '  !     --silent  as --quiet\n',
});

describe('the form of a command', () => {
  it('fills in what is the rule', () => {
    assert.deepEqual(
      [FORM.description, FORM.isInterspersed, FORM.operandsMin, FORM.operandsMax, FORM.isWordedByCobra],
      ['List things', true, 0, 2, false],
    );
    assert.deepEqual(
      FORM.options.map((each) => [each.long, each.isHidden]),
      [
        ['quiet', false],
        ['silent', true],
        ['help', true],
      ],
    );
  });

  it('has --help only once, with the letter only where it is free', () => {
    const own = withHelp(optionTable('  + -h, --hostname string  Name\n  +     --help  Print usage\n'));
    assert.deepEqual(
      own.map((each) => [each.long, each.short]),
      [
        ['hostname', 'h'],
        ['help', ''],
      ],
    );
  });

  it('can be that of another path', () => {
    const other = atPath(FORM, 'things');
    assert.deepEqual([other.path, other.aliases], ['things', ['list']]);
    assert.deepEqual(atPath(FORM, 'things', []).aliases, []);
  });
});
