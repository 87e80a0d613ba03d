import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatMac, ip4, macHi, macLo } from '../../../src/base/addr.ts';
import { Bridge } from '../../../src/kernel/dev/bridge.ts';
import type { Host } from '../../../src/kernel/host.ts';
import { FDB_AGEING_NS } from '../../../src/link/fdb.ts';
import { ethernetBytes } from '../../wire/frames.ts';
import { ALL, buildBridge, markedFrame, marksOf } from './bridge-kit.ts';
import {
  addContainer,
  devOf,
  EFFORT,
  introduce,
  linkTextOf,
  netnsOf,
  payloadOf,
  pingSocket,
  SECOND,
  type,
  World,
} from '../kit.ts';

function bridgeOf(host: Host): Bridge {
  const bridge = devOf(host, 'br0');
  assert.ok(bridge instanceof Bridge);
  return bridge;
}

/** The table as `bridge fdb show` has it: MAC, port, and whether it is permanent. */
function fdb(bridge: Bridge): string[] {
  return bridge.fdb
    .entries()
    .map((entry) => {
      const port = bridge.portByNumber(entry.port)?.dev.name ?? bridge.name;
      return `${formatMac(entry.mac)} dev ${port}${entry.isLocal ? ' permanent' : ''}`;
    })
    .sort((a, b) => (a < b ? -1 : 1));
}

