import assert from 'node:assert/strict';
import type { FibRoute } from '../../../src/kernel/ip/fib.ts';
import {
  dstMtu,
  ExceptionTable,
  flushExceptions,
  forwardMtu,
  isMtuLocked,
  updatePmtu,
} from '../../../src/kernel/ip/fnhe.ts';
import type { DstEntry } from '../../../src/kernel/ip/route.ts';
import { ipRouteOutput } from '../../../src/kernel/ip/route.ts';
import type { Host } from '../../../src/kernel/host.ts';
import { address, SECOND, type, World } from '../kit.ts';

const FAR = address('10.9.0.5');

/** A machine whose only way out is 10.0.0.254. */
function routed(): { world: World; host: Host; entry: () => DstEntry; mtu: () => number; route: () => FibRoute } {
  const world = new World();
  const host = world.host('h', { eth0: '10.0.0.1/24' });
  type(host, 'ip route add default via 10.0.0.254');
  const ns = host.rootNs;
  const entry = (): DstEntry => ipRouteOutput(ns, FAR);
  return { world, host, entry, mtu: () => dstMtu(ns, entry()), route: () => entry().route! };
}

describe('kernel/ip/fnhe', () => {
  it('learns the MTU of one destination, and forgets it after its time', () => {
    const { world, host, entry, mtu } = routed();
    assert.equal(mtu(), 1500);
    updatePmtu(host.rootNs, entry(), 1400);
    assert.equal(mtu(), 1400);
    assert.equal(dstMtu(host.rootNs, ipRouteOutput(host.rootNs, address('10.9.0.6'))), 1500);
    world.runTo(599 * SECOND);
    assert.equal(mtu(), 1400);
    world.runTo(601 * SECOND);
    assert.equal(mtu(), 1500);
  });

  it('does not believe more than it knows, and learns less', () => {
    const { host, entry, mtu } = routed();
    updatePmtu(host.rootNs, entry(), 1600);
    assert.equal(entry().exception, null);
    updatePmtu(host.rootNs, entry(), 1400);
    updatePmtu(host.rootNs, entry(), 1450);
    assert.equal(mtu(), 1400);
    updatePmtu(host.rootNs, entry(), 1000);
    assert.equal(mtu(), 1000);
  });

  it('gives DF up where a router says less than min_pmtu, and stays with that', () => {
    const { host, entry, mtu } = routed();
    updatePmtu(host.rootNs, entry(), 0);
    assert.deepEqual([mtu(), isMtuLocked(entry())], [552, true]);
    updatePmtu(host.rootNs, entry(), 300);
    assert.equal(mtu(), 552);
    type(host, 'sysctl -qw net.ipv4.route.min_pmtu=256');
    flushExceptions(host.rootNs);
    updatePmtu(host.rootNs, entry(), 300);
    assert.deepEqual([mtu(), isMtuLocked(entry())], [300, false]);
  });

  it('renews what it knows only when half its life is over', () => {
    const { world, host, entry } = routed();
    const expires = (): number => entry().exception!.expiresNs / SECOND;
    updatePmtu(host.rootNs, entry(), 1400);
    world.runTo(200 * SECOND);
    updatePmtu(host.rootNs, entry(), 1400);
    assert.equal(expires(), 600);
    world.runTo(400 * SECOND);
    updatePmtu(host.rootNs, entry(), 1400);
    assert.equal(expires(), 1000);
  });

  it('follows the MTU of the interface down, and up where they were the same', () => {
    const { host, entry, mtu } = routed();
    updatePmtu(host.rootNs, entry(), 1400);
    type(host, 'ip link set eth0 mtu 1300');
    assert.equal(mtu(), 1300);
    type(host, 'ip link set eth0 mtu 1500');
    assert.equal(mtu(), 1500);
    flushExceptions(host.rootNs);
    updatePmtu(host.rootNs, entry(), 1400);
    type(host, 'ip link set eth0 mtu 1450');
    assert.equal(mtu(), 1400);
  });

  it('goes with its route, and with a flush', () => {
    const { host, entry, mtu } = routed();
    updatePmtu(host.rootNs, entry(), 1400);
    flushExceptions(host.rootNs);
    assert.equal(mtu(), 1500);
    updatePmtu(host.rootNs, entry(), 1400);
    type(host, 'ip route del default');
    type(host, 'ip route add default via 10.0.0.254');
    assert.equal(mtu(), 1500);
  });

  it('is for datagrams of this host; routers ask the interface unless ip_forward_use_pmtu says otherwise', () => {
    const { host, entry } = routed();
    updatePmtu(host.rootNs, entry(), 1400);
    assert.equal(forwardMtu(host.rootNs, entry()), 1500);
    type(host, 'sysctl -qw net.ipv4.ip_forward_use_pmtu=1');
    assert.equal(forwardMtu(host.rootNs, entry()), 1400);
  });

  it('lists what is in force, and holds a bounded number', () => {
    const { host, entry, route } = routed();
    updatePmtu(host.rootNs, entry(), 1400);
    const table = host.rootNs.exceptions;
    assert.deepEqual(
      table.list(route(), 1).map(({ dst, pmtu }) => [dst, pmtu]),
      [[FAR, 1400]],
    );
    assert.deepEqual(table.list(route(), 601 * SECOND), []);
    const full = new ExceptionTable();
    for (let i = 0; i < 10_300; i++) full.open(route(), i).expiresNs = 1;
    assert.equal(full.list(route(), 0).length, 10_240);
    assert.equal(full.find(route(), 0, 0), null);
  });
});
