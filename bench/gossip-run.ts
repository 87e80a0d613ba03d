/**
 * Members of one cluster that know each other and do nothing but gossip, encrypted, over a network in memory: probes,
 * push/pulls, and news where there are any.
 */
import { Keyring } from '../src/gossip/keyring.ts';
import { addressBytes } from '../src/gossip/memberlist/addresses.ts';
import type { Memberlist } from '../src/gossip/memberlist/memberlist.ts';
import { MESSAGE } from '../src/gossip/messages.ts';
import { Rng } from '../src/sim/rng.ts';
import { SECOND } from '../src/sim/units.ts';
import { GossipCluster } from '../test/gossip/cluster.ts';

const PROTOCOL_VERSIONS = Uint8Array.of(1, 5, 2, 0, 0, 0);
/** What differs between members: when their probes are due. */
const PHASES_NS = SECOND;

export class GossipRun {
  readonly cluster: GossipCluster;

  constructor(members: number) {
    const keyring = new Keyring(Rng.fromSeed(1).bytes(16));
    this.cluster = new GossipCluster({
      size: members,
      seed: 1,
      keyring,
      configure: (config) => {
        config.events = null;
        config.log = null;
      },
    });
    for (let index = 0; index < members; index++) {
      this.cluster.runTo(Math.floor((index * PHASES_NS) / members));
      this.cluster.start(index);
    }
    this.introduce();
  }

  get members(): Memberlist[] {
    return this.cluster.nodes.map(({ member }) => member!);
  }

  /** There are none. */
  get frames(): number {
    return 0;
  }

  /** Simulates so many seconds. */
  run(seconds: number): void {
    this.cluster.run(seconds * SECOND);
  }

  /** Whether everybody holds everybody alive. */
  agrees(): boolean {
    return this.cluster.nodes.every(({ member }) => member!.numMembers() === this.cluster.nodes.length);
  }

  /** Lets everybody know everybody, as after a join long ago: nothing of it is news any more. */
  private introduce(): void {
    const { nodes } = this.cluster;
    const alive = nodes.map(({ name, address }) => ({
      type: MESSAGE.alive,
      incarnation: 1,
      node: name,
      addr: addressBytes(address),
      port: 7946,
      meta: null,
      vsn: PROTOCOL_VERSIONS,
    }));
    for (const { member } of nodes) {
      for (const other of alive) member!.membership.aliveNode(other, null, false);
      member!.membership.broadcasts.reset();
    }
  }
}
