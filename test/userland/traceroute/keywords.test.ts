import assert from 'node:assert/strict';
import { readIcmpKeywords } from '../../../src/userland/traceroute/icmp-keywords.ts';
import type { KeywordGiven } from '../../../src/userland/traceroute/keywords.ts';
import { failOnKeyword, keywordsOf, readKeywords } from '../../../src/userland/traceroute/keywords.ts';

const KEYWORDS = [
  { name: 'info', valueName: '', mayAbbreviate: false },
  { name: 'window', valueName: '', mayAbbreviate: true },
  { name: 'flags', valueName: 'NUM', mayAbbreviate: true },
];

const read = (...words: string[]): KeywordGiven[] => [...readKeywords(words, KEYWORDS)];

describe('userland/traceroute: words of -O', () => {
  it('stand between commas; empty ones do not count, but the first', () => {
    assert.deepEqual(keywordsOf('a,,b=1,'), ['a', 'b=1']);
    assert.deepEqual(keywordsOf(',a'), ['', 'a']);
    assert.deepEqual(keywordsOf(''), []);
  });

  it('may be cut short to two letters where the real one lets them', () => {
    assert.deepEqual(read('wi', 'fl=2', 'info'), [
      { name: 'window', value: '', number: 1 },
      { name: 'flags', value: '2', number: 2 },
      { name: 'info', value: '', number: 3 },
    ]);
    assert.throws(() => read('w'), { message: "`w' (argc 1): arguments are not allowed" });
    assert.throws(() => read('info', 'inf'), { message: "`inf' (argc 2): arguments are not allowed" });
  });

  it('have a value or have none', () => {
    assert.throws(() => read('info=3'), { message: "`info=3' (argc 1): arguments are not allowed" });
    assert.throws(() => read('flags'), { message: "Keyword `flags' (argc 1) requires an argument: `flags=NUM'" });
    assert.throws(() => failOnKeyword({ name: 'mss', value: 'x', number: 2 }), {
      message: "Cannot handle `mss' keyword with arg `x' (argc 2)",
    });
  });

  it('name one kind of ICMP socket', () => {
    assert.equal(readIcmpKeywords([]), '');
    assert.equal(readIcmpKeywords(['raw', 'raw']), 'raw');
    assert.throws(() => readIcmpKeywords(['raw', 'dgram']), {
      message: "Keyword `dgram' (argc 2): Only one of:\n    raw | dgram\nmay be specified.",
    });
  });
});
