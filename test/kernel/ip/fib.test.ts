import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ip4, parseCidr, prefixMask } from '../../../src/base/addr.ts';
import type { FibRoute } from '../../../src/kernel/ip/fib.ts';
import { Fib } from '../../../src/kernel/ip/fib.ts';
import type { NetDevice } from '../../../src/kernel/netdev.ts';
import { devOf, EFFORT, World } from '../kit.ts';

const host = new World().host('h', { eth0: '', eth1: '' });
const [eth0, eth1] = [devOf(host, 'eth0'), devOf(host, 'eth1')];

function route(text: string, more: Partial<FibRoute> = {}): FibRoute {
  const { address, prefixLen } = parseCidr(text)!;
  return {
    type: 'unicast',
    table: 'main',
    destination: address,
    prefixLen,
    gateway: 0,
    dev: eth0,
    prefSrc: 0,
    metric: 0,
    protocol: 'boot',
    scope: 'link',
    ...more,
  };
}

function fibOf(...routes: readonly FibRoute[]): Fib {
  const fib = new Fib();
  for (const each of routes) assert.equal(fib.add(each), true);
  return fib;
}

describe('kernel: routing tables', () => {
  it('answer with the longest prefix', () => {
    const [all, wide, narrow, one] = ['0.0.0.0/0', '10.0.0.0/8', '10.1.0.0/16', '10.1.2.3/32'].map((text) =>
      route(text),
    );
    const fib = fibOf(wide!, one!, all!, narrow!);
    assert.equal(fib.lookup(ip4('10.1.2.3')), one);
    assert.equal(fib.lookup(ip4('10.1.2.4')), narrow);
    assert.equal(fib.lookup(ip4('10.2.0.0')), wide);
    assert.equal(fib.lookup(ip4('200.0.0.1')), all);
    assert.equal(fibOf(narrow!).lookup(ip4('10.2.0.0')), null);
  });

  it('answer with the smallest metric among equals, with the first among equals of those', () => {
    const routes = [20, 5, 10].map((metric) => route('10.0.0.0/8', { metric }));
    const fib = fibOf(...routes);
    assert.equal(fib.lookup(ip4('10.0.0.1')), routes[1]);
    fib.remove((each) => each.metric === 5);
    assert.equal(fib.lookup(ip4('10.0.0.1')), routes[2]);
  });

  it('ask the table of this host’s own addresses first', () => {
    const own = route('10.0.0.1/32', { type: 'local', table: 'local' });
    const fib = fibOf(route('10.0.0.1/32', { metric: 0 }), own);
    assert.equal(fib.lookup(ip4('10.0.0.1')), own);
  });

  it('take no second route of the same prefix and metric, unless the kernel itself enters it', () => {
    const fib = fibOf(route('10.0.0.0/8'));
    assert.equal(fib.add(route('10.0.0.0/8', { dev: eth1 })), false);
    assert.equal(fib.add(route('10.0.0.0/8', { type: 'blackhole', dev: null })), false);
    assert.equal(fib.add(route('10.0.0.0/8', { metric: 1 })), true);
    const kernels = route('10.0.0.0/8', { dev: eth1, protocol: 'kernel', prefSrc: 5 });
    assert.equal(fib.add(kernels), true);
    assert.equal(fib.add({ ...kernels }), false, 'that very route is there');
  });

  it('tell how many routes were removed', () => {
    const fib = fibOf(route('10.0.0.0/8'), route('11.0.0.0/8', { dev: eth1 }), route('12.0.0.0/8'));
    assert.equal(
      fib.remove((each) => each.dev === eth0),
      2,
    );
    assert.equal(fib.list().length, 1);
  });

  it('answer for one interface only, where a socket is bound to it', () => {
    const [first, second] = [route('10.0.0.0/8'), route('0.0.0.0/0', { dev: eth1, gateway: 9 })];
    const fib = fibOf(first, second);
    assert.equal(fib.lookupVia(ip4('10.0.0.1'), eth0), first);
    assert.equal(fib.lookupVia(ip4('10.0.0.1'), eth1), second);
    assert.equal(fib.lookupVia(ip4('11.0.0.1'), eth0), null);
  });

  it('answer as a search through all routes does', () => {
    const prefix = fc.tuple(
      fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
      fc.constantFrom(0, 1, 8, 15, 24, 31, 32),
    );
    const entry = fc.tuple(prefix, fc.nat({ max: 3 }), fc.boolean());
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 40 }), fc.array(fc.nat({ max: 39 })), (entries, probes) => {
        const fib = new Fib();
        const kept: FibRoute[] = [];
        for (const [[address, prefixLen], metric, isFirst] of entries) {
          const dev: NetDevice = isFirst ? eth0 : eth1;
          const made = { ...route('0.0.0.0/0'), destination: address & prefixMask(prefixLen), prefixLen, metric, dev };
          if (fib.add(made)) kept.push(made);
        }
        const better = (a: FibRoute, b: FibRoute): number => b.prefixLen - a.prefixLen || a.metric - b.metric;
        for (const probe of probes) {
          const dst = (entries[probe % Math.max(entries.length, 1)]?.[0][0] ?? 0) ^ (probe & 3);
          const matching = kept.filter((each) => ((dst ^ each.destination) & prefixMask(each.prefixLen)) === 0);
          assert.equal(fib.lookup(dst), matching.sort(better)[0] ?? null);
        }
      }),
      { numRuns: 100 * EFFORT },
    );
  });
});
