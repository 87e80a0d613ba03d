/**
 * The recorded host with published TCP ports (05-publish.sh, 11-noproxy.sh): every row with TCP again, and what each
 * capture shows of its connections.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { ip4 } from '../../src/base/addr.ts';
import { namespaceOf } from '../../src/docker/daemon/container-network.ts';
import { TcpSocket } from '../../src/kernel/socket/tcp/tcp-socket.ts';
import { need, needTools, SHARED } from '../machine.ts';
import { connectionsIn } from './captured-connections.ts';
import { EngineLab } from './engine-lab.ts';
import { answerAt } from './reach.ts';

const TOOL = `python3 ${resolve(SHARED, 'truth/tcpudp.py')}`;
const HOST = '192.168.50.11';

/** `get` is a request as Python's urllib makes it, `send` is tcpsend; to where, how many bytes, how long it waits. */
type Row = readonly [place: string, verb: 'get' | 'send', address: string, port: number, answer: string];

const FOUND = 'hello-from-http\n';
const BAD_REQUEST = "reply b'HTTP/1.1 400 Bad Request";

const WITH_PROXY: readonly Row[] = [
  ['x', 'get', HOST, 8585, FOUND],
  ['ca', 'send', HOST, 8585, BAD_REQUEST],
  ['c3', 'get', HOST, 8585, FOUND],
  ['c3', 'get', '172.17.0.1', 8585, FOUND],
  ['web', 'get', HOST, 8585, FOUND],
  ['host', 'get', '127.0.0.1', 8585, FOUND],
  ['host', 'get', HOST, 8585, FOUND],
  ['ca', 'send', '172.17.0.2', 80, "error TimeoutError('timed out')"],
  ['ca', 'send', '192.168.50.100', 9100, "reply b'OK 3000'"],
  ['x', 'send', '172.17.0.2', 80, BAD_REQUEST],
  ['x', 'send', '172.17.0.2', 81, "error TimeoutError('timed out')"],
  ['x', 'send', HOST, 9999, "error ConnectionRefusedError(111, 'Connection refused')"],
  ['x', 'send', HOST, 8586, "error ConnectionRefusedError(111, 'Connection refused')"],
  ['host', 'send', '127.0.0.1', 8586, "error ConnectionResetError(104, 'Connection reset by peer')"],
];
const WITHOUT_PROXY: readonly Row[] = [
  ['x', 'get', HOST, 8585, FOUND],
  ['c2', 'get', HOST, 8585, FOUND],
  ['web', 'get', HOST, 8585, FOUND],
  ['c3', 'send', HOST, 8585, "error TimeoutError('timed out')"],
  ['host', 'get', '127.0.0.1', 8585, FOUND],
  ['host', 'get', HOST, 8585, FOUND],
];

/** How many bytes a row sent; its place in the recorded order tells it apart. */
const SENT: Readonly<Record<string, number>> = { '8585': 20, '9100': 3000 };

const WEB = 'docker run -d --name web -p 8585:80 bb httpd -f -h /www';
const RUN = 'docker run -d --name';

/** The containers in the order of their addresses. */
const SET_UP: Readonly<Record<string, readonly string[]>> = {
  publish: [
    ...[WEB, `${RUN} dns -p 5353:53/udp bb sleep 100000`, 'docker network create net1'],
    ...[`${RUN} ca --network net1 bb sleep 100000`, `${RUN} c3 bb sleep 100000`, `${RUN} nol -p 8586:80 bb sleep 1000`],
  ],
  noproxy: [
    ...[WEB, `${RUN} c2 bb sleep 10000`, 'docker network create net1'],
    `${RUN} c3 --network net1 bb sleep 10000`,
  ],
};

function namespaceAt(lab: EngineLab, place: string): ReturnType<typeof namespaceOf> {
  if (place === 'x') return lab.outsideHost.rootNs;
  return place === 'host' ? lab.engine.host.rootNs : namespaceOf(lab.engine, lab.engine.getContainer(place));
}

