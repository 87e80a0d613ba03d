import assert from 'node:assert/strict';
import type { PacketMessage } from '../../../src/gossip/messages.ts';
import { MESSAGE, NODE_STATE } from '../../../src/gossip/messages.ts';
import { openPacket } from '../../../src/gossip/packet.ts';
import { MILLISECOND, SECOND } from '../../../src/sim/units.ts';
import { GossipCluster } from '../cluster.ts';

const TYPE_NAMES = new Map<number, string>(Object.entries(MESSAGE).map(([name, type]) => [type, name]));

interface Heard {
  readonly atMs: number;
  readonly from: number;
  readonly to: number;
  readonly text: string;
  readonly message: PacketMessage;
  readonly hasCrc: boolean;
}

/** What goes from here on, as `ping n1`, `suspect n1 by n0`, … */
function listen(cluster: GossipCluster): Heard[] {
  const heard: Heard[] = [];
  const startNs = cluster.sched.now;
  const indexOf = (address: number): number => cluster.nodes.findIndex((node) => node.address === address);
  cluster.network.onPacket = (from, to, payload) => {
    const atMs = Math.round((cluster.sched.now - startNs) / MILLISECOND);
    const note = (message: PacketMessage): void => {
      const about = 'node' in message ? ` ${message.node}` : '';
      const by = 'from' in message ? ` by ${message.from}` : '';
      const text = `${TYPE_NAMES.get(message.type)}${about}${by}`;
      const hasCrc = payload[0] === MESSAGE.hasCrc;
      heard.push({ atMs, from: indexOf(from.address), to: indexOf(to.address), text, message, hasCrc });
    };
    const fault = (): never => assert.fail('what members send can be read');
    openPacket(payload, { keyring: null, verifyIncoming: false }, { message: note, fault });
  };
  return heard;
}

function cluster(size: number, seed = 1): GossipCluster {
  const made = new GossipCluster({ size, seed, settings: { pushPullIntervalNs: 0 } });
  made.startAll(SECOND);
  made.run(10 * SECOND);
  assert.ok(made.agrees());
  return made;
}

describe('gossip/memberlist/prober', () => {
  it('pings everybody once a round, in another order each time', () => {
    const lab = cluster(8);
    const heard = listen(lab);
    lab.run(40 * SECOND);
    const targets = heard
      .filter(({ from, message }) => from === 0 && message.type === MESSAGE.ping)
      .map(({ to }) => to);
    // Rounds begin somewhere: a window of seven that is a round is followed by rounds.
    const start = [0, 1, 2, 3, 4, 5, 6].find((i) => new Set(targets.slice(i, i + 7)).size === 7)!;
    const rounds = [0, 1, 2, 3].map((round) => targets.slice(start + 7 * round, start + 7 * round + 7));
    for (const round of rounds) assert.equal(new Set(round).size, 7);
    assert.ok(new Set(rounds.map((round) => round.join())).size > 1);
    // Idle members say nothing else, and need no checksums for it.
    assert.ok(heard.every(({ message, hasCrc }) => message.type <= MESSAGE.ackResp && !hasCrc));
  });

  it('asks three others after 500 ms, who say that they heard nothing, and suspects after a second', () => {
    const lab = cluster(6);
    const heard = listen(lab);
    lab.crash(3);
    assert.ok(lab.runUntil(() => heard.some(({ text }) => text.startsWith('suspect')), 10 * SECOND, 100 * MILLISECOND));
    const first = heard.find(({ text, to }) => text === 'ping n3' && to === 3)!;
    const prober = first.from;
    const asked = heard.filter(({ text, from }) => text === 'indirectPing n3' && from === prober);
    assert.deepEqual(
      asked.slice(0, 3).map(({ atMs }) => atMs - first.atMs),
      [500, 500, 500],
    );
    const helpers = asked.slice(0, 3).map(({ to }) => to);
    assert.equal(new Set(helpers).size, 3);
    for (const helper of helpers) {
      const relayed = heard.find(
        ({ from, text, atMs }) => from === helper && text === 'ping n3' && atMs >= first.atMs + 500,
      );
      assert.ok(relayed !== undefined && relayed.atMs <= first.atMs + 501);
    }
    // Pings of others take as long again as is left: their nacks just miss the end, which is taken for a sign of this
    // member's own health, as in the recorded session.
    assert.ok(lab.member(prober).healthScore() >= 2);
    const suspect = heard.find(({ text }) => text.startsWith('suspect'))!;
    assert.equal(suspect.text, `suspect n3 by n${prober}`);
    // With the ping that follows at once, or with the next tick of gossip.
    assert.ok(suspect.atMs >= first.atMs + 1000 && suspect.atMs <= first.atMs + 1201, `${suspect.atMs - first.atMs}`);
    lab.run(SECOND);
    const nacks = heard.filter(({ text, to }) => text === 'nackResp' && to === prober);
    assert.ok(nacks.length >= 3);
    assert.ok(nacks.every(({ atMs }) => atMs >= first.atMs + 1000));
  });

  it('tells a suspect of the suspicion with its ping, and hears its refutation', () => {
    const lab = cluster(3);
    lab.nodes[1]!.freezer.freeze();
    assert.ok(
      lab.runUntil(() => lab.member(0).findNode('n1')!.state === NODE_STATE.suspect, 9 * SECOND, 10 * MILLISECOND),
    );
    const heard = listen(lab);
    lab.run(500 * MILLISECOND);
    lab.nodes[1]!.freezer.thaw();
    lab.run(4 * SECOND);
    assert.ok(lab.agrees());
    const pings = heard.filter(({ text, to }) => text === 'ping n1' && to === 1);
    assert.ok(pings.length > 0);
    const alive = heard.find(({ text, from }) => text === 'alive n1' && from === 1)!;
    assert.ok(alive.message.type === MESSAGE.alive && alive.message.incarnation === 2);
    // Gossip to a known member has a checksum.
    assert.ok(heard.some(({ text, hasCrc }) => text === 'alive n1' && hasCrc));
  });

  it('finds a member through others when the way to it is cut, and over a stream when UDP is', () => {
    const lab = cluster(5);
    const lost = (from: number, to: number): boolean => from + to === 1;
    const blocked = new Set<string>();
    lab.network.blocks = (from, to) => {
      const pair = [from.address, to.address].map((address) => lab.nodes.findIndex((node) => node.address === address));
      const isBlocked = lost(pair[0]!, pair[1]!);
      if (isBlocked) blocked.add(pair.join());
      return isBlocked;
    };
    lab.run(60 * SECOND);
    assert.deepEqual(blocked, new Set(['0,1', '1,0']));
    assert.ok(lab.agrees());
    assert.equal(lab.member(0).counters.failedProbes, 0);
    // Without others nothing but the stream is left.
    const pair = cluster(2);
    pair.network.blocks = () => true;
    const logs: string[] = [];
    pair.onLog = (_, line) => logs.push(line);
    pair.run(20 * SECOND);
    assert.ok(pair.agrees());
    assert.ok(logs.some((line) => /Was able to connect to n1 over TCP but UDP probes failed/.test(line)));
  });

  it('grows slower when it hears nobody, so that the others need not refute it for ever', () => {
    const lab = cluster(6);
    lab.partition([[0], [1, 2, 3, 4, 5]]);
    lab.run(12 * SECOND);
    const score = lab.member(0).healthScore();
    assert.ok(score >= 3 && score <= 7, `${score}`);
  });
});
