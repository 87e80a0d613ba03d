import assert from 'node:assert/strict';
import { ip4 } from '../../../src/base/addr.ts';
import { namespaceOf } from '../../../src/docker/daemon/container-network.ts';
import { TcpSocket } from '../../../src/kernel/socket/tcp/tcp-socket.ts';
import { SEND_SHUTDOWN } from '../../../src/kernel/socket/tcp/tcp-states.ts';
import { EngineLab } from '../engine-lab.ts';

/** A container with port 80 published, by way of the proxy alone. */
class ProxyLab {
  readonly lab = new EngineLab(1);
  readonly server: TcpSocket;

  constructor(isListening = true) {
    assert.equal(this.lab.sh('docker run -d --name web -p 8585:80 bb sleep 100000').exit, 0);
    this.server = new TcpSocket(namespaceOf(this.lab.engine, this.lab.engine.getContainer('web')));
    if (!isListening) return;
    assert.equal(this.server.bind(0, 80), '');
    assert.equal(this.server.listen(10), '');
  }

  connect(): TcpSocket {
    const socket = new TcpSocket(this.lab.engine.host.rootNs);
    socket.connect(ip4('127.0.0.1'), 8585);
    this.lab.wait(0.1);
    assert.equal(socket.takeError(), '');
    return socket;
  }
}

function received(socket: TcpSocket): string {
  const buffer = new Uint8Array(100_000);
  const got = socket.receiveInto(buffer, 0, buffer.length);
  return got < 0 ? socket.lastError : Buffer.from(buffer.subarray(0, got)).toString();
}

describe('docker-proxy with TCP', () => {
  it('carries both ways from the bridge’s address, each to its end', () => {
    const proxied = new ProxyLab();
    const { lab } = proxied;
    const client = proxied.connect();
    const peer = proxied.server.accept()!;
    assert.equal(peer.remoteAddress, ip4('172.17.0.1'));
    client.send(Buffer.from('question'));
    lab.wait(0.1);
    assert.equal(received(peer), 'question');
    client.shutdown(SEND_SHUTDOWN);
    lab.wait(0.1);
    assert.equal(received(peer), '');
    peer.send(Buffer.from('answer'));
    lab.wait(0.1);
    assert.equal(received(client), 'answer');
    assert.equal(received(client), 'EAGAIN');
    peer.close();
    lab.wait(0.1);
    assert.equal(received(client), '');
    client.close();
  });

  it('carries more than fits anywhere, and several at a time', () => {
    const proxied = new ProxyLab();
    const clients = [proxied.connect(), proxied.connect()];
    const peers = [proxied.server.accept()!, proxied.server.accept()!];
    const size = 1_000_000;
    const buffer = new Uint8Array(size);
    const counts = [0, 0];
    const sent = [0, 0];
    const bytes = Uint8Array.from({ length: size }, (_, i) => (i * 7) & 0xff);
    for (let round = 0; round < 400 && counts.some((count) => count < size); round++) {
      clients.forEach((client, i) => {
        if (sent[i]! < size) sent[i]! += Math.max(0, client.send(bytes, sent[i]));
        const got = peers[i]!.receiveInto(buffer, 0, size);
        for (let at = 0; at < got; at++) assert.equal(buffer[at], bytes[counts[i]! + at]);
        counts[i]! += Math.max(0, got);
      });
      proxied.lab.wait(0.01);
    }
    assert.deepEqual(counts, [size, size]);
    for (const socket of [...clients, ...peers]) socket.close();
  });

  it('resets a client to whom nobody listens', () => {
    const proxied = new ProxyLab(false);
    const client = new TcpSocket(proxied.lab.engine.host.rootNs);
    client.connect(ip4('127.0.0.1'), 8585);
    proxied.lab.wait(0.1);
    client.send(Buffer.from('question'));
    proxied.lab.wait(0.1);
    assert.notEqual(received(client), 'EAGAIN');
    client.close();
  });

  it('ends its connections with itself', () => {
    const proxied = new ProxyLab();
    const client = proxied.connect();
    assert.ok(proxied.server.accept() !== null);
    proxied.lab.sh('docker kill web; sleep 0.1');
    assert.notEqual(received(client), 'EAGAIN');
    client.close();
    assert.equal(proxied.lab.sh('pgrep docker-proxy').stdout, '');
  });

  it('cannot have a port on which a program of the host listens', () => {
    const { lab } = new ProxyLab();
    const other = new TcpSocket(lab.engine.host.rootNs);
    assert.equal(other.bind(0, 8585), 'EADDRINUSE');
    assert.equal(other.bind(0, 8586) || other.listen(1), '');
    const { exit, stderr } = lab.sh('docker run -d --name second -p 8586:80 bb sleep 1000');
    assert.equal(exit, 125);
    assert.match(stderr, /listen tcp4 0\.0\.0\.0:8586: bind: address already in use/);
    other.close();
  });
});
