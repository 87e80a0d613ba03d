import assert from 'node:assert/strict';
import { ip4 } from '../../../src/base/addr.ts';
import { utf8Decode, utf8Encode } from '../../../src/base/bytes.ts';
import type { Delegate, MemberNode } from '../../../src/gossip/delegate.ts';
import { Keyring } from '../../../src/gossip/keyring.ts';
import { NODE_STATE } from '../../../src/gossip/messages.ts';
import { MILLISECOND, SECOND } from '../../../src/sim/units.ts';
import { GossipCluster, type ClusterOptions } from '../cluster.ts';

/** Keeps what it is told, and gossips what it is given. */
class TestDelegate implements Delegate {
  readonly heard: string[] = [];
  readonly states: string[] = [];
  readonly toSend: string[] = [];
  meta = '';
  state = '';

  nodeMeta(): Uint8Array {
    return utf8Encode(this.meta);
  }

  notifyMsg(message: Uint8Array): void {
    this.heard.push(utf8Decode(message));
  }

  getBroadcasts(overhead: number, limit: number): Uint8Array[] {
    const taken: Uint8Array[] = [];
    let free = limit;
    while (this.toSend.length > 0) {
      const bytes = utf8Encode(this.toSend[0]!);
      if (bytes.length + overhead > free) break;
      free -= bytes.length + overhead;
      taken.push(bytes);
      this.toSend.shift();
    }
    return taken;
  }

  localState(isJoin: boolean): Uint8Array {
    return utf8Encode(`${this.state}/${isJoin}`);
  }

  mergeRemoteState(state: Uint8Array, isJoin: boolean): void {
    this.states.push(`${utf8Decode(state)}/${isJoin}`);
  }
}

function joined(options: ClusterOptions): GossipCluster {
  const cluster = new GossipCluster(options);
  cluster.startAll(SECOND);
  cluster.run(5 * SECOND);
  assert.ok(cluster.agrees());
  return cluster;
}

function withDelegates(size: number, seed: number): { cluster: GossipCluster; delegates: TestDelegate[] } {
  const delegates = Array.from({ length: size }, () => new TestDelegate());
  const cluster = joined({
    size,
    seed,
    configure: (config, { index }) => {
      config.delegate = delegates[index]!;
      delegates[index]!.state = `state ${index}`;
    },
  });
  return { cluster, delegates };
}

function stateOf(cluster: GossipCluster, observer: number, name: string): MemberNode['state'] | undefined {
  return cluster.member(observer).findNode(name)?.state;
}

