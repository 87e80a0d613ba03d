import { strict as assert } from 'node:assert';
import { encodeNodeFilter, isTargeted } from '../../../src/gossip/serf/query-filter.ts';
import { MsgpackWriter, msgpackKey } from '../../../src/gossip/msgpack.ts';
import { assertBytes } from '../vectors.ts';

function tagFilter(tag: string, expression: string): Uint8Array {
  const writer = new MsgpackWriter(16);
  writer.byte(1);
  writer.map(2);
  writer.key(msgpackKey('Expr'));
  writer.text(expression);
  writer.key(msgpackKey('Tag'));
  writer.text(tag);
  return writer.finish();
}

const TAGS = new Map([['role', 'web-3']]);

describe('gossip/serf/query-filter', () => {
  it('lets through whom the names name', () => {
    const filter = encodeNodeFilter(['s1', 's2']);
    assertBytes(filter, '0092a27331a27332');
    assert.ok(isTargeted([filter], 's2', TAGS));
    assert.ok(!isTargeted([filter], 's3', TAGS));
    assert.ok(isTargeted(null, 's3', TAGS) && isTargeted([], 's3', TAGS));
  });

  it('lets through whose tags match, and nobody by what is no filter', () => {
    assert.ok(isTargeted([tagFilter('role', '^web-[0-9]+$')], 's1', TAGS));
    assert.ok(!isTargeted([tagFilter('role', '^db')], 's1', TAGS));
    assert.ok(!isTargeted([tagFilter('dc', 'x')], 's1', TAGS));
    assert.ok(!isTargeted([tagFilter('role', '(')], 's1', TAGS));
    assert.ok(!isTargeted([tagFilter('role', 'web').slice(0, -1)], 's1', TAGS));
    for (const bytes of [[], [2], [0], [0, 0xc3]]) assert.ok(!isTargeted([Uint8Array.from(bytes)], 's1', TAGS));
  });
});
