/** The keys that gossip was ever encrypted with on a node, for whoever reads its captures. */
import { hex } from '../../base/bytes.ts';
import type { ClusterKey } from '../swarm/cluster.ts';

export class GossipKeyLog {
  private readonly byDigits = new Map<string, Uint8Array>();

  /** The managers have said these keys. */
  note(keys: readonly ClusterKey[]): void {
    for (const { subsystem, key } of keys) if (subsystem === 'networking:gossip') this.byDigits.set(hex(key), key);
  }

  /** Each once, in the order in which they came. */
  keys(): Uint8Array[] {
    return [...this.byDigits.values()];
  }
}
