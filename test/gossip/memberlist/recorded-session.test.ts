import assert from 'node:assert/strict';
import { MESSAGE } from '../../../src/gossip/messages.ts';
import { need } from '../../machine.ts';
import type { GossipCluster } from '../cluster.ts';
import { summarize } from './detection.ts';
import { playSession, recordedSession, type Phase, type Said, type Session } from './session.ts';

const effort = Number(process.env['DOCKWIRE_EFFORT'] ?? 1);

/** How often a member has sent a kind of message. */
function spread(said: readonly Said[], type: Said['message']['type'], from: 0 | 1 | 2, session: Session): number {
  const sender = addressesOf(session)[from]!;
  return said.filter((one) => one.from === sender && one.message.type === type).length;
}

/** The three members' addresses, in their order. */
function addressesOf(session: Session): number[] {
  return [...new Set(session.idle.map(({ from }) => from))].sort((left, right) => left - right);
}

function firstTime(said: readonly Said[], type: Said['message']['type']): number {
  return Math.min(...said.filter(({ message }) => message.type === type).map(({ time }) => time));
}

function pingsPerSecond(session: Session, index: number): number {
  const address = addressesOf(session)[index]!;
  const pings = session.idle.filter(({ from, message, time }) => {
    return from === address && message.type === MESSAGE.ping && time > 0 && time < 59;
  });
  return pings.length / 59;
}

function incarnations(said: readonly Said[], phase: Phase): number[] {
  const found = said.flatMap(({ message }) => {
    return message.type === MESSAGE.alive && message.node === 's3' ? [message.incarnation] : [];
  });
  assert.ok(found.length > 0, phase);
  return [...new Set(found)].sort((left, right) => left - right);
}

describe('gossip/memberlist beside a recorded session', () => {
  let recorded: Session;
  let played: { cluster: GossipCluster; session: Session }[];

  before(function () {
    need(this, 'shared');
    recorded = recordedSession();
    played = Array.from({ length: Math.min(200, 20 * effort) }, (_, seed) => playSession(seed));
  });

  it('pings as often, and says nothing else while nothing happens', () => {
    for (const index of [0, 1, 2]) {
      const rates = played.map(({ session }) => pingsPerSecond(session, index));
      const rate = pingsPerSecond(recorded, index);
      assert.ok(Math.min(...rates) - 0.03 <= rate && rate <= Math.max(...rates) + 0.03, `${rate}`);
    }
    for (const session of [recorded, ...played.map((one) => one.session)]) {
      const types = new Set(session.idle.map(({ message }) => message.type));
      assert.deepEqual(
        [...types].sort((left, right) => left - right),
        [MESSAGE.ping, MESSAGE.ackResp],
      );
    }
  });

  it('refutes a suspicion with the same incarnation, and nobody dies', () => {
    assert.deepEqual(incarnations(recorded.refute, 'refute'), [2]);
    const suspected = played.filter(({ session }) =>
      session.refute.some(({ message }) => message.type === MESSAGE.suspect),
    );
    assert.ok(suspected.length > played.length / 2);
    for (const { session } of suspected) {
      assert.deepEqual(incarnations(session.refute, 'refute'), [2]);
      assert.ok(session.refute.every(({ message }) => message.type !== MESSAGE.dead));
    }
    assert.ok(recorded.refute.every(({ message }) => message.type !== MESSAGE.dead));
  });

  it('gossips a leave and a death four times each, from the one who goes on', () => {
    for (const session of [recorded, ...played.map((one) => one.session)]) {
      for (const index of [0, 1, 2] as const) assert.equal(spread(session.leave, MESSAGE.dead, index, session), 4);
      for (const index of [0, 1] as const) assert.equal(spread(session.kill, MESSAGE.dead, index, session), 4);
    }
  });

  it('comes back with the next incarnation', () => {
    assert.equal(incarnations(recorded.rejoin, 'rejoin').at(-1), 3);
    for (const { session, cluster } of played) {
      // One more than what it left with, which is one more where it was suspected before.
      const wasSuspected = session.refute.some(({ message }) => message.type === MESSAGE.suspect);
      assert.equal(incarnations(session.rejoin, 'rejoin').at(-1), wasSuspected ? 3 : 2);
      assert.equal(cluster.member(0).numMembers(), 2);
    }
  });

  it('finds a killed member suspect and dead within its own range of times', () => {
    for (const type of [MESSAGE.suspect, MESSAGE.dead]) {
      const times = played.map(({ session }) => firstTime(session.kill, type));
      const { mean } = summarize(times);
      const time = firstTime(recorded.kill, type);
      assert.ok(Math.min(...times) - 0.1 <= time && time <= Math.max(...times) + 0.1, `${time}, mean ${mean}`);
    }
  });
});
