import assert from 'node:assert/strict';
import { ConnectionsRun } from '../../../../bench/connections-run.ts';
import type { DstEntry } from '../../../../src/kernel/ip/route.ts';
import { tcpInitMetrics, tcpUpdateMetrics } from '../../../../src/kernel/socket/tcp/tcp-metrics.ts';
import { TCP_INFINITE_SSTHRESH } from '../../../../src/kernel/socket/tcp/tcp-states.ts';
import { SenderLab } from './sender-lab.ts';

/** A connection that ends with this round trip. */
function ended(srttUs: number): SenderLab {
  const lab = new SenderLab();
  lab.sk.dst = {} as unknown as DstEntry;
  lab.sk.srttUs = srttUs << 3;
  lab.sk.mdevUs = 1000;
  tcpUpdateMetrics(lab.sk);
  return lab;
}

describe('kernel: what is known of a destination', () => {
  it('gives the first timeout of the next connection, but not its round trip', () => {
    const lab = ended(400_000);
    const { sk } = lab;
    sk.srttUs = 8000;
    sk.sndSsthresh = 5;
    tcpInitMetrics(sk);
    assert.deepEqual([sk.rtoUs, sk.srttUs, sk.sndSsthresh], [1_200_000, 8000, TCP_INFINITE_SSTHRESH]);
  });

  it('waits three seconds when not even the handshake told of a round trip', () => {
    const { sk } = new SenderLab();
    tcpInitMetrics(sk);
    assert.deepEqual([sk.rtoUs, sk.mdevUs, sk.rttvarUs], [3_000_000, 3_000_000, 3_000_000]);
  });

  it('takes longer round trips at once and shorter ones by an eighth', () => {
    const lab = ended(100_000);
    const { sk } = lab;
    sk.srttUs = 20_000 << 3;
    tcpUpdateMetrics(sk);
    sk.srttUs = 1;
    tcpInitMetrics(sk);
    // 100 - 80/8 = 90 ms, of which whole ticks count
    assert.equal(sk.rtoUs, 88_000 + 200_000);
  });

  it('forgets the round trip after a timeout, and all after an hour', () => {
    const lab = ended(400_000);
    const { sk } = lab;
    sk.backoff = 1;
    tcpUpdateMetrics(sk);
    sk.srttUs = 0;
    tcpInitMetrics(sk);
    assert.equal(sk.rtoUs, 3_000_000);
    sk.backoff = 0;
    sk.srttUs = 400_000 << 3;
    tcpUpdateMetrics(sk);
    lab.wait(3_600_000_001);
    sk.srttUs = 8;
    sk.rtoUs = 7;
    tcpInitMetrics(sk);
    assert.equal(sk.rtoUs, 7);
  });

  it('keeps the threshold only where it is told to', () => {
    const lab = ended(100_000);
    const { sk } = lab;
    sk.ns.sysctls.tcp.noSsthreshMetricsSave = 0;
    sk.sndCwnd = 60;
    sk.sndSsthresh = 40;
    tcpUpdateMetrics(sk);
    tcpInitMetrics(sk);
    assert.equal(sk.sndSsthresh, 40);
    sk.ns.sysctls.tcp.noSsthreshMetricsSave = 1;
    tcpInitMetrics(sk);
    assert.equal(sk.sndSsthresh, TCP_INFINITE_SSTHRESH);
  });

  it('keeps the reordering of a connection that ended in the midst of trouble', () => {
    const lab = ended(100_000);
    const { sk } = lab;
    sk.reordering = 17;
    sk.sndCwnd = 10;
    sk.sndSsthresh = 20;
    tcpUpdateMetrics(sk);
    sk.reordering = 3;
    tcpInitMetrics(sk);
    assert.equal(sk.reordering, 17);
  });

  it('is switched off by tcp_no_metrics_save', () => {
    const lab = new SenderLab();
    lab.sk.dst = {} as unknown as DstEntry;
    lab.sk.ns.sysctls.tcp.noMetricsSave = 1;
    lab.sk.srttUs = 800;
    tcpUpdateMetrics(lab.sk);
    assert.equal(lab.sk.ns.tcp.metrics.size, 0);
  });
});

describe('kernel: connections that end', () => {
  it('leave what they have learned, at the end that waits and at the one that does not', () => {
    const run = new ConnectionsRun();
    run.serve(1);
    run.lab.sched.run(run.lab.sched.now + 1_000_000, Infinity);
    for (const name of ['client', 'server']) assert.equal(run.lab.host(name).rootNs.tcp.metrics.size, 1, name);
  });
});
