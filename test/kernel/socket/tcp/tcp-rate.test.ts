import assert from 'node:assert/strict';
import {
  tcpRateCheckAppLimited,
  tcpRateGen,
  tcpRateSkbDelivered,
  tcpSkbSentAfter,
} from '../../../../src/kernel/socket/tcp/tcp-rate.ts';
import { SenderLab } from './sender-lab.ts';

/** The first `count` segments arrive now. */
function deliver(lab: SenderLab, count: number): void {
  const { sk, state } = lab;
  state.reset();
  for (let i = 0; i < count; i++) {
    sk.delivered++;
    tcpRateSkbDelivered(sk, sk.rtxQueue.head!, state);
    sk.rtxQueue.remove(sk.rtxQueue.head!);
    sk.packetsOut--;
  }
  tcpRateGen(sk, count, false, state);
}

describe('kernel: the rate of delivery', () => {
  it('is what arrived between the sending of a segment and its acknowledgment', () => {
    const lab = new SenderLab();
    lab.sk.rttMinUs.fill(1000);
    lab.send(10);
    lab.wait(20_000);
    deliver(lab, 10);
    assert.deepEqual([lab.sk.rateDelivered, lab.sk.rateIntervalUs], [10, 20_000]);
  });

  it('takes the time of sending where that was longer', () => {
    const lab = new SenderLab();
    lab.sk.rttMinUs.fill(1000);
    lab.send(1);
    lab.wait(30_000);
    lab.send(1);
    lab.wait(10_000);
    deliver(lab, 2);
    assert.deepEqual([lab.sk.rateDelivered, lab.sk.rateIntervalUs], [2, 40_000]);
  });

  it('does not count what took less than any round trip', () => {
    const lab = new SenderLab();
    lab.sk.rttMinUs.fill(10_000);
    lab.send(4);
    lab.wait(5000);
    deliver(lab, 4);
    assert.equal(lab.sk.rateDelivered, 0);
  });

  it('keeps a lower rate only when it was not the program that was slow', () => {
    const lab = new SenderLab();
    const { sk } = lab;
    sk.rttMinUs.fill(1000);
    lab.send(10);
    lab.wait(10_000);
    deliver(lab, 10);
    tcpRateCheckAppLimited(sk);
    assert.equal(sk.appLimited, sk.delivered);
    lab.send(1);
    lab.wait(10_000);
    deliver(lab, 1);
    assert.deepEqual([sk.rateDelivered, sk.rateAppLimited, sk.appLimited], [10, false, 0]);
    lab.send(2);
    lab.wait(10_000);
    deliver(lab, 2);
    assert.deepEqual([sk.rateDelivered, sk.rateAppLimited], [2, false]);
  });

  it('is not limited by the program while there is more to send or to send again', () => {
    const lab = new SenderLab();
    const { sk } = lab;
    sk.writeSeq = (sk.sndNxt + 1000) | 0;
    tcpRateCheckAppLimited(sk);
    assert.equal(sk.appLimited, 0);
    sk.writeSeq = sk.sndNxt;
    lab.send(10);
    tcpRateCheckAppLimited(sk);
    assert.equal(sk.appLimited, 0, 'the window is full');
  });

  it('orders by time, then by sequence', () => {
    assert.equal(tcpSkbSentAfter(5, 4, 0, 9), true);
    assert.equal(tcpSkbSentAfter(5, 5, 9, 8), true);
    assert.equal(tcpSkbSentAfter(5, 5, 8, 8), false);
    assert.equal(tcpSkbSentAfter(-0x80000000, 0x7fffffff, 0, 0), true);
  });
});
