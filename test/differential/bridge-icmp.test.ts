/**
 * Case a of the recordings: a bridge with three containers, pings in every manner, on a real kernel. The same commands
 * at the same times must put the same frames on the same seven interfaces.
 */
import assert from 'node:assert/strict';
import type { Host } from '../../src/kernel/host.ts';
import { devQueueXmit } from '../../src/kernel/netdev.ts';
import { PingSocket, PMTUDISC_DO } from '../../src/kernel/socket/ping-socket.ts';
import * as arp from '../../src/wire/arp.ts';
import * as ethernet from '../../src/wire/ethernet.ts';
import { address, devOf, MILLISECOND, netnsOf, SECOND, type, World } from '../kernel/kit.ts';
import { Judge, needRecording } from './recordings.ts';

/** Recording by interface. */
const CAPTURES: Readonly<Record<string, string>> = {
  'c1-eth0': 'h/c1/eth0',
  'c2-eth0': 'h/c2/eth0',
  'c3-eth0': 'h/c3/eth0',
  docker0: 'h/docker0',
  'host-veth1': 'h/veth1',
  'host-veth2': 'h/veth2',
  'host-veth3': 'h/veth3',
};

/** When the recording's tcpdumps began: a bridge reports its groups within a second of coming up, before that. */
const RECORDED_FROM_NS = 2.057 * SECOND;

/** The topology as the recording's commands made it. */
function build(world: World): Host {
  const host = world.host('h');
  const lines = [
    'ip link set lo up',
    'ip link add docker0 type bridge',
    'ip link set docker0 address 02:42:5a:9c:01:02',
    'ip link set docker0 up',
    'ip addr add 172.17.0.1/16 brd + dev docker0',
  ];
  for (const i of [1, 2, 3]) {
    lines.push(
      `ip netns add c${i}`,
      `ip -n c${i} link set lo up`,
      `ip link add eth0 netns c${i} address 02:42:ac:11:00:0${i + 1} type veth peer name veth${i}`,
      `ip -n c${i} link set eth0 up`,
      `ip link set veth${i} up`,
      `ip link set veth${i} master docker0`,
      `ip -n c${i} addr add 172.17.0.${i + 1}/16 brd + dev eth0`,
      `ip -n c${i} route add default via 172.17.0.1`,
    );
  }
  for (const line of lines) type(host, line);
  return host;
}

interface PingOptions {
  readonly atMs: number;
  readonly to: string;
  readonly count?: number;
  readonly size?: number;
  /** -M do */
  readonly dontFragment?: boolean;
  /** -b */
  readonly broadcast?: boolean;
}

/** iputils' ping from c1, one request a second: 16 bytes of time stamp, then the bytes' numbers. */
function ping(world: World, host: Host, options: PingOptions): PingSocket {
  const socket = new PingSocket(netnsOf(host, 'c1'));
  // A broadcast ping does not fragment: iputils sets -M do by itself then.
  if (options.dontFragment === true || options.broadcast === true) socket.pmtuDiscovery = PMTUDISC_DO;
  socket.broadcast = options.broadcast === true;
  const payload = Uint8Array.from({ length: options.size ?? 56 }, (_, i) => (i < 16 ? 0 : i & 255));
  for (let seq = 1; seq <= (options.count ?? 1); seq++) {
    world.runTo(options.atMs * MILLISECOND + (seq - 1) * SECOND);
    new DataView(payload.buffer).setFloat64(0, world.sched.now);
    socket.sendEcho(address(options.to), seq, payload);
  }
  return socket;
}

/** Habets' `arping -A`: an ARP request about its own address, 16 bytes longer than need be. */
function announce(host: Host): void {
  const dev = devOf(host, 'eth0', 'c1');
  const own = address('172.17.0.2');
  const frame = host.stats.take(arp.PACKET_LEN + 16);
  const v = frame.slab.view;
  frame.head = frame.l3 - ethernet.HEADER_LEN;
  frame.tail = frame.l3 + arp.PACKET_LEN + 16;
  frame.slab.bytes.fill(0, frame.l3, frame.tail);
  arp.write(v, frame.l3, arp.OP_REQUEST, dev.macHi, dev.macLo, own, 0, 0, own);
  ethernet.writeHeader(v, frame.head, 0xffff, -1, dev.macHi, dev.macLo, ethernet.ETHERTYPE_ARP);
  devQueueXmit(dev, frame);
}

/** The commands of the recording, at their times. */
function replay(world: World, host: Host): void {
  ping(world, host, { atMs: 3080, to: '172.17.0.3', count: 3 });
  ping(world, host, { atMs: 11_169, to: '172.17.0.1', count: 2 });
  world.runTo(18_216 * MILLISECOND);
  type(host, 'ip link set docker0 type bridge fdb_flush');
  ping(world, host, { atMs: 18_235, to: '172.17.0.3', count: 2 });
  const unanswered = ping(world, host, { atMs: 19_258, to: '172.17.0.99' });
  world.runTo(22_324 * MILLISECOND);
  const error = unanswered.receiveError();
  assert.deepEqual(
    [error?.errno, error?.offender, error?.seq],
    ['EHOSTUNREACH', address('172.17.0.2'), 1],
    'From 172.17.0.2 icmp_seq=1 Destination Host Unreachable',
  );
  world.runTo(23_333 * MILLISECOND);
  type(host, 'ip netns exec c2 sysctl -qw net.ipv4.icmp_echo_ignore_broadcasts=0');
  ping(world, host, { atMs: 23_342, to: '172.17.255.255', broadcast: true });
  ping(world, host, { atMs: 23_354, to: '172.17.0.3', size: 4000 });
  ping(world, host, { atMs: 23_365, to: '172.17.0.3', size: 1472, dontFragment: true });
  const tooLong = ping(world, host, { atMs: 23_373, to: '172.17.0.3', size: 1473, dontFragment: true });
  const local = tooLong.receiveError();
  assert.deepEqual([local?.errno, local?.origin, local?.info], ['EMSGSIZE', 'local', 1500]);
  world.runTo(24_384 * MILLISECOND);
  announce(host);
  world.runTo(25_874 * MILLISECOND);
}

describe('differential: bridge and ICMP against a real kernel', () => {
  let world: World;
  let judge: Judge | undefined;
  let differences = new Map<string, string>();

  before(function () {
    needRecording(this, 'a-bridge-icmp');
    world = new World();
    replay(world, build(world));
    judge = new Judge(world, 'a-bridge-icmp');
    differences = judge.differences(CAPTURES, RECORDED_FROM_NS);
  });

  after(() => {
    judge?.dispose();
  });

  for (const name of Object.keys(CAPTURES)) {
    it(`${name} has the frames of the recording`, () => {
      assert.equal(differences.get(name) ?? '', '');
    });
  }

  it('nothing died but a flooded frame, the request parked for nobody, and what ignores broadcasts or groups', () => {
    assert.deepEqual(world.dropped(), { NOT_SPECIFIED: 6, OTHERHOST: 1, NEIGH_FAILED: 1, INVALID_PROTO: 3 });
  });
});
