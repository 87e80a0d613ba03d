import assert from 'node:assert/strict';
import type { Bictcp } from '../../../../src/kernel/socket/tcp/tcp-cubic.ts';
import { CUBIC } from '../../../../src/kernel/socket/tcp/tcp-cubic.ts';
import { TCP_INFINITE_SSTHRESH } from '../../../../src/kernel/socket/tcp/tcp-states.ts';
import { SenderLab } from './sender-lab.ts';

/** A round of `count` acknowledgments, `gapUs` apart, each of a segment that took `rttUs`. */
function round(lab: SenderLab, count: number, gapUs: number, rttUs: number): void {
  const { sk } = lab;
  sk.sndUna = (sk.sndNxt + 1) | 0;
  sk.sndNxt = (sk.sndUna + 100_000) | 0;
  for (let i = 0; i < count; i++) {
    CUBIC.pktsAcked(sk, 1, rttUs, 0);
    lab.wait(gapUs);
  }
}

function inSlowStart(cwnd: number): SenderLab {
  const lab = new SenderLab(CUBIC);
  lab.sk.sndCwnd = cwnd;
  lab.sk.pacingRateBps = 1e9;
  round(lab, 1, 10_000, 40_000);
  return lab;
}

describe('kernel: HyStart', () => {
  it('ends slow start when acknowledgments come in a train of half a round trip', () => {
    const lab = inSlowStart(40);
    round(lab, 15, 1000, 40_000);
    assert.equal(lab.sk.sndSsthresh, TCP_INFINITE_SSTHRESH);
    round(lab, 30, 1000, 40_000);
    assert.equal(lab.sk.sndSsthresh, 40);
    assert.equal(lab.sk.ns.mib.tcpExt.TCPHystartTrainDetect, 1);
    assert.equal(lab.sk.ns.mib.tcpExt.TCPHystartTrainCwnd, 40);
  });

  it('does not take acknowledgments with gaps for a train', () => {
    const lab = inSlowStart(40);
    round(lab, 30, 2001, 40_000);
    assert.equal(lab.sk.sndSsthresh, TCP_INFINITE_SSTHRESH);
  });

  it('ends slow start when the whole of a round came later by an eighth, at least 4 ms', () => {
    const lab = inSlowStart(40);
    round(lab, 12, 3000, 44_999);
    assert.equal(lab.sk.sndSsthresh, TCP_INFINITE_SSTHRESH);
    round(lab, 8, 3000, 46_000);
    assert.equal(lab.sk.sndSsthresh, TCP_INFINITE_SSTHRESH, 'eight samples are to be taken first');
    round(lab, 9, 3000, 46_000);
    assert.equal(lab.sk.sndSsthresh, 40);
    assert.equal(lab.sk.ns.mib.tcpExt.TCPHystartDelayDetect, 1);
    assert.equal((lab.sk.caPriv as Bictcp).found, true);
  });

  it('waits until the window is 16 segments', () => {
    const lab = inSlowStart(15);
    round(lab, 100, 1000, 60_000);
    assert.equal(lab.sk.sndSsthresh, TCP_INFINITE_SSTHRESH);
  });
});
