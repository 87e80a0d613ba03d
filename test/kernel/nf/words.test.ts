import assert from 'node:assert/strict';
import { splitWords } from '../../../src/kernel/nf/words.ts';

describe('kernel/nf/words', () => {
  it('cuts a line at blanks and keeps what is quoted', () => {
    assert.deepEqual(splitWords('-A  INPUT\t-j "a b" \n'), ['-A', 'INPUT', '-j', 'a b']);
    assert.deepEqual(splitWords('"" "a\\"b\\\\c" d\\e'), ['', 'a"b\\c', 'd\\e']);
    assert.deepEqual(splitWords('x "never closed'), ['x', 'never closed']);
    assert.deepEqual(splitWords(''), []);
  });
});
