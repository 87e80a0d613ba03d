import assert from 'node:assert/strict';
import { eventDocument } from '../../../src/docker/inspect/event-document.ts';

describe('an event as the API writes it', () => {
  it('has old fields for containers, none for networks', () => {
    const common = { actorId: 'x', scope: 'local', timeNs: 1_500_000_000 } as const;
    const attributes = { name: 'c1', image: 'bb' };
    assert.deepEqual(eventDocument(10, { ...common, type: 'container', action: 'start', attributes }), {
      status: 'start',
      id: 'x',
      from: 'bb',
      Type: 'container',
      Action: 'start',
      Actor: { ID: 'x', Attributes: { image: 'bb', name: 'c1' } },
      scope: 'local',
      time: 11,
      timeNano: 11_500_000_000,
    });
    const network = eventDocument(10, { ...common, type: 'network', action: 'create', attributes: {} });
    assert.deepEqual(Object.keys(network), ['Type', 'Action', 'Actor', 'scope', 'time', 'timeNano']);
  });
});
