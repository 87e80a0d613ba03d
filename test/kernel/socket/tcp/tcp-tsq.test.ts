import assert from 'node:assert/strict';
import { ip4 } from '../../../../src/base/addr.ts';
import { TcpSocket } from '../../../../src/kernel/socket/tcp/tcp-socket.ts';
import { MILLISECOND, pair, SECOND } from '../../kit.ts';

/** Sends as much as goes for two seconds over a cable of 10 Mbit/s; the most that waited in the host, and the rest. */
function mostInHost(limitBytes: number): { most: number; left: number; carried: number } {
  const { world, a, b } = pair({}, { rateBitsPerSecond: 1e7, delayNs: 5 * MILLISECOND, queueFrames: 5000 });
  for (const host of [a, b]) for (const dev of host.rootNs.listDevices()) dev.tap = null;
  a.rootNs.sysctls.tcp.limitOutputBytes = limitBytes;
  const listening = new TcpSocket(b.rootNs);
  assert.equal(listening.bind(0, 80), '');
  assert.equal(listening.listen(1), '');
  const client = new TcpSocket(a.rootNs);
  assert.equal(client.connect(ip4('10.0.0.2'), 80), 'EINPROGRESS');
  world.run(50 * MILLISECOND);
  const server = listening.accept()!;
  const bytes = new Uint8Array(100_000);
  let [most, carried] = [0, 0];
  client.send(bytes);
  const endNs = world.sched.now + 2 * SECOND;
  while (world.sched.now < endNs && world.sched.run(endNs, 20) > 0) {
    client.send(bytes);
    for (let got = 1; got > 0;) {
      got = server.receiveInto(bytes, 0, bytes.length);
      if (got > 0) carried += got;
    }
    most = Math.max(most, client.sk!.wmemAlloc);
  }
  client.close();
  server.close();
  const { sk } = client;
  world.run(100 * SECOND);
  assert.equal(world.slab.inUse, 0);
  return { most, left: sk?.wmemAlloc ?? 0, carried };
}

describe('kernel: small queues of TCP', () => {
  it('keep few frames in the host, about a millisecond of them, and the cable busy', () => {
    const { most, carried } = mostInHost(4_194_304);
    assert.ok(most < 40 * 2280, `${most} bytes`);
    assert.ok(carried > (0.9 * 2 * 1e7) / 8, `${carried} bytes in two seconds`);
  });

  it('are bounded by net.ipv4.tcp_limit_output_bytes', () => {
    const { most, carried } = mostInHost(5000);
    assert.ok(most <= 25 * 2280, `${most} bytes`);
    assert.ok(carried > 0.5e6, `${carried} bytes in two seconds`);
  });

  it('let go of every frame in the end', () => {
    assert.equal(mostInHost(4_194_304).left, 0);
  });
});
