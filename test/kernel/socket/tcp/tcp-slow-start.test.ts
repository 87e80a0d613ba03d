import assert from 'node:assert/strict';
import { RENO } from '../../../../src/kernel/socket/tcp/tcp-reno.ts';
import { tcpCongAvoidAi, tcpIsCwndLimited, tcpSlowStart } from '../../../../src/kernel/socket/tcp/tcp-slow-start.ts';
import { SenderLab } from './sender-lab.ts';

describe('kernel: the growth of a congestion window', () => {
  it('is one for each acknowledged below the threshold, and no more', () => {
    const { sk } = new SenderLab(RENO);
    sk.sndCwnd = 10;
    sk.sndSsthresh = 14;
    assert.equal(tcpSlowStart(sk, 3), 0);
    assert.equal(sk.sndCwnd, 13);
    assert.equal(tcpSlowStart(sk, 5), 4);
    assert.equal(sk.sndCwnd, 14);
  });

  it('is one for each window above it', () => {
    const { sk } = new SenderLab(RENO);
    sk.sndCwnd = 10;
    for (let i = 0; i < 9; i++) tcpCongAvoidAi(sk, sk.sndCwnd, 1);
    assert.equal(sk.sndCwnd, 10);
    tcpCongAvoidAi(sk, sk.sndCwnd, 1);
    assert.deepEqual([sk.sndCwnd, sk.sndCwndCnt], [11, 0]);
    tcpCongAvoidAi(sk, 11, 25);
    assert.deepEqual([sk.sndCwnd, sk.sndCwndCnt], [13, 3]);
    sk.sndCwndClamp = 12;
    tcpCongAvoidAi(sk, 11, 11);
    assert.equal(sk.sndCwnd, 12);
  });

  it('stops where the program does not use the window', () => {
    const { sk } = new SenderLab(RENO);
    sk.sndCwnd = 20;
    sk.isCwndLimited = false;
    sk.maxPacketsOut = 10;
    assert.equal(tcpIsCwndLimited(sk), false);
    sk.maxPacketsOut = 11;
    assert.equal(tcpIsCwndLimited(sk), true, 'in slow start half of it is enough');
    sk.sndSsthresh = 5;
    assert.equal(tcpIsCwndLimited(sk), false);
    sk.isCwndLimited = true;
    assert.equal(tcpIsCwndLimited(sk), true);
  });
});
