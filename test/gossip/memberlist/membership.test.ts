import assert from 'node:assert/strict';
import { ip4 } from '../../../src/base/addr.ts';
import { utf8Encode } from '../../../src/base/bytes.ts';
import { addressBytes } from '../../../src/gossip/memberlist/addresses.ts';
import { lanSettings, memberlistConfig, type MemberlistConfig } from '../../../src/gossip/memberlist/config.ts';
import { Counters } from '../../../src/gossip/memberlist/counters.ts';
import { Membership } from '../../../src/gossip/memberlist/membership.ts';
import { decodeMessage } from '../../../src/gossip/message-codec.ts';
import type { Alive, PacketMessage, PushNodeState } from '../../../src/gossip/messages.ts';
import { MESSAGE, NODE_STATE } from '../../../src/gossip/messages.ts';
import { Rng } from '../../../src/sim/rng.ts';
import { SECOND } from '../../../src/sim/units.ts';
import { FakeClock } from './fake-clock.ts';

const VSN = Uint8Array.of(1, 5, 2, 0, 0, 0);
const ADDRESS = ip4('10.0.0.2');

class Lab {
  readonly clock = new FakeClock();
  readonly counters = new Counters();
  readonly heard: string[] = [];
  readonly config: MemberlistConfig;
  readonly membership: Membership;

  constructor(change: (config: MemberlistConfig) => void = () => undefined) {
    this.config = memberlistConfig('self', ip4('10.0.0.1'), 7946, lanSettings());
    this.config.events = {
      notifyJoin: ({ name }) => this.heard.push(`join ${name}`),
      notifyLeave: ({ name }) => this.heard.push(`leave ${name}`),
      notifyUpdate: ({ name }) => this.heard.push(`update ${name}`),
    };
    change(this.config);
    this.membership = new Membership(this.config, this.clock, Rng.fromSeed(1), this.counters);
    this.membership.announceSelf(null);
    this.news();
    this.heard.length = 0;
  }

  alive(change: Partial<Alive> = {}): void {
    const addr = addressBytes(ADDRESS);
    const alive: Alive = {
      type: MESSAGE.alive,
      incarnation: 1,
      node: 'x',
      addr,
      port: 7946,
      meta: null,
      vsn: VSN,
      ...change,
    };
    this.membership.aliveNode(alive, null, false);
  }

  dead(incarnation: number, from = 'y', node = 'x'): void {
    this.membership.deadNode({ type: MESSAGE.dead, incarnation, node, from });
  }

  suspect(incarnation: number, from = 'y', node = 'x'): void {
    this.membership.suspectNode({ type: MESSAGE.suspect, incarnation, node, from });
  }

  state(name = 'x'): number | undefined {
    return this.membership.nodes.find(name)?.state;
  }

  /** What is to be gossiped, and then no more. */
  news(): PacketMessage[] {
    const { broadcasts } = this.membership;
    const messages = broadcasts.getBroadcasts(0, 100_000, 1) ?? [];
    broadcasts.reset();
    return messages.map((bytes) => {
      const message = decodeMessage(bytes);
      assert.ok(typeof message !== 'string');
      return message;
    });
  }

  types(): number[] {
    return this.news().map(({ type }) => type);
  }
}

