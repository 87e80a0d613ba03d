import { strict as assert } from 'node:assert';
import { decodeTags, encodeTags } from '../../../src/gossip/serf/tags.ts';
import { assertBytes, cuts, unhex } from '../vectors.ts';

describe('gossip/serf/tags', () => {
  it('are a map behind 0xff', () => {
    const tags = new Map([
      ['role', 'r2'],
      ['dc', 'żółć'],
    ]);
    const bytes = encodeTags(tags);
    assert.deepEqual(decodeTags(bytes), tags);
    assertBytes(encodeTags(new Map([['role', 'r2']])), 'ff81a4726f6c65a27232');
    for (const cut of cuts(bytes)) if (cut.length > 0) assert.equal(decodeTags(cut), 'truncated');
  });

  it('of old members are the role', () => {
    assert.deepEqual(decodeTags(unhex('776562')), new Map([['role', 'web']]));
    assert.deepEqual(decodeTags(unhex('')), new Map([['role', '']]));
  });
});
