import assert from 'node:assert/strict';
import fc from 'fast-check';
import { BroadcastQueue, type Broadcast } from '../../../src/gossip/memberlist/broadcast-queue.ts';
import { retransmitLimit } from '../../../src/gossip/memberlist/formulas.ts';
import { need } from '../../machine.ts';
import { readTruth } from './truth.ts';

interface Step {
  readonly queue?: string;
  readonly len?: number;
  readonly get?: readonly string[] | null;
  readonly queued: number;
}

interface Play {
  readonly limit: number;
  readonly numNodes: number;
  readonly overhead: number;
  readonly retransmitMult: number;
  readonly steps: readonly Step[];
}

class TestBroadcast implements Broadcast {
  readonly name: string;
  readonly message: Uint8Array;
  readonly isUnique: boolean;
  readonly key: string;
  finishes = 0;

  constructor(name: string, message: Uint8Array, key = '', isUnique = false) {
    this.name = name;
    this.message = message;
    this.isUnique = isUnique;
    this.key = key;
  }

  invalidates(other: Broadcast): boolean {
    return other instanceof TestBroadcast && other.key === this.key;
  }

  finished(): void {
    this.finishes++;
  }
}

function bytes(length: number, fill = 0): Uint8Array {
  return new Uint8Array(length).fill(fill);
}

describe('gossip/memberlist/broadcast-queue', () => {
  it('gives messages in the order and as often as the library', function () {
    need(this, 'shared');
    const plays = readTruth('queue.json') as Play[];
    assert.ok(plays.length > 0);
    for (const { limit, numNodes, overhead, retransmitMult, steps } of plays) {
      const queue = new BroadcastQueue(retransmitMult);
      for (const [index, { queue: name, len, get, queued }] of steps.entries()) {
        if (name !== undefined) {
          queue.queueBroadcast(new TestBroadcast(name, bytes(len!, name.charCodeAt(0))));
        } else {
          const got = queue.getBroadcasts(overhead, limit, numNodes);
          const names = got?.map((message) => String.fromCharCode(message[0]!)) ?? null;
          assert.deepEqual(names, get ?? null, `step ${index}`);
        }
        assert.equal(queue.numQueued, queued, `step ${index}`);
      }
    }
  });

  it('replaces news by newer news of the same name, and says so', () => {
    const queue = new BroadcastQueue(4);
    const [old, young] = [new TestBroadcast('a', bytes(3)), new TestBroadcast('a', bytes(2))];
    queue.queueBroadcast(old);
    queue.queueBroadcast(young);
    assert.deepEqual([queue.numQueued, old.finishes, young.finishes], [1, 1, 0]);
  });

  it('asks those without a name whether they are the same news, but for unique ones', () => {
    const queue = new BroadcastQueue(4);
    const old = new TestBroadcast('', bytes(3), 'x');
    const other = new TestBroadcast('', bytes(3), 'y');
    const unique = new TestBroadcast('', bytes(3), 'x', true);
    for (const broadcast of [old, other, unique, new TestBroadcast('x', bytes(3), 'x')])
      queue.queueBroadcast(broadcast);
    queue.queueBroadcast(new TestBroadcast('', bytes(3), 'x'));
    assert.deepEqual([queue.numQueued, old.finishes, other.finishes, unique.finishes], [4, 1, 0, 0]);
  });

  it('keeps what was sent least often when it is pruned, and nothing when it is emptied', () => {
    const queue = new BroadcastQueue(4);
    const old = new TestBroadcast('old', bytes(1));
    queue.queueBroadcast(old);
    queue.getBroadcasts(2, 100, 10);
    const young = ['a', 'b', 'c'].map((name) => new TestBroadcast(name, bytes(1)));
    for (const broadcast of young) queue.queueBroadcast(broadcast);
    queue.prune(2);
    assert.deepEqual([queue.numQueued, old.finishes, ...young.map(({ finishes }) => finishes)], [2, 1, 1, 0, 0]);
    queue.reset();
    assert.equal(queue.numQueued, 0);
    assert.equal(queue.getBroadcasts(2, 100, 10), null);
  });

  it('never exceeds the limit, sends nothing twice at once, and each message as often as it should', () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(lengths, fc.integer({ min: 45, max: 200 }), fc.integer({ min: 1, max: 50 }), (sizes, limit, n) => {
        const queue = new BroadcastQueue(3);
        const broadcasts = sizes.map((size, index) => new TestBroadcast(`b${index}`, bytes(size)));
        for (const broadcast of broadcasts) queue.queueBroadcast(broadcast);
        const sent = new Map<Uint8Array, number>();
        for (let got = queue.getBroadcasts(2, limit, n); got !== null; got = queue.getBroadcasts(2, limit, n)) {
          assert.ok(got.reduce((sum, message) => sum + message.length + 2, 0) <= limit);
          assert.equal(new Set(got).size, got.length);
          for (const message of got) sent.set(message, (sent.get(message) ?? 0) + 1);
        }
        for (const { message, finishes } of broadcasts) {
          assert.deepEqual([sent.get(message), finishes], [retransmitLimit(3, n), 1]);
        }
      }),
    );
  });
});
