import assert from 'node:assert/strict';
import { RENO } from '../../../../src/kernel/socket/tcp/tcp-reno.ts';
import { SenderLab } from './sender-lab.ts';

describe('kernel: NewReno', () => {
  it('halves the window, but never below two segments', () => {
    const { sk } = new SenderLab(RENO);
    sk.sndCwnd = 21;
    assert.equal(RENO.ssthresh(sk), 10);
    sk.sndCwnd = 3;
    assert.equal(RENO.ssthresh(sk), 2);
  });

  it('doubles in a round trip of slow start and adds one afterwards', () => {
    const { sk } = new SenderLab(RENO);
    sk.isCwndLimited = true;
    sk.sndCwnd = 10;
    sk.sndSsthresh = 20;
    for (let i = 0; i < 10; i++) RENO.congAvoid(sk, 0, 1);
    assert.equal(sk.sndCwnd, 20);
    for (let i = 0; i < 20; i++) RENO.congAvoid(sk, 0, 1);
    assert.equal(sk.sndCwnd, 21);
    sk.isCwndLimited = false;
    for (let i = 0; i < 100; i++) RENO.congAvoid(sk, 0, 1);
    assert.equal(sk.sndCwnd, 21, 'a window that is not full does not grow');
  });

  it('takes a reduction back to what the window was', () => {
    const { sk } = new SenderLab(RENO);
    sk.priorCwnd = 30;
    sk.sndCwnd = 15;
    assert.equal(RENO.undoCwnd(sk), 30);
    sk.sndCwnd = 40;
    assert.equal(RENO.undoCwnd(sk), 40);
  });
});
