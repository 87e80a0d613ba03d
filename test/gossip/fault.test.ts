import { strict as assert } from 'node:assert';
import { faultAnswer } from '../../src/gossip/fault.ts';
import { Keyring } from '../../src/gossip/keyring.ts';
import { StreamReader } from '../../src/gossip/stream.ts';
import type { FrameVector } from './frame-tree.ts';
import { streamMessageOf } from './frame-tree.ts';
import { needVectors, unhex } from './vectors.ts';

describe('gossip/fault', () => {
  it('has the words with which the real library answers', function () {
    const words = (needVectors(this, 'frames.json') as readonly FrameVector[]).flatMap(({ name, decoded }) => {
      const message = name.startsWith('err/') ? streamMessageOf(decoded) : null;
      return message !== null && 'error' in message ? [message.error] : [];
    });
    assert.ok(words.length > 2);
    const keyring = new Keyring(new Uint8Array(16));
    const answers = [
      new StreamReader({ keyring, verifyIncoming: true }).push(unhex('0280')),
      new StreamReader({ keyring: null, verifyIncoming: true }).push(unhex('0a00000000')),
      new StreamReader({ keyring, verifyIncoming: true }).push(unhex(`0a0000001d01${'00'.repeat(28)}`)),
    ].map((fault) => (typeof fault === 'string' ? faultAnswer(fault) : null));
    for (const word of words) assert.ok(answers.includes(word), word);
    assert.equal(faultAnswer('truncated'), null);
  });
});
