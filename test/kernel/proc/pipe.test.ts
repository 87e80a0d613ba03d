import assert from 'node:assert/strict';
import { Pipe, TextInput } from '../../../src/kernel/proc/pipe.ts';

describe('proc: pipes', () => {
  it('hands over what was written, in order, and ends when the last writer closes', () => {
    const pipe = new Pipe();
    pipe.openWriter();
    pipe.openWriter();
    assert.equal(pipe.isReady(), false);
    assert.equal(pipe.read(), '');
    assert.equal(pipe.write('one '), true);
    assert.equal(pipe.write('two'), true);
    assert.equal(pipe.isReady(), true);
    assert.equal(pipe.read(), 'one two');
    pipe.closeWriter();
    assert.equal(pipe.isReady(), false, 'one writer is left');
    pipe.write('three');
    pipe.closeWriter();
    assert.equal(pipe.read(), 'three');
    assert.equal(pipe.read(), null);
    assert.equal(pipe.isReady(), true);
  });

  it('wakes its waiters on text and at the end, and breaks when its reader has gone', () => {
    const pipe = new Pipe();
    let woken = 0;
    const waiter = { wake: () => woken++ };
    pipe.openWriter();
    pipe.addWaiter(waiter);
    pipe.write('x');
    pipe.closeWriter();
    assert.equal(woken, 2);
    pipe.removeWaiter(waiter);
    pipe.closeReader();
    assert.equal(pipe.write('y'), false);
    assert.equal(pipe.read(), null, 'what was not read is gone');
  });

  it('does not take a second end of the same writer', () => {
    const pipe = new Pipe();
    assert.throws(() => {
      pipe.closeWriter();
    });
  });
});

describe('proc: a text as input', () => {
  it('is read once', () => {
    const input = new TextInput('text');
    assert.equal(input.isReady(), true);
    assert.equal(input.read(), 'text');
    assert.equal(input.read(), null);
    assert.equal(new TextInput('').read(), null);
  });
});
