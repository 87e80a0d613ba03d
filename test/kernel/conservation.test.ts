/**
 * Nothing vanishes: on a lab built from a plan, whatever is sent, the books balance after every event, and a census of
 * all places where frames can be finds as many as the slab has given out.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { planW2, planW3 } from '../../bench/workload-plans.ts';
import type { Ip4 } from '../../src/base/addr.ts';
import type { Host } from '../../src/kernel/host.ts';
import { PingSocket } from '../../src/kernel/socket/ping-socket.ts';
import { UdpSocket } from '../../src/kernel/socket/udp-socket.ts';
import { Hash64 } from '../../src/sim/trace-hash.ts';
import type { QueueKind } from '../../src/sim/queues.ts';
import { QUEUE_KINDS } from '../../src/sim/queues.ts';
import { Lab } from '../../src/scenario/lab.ts';
import type { Plan } from '../../src/scenario/plan.ts';
import { EFFORT, payloadOf, SECOND } from './kit.ts';

interface Action {
  /** Since the action before. */
  readonly gapNs: number;
  readonly from: number;
  readonly to: number;
  readonly length: number;
  readonly kind: 'ping' | 'udp' | 'closed' | 'nobody';
}

const PORT = 5000;

function addressOf(host: Host): Ip4 {
  const dev = host.rootNs.deviceByName('eth0');
  assert.ok(dev !== null);
  return dev.addresses[0]!.address;
}

function check(lab: Lab): void {
  const { sent, delivered, dropped, inFlight } = lab.totals();
  const ended = Object.values(dropped).reduce((sum, count) => sum + count, delivered);
  assert.equal(sent, ended + inFlight);
  assert.equal(lab.census(), inFlight);
}

/** Fires events up to `untilNs` one by one, with the books checked after each. */
function runChecked(lab: Lab, untilNs: number): void {
  while (lab.sched.run(untilNs, 1) === 1) check(lab);
  if (untilNs > lab.sched.now) lab.sched.advanceTo(untilNs);
}

function act(lab: Lab, action: Action): void {
  const from = lab.hosts[action.from % lab.hosts.length]!;
  const to = addressOf(lab.hosts[action.to % lab.hosts.length]!);
  if (action.kind === 'ping') new PingSocket(from.rootNs).sendEcho(to, 1, payloadOf(action.length));
  else {
    const socket = new UdpSocket(from.rootNs);
    const address = action.kind === 'nobody' ? to + 200 : to;
    socket.sendTo(address, action.kind === 'udp' ? PORT : PORT + 1, payloadOf(action.length));
    socket.close();
  }
}

/** Runs the actions and what follows from them; a hash of all that passed any card, and the final books. */
function run(plan: Plan, actions: readonly Action[], queue: QueueKind, isChecked: boolean): string {
  const lab = new Lab(plan, { queue, observer: null });
  const hash = new Hash64();
  for (const host of lab.hosts) {
    const socket = new UdpSocket(host.rootNs);
    socket.bind(0, PORT);
    for (const dev of host.rootNs.listDevices()) {
      dev.tap = {
        onFrame: (frame, direction) => {
          hash.updateNumber(lab.sched.now);
          hash.update32(direction);
          hash.updateBytes(frame.slab.view, frame.head, frame.tail);
        },
      };
    }
  }
  for (const action of actions) {
    runChecked(lab, lab.sched.now + action.gapNs);
    act(lab, action);
    check(lab);
  }
  if (isChecked) runChecked(lab, lab.sched.now + 40 * SECOND);
  else lab.sched.run(lab.sched.now + 40 * SECOND, Infinity);
  check(lab);
  assert.equal(lab.totals().inFlight, 0, 'in the end every frame has met its fate');
  return `${hash.digest()} ${JSON.stringify(lab.totals())}`;
}

const action = fc.record<Action>({
  gapNs: fc.constantFrom(0, 0, 1000, 50_000, SECOND),
  from: fc.nat({ max: 31 }),
  to: fc.nat({ max: 31 }),
  length: fc.constantFrom(0, 8, 1400, 5000, 30_000),
  kind: fc.constantFrom('ping', 'udp', 'closed', 'nobody'),
});

/** A LAN whose cables are slow and whose queues are short, so that much is lost. */
function crowdedLan(): Plan {
  const plan = planW2(1);
  return {
    ...plan,
    lans: plan.lans.map((lan) => ({ ...lan, rateBitsPerSecond: 10_000_000, queueFrames: 3 })),
    flows: [],
  };
}

describe('kernel: conservation', () => {
  it('holds after every event on a crowded LAN', () => {
    fc.assert(
      fc.property(fc.array(action, { minLength: 1, maxLength: 25 }), (actions) => {
        run(crowdedLan(), actions, 'heap', true);
      }),
      { numRuns: 8 * EFFORT },
    );
  });

  it('holds after every event along a chain of routers', () => {
    fc.assert(
      fc.property(fc.array(action, { minLength: 1, maxLength: 15 }), (actions) => {
        run({ ...planW3(1), flows: [] }, actions, 'calendar', true);
      }),
      { numRuns: 8 * EFFORT },
    );
  });

  it('puts the same frames on the same cards with the same seed, whichever queue orders the events', () => {
    fc.assert(
      fc.property(fc.array(action, { minLength: 1, maxLength: 20 }), (actions) => {
        const runs = [...QUEUE_KINDS, 'heap' as const].map((queue) => run(crowdedLan(), actions, queue, false));
        assert.equal(new Set(runs).size, 1);
      }),
      { numRuns: 4 * EFFORT },
    );
  });

  it('does otherwise with another seed', () => {
    const actions: Action[] = [{ gapNs: 0, from: 0, to: 1, length: 8, kind: 'ping' }];
    const plan = crowdedLan();
    assert.notEqual(run(plan, actions, 'heap', false), run({ ...plan, seed: 2 }, actions, 'heap', false));
  });
});
