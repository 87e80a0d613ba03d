import assert from 'node:assert/strict';
import type { FibRouteFields } from '../../../src/kernel/ip/fib.ts';
import {
  FibNexthop,
  FibRoute,
  isSameInfo,
  kernelRoute,
  RT_TABLE_LOCAL,
  RT_TABLE_MAIN,
} from '../../../src/kernel/ip/fib.ts';
import { address, devOf, World } from '../kit.ts';

const host = new World().host('h', { eth0: '', eth1: '' });
const [eth0, eth1] = [devOf(host, 'eth0'), devOf(host, 'eth1')];

function changed(route: FibRoute, fields: Partial<FibRouteFields>): FibRoute {
  const { type, table, destination, prefixLen, tos, metric, protocol, scope, prefSrc, nexthops, metrics, realm } =
    route;
  const base = { type, table, destination, prefixLen, tos, metric, protocol, scope, prefSrc, nexthops, metrics, realm };
  return new FibRoute({ ...base, ...fields });
}

describe('kernel/ip/fib', () => {
  it('makes the kernel’s own routes as fib_magic does', () => {
    const local = kernelRoute('local', address('10.0.0.1'), 32, eth0, address('10.0.0.1'));
    assert.deepEqual([local.table, local.scope, local.protocol, local.dev], [RT_TABLE_LOCAL, 254, 2, eth0]);
    const network = kernelRoute('unicast', address('10.0.0.0'), 24, eth0, address('10.0.0.1'));
    assert.deepEqual([network.table, network.scope, network.gateway], [RT_TABLE_MAIN, 253, 0]);
    assert.equal(local.nexthops[0]!.isLinkDown, false, 'a local address needs no carrier');
    assert.equal(network.nexthops[0]!.isLinkDown, true);
  });

  it('tells whether two routes say the same', () => {
    const base = kernelRoute('unicast', 0, 0, eth0, 0);
    assert.equal(isSameInfo(base, kernelRoute('unicast', address('10.0.0.0'), 8, eth0, 0)), true);
    assert.equal(isSameInfo(base, kernelRoute('unicast', 0, 0, eth1, 0)), false);
    assert.equal(isSameInfo(base, changed(base, { metric: 3 })), false);
    const metrics = [{ name: 'mtu', isLocked: false, value: 1400 }];
    const sized = changed(base, { metrics });
    assert.equal(isSameInfo(base, sized), false);
    assert.deepEqual([sized.metricNumber('mtu'), sized.metricNumber('rtt')], [1400, 0]);
    const two = changed(base, { nexthops: [...base.nexthops, new FibNexthop(eth1, 0, 1, 254, false)] });
    assert.equal(isSameInfo(base, two), false);
  });
});
