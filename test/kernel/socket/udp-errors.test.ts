/** What a UDP socket hears of an ICMP message, by whether it is connected and whether it has asked for errors. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatIp4 } from '../../../src/base/addr.ts';
import type { Errno } from '../../../src/kernel/errno.ts';
import { UdpSocket } from '../../../src/kernel/socket/udp-socket.ts';
import { need } from '../../machine.ts';
import { icmpBytes } from '../../wire/frames.ts';
import { address, introduce, ipBytes, payloadOf, type, withPeer } from '../kit.ts';

/** Connected, IP_RECVERR, type, code, second word. */
type Case = readonly [number, number, number, number, number];

const MESSAGES: readonly (readonly [number, number, number])[] = [
  ...Array.from({ length: 18 }, (_, code) => [3, code, code === 4 ? 1400 : 0] as const),
  [4, 0, 0],
  [11, 0, 0],
  [11, 1, 0],
  [11, 7, 0],
  [12, 0, 0x15000000],
  [12, 1, 0],
];
const CASES: readonly Case[] = [0, 1].flatMap((connected) =>
  [0, 1].flatMap((recverr) => MESSAGES.map((message) => [connected, recverr, ...message] as const)),
);

function realLines(): string[] {
  const name = `dwu-${process.pid}`;
  const setUp = [
    `ip netns add ${name}`,
    `ip -n ${name} link add eth0 type veth peer name eth1 address 02:00:00:00:00:99`,
    `ip -n ${name} addr add 10.0.0.1/24 dev eth0`,
    `ip -n ${name} link set eth1 up`,
    `ip -n ${name} link set eth0 up`,
    `ip netns exec ${name} ethtool -K eth0 tx off`,
    `ip -n ${name} neigh replace 10.0.0.2 lladdr 02:00:00:00:00:99 nud permanent dev eth0`,
    `ip -n ${name} route add 10.9.0.0/16 via 10.0.0.2`,
  ];
  try {
    const made = spawnSync('sh', ['-e'], { input: setUp.join('\n'), encoding: 'utf8' });
    assert.equal(made.status, 0, made.stderr);
    const program = readFileSync(join(process.cwd(), 'test/kernel/socket/real-udp.py'), 'utf8');
    const args = ['netns', 'exec', name, 'python3', '-c', program];
    const { status, stdout, stderr } = spawnSync('ip', args, { input: JSON.stringify(CASES), encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    return stdout.trimEnd().split('\n');
  } finally {
    spawnSync('ip', ['netns', 'del', name]);
  }
}

const word = (errno: Errno): string => (errno === '' ? 'EAGAIN' : errno);

function emulatedLine([connected, recverr, kind, code, rest]: Case): string {
  const { host, peer } = withPeer();
  introduce(peer);
  type(host, 'ip route add 10.9.0.0/16 via 10.0.0.2');
  const socket = new UdpSocket(host.rootNs);
  const far = address('10.9.0.5');
  socket.recvErr = recverr === 1;
  if (connected === 1) socket.connect(far, 9);
  assert.equal(connected === 1 ? socket.send(payloadOf(20)) : socket.sendTo(far, 9, payloadOf(20)), '');
  const [about] = peer.gets();
  peer.gives(ipBytes(icmpBytes(kind, code, rest, [...about!.bytes.subarray(14, 42)]), { protocol: 1 }));
  peer.gets();
  const queued = (): string => {
    const error = socket.receiveError();
    if (error === null) return 'EAGAIN';
    const origin = error.origin === 'icmp' ? 2 : 1;
    return `${error.errno}/${origin}/${error.type}/${error.code}/${error.info}/${formatIp4(error.offender)}`;
  };
  const words = [word(socket.takeError()), queued(), word(socket.takeError()), queued()];
  return [connected, recverr, kind, code, ...words].join(' ');
}

describe('kernel: ICMP errors at UDP sockets', function () {
  this.timeout(30_000);

  it('are what they are on a real kernel, for each type and code', function () {
    need(this, 'netns');
    assert.deepEqual(CASES.map(emulatedLine), realLines());
  });

  it('reach who asked for them, with the words of the table', () => {
    assert.equal(emulatedLine([0, 1, 3, 3, 0]), '0 1 3 3 ECONNREFUSED ECONNREFUSED/2/3/3/0/10.0.0.2 EAGAIN EAGAIN');
    assert.equal(emulatedLine([0, 0, 3, 3, 0]), '0 0 3 3 EAGAIN EAGAIN EAGAIN EAGAIN');
    assert.equal(emulatedLine([1, 0, 3, 3, 0]), '1 0 3 3 ECONNREFUSED EAGAIN EAGAIN EAGAIN');
  });
});
