import { strict as assert } from 'node:assert';
import { utf8Encode } from '../../../src/base/bytes.ts';
import type { Delegate } from '../../../src/gossip/delegate.ts';
import { ip4 } from '../../../src/base/addr.ts';
import { NODE_STATE } from '../../../src/gossip/messages.ts';
import type { NetworkDbDrop } from '../../../src/gossip/networkdb/counters.ts';
import * as messages from '../../../src/gossip/networkdb/messages.ts';
import { GOSSIP, MEMBERSHIP_EVENT, TABLE_EVENT } from '../../../src/gossip/networkdb/messages.ts';
import { NetworkDb } from '../../../src/gossip/networkdb/network-db.ts';
import { networkDbSettings } from '../../../src/gossip/networkdb/settings.ts';
import { makeEventQueue } from '../../../src/sim/queues.ts';
import { Rng } from '../../../src/sim/rng.ts';
import { EventSource, Scheduler } from '../../../src/sim/scheduler.ts';
import { Timer } from '../../../src/sim/timer.ts';
import { SECOND } from '../../../src/sim/units.ts';
import { partOf } from '../../effort.ts';

const MUTATIONS = partOf(1_000_000);
const [SELF, OTHER, NET, TABLE] = ['ede080c9fd24', 'f77ccca257d2', 'odt77yq3axpvbc9kfal3804g5', 'endpoint_table'];

/** A NetworkDB whose memberlist sends nothing, and the delegate through which memberlist would hand it messages. */
class Bench {
  readonly db: NetworkDb;
  readonly sched = new Scheduler(makeEventQueue('heap', 64));
  readonly sent: Uint8Array[] = [];
  delegate!: Delegate;

  constructor() {
    const { sched } = this;
    const source = new EventSource(1);
    const clock = Object.assign(sched, { newTimer: (expired: () => void): Timer => new Timer(sched, source, expired) });
    const environment = { nodeId: SELF, settings: networkDbSettings(), clock, rng: Rng.fromSeed(1), keyring: null };
    this.db = new NetworkDb(environment, (delegate, events) => {
      this.delegate = delegate;
      for (const [index, name] of [SELF, OTHER].entries()) {
        const state = NODE_STATE.alive;
        events.notifyJoin({ name, address: ip4('10.0.0.1') + index, port: 7946, meta: new Uint8Array(), state });
      }
      return {
        join: (_, done) => {
          done(0, []);
        },
        sendBestEffort: (_, message) => this.sent.push(message),
        sendReliable: (_, message, done) => {
          this.sent.push(message);
          done(null);
        },
        leave: (_, done) => {
          done(null);
        },
        shutdown: () => undefined,
      };
    });
  }

  run(durationNs: number): void {
    const endNs = this.sched.now + durationNs;
    this.sched.run(endNs, Infinity);
  }

  /** The reasons that a message adds to the counters. */
  dropsOf(message: Uint8Array): NetworkDbDrop[] {
    const before = new Map(this.db.counters.drops());
    this.delegate.notifyMsg(message);
    return this.db.counters.drops().flatMap(([reason, count]) => {
      return Array.from({ length: count - (before.get(reason) ?? 0) }, () => reason);
    });
  }
}

function networkEvent(change: Partial<messages.NetworkEvent> = {}): Uint8Array {
  const event = { type: MEMBERSHIP_EVENT.join, lTime: 5, nodeName: OTHER, networkId: NET, ...change };
  return messages.encodeGossip(GOSSIP.networkEvent, messages.encodeNetworkEvent(event));
}

function nodeEvent(change: Partial<messages.NodeEvent> = {}): Uint8Array {
  const event = { type: MEMBERSHIP_EVENT.join, lTime: 5, nodeName: OTHER, ...change };
  return messages.encodeGossip(GOSSIP.nodeEvent, messages.encodeNodeEvent(event));
}

function tableEvent(change: Partial<messages.TableEvent> = {}): Uint8Array {
  const event = {
    type: TABLE_EVENT.create,
    lTime: 5,
    nodeName: OTHER,
    networkId: NET,
    tableName: TABLE,
    key: 'k',
    value: utf8Encode('v'),
    residualReapTime: 0,
    ...change,
  };
  return messages.encodeGossip(GOSSIP.tableEvent, messages.encodeTableEvent(event));
}

