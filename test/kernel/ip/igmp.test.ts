import assert from 'node:assert/strict';
import { formatIp4, formatMac, ip4, mac } from '../../../src/base/addr.ts';
import { ALL_HOSTS, etherGroup, groupsOf } from '../../../src/kernel/ip/igmp.ts';
import { devOf, MILLISECOND, SECOND, type, World } from '../kit.ts';

const GROUP = ip4('239.1.2.3');

/** The reports that an interface sent: when, in milliseconds, and the last bytes. */
function reports(world: World, fullName: string): [number, string][] {
  return world
    .seenAt(fullName)
    .filter(({ isReceived, bytes }) => !isReceived && bytes[23] === 2)
    .map(({ atNs, bytes }) => [atNs / MILLISECOND, Buffer.from(bytes.subarray(46)).toString('hex')]);
}

describe('kernel: IPv4 groups', () => {
  it('have Ethernet addresses of their lower 23 bits', () => {
    assert.equal(etherGroup(ip4('239.129.2.3')), mac('01:00:5e:01:02:03'));
  });

  it('begin with the one of all hosts when an interface comes up, which nobody is told', () => {
    const world = new World();
    const host = world.host('h', { eth0: '10.0.0.1/24' });
    const eth0 = devOf(host, 'eth0');
    assert.deepEqual(
      eth0.multicastList.entries.map((entry) => formatMac(entry.mac)),
      ['33:33:00:00:00:01', '01:00:5e:00:00:01'],
    );
    assert.deepEqual(groupsOf(eth0).list(), [{ group: ALL_HOSTS, users: 1, reportsLeft: 0 }]);
    type(host, 'ip link set eth0 down');
    assert.deepEqual([eth0.multicastList.entries.length, groupsOf(eth0).list().length], [1, 0]);
    world.run(2 * SECOND);
    assert.deepEqual(reports(world, 'h/eth0'), []);
  });

  it('are told twice: at once, and within a second', () => {
    const world = new World();
    const host = world.host('h', { eth0: '10.0.0.1/24' });
    world.peer(host);
    const groups = groupsOf(devOf(host, 'eth0'));
    groups.join(GROUP);
    groups.join(GROUP);
    world.run(3 * SECOND);
    groups.leave(GROUP);
    world.run(SECOND);
    assert.deepEqual([groups.has(GROUP), reports(world, 'h/eth0').length], [true, 2], 'one is still in it');
    groups.leave(GROUP);
    const leftAtMs = world.sched.now / MILLISECOND;
    world.run(3 * SECOND);
    const seen = reports(world, 'h/eth0');
    assert.deepEqual(
      seen.map(([, record]) => record),
      ['04000000ef010203', '04000000ef010203', '03000000ef010203', '03000000ef010203'],
    );
    const times = seen.map(([atMs]) => atMs);
    assert.equal(times[0], 8);
    assert.ok(times[1]! >= 16 && times[1]! < 1016);
    assert.equal(times[2], leftAtMs + 8);
    assert.equal(formatIp4(host.rootNs.neighbours.list()[0]!.ip), '224.0.0.22');
  });

  it('are not told while the interface is down, but again when it comes up', () => {
    const world = new World();
    const host = world.host('h', { eth0: '10.0.0.1/24' });
    world.peer(host);
    const eth0 = devOf(host, 'eth0');
    groupsOf(eth0).join(GROUP);
    type(host, 'ip link set eth0 down');
    world.run(2 * SECOND);
    assert.equal(reports(world, 'h/eth0').length, 0);
    type(host, 'ip link set eth0 up');
    world.run(2 * SECOND);
    assert.equal(reports(world, 'h/eth0').length, 2);
    assert.ok(eth0.multicastList.has(etherGroup(GROUP)));
  });

  it('are what a host takes of what is sent to groups', () => {
    const world = new World();
    const host = world.host('h', { eth0: '10.0.0.1/24' });
    const isTaken = (group: string): boolean => devOf(host, 'eth0').groups?.has(ip4(group)) === true;
    assert.deepEqual(['224.0.0.1', '239.1.2.3'].map(isTaken), [true, false]);
    groupsOf(devOf(host, 'eth0')).join(GROUP);
    assert.equal(isTaken('239.1.2.3'), true);
  });

  it('were told long ago when the machine was set up before the run', () => {
    const world = new World();
    const host = world.host('h', { eth0: '' });
    world.peer(host);
    host.isBooting = true;
    groupsOf(devOf(host, 'eth0')).join(GROUP);
    host.isBooting = false;
    world.run(2 * SECOND);
    assert.deepEqual(reports(world, 'h/eth0'), []);
  });
});
