import assert from 'node:assert/strict';
import { Drop, DROP_REASON_COUNT, dropReasonName } from '../../src/link/drop.ts';

describe('link: drop reasons', () => {
  it('have the numbers from 1 on without a gap, so that they index an array', () => {
    const numbers = Object.values(Drop).sort((a, b) => a - b);
    assert.deepEqual(
      numbers,
      Array.from({ length: DROP_REASON_COUNT - 1 }, (_, i) => i + 1),
    );
  });

  it('are told by their names', () => {
    for (const [name, value] of Object.entries(Drop)) assert.equal(dropReasonName(value), name);
    assert.equal(dropReasonName(0), 'NOT_SPECIFIED');
    assert.equal(dropReasonName(DROP_REASON_COUNT), 'NOT_SPECIFIED');
  });

  it('never change their numbers: results that were written down stay true', () => {
    const { NO_SOCKET, OTHERHOST, NEIGH_FAILED, CPU_BACKLOG, X_SWITCH_QUEUE_FULL, X_LAYER2_LOOP, IP_LOCALNET } = Drop;
    assert.deepEqual(
      [NO_SOCKET, OTHERHOST, NEIGH_FAILED, CPU_BACKLOG, X_SWITCH_QUEUE_FULL, X_LAYER2_LOOP, IP_LOCALNET],
      [1, 7, 15, 19, 40, 42, 43],
    );
  });
});