/** Asks, reads until the end, and closes: the body of what came. */
function get(lab: EngineLab, place: string, address: string, port: number): string {
  const socket = new TcpSocket(namespaceAt(lab, place));
  socket.connect(ip4(address), port);
  lab.wait(0.1);
  const head = `GET / HTTP/1.1\r\nAccept-Encoding: identity\r\nHost: ${address}:${port}`;
  socket.send(Buffer.from(`${head}\r\nUser-Agent: Python-urllib/3.11\r\nConnection: close\r\n\r\n`));
  let text = '';
  const buffer = new Uint8Array(1000);
  for (let tries = 0; tries < 5; tries++) {
    lab.wait(0.1);
    for (let got = 1; got > 0; text += Buffer.from(buffer.subarray(0, Math.max(got, 0))).toString('latin1')) {
      got = socket.receiveInto(buffer, 0, buffer.length);
    }
  }
  socket.close();
  lab.wait(0.1);
  return text.slice(text.indexOf('\r\n\r\n') + 4);
}

function ask(lab: EngineLab, [place, verb, address, port]: Row): string {
  if (verb === 'get') return get(lab, place, address, port);
  return answerAt(lab, { place, line: `env TMO=2 ${TOOL} tcpsend ${address} ${port} ${SENT[port] ?? 10}` });
}

/** Starts looking at an interface; the function returned tells what was seen. */
function watch(lab: EngineLab, name: string): () => string[] {
  const [place, device] = name.split('-') as [string, string];
  const file = `/tmp/seen-${name}`;
  const line = `tcpdump -n -i ${device} tcp > ${file} 2>/dev/null &`;
  const look = place === 'x' ? lab.outside.bind(lab) : lab.host.bind(lab);
  if (place === 'x' || place === 'host') look(line);
  else lab.inContainer(place, line);
  return () => connectionsIn(look(`cat ${file}`).stdout);
}

/** What a recorded capture shows; the recorded hosts had other addresses. */
function recordedConnections(folder: string, name: string): string[] {
  const file = join(SHARED, 'truth', 'docker', folder, `${name}.pcap`);
  const printed = execFileSync('tcpdump', ['-n', '-r', file, 'tcp'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` },
  });
  // Its row 7b is left out: it asks the container's own address from the host.
  const connections = connectionsIn(printed.replaceAll(/192\.168\.50\.1[23]\b/g, HOST));
  return connections.filter((text) => !text.includes(' 117 bytes'));
}

describe('the recorded host with published TCP ports', () => {
  for (const [folder, rows, captures] of [
    ['publish', WITH_PROXY, ['web-eth0', 'ca-eth0', 'c3-eth0', 'host-lo', 'host-eth0', 'x-eth0']],
    ['noproxy', WITHOUT_PROXY, ['web-eth0', 'c2-eth0', 'c3-eth0', 'host-lo', 'host-eth0']],
  ] as const) {
    it(`is reached as it was, and every capture shows the same connections: ${folder}`, function () {
      need(this, 'shared');
      needTools(this, ['tcpdump']);
      const lab = new EngineLab(1, { hasUserlandProxy: folder === 'publish' });
      for (const line of SET_UP[folder]!) assert.equal(lab.sh(line).exit, 0, line);
      lab.outside(`ip route add 172.17.0.0/16 via ${HOST}`);
      lab.outside(`${TOOL} tcpserve 0.0.0.0 9100 1 >/dev/null 2>&1 &`);
      const watches = captures.map((name) => [name, watch(lab, name)] as const);
      for (const row of rows) {
        const answer = ask(lab, row);
        const isThere = answer === row[4] || (row[1] === 'send' && answer.includes(row[4]));
        assert.ok(isThere, `${row.join(' ')}: ${answer}`);
      }
      for (const [name, seen] of watches) assert.deepEqual(seen(), recordedConnections(folder, name), name);
    });
  }
});