describe('gossip/memberlist/membership', () => {
  it('takes a node in, and tells of it once', () => {
    const lab = new Lab();
    lab.alive();
    lab.alive();
    assert.deepEqual([lab.heard, lab.types()], [['join x'], [MESSAGE.alive]]);
    lab.alive({ incarnation: 2, meta: utf8Encode('role=db') });
    lab.alive({ incarnation: 3, meta: utf8Encode('role=db') });
    assert.deepEqual(lab.heard, ['join x', 'update x']);
    assert.equal(lab.membership.nodes.find('x')!.incarnation, 3);
  });

  it('ignores what is older than it knows', () => {
    const lab = new Lab();
    lab.alive({ incarnation: 5 });
    lab.news();
    lab.suspect(4);
    lab.dead(4);
    lab.alive({ incarnation: 4, meta: utf8Encode('old') });
    assert.deepEqual(
      [lab.state(), lab.types(), lab.membership.nodes.find('x')!.meta.length],
      [NODE_STATE.alive, [], 0],
    );
  });

  it('suspects before it buries, and takes the suspicion back for a higher incarnation only', () => {
    const lab = new Lab();
    lab.alive();
    lab.suspect(1);
    assert.equal(lab.state(), NODE_STATE.suspect);
    lab.alive();
    assert.equal(lab.state(), NODE_STATE.suspect);
    lab.alive({ incarnation: 2 });
    assert.equal(lab.state(), NODE_STATE.alive);
    lab.clock.run(60 * SECOND);
    assert.equal(lab.state(), NODE_STATE.alive);
    lab.suspect(2);
    lab.clock.run(4 * SECOND);
    assert.deepEqual([lab.state(), lab.heard], [NODE_STATE.dead, ['join x', 'leave x']]);
    const [news] = lab.news();
    assert.deepEqual(news, { type: MESSAGE.dead, incarnation: 2, node: 'x', from: 'self' });
  });

  it('tells a leave from a death, and takes the dead back', () => {
    const lab = new Lab();
    lab.alive();
    lab.dead(1, 'x');
    assert.equal(lab.state(), NODE_STATE.left);
    lab.dead(2);
    assert.equal(lab.state(), NODE_STATE.left);
    lab.alive({ incarnation: 2 });
    lab.dead(2);
    assert.deepEqual([lab.state(), lab.heard], [NODE_STATE.dead, ['join x', 'leave x', 'join x', 'leave x']]);
  });

  it('refutes what is said of itself, above the accusation', () => {
    const lab = new Lab();
    for (const accuse of [
      () => {
        lab.suspect(1, 'y', 'self');
      },
      () => {
        lab.dead(7, 'y', 'self');
      },
    ])
      accuse();
    const news = lab.news();
    assert.deepEqual(
      news.map((each) => each.type === MESSAGE.alive && each.incarnation),
      [8],
    );
    assert.equal(lab.membership.awareness.healthScore, 2);
    assert.equal(lab.state('self'), NODE_STATE.alive);
    // An echo of its own words is none.
    const self = lab.membership.nodes.find('self')!;
    const addr = addressBytes(self.address);
    lab.alive({ node: 'self', addr, incarnation: 8, vsn: VSN });
    assert.deepEqual(lab.types(), []);
    // A picture from before a restart is.
    lab.alive({ node: 'self', addr, incarnation: 8, meta: utf8Encode('before') });
    assert.equal(self.incarnation, 9);
  });

  it('says its leave itself, and does not come back by an echo', () => {
    const lab = new Lab();
    let told = 0;
    lab.alive();
    lab.news();
    lab.membership.announceLeave(() => told++);
    assert.deepEqual(lab.news(), [{ type: MESSAGE.dead, incarnation: 1, node: 'self', from: 'self' }]);
    assert.ok(told > 0);
    lab.alive({ node: 'self', addr: addressBytes(ip4('10.0.0.1')), incarnation: 9 });
    assert.equal(lab.state('self'), NODE_STATE.left);
  });

  it('gives a name to another address when its node has left, or has been dead for long enough', () => {
    const other = { addr: addressBytes(ip4('10.0.0.3')), incarnation: 1 };
    const conflicts: string[] = [];
    const lab = new Lab((config) => {
      config.conflict = {
        notifyConflict: (mine, theirs) => conflicts.push(`${mine.name} ${mine.address - theirs.address}`),
      };
      config.settings.deadNodeReclaimTimeNs = 10 * SECOND;
    });
    lab.alive({ incarnation: 4 });
    lab.alive(other);
    assert.deepEqual([conflicts, lab.counters.dropped('conflict')], [['x -1'], 1]);
    lab.dead(4);
    lab.alive(other);
    assert.equal(lab.counters.dropped('conflict'), 2);
    lab.clock.run(11 * SECOND);
    lab.alive(other);
    assert.equal(lab.membership.nodes.find('x')!.address, ip4('10.0.0.3'));
    lab.dead(1, 'x');
    lab.alive({ ...other, addr: addressBytes(ADDRESS) });
    assert.deepEqual([lab.membership.nodes.find('x')!.address, lab.state()], [ADDRESS, NODE_STATE.alive]);
  });

  it('asks its delegate about every alive message', () => {
    const lab = new Lab((config) => {
      config.alive = { notifyAlive: ({ name }) => (name === 'x' ? 'of another cluster' : null) };
    });
    lab.alive();
    lab.alive({ node: 'z', vsn: null });
    lab.alive({ node: 'y' });
    assert.deepEqual([lab.state('x'), lab.state('y'), lab.state('z')], [undefined, NODE_STATE.alive, undefined]);
    assert.deepEqual([lab.counters.dropped('refusedByDelegate'), lab.counters.dropped('badVersion')], [1, 1]);
  });

  it('merges states of others: their dead are suspects here, who left has left', () => {
    const lab = new Lab();
    const addr = addressBytes(ADDRESS);
    const node = (name: string, state: number): PushNodeState => {
      return { name, addr, port: 7946, meta: null, incarnation: 1, state, vsn: VSN };
    };
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) lab.alive({ node: name });
    const states = [NODE_STATE.alive, NODE_STATE.suspect, NODE_STATE.dead, NODE_STATE.left, 9];
    lab.membership.mergeState(['a', 'b', 'c', 'd', 'e'].map((name, i) => node(name, states[i]!)));
    const { alive, suspect, left } = NODE_STATE;
    assert.deepEqual(
      ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => lab.state(name)),
      [alive, suspect, suspect, left, alive, alive],
    );
    const told = lab.membership.localNodes();
    assert.deepEqual(new Set(told.map(({ name }) => name)), new Set(['self', 'a', 'b', 'c', 'd', 'e', 'f']));
    lab.membership.stop();
    lab.clock.run(60 * SECOND);
    assert.equal(lab.state('b'), suspect);
  });
});
