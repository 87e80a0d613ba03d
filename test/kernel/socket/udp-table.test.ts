import assert from 'node:assert/strict';
import { ip4 } from '../../../src/base/addr.ts';
import { UdpSocket } from '../../../src/kernel/socket/udp-socket.ts';
import { UdpTable } from '../../../src/kernel/socket/udp-table.ts';
import { Rng } from '../../../src/sim/rng.ts';
import { World } from '../kit.ts';

const host = new World().host('h', { eth0: '10.0.0.1/24' });

/** A socket as if it were bound. */
function socketAt(address: string, port: number): UdpSocket {
  const socket = new UdpSocket(host.rootNs);
  [socket.localAddress, socket.localPort] = [ip4(address), port];
  return socket;
}

describe('kernel: UDP table', () => {
  it('finds the sockets of a port, and none where none are', () => {
    const table = new UdpTable(Rng.fromSeed(1));
    const [one, two] = [socketAt('0.0.0.0', 5000), socketAt('10.0.0.1', 5000)];
    table.add(one);
    table.add(two);
    assert.deepEqual(table.atPort(5000), [one, two]);
    assert.equal(table.atPort(5001), null);
    assert.equal(table.lookup(1, 1, ip4('10.0.0.1'), 5000, null), two);
    assert.equal(table.lookup(1, 1, ip4('10.0.0.9'), 5000, null), one);
    table.remove(one);
    assert.equal(table.lookup(1, 1, ip4('10.0.0.9'), 5000, null), null);
    assert.equal(table.lookup(1, 1, ip4('10.0.0.9'), 5001, null), null);
  });

  it('remembers the ports that were asked for last, and nothing of them when sockets come and go', () => {
    const table = new UdpTable(Rng.fromSeed(1));
    const sockets = [5000, 5001, 5002].map((port) => socketAt('0.0.0.0', port));
    const found = (port: number): UdpSocket | null => table.lookup(1, 1, ip4('10.0.0.1'), port, null);
    const present = new Set<UdpSocket>();
    const rng = Rng.fromSeed(2);
    for (let i = 0; i < 2000; i++) {
      const socket = sockets[rng.below(3)]!;
      assert.equal(found(socket.localPort), present.has(socket) ? socket : null, `step ${i}`);
      if (rng.below(4) !== 0) continue;
      if (present.delete(socket)) {
        table.remove(socket);
      } else {
        table.add(socket);
        present.add(socket);
      }
    }
  });

  it('asserts that what is removed is there', () => {
    const table = new UdpTable(Rng.fromSeed(1));
    assert.throws(() => {
      table.remove(socketAt('0.0.0.0', 5000));
    }, /in the table/);
  });

  it('draws ephemeral ports from the whole range by its seed', () => {
    const draw = (seed: number): number[] => {
      const table = new UdpTable(Rng.fromSeed(seed));
      return Array.from({ length: 100 }, () => {
        const port = table.ephemeralPort(0, 32768, 60999);
        table.add(socketAt('0.0.0.0', port));
        return port;
      });
    };
    const ports = draw(3);
    assert.equal(new Set(ports).size, 100);
    assert.ok(Math.min(...ports) >= 32768 && Math.max(...ports) <= 60999 && Math.max(...ports) > 50000);
    assert.deepEqual(ports, draw(3));
    assert.notDeepEqual(ports, draw(4));
  });
});
