import assert from 'node:assert/strict';
import fc from 'fast-check';
import { EFFORT, type } from '../kit.ts';
import { QdiscLab } from './kit.ts';

const SECOND = 1_000_000_000;

describe('kernel: qdisc tree', () => {
  it('lists its disciplines from the top, and counts all frames in them', () => {
    const lab = new QdiscLab(
      'tc qdisc add dev v0 root handle 1: netem delay 10ms',
      'tc qdisc add dev v0 parent 1: handle 2: netem delay 10ms',
      'tc qdisc add dev v0 parent 2: handle 3: pfifo limit 7',
    );
    assert.deepEqual(
      lab.dev.qdisc!.all.map((qdisc) => qdisc.handle),
      [1, 2, 3],
    );
    lab.send(4, 100);
    lab.leaves(15_000_000);
    assert.equal(lab.dev.qdisc!.heldFrames, 4);
    assert.equal(lab.leaves(SECOND).length, 4);
  });

  it('duplicates at the top: the copy goes through every discipline', () => {
    const lab = new QdiscLab(
      'tc qdisc add dev v0 root handle 1: tbf rate 1gbit burst 100k limit 100k',
      'tc qdisc add dev v0 parent 1: handle 2: netem duplicate 100%',
    );
    lab.send(3, 100);
    assert.equal(lab.counters['packets'], 6);
    assert.deepEqual([lab.counters['queueLength'], lab.counters['backlogBytes']], [0, 0]);
  });

  it('counts what it holds, whatever hangs on what and is changed, replaced or deleted meanwhile', () => {
    const kinds = [
      'netem delay 3ms 2ms loss 10% duplicate 20% reorder 30% gap 3 limit 8',
      'netem delay 1ms rate 2mbit duplicate 10% corrupt 5%',
      'netem slot 2ms packets 2',
      'tbf rate 2mbit burst 3000 limit 9000',
      'pfifo limit 4',
      'bfifo limit 5000',
    ];
    const places = ['root handle 1:', 'parent 1: handle 2:', 'parent 2: handle 3:'];
    const verbs = ['add', 'replace', 'change', 'del'];
    const step = fc.record({
      verb: fc.constantFrom(...verbs),
      place: fc.constantFrom(...places),
      kind: fc.constantFrom(...kinds),
      count: fc.nat({ max: 12 }),
      waitMs: fc.nat({ max: 4 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const lab = new QdiscLab();
        for (const { verb, place, kind, count, waitMs } of steps) {
          lab.host.admin.type(`tc qdisc ${verb} dev v0 ${place}${verb === 'del' ? '' : ` ${kind}`}`);
          lab.world.check();
          lab.send(count, 300);
          lab.leaves(waitMs * 1_000_000);
          for (const qdisc of lab.dev.qdisc?.all ?? []) {
            assert.equal(qdisc.queueLength, qdisc.heldFrames, `${qdisc.kind} ${qdisc.handle}`);
            assert.equal(qdisc.backlogBytes, 300 * qdisc.queueLength);
          }
        }
        lab.leaves(10 * SECOND);
        lab.host.admin.type('tc qdisc del dev v0 root');
        lab.world.check();
      }),
      { numRuns: 60 * EFFORT },
    );
  });

  it('captures a frame when it leaves, not when it is queued', () => {
    const lab = new QdiscLab('tc qdisc add dev v0 root netem delay 1ms');
    const before = lab.world.seenAt('h/v0').length;
    lab.send(1, 100);
    assert.equal(lab.world.seenAt('h/v0').length, before);
    assert.deepEqual(lab.leaves(SECOND), [[0, 1000]]);
  });

  it('stays on an interface that goes down and comes up again', () => {
    const lab = new QdiscLab('tc qdisc add dev v0 root netem delay 1ms');
    type(lab.host, 'ip link set v0 down');
    type(lab.host, 'ip link set v0 up');
    lab.leaves(SECOND);
    lab.send(1, 100);
    assert.deepEqual(lab.leaves(SECOND), [[0, 1000]]);
  });
});
