import assert from 'node:assert/strict';
import { RENO } from '../../../../src/kernel/socket/tcp/tcp-reno.ts';
import {
  tcpCurrentSsthresh,
  tcpCwndReduction,
  tcpEndCwndReduction,
  tcpEnterCwr,
  tcpUpdatePacingRate,
} from '../../../../src/kernel/socket/tcp/tcp-cwnd.ts';
import { tcpEnterRecovery } from '../../../../src/kernel/socket/tcp/tcp-enter-recovery.ts';
import { tcpMarkSkbLost } from '../../../../src/kernel/socket/tcp/tcp-scoreboard.ts';
import { FLAG_SND_UNA_ADVANCED } from '../../../../src/kernel/socket/tcp/tcp-ack-flags.ts';
import { tcpPacketsInFlight } from '../../../../src/kernel/socket/tcp/tcp-sock.ts';
import {
  TCP_CA_CWR,
  TCP_CA_RECOVERY,
  TCP_ECN_OK,
  TCP_ECN_QUEUE_CWR,
} from '../../../../src/kernel/socket/tcp/tcp-states.ts';
import { SenderLab } from './sender-lab.ts';

/** Twenty under way, one of them lost, three arrived. */
function inRecovery(): SenderLab {
  const lab = new SenderLab(RENO);
  const { sk } = lab;
  sk.sndCwnd = 20;
  lab.send(20);
  tcpMarkSkbLost(sk, lab.segment(0));
  tcpEnterRecovery(sk, false);
  return lab;
}

describe('kernel: the reduction of a congestion window', () => {
  it('lets the first retransmission go at once', () => {
    const { sk } = inRecovery();
    assert.deepEqual([sk.caState, sk.sndSsthresh, sk.priorCwnd, sk.undoMarker], [TCP_CA_RECOVERY, 10, 20, sk.sndUna]);
    sk.sackedOut = 3;
    tcpCwndReduction(sk, 3, 1, 0);
    assert.equal(sk.sndCwnd - tcpPacketsInFlight(sk), 2);
  });

  it('sends one for two that arrive while more is in flight than the threshold (RFC 6937)', () => {
    const { sk } = inRecovery();
    sk.sackedOut = 1;
    tcpCwndReduction(sk, 1, 1, 0);
    sk.prrOut = 1;
    sk.retransOut = 1;
    let sent = 0;
    for (let i = 0; i < 8; i++) {
      sk.sackedOut++;
      tcpCwndReduction(sk, 1, 0, 0);
      const room = sk.sndCwnd - tcpPacketsInFlight(sk);
      sent += room;
      sk.prrOut += room;
      sk.packetsOut += room;
    }
    assert.equal(sent, 4);
  });

  it('grows back to the threshold, one more each time that nothing was lost', () => {
    const { sk } = inRecovery();
    sk.sackedOut = 15;
    sk.prrOut = 1;
    tcpCwndReduction(sk, 2, 0, FLAG_SND_UNA_ADVANCED);
    assert.equal(tcpPacketsInFlight(sk), 4);
    assert.equal(sk.sndCwnd, 7);
    tcpCwndReduction(sk, 2, 1, FLAG_SND_UNA_ADVANCED);
    assert.equal(sk.sndCwnd, 7, 'three were delivered in all beside the one that was sent');
  });

  it('ends at the threshold', () => {
    const { sk } = inRecovery();
    sk.sndCwnd = 4;
    tcpEndCwndReduction(sk);
    assert.equal(sk.sndCwnd, 10);
    sk.sndCwnd = 25;
    sk.undoMarker = 0;
    tcpEndCwndReduction(sk);
    assert.equal(sk.sndCwnd, 25, 'a reduction that was taken back');
  });

  it('is made once for an echo of congestion, cannot be taken back, and is announced', () => {
    const lab = new SenderLab(RENO);
    const { sk } = lab;
    sk.sndCwnd = 30;
    sk.ecnFlags = TCP_ECN_OK;
    tcpEnterCwr(sk);
    assert.deepEqual([sk.caState, sk.sndSsthresh, sk.undoMarker], [TCP_CA_CWR, 15, 0]);
    assert.equal(sk.ecnFlags, TCP_ECN_OK | TCP_ECN_QUEUE_CWR);
    tcpEnterCwr(sk);
    assert.equal(sk.sndSsthresh, 15);
  });

  it('takes three quarters of the window for the threshold when nothing was reduced', () => {
    const { sk } = new SenderLab(RENO);
    sk.sndCwnd = 20;
    sk.sndSsthresh = 10;
    assert.equal(tcpCurrentSsthresh(sk), 15);
    sk.caState = TCP_CA_CWR;
    assert.equal(tcpCurrentSsthresh(sk), 10);
  });

  it('paces twice the rate in slow start and 1.2 of it above half the threshold', () => {
    const { sk } = new SenderLab(RENO);
    sk.sndCwnd = 10;
    sk.srttUs = 100_000 << 3;
    tcpUpdatePacingRate(sk);
    assert.equal(sk.pacingRateBps, (2 * 10 * 1000) / 0.1);
    sk.sndSsthresh = 20;
    tcpUpdatePacingRate(sk);
    assert.equal(sk.pacingRateBps, (1.2 * 10 * 1000) / 0.1);
  });
});
