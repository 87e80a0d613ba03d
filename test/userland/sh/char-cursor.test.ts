import assert from 'node:assert/strict';
import { CharCursor, RewrittenText } from '../../../src/userland/sh/char-cursor.ts';

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

  it('knows where a rewritten text stands in the whole', () => {
    const part = new RewrittenText();
    part.add('ab', 10);
    part.add('c', 13);
    const cursor = part.cursor(15);
    assert.equal(cursor.text, 'abc');
    assert.deepEqual(
      [0, 1, 2, 3, 9].map((offset) => cursor.placeOf(offset)),
      [10, 11, 13, 15, 15],
    );
    cursor.skip(2);
    assert.equal(cursor.place, 13);
  });
});
