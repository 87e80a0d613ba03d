import assert from 'node:assert/strict';
import { ip4 } from '../../src/base/addr.ts';
import type { Connection, ConnectionHome } from '../../src/docker/connection.ts';
import { dialTcp } from '../../src/docker/connection.ts';
import { DaemonThreads } from '../../src/docker/daemon-threads.ts';
import { SwarmLab } from './swarm-lab.ts';

const PORT = 9000;
const TIMEOUT_NS = 1_000_000_000;

function homeOf(lab: SwarmLab, number: number): ConnectionHome {
  const engine = lab.engine(number);
  const { rootNs } = engine.host;
  return { threads: new DaemonThreads(engine.host), rootNs, owner: () => engine.socketOwner() };
}

/** Connects to the program behind a line of nc on the second host. */
function connect(lab: SwarmLab, heard: string[]): Connection {
  const opened: Connection[] = [];
  dialTcp(homeOf(lab, 1), { address: ip4('192.168.50.12'), port: PORT }, TIMEOUT_NS, {
    onOpen: (connection) => opened.push(connection),
    onData: (bytes) => heard.push(new TextDecoder().decode(bytes)),
    onEnd: () => heard.push('end'),
    onError: (reason) => heard.push(reason),
  });
  lab.wait(0.1);
  assert.equal(opened.length, 1);
  return opened[0]!;
}

describe('a connection of the daemon', () => {
  it('goes on sending after the peer’s end, until it closes', () => {
    const lab = new SwarmLab({ hosts: 2 });
    lab.ok(2, `sh -c 'echo hello | nc -N -l -p ${PORT} > /tmp/got' &`);
    const heard: string[] = [];
    const connection = connect(lab, heard);
    assert.deepEqual(heard, ['hello\n', 'end']);
    connection.send(new TextEncoder().encode('late\n'));
    connection.close();
    lab.wait(0.5);
    assert.equal(lab.ok(2, 'cat /tmp/got'), 'late');
    assert.equal(lab.ok(2, 'ss -Hnt'), '');
  });

  it('tells of a write that failed, once', () => {
    const lab = new SwarmLab({ hosts: 2 });
    lab.ok(2, `nc -l -p ${PORT} > /dev/null < /dev/null &`);
    const heard: string[] = [];
    const connection = connect(lab, heard);
    lab.ok(2, 'iptables -A INPUT -p tcp -j REJECT --reject-with tcp-reset');
    connection.send(new Uint8Array(10));
    lab.wait(1);
    connection.send(new Uint8Array(10));
    lab.wait(1);
    assert.equal(heard.length, 1);
    assert.match(heard[0]!, /^read tcp 192\.168\.50\.11:\d+->192\.168\.50\.12:9000: read: connection reset by peer$/);
  });

  it('resets when it is aborted, and its end closes its socket', () => {
    const lab = new SwarmLab({ hosts: 2 });
    lab.ok(2, `nc -l -p ${PORT} > /dev/null &`);
    const connection = connect(lab, []);
    connection.send(new Uint8Array(10));
    connection.abort();
    lab.wait(0.1);
    assert.equal(lab.ok(1, 'ss -Hnta'), '');
    assert.ok(lab.host(1).rootNs.mib.tcpOutRsts > 0);
  });

  it('ends when more waits than anybody has to say', () => {
    const lab = new SwarmLab({ hosts: 2 });
    lab.ok(2, `nc -l -p ${PORT} > /dev/null &`);
    for (const proc of lab.host(2).processes.all) proc.freeze();
    const heard: string[] = [];
    const connection = connect(lab, heard);
    const part = new Uint8Array(32 * 1024 * 1024);
    for (let i = 0; i < 3; i++) connection.send(part);
    assert.ok(connection.waitingBytes <= 64 * 1024 * 1024);
    lab.wait(0.1);
    assert.match(heard.join(), /^write tcp .*: write: no buffer space available$/);
  });
});
