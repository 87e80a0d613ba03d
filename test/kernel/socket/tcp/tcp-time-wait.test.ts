import assert from 'node:assert/strict';
import { ip4 } from '../../../../src/base/addr.ts';
import type { Host } from '../../../../src/kernel/host.ts';
import { TcpSocket } from '../../../../src/kernel/socket/tcp/tcp-socket.ts';
import type { World } from '../../kit.ts';
import { MILLISECOND, SECOND, type, World as Lab } from '../../kit.ts';

const PORT = 80;
const LOOPBACK = ip4('127.0.0.1');

function lab(): { world: World; host: Host; listener: TcpSocket } {
  const world = new Lab();
  const host = world.host('h');
  const listener = new TcpSocket(host.rootNs);
  assert.equal(listener.bind(0, PORT), '');
  assert.equal(listener.listen(100), '');
  return { world, host, listener };
}

/** A connection from `port` that the client closes first; what the second connect(2) answers. */
function comeAndGo({ world, host, listener }: ReturnType<typeof lab>, port: number): string {
  const client = new TcpSocket(host.rootNs);
  client.setReuseAddress(true);
  if (port !== 0) assert.equal(client.bind(0, port), '');
  const errno = client.connect(LOOPBACK, PORT);
  if (errno !== 'EINPROGRESS') {
    client.close();
    return errno;
  }
  world.run(MILLISECOND);
  const answer = client.connect(LOOPBACK, PORT);
  const server = listener.accept();
  client.close();
  world.run(MILLISECOND);
  server?.close();
  world.run(MILLISECOND);
  return answer;
}

describe('kernel: TIME_WAIT', () => {
  it('lasts a minute, and keeps its port', () => {
    const all = lab();
    assert.equal(comeAndGo(all, 5000), '');
    const { tcp } = all.host.rootNs;
    assert.equal(tcp.timeWaitCount, 1);
    const other = new TcpSocket(all.host.rootNs);
    assert.equal(other.bind(0, 5000), 'EADDRINUSE');
    all.world.run(61 * SECOND);
    assert.equal(tcp.timeWaitCount, 0);
    assert.equal(other.bind(0, 5000), '');
    assert.equal(all.host.rootNs.mib.tcpExt.TW, 1);
  });

  it('makes room for who names the port, with time stamps only', () => {
    const all = lab();
    assert.equal(comeAndGo(all, 5000), '');
    assert.equal(comeAndGo(all, 5000), '');
    assert.equal(all.host.rootNs.mib.tcpExt.TWRecycled, 1);
    type(all.host, 'sysctl -w net.ipv4.tcp_timestamps=0');
    assert.equal(comeAndGo(all, 5001), '');
    assert.equal(comeAndGo(all, 5001), 'EADDRNOTAVAIL');
  });

  it('makes room on lo after a second for who wants any port, with tcp_tw_reuse', () => {
    const all = lab();
    const { sysctls } = all.host.rootNs;
    [sysctls.ipLocalPortMin, sysctls.ipLocalPortMax] = [40_000, 40_001];
    assert.deepEqual([comeAndGo(all, 0), comeAndGo(all, 0), comeAndGo(all, 0)], ['', '', 'EADDRNOTAVAIL']);
    all.world.run(2 * SECOND);
    assert.equal(comeAndGo(all, 0), '');
    sysctls.tcp.twReuse = 0;
    all.world.run(2 * SECOND);
    assert.equal(comeAndGo(all, 0), 'EADDRNOTAVAIL');
  });

  it('is left out when there are too many', () => {
    const all = lab();
    type(all.host, 'sysctl -w net.ipv4.tcp_max_tw_buckets=2');
    for (let port = 5000; port < 5004; port++) assert.equal(comeAndGo(all, port), '');
    assert.equal(all.host.rootNs.tcp.timeWaitCount, 2);
    assert.equal(all.host.rootNs.mib.tcpExt.TCPTimeWaitOverflow, 2);
  });
});
