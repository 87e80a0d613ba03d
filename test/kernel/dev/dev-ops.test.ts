import assert from 'node:assert/strict';
import { formatMac, ip4, mac } from '../../../src/base/addr.ts';
import {
  bridgeNewlink,
  devChangeName,
  devChangeNetns,
  devClose,
  devDelete,
  devOpen,
  devSetMac,
  devSetMaster,
  devSetMtu,
  isValidName,
  leaveMaster,
  mayChangeNetns,
  randomMac,
  vethNewlink,
} from '../../../src/kernel/dev/dev-ops.ts';
import { Veth } from '../../../src/kernel/dev/veth.ts';
import { Rng } from '../../../src/sim/rng.ts';
import { devOf, netnsOf, payloadOf, PEER_IP, pingSocket, type, withPeer, World } from '../kit.ts';

const rng = Rng.fromSeed(1);

describe('kernel: operations on interfaces', () => {
  it('take names that Linux takes', () => {
    for (const name of ['a', 'eth0', 'br-0123456789ab', 'fifteen-letters', 'a.b', 'ä'])
      assert.equal(isValidName(name), true, name);
    for (const name of ['', '.', '..', 'sixteen-letters-', 'a/b', 'a b', 'a:b', 'a\tb']) {
      assert.equal(isValidName(name), false, name);
    }
  });

  it('draw MACs that are unicast and local', () => {
    for (let i = 0; i < 200; i++) {
      const first = Number.parseInt(formatMac(randomMac(rng)).slice(0, 2), 16);
      assert.equal(first & 3, 2);
    }
  });

  it('open and close an interface once, and tell the observer each time', () => {
    const world = new World();
    const dev = devOf(world.host('h', { eth0: '' }), 'eth0');
    world.observed.length = 0;
    devOpen(dev);
    devClose(dev);
    devClose(dev);
    devOpen(dev);
    devOpen(dev);
    assert.deepEqual(world.observed, ['down h/eth0', 'up h/eth0']);
  });

  it('make a veth pair, the far end first', () => {
    const ns = new World().host('h').rootNs;
    assert.equal(vethNewlink(ns, 'v0', ns, 'v1', rng), '');
    assert.deepEqual(
      ns.listDevices().map((dev) => `${dev.ifIndex} ${dev.name}`),
      ['1 lo', '2 v1', '3 v0'],
    );
    const [near, far] = [ns.deviceByName('v0') as Veth, ns.deviceByName('v1') as Veth];
    assert.deepEqual([near.peer, far.peer], [far, near]);
    assert.equal(vethNewlink(ns, 'v0', ns, 'v2', rng), 'EEXIST');
    assert.equal(vethNewlink(ns, 'v2', ns, 'v1', rng), 'EEXIST');
    assert.equal(vethNewlink(ns, 'v2', ns, 'v2', rng), 'EEXIST');
    assert.equal(vethNewlink(ns, 'v/2', ns, 'v3', rng), 'EINVAL');
    assert.equal(bridgeNewlink(ns, 'v0', rng), 'EEXIST');
    assert.equal(bridgeNewlink(ns, 'v/0', rng), 'EINVAL');
  });

  it('delete both ends of a veth pair, wherever they are, with routes and what waits there', () => {
    const world = new World();
    const host = world.host('h');
    type(host, 'ip netns add c');
    type(host, 'ip link add v0 type veth peer name eth0 netns c');
    type(host, 'ip addr add 10.0.0.1/24 dev v0');
    type(host, 'ip link set v0 up');
    type(host, 'ip -n c link set eth0 up');
    pingSocket(host.rootNs).sendEcho(PEER_IP, 1, payloadOf(8));
    devDelete(devOf(host, 'eth0', 'c'));
    assert.deepEqual([host.rootNs.deviceByName('v0'), netnsOf(host, 'c').deviceByName('eth0')], [null, null]);
    assert.equal(
      host.rootNs.fib.list().some((route) => route.dev?.name === 'v0'),
      false,
    );
    world.run(10_000);
    assert.deepEqual(world.dropped(), { DEV_READY: 1, NEIGH_DEAD: 1 });
  });

  it('free the ports of a bridge that is deleted', () => {
    const host = new World().host('h', { eth0: '' });
    type(host, 'ip link add br0 type bridge');
    type(host, 'ip link set eth0 master br0');
    devDelete(devOf(host, 'br0'));
    const port = devOf(host, 'eth0');
    assert.deepEqual([port.master, port.rxHandler, host.rootNs.deviceByName('br0')], [null, null, null]);
  });

  it('rename an interface, also while it is up, to a name that is free', () => {
    const world = new World();
    const host = world.host('h', { eth0: '', eth1: '' });
    const dev = devOf(host, 'eth0');
    assert.equal(devChangeName(dev, 'eth1'), 'EEXIST');
    assert.equal(devChangeName(dev, 'a/b'), 'EINVAL');
    world.observed.length = 0;
    assert.equal(devChangeName(dev, 'lan0'), '');
    assert.deepEqual([dev.fullName, dev.isUp], ['h/lan0', true]);
    assert.deepEqual(world.observed, ['down h/eth0', 'up h/lan0'], 'captures go on under the new name');
    devClose(dev);
    assert.equal(devChangeName(dev, 'lan1'), '');
    assert.deepEqual(world.observed.slice(2), ['down h/lan0']);
  });

  it('move an interface to another namespace, down and bare', () => {
    const host = new World().host('h', { eth0: '10.0.0.1/24' });
    type(host, 'ip link add br0 type bridge');
    type(host, 'ip link set eth0 master br0');
    type(host, 'ip netns add c');
    const [dev, target] = [devOf(host, 'eth0'), netnsOf(host, 'c')];
    assert.equal(devChangeNetns(dev, target), '');
    assert.deepEqual(
      [dev.ns, dev.isUp, dev.addresses, dev.master, dev.fullName],
      [target, false, [], null, 'h/c/eth0'],
    );
    assert.equal(devChangeNetns(dev, target), '', 'it is there already');
    assert.equal(devChangeNetns(devOf(host, 'lo'), target), 'EINVAL');
    assert.equal(devChangeNetns(devOf(host, 'br0'), target), 'EINVAL');
    assert.deepEqual([mayChangeNetns(dev), mayChangeNetns(devOf(host, 'lo'))], [true, false]);
    type(host, 'ip link add eth0 type bridge');
    assert.equal(devChangeNetns(dev, host.rootNs), 'EEXIST');
  });

  it('set a MAC that is nobody else’s kind, and forget neighbours then', () => {
    const { host, peer } = withPeer();
    const dev = devOf(host, 'eth0');
    pingSocket(host.rootNs).sendEcho(PEER_IP, 1, payloadOf(8));
    assert.equal(devSetMac(dev, mac('01:00:5e:00:00:01')), 'EADDRNOTAVAIL');
    assert.equal(devSetMac(dev, 0), 'EADDRNOTAVAIL');
    assert.equal(devSetMac(dev, mac('02:00:00:00:00:05')), '');
    assert.deepEqual([formatMac(dev.mac), host.rootNs.neighbours.list()], ['02:00:00:00:00:05', []]);
    peer.gets();
  });

  it('take an MTU from 68 to 65,535', () => {
    const dev = devOf(new World().host('h', { eth0: '' }), 'eth0');
    assert.deepEqual(
      [67, 68, 65_535, 65_536].map((mtu) => devSetMtu(dev, mtu)),
      ['EINVAL', '', '', 'EINVAL'],
    );
    assert.equal(dev.mtu, 65_535);
  });

  it('make ports of a bridge only, and of what is no bridge itself', () => {
    const host = new World().host('h', { eth0: '', eth1: '' });
    for (const name of ['br0', 'br1']) type(host, `ip link add ${name} type bridge`);
    const [eth0, br0, br1] = [devOf(host, 'eth0'), devOf(host, 'br0'), devOf(host, 'br1')];
    assert.equal(devSetMaster(eth0, devOf(host, 'eth1')), 'EOPNOTSUPP');
    assert.equal(devSetMaster(br1, br0), 'ELOOP');
    assert.equal(devSetMaster(devOf(host, 'lo'), br0), 'EINVAL');
    assert.equal(devSetMaster(eth0, br0), '');
    assert.equal(devSetMaster(eth0, br1), '', 'it leaves the other one');
    assert.equal(devSetMaster(eth0, br1), '');
    assert.equal(eth0.master, br1);
    leaveMaster(eth0);
    leaveMaster(eth0);
    assert.equal(eth0.master, null);
  });

  it('give lo its address when it comes up', () => {
    const host = new World().host('h');
    const lo = devOf(host, 'lo');
    devClose(lo);
    devOpen(lo);
    assert.deepEqual(
      lo.addresses.map((each) => each.address),
      [ip4('127.0.0.1')],
    );
  });
});
