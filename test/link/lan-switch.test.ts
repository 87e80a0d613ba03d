import assert from 'node:assert/strict';
import { macHi, macLo } from '../../src/base/addr.ts';
import type { LanSwitch, SwitchPort } from '../../src/link/lan-switch.ts';
import { addTap } from '../../src/link/tap.ts';
import { FDB_AGEING_NS, FDB_MISS } from '../../src/link/fdb.ts';
import type { Peer } from '../kernel/kit.ts';
import { SECOND, World } from '../kernel/kit.ts';
import { ethernetBytes } from '../wire/frames.ts';

const ALL = 0xffff_ffff_ffff;
const GROUP = 0x0100_5e00_0001;

/** A frame from one address to another; `mark` tells it from others. */
function frame(src: number, dst: number, mark = 0): Uint8Array {
  return ethernetBytes(0x88b5, [mark], dst, src);
}

/** The marks of what a machine got. */
function marks(peer: Peer): number[] {
  return peer.gets().map((each) => each.bytes[14]!);
}

/** A switch with as many machines as asked for; machine i has the address i + 1 times 2^32. */
function build(count: number): {
  world: World;
  lanSwitch: LanSwitch;
  ports: SwitchPort[];
  peers: Peer[];
  macs: number[];
} {
  const world = new World();
  const lanSwitch = world.lanSwitch('lan');
  const ports: SwitchPort[] = [];
  const peers = Array.from({ length: count }, (_, i) => {
    const port = lanSwitch.addPort(`m${i}.eth0`);
    ports.push(port);
    return world.peerAt(port);
  });
  return { world, lanSwitch, ports, peers, macs: peers.map((_, i) => 0x0200_0000_0000 + i + 1) };
}

