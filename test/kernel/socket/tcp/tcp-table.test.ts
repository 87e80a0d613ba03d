import assert from 'node:assert/strict';
import { ip4 } from '../../../../src/base/addr.ts';
import type { Host } from '../../../../src/kernel/host.ts';
import { TcpSocket } from '../../../../src/kernel/socket/tcp/tcp-socket.ts';
import { HOST_IP, PEER_IP, withPeer } from '../../kit.ts';

function listening(host: Host, address: string, change: (socket: TcpSocket) => void = () => undefined): TcpSocket {
  const socket = new TcpSocket(host.rootNs);
  socket.setReuseAddress(true);
  change(socket);
  assert.equal(socket.bind(ip4(address), 80), '');
  assert.equal(socket.listen(4), '');
  return socket;
}

describe('kernel: which listener gets a SYN', () => {
  it('is that of the address, then that of the interface, then any', () => {
    const { host } = withPeer();
    const { tcp } = host.rootNs;
    const eth0 = host.rootNs.deviceByName('eth0');
    const find = (address: string, dev = eth0): unknown => tcp.lookupListener(PEER_IP, 4000, ip4(address), 80, dev);
    const bound = listening(host, '0.0.0.0', (socket) => {
      assert.equal(socket.bindToDevice('eth0'), '');
    });
    const ours = listening(host, '127.0.0.1', (socket) => {
      assert.equal(socket.bindToDevice('lo'), '');
    });
    assert.equal(find('127.0.0.1', host.rootNs.deviceByName('lo')), ours.sk);
    assert.equal(find('127.0.0.1'), bound.sk);
    assert.equal(find('10.0.0.1'), bound.sk);
    assert.equal(find('10.0.0.1', host.rootNs.deviceByName('lo')), null);
    bound.close();
    assert.equal(find('10.0.0.1'), null);
    assert.equal(tcp.list().length, 1);
  });

  it('is one of those who share the port, always the same for the same peer', () => {
    const { host } = withPeer();
    const { tcp } = host.rootNs;
    const share = (socket: TcpSocket): void => {
      socket.setReusePort(true);
    };
    const sockets = [1, 2, 3].map(() => listening(host, '0.0.0.0', share));
    const counts = new Map<unknown, number>();
    for (let port = 1000; port < 4000; port++) {
      const found = tcp.lookupListener(PEER_IP, port, HOST_IP, 80, null);
      assert.equal(tcp.lookupListener(PEER_IP, port, HOST_IP, 80, null), found);
      counts.set(found, (counts.get(found) ?? 0) + 1);
    }
    for (const socket of sockets) assert.ok(Math.abs((counts.get(socket.sk) ?? 0) - 1000) < 150);
  });
});
