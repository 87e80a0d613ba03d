import assert from 'node:assert/strict';
import { tcpSlowStartAfterIdleCheck } from '../../../../src/kernel/socket/tcp/tcp-idle.ts';
import { SenderLab } from './sender-lab.ts';

/** A window of 80 and a timeout of 200 ms; then nothing is sent for so long. */
function afterPause(us: number, isOn = 1): { cwnd: number; ssthresh: number } {
  const lab = new SenderLab();
  const { sk } = lab;
  sk.ns.sysctls.tcp.slowStartAfterIdle = isOn;
  sk.sndCwnd = 80;
  sk.sndSsthresh = 50;
  sk.rtoUs = 200_000;
  sk.lsndTimeUs = sk.nowUs;
  lab.wait(us);
  tcpSlowStartAfterIdleCheck(sk);
  return { cwnd: sk.sndCwnd, ssthresh: sk.sndSsthresh };
}

describe('kernel: slow start after a pause', () => {
  it('halves the window for each timeout that has passed, down to ten', () => {
    assert.deepEqual(afterPause(200_000), { cwnd: 80, ssthresh: 50 });
    assert.deepEqual(afterPause(200_001), { cwnd: 40, ssthresh: 60 });
    assert.deepEqual(afterPause(400_001), { cwnd: 20, ssthresh: 60 });
    assert.deepEqual(afterPause(10_000_000), { cwnd: 10, ssthresh: 60 });
  });

  it('is switched off by tcp_slow_start_after_idle', () => {
    assert.deepEqual(afterPause(10_000_000, 0), { cwnd: 80, ssthresh: 50 });
  });

  it('does not begin while something is under way', () => {
    const lab = new SenderLab();
    lab.sk.sndCwnd = 80;
    lab.send(1);
    lab.wait(10_000_000);
    tcpSlowStartAfterIdleCheck(lab.sk);
    assert.equal(lab.sk.sndCwnd, 80);
  });
});
