import assert from 'node:assert/strict';
import { ip4 } from '../../../../src/base/addr.ts';
import { TcpSocket } from '../../../../src/kernel/socket/tcp/tcp-socket.ts';
import { RCV_SHUTDOWN, SEND_SHUTDOWN, TCP_CLOSE, TCP_LISTEN } from '../../../../src/kernel/socket/tcp/tcp-states.ts';
import { MILLISECOND, pair, PEER_IP, SECOND, type } from '../../kit.ts';

const BYTES = new Uint8Array(10);

/** What calls answer on a socket that is not connected. */
function refusals(socket: TcpSocket): string[] {
  const errors: string[] = [];
  for (const call of [
    () => socket.send(BYTES),
    () => socket.receiveInto(BYTES, 0, 10),
    () => socket.peekInto(BYTES, 0, 10),
  ]) {
    assert.equal(call(), -1);
    errors.push(socket.lastError);
  }
  assert.equal(socket.accept(), null);
  return [...errors, socket.lastError];
}

describe('kernel: TCP sockets', () => {
  it('refuse what they cannot do', () => {
    const { a } = pair();
    const socket = new TcpSocket(a.rootNs);
    assert.deepEqual(refusals(socket), ['EPIPE', 'ENOTCONN', 'ENOTCONN', 'EINVAL']);
    assert.equal(socket.shutdown(SEND_SHUTDOWN), 'ENOTCONN');
    assert.equal(socket.shutdown(0), 'EINVAL');
    assert.equal(socket.connect(ip4('99.0.0.1'), 80), 'ENETUNREACH');
    assert.equal(socket.connect(ip4('224.0.0.1'), 80), 'ENETUNREACH');
    assert.equal(socket.setMaxSegment(20), 'EINVAL');
    assert.equal(socket.setSynCount(0), 'EINVAL');
    assert.equal(socket.setCongestionControl('vegas'), 'ENOENT');
    assert.equal(socket.bindToDevice('eth9'), 'ENODEV');
    assert.equal(socket.listen(3), '');
    assert.equal(socket.state, TCP_LISTEN);
    assert.deepEqual(refusals(socket), ['EPIPE', 'ENOTCONN', 'ENOTCONN', 'EAGAIN']);
    assert.equal(socket.connect(PEER_IP, 80), 'EISCONN');
    assert.deepEqual([socket.waitingBytes, socket.unsentBytes], [0, 0]);
    assert.equal(socket.shutdown(RCV_SHUTDOWN), '');
    assert.equal(socket.state, TCP_CLOSE);
    socket.close();
    socket.close();
    assert.deepEqual(refusals(socket), ['EBADF', 'EBADF', 'EBADF', 'EBADF']);
    assert.deepEqual([socket.bind(0, 1), socket.listen(1), socket.connect(PEER_IP, 1)], ['EBADF', 'EBADF', 'EBADF']);
  });

  it('keep for a second connect what was set and bound, not what became of the first', () => {
    const { world, a, b } = pair();
    const socket = new TcpSocket(a.rootNs);
    socket.setTtl(9);
    socket.setSendBuffer(10_000);
    assert.equal(socket.bind(0, 4000), '');
    assert.equal(socket.connect(PEER_IP, 80), 'EINPROGRESS');
    world.run(20 * MILLISECOND);
    assert.deepEqual([socket.takeError(), socket.takeError()], ['ECONNREFUSED', '']);
    assert.equal(socket.connect(PEER_IP, 80), 'ECONNABORTED');
    const listener = new TcpSocket(b.rootNs);
    assert.equal(listener.bind(0, 80), '');
    assert.equal(listener.listen(1), '');
    assert.equal(socket.connect(PEER_IP, 80), 'EINPROGRESS');
    world.run(20 * MILLISECOND);
    assert.equal(socket.connect(PEER_IP, 80), '');
    assert.equal(socket.connect(PEER_IP, 80), 'EISCONN');
    assert.deepEqual([socket.localPort, socket.sk!.ttl, socket.sk!.sndbufBytes], [4000, 9, 20_000]);
    const server = listener.accept()!;
    assert.deepEqual([server.remotePort, server.remoteAddress], [4000, socket.localAddress]);
  });

  it('wake who waits for them', () => {
    const { world, a, b } = pair();
    const [client, listener] = [new TcpSocket(a.rootNs), new TcpSocket(b.rootNs)];
    const woken: string[] = [];
    const waiter = (name: string): { wake: () => void } => ({ wake: () => woken.push(name) });
    listener.listen(1);
    listener.readable.addWaiter(waiter('listener'));
    client.writable.addWaiter(waiter('connected'));
    client.readable.addWaiter(waiter('readable'));
    client.connect(PEER_IP, listener.localPort);
    world.run(20 * MILLISECOND);
    assert.ok(woken.includes('listener') && woken.includes('connected'));
    const server = listener.accept()!;
    woken.length = 0;
    server.send(BYTES);
    assert.equal(client.readable.isReady(), false);
    world.run(MILLISECOND);
    assert.ok(woken.includes('readable') && client.readable.isReady());
    assert.equal(client.waitingBytes, 10);
    assert.equal(client.peekInto(new Uint8Array(20), 0, 20), 10);
    assert.equal(client.receiveInto(new Uint8Array(20), 0, 20), 10);
    assert.equal(client.readable.isReady(), false);
  });

  it('end without a trace, whatever their machine was in the midst of', () => {
    const { world, a, b } = pair();
    const [client, listener] = [new TcpSocket(a.rootNs), new TcpSocket(b.rootNs)];
    listener.listen(1);
    client.connect(PEER_IP, listener.localPort);
    world.run(20 * MILLISECOND);
    const server = listener.accept()!;
    client.send(new Uint8Array(100_000));
    type(a, 'ip link set eth0 down');
    world.run(3 * SECOND);
    client.close();
    server.close();
    listener.close();
    world.run(4000 * SECOND);
    assert.deepEqual([a.rootNs.tcp.list(), b.rootNs.tcp.list()], [[], []]);
    assert.deepEqual([a.rootNs.tcp.orphanCount, b.rootNs.tcp.orphanCount], [0, 0]);
  });
});
