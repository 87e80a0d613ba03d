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

  it('draws ids that are not 0 and not taken, by its seed, until none is left', () => {
    const table = new PingTable(Rng.fromSeed(2));
    const first = new PingTable(Rng.fromSeed(2)).freeId();
    const seen = new Set<number>();
    for (let i = 0; i < 65_535; i++) {
      const id = table.freeId();
      if (i === 0) assert.equal(id, first);
      assert.ok(id >= 1 && id <= 65_535 && !seen.has(id));
      seen.add(id);
      table.add(socketOf(id));
      // Filling the rest in order spares a search through all ids for each of them.
      if (i === 100) {
        for (let rest = 1; rest < 65_535; rest++) {
          if (seen.has(rest)) continue;
          seen.add(rest);
          table.add(socketOf(rest));
        }
        break;
      }
    }
    assert.deepEqual([table.freeId(), seen.size], [65_535, 65_534]);
    table.add(socketOf(65_535));
    assert.equal(table.freeId(), 0);
  });
});
