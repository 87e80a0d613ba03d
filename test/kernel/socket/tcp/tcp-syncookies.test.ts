import assert from 'node:assert/strict';
import type { Host } from '../../../../src/kernel/host.ts';
import { TcpSocket } from '../../../../src/kernel/socket/tcp/tcp-socket.ts';
import { FLAG_ACK, FLAG_SYN } from '../../../../src/wire/tcp.ts';
import { tcpBytes } from '../../../wire/frames.ts';
import type { World } from '../../kit.ts';
import { HOST_IP, introduce, ipBytes, MILLISECOND, pair, PEER_IP, SECOND, type, withPeer } from '../../kit.ts';

const PORT = 80;

function listening(host: Host, backlog: number): TcpSocket {
  const socket = new TcpSocket(host.rootNs);
  assert.equal(socket.bind(0, PORT), '');
  assert.equal(socket.listen(backlog), '');
  return socket;
}

function connected(world: World, a: Host, b: Host, waitNs = 20 * MILLISECOND): TcpSocket | null {
  const listener = listening(b, 4);
  const client = new TcpSocket(a.rootNs);
  assert.equal(client.connect(PEER_IP, PORT), 'EINPROGRESS');
  world.run(waitNs);
  assert.equal(client.send(Uint8Array.of(1, 2, 3)), 3);
  world.run(waitNs);
  return listener.accept();
}

describe('kernel: SYN cookies', () => {
  it('keep nothing, and agree on all that time stamps can tell', () => {
    const { world, a, b } = pair();
    type(b, 'sysctl -w net.ipv4.tcp_syncookies=2');
    const server = connected(world, a, b);
    assert.ok(server !== null);
    const { rxOpt } = server.sk!;
    assert.deepEqual(
      [rxOpt.tstampOk, rxOpt.sackOk, rxOpt.wscaleOk, rxOpt.sndWscale, rxOpt.mssClamp],
      [true, true, true, 7, 1460],
    );
    const { tcpExt } = b.rootNs.mib;
    assert.deepEqual([tcpExt.SyncookiesSent, tcpExt.SyncookiesRecv, tcpExt.SyncookiesFailed], [1, 1, 0]);
    assert.equal(server.receiveInto(new Uint8Array(9), 0, 9), 3);
  });

  it('agree on nothing but the MSS without time stamps', () => {
    const { world, a, b } = pair();
    type(b, 'sysctl -w net.ipv4.tcp_syncookies=2');
    type(a, 'sysctl -w net.ipv4.tcp_timestamps=0');
    const server = connected(world, a, b);
    assert.ok(server !== null);
    const { rxOpt } = server.sk!;
    assert.deepEqual([rxOpt.tstampOk, rxOpt.sackOk, rxOpt.wscaleOk, rxOpt.mssClamp], [false, false, false, 1460]);
  });

  for (const [setting, log, sent, dropped] of [
    [1, 'Sending cookies', 2, 0],
    [0, 'Dropping request', 0, 2],
  ] as const) {
    it(`are sent when too many ask, with tcp_syncookies=${setting}, and the kernel says so once`, () => {
      const { world, host, peer } = withPeer();
      introduce(peer);
      type(host, `sysctl -w net.ipv4.tcp_syncookies=${setting}`);
      listening(host, 2);
      for (let port = 1000; port < 1004; port++) {
        const syn = tcpBytes([port, PORT], FLAG_SYN, [], [], PEER_IP, HOST_IP);
        peer.gives(ipBytes(syn, { protocol: 6 }));
      }
      world.run(MILLISECOND);
      const { tcpExt } = host.rootNs.mib;
      assert.deepEqual([tcpExt.SyncookiesSent, tcpExt.TCPReqQFullDrop], [sent, dropped]);
      assert.equal(host.rootNs.tcp.list().length, 3);
      const lines = host.log.lines.filter(({ text }) => text.includes('SYN flooding'));
      assert.deepEqual(
        lines.map(({ text }) => text),
        [`TCP: request_sock_TCP: Possible SYN flooding on port 0.0.0.0:80. ${log}.`],
      );
      // Requests that nobody confirms are given up after a minute.
      world.run(70 * SECOND);
      assert.equal(host.rootNs.tcp.list().length, 1);
    });
  }

  it('that are not ours get a reset', () => {
    const { world, host, peer } = withPeer();
    introduce(peer);
    type(host, 'sysctl -w net.ipv4.tcp_syncookies=2');
    listening(host, 2);
    const syn = tcpBytes([1000, PORT], FLAG_SYN, [], [], PEER_IP, HOST_IP);
    peer.gives(ipBytes(syn, { protocol: 6 }));
    world.run(MILLISECOND);
    const ack = tcpBytes([1000, PORT], FLAG_ACK, [], [], PEER_IP, HOST_IP);
    peer.gives(ipBytes(ack, { protocol: 6 }));
    world.run(MILLISECOND);
    assert.deepEqual([host.rootNs.mib.tcpExt.SyncookiesFailed, host.rootNs.mib.tcpOutRsts], [1, 1]);
  });
});
