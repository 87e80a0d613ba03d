import assert from 'node:assert/strict';
import { ip4 } from '../../../src/base/addr.ts';
import type { EngineVersionName } from '../../../src/docker/engine-version.ts';
import { namespaceOf } from '../../../src/docker/daemon/container-network.ts';
import { TcpSocket } from '../../../src/kernel/socket/tcp/tcp-socket.ts';
import { UdpSocket } from '../../../src/kernel/socket/udp-socket.ts';
import * as dns from '../../../src/wire/dns.ts';
import { EngineLab } from '../engine-lab.ts';
import { serveEmulated } from './outside-server.ts';

const SERVER = ip4('127.0.0.11');
const RULES = `*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:DOCKER_OUTPUT - [0:0]
:DOCKER_POSTROUTING - [0:0]
-A OUTPUT -d 127.0.0.11/32 -j DOCKER_OUTPUT
-A POSTROUTING -d 127.0.0.11/32 -j DOCKER_POSTROUTING
-A DOCKER_OUTPUT -d 127.0.0.11/32 -p tcp -m tcp --dport 53 -j DNAT --to-destination 127.0.0.11:TCP
-A DOCKER_OUTPUT -d 127.0.0.11/32 -p udp -m udp --dport 53 -j DNAT --to-destination 127.0.0.11:UDP
-A DOCKER_POSTROUTING -s 127.0.0.11/32 -p tcp -m tcp --sport TCP -j SNAT --to-source :53
-A DOCKER_POSTROUTING -s 127.0.0.11/32 -p udp -m udp --sport UDP -j SNAT --to-source :53
COMMIT
`;

function lab(version: EngineVersionName, ...lines: readonly string[]): EngineLab {
  const made = new EngineLab(1, { version });
  for (const line of ['docker network create net1', ...lines]) assert.equal(made.sh(line).exit, 0, line);
  return made;
}

function question(name: string, type = 1): Uint8Array {
  return dns.emit(dns.makeQuery(7, { name: `${name}.`, type, class: 1 }), 'none');
}

/** `NOERROR 172.18.0.3`, or `` for no answer within so many seconds. */
function ask(made: EngineLab, container: string, name: string, seconds = 1): string {
  const socket = new UdpSocket(namespaceOf(made.engine, made.engine.getContainer(container)));
  assert.equal(socket.connect(SERVER, dns.PORT), '');
  assert.equal(socket.send(question(name)), '');
  made.wait(seconds);
  const answer = socket.receive();
  const error = socket.takeError();
  socket.close();
  return answer === null ? error : told(answer.payload);
}

function told(bytes: Uint8Array): string {
  const message = dns.parseBytes(bytes);
  assert.ok(typeof message !== 'string');
  return [dns.rcodeName(dns.rcodeOf(message)), ...message.answers.map(dns.formatRecord)].join(' ');
}

const CA = 'docker run -d --name ca --network net1 bb sleep 100000';
const CB = 'docker run -d --name cb --network net1 bb sleep 100000';
const THREE = '--dns 192.168.50.100 --dns 192.168.50.101 --dns 192.168.50.102';