describe('link: LAN switch', () => {
  it('floods what it does not know to all but the sender, and then knows the sender', () => {
    const { peers, macs } = build(4);
    peers[0]!.gives(frame(macs[0]!, macs[1]!, 1));
    assert.deepEqual(peers.map(marks), [[], [1], [1], [1]]);
    peers[1]!.gives(frame(macs[1]!, macs[0]!, 2));
    assert.deepEqual(peers.map(marks), [[2], [], [], []]);
    peers[0]!.gives(frame(macs[0]!, macs[1]!, 3));
    assert.deepEqual(peers.map(marks), [[], [3], [], []]);
  });

  it('floods broadcasts and groups always, and never learns a group as a sender', () => {
    const { peers, macs, lanSwitch } = build(3);
    peers[0]!.gives(frame(macs[0]!, ALL, 1));
    peers[1]!.gives(frame(macs[1]!, GROUP, 2));
    peers[2]!.gives(frame(GROUP, macs[0]!, 3));
    assert.deepEqual(peers.map(marks), [[2, 3], [1], [1, 2]]);
    assert.equal(lanSwitch.fdb.find(macHi(GROUP), macLo(GROUP)), FDB_MISS);
  });

  it('follows a machine that moves to another port', () => {
    const { peers, macs } = build(3);
    peers[0]!.gives(frame(macs[0]!, ALL, 1));
    peers[1]!.gives(frame(macs[0]!, ALL, 2));
    peers.forEach(marks);
    peers[2]!.gives(frame(macs[2]!, macs[0]!, 3));
    assert.deepEqual(peers.map(marks), [[], [3], []]);
  });

  it('forgets a machine that was silent for 300 s', () => {
    const { world, peers, macs } = build(3);
    peers[0]!.gives(frame(macs[0]!, ALL, 1));
    peers.forEach(marks);
    world.run(FDB_AGEING_NS - SECOND);
    peers[1]!.gives(frame(macs[1]!, macs[0]!, 2));
    assert.deepEqual(peers.map(marks), [[2], [], []]);
    world.run(SECOND);
    peers[1]!.gives(frame(macs[1]!, macs[0]!, 3));
    assert.deepEqual(peers.map(marks), [[3], [], [3]]);
  });

  it('does not send a frame back where it came from', () => {
    const { world, peers, macs } = build(2);
    peers[0]!.gives(frame(macs[1]!, ALL, 1));
    peers[0]!.gives(frame(macs[0]!, macs[1]!, 2));
    assert.deepEqual(peers.map(marks), [[], [1]]);
    assert.deepEqual(world.dropped(), { NO_TX_TARGET: 1 });
  });

  it('has nobody to tell when it has no other port', () => {
    const { world, peers, macs } = build(1);
    peers[0]!.gives(frame(macs[0]!, ALL));
    peers[0]!.gets();
    assert.deepEqual(world.dropped(), { NO_TX_TARGET: 1 });
  });

  it('drops what is for an end that is unplugged, and leaves it out of floods', () => {
    const { world, peers, macs, ports } = build(3);
    peers[1]!.gives(frame(macs[1]!, ALL, 1));
    peers.forEach(marks);
    ports[1]!.cable = null;
    peers[0]!.gives(frame(macs[0]!, macs[1]!, 2));
    peers[0]!.gives(frame(macs[0]!, ALL, 3));
    assert.deepEqual(peers.map(marks), [[], [], [3]]);
    assert.deepEqual(world.dropped(), { X_NO_CARRIER: 1 });
  });

  it('drops when the queue before an outgoing cable is full', () => {
    const world = new World();
    const lanSwitch = world.lanSwitch('lan');
    const fast = world.peerAt(lanSwitch.addPort('fast'));
    const slowPort = lanSwitch.addPort('slow');
    const slow = world.peerAt(slowPort, { rateBitsPerSecond: 1_000_000, queueFrames: 3 });
    slow.gives(frame(2, ALL, 0));
    fast.gets(SECOND);
    for (let i = 1; i <= 9; i++) fast.gives(frame(1, 2, i));
    assert.deepEqual(
      slow.gets(SECOND).map((each) => each.bytes[14]),
      [1, 2, 3, 4],
      'one is sent, three wait',
    );
    assert.deepEqual(world.dropped(), { X_SWITCH_QUEUE_FULL: 5 });
    assert.equal(slowPort.txDropped, 5);
  });

  it('takes no time itself: a frame leaves in the instant in which it arrives', () => {
    const { world, peers, macs } = build(2);
    peers[0]!.gives(frame(macs[0]!, macs[1]!));
    assert.deepEqual(
      peers[1]!.gets().map((each) => each.atNs),
      [20_000],
    );
    assert.equal(world.sched.now, 100_000);
  });

  it('shows taps what it receives and what it sends, but not what it drops', () => {
    const { world, peers, macs, ports } = build(2);
    ports[0]!.tap = addTap(null, world.watch('lan/m0.eth0'));
    peers[0]!.gives(frame(macs[0]!, macs[1]!, 1));
    peers[0]!.gets();
    peers[1]!.gives(frame(macs[1]!, macs[0]!, 2));
    peers[0]!.gets();
    const seen = world.seenAt('lan/m0.eth0').map((each) => [each.isReceived, each.bytes[14], each.atNs]);
    assert.deepEqual(seen, [
      [true, 1, 10_000],
      [false, 2, 110_000],
    ]);
    assert.deepEqual([ports[0]!.rxPackets, ports[0]!.txPackets], [1, 1]);
  });

  it('counts a hop for each reception, and the copies of a flood as sent', () => {
    const { world, peers, macs } = build(4);
    peers[0]!.gives(frame(macs[0]!, ALL));
    peers[0]!.gets();
    assert.equal(
      world.stats.reduce((sum, stats) => sum + stats.hops, 0),
      1,
    );
    assert.equal(world.sent(), 3, 'the frame itself and two copies');
  });

  it('learns across uplinks, so that a tree of switches works as one', () => {
    const world = new World();
    const [left, root, right] = [world.lanSwitch('left'), world.lanSwitch('root'), world.lanSwitch('right')];
    world.uplink(left, root);
    world.uplink(right, root);
    const a = world.peerAt(left.addPort('a'));
    const b = world.peerAt(left.addPort('b'));
    const c = world.peerAt(right.addPort('c'));
    a.gives(frame(1, 3, 1));
    assert.deepEqual([a, b, c].map(marks), [[], [1], [1]]);
    c.gives(frame(3, 1, 2));
    assert.deepEqual([a, b, c].map(marks), [[2], [], []]);
    a.gives(frame(1, 3, 3));
    assert.deepEqual([a, b, c].map(marks), [[], [], [3]]);
  });

  it('ends the run at a loop and names its ports', () => {
    const world = new World();
    const [one, two] = [world.lanSwitch('one'), world.lanSwitch('two')];
    world.uplink(one, two);
    const first = one.addPort('again');
    const second = two.addPort('again');
    world.join(first, second);
    const machine = world.peerAt(one.addPort('m'));
    let found = 0;
    for (const stats of world.stats) {
      stats.loopFound = () => {
        found++;
        world.sched.stop();
      };
    }
    machine.gives(frame(1, ALL));
    world.runUntilStopped();
    assert.equal(found, 1);
    assert.deepEqual(world.dropped(), { X_LAYER2_LOOP: 1 });
    const names = new Set(world.stats.flatMap((stats) => stats.loopPorts));
    assert.deepEqual(
      [...names].sort((a, b) => (a < b ? -1 : 1)),
      ['one/again', 'one/two', 'two/again', 'two/one'],
    );
  });
});