describe('kernel: bridge', () => {
  it('floods what it does not know, and then knows who sent it', () => {
    const { peers } = buildBridge(3);
    peers[0]!.gives(markedFrame(0x0a, 0x0c, 1));
    assert.deepEqual(peers.map(marksOf), [[], [1], [1]]);
    peers[2]!.gives(markedFrame(0x0c, 0x0a, 2));
    assert.deepEqual(peers.map(marksOf), [[2], [], []]);
    peers[0]!.gives(markedFrame(0x0a, 0x0c, 3));
    assert.deepEqual(peers.map(marksOf), [[], [], [3]]);
  });

  it('gives broadcasts to all ports and to the host itself', () => {
    const { world, host, peers } = buildBridge(3);
    peers[0]!.gives(markedFrame(0x0a, ALL, 1));
    assert.deepEqual(peers.map(marksOf), [[], [1], [1]]);
    assert.deepEqual(world.dropped(), { UNHANDLED_PROTO: 1 }, 'the host had no use for its own');
    assert.equal(devOf(host, 'br0').rxPackets, 1);
  });

  it('keeps flooded frames for others from the host', () => {
    const { world, host, peers } = buildBridge(2);
    peers[0]!.gives(markedFrame(0x0a, 0x0c, 1));
    peers.map(marksOf);
    assert.deepEqual([world.dropped(), devOf(host, 'br0').rxPackets], [{}, 0]);
  });

  it('passes up what is for its own address or that of a port', () => {
    const { host, bridge, peers } = buildBridge(2);
    peers[0]!.gives(markedFrame(0x0a, bridge.mac, 1));
    peers[0]!.gives(markedFrame(0x0a, devOf(host, 'eth1').mac, 2));
    assert.deepEqual(peers.map(marksOf), [[], []]);
    assert.equal(bridge.rxPackets, 2);
  });

  it('does not send a frame back by the port it came from, unless that is a hairpin', () => {
    const { world, host, peers } = buildBridge(2);
    peers[0]!.gives(markedFrame(0x0b, ALL));
    peers.map(marksOf);
    peers[0]!.gives(markedFrame(0x0a, 0x0b, 2));
    assert.deepEqual(peers.map(marksOf), [[], []]);
    assert.equal(world.dropped()['NO_TX_TARGET'], 1);
    type(host, 'ip link set dev eth0 type bridge_slave hairpin on');
    peers[0]!.gives(markedFrame(0x0a, 0x0b, 3));
    assert.deepEqual(peers.map(marksOf), [[3], []]);
    peers[0]!.gives(markedFrame(0x0a, ALL, 4));
    assert.deepEqual(peers.map(marksOf), [[4], [4]]);
    type(host, 'ip link set dev eth0 type bridge_slave hairpin off');
    peers[0]!.gives(markedFrame(0x0a, ALL, 5));
    assert.deepEqual(peers.map(marksOf), [[], [5]]);
  });

  it('learns nothing on a port that was told so', () => {
    const { host, bridge, peers } = buildBridge(2);
    type(host, 'ip link set eth0 type bridge_slave learning off');
    peers[0]!.gives(markedFrame(0x0a, ALL));
    peers.map(marksOf);
    assert.deepEqual(
      fdb(bridge).filter((line) => !line.endsWith('permanent')),
      [],
    );
  });

  it('moves a machine to the port where it was seen last, and forgets it after 300 s', () => {
    const { world, bridge, peers } = buildBridge(3);
    peers[0]!.gives(markedFrame(0x0a, ALL));
    peers.map(marksOf);
    peers[1]!.gives(markedFrame(0x0a, ALL));
    peers.map(marksOf);
    peers[2]!.gives(markedFrame(0x0c, 0x0a, 3));
    assert.deepEqual(peers.map(marksOf), [[], [3], []]);
    world.run(FDB_AGEING_NS - SECOND);
    assert.ok(fdb(bridge).includes('00:00:00:00:00:0a dev eth1'));
    world.run(SECOND);
    peers[2]!.gives(markedFrame(0x0c, 0x0a, 4));
    assert.deepEqual(peers.map(marksOf), [[4], [4], []]);
  });

  it('ages as it is told to', () => {
    const { world, host, bridge, peers } = buildBridge(2);
    type(host, 'ip link set br0 type bridge ageing_time 100');
    peers[0]!.gives(markedFrame(0x0a, ALL));
    peers.map(marksOf);
    assert.equal(fdb(bridge).length, 4);
    world.run(SECOND);
    assert.equal(fdb(bridge).length, 3);
  });

  it('flushes what it learned by command, but not its own addresses', () => {
    const { host, bridge, peers } = buildBridge(2);
    peers[0]!.gives(markedFrame(0x0a, ALL));
    peers.map(marksOf);
    type(host, 'ip link set br0 type bridge fdb_flush');
    assert.deepEqual(fdb(bridge), [
      '02:00:00:00:01:01 dev eth0 permanent',
      '02:00:00:00:01:02 dev eth1 permanent',
      '02:00:00:00:ff:ff dev br0 permanent',
    ]);
  });

  it('forgets what it learned on a port that goes down or loses its carrier, as real bridges do', () => {
    const world = new World();
    const host = world.host('h');
    for (const line of ['link add br0 type bridge mcast_snooping 0', 'link set br0 up', 'addr add 10.0.0.1/24 dev br0'])
      type(host, `ip ${line}`);
    for (const i of [1, 2, 3]) addContainer(host, `c${i}`, `10.0.0.1${i}/24`, 'br0', `v${i}`);
    for (const i of [1, 2, 3]) pingSocket(netnsOf(host, `c${i}`), 9).sendEcho(ip4('10.0.0.1'), 1, payloadOf(8));
    world.run(SECOND);
    const learned = (): string[] => fdb(bridgeOf(host)).filter((line) => !line.endsWith('permanent'));
    assert.equal(learned().length, 3);
    type(host, 'ip link set v1 down');
    assert.equal(learned().length, 2);
    type(host, 'ip -n c2 link set eth0 down');
    assert.deepEqual(learned(), ['02:42:0a:00:00:0d dev v3']);
    assert.equal(netnsOf(host, 'c1').neighbours.list().length, 0, 'c1 has lost its carrier and whom it knew');
    assert.equal(host.rootNs.neighbours.list().length, 3);
    type(host, 'ip -n c3 link set eth0 down');
    assert.deepEqual([learned(), host.rootNs.neighbours.list()], [[], []], 'br0 has no carrier left');
  });

  it('leaves ports without a carrier out of a flood, and drops what is for them', () => {
    const world = new World();
    const host = world.host('h', { eth0: '' });
    const peer = world.peer(host);
    for (const line of [
      'ip link add br0 type bridge',
      'ip link set br0 up',
      'ip link set eth0 master br0',
      'ip link add v0 type veth peer name v1',
      'ip link set v0 up',
      'ip link set v0 master br0',
    ]) {
      type(host, line);
    }
    const sent = world.sent();
    peer.gives(markedFrame(0x0a, 0x0c));
    peer.gets();
    assert.deepEqual([world.sent() - sent, world.dropped()], [1, { NO_TX_TARGET: 1 }]);
  });

  it('takes the smallest MAC of its ports until one is set by hand', () => {
    const world = new World();
    const host = world.host('h');
    type(host, 'ip link add br0 type bridge');
    const bridge = bridgeOf(host);
    const macs: string[] = [];
    for (const i of [4, 3, 2]) {
      type(host, `ip link add p${i} address 02:00:00:00:00:0${i} type veth peer name e${i}`);
      type(host, `ip link set p${i} master br0`);
      macs.push(formatMac(bridge.mac));
    }
    assert.deepEqual(macs, ['02:00:00:00:00:04', '02:00:00:00:00:03', '02:00:00:00:00:02']);
    type(host, 'ip link set p3 address 02:00:00:00:00:01');
    assert.equal(formatMac(bridge.mac), '02:00:00:00:00:01');
    assert.deepEqual(fdb(bridge), [
      '02:00:00:00:00:01 dev p3 permanent',
      '02:00:00:00:00:02 dev p2 permanent',
      '02:00:00:00:00:04 dev p4 permanent',
    ]);
    type(host, 'ip link set p3 nomaster');
    assert.equal(formatMac(bridge.mac), '02:00:00:00:00:02');
    type(host, 'ip link set br0 address 02:00:00:00:00:aa');
    type(host, 'ip link set p3 master br0');
    assert.equal(formatMac(bridge.mac), '02:00:00:00:00:aa');
    assert.ok(fdb(bridge).includes('02:00:00:00:00:aa dev br0 permanent'));
  });

  it('without ports has the MAC of nobody and its own MTU', () => {
    const { host, bridge } = buildBridge(0);
    assert.equal(formatMac(bridge.mac), '02:00:00:00:ff:ff', 'but one that was set stays');
    type(host, 'ip link add br1 type bridge');
    type(host, 'ip link add p0 type veth peer name e0');
    type(host, 'ip link set p0 mtu 1300');
    type(host, 'ip link set p0 master br1');
    const other = devOf(host, 'br1');
    assert.equal(other.mtu, 1300);
    type(host, 'ip link set p0 nomaster');
    assert.deepEqual([formatMac(other.mac), other.mtu], ['00:00:00:00:00:00', 1500]);
  });

  it('takes the smallest MTU of its ports until one is set by hand', () => {
    const { host, bridge } = buildBridge(2);
    type(host, 'ip link set eth0 mtu 1400');
    assert.equal(bridge.mtu, 1400);
    type(host, 'ip link set eth0 mtu 1500');
    assert.equal(bridge.mtu, 1500);
    type(host, 'ip link set br0 mtu 1300');
    type(host, 'ip link set eth1 mtu 1200');
    assert.equal(bridge.mtu, 1300);
  });

  it('drops what is too long for the port it should leave by', () => {
    const { world, host, peers } = buildBridge(2);
    peers[1]!.gives(markedFrame(0x0b, ALL));
    peers.map(marksOf);
    type(host, 'ip link set eth1 mtu 1000');
    const long = ethernetBytes(0x88b5, new Array<number>(1005).fill(1), 0x0b, 0x0a);
    peers[0]!.gives(long);
    assert.deepEqual(peers.map(marksOf), [[], []]);
    assert.deepEqual(world.dropped(), { UNHANDLED_PROTO: 1, PKT_TOO_BIG: 1 });
    peers[0]!.gives(long.subarray(0, 1018));
    assert.equal(peers[1]!.gets().length, 1, 'room for a VLAN tag is left');
  });

  it('numbers its ports by the lowest number that is free', () => {
    const { host, bridge } = buildBridge(3);
    const numbers = (): string[] => bridge.ports.map((port) => `${port.dev.name} ${port.number}`);
    assert.deepEqual(numbers(), ['eth2 3', 'eth1 2', 'eth0 1']);
    type(host, 'ip link set eth1 nomaster');
    type(host, 'ip link set eth0 nomaster');
    type(host, 'ip link set eth1 master br0');
    assert.deepEqual(numbers(), ['eth1 1', 'eth2 3']);
  });

  it('forgets everything about a port that leaves', () => {
    const { host, bridge, peers } = buildBridge(2);
    peers[0]!.gives(markedFrame(0x0a, ALL));
    peers.map(marksOf);
    type(host, 'ip link set eth0 nomaster');
    assert.deepEqual(fdb(bridge), ['02:00:00:00:01:02 dev eth1 permanent', '02:00:00:00:ff:ff dev br0 permanent']);
    assert.equal(devOf(host, 'eth0').rxHandler, null);
  });

  it('keeps an address of its own that leaves with a port but is another one’s, too', () => {
    const { host, bridge } = buildBridge(2);
    type(host, 'ip link set br0 address 02:00:00:00:01:01');
    assert.ok(fdb(bridge).includes('02:00:00:00:01:01 dev eth0 permanent'), 'the port had it first');
    type(host, 'ip link set eth0 nomaster');
    assert.ok(fdb(bridge).includes('02:00:00:00:01:01 dev br0 permanent'));
  });

  it('while it is down drops all, and forgets what it knew', () => {
    const { world, host, bridge, peers } = buildBridge(2);
    peers[0]!.gives(markedFrame(0x0a, ALL));
    peers.map(marksOf);
    type(host, 'ip link set br0 down');
    assert.equal(fdb(bridge).length, 3);
    peers[0]!.gives(markedFrame(0x0a, 0x0b));
    peers.map(marksOf);
    assert.deepEqual(world.dropped(), { UNHANDLED_PROTO: 1, BRIDGE_INGRESS_STP_STATE: 1 });
  });

  it('sends the host’s own frames by its table, or to all', () => {
    const { world, host, peers } = buildBridge(3);
    type(host, 'ip addr add 10.0.0.1/24 dev br0');
    introduce(peers[1]!);
    assert.deepEqual(
      peers.map(marksOf).map((list) => list.length),
      [1, 0, 1],
      'the question was flooded',
    );
    const socket = pingSocket(host.rootNs);
    socket.sendEcho(ip4('10.0.0.2'), 1, payloadOf(8));
    assert.deepEqual(
      peers.map((peer) => peer.gets().length),
      [0, 1, 0],
    );
    type(host, 'ip link set br0 type bridge fdb_flush');
    socket.sendEcho(ip4('10.0.0.2'), 2, payloadOf(8));
    assert.deepEqual(
      peers.map((peer) => peer.gets().length),
      [1, 1, 1],
    );
    const [sent] = world.seenAt('h/br0').filter((each) => !each.isReceived);
    assert.match(linkTextOf(sent!.bytes), /^02:00:00:00:ff:ff > 02:00:00:00:00:99, ethertype ARP/);
  });

  it('sends nothing to the address of one of its own', () => {
    const { world, host, bridge, peers } = buildBridge(1);
    const own = host.stats.take(20);
    own.head -= 14;
    own.tail = own.head + 15;
    own.slab.bytes.set(markedFrame(bridge.mac, bridge.mac), own.head);
    bridge.xmit(own);
    assert.deepEqual([peers.map(marksOf), world.dropped()], [[[]], { NO_TX_TARGET: 1 }]);
  });

  it('shows a watcher all that crosses it, as a promiscuous capture does, without handing it to the host', () => {
    const { world, peers, bridge } = buildBridge(2);
    peers[0]!.gives(markedFrame(0x0a, 0x0b, 1));
    peers.map(marksOf);
    assert.equal(world.seenAt('h/br0').length, 1);
    assert.equal(bridge.rxPackets, 0);
  });

  it('names its ports when frames go round in a loop', () => {
    const world = new World();
    const host = world.host('h');
    for (const name of ['br0', 'br1']) {
      type(host, `ip link add ${name} type bridge`);
      type(host, `ip link set ${name} up`);
    }
    for (const i of [1, 2]) {
      type(host, `ip link add a${i} type veth peer name b${i}`);
      for (const end of ['a', 'b']) {
        type(host, `ip link set ${end}${i} up`);
        type(host, `ip link set ${end}${i} master ${end === 'a' ? 'br0' : 'br1'}`);
      }
    }
    host.stats.loopFound = () => {
      world.sched.stop();
    };
    type(host, 'ip addr add 10.0.0.1/24 dev br0');
    pingSocket(host.rootNs).sendEcho(ip4('10.0.0.2'), 1, payloadOf(8));
    world.runUntilStopped();
    assert.deepEqual(world.dropped()['X_LAYER2_LOOP'], 1);
    assert.deepEqual(
      [...new Set(host.stats.loopPorts)].sort((a, b) => (a < b ? -1 : 1)),
      ['h/a1', 'h/a2', 'h/b1', 'h/b2'],
    );
  });

  it('delivers as a table of last seen ports says, whatever is sent', () => {
    const step = fc.record({
      from: fc.nat({ max: 3 }),
      src: fc.integer({ min: 1, max: 6 }),
      dst: fc.oneof(fc.integer({ min: 1, max: 6 }), fc.constant(ALL)),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { peers } = buildBridge(4);
        const lastSeen = new Map<number, number>();
        steps.forEach(({ from, src, dst }, i) => {
          lastSeen.set(src, from);
          peers[from]!.gives(markedFrame(src, dst, i));
          const to = lastSeen.get(dst);
          const expected = peers.map((_, port) => {
            const isReached = to === undefined ? port !== from : port === to && port !== from;
            return isReached ? [i] : [];
          });
          assert.deepEqual(peers.map(marksOf), expected);
        });
      }),
      { numRuns: 25 * EFFORT },
    );
  });

  it('learns no group address as a sender', () => {
    const { bridge, peers } = buildBridge(2);
    const group = 0x0100_5e00_0001;
    peers[0]!.gives(markedFrame(group, ALL));
    peers.map(marksOf);
    assert.equal(bridge.fdb.find(macHi(group), macLo(group)), -1);
  });
});
