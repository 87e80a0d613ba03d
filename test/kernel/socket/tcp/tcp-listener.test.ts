import assert from 'node:assert/strict';
import type { Host } from '../../../../src/kernel/host.ts';
import { TcpListener } from '../../../../src/kernel/socket/tcp/tcp-listener.ts';
import { tcpNewSock } from '../../../../src/kernel/socket/tcp/tcp-new-sock.ts';
import { TcpSocket } from '../../../../src/kernel/socket/tcp/tcp-socket.ts';
import type { World } from '../../kit.ts';
import { MILLISECOND, pair, PEER_IP, SECOND, type } from '../../kit.ts';

const PORT = 80;

/** A listener with room for one more than `backlog`, and clients that all come at once. */
function crowd(
  backlog: number,
  clients: number,
): { world: World; a: Host; b: Host; listener: TcpSocket; came: TcpSocket[] } {
  const { world, a, b } = pair();
  const listener = new TcpSocket(b.rootNs);
  assert.equal(listener.bind(0, PORT), '');
  assert.equal(listener.listen(backlog), '');
  // Cookies would keep no request in the queue.
  type(b, 'sysctl -w net.ipv4.tcp_syncookies=0');
  const came = Array.from({ length: clients }, () => {
    const client = new TcpSocket(a.rootNs);
    assert.equal(client.connect(PEER_IP, PORT), 'EINPROGRESS');
    world.run(20 * MILLISECOND);
    return client;
  });
  return { world, a, b, listener, came };
}

describe('kernel: the queue of a listener', () => {
  it('gives the oldest first, and is full at one more than its backlog', () => {
    const { b } = pair();
    const queue = new TcpListener();
    queue.backlogMax = 2;
    const children = Array.from({ length: 9 }, () => tcpNewSock(b.rootNs));
    for (const child of children.slice(0, 3)) queue.add(child);
    assert.deepEqual([queue.readyCount, queue.isFull], [3, true]);
    assert.equal(queue.take(), children[0]);
    assert.equal(queue.isFull, false);
    for (const child of children.slice(3)) queue.add(child);
    for (const child of children.slice(1)) assert.equal(queue.take(), child);
    assert.deepEqual([queue.take(), queue.readyCount], [null, 0]);
  });

  it('that is full takes no SYN, which comes again and finds room', () => {
    const { world, b, listener, came } = crowd(1, 3);
    const { tcpExt } = b.rootNs.mib;
    assert.deepEqual(
      came.map((client) => client.writable.isReady()),
      [true, true, false],
    );
    assert.ok(tcpExt.ListenOverflows > 0 && tcpExt.ListenDrops >= tcpExt.ListenOverflows);
    assert.ok(listener.accept() !== null);
    world.run(2 * SECOND);
    assert.equal(came[2]!.writable.isReady(), true);
    assert.equal(came[2]!.connect(PEER_IP, PORT), '');
  });

  it('ends with its listener: who waits in it hears of a reset', () => {
    const { world, listener, came } = crowd(4, 2);
    listener.close();
    world.run(MILLISECOND);
    for (const client of came) {
      assert.equal(client.receiveInto(new Uint8Array(1), 0, 1), -1);
      assert.equal(client.lastError, 'ECONNRESET');
    }
  });
});
