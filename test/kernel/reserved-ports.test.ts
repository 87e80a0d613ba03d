import assert from 'node:assert/strict';
import { ip4 } from '../../src/base/addr.ts';
import { isReservedPort } from '../../src/kernel/reserved-ports.ts';
import { TcpSocket } from '../../src/kernel/socket/tcp/tcp-socket.ts';
import { type, World } from './kit.ts';

describe('kernel: reserved ports', () => {
  it('are kept back from who wants any, and may be named', () => {
    const host = new World().host('h');
    const { sysctls } = host.rootNs;
    assert.equal(isReservedPort(sysctls, 8080), false);
    type(host, 'sysctl -w net.ipv4.ip_local_reserved_ports=40000-40002,40005');
    const reserved = [39_999, 40_000, 40_002, 40_003, 40_005, 40_006].map((port) => isReservedPort(sysctls, port));
    assert.deepEqual(reserved, [false, true, true, false, true, false]);
    [sysctls.ipLocalPortMin, sysctls.ipLocalPortMax] = [40_000, 40_005];
    const free = [1, 2].map(() => {
      const socket = new TcpSocket(host.rootNs);
      assert.equal(socket.connect(ip4('127.0.0.1'), 9), 'EINPROGRESS');
      return socket.localPort;
    });
    assert.deepEqual(
      free.sort((left, right) => left - right),
      [40_003, 40_004],
    );
    assert.equal(new TcpSocket(host.rootNs).connect(ip4('127.0.0.1'), 9), 'EADDRNOTAVAIL');
    assert.equal(new TcpSocket(host.rootNs).bind(0, 40_005), '');
  });
});
