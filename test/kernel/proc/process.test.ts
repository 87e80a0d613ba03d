import assert from 'node:assert/strict';
import { LimitError } from '../../../src/base/assert.ts';
import { Descriptors, NullDevice, PipeWriter } from '../../../src/kernel/proc/descriptors.ts';
import { Pipe } from '../../../src/kernel/proc/pipe.ts';
import type { Process } from '../../../src/kernel/proc/process.ts';
import type { Program } from '../../../src/kernel/proc/program-registry.ts';
import type { WakeReason } from '../../../src/kernel/proc/wait.ts';
import { Bell, MILLISECOND, SECOND, TableKit, WAKEUP_NS } from './table-kit.ts';

/** A program that sleeps and then ends. */
function sleeper(ns: number, code = 0): Program {
  return function* sleeper(proc) {
    yield proc.sleep(ns);
    return code;
  };
}

/** A program that stays until a signal ends it. */
const stayer: Program = function* stayer(proc) {
  for (;;) yield proc.waitFor([]);
};

describe('kernel/proc/process: waits', () => {
  it('a program runs at once until its first wait, and one that never waits takes no time', () => {
    const kit = new TableKit();
    const log: string[] = [];
    const { proc } = kit.start(function* quick(self) {
      log.push('before');
      yield self.sleep(1);
      log.push('after');
      return 3;
    });
    assert.deepEqual(log, ['before']);
    assert.equal(proc.exitCode, null);
    kit.sched.run(Infinity, 10);
    assert.deepEqual(log, ['before', 'after']);
    assert.deepEqual([proc.exitCode, proc.startedNs, proc.endedNs], [3, 0, 1]);
    const none = kit.run(function* none() {
      return 0;
    });
    assert.deepEqual([none.exit, none.endedNs], [0, 1]);
  });

  it('a timer wakes exactly at its time, data a wake-up latency after it is ready', () => {
    const kit = new TableKit();
    const bell = new Bell();
    const log: [WakeReason, number][] = [];
    kit.at(3 * MILLISECOND, () => {
      bell.ring();
    });
    kit.run(function* waits(proc) {
      log.push([yield proc.sleep(2 * MILLISECOND), proc.now]);
      log.push([yield proc.waitFor(bell, SECOND), proc.now]);
      bell.silence();
      log.push([yield proc.waitFor(bell, SECOND), proc.now]);
      return 0;
    });
    assert.deepEqual(log, [
      ['timer', 2 * MILLISECOND],
      ['ready', 3 * MILLISECOND + WAKEUP_NS],
      ['timer', SECOND],
    ]);
  });

  it('what is ready already, and a time that has come, do not block', () => {
    const kit = new TableKit();
    const bell = new Bell();
    bell.ring();
    const reasons: WakeReason[] = [];
    const { proc } = kit.start(function* waits(self) {
      reasons.push(yield self.waitFor(bell));
      reasons.push(yield self.waitFor([], self.now));
      reasons.push(yield self.sleep(0));
      return 0;
    });
    assert.equal(proc.exitCode, 0);
    assert.deepEqual(reasons, ['ready', 'timer', 'timer']);
  });

  it('woken twice before it has run, a process runs once, at the first time', () => {
    const kit = new TableKit();
    const [first, second] = [new Bell(), new Bell()];
    const times: number[] = [];
    kit.at(1000, () => {
      first.ring();
    });
    kit.at(3000, () => {
      second.ring();
      second.silence();
    });
    kit.run(function* waits(proc) {
      yield proc.waitFor([first, second]);
      times.push(proc.now);
      first.silence();
      yield proc.waitFor([first, second], SECOND);
      times.push(proc.now);
      return 0;
    });
    assert.deepEqual(times, [1000 + WAKEUP_NS, SECOND]);
  });

  it('a time that comes between data and the wake-up is kept', () => {
    const kit = new TableKit();
    const bell = new Bell();
    let woken = 0;
    kit.at(1000, () => {
      bell.ring();
    });
    kit.run(function* waits(proc) {
      yield proc.waitFor(bell, 4000);
      woken = proc.now;
      return 0;
    });
    assert.equal(woken, 4000);
  });

  it('processes woken by one thing go on in the order in which they began to wait', () => {
    const kit = new TableKit();
    const bell = new Bell();
    const log: string[] = [];
    const waiterNamed = (name: string, delayNs: number): Program =>
      function* waiter(proc) {
        yield proc.sleep(delayNs);
        yield proc.waitFor(bell);
        log.push(name);
        return 0;
      };
    kit.start(waiterNamed('late', 200));
    kit.start(waiterNamed('early', 100));
    kit.start(waiterNamed('first', 0));
    kit.at(1000, () => {
      bell.ring();
    });
    kit.sched.run(Infinity, 100);
    assert.deepEqual(log, ['first', 'early', 'late']);
  });

  it('a program that never blocks and never ends is found out', () => {
    const kit = new TableKit();
    assert.throws(
      () =>
        kit.start(function* spins(proc) {
          for (;;) yield proc.sleep(0);
        }),
      /never waits: a loop without a sleep/,
    );
  });
});

