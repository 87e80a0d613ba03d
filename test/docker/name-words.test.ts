import assert from 'node:assert/strict';
import { ADJECTIVES, SURNAMES } from '../../src/docker/name-words.ts';

describe('the words of generated names', () => {
  it('are single lower-case words, each once', () => {
    for (const words of [ADJECTIVES, SURNAMES]) {
      for (const word of words) assert.match(word, /^[a-z]{3,}$/);
      assert.equal(new Set(words).size, words.length);
    }
  });

  it('are enough for a hundred containers without many digits', () => {
    assert.ok(ADJECTIVES.length * SURNAMES.length > 5000);
  });
});
