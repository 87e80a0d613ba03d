import assert from 'node:assert/strict';
import { ip4 } from '../../../src/base/addr.ts';
import {
  lanSettings,
  localSettings,
  memberlistConfig,
  wanSettings,
  type MemberlistSettings,
} from '../../../src/gossip/memberlist/config.ts';
import { SECOND } from '../../../src/sim/units.ts';
import { GossipCluster } from '../cluster.ts';

/** Those that differ between the profiles, in seconds and counts. */
function row(settings: MemberlistSettings): number[] {
  const { tcpTimeoutNs, suspicionMult, pushPullIntervalNs, probeTimeoutNs, probeIntervalNs } = settings;
  const { gossipNodes, gossipIntervalNs, gossipToTheDeadTimeNs, indirectChecks, retransmitMult } = settings;
  const times = [tcpTimeoutNs, pushPullIntervalNs, probeTimeoutNs, probeIntervalNs, gossipIntervalNs];
  const seconds = [...times, gossipToTheDeadTimeNs].map((ns) => ns / SECOND);
  return [...seconds, suspicionMult, gossipNodes, indirectChecks, retransmitMult];
}

describe('gossip/memberlist/config', () => {
  it('has the profiles of the library', () => {
    assert.deepEqual(row(lanSettings()), [10, 30, 0.5, 1, 0.2, 30, 4, 3, 3, 4]);
    assert.deepEqual(row(wanSettings()), [30, 60, 3, 5, 0.5, 60, 6, 4, 3, 4]);
    assert.deepEqual(row(localSettings()), [1, 15, 0.2, 1, 0.1, 15, 3, 3, 1, 2]);
    const { udpBufferSize, handoffQueueDepth, awarenessMaxMultiplier, suspicionMaxTimeoutMult } = lanSettings();
    assert.deepEqual(
      [udpBufferSize, handoffQueueDepth, awarenessMaxMultiplier, suspicionMaxTimeoutMult],
      [1400, 1024, 8, 6],
    );
  });

  it('begins with nothing above the member', () => {
    const config = memberlistConfig('a', ip4('10.0.0.1'), 7946);
    assert.deepEqual([config.advertiseAddr, config.advertisePort, config.bindPort], [ip4('10.0.0.1'), 7946, 7946]);
    assert.deepEqual([config.keyring, config.delegate, config.events, config.ping, config.alive], Array(5).fill(null));
  });

  it('finds a dead member in each profile, sooner or later', () => {
    const found = [lanSettings(), wanSettings(), localSettings()].map((settings) => {
      const cluster = new GossipCluster({ size: 3, seed: 1, settings });
      cluster.startAll(SECOND);
      cluster.run(10 * SECOND);
      const startNs = cluster.sched.now;
      cluster.crash(1);
      assert.ok(cluster.runUntil(() => cluster.agrees(), 200 * SECOND, SECOND / 10));
      return (cluster.sched.now - startNs) / SECOND;
    });
    // At least a probe and the shortest suspicion: 1 + 4, 5 + 30, 1 + 3 seconds.
    const [lan = 0, wan = 0, local = 0] = found;
    assert.ok(lan >= 5 && lan < 9 && wan >= 35 && wan < 55 && local >= 4 && local < 8, found.join());
  });

  it('can do without probes, gossip and push/pulls', () => {
    const settings = { probeIntervalNs: 0, gossipIntervalNs: 0, pushPullIntervalNs: 0 };
    const cluster = new GossipCluster({ size: 2, seed: 1, settings });
    cluster.startAll(SECOND);
    cluster.run(100 * SECOND);
    assert.equal(cluster.network.packets, 0);
  });
});