describe('kernel/proc/process: children', () => {
  it('a child inherits what is not given to it, and has a copy of the environment', () => {
    const kit = new TableKit();
    let seen = '';
    const env = new Map([['KEY', 'parent']]);
    kit.run(
      function* parent(proc) {
        proc.directory = '/tmp';
        const child = proc.spawn({
          argv: ['child', 'a'],
          program: function* child(self) {
            self.env.set('KEY', 'child');
            const stdin = typeof self.stdin === 'string' ? self.stdin : 'stream';
            self.write(`${self.hostname} ${self.argv.join(' ')} ${self.directory} ${stdin}\n`);
            return 7;
          },
        });
        seen = `${String(child.exitCode)} ${proc.env.get('KEY')!} ${String(child.parent === proc)}`;
        return 0;
      },
      { env },
    );
    assert.equal(seen, '7 parent true');
  });

  it('the end of a child wakes who waits for it in the same instant', () => {
    const kit = new TableKit();
    const result = kit.run(function* parent(proc) {
      const child = proc.spawn({ argv: ['child'], program: sleeper(5 * SECOND, 4) });
      yield proc.waitFor(child);
      return child.exitCode!;
    });
    assert.deepEqual([result.exit, result.endedNs], [4, 5 * SECOND]);
  });

  it('a process has left the table when it has ended', () => {
    const kit = new TableKit();
    const { proc } = kit.start(sleeper(1000));
    assert.equal(kit.table.get(proc.pid), proc);
    assert.deepEqual(kit.table.all, [proc]);
    kit.sched.run(Infinity, 10);
    assert.equal(kit.table.get(proc.pid), undefined);
    assert.deepEqual(kit.table.all, []);
  });

  it('what a child lacks is noted on all that started it, and on the table', () => {
    const kit = new TableKit();
    const { proc } = kit.start(function* parent(self) {
      const child = self.spawn({
        argv: ['child'],
        program: function* child(own) {
          own.markUnsupported();
          return 127;
        },
      });
      return child.exitCode!;
    });
    assert.equal(proc.isUnsupported, true);
    assert.equal(kit.table.sawUnsupported, true);
  });
});

describe('kernel/proc/process: signals', () => {
  it('without a handler a signal ends the process at once, as 128 + n, after its finally blocks', () => {
    const kit = new TableKit();
    let cleanedUp = false;
    const { proc } = kit.start(function* cleans(self) {
      try {
        yield self.waitFor([]);
        return 0;
      } finally {
        cleanedUp = true;
      }
    });
    kit.at(1000, () => {
      proc.kill('SIGTERM');
    });
    kit.sched.run(Infinity, 10);
    assert.deepEqual([proc.exitCode, proc.endedBySignal, proc.endedNs, cleanedUp], [143, 'SIGTERM', 1000, true]);
  });

  it('a handler runs at the process’s next step, and the wait ends as interrupted', () => {
    const kit = new TableKit();
    const log: string[] = [];
    const { proc } = kit.start(function* handles(self) {
      self.onSignal('SIGINT', () => {
        log.push(`handler ${self.now}`);
      });
      log.push(yield self.sleep(SECOND));
      return 0;
    });
    kit.at(1000, () => {
      proc.kill('SIGINT');
      proc.kill('SIGINT');
    });
    kit.sched.run(Infinity, 10);
    assert.deepEqual(log, [`handler ${1000 + WAKEUP_NS}`, 'signal']);
    assert.equal(proc.exitCode, 0);
  });

  it('SIGKILL cannot be caught, and what is ignored by default ends nobody', () => {
    const kit = new TableKit();
    const { proc } = kit.start(stayer);
    assert.throws(() => {
      proc.onSignal('SIGKILL', () => undefined);
    }, /cannot be caught/);
    proc.kill('SIGCHLD');
    assert.equal(proc.exitCode, null);
    proc.kill('SIGKILL');
    assert.deepEqual([proc.exitCode, proc.endedBySignal], [137, 'SIGKILL']);
    proc.kill('SIGTERM');
    assert.equal(proc.exitCode, 137);
  });

  it('a process that kills itself ends when it next blocks, or as it chose', () => {
    const kit = new TableKit();
    const { proc } = kit.start(function* kills(self) {
      self.kill('SIGTERM', self);
      yield self.sleep(0);
      return 0;
    });
    assert.equal(proc.exitCode, 143);
    const chosen = kit.run(function* ends(self) {
      self.kill('SIGTERM', self);
      return 5;
    });
    assert.equal(chosen.exit, 5);
  });

  it('a signal that comes while the process runs is handled before it blocks', () => {
    const kit = new TableKit();
    const log: string[] = [];
    kit.run(function* signals(self) {
      self.onSignal('SIGUSR1', () => {
        log.push('handler');
      });
      self.kill('SIGUSR1', self);
      log.push(yield self.sleep(SECOND));
      log.push(String(self.now));
      return 0;
    });
    assert.deepEqual(log, ['handler', 'signal', '0']);
  });

  it('a killed process that was woken does not run', () => {
    const kit = new TableKit();
    const bell = new Bell();
    let hasRun = false;
    const { proc } = kit.start(function* waits(self) {
      yield self.waitFor(bell);
      hasRun = true;
      return 0;
    });
    bell.ring();
    proc.kill('SIGKILL');
    kit.sched.run(Infinity, 10);
    assert.deepEqual([hasRun, proc.exitCode], [false, 137]);
  });
});

