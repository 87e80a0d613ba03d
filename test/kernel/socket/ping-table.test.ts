import assert from 'node:assert/strict';
import { PingSocket } from '../../../src/kernel/socket/ping-socket.ts';
import { PingTable } from '../../../src/kernel/socket/ping-table.ts';
import { Rng } from '../../../src/sim/rng.ts';
import { World } from '../kit.ts';

const host = new World().host('h');

function socketOf(id: number): PingSocket {
  const socket = new PingSocket(host.rootNs);
  socket.id = id;
  return socket;
}

describe('kernel: ping table', () => {
  it('finds sockets by id until they go', () => {
    const table = new PingTable(Rng.fromSeed(1));
    const socket = socketOf(5);
    table.add(socket);
    assert.equal(table.find(5), socket);
    table.remove(socket);
    assert.equal(table.find(5), null);
  });

  it('draws ids that are not 0 and not taken, by its seed', () => {
    const draw = (seed: number): number[] => {
      const table = new PingTable(Rng.fromSeed(seed));
      return Array.from({ length: 200 }, () => {
        const id = table.freeId();
        table.add(socketOf(id));
        return id;
      });
    };
    const ids = draw(2);
    assert.equal(new Set(ids).size, 200);
    assert.ok(ids.every((id) => id >= 1 && id <= 65_535));
    assert.deepEqual(draw(2), ids);
    assert.notDeepEqual(draw(3), ids);
  });

  it('finds the last id that is free, and none after it', () => {
    const table = new PingTable(Rng.fromSeed(1));
    for (let id = 1; id <= 65_535; id++) if (id !== 777) table.add(socketOf(id));
    assert.equal(table.freeId(), 777);
    table.add(socketOf(777));
    assert.equal(table.freeId(), 0);
  });
});
