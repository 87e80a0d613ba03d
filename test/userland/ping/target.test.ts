import assert from 'node:assert/strict';
import { readPingCommand } from '../../../src/userland/ping/options.ts';
import { openTarget } from '../../../src/userland/ping/target.ts';
import type { PingTarget } from '../../../src/userland/ping/target.ts';
import { resolveFromFiles } from '../../../src/userland/resolve.ts';
import { FakeEchoSocket, FakeNetwork } from './fake-network.ts';

describe('userland/ping/target:', () => {
  function open(
    line: string,
    network = new FakeNetwork(),
  ): { target: PingTarget; socket: FakeEchoSocket; stderr: string } {
    network.kit.files.write('/etc/hosts', '10.0.0.2 node2.example node2\n');
    const socket = new FakeEchoSocket(network);
    let target: PingTarget | undefined;
    const { stderr } = network.kit.run(function* opens(proc) {
      target = yield* openTarget(proc, socket, network.sockets, readPingCommand(line.split(' ')), resolveFromFiles);
      return 0;
    });
    return { target: target!, socket, stderr };
  }

  it('a name has an address and a canonical name', () => {
    const { target } = open('node2');
    assert.deepEqual(target, {
      address: 0x0a000002,
      hostname: 'node2.example',
      isNumeric: false,
      isBroadcast: false,
      optionBytes: 0,
      fromText: '',
    });
    assert.equal(open('10.0.2').target.hostname, '10.0.2');
  });

  it('the routes are asked unless a source is given', () => {
    const network = new FakeNetwork();
    network.probeErrno = 'ENETUNREACH';
    assert.throws(() => open('10.9.0.1', network), /ping: connect: Network is unreachable/);
    assert.equal(open('-I 10.0.0.1 10.9.0.1', network).target.fromText, '10.0.0.1 ');
    assert.equal(open('-I eth0 10.9.0.1', network).target.fromText, '10.0.0.1 eth0');
  });

  it('options reach the socket before anything is sent', () => {
    const { socket } = open('-t 3 -Q 8 -M dont -e 99 node2');
    assert.deepEqual([socket.ttl, socket.tos, socket.pmtuDiscovery, socket.id], [3, 8, 0, 99]);
    assert.throws(() => open('-t 0 node2'), /cannot set unicast time-to-live: Invalid argument/);
  });

  it('a broadcast address is warned about and not fragmented', () => {
    const network = new FakeNetwork();
    network.probeErrno = 'EACCES';
    assert.throws(() => open('10.0.0.255', network), /Do you want to ping broadcast\? Then -b/);
    const { target, socket, stderr } = open('-b 10.0.0.255', network);
    assert.deepEqual([target.isBroadcast, socket.broadcast, socket.pmtuDiscovery], [true, true, 2]);
    assert.equal(stderr, 'WARNING: pinging broadcast address\n');
    assert.equal(open('-b -M want 10.0.0.255', network).socket.pmtuDiscovery, 1);
  });
});