describe('kernel/proc/process: pid namespaces', () => {
  function initWithChild(kit: TableKit): { init: Process; child: Process } {
    let child: Process | undefined;
    const { proc: init } = kit.start(
      function* init(self) {
        child = self.spawn({ argv: ['child'], program: stayer });
        for (;;) yield self.waitFor([]);
      },
      { pid1: true },
    );
    return { init, child: child! };
  }

  it('numbers begin at 1 inside and go on outside', () => {
    const kit = new TableKit();
    const { proc: outside } = kit.start(stayer);
    const { init, child } = initWithChild(kit);
    assert.deepEqual([init.ownPid, child.ownPid], [1, 2]);
    assert.deepEqual([init.pid, child.pid], [outside.pid + 1, outside.pid + 2]);
    assert.equal(outside.ownPid, outside.pid);
    assert.equal(child.peer(1), init);
    assert.equal(outside.peer(1), undefined);
    assert.equal(outside.peer(outside.pid), outside);
  });

  it('the first process ignores what it has no handler for, but for SIGKILL from outside', () => {
    const kit = new TableKit();
    const { init, child } = initWithChild(kit);
    init.kill('SIGTERM');
    init.kill('SIGINT', child);
    init.kill('SIGKILL', child);
    assert.equal(init.exitCode, null);
    init.kill('SIGKILL');
    assert.equal(init.exitCode, 137);
  });

  it('its end is the end of all inside, and of no one else', () => {
    const kit = new TableKit();
    const { proc: outside } = kit.start(stayer);
    const { init, child } = initWithChild(kit);
    const { proc: joined } = kit.start(stayer, { parent: init });
    init.kill('SIGKILL');
    assert.deepEqual([child.exitCode, joined.exitCode, outside.exitCode], [137, 137, null]);
  });

  it('an ended first process takes its namespace along in the order of the numbers', () => {
    const kit = new TableKit();
    const order: number[] = [];
    const { proc: init } = kit.start(sleeper(1000), { pid1: true });
    for (const i of [1, 2, 3]) {
      const { proc } = kit.start(stayer, { parent: init });
      proc.addWaiter({ wake: () => order.push(i) });
    }
    kit.sched.run(Infinity, 10);
    assert.deepEqual(order, [1, 2, 3]);
  });
});

