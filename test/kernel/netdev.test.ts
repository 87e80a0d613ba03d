import assert from 'node:assert/strict';
import { addTap } from '../../src/link/tap.ts';
import { devQueueXmit, isForwardable } from '../../src/kernel/netdev.ts';
import type { Frame } from '../../src/link/frame.ts';
import type { Host } from '../../src/kernel/host.ts';
import { ethernetBytes } from '../wire/frames.ts';
import { arpBytes, devOf, echoBytes, HOST_MAC, introduce, type, withPeer } from './kit.ts';

/** A frame of the host with so many bytes in all. */
function frameOf(host: Host, length: number): Frame {
  const frame = host.stats.take(length);
  frame.head -= 14;
  frame.tail = frame.head + length;
  return frame;
}

describe('kernel: device layer', () => {
  it('hands frames to IP or ARP, and drops what nobody handles, each with its reason', () => {
    const { world, host, peer } = withPeer();
    introduce(peer);
    peer.gives(echoBytes());
    assert.equal(peer.gets().length, 1);
    peer.gives(ethernetBytes(0x86dd, [1], HOST_MAC));
    peer.gives(ethernetBytes(0x86dd, [1], 0x3333_0000_0001));
    peer.gives(ethernetBytes(0x86dd, [1], 0x0200_0000_0077));
    peer.gets();
    assert.deepEqual(world.dropped(), { UNHANDLED_PROTO: 2, OTHERHOST: 1 });
    const dev = devOf(host, 'eth0');
    assert.deepEqual([dev.rxPackets, dev.rxDropped, dev.multicast], [5, 3, 1], 'a broadcast is no group');
  });

  it('counts what it receives and sends, and a hop for each reception', () => {
    const { host, peer } = withPeer();
    peer.gives(arpBytes());
    peer.gets();
    const dev = devOf(host, 'eth0');
    assert.deepEqual([dev.rxPackets, dev.rxBytes, dev.txPackets, dev.txBytes], [1, 42, 1, 42]);
    assert.equal(host.stats.hops, 1);
  });

  it('shows observers a frame when it arrives, before it waits, and when the device has taken it', () => {
    const { world, host, peer } = withPeer();
    const dev = devOf(host, 'eth0');
    dev.tap = addTap(dev.tap, world.watch('second'));
    peer.gives(arpBytes());
    peer.gets();
    const expected = [
      '0.01 < ARP, Request who-has 10.0.0.1 tell 10.0.0.2, length 28',
      '0.012 > ARP, Reply 10.0.0.1 is-at 02:00:00:00:01:01, length 28',
    ];
    assert.deepEqual([world.ladder('h/eth0'), world.ladder('second')], [expected, expected]);
  });

  it('drops what an interface should send that is down', () => {
    const { world, host } = withPeer();
    type(host, 'ip link set eth0 down');
    devQueueXmit(devOf(host, 'eth0'), frameOf(host, 60));
    assert.deepEqual([world.dropped(), devOf(host, 'eth0').txDropped], [{ DEV_READY: 1 }, 1]);
  });

  it('lets bridges and veths pass on what fits the MTU, an Ethernet header and a VLAN tag', () => {
    const { host } = withPeer();
    const dev = devOf(host, 'eth0');
    assert.deepEqual(
      [1518, 1519].map((length) => isForwardable(dev, frameOf(host, length))),
      [true, false],
    );
    type(host, 'ip link set eth0 down');
    assert.equal(isForwardable(dev, frameOf(host, 60)), false);
  });

  it('has the full name by which captures know it', () => {
    const { host } = withPeer();
    type(host, 'ip netns add c');
    assert.deepEqual([devOf(host, 'eth0').fullName, devOf(host, 'lo', 'c').fullName], ['h/eth0', 'h/c/lo']);
    host.admin.labelNamespace('c', '1-abc');
    assert.equal(devOf(host, 'lo', 'c').fullName, 'h/1-abc/lo');
  });
});
