import assert from 'node:assert/strict';
import { formatIp4, ip4 } from '../../../src/base/addr.ts';
import type { PortMapping } from '../../../src/docker/ports/port-mapper.ts';
import { dockerProxy, isCarried } from '../../../src/docker/proxy/docker-proxy.ts';
import type { Process } from '../../../src/kernel/proc/process.ts';
import { ProgramRegistry } from '../../../src/kernel/proc/program-registry.ts';
import { UdpSocket } from '../../../src/kernel/socket/udp-socket.ts';
import { Lab, SECOND } from '../lab.ts';

const CONTAINER_PORT = 53;

/** A container with a server that says where a datagram came from, and a proxy on port 5353 of its host. */
class ProxyLab {
  readonly lab = new Lab();
  readonly server: UdpSocket;
  readonly reports: string[] = [];
  readonly proxy: Process;

  constructor(hostIp = '0.0.0.0') {
    this.lab.ok('run -d --name dns bb sleep 100000');
    const netns = this.lab.engine.getContainer('dns').sandbox!.netnsName!;
    this.server = new UdpSocket(this.lab.host.namespaces.get(netns)!);
    const containerIp = ip4('172.17.0.2');
    const mapping: PortMapping = { protocol: 'udp', port: CONTAINER_PORT, hostIp, hostPort: 5353, containerIp };
    this.proxy = this.lab.host.processes.spawn({
      argv: ['docker-proxy'],
      program: dockerProxy(mapping, (errno) => this.reports.push(errno)),
      ns: this.lab.host.rootNs,
      hostname: 'h1',
      files: this.lab.files,
      env: new Map(),
      registry: new ProgramRegistry(),
      stdin: 'null',
      stdout: () => undefined,
      stderr: () => undefined,
    });
  }

  listen(): void {
    assert.equal(this.server.bind(0, CONTAINER_PORT), '');
  }

  client(): UdpSocket {
    const socket = new UdpSocket(this.lab.host.rootNs);
    assert.equal(socket.connect(ip4('127.0.0.1'), 5353), '');
    return socket;
  }

  /** Sends a byte, and has the server answer it with the same and the port that it saw. */
  ask(client: UdpSocket, byte: number): { from: string; port: number; answer: number | undefined } {
    assert.equal(client.send(Uint8Array.of(byte)), '');
    this.lab.wait(0.1 * SECOND);
    const question = this.server.receive();
    assert.ok(question !== null, 'the question arrived');
    this.server.sendTo(question.from, question.fromPort, question.payload);
    this.lab.wait(0.1 * SECOND);
    return { from: formatIp4(question.from), port: question.fromPort, answer: client.receive()?.payload[0] };
  }

  /** Sockets of the proxy: the listener and those of its clients. */
  get socketCount(): number {
    return this.lab.host.rootNs.udp.list().filter((socket) => socket.owner?.pid === this.proxy.pid).length;
  }
}

describe('docker-proxy', () => {
  it('carries datagrams there and back, from the bridge’s own address', () => {
    const lab = new ProxyLab();
    lab.listen();
    const [first, second] = [lab.client(), lab.client()];
    const [one, two] = [lab.ask(first, 1), lab.ask(second, 2)];
    assert.deepEqual([one.from, one.answer, two.from, two.answer], ['172.17.0.1', 1, '172.17.0.1', 2]);
    assert.notEqual(one.port, two.port);
    assert.equal(lab.ask(first, 3).port, one.port);
    assert.deepEqual(lab.reports, ['']);
  });

  it('gives a client another socket when it has had no answer for 90 s', () => {
    const lab = new ProxyLab();
    lab.listen();
    const client = lab.client();
    const { port } = lab.ask(client, 1);
    assert.equal(lab.socketCount, 2);
    lab.lab.wait(89 * SECOND);
    assert.equal(lab.socketCount, 2);
    assert.equal(lab.ask(client, 2).port, port);
    lab.lab.wait(89 * SECOND);
    // A question alone does not put it off.
    client.send(Uint8Array.of(3));
    lab.lab.wait(2 * SECOND);
    assert.equal(lab.socketCount, 1);
    lab.server.receive();
    assert.notEqual(lab.ask(client, 4).port, port);
  });

  it('goes on when nobody listens in the container, until somebody does', () => {
    const lab = new ProxyLab();
    const client = lab.client();
    client.send(Uint8Array.of(1));
    lab.lab.wait(SECOND);
    assert.equal(client.receive(), null);
    lab.listen();
    assert.equal(lab.ask(client, 2).answer, 2);
    assert.equal(lab.proxy.exitCode, null);
  });

  it('closes its sockets when it is killed', () => {
    const lab = new ProxyLab();
    lab.listen();
    lab.ask(lab.client(), 1);
    lab.proxy.kill('SIGINT');
    assert.equal(lab.socketCount, 0);
    assert.equal(new UdpSocket(lab.lab.host.rootNs).bind(0, 5353), '');
  });

  it('reports that it cannot have the port, and ends', () => {
    const lab = new ProxyLab('1.2.3.4');
    assert.deepEqual(lab.reports, ['EADDRNOTAVAIL']);
    assert.equal(lab.proxy.exitCode, 1);
  });

  it('carries UDP and TCP over IPv4', () => {
    const mapping = { port: 80, hostPort: 80, containerIp: ip4('172.17.0.2') };
    assert.equal(isCarried({ ...mapping, protocol: 'udp', hostIp: '127.0.0.1' }), true);
    assert.equal(isCarried({ ...mapping, protocol: 'udp', hostIp: '::' }), false);
    assert.equal(isCarried({ ...mapping, protocol: 'tcp', hostIp: '0.0.0.0' }), true);
    assert.equal(isCarried({ ...mapping, protocol: 'sctp', hostIp: '0.0.0.0' }), false);
  });
});
