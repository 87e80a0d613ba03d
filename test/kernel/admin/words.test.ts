import assert from 'node:assert/strict';
import fc from 'fast-check';
import { completed, Words } from '../../../src/kernel/admin/words.ts';

describe('admin: words of a command line', () => {
  it('are read one after the other, and are empty behind the end', () => {
    const words = new Words(['set', 'eth0', 'up']);
    assert.deepEqual([words.peek(), words.next(), words.next(), words.peek()], ['set', 'set', 'eth0', 'up']);
    assert.equal(words.isAtEnd, false);
    assert.deepEqual([words.next(), words.isAtEnd, words.peek(), words.next()], ['up', true, '', '']);
    assert.equal(words.isIncomplete, false);
  });

  it('are taken only where one is expected', () => {
    const words = new Words(['dev', '']);
    assert.equal(words.accept('via', 'src'), false);
    assert.equal(words.accept('via', 'dev'), true);
    assert.equal(words.accept('dev'), false);
    assert.equal(words.accept(''), true);
    assert.equal(words.accept(''), false, 'the end is no empty word');
  });

  it('tell that a value is missing', () => {
    const words = new Words(['mtu', '1400']);
    words.next();
    assert.deepEqual([words.value(), words.isIncomplete], ['1400', false]);
    assert.deepEqual([words.value(), words.isIncomplete], ['', true]);
  });

  it('may be abbreviated, the first that fits wins', () => {
    const objects = ['address', 'addrlabel', 'route', 'rule'];
    assert.equal(completed('a', objects), 'address');
    assert.equal(completed('addrl', objects), 'addrlabel');
    assert.equal(completed('r', objects), 'route');
    assert.equal(completed('ru', objects), 'rule');
    assert.equal(completed('', objects), undefined);
    assert.equal(completed('routes', objects), undefined);
  });

  it('come out in the order in which they went in', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (given) => {
        const words = new Words(given);
        const read: string[] = [];
        while (!words.isAtEnd) read.push(words.next());
        assert.deepEqual(read, given);
      }),
    );
  });
});
