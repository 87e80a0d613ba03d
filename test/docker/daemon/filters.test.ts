import assert from 'node:assert/strict';
import { Filters } from '../../../src/docker/daemon/filters.ts';

describe('filters', () => {
  it('are names with values; the name in any case, both without blanks around', () => {
    const filters = Filters.parse([' NAME = net1 ', '', 'label=a=b', 'label=c']);
    assert.deepEqual(
      [filters.get('name'), filters.get('label'), filters.has('driver')],
      [['net1'], ['a=b', 'c'], false],
    );
  });

  it('refuse keys that nobody knows', () => {
    Filters.parse(['name=x']).validate(['name']);
    assert.throws(() => {
      Filters.parse(['name=x', 'bogus=1']).validate(['name']);
    }, /^DaemonError: Invalid filter 'bogus'$/);
  });

  it('match a text as it is, or by a pattern of Go’s', () => {
    const matches = (pattern: string, text: string): boolean => Filters.parse([`name=${pattern}`]).match('name', text);
    assert.deepEqual(
      ['et1', '^net1$', '', 'n.t', '(?i)NET', '\\Anet\\d\\z'].map((each) => matches(each, 'net1')),
      [true, true, true, true, true, true],
    );
    // A text that is no pattern, or one that Go does not know, matches itself only.
    assert.deepEqual(
      [matches('[', '['), matches('[', 'a['), matches('n(?=e)', 'net'), matches('(n)\\1', 'nn')],
      [true, false, false, false],
    );
    assert.ok(new Filters().match('name', 'anything'));
  });

  it('ask for labels by key or by key and value, all of them', () => {
    const labels = new Map([
      ['a', 'b'],
      ['c', ''],
    ]);
    const matches = (...texts: string[]): boolean =>
      Filters.parse(texts.map((text) => `label=${text}`)).matchKeyValues('label', labels);
    assert.deepEqual(
      [matches('a'), matches('a=b'), matches('a', 'c'), matches('c='), matches()],
      [...[true, true, true, true, true]],
    );
    assert.deepEqual([matches('a=x'), matches('d'), matches('a', 'd'), matches('')], [false, false, false, false]);
  });
});
