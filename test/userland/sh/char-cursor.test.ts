import assert from 'node:assert/strict';
import { CharCursor } from '../../../src/userland/sh/char-cursor.ts';

describe('userland/sh/char-cursor:', () => {
  it('moves forward and never past the end', () => {
    const cursor = new CharCursor('abc');
    assert.deepEqual(
      [cursor.peek(), cursor.peek(2), cursor.peek(3), cursor.next(), cursor.offset],
      ['a', 'c', '', 'a', 1],
    );
    assert.equal(cursor.startsWith('bc'), true);
    cursor.skip(99);
    assert.deepEqual([cursor.offset, cursor.isAtEnd, cursor.peek()], [3, true, '']);
  });

  it('takes what matches at its place only', () => {
    const cursor = new CharCursor('12ab34');
    assert.deepEqual([cursor.take(/[0-9]+/y), cursor.take(/[0-9]+/y), cursor.offset], ['12', '', 2]);
    cursor.skip(2);
    assert.equal(cursor.take(/[0-9]+/y), '34');
  });

  it('skips past a text, or to the end where there is none', () => {
    const cursor = new CharCursor("a'b'c");
    cursor.skip(1);
    cursor.skipPast("'", 1);
    assert.equal(cursor.offset, 4);
    cursor.skipPast("'", 0);
    assert.equal(cursor.isAtEnd, true);
  });
});
