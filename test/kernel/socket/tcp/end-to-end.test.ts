import assert from 'node:assert/strict';
import { ip4 } from '../../../../src/base/addr.ts';
import type { Host } from '../../../../src/kernel/host.ts';
import { TcpSocket } from '../../../../src/kernel/socket/tcp/tcp-socket.ts';
import { TCP_ESTABLISHED } from '../../../../src/kernel/socket/tcp/tcp-states.ts';
import type { World } from '../../kit.ts';
import { MILLISECOND, pair, SECOND } from '../../kit.ts';

const PORT = 8080;
/** Of `a` and `b`. */
const SERVER = ip4('10.0.0.2');
const LOOPBACK = ip4('127.0.0.1');

function listener(host: Host, port = PORT, backlog = 16): TcpSocket {
  const socket = new TcpSocket(host.rootNs);
  socket.setReuseAddress(true);
  assert.equal(socket.bind(0, port), '');
  assert.equal(socket.listen(backlog), '');
  return socket;
}

/** Both ends of a connection that stands. */
function connected(world: World, a: Host, b: Host, address = SERVER): { client: TcpSocket; server: TcpSocket } {
  const listening = listener(b);
  const client = new TcpSocket(a.rootNs);
  assert.equal(client.connect(address, PORT), 'EINPROGRESS');
  assert.equal(client.writable.isReady(), false);
  world.run(20 * MILLISECOND);
  assert.equal(client.writable.isReady(), true);
  assert.equal(client.connect(address, PORT), '');
  const server = listening.accept();
  assert.ok(server !== null);
  listening.close();
  return { client, server };
}

function textFrom(socket: TcpSocket): string {
  const buffer = new Uint8Array(65_536);
  const got = socket.receiveInto(buffer, 0, buffer.length);
  return got < 0 ? socket.lastError : new TextDecoder().decode(buffer.subarray(0, got));
}

function say(socket: TcpSocket, text: string): void {
  assert.equal(socket.send(new TextEncoder().encode(text)), text.length);
}

/** Bytes that tell their place. */
function pattern(count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, i) => (i * 7 + (i >> 8)) & 255);
}

/** Sends all of `bytes`, reading at the other end as it comes; what has come. */
function carry(world: World, from: TcpSocket, to: TcpSocket, bytes: Uint8Array, stepNs = MILLISECOND): Uint8Array {
  const got = new Uint8Array(bytes.length);
  let [sent, received] = [0, 0];
  for (let i = 0; i < 20_000 && received < bytes.length; i++) {
    if (sent < bytes.length) {
      const taken = from.send(bytes, sent);
      if (taken > 0) sent += taken;
      else assert.equal(from.lastError, 'EAGAIN');
    }
    world.run(stepNs);
    for (;;) {
      const count = to.receiveInto(got, received, got.length - received);
      if (count <= 0) break;
      received += count;
      if (received === got.length) break;
    }
  }
  assert.equal(received, bytes.length);
  return got;
}

describe('kernel: TCP from end to end', () => {
  for (const where of ['a cable', 'lo']) {
    it(`connects, sends both ways and closes over ${where}`, () => {
      const { world, a, b } = pair();
      const far = where === 'lo' ? a : b;
      const { client, server } = connected(world, a, far, where === 'lo' ? LOOPBACK : SERVER);
      assert.deepEqual([client.state, server.state], [TCP_ESTABLISHED, TCP_ESTABLISHED]);
      assert.equal(server.remotePort, client.localPort);
      say(client, 'ping');
      world.run(MILLISECOND);
      assert.equal(textFrom(server), 'ping');
      assert.equal(textFrom(server), 'EAGAIN');
      say(server, 'pong');
      world.run(MILLISECOND);
      assert.equal(textFrom(client), 'pong');
      client.close();
      world.run(50 * MILLISECOND);
      assert.equal(server.readable.isReady(), true);
      assert.equal(textFrom(server), '');
      server.close();
      world.run(SECOND);
      assert.equal(a.rootNs.tcp.timeWaitCount, 1);
      world.run(61 * SECOND);
      assert.deepEqual([a.rootNs.tcp.list(), b.rootNs.tcp.list()], [[], []]);
      assert.deepEqual(world.dropped(), {});
    });

    it(`carries a megabyte over ${where}`, () => {
      const { world, a, b } = pair({}, { delayNs: MILLISECOND });
      const far = where === 'lo' ? a : b;
      const { client, server } = connected(world, a, far, where === 'lo' ? LOOPBACK : SERVER);
      const bytes = pattern(1_000_000);
      assert.deepEqual(carry(world, client, server, bytes), bytes);
      assert.deepEqual(carry(world, server, client, bytes.subarray(0, 50_000)), bytes.subarray(0, 50_000));
      assert.deepEqual(world.dropped(), {});
    });
  }

  it('refuses where nobody listens', () => {
    const { world, a } = pair();
    const client = new TcpSocket(a.rootNs);
    assert.equal(client.connect(SERVER, PORT), 'EINPROGRESS');
    assert.equal(client.connect(SERVER, PORT), 'EALREADY');
    world.run(20 * MILLISECOND);
    assert.equal(client.connect(SERVER, PORT), 'ECONNREFUSED');
    assert.equal(client.connect(SERVER, PORT), 'EINPROGRESS');
    world.run(20 * MILLISECOND);
    assert.equal(client.connect(SERVER, PORT), 'ECONNREFUSED');
    assert.deepEqual(world.dropped(), { NO_SOCKET: 2 });
  });

  it('resets who goes on after everybody has left', () => {
    const { world, a, b } = pair();
    const { client, server } = connected(world, a, b);
    say(client, 'unread');
    world.run(MILLISECOND);
    server.close();
    world.run(MILLISECOND);
    assert.equal(textFrom(client), 'ECONNRESET');
    assert.equal(client.send(new Uint8Array(1)), -1);
    assert.equal(client.lastError, 'EPIPE');
    assert.deepEqual([a.rootNs.tcp.list(), b.rootNs.tcp.list()], [[], []]);
  });
});
