import assert from 'node:assert/strict';
import { suspicionTimeoutNs } from '../../../src/gossip/memberlist/formulas.ts';
import { Keyring } from '../../../src/gossip/keyring.ts';
import { Rng } from '../../../src/sim/rng.ts';
import { MILLISECOND, SECOND } from '../../../src/sim/units.ts';
import { GossipCluster } from '../cluster.ts';

const effort = Number(process.env['DOCKWIRE_EFFORT'] ?? 1);
const SEED = process.env['DOCKWIRE_GOSSIP_SEED'];

/** A cluster that things happen to. */
class Ordeal {
  readonly cluster: GossipCluster;
  readonly story: string[] = [];
  private readonly rng: Rng;
  private readonly size: number;

  constructor(seed: number) {
    this.rng = Rng.fromSeed(seed).fork('ordeal');
    this.size = this.rng.between(3, 9);
    const renames = this.rng.chance(0.5);
    const isEncrypted = this.rng.chance(0.3);
    const options = { size: this.size, seed, renames };
    this.cluster = new GossipCluster(
      isEncrypted ? { ...options, keyring: new Keyring(new Uint8Array(32).fill(1)) } : options,
    );
    const { faults } = this.cluster.network;
    faults.jitterNs = this.rng.below(50 * MILLISECOND);
    faults.loss = 0.3 * this.rng.unit();
    faults.duplication = 0.3 * this.rng.unit();
    this.cluster.startAll(3 * SECOND);
  }

  /** Things happen for a while. */
  suffer(): void {
    const acts = this.rng.between(3, 12);
    for (let act = 0; act < acts; act++) {
      this.act();
      const seconds = this.rng.between(1, 25);
      for (let second = 0; second < seconds; second++) this.second();
    }
  }

  /** All that stands in the way goes; machines that are down stay down. */
  relieve(): void {
    const { network, nodes } = this.cluster;
    this.cluster.heal();
    for (const { freezer } of nodes) freezer.thaw();
    network.faults.loss = 0;
    network.faults.duplication = 0;
    this.story.push('relief');
  }

  /**
   * One second, in which each member tries one that it does not hold alive: those above memberlist do so, or else the
   * parts of a cluster would not find each other again.
   */
  second(): void {
    for (const { index, member } of this.cluster.running()) {
      const known = new Set(member!.members().map(({ address }) => address));
      const lost = this.cluster.nodes.filter(({ address }) => !known.has(address));
      if (lost.length > 0) this.cluster.join(index, lost[this.rng.below(lost.length)]!.index);
    }
    this.cluster.run(SECOND);
  }

  /**
   * After so many seconds all must agree: a dead member is probed within two rounds and is dead after the longest
   * suspicion, of all names that were ever there; what is wrong about a living one is refuted sooner.
   */
  boundSeconds(): number {
    const longestSuspicion = (6 * suspicionTimeoutNs(4, 2 * this.size, SECOND)) / SECOND;
    return 2 * this.size + longestSuspicion + 5;
  }

  private act(): void {
    const { cluster, rng } = this;
    const node = cluster.nodes[rng.below(this.size)]!;
    const what = rng.below(5);
    if (what === 0 && node.member !== null && cluster.running().length > 1) {
      cluster.crash(node.index, rng.chance(0.5));
      this.story.push(`${cluster.sched.now / SECOND}: crash ${node.name}`);
    } else if (what <= 1 && node.member === null) {
      cluster.start(node.index);
      this.story.push(`${cluster.sched.now / SECOND}: start ${node.name}`);
    } else if (what === 2) {
      const sides = cluster.nodes.map(({ index }) => ({ index, side: rng.below(2) }));
      const group = (wanted: number): number[] => sides.filter(({ side }) => side === wanted).map(({ index }) => index);
      cluster.partition([group(0), group(1)]);
      this.story.push(`${cluster.sched.now / SECOND}: ${group(0).join()} | ${group(1).join()}`);
    } else if (what === 3) {
      cluster.heal();
      this.story.push(`${cluster.sched.now / SECOND}: heal`);
    } else if (node.member !== null) {
      if (rng.chance(0.5)) node.freezer.freeze();
      else node.freezer.thaw();
      this.story.push(`${cluster.sched.now / SECOND}: freeze or thaw ${node.name}`);
    }
  }
}

/** Plays one seed; returns the number of seconds after which all agreed for good. */
function play(seed: number): number {
  const ordeal = new Ordeal(seed);
  const { cluster, story } = ordeal;
  ordeal.suffer();
  ordeal.relieve();
  let lastDisagreement = 0;
  const bound = ordeal.boundSeconds();
  // Once all agree it stays so: nobody who is gone comes back, nobody who is there is lost.
  for (let second = 1; second < bound + 60; second++) {
    ordeal.second();
    if (cluster.agrees()) continue;
    lastDisagreement = second;
    if (second < bound) continue;
    const views = cluster.running().map(({ name, index }) => `${name}: ${cluster.view(index).join()}`);
    assert.fail(`seed ${seed}: disagreement after ${second} s\n${[...story, ...views].join('\n')}`);
  }
  return lastDisagreement;
}

describe('gossip/memberlist convergence', () => {
  it('agrees after loss, duplication, partitions, crashes and stops, within its bound, and stays so', () => {
    const seeds =
      SEED === undefined ? Array.from({ length: Math.min(1000, 40 * effort) }, (_, i) => i) : [Number(SEED)];
    const times = seeds.map(play);
    assert.ok(times.some((seconds) => seconds > 0));
  });
});
