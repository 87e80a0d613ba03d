import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CA_EVENT_TX_START } from '../../../../src/kernel/socket/tcp/congestion.ts';
import { Bictcp, bictcpUpdate, CUBIC, cubicDelta } from '../../../../src/kernel/socket/tcp/tcp-cubic.ts';
import { TCP_CA_LOSS } from '../../../../src/kernel/socket/tcp/tcp-states.ts';
import { SenderLab } from './sender-lab.ts';

const HZ = 250;

/** Windows at the end of each second after a loss at `wmax`, with a round trip so long that standard TCP is slower. */
function windowsAfterLoss(wmax: number, seconds: number, rttTicks: number): number[] {
  const ca = new Bictcp();
  ca.delayMinUs = rttTicks * 4000;
  ca.lastMaxCwnd = wmax;
  let cwnd = Math.floor((wmax * 717) / 1024);
  let credit = 0;
  const windows: number[] = [];
  for (let now = 1000; now < 1000 + seconds * HZ; now += rttTicks) {
    const count = cwnd;
    for (let i = 0; i < count; i++) {
      bictcpUpdate(ca, cwnd, 1, now + Math.floor((i * rttTicks) / count));
      credit++;
      if (credit >= ca.cnt) {
        cwnd++;
        credit = 0;
      }
    }
    windows.push(cwnd);
  }
  return windows;
}

/** RFC 9438, figures 1 and 2, with Linux's constants. */
function cubic(wmax: number, seconds: number): number {
  const c = 410 / 1024;
  const k = Math.cbrt((wmax * (1 - 717 / 1024)) / c);
  return c * (seconds - k) ** 3 + wmax;
}

describe('kernel: CUBIC', () => {
  it('keeps 0.7 of the window after a loss, and less of the maximum when it shrinks (fast convergence)', () => {
    const { sk } = new SenderLab(CUBIC);
    const ca = sk.caPriv as Bictcp;
    sk.sndCwnd = 1000;
    assert.equal(CUBIC.ssthresh(sk), 700);
    assert.equal(ca.lastMaxCwnd, 1000);
    sk.sndCwnd = 800;
    assert.equal(CUBIC.ssthresh(sk), 560);
    assert.equal(ca.lastMaxCwnd, Math.floor((800 * 1741) / 2048));
    sk.sndCwnd = 2;
    assert.equal(CUBIC.ssthresh(sk), 2);
  });

  it('computes the cube as 64-bit arithmetic does', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2_000_000 }), (offset) => {
        const cube = BigInt.asUintN(64, 410n * BigInt(offset) ** 3n);
        assert.equal(cubicDelta(offset), Number(cube >> 40n));
      }),
    );
  });

  it('follows the cubic function of RFC 9438 to the old maximum and beyond', () => {
    const windows = windowsAfterLoss(2000, 20, 25);
    windows.forEach((cwnd, i) => {
      // Each round trip aims at where the function is at its end.
      const expected = cubic(2000, ((i + 1) * 25) / HZ);
      assert.ok(Math.abs(cwnd - expected) < expected * 0.03, `round trip ${i}: ${cwnd}, not ${expected.toFixed(0)}`);
    });
  });

  it('grows at least as standard TCP does where round trips are short', () => {
    const windows = windowsAfterLoss(100, 3, 1);
    const wEst = (i: number): number => 70 + (3 * (1 - 0.7) * i) / (1 + 0.7);
    for (const i of [100, 300, 700]) {
      assert.ok(windows[i]! >= 0.95 * wEst(i), `${windows[i]} after ${i} round trips, not ${wEst(i).toFixed(0)}`);
    }
  });

  it('never takes more than one for two acknowledged', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.nat(10_000), fc.array(fc.nat(1000)), (cwnd, lastMax, steps) => {
        const ca = new Bictcp();
        ca.lastMaxCwnd = lastMax;
        let now = 1000;
        for (const step of steps) {
          now += step;
          bictcpUpdate(ca, cwnd + 1, 1, now);
          assert.ok(ca.cnt >= 2 && Number.isInteger(ca.cnt));
        }
      }),
    );
  });

  it('forgets all after a timeout', () => {
    const { sk } = new SenderLab(CUBIC);
    const ca = sk.caPriv as Bictcp;
    sk.sndCwnd = 100;
    CUBIC.ssthresh(sk);
    ca.found = true;
    CUBIC.setState(sk, TCP_CA_LOSS);
    assert.deepEqual([ca.lastMaxCwnd, ca.delayMinUs, ca.found], [0, 0, false]);
  });

  it('stands still while the program pauses', () => {
    const lab = new SenderLab(CUBIC);
    const { sk } = lab;
    const ca = sk.caPriv as Bictcp;
    sk.isCwndLimited = true;
    sk.sndSsthresh = 5;
    CUBIC.congAvoid(sk, 0, 1);
    const began = ca.epochStart;
    sk.lsndTimeUs = sk.nowUs;
    lab.wait(2_000_000);
    CUBIC.cwndEvent(sk, CA_EVENT_TX_START);
    assert.equal(ca.epochStart - began, 2 * HZ);
  });
});
