/**
 * The keys of the nodes' gossip and of encrypted networks: three for each, of which the oldest goes when a new one
 * comes, every twelve hours. Twin of swarmkit's manager/keymanager.
 */
import type { Rng } from '../../../sim/rng.ts';
import type { ClusterObject, KeyObject } from '../objects.ts';
import type { ManagerContext } from './context.ts';

const NANOSECONDS_PER_HOUR = 3_600_000_000_000;
const ROTATION_INTERVAL_NS = 12 * NANOSECONDS_PER_HOUR;
const KEY_DIGITS = 32;
const KEYRING_SIZE = 3;
const SUBSYSTEMS: readonly KeyObject['subsystem'][] = ['networking:gossip', 'networking:ipsec'];
/** The Lamport clock of a new swarm begins somewhere below this. */
const CLOCK_SKEW = 0x1_0000;

export class KeyManager {
  private readonly context: ManagerContext;
  private readonly rng: Rng;
  private cancelRotation: () => void;

  /** Makes the first keys, if there are none, and rotates them from now on. */
  constructor(context: ManagerContext) {
    this.context = context;
    this.rng = context.host.rng.fork('keys');
    context.writer.update(() => {
      const cluster = context.store.cluster!;
      return cluster.keys.length > 0 ? [] : [{ kind: 'update', table: 'cluster', object: this.firstKeys(cluster) }];
    });
    this.cancelRotation = this.scheduleRotation();
  }

  stop(): void {
    this.cancelRotation();
  }

  private scheduleRotation(): () => void {
    return this.context.host.after(ROTATION_INTERVAL_NS, () => {
      this.rotate();
      this.cancelRotation = this.scheduleRotation();
    });
  }

  private firstKeys(cluster: ClusterObject): ClusterObject {
    let keyClock = this.rng.below(CLOCK_SKEW);
    const keys: KeyObject[] = [];
    for (const subsystem of SUBSYSTEMS) {
      for (let i = 0; i < KEYRING_SIZE; i++) keys.push(this.newKey(subsystem, ++keyClock));
    }
    return { ...cluster, keys, keyClock };
  }

  /** Twin of rotateKey. */
  private rotate(): void {
    const { store, writer } = this.context;
    writer.update(() => {
      const cluster = store.cluster!;
      let { keyClock } = cluster;
      const keys = SUBSYSTEMS.flatMap((subsystem) => {
        const old = cluster.keys.filter((key) => key.subsystem === subsystem);
        const kept = old.length === KEYRING_SIZE ? old.slice(1) : old;
        return [...kept, this.newKey(subsystem, ++keyClock)];
      });
      return [{ kind: 'update', table: 'cluster', object: { ...cluster, keys, keyClock } }];
    });
  }

  private newKey(subsystem: KeyObject['subsystem'], lamportTime: number): KeyObject {
    return { subsystem, key: this.rng.hex(KEY_DIGITS), lamportTime };
  }
}
