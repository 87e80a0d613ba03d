import assert from 'node:assert/strict';
import type { SessionMessage, AssignmentsMessage } from '../../../../src/docker/swarm/manager/dispatcher.ts';
import type { NodeDescription } from '../../../../src/docker/swarm/objects.ts';
import { ManagerLab, networkSpec } from '../lab.ts';

const SECOND_NS = 1_000_000_000;
const DESCRIPTION: NodeDescription = {
  hostname: 'h2',
  architecture: 'x86_64',
  os: 'linux',
  nanoCpus: 2_000_000_000,
  memoryBytes: 1,
  engineVersion: '20.10.24+dfsg1',
  plugins: [],
};

/** A worker that tells what it is told. */
class Worker {
  readonly messages: SessionMessage[] = [];
  readonly peer: { nodeId: string; address: string };
  private readonly lab: ManagerLab;

  constructor(lab: ManagerLab) {
    this.lab = lab;
    this.peer = { nodeId: lab.join(), address: '192.168.50.12' };
    lab.manager.open(this.peer, 'Dispatcher/Session', DESCRIPTION as never, {
      push: (message) => this.messages.push(message as unknown as SessionMessage),
      end: () => undefined,
    });
  }

  get state(): string {
    return this.lab.context.store.get('node', this.peer.nodeId)!.status.state;
  }

  beat(): number {
    const { sessionId } = this.messages.at(-1)!;
    return (this.lab.manager.call(this.peer, 'Dispatcher/Heartbeat', { sessionId }).get() as { period: number }).period;
  }
}

describe('docker/swarm/manager/dispatcher', () => {
  it('registers a node, and tells it its addresses, the managers and the keys', () => {
    const worker = new Worker(new ManagerLab());
    const { node, managers, keys } = worker.messages.at(-1)!;
    assert.equal(node.description?.hostname, 'h2');
    assert.deepEqual(node.status, { state: 'ready', message: '', addr: '192.168.50.12' });
    assert.equal(node.attachments[0]!.address, '10.0.0.3/24');
    assert.deepEqual(
      managers.map(({ addr }) => addr),
      ['192.168.50.11:2377'],
    );
    assert.equal(keys.length, 6);
  });

  it('asks for heartbeats every 5 s or so, and calls a node down that misses three', () => {
    const lab = new ManagerLab();
    const worker = new Worker(lab);
    const periods = Array.from({ length: 50 }, () => worker.beat());
    for (const period of periods) assert.ok(period >= 4.5 * SECOND_NS && period < 5.5 * SECOND_NS);
    assert.ok(new Set(periods).size > 40);
    lab.time.advance(3 * periods.at(-1)! - 1);
    assert.equal(worker.state, 'ready');
    lab.time.advance(1);
    assert.equal(worker.state, 'down');
    assert.equal(lab.context.store.get('node', worker.peer.nodeId)!.status.message, 'heartbeat failure');
    assert.throws(() => worker.beat(), /node not registered/);
  });

  it('lets a node whose heartbeats come stay as long as it likes', () => {
    const lab = new ManagerLab();
    const worker = new Worker(lab);
    for (let i = 0; i < 100; i++) lab.time.advance(worker.beat());
    assert.equal(worker.state, 'ready');
  });

  it('takes a node that comes again for the same one, with a session of its own', () => {
    const lab = new ManagerLab();
    const worker = new Worker(lab);
    const old = worker.messages.at(-1)!.sessionId;
    lab.manager.open(worker.peer, 'Dispatcher/Session', DESCRIPTION as never, {
      push: () => undefined,
      end: () => undefined,
    });
    assert.throws(
      () => lab.manager.call(worker.peer, 'Dispatcher/Heartbeat', { sessionId: old }).get(),
      /session invalid/,
    );
  });

  it('gathers what a node is to do for a tenth of a second', () => {
    const lab = new ManagerLab();
    const worker = new Worker(lab);
    lab.operate('CreateNetwork', networkSpec('ov1'));
    const heard: AssignmentsMessage[] = [];
    const { sessionId } = worker.messages.at(-1)!;
    const end = lab.manager.open(
      worker.peer,
      'Dispatcher/Assignments',
      { sessionId },
      {
        push: (message) => heard.push(message as unknown as AssignmentsMessage),
        end: () => undefined,
      },
    );
    const ask = { term: 'ov1', containerId: 'c1', wantedAddress: '' };
    lab.manager.call(worker.peer, 'ResourceAllocator/AttachNetwork', ask).get();
    assert.equal(heard.length, 1);
    lab.time.advance(SECOND_NS / 10);
    assert.equal(heard.length, 2);
    assert.equal(heard[1]!.tasks[0]!.address, '10.0.1.2/24');
    assert.equal(heard[1]!.networks[0]!.spec.name, 'ov1');
    end();
    lab.manager.call(worker.peer, 'ResourceAllocator/AttachNetwork', { ...ask, containerId: 'c2' }).get();
    lab.time.advance(SECOND_NS);
    assert.equal(heard.length, 2);
  });
});
