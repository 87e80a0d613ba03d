/** What senders hear, and what is counted, while a hook point lets nothing pass: here and on a real kernel. */
import assert from 'node:assert/strict';
import { errnoNumber } from '../../../src/kernel/errno.ts';
import type { Errno } from '../../../src/kernel/errno.ts';
import type { Netns } from '../../../src/kernel/netns.ts';
import { NF_ACCEPT, NF_DROP } from '../../../src/kernel/nf/hooks.ts';
import { procNetSnmp } from '../../../src/kernel/show/proc-net.ts';
import { PingSocket } from '../../../src/kernel/socket/ping-socket.ts';
import { IPPROTO_RAW, RawSocket } from '../../../src/kernel/socket/raw-socket.ts';
import { UdpSocket } from '../../../src/kernel/socket/udp-socket.ts';
import { ipv4Bytes } from '../../wire/frames.ts';
import { need, needTools } from '../../machine.ts';
import { address, netnsOf, payloadOf, SECOND } from '../kit.ts';
import type { HookLabPlan } from './hook-lab.ts';
import { EmulatedHookLab, POINTS, RealHookLab, Recorder } from './hook-lab.ts';

const PLAN: HookLabPlan = {
  namespaces: ['a', 'r'],
  setUp: [
    'ip link add eth0 netns a type veth peer name ra netns r',
    'ip -n a link set lo up',
    'ip -n a link set eth0 up',
    'ip -n r link set ra up',
    'ip -n a addr add 10.1.0.2/24 brd + dev eth0',
    'ip -n r addr add 10.1.0.1/24 brd + dev ra',
    'ip -n a route add default via 10.1.0.1',
  ],
  watched: 'a',
  interfaces: ['eth0'],
};

const KINDS = ['udp', 'ping', 'raw', 'header'] as const;
type Kind = (typeof KINDS)[number];
const TARGETS = [
  ['10.1.0.1', 40],
  ['10.1.0.2', 40],
  ['127.0.0.1', 40],
  ['10.1.0.255', 40],
  ['224.0.0.1', 40],
  ['10.1.0.1', 3000],
] as const;

/** Sends the same from sockets of a real kernel: an error's number or 0 a line, then the counters. */
const PROGRAM = `
import json, socket, struct, sys, time
open('/proc/sys/net/ipv4/ping_group_range', 'w').write('0 0')
kinds = {
    'udp': (socket.SOCK_DGRAM, 0), 'ping': (socket.SOCK_DGRAM, socket.IPPROTO_ICMP),
    'raw': (socket.SOCK_RAW, 200), 'header': (socket.SOCK_RAW, 255),
}
sockets = {}
for kind, what in kinds.items():
    sockets[kind] = socket.socket(socket.AF_INET, *what)
    sockets[kind].setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    # Without DF where it is too long.
    sockets[kind].setsockopt(socket.IPPROTO_IP, 10, 1)
for kind, target, data in json.loads(sys.argv[1]):
    try:
        sockets[kind].sendto(bytes(data), (target, 9))
        print(0)
    except OSError as error: print(error.errno)
    time.sleep(0.005)
time.sleep(0.05)
print(open('/proc/net/snmp').read(), end='')
`;

const ECHO_REQUEST = [8, 0, 0, 0, 0, 0, 0, 1];

/** The bytes that a program hands to the socket. */
function bytesFor(kind: Kind, target: string, size: number): number[] {
  const payload = [...payloadOf(size)];
  if (kind === 'ping') return [...ECHO_REQUEST, ...payload];
  if (kind !== 'header') return payload;
  return ipv4Bytes(payload, { protocol: 200, src: address('10.1.0.2'), dst: address(target), id: 5, flags: 0 });
}

function sendHere(sockets: Sockets, kind: Kind, target: string, size: number): Errno {
  const to = address(target);
  const bytes = Uint8Array.from(bytesFor(kind, target, size));
  if (kind === 'udp') return sockets.udp.sendTo(to, 9, bytes);
  if (kind === 'ping') return sockets.ping.sendEcho(to, 1, bytes.subarray(ECHO_REQUEST.length));
  return (kind === 'raw' ? sockets.raw : sockets.header).sendTo(to, bytes);
}

interface Sockets {
  readonly udp: UdpSocket;
  readonly ping: PingSocket;
  readonly raw: RawSocket;
  readonly header: RawSocket;
}

function openSockets(ns: Netns): Sockets {
  const sockets = {
    udp: new UdpSocket(ns),
    ping: new PingSocket(ns),
    raw: new RawSocket(ns, 200),
    header: new RawSocket(ns, IPPROTO_RAW),
  };
  for (const socket of Object.values(sockets)) socket.broadcast = true;
  return sockets;
}

/** Of /proc/net/snmp what is about IP, ICMP and UDP. */
function counters(snmp: string): string[] {
  return snmp.split('\n').filter((line) => /^(?:Ip|Icmp|Udp): \d/.test(line));
}

describe('kernel: sends that netfilter refuses', () => {
  for (const point of POINTS) {
    it(`are told and counted as by a real kernel, ${point}`, function () {
      need(this, 'netns');
      needTools(this, ['iptables', 'python3']);
      const dropping = new Recorder((_, { hook }) => (POINTS[hook] === point ? NF_DROP : NF_ACCEPT));
      const lab = new EmulatedHookLab(PLAN, dropping);
      const ns = netnsOf(lab.host, 'a');
      const sockets = openSockets(ns);
      const sends = KINDS.flatMap((kind) => TARGETS.map(([target, size]) => ({ kind, target, size })));
      const ours = sends.map(({ kind, target, size }) => {
        const errno = sendHere(sockets, kind, target, size);
        lab.world.run(SECOND / 100);
        return errno === '' ? 0 : errnoNumber(errno);
      });
      lab.world.run(SECOND / 10);
      const real = new RealHookLab(PLAN, `e${POINTS.indexOf(point)}`);
      try {
        const asked = sends.map(({ kind, target, size }) => [kind, target, bytesFor(kind, target, size)]);
        const answer = real.runDropping(point, PROGRAM, [JSON.stringify(asked)]).split('\n');
        const told = (numbers: readonly number[]): string[] =>
          sends.map(({ kind, target, size }, i) => `${kind} ${target} ${size}: ${numbers[i]!}`);
        assert.deepEqual(told(ours), told(answer.slice(0, sends.length).map(Number)));
        assert.deepEqual(counters(procNetSnmp(ns)), counters(answer.join('\n')));
      } finally {
        real.dispose();
      }
    });
  }
});
