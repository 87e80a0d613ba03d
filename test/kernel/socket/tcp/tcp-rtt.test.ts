import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  roundUpToTick,
  tcpAckUpdateRtt,
  tcpAckUpdateRttSynack,
  tcpMinRttUs,
  tcpRttEstimator,
  tcpRttTsoptUs,
  tcpSetRto,
} from '../../../../src/kernel/socket/tcp/tcp-rtt.ts';
import { FLAG_ACK_MAYBE_DELAYED, FLAG_ACKED } from '../../../../src/kernel/socket/tcp/tcp-ack-flags.ts';
import { tcpTimeStampTs } from '../../../../src/kernel/socket/tcp/tcp-timestamp.ts';
import { SenderLab } from './sender-lab.ts';

/** What `ss -i` shows after samples of so many microseconds, each in a window of its own. */
function after(...samplesUs: readonly number[]): { rtoMs: number; rttUs: number; rttvarUs: number } {
  const { sk } = new SenderLab();
  for (const sampleUs of samplesUs) {
    sk.sndNxt = (sk.sndNxt + 1000) | 0;
    tcpRttEstimator(sk, sampleUs);
    sk.sndUna = (sk.sndNxt + 1) | 0;
    sk.sndNxt = (sk.sndUna + 1) | 0;
  }
  tcpSetRto(sk);
  return { rtoMs: sk.rtoUs / 1000, rttUs: sk.srttUs >> 3, rttvarUs: sk.mdevUs >> 2 };
}

describe('kernel: round trips and the timeout', () => {
  it('takes the first sample whole and half of it for the deviation (RFC 6298, 2.2)', () => {
    assert.deepEqual(after(100_000), { rtoMs: 300, rttUs: 100_000, rttvarUs: 50_000 });
    assert.deepEqual(after(1_000_000), { rtoMs: 3000, rttUs: 1_000_000, rttvarUs: 500_000 });
  });

  it('waits at least 200 ms beside the round trip, in whole ticks of 4 ms, as `ss` shows rto:204', () => {
    assert.equal(after(50).rtoMs, 204);
    assert.equal(after(4000).rtoMs, 204);
    assert.equal(after(4001).rtoMs, 208);
    assert.equal(after(0).rtoMs, 200);
  });

  it('filters by an eighth and a quarter (RFC 6298, 2.3)', () => {
    // srtt 7/8 * 100 + 1/8 * 180; deviation 3/4 * 50 + 1/4 * 80
    assert.deepEqual(after(100_000, 180_000), { rtoMs: 340, rttUs: 110_000, rttvarUs: 57_500 });
  });

  it('does not let a shorter round trip lengthen the timeout much', () => {
    const shorter = after(1_000_000, 1_000_000, 1_000_000, 1_000_000, 1_000_000, 10_000);
    const longer = after(1_000_000, 1_000_000, 1_000_000, 1_000_000, 1_000_000, 1_990_000);
    assert.ok(shorter.rttvarUs < longer.rttvarUs);
  });

  it('is never less than the round trip and 200 ms, nor more than two minutes', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 60_000_000 }), { minLength: 1, maxLength: 30 }), (samples) => {
        const { rtoMs, rttUs } = after(...samples);
        assert.ok(rtoMs <= 120_000);
        assert.ok(rtoMs * 1000 >= Math.min(rttUs + 200_000, 120_000_000), `${rtoMs} ms for ${rttUs} us`);
      }),
    );
  });

  it('prefers what was measured, then what a block tells, then the time stamp', () => {
    const lab = new SenderLab();
    const { sk, state } = lab;
    assert.equal(tcpAckUpdateRtt(sk, state, FLAG_ACKED, -1, -1, -1), false);
    assert.equal(state.rttUs, -1);
    sk.rxOpt.sawTstamp = true;
    sk.rxOpt.rcvTsecr = (tcpTimeStampTs(sk) - 7) | 0;
    assert.equal(tcpAckUpdateRtt(sk, state, 0, -1, -1, -1), false, 'nothing new was acknowledged');
    assert.equal(tcpAckUpdateRtt(sk, state, FLAG_ACKED, -1, -1, -1), true);
    assert.equal(state.rttUs, 7000);
    sk.backoff = 3;
    assert.equal(tcpAckUpdateRtt(sk, state, FLAG_ACKED, -1, 5000, 4000), true);
    assert.deepEqual([state.rttUs, sk.backoff, tcpMinRttUs(sk)], [4000, 0, 4000]);
    tcpAckUpdateRtt(sk, state, FLAG_ACKED, 3000, 5000, 2500);
    assert.equal(tcpMinRttUs(sk), 2500);
  });

  it('does not believe in time stamps from the future or from long ago', () => {
    const { sk } = new SenderLab();
    const now = tcpTimeStampTs(sk);
    sk.rxOpt.rcvTsecr = (now + 1) | 0;
    assert.equal(tcpRttTsoptUs(sk, 1), -1);
    sk.rxOpt.rcvTsecr = (now - 2_147_483) | 0;
    assert.equal(tcpRttTsoptUs(sk, 1), -1);
    sk.rxOpt.rcvTsecr = now;
    assert.equal(tcpRttTsoptUs(sk, 1), 1000);
  });

  it('leaves a delayed acknowledgment out of the least round trip', () => {
    const { sk, state } = new SenderLab();
    tcpAckUpdateRttSynack(sk, 1000);
    assert.equal(tcpMinRttUs(sk), 1000);
    for (let i = 0; i < 10; i++) {
      sk.nowUs = (sk.nowUs + 100_000_000) | 0;
      tcpAckUpdateRtt(sk, state, FLAG_ACKED | FLAG_ACK_MAYBE_DELAYED, 41_000, -1, 41_000);
    }
    assert.equal(tcpMinRttUs(sk), 1000);
  });

  it('rounds up to ticks', () => {
    assert.deepEqual([0, 1, 4000, 4001].map(roundUpToTick), [0, 4000, 4000, 8000]);
  });
});
