/** How long a cluster takes to find a member dead: played, and as the protocol's formulas have it. */
import { suspicionTimeoutNs } from '../../../src/gossip/memberlist/formulas.ts';
import { MILLISECOND, SECOND } from '../../../src/sim/units.ts';
import { GossipCluster } from '../cluster.ts';

/** Times in seconds from the moment at which the member fell silent. */
export interface Detection {
  readonly firstFailedPing: number;
  readonly firstSuspect: number;
  readonly firstDead: number;
  /** All others hold it dead. */
  readonly lastDead: number;
  readonly suspectToDead: number;
  readonly deadSpread: number;
}

/**
 * A cluster of `n` that runs, one of whom falls silent at a random moment. All were started within `phaseNs`: with a
 * second their probes have random phases, with less they come closer together.
 */
export function playDetection(n: number, seed: number, phaseNs: number): Detection {
  const cluster = new GossipCluster({ size: n, seed });
  cluster.startAll(phaseNs);
  // Until all know each other, and everybody is somewhere in his own list.
  cluster.runUntil(() => cluster.agrees(), 120 * SECOND, SECOND);
  cluster.run(5 * SECOND + cluster.rng.below(20 * SECOND));
  const victim = cluster.rng.below(n);
  const { name } = cluster.nodes[victim]!;
  let firstFailedPingNs = Infinity;
  let firstSuspectNs = Infinity;
  cluster.onLog = (_, line) => {
    if (line.includes(`Failed UDP ping: ${name} `)) firstFailedPingNs = Math.min(firstFailedPingNs, cluster.sched.now);
    if (line.includes(`Suspect ${name} has failed`)) firstSuspectNs = Math.min(firstSuspectNs, cluster.sched.now);
  };
  const startNs = cluster.sched.now;
  cluster.events.length = 0;
  cluster.crash(victim);
  cluster.runUntil(() => cluster.events.length === n - 1, 120 * SECOND, 200 * MILLISECOND);
  const deaths = cluster.events.map(({ timeNs }) => timeNs);
  const since = (timeNs: number): number => (timeNs - startNs) / SECOND;
  const [firstDead, lastDead] = [since(Math.min(...deaths)), since(Math.max(...deaths))];
  const [firstFailedPing, firstSuspect] = [since(firstFailedPingNs), since(firstSuspectNs)];
  const [suspectToDead, deadSpread] = [firstDead - firstSuspect, lastDead - firstDead];
  return { firstFailedPing, firstSuspect, firstDead, lastDead, suspectToDead, deadSpread };
}

/**
 * The chance that a member which probes n - 1 others in shuffled rounds, one a second, has not come to a given one
 * within `t` seconds of a random moment.
 */
function unprobed(n: number, t: number): number {
  // Now and then a tick is lost to oneself: where one is the last of a round and the first of the next.
  const round = n - 1 + 1 / n ** 2;
  // With s seconds of the round left, the other is among them with the chance s / round, else in the next round.
  const steps = 200;
  let sum = 0;
  for (let step = 0; step < steps; step++) {
    const left = (round * (step + 0.5)) / steps;
    const laterThisRound = Math.max(left - t, 0) / round;
    const nextRound = (1 - left / round) * Math.min(Math.max(1 - (t - left) / round, 0), 1);
    sum += laterThisRound + nextRound;
  }
  return sum / steps;
}

/** The chance that none of n - 1 members, each with its own phase, has probed a given one within `t` seconds. */
function unprobedByAll(n: number, t: number): number {
  return unprobed(n, t) ** (n - 1);
}

/** What the formulas say: the mean in seconds, and the time below which the share `p` of all cases lies. */
export interface Expected {
  readonly mean: number;
  quantile(p: number): number;
}

/** From silence to the first suspicion: until somebody probes it, and a probe interval. */
export function expectedFirstSuspect(n: number): Expected {
  const step = 0.01;
  const limit = 2 * n;
  let mean = 1;
  for (let t = step / 2; t < limit; t += step) mean += step * unprobedByAll(n, t);
  return {
    mean,
    quantile(p) {
      let t = 0;
      while (unprobedByAll(n, t) > 1 - p) t += step;
      return 1 + t;
    },
  };
}

/** From silence to the first who holds it dead: the shortest time of a suspect, confirmed in time by others. */
export function expectedFirstDead(n: number): Expected {
  const suspect = expectedFirstSuspect(n);
  const minimum = suspicionTimeoutNs(4, n, SECOND) / SECOND;
  return { mean: suspect.mean + minimum, quantile: (p) => suspect.quantile(p) + minimum };
}

/**
 * How long gossip to three others every 200 ms takes from one to all of `n`: everybody who knows tells three in every
 * interval, at random phases, until less than half a member is left that does not.
 */
export function expectedSpread(n: number): number {
  let known = 1;
  let intervals = 0;
  while (n - known > 0.5) {
    known += (n - known) * (1 - (1 - 3 / (n - 1)) ** known);
    intervals++;
  }
  return 0.2 * Math.max(intervals - 0.5, 0);
}

export interface Summary {
  readonly mean: number;
  readonly median: number;
  readonly p5: number;
  readonly p95: number;
}

export function summarize(values: readonly number[]): Summary {
  const sorted = [...values].sort((left, right) => left - right);
  const at = (p: number): number => sorted[Math.min(Math.floor(p * sorted.length), sorted.length - 1)]!;
  return {
    mean: values.reduce((sum, value) => sum + value, 0) / values.length,
    median: at(0.5),
    p5: at(0.05),
    p95: at(0.95),
  };
}