describe('kernel/proc/process: descriptors and execve', () => {
  const writer: Program = function* writer(proc) {
    for (let i = 0; ; i++) {
      proc.write(`${i}\n`);
      yield proc.sleep(MILLISECOND);
    }
  };

  function pipeTo(pipe: Pipe): Descriptors {
    const descriptors = Descriptors.standard('null', new PipeWriter(pipe), new NullDevice());
    return descriptors;
  }

  it('a process that ends, however, closes its end of a pipe', () => {
    const kit = new TableKit();
    for (const end of ['exit', 'kill'] as const) {
      const pipe = new Pipe();
      const { proc } = kit.start(end === 'exit' ? sleeper(SECOND) : stayer, { descriptors: pipeTo(pipe) });
      assert.equal(pipe.isReady(), false);
      if (end === 'kill') proc.kill('SIGKILL');
      kit.sched.run(Infinity, 100);
      assert.deepEqual([pipe.isReady(), pipe.read()], [true, null]);
    }
  });

  it('who writes into a pipe that nobody reads any more is ended by SIGPIPE', () => {
    const kit = new TableKit();
    const pipe = new Pipe();
    const { proc } = kit.start(writer, { descriptors: pipeTo(pipe) });
    kit.at(2.5 * MILLISECOND, () => {
      pipe.closeReader();
    });
    kit.sched.run(Infinity, 100);
    assert.deepEqual([proc.endedBySignal, proc.exitCode, proc.endedNs], ['SIGPIPE', 141, 3 * MILLISECOND]);
  });

  it('who has filled a pipe waits until someone reads', () => {
    const kit = new TableKit();
    const pipe = new Pipe();
    const { proc } = kit.start(
      function* fills(self) {
        self.write('x'.repeat(70_000));
        yield self.sleep(0);
        return 0;
      },
      { descriptors: pipeTo(pipe) },
    );
    kit.at(SECOND, () => {
      pipe.read();
    });
    kit.sched.run(Infinity, 100);
    assert.equal(proc.endedNs, SECOND + WAKEUP_NS);
  });

  it('the end of a pipe wakes its reader at once, data after the wake-up time', () => {
    const kit = new TableKit();
    const pipe = new Pipe();
    const times: number[] = [];
    const reader = function* reader(self: Process): ReturnType<Program> {
      while (pipe.read() !== null) {
        yield self.waitFor(pipe);
        times.push(self.now);
      }
      return 0;
    };
    kit.start(
      function* twice(self) {
        yield self.sleep(SECOND);
        self.write('x');
        yield self.sleep(SECOND);
        return 0;
      },
      { descriptors: pipeTo(pipe) },
    );
    kit.start(reader);
    kit.sched.run(Infinity, 100);
    assert.deepEqual(times, [SECOND + WAKEUP_NS, 2 * SECOND]);
  });

  it('a yield lets the others go first, and is no time', () => {
    const kit = new TableKit();
    const log: string[] = [];
    const polite = (name: string): Program =>
      function* (self) {
        for (let round = 0; round < 2; round++) {
          log.push(name + String(round));
          yield self.schedYield();
        }
        return 0;
      };
    kit.start(polite('a'));
    kit.start(polite('b'));
    kit.sched.run(Infinity, 100);
    assert.deepEqual([log, kit.sched.now], [['a0', 'b0', 'a1', 'b1'], 0]);
    assert.throws(() => {
      kit.start(function* yields(self) {
        for (;;) yield self.schedYield();
      });
      kit.sched.run(Infinity, 1_000_000);
    }, LimitError);
  });

  it('an ignored signal stays ignored in children and across execve, a handler does not', () => {
    const kit = new TableKit();
    let child: Process | null = null;
    const { proc } = kit.start(function* starts(self) {
      self.ignoreSignal('SIGHUP');
      self.onSignal('SIGTERM', () => undefined);
      child = self.spawn({ argv: ['child'], program: stayer });
      return yield* self.exec(stayer, ['other', 'x'], new Map([['A', '1']]));
    });
    assert.deepEqual([proc.argv, [...proc.env], proc.isIgnored('SIGHUP')], [['other', 'x'], [['A', '1']], true]);
    for (const each of [proc, child!]) {
      each.kill('SIGHUP');
      assert.equal(each.exitCode, null);
      assert.equal(each.group, proc.pid);
      each.kill('SIGTERM');
      assert.equal(each.exitCode, 143);
    }
  });
});

describe('kernel/proc/process: the freezer', () => {
  it('holds a process until it is thawed, which then goes on at once with what is due', () => {
    const kit = new TableKit();
    const log: number[] = [];
    const { proc } = kit.start(function* sleeps(self) {
      for (let i = 0; i < 2; i++) {
        yield self.sleep(SECOND);
        log.push(self.now);
      }
      return 0;
    });
    proc.freeze();
    kit.at(5 * SECOND, () => {
      assert.deepEqual(log, []);
      proc.thaw();
      proc.thaw();
    });
    kit.sched.run(Infinity, Infinity);
    assert.deepEqual([log, proc.exitCode], [[5 * SECOND, 6 * SECOND], 0]);
  });

  it('keeps signals for later, but for SIGKILL', () => {
    const kit = new TableKit();
    const one = kit.start(stayer).proc;
    const two = kit.start(stayer).proc;
    for (const proc of [one, two]) proc.freeze();
    one.kill('SIGTERM');
    two.kill('SIGKILL');
    assert.deepEqual([one.exitCode, two.exitCode], [null, 137]);
    one.thaw();
    two.thaw();
    assert.deepEqual([one.exitCode, two.exitCode], [143, 137]);
  });
});
