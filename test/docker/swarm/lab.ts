/** A manager by itself, with a clock that a test moves, for tests of what managers do. */
import assert from 'node:assert/strict';
import type { ManagerContext, ManagerHost } from '../../../src/docker/swarm/manager/context.ts';
import { Manager } from '../../../src/docker/swarm/manager/manager.ts';
import { firstChange } from '../../../src/docker/swarm/new-swarm.ts';
import type { NewSwarm } from '../../../src/docker/swarm/new-swarm.ts';
import type { NetworkSpecObject } from '../../../src/docker/swarm/objects.ts';
import { RaftStoreLog } from '../../../src/docker/swarm/store-log.ts';
import { MemoryStore } from '../../../src/docker/swarm/store.ts';
import { StoreWriter } from '../../../src/docker/swarm/store-writer.ts';
import { Rng } from '../../../src/sim/rng.ts';

export const PLAIN_SWARM: NewSwarm = {
  addressPool: [],
  subnetSize: 0,
  dataPathPort: 0,
  availability: 'active',
  spec: {},
};

/** A spec of an attachable overlay network about which nothing else was said. */
export function networkSpec(name: string, more: Partial<NetworkSpecObject> = {}): NetworkSpecObject {
  return {
    name,
    driver: 'overlay',
    isIpv6Enabled: false,
    isInternal: false,
    isAttachable: true,
    isIngress: false,
    configFrom: '',
    scope: '',
    ipamDriver: '',
    ipamOptions: {},
    ipamConfigs: [],
    options: {},
    labels: {},
    ...more,
  };
}

export const MANAGER_ID = 'm'.repeat(25);

/** Virtual time that goes on when a test says so. */
export class TestClock implements Pick<ManagerHost, 'clock' | 'after'> {
  readonly clock = { now: 0 };
  private readonly timers = new Set<{ readonly atNs: number; readonly action: () => void }>();

  readonly after = (delayNs: number, action: () => void): (() => void) => {
    const timer = { atNs: this.clock.now + delayNs, action };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  };

  /** Lets so many nanoseconds pass. */
  advance(ns: number): void {
    const endNs = this.clock.now + ns;
    for (;;) {
      const due = [...this.timers].filter(({ atNs }) => atNs <= endNs).sort((left, right) => left.atNs - right.atNs)[0];
      if (due === undefined) break;
      this.timers.delete(due);
      this.clock.now = due.atNs;
      due.action();
    }
    this.clock.now = endNs;
  }
}

export class ManagerLab {
  readonly time = new TestClock();
  readonly context: ManagerContext;
  readonly manager: Manager;
  readonly log: RaftStoreLog;

  constructor(asked: Partial<NewSwarm> = {}, seed = 1) {
    const host = { clock: this.time.clock, after: this.time.after, rng: Rng.fromSeed(seed) };
    const store = new MemoryStore();
    const self = { nodeId: MANAGER_ID, addr: '192.168.50.11:2377' };
    const peers = { send: () => assert.fail('a manager by itself has nobody to talk to'), isReachable: () => true };
    this.log = new RaftStoreLog({ host, store, self, peers }, true);
    this.context = { host, store, log: this.log, writer: new StoreWriter(this.log, host.clock) };
    this.manager = new Manager(this.context);
    this.context.writer.update(() => firstChange(host.rng, 1_795_228_160, MANAGER_ID, { ...PLAIN_SWARM, ...asked }));
    this.manager.lead();
  }

  /** A node as `docker swarm join` makes one; its id. */
  join(role: 'worker' | 'manager' = 'worker'): string {
    const token = this.context.store.cluster!.joinTokens[role];
    const peer = { nodeId: '', address: '192.168.50.12' };
    const issued = this.manager.call(peer, 'NodeCA/IssueNodeCertificate', { token, availability: 'active' }).get();
    return (issued as { nodeId: string }).nodeId;
  }

  /** What an operator asks of the manager. */
  operate(method: string, body: unknown): unknown {
    const peer = { nodeId: MANAGER_ID, address: '192.168.50.11' };
    return this.manager.call(peer, `Control/${method}`, body as never).get();
  }
}
