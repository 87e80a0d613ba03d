import assert from 'node:assert/strict';
import type { Host } from '../../src/kernel/host.ts';
import { devOf, netnsOf, type, World } from './kit.ts';

/** `1 lo, 2 br0, 3 v0` */
function links(host: Host, netns: string): string {
  return netnsOf(host, netns)
    .listDevices()
    .map((dev) => `${dev.ifIndex} ${dev.name}`)
    .join(', ');
}

describe('kernel: network namespace', () => {
  it('numbers its interfaces as a real kernel was seen to do', () => {
    const host = new World().host('h');
    const lines = (...each: readonly string[]): void => {
      for (const line of each) type(host, line);
    };
    lines('ip netns add x', 'ip netns add y', 'ip -n x link add br0 type bridge');
    lines('ip -n x link add v0 type veth peer name e0 netns y');
    assert.deepEqual([links(host, 'x'), links(host, 'y')], ['1 lo, 2 br0, 3 v0', '1 lo, 2 e0']);
    lines('ip -n x link add a1 type veth peer name a2', 'ip -n x link add a3 type veth peer name a4 netns y');
    lines('ip -n x link set a1 netns y', 'ip -n x link del br0', 'ip -n x link add br1 type bridge');
    assert.equal(links(host, 'x'), '1 lo, 3 v0, 4 a2, 6 a3, 7 br1', 'numbers are not used again');
    assert.equal(links(host, 'y'), '1 lo, 2 e0, 3 a4, 5 a1', 'a1 kept its number, which was free');
    lines('ip -n y link set a4 netns x');
    assert.equal(links(host, 'x'), '1 lo, 3 v0, 4 a2, 6 a3, 7 br1, 8 a4', 'a4 had to take a new one');
    lines('ip -n x link add b1 type veth peer name b2 netns y');
    assert.deepEqual([links(host, 'x').slice(-4), links(host, 'y')], ['9 b1', '1 lo, 2 e0, 4 b2, 5 a1']);
    lines('ip -n y link add b3 type bridge');
    assert.equal(links(host, 'y'), '1 lo, 2 e0, 4 b2, 5 a1, 6 b3', 'the number that a1 brought is passed over');
  });

  it('keeps the names of its interfaces unique', () => {
    const host = new World().host('h', { eth0: '' });
    const { rootNs } = host;
    assert.throws(() => {
      rootNs.addDevice(devOf(host, 'eth0'));
    }, /unique/);
    assert.deepEqual([rootNs.deviceByName('eth0')?.ifIndex, rootNs.deviceByName('eth1')], [2, null]);
  });

  it('asserts that what it removes is its own', () => {
    const host = new World().host('h', { eth0: '' });
    const dev = devOf(host, 'eth0');
    host.rootNs.removeDevice(dev);
    assert.throws(() => {
      host.rootNs.removeDevice(dev);
    }, /is in this namespace/);
  });

  it('knows nothing of others: addresses, routes, neighbours, settings, sockets', () => {
    const host = new World().host('h', { eth0: '10.0.0.1/24' });
    type(host, 'ip netns add c');
    type(host, 'sysctl -w net.ipv4.ip_forward=1');
    const ns = netnsOf(host, 'c');
    assert.deepEqual([ns.fib.list(), ns.localAddresses.size, ns.sysctls.ipForward, ns.name], [[], 0, 0, 'c']);
    assert.notEqual(ns.udp, host.rootNs.udp);
  });

  it('that is deleted takes its interfaces along, but lets a network card go home', () => {
    const world = new World();
    const host = world.host('h', { eth0: '10.0.0.1/24' });
    type(host, 'ip netns add c');
    type(host, 'ip link add v0 type veth peer name v1 netns c');
    type(host, 'ip link set eth0 netns c');
    type(host, 'ip netns del c');
    assert.deepEqual(
      host.rootNs.listDevices().map((dev) => dev.name),
      ['lo', 'eth0'],
    );
    assert.deepEqual([devOf(host, 'eth0').isUp, devOf(host, 'eth0').addresses], [false, []]);
    assert.equal(host.namespaces.has('c'), false);
    world.check();
  });
});