function bulkSync(payload: Uint8Array, change: Partial<messages.BulkSyncMessage> = {}): Uint8Array {
  const sync = { lTime: 1, unsolicited: false, nodeName: OTHER, networks: [NET], payload, ...change };
  return messages.encodeGossip(GOSSIP.bulkSync, messages.encodeBulkSync(sync));
}

/** Both use the network, and the first sync is over. */
function joined(): Bench {
  const bench = new Bench();
  bench.db.joinNetwork(NET);
  assert.deepEqual(bench.dropsOf(networkEvent()), []);
  return bench;
}

describe('DbHandlers', () => {
  it('says why it does not follow a message', () => {
    const bench = joined();
    const { db } = bench;
    const bad: [Uint8Array, NetworkDbDrop][] = [
      [new Uint8Array([0x12]), 'unexpectedEof'],
      [new Uint8Array([0x08, 0x09]), 'unknownType'],
      [messages.encodeGossip(GOSSIP.nodeEvent, new Uint8Array([0x0c])), 'illegalTag'],
      [nodeEvent({ nodeName: 'nobody' }), 'unknownNode'],
      [nodeEvent({ lTime: 0 }), 'stale'],
      [nodeEvent({ lTime: 2 ** 53 - 1 }), 'clockTooHigh'],
      [nodeEvent({ type: 7 }), 'unknownType'],
      [networkEvent(), 'stale'],
      [networkEvent({ nodeName: SELF }), 'ownEvent'],
      [networkEvent({ nodeName: 'nobody', lTime: 9 }), 'unknownNode'],
      [networkEvent({ networkId: 'other', type: MEMBERSHIP_EVENT.leave }), 'notInNetwork'],
      [tableEvent({ nodeName: SELF }), 'ownEvent'],
      [tableEvent({ networkId: 'other' }), 'notInNetwork'],
      [tableEvent({ nodeName: 'nobody' }), 'notInNetwork'],
      [tableEvent({ type: TABLE_EVENT.delete, residualReapTime: 9 }), 'unknownEntry'],
      [tableEvent({ type: 9 }), 'unknownType'],
      [tableEvent({ lTime: 2 ** 53 - 1 }), 'clockTooHigh'],
      [bulkSync(new Uint8Array(), { lTime: 2 ** 53 - 1 }), 'clockTooHigh'],
    ];
    for (const [message, reason] of bad) assert.deepEqual(bench.dropsOf(message), [reason]);
    assert.deepEqual(db.table(TABLE, NET), []);
    assert.deepEqual(bench.dropsOf(tableEvent()), []);
    assert.deepEqual(bench.dropsOf(tableEvent()), ['stale']);
    let nested = nodeEvent();
    for (let i = 0; i < 20; i++) nested = messages.makeCompoundMessage([nested]);
    assert.deepEqual(bench.dropsOf(nested), ['tooDeep']);
    bench.delegate.mergeRemoteState(nodeEvent(), false);
    assert.equal(db.counters.dropped('noPushPull'), 1);
  });

  it('gossips on what is news, as it came, and nothing twice', () => {
    const bench = joined();
    // A field that is not known here stays in it.
    const event = new Uint8Array([
      ...messages.encodeNetworkEvent({ type: 1, lTime: 7, nodeName: OTHER, networkId: 'x' }),
      0x48,
      1,
    ]);
    const message = messages.encodeGossip(GOSSIP.networkEvent, event);
    bench.delegate.notifyMsg(message);
    bench.delegate.notifyMsg(message);
    const broadcasts = bench.delegate.getBroadcasts(2, 1400).map((each) => Buffer.from(each).toString('hex'));
    assert.equal(broadcasts.filter((each) => each === Buffer.from(message).toString('hex')).length, 1);
    // What it heard while nothing was synced yet, and this.
    assert.equal(bench.db.counters.rebroadcasts, 2);
    bench.delegate.notifyMsg(nodeEvent({ type: MEMBERSHIP_EVENT.leave }));
    assert.equal(bench.db.counters.rebroadcasts, 3);
    assert.deepEqual(
      bench.db.peers(NET).map(({ name }) => name),
      [SELF],
    );
  });

  it('takes deletions that it knew nothing of from bulk syncs, so that a late creation is none', () => {
    const bench = joined();
    const deletion = tableEvent({ type: TABLE_EVENT.delete, lTime: 9, residualReapTime: 1800 });
    bench.delegate.notifyMsg(bulkSync(messages.makeCompoundMessage([deletion])));
    assert.deepEqual(bench.dropsOf(tableEvent({ lTime: 8 })), ['stale']);
    assert.equal(bench.db.getEntry(TABLE, NET, 'k'), undefined);
    // Nearly forgotten everywhere, it is not told on.
    const before = bench.db.counters.rebroadcasts;
    const old = tableEvent({ type: TABLE_EVENT.delete, lTime: 9, key: 'old', residualReapTime: 300 });
    bench.delegate.notifyMsg(bulkSync(messages.makeCompoundMessage([old])));
    assert.equal(bench.db.counters.rebroadcasts, before);
    const young = tableEvent({ type: TABLE_EVENT.delete, lTime: 9, key: 'young', residualReapTime: 301 });
    bench.delegate.notifyMsg(bulkSync(messages.makeCompoundMessage([young])));
    assert.equal(bench.db.counters.rebroadcasts, before + 1);
  });

  it('tells what time is left to a deleted entry, in whole seconds and less than there is', () => {
    const bench = joined();
    bench.db.createEntry(TABLE, NET, 'mine', utf8Encode('v'));
    bench.db.deleteEntry(TABLE, NET, 'mine');
    bench.run(6 * SECOND);
    bench.sent.length = 0;
    bench.delegate.notifyMsg(bulkSync(new Uint8Array(), { unsolicited: true }));
    const answer = messages.decodeGossip(bench.sent[0]!) as messages.GossipMessage;
    const sync = messages.decodeBulkSync(answer.data) as messages.BulkSyncMessage;
    const compound = messages.decodeGossip(sync.payload) as messages.GossipMessage;
    const [first] = messages.decodeCompound(compound.data) as Uint8Array[];
    const event = messages.decodeTableEvent((messages.decodeGossip(first!) as messages.GossipMessage).data);
    assert.equal((event as messages.TableEvent).residualReapTime, 1794);
  });

  it(`survives ${MUTATIONS} mutated messages`, () => {
    const rng = Rng.fromSeed(7);
    let bench = joined();
    let dropped = 0;
    const events = [networkEvent({ lTime: 9 }), nodeEvent({ lTime: 9 }), tableEvent({ lTime: 9 })];
    const state = messages.encodePushPull({
      lTime: 9,
      nodeName: OTHER,
      networks: [{ networkId: NET, lTime: 9, nodeName: OTHER, leaving: true }],
    });
    const samples = [
      ...events,
      messages.makeCompoundMessage(events),
      bulkSync(messages.makeCompoundMessage(events), { unsolicited: true }),
      messages.encodeGossip(GOSSIP.pushPull, state),
    ];
    for (let i = 0; i < MUTATIONS; i++) {
      if (i % 2000 === 1999) {
        bench.run(60 * SECOND);
        for (const [, count] of bench.db.counters.drops()) dropped += count;
        // What a mutation has entered stays: it begins anew now and then.
        bench = joined();
      }
      const bytes = samples[rng.below(samples.length)]!.slice(0);
      for (let changes = rng.between(1, 4); changes > 0; changes--) bytes[rng.below(bytes.length)] = rng.below(256);
      const mutated = rng.chance(0.2) ? bytes.subarray(0, rng.below(bytes.length)) : bytes;
      bench.delegate.notifyMsg(mutated);
      if (i % 3 === 0) bench.delegate.mergeRemoteState(mutated, i % 2 === 0);
    }
    assert.ok(dropped > MUTATIONS / 4);
  });
});
