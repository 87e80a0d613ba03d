import assert from 'node:assert/strict';
import { EventLog } from '../../../src/docker/daemon/events.ts';
import type { EngineEvent } from '../../../src/docker/daemon/events.ts';

describe('the events of an engine', () => {
  it('are told to whoever listens, in order, until they listen no more', () => {
    const clock = { now: 5 };
    const log = new EventLog(clock);
    const heard: EngineEvent[] = [];
    const cancel = log.subscribe((event) => heard.push(event));
    log.log('container', 'create', 'a', { name: 'c1' });
    clock.now = 7;
    log.log('container', 'start', 'a', { name: 'c1' });
    cancel();
    log.log('container', 'die', 'a', { name: 'c1' });
    const told = heard.map((event) => `${event.action} ${event.timeNs}`);
    assert.deepEqual(told, ['create 5', 'start 7']);
  });

  it('are kept, the last 256 of them', () => {
    const log = new EventLog({ now: 0 });
    for (let i = 0; i < 300; i++) log.log('network', 'create', String(i), {});
    assert.equal(log.past.length, 256);
    assert.equal(log.past[0]!.actorId, '44');
  });
});
