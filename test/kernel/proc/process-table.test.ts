import assert from 'node:assert/strict';
import fc from 'fast-check';
import { PROCESSES_MAX } from '../../../src/kernel/proc/process-table.ts';
import type { Program } from '../../../src/kernel/proc/program-registry.ts';
import { Bell, TableKit } from './table-kit.ts';

const stayer: Program = function* stayer(proc) {
  for (;;) yield proc.waitFor([]);
};

describe('kernel/proc/process-table:', () => {
  it('numbers are never used twice, and processes stand in their order', () => {
    const kit = new TableKit();
    const first = kit.start(stayer).proc;
    const second = kit.start(stayer).proc;
    first.kill('SIGKILL');
    const third = kit.start(stayer).proc;
    assert.deepEqual(
      kit.table.all.map((proc) => proc.pid),
      [second.pid, third.pid],
    );
    assert.ok(third.pid > second.pid && second.pid > first.pid);
  });

  it('threads of services are seen by nobody, and shift nobody’s number', () => {
    const kit = new TableKit();
    const first = kit.start(stayer).proc;
    const thread = first.spawn({ argv: ['service'], program: stayer, isThread: true });
    const second = kit.start(stayer).proc;
    assert.equal(second.pid, first.pid + 1);
    assert.ok(!second.peers.includes(thread) && !second.visible().includes(thread));
    assert.equal(second.peer(thread.pid), undefined);
    assert.ok(kit.table.all.includes(thread));
    thread.kill('SIGKILL');
    assert.ok(!kit.table.all.includes(thread));
  });

  it('it says when it is full, and a program can see that', () => {
    const kit = new TableKit();
    const procs = Array.from({ length: PROCESSES_MAX }, () => kit.start(stayer).proc);
    assert.equal(kit.table.hasRoom, false);
    assert.equal(procs[0]!.hasRoomForChild, false);
    assert.throws(() => kit.start(stayer), /has room/);
    procs[7]!.kill('SIGKILL');
    assert.equal(kit.table.hasRoom, true);
  });

  it('ended processes leave nothing behind in the scheduler', () => {
    const kit = new TableKit();
    for (let i = 0; i < 1000; i++) {
      kit.run(function* naps(proc) {
        yield proc.sleep(1000);
        return 0;
      });
    }
    assert.equal(kit.table.all.length, 0);
    assert.equal(kit.sched.nextTime(), Infinity);
    const id = kit.sched.register({ fire: () => undefined });
    assert.ok(id < 10, `target ${id}: the numbers of ended processes are used again`);
  });

  it('the same waits and signals give the same story, whatever they are', () => {
    const step = fc.record({ sleep: fc.nat(5), waits: fc.boolean(), rings: fc.boolean(), kills: fc.boolean() });
    const plans = fc.array(fc.array(step, { maxLength: 6 }), { minLength: 1, maxLength: 6 });
    const story = (plan: readonly (readonly { sleep: number; waits: boolean; rings: boolean; kills: boolean }[])[]) => {
      const kit = new TableKit();
      const bell = new Bell();
      const log: string[] = [];
      for (const [index, steps] of plan.entries()) {
        const { proc } = kit.start(function* follows(self) {
          for (const { sleep, waits, rings, kills } of steps) {
            const reason = yield waits ? self.waitFor(bell, self.now + sleep * 7000) : self.sleep(sleep * 1000);
            log.push(`${index} ${reason} ${self.now}`);
            if (rings) bell.ring();
            else bell.silence();
            if (kills) kit.table.all[0]?.kill('SIGTERM', self);
          }
          return 0;
        });
        proc.addWaiter({ wake: () => log.push(`${index} ended ${String(proc.exitCode)} ${proc.endedNs}`) });
      }
      kit.sched.run(Infinity, 10_000);
      return { log, left: kit.table.all.length };
    };
    fc.assert(
      fc.property(plans, (plan) => {
        const first = story(plan);
        assert.deepEqual(story(plan), first);
        assert.equal(first.left, 0);
      }),
      { numRuns: 100 * Number(process.env['DOCKWIRE_EFFORT'] ?? 1) },
    );
  });
});