describe('gossip/memberlist/memberlist', () => {
  it('knows itself from the start', () => {
    const cluster = new GossipCluster({ size: 1, seed: 1 });
    const member = cluster.start(0);
    assert.equal(member.numMembers(), 1);
    const { name, address, port, state } = member.localNode();
    assert.deepEqual([name, address, port, state], ['n0', ip4('10.0.0.1'), 7946, NODE_STATE.alive]);
    cluster.run(60 * SECOND);
    assert.equal(cluster.network.packets, 0);
  });

  it('joins, and says whom it could not reach and why', () => {
    const cluster = new GossipCluster({ size: 3, seed: 1 });
    cluster.start(0);
    cluster.start(1);
    cluster.network.crash(cluster.nodes[2]!.address, false);
    const results: unknown[] = [];
    cluster.member(1).join([cluster.addressOf(2), cluster.addressOf(0)], (contacted, errors) => {
      results.push(contacted, [...errors]);
    });
    cluster.run(SECOND);
    const refused = 'Failed to join 10.0.0.3:7946: dial tcp 10.0.0.3:7946: connect: connection refused';
    assert.deepEqual([...results], [1, [refused]]);
    assert.ok(cluster.agrees());
    cluster.member(1).join([], (contacted, errors) => results.push(contacted, errors));
    assert.deepEqual(results.slice(2), [0, []]);
  });

  it('goes with a word: the others take it for left at once, and it hears when the last was told', () => {
    const cluster = joined({ size: 5, seed: 2 });
    const startNs = cluster.sched.now;
    const done: [string | null, number][] = [];
    cluster.member(2).leave(SECOND, (error) => done.push([error, cluster.sched.now - startNs]));
    cluster.run(2 * SECOND);
    assert.equal(done.length, 1);
    assert.equal(done[0]![0], null);
    // Four times to three nodes at a time: two ticks of gossip.
    assert.ok(done[0]![1] <= 400 * MILLISECOND);
    for (const observer of [0, 1, 3, 4]) assert.equal(stateOf(cluster, observer, 'n2'), NODE_STATE.left);
    assert.equal(cluster.member(2).localNode().state, NODE_STATE.left);
    const events = cluster.events.filter(({ kind, node }) => kind === 'leave' && node === 'n2');
    assert.deepEqual(new Set(events.map(({ state }) => state)), new Set([NODE_STATE.left]));
    // A second time there is nothing to say.
    cluster.member(2).leave(SECOND, (error) => done.push([error, -1]));
    assert.deepEqual(done[1], [null, -1]);
  });

  it('leaves alone without waiting, and gives up waiting where nobody hears', () => {
    const alone = new GossipCluster({ size: 1, seed: 1 });
    const done: (string | null)[] = [];
    alone.start(0).leave(SECOND, (error) => done.push(error));
    assert.deepEqual(done, [null] as (string | null)[]);
    const cluster = joined({ size: 2, seed: 2, settings: { gossipIntervalNs: 0, probeIntervalNs: 0 } });
    cluster.member(0).leave(SECOND, (error) => done.push(error));
    cluster.run(2 * SECOND);
    assert.deepEqual(done, [null, 'timeout waiting for leave broadcast']);
  });

  it('comes back after it has left, under its name, and after its machine was down', () => {
    const cluster = joined({ size: 4, seed: 5 });
    cluster.member(3).leave(SECOND, () => {
      // The views tell.
    });
    cluster.run(2 * SECOND);
    cluster.crash(3, false);
    cluster.start(3);
    cluster.join(3, 0);
    cluster.run(2 * SECOND);
    assert.ok(cluster.agrees());
    cluster.crash(3, true);
    cluster.run(20 * SECOND);
    assert.equal(stateOf(cluster, 0, 'n3'), NODE_STATE.dead);
    cluster.start(3);
    cluster.join(3, 1);
    assert.ok(cluster.runUntil(() => cluster.agrees(), 10 * SECOND, 100 * MILLISECOND));
  });

  it('gossips, exchanges and hears what its delegate has to say', () => {
    const { cluster, delegates } = withDelegates(4, 3);
    assert.ok(delegates[1]!.states.some((state) => /^state \d\/true\/true$/.test(state)));
    delegates[0]!.toSend.push('to some');
    cluster.run(SECOND);
    assert.ok(delegates.some(({ heard }) => heard.includes('to some')));
    const [first, second] = [cluster.member(0), cluster.member(1)];
    second.sendBestEffort(first.localNode(), utf8Encode('datagram'));
    const done: (string | null)[] = [];
    second.sendReliable(first.localNode(), utf8Encode('stream'.repeat(50_000)), (error) => done.push(error));
    second.sendToAddress(cluster.addressOf(0), utf8Encode('address'));
    cluster.run(SECOND);
    assert.deepEqual(done, [null] as (string | null)[]);
    assert.deepEqual(new Set(delegates[0]!.heard), new Set(['datagram', 'stream'.repeat(50_000), 'address']));
    cluster.crash(1);
    first.sendReliable(cluster.addressOf(1), utf8Encode('lost'), (error) => done.push(error));
    cluster.run(11 * SECOND);
    assert.deepEqual(done.slice(1), ['dial tcp 10.0.0.2:7946: i/o timeout']);
  });

  it('tells the others when what is said of it changes', () => {
    const { cluster, delegates } = withDelegates(3, 4);
    delegates[2]!.meta = 'role=db';
    const done: (string | null)[] = [];
    cluster.member(2).updateNode(SECOND, (error) => done.push(error));
    cluster.run(2 * SECOND);
    assert.deepEqual(done, [null]);
    assert.equal(utf8Decode(cluster.member(0).findNode('n2')!.meta), 'role=db');
    const updates = cluster.events.filter(({ kind }) => kind === 'update');
    assert.deepEqual(updates.map(({ observer, node }) => `${observer} ${node}`).sort(byText), [
      'n0 n2',
      'n1 n2',
      'n2 n2',
    ]);
  });

  it('works encrypted, and is deaf to other keys and to plain text', () => {
    const keyring = new Keyring(new Uint8Array(16).fill(7));
    const cluster = joined({ size: 3, seed: 6, keyring });
    cluster.crash(2);
    const stranger = new Keyring(new Uint8Array(16).fill(8));
    const errors: string[] = [];
    cluster.start(2);
    cluster.member(2).config.keyring = stranger;
    cluster.member(2).join([cluster.addressOf(0)], (_, why) => errors.push(...why));
    cluster.run(SECOND);
    cluster.member(2).config.keyring = null;
    cluster.member(2).join([cluster.addressOf(0)], (_, why) => errors.push(...why));
    cluster.run(SECOND);
    assert.equal(errors.length, 2);
    assert.ok(cluster.member(0).counters.dropped('noKeyDecrypts') > 0);
    assert.ok(cluster.member(0).counters.dropped('notEncrypted') > 0);
  });

  it('is quiet after its end', () => {
    const cluster = joined({ size: 3, seed: 7 });
    const member = cluster.member(1);
    const done: (string | null)[] = [];
    member.updateNode(0, (error) => done.push(error));
    cluster.crash(1);
    member.shutdown();
    assert.deepEqual(done, ['memberlist was shut down']);
    const sent = member.counters.packetsSent;
    member.receivePacket(Uint8Array.of(0), cluster.addressOf(0));
    cluster.run(60 * SECOND);
    assert.equal(member.counters.packetsSent, sent);
  });
});

function byText(left: string, right: string): number {
  return left < right ? -1 : 1;
}