describe('the embedded DNS server', () => {
  it('has the recorded rules and sockets in the container’s namespace, for engines of both kinds', () => {
    for (const version of ['20.10', '29'] as const) {
      const made = lab(version, CA);
      const { udp } = namespaceOf(made.engine, made.engine.getContainer('ca'));
      const [socket, ...others] = udp.list();
      assert.deepEqual([others.length, socket!.localAddress, socket!.owner?.name], [0, SERVER, 'dockerd']);
      const saved = made.inContainer('ca', 'iptables-save').stdout.replaceAll(/^#.*\n/gm, '');
      const tcpPort = /tcp --dport 53 .*:(\d+)$/m.exec(saved)![1]!;
      const plain = saved.replaceAll(tcpPort, 'TCP').replaceAll(String(socket!.localPort), 'UDP');
      assert.equal(plain, RULES, version);
    }
  });

  it('answers by UDP and by TCP, several questions on a connection, however they come in', () => {
    const made = lab('20.10', CA, CB);
    assert.equal(ask(made, 'ca', 'cb'), 'NOERROR cb. 600 IN A 172.18.0.3');
    const socket = new TcpSocket(namespaceOf(made.engine, made.engine.getContainer('ca')));
    socket.connect(SERVER, dns.PORT);
    made.wait(0.1);
    const bytes = [...dns.framed(question('cb')), ...dns.framed(question('ca'))];
    socket.send(Uint8Array.from(bytes.slice(0, 1)));
    made.wait(0.1);
    socket.send(Uint8Array.from(bytes.slice(1, 30)));
    made.wait(0.1);
    socket.send(Uint8Array.from(bytes.slice(30)));
    made.wait(0.1);
    const buffer = new Uint8Array(200);
    const got = socket.receiveInto(buffer, 0, 200);
    const first = 2 + ((buffer[0]! << 8) | buffer[1]!);
    assert.equal(told(buffer.subarray(2, first)), 'NOERROR cb. 600 IN A 172.18.0.3');
    assert.equal(told(buffer.subarray(first + 2, got)), 'NOERROR ca. 600 IN A 172.18.0.2');
    // It closes a connection on which nothing is asked for 8 s.
    made.wait(7.5);
    assert.equal(socket.receiveInto(buffer, 0, 200), -1);
    made.wait(1);
    assert.equal(socket.receiveInto(buffer, 0, 200), 0);
    socket.close();
  });

  it('waits 2 s for the first question of a connection', () => {
    const made = lab('20.10', CA);
    const socket = new TcpSocket(namespaceOf(made.engine, made.engine.getContainer('ca')));
    socket.connect(SERVER, dns.PORT);
    made.wait(0.1);
    socket.send(Uint8Array.of(0));
    made.wait(2.5);
    assert.equal(socket.receiveInto(new Uint8Array(1), 0, 1), 0);
    socket.close();
  });

  it('asks from the container, a newer one what is the host’s from the host', () => {
    for (const [version, from] of [
      ['20.10', '172.18.0.2'],
      ['29', '192.168.50.11'],
    ] as const) {
      const made = lab(version, CA);
      serveEmulated(made);
      made.host('tcpdump -n -i any -c 1 udp dst port 53 and dst 192.168.50.100 > /tmp/seen 2>/dev/null &');
      assert.equal(ask(made, 'ca', 'ok.x'), 'NOERROR ok.x. 300 IN A 10.0.0.0', version);
      assert.match(made.host('cat /tmp/seen').stdout, new RegExp(` IP ${from.replaceAll('.', '\\.')}\\.\\d+ > `));
    }
  });

  it('goes from server to server, four seconds each, and newer ones admit that nobody has answered', () => {
    const own = `docker run -d --name cd --network net1 ${THREE} bb sleep 100000`;
    for (const version of ['20.10', '29'] as const) {
      const made = lab(version, own);
      serveEmulated(made);
      assert.equal(ask(made, 'cd', 'to-ok.x', 3.9), '');
      assert.equal(ask(made, 'cd', 'to-ok.x', 4.1), 'NOERROR to-ok.x. 300 IN A 10.0.0.1');
      assert.equal(ask(made, 'cd', 'to.x', 11.9), '');
      assert.equal(ask(made, 'cd', 'to.x', 12.1), version === '29' ? 'SERVFAIL' : '');
      const isNewer = version === '29';
      assert.equal(ask(made, 'cd', 'nx-ok.x'), isNewer ? 'NXDOMAIN' : 'NOERROR nx-ok.x. 300 IN A 10.0.0.1');
      assert.equal(ask(made, 'cd', 'sf-rf-ok.x'), 'NOERROR sf-rf-ok.x. 300 IN A 10.0.0.2');
      assert.equal(ask(made, 'cd', 'sf.x'), 'SERVFAIL');
      assert.equal(ask(made, 'cd', 'bad.x'), isNewer ? 'SERVFAIL' : 'NOERROR');
      assert.equal(ask(made, 'cd', 'id.x', 13), isNewer ? 'SERVFAIL' : 'NOERROR id.x. 300 IN A 10.0.0.0');
    }
  });

  it('does not get outside from an internal network', () => {
    for (const version of ['20.10', '29'] as const) {
      const inside = 'docker run -d --name ci --network int1 bb sleep 100000';
      const made = lab(version, 'docker network create --internal int1', inside);
      serveEmulated(made);
      assert.equal(ask(made, 'ci', 'ci'), 'NOERROR ci. 600 IN A 172.19.0.2');
      assert.equal(ask(made, 'ci', 'ok.x', 5), version === '29' ? 'SERVFAIL' : '');
      made.sh('docker network connect net1 ci');
      assert.equal(ask(made, 'ci', 'ok.x'), 'NOERROR ok.x. 300 IN A 10.0.0.0');
    }
  });

  it('comes with the first network that has names, goes with the container, and is there after a restart', () => {
    const made = lab('20.10', 'docker run -d --name ca bb sleep 100000');
    const ns = namespaceOf(made.engine, made.engine.getContainer('ca'));
    assert.equal(ns.udp.list().length, 0);
    made.sh('docker network connect net1 ca');
    assert.equal(ask(made, 'ca', 'ca'), 'NOERROR ca. 600 IN A 172.18.0.2');
    made.sh('docker network disconnect net1 ca; docker pause ca');
    assert.equal(ns.udp.list().length, 1);
    made.sh('docker unpause ca; docker network connect net1 ca; docker restart -t 0 ca');
    assert.equal(ns.udp.list().length, 0);
    assert.equal(ask(made, 'ca', 'ca'), 'NOERROR ca. 600 IN A 172.18.0.2');
    made.sh(`${CB}; docker kill cb`);
    assert.deepEqual([ask(made, 'ca', 'cb', 5), made.sh('pgrep dockerd').stdout], ['', '']);
  });
});
