import assert from 'node:assert/strict';
import { multipathHash, selectHop } from '../../../src/kernel/ip/fib-hash.ts';
import { FibNexthop, FibRoute } from '../../../src/kernel/ip/fib.ts';
import { flowTo } from '../../../src/kernel/ip/flow.ts';
import { address, devOf, World } from '../kit.ts';

const dev = devOf(new World().host('h', { eth0: '10.0.0.1/24' }), 'eth0');
const hops = [1, 3].map((weight, i) => new FibNexthop(dev, address(`10.0.0.${i + 2}`), weight, 253, false));
const route = new FibRoute({
  type: 'unicast',
  table: 254,
  destination: 0,
  prefixLen: 0,
  tos: 0,
  metric: 0,
  protocol: 3,
  scope: 0,
  prefSrc: 0,
  nexthops: hops,
  metrics: [],
  realm: 0,
});

describe('kernel/ip/fib-hash', () => {
  it('sends one flow one way, and shares by weight among many', () => {
    const counts = [0, 0];
    for (let i = 0; i < 4000; i++) {
      const flow = flowTo(address('10.9.0.0') + i, { src: address('10.1.0.1') });
      const hash = multipathHash(flow, 0, 7, 42);
      assert.equal(hash, multipathHash({ ...flow }, 0, 7, 42));
      assert.ok(hash >= 0 && hash < 2 ** 31);
      counts[hops.indexOf(selectHop(route, flow, hash, null)!)]!++;
    }
    // A quarter of 4,000, within four standard deviations.
    assert.ok(Math.abs(counts[0]! - 1000) < 110, counts.join(' '));
  });

  it('looks at ports by the second policy, and at the fields that are named by the fourth', () => {
    const [first, second] = [1, 2].map((srcPort) => flowTo(5, { src: 7, protocol: 17, srcPort, dstPort: 9 }));
    const equal = (policy: number, fields: number): boolean =>
      multipathHash(first!, policy, fields, 1) === multipathHash(second!, policy, fields, 1);
    assert.deepEqual([equal(0, 7), equal(1, 7), equal(3, 0x3), equal(3, 0x10)], [true, false, true, false]);
  });

  it('leaves ways that are dead, or whose neighbour is known not to answer', () => {
    const flow = flowTo(address('10.9.0.1'));
    for (const hash of [0, 2 ** 31 - 1]) {
      assert.equal(
        selectHop(route, flow, hash, (hop) => hop === hops[1]),
        hops[1],
      );
    }
    hops[0]!.isDead = true;
    assert.equal(selectHop(route, flow, 0, null), hops[1]);
    hops[0]!.isDead = false;
  });
});
