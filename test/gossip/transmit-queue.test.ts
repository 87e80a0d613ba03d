import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { TransmitQueue, retransmitLimit } from '../../src/gossip/transmit-queue.ts';
import { needTruth } from '../wire/machine.ts';

interface QueueStep {
  readonly queue?: string;
  readonly len?: number;
  readonly get?: readonly string[] | null;
  readonly queued: number;
}

interface QueueStory {
  readonly limit: number;
  readonly overhead: number;
  readonly numNodes: number;
  readonly retransmitMult: number;
  readonly steps: readonly QueueStep[];
}

function messageOf(name: string, length: number): Uint8Array {
  return new Uint8Array(length).fill(name.charCodeAt(0));
}

describe('TransmitQueue', () => {
  it('gives out what the real queue gives out, in its order', function () {
    const { vectors } = JSON.parse(readFileSync(needTruth(this, 'memberlist/queue.json'), 'utf8')) as {
      vectors: QueueStory[];
    };
    assert.ok(vectors.length > 0);
    for (const { limit, overhead, numNodes, retransmitMult, steps } of vectors) {
      const queue = new TransmitQueue(retransmitMult, () => numNodes);
      for (const step of steps) {
        if (step.queue !== undefined) {
          queue.queueBroadcast(messageOf(step.queue, step.len!), step.queue);
        } else {
          const names = queue.getBroadcasts(overhead, limit).map(([first]) => String.fromCharCode(first!));
          assert.deepEqual(names, step.get ?? []);
        }
        assert.equal(queue.length, step.queued);
      }
    }
  });

  it('limits retransmissions by the digits of the cluster', () => {
    const limits = [0, 1, 9, 10, 99, 100, 1000].map((nodes) => retransmitLimit(4, nodes));
    assert.deepEqual(limits, [0, 4, 4, 8, 8, 12, 16]);
  });

  it('sends every message as often as it is to be sent, and never more than fits', () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(lengths, fc.integer({ min: 1, max: 200 }), (messages, nodes) => {
        const queue = new TransmitQueue(4, () => nodes);
        let finished = 0;
        messages.forEach((length, i) => {
          const message = new Uint8Array(length).fill(i);
          queue.queueBroadcast(message, '', () => finished++);
        });
        const sent = new Map<number, number>();
        while (queue.length > 0) {
          const taken = queue.getBroadcasts(2, 100);
          assert.ok(taken.length > 0);
          assert.ok(taken.reduce((sum, each) => sum + each.length + 2, 0) <= 100);
          for (const [first] of taken) sent.set(first!, (sent.get(first!) ?? 0) + 1);
        }
        assert.equal(finished, messages.length);
        assert.deepEqual([...new Set(sent.values())], [Math.max(1, retransmitLimit(4, nodes))]);
        assert.equal(sent.size, messages.length);
      }),
    );
  });

  it('keeps the newest of a name, and tells the older one that it is finished', () => {
    const queue = new TransmitQueue(4, () => 3);
    const ends: string[] = [];
    queue.queueBroadcast(messageOf('a', 3), 'name', () => ends.push('first'));
    queue.queueBroadcast(messageOf('b', 2), 'name', () => ends.push('second'));
    assert.deepEqual(ends, ['first']);
    assert.equal(queue.length, 1);
    queue.prune(0);
    assert.deepEqual(ends, ['first', 'second']);
    assert.equal(queue.length, 0);
  });
});
