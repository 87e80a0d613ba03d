import assert from 'node:assert/strict';
import { endsByDefault, parseSignal, signalNumber } from '../../../src/kernel/proc/signal.ts';

describe('kernel/proc/signal:', () => {
  it('signals are read by number and by name, with SIG or without, in any case', () => {
    for (const text of ['15', 'TERM', 'SIGTERM', 'term', 'sigterm']) assert.equal(parseSignal(text), 'SIGTERM', text);
    for (const text of ['', '0', '99', 'SIG', 'FOO', ' 15', '015']) assert.equal(parseSignal(text), undefined, text);
  });

  it('the numbers are those of signal(7)', () => {
    const numbers = (['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGKILL', 'SIGALRM', 'SIGTERM'] as const).map(signalNumber);
    assert.deepEqual(numbers, [1, 2, 3, 9, 14, 15]);
  });

  it('a child that ends or a window that changes ends nobody', () => {
    assert.equal(endsByDefault('SIGCHLD'), false);
    assert.equal(endsByDefault('SIGWINCH'), false);
    assert.equal(endsByDefault('SIGQUIT'), true);
  });
});
