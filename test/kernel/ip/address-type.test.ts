import assert from 'node:assert/strict';
import { ip4 } from '../../../src/base/addr.ts';
import { inetDevAddrType } from '../../../src/kernel/ip/address-type.ts';
import { ROUTE_TYPES } from '../../../src/kernel/ip/fib.ts';
import { devOf, netnsOf, type, World } from '../kit.ts';

function lab(): { type: (address: string, dev?: string) => string; run: (line: string) => void } {
  const host = new World().host('h', { eth0: '10.0.0.1/24', eth1: '10.1.0.1/24' });
  const ns = netnsOf(host, '');
  return {
    type: (address, dev) =>
      ROUTE_TYPES[inetDevAddrType(ns, dev === undefined ? null : devOf(host, dev), ip4(address)) - 1]!,
    run: (line) => {
      type(host, line);
    },
  };
}

describe('kernel/ip/address-type', () => {
  it('asks table local, and the kinds of address that need none', () => {
    const { type: typeOf } = lab();
    assert.equal(typeOf('0.0.0.0'), 'broadcast');
    assert.equal(typeOf('255.255.255.255'), 'broadcast');
    assert.equal(typeOf('224.0.0.1'), 'multicast');
    assert.equal(typeOf('127.9.9.9'), 'local');
    assert.equal(typeOf('10.0.0.1'), 'local');
    assert.equal(typeOf('10.0.0.255'), 'broadcast');
    assert.equal(typeOf('10.0.0.2'), 'unicast');
    assert.equal(typeOf('9.9.9.9'), 'unicast');
  });

  it('takes routes over another interface for none', () => {
    const { type: typeOf } = lab();
    assert.equal(typeOf('10.0.0.1', 'eth0'), 'local');
    assert.equal(typeOf('10.0.0.1', 'eth1'), 'unicast');
    assert.equal(typeOf('10.1.0.255', 'eth1'), 'broadcast');
    assert.equal(typeOf('10.1.0.255', 'eth0'), 'unicast');
    assert.equal(typeOf('224.0.0.1', 'eth0'), 'multicast');
  });

  it('asks table main, too, until there are rules of somebody’s own, and takes refusals for none', () => {
    const { type: typeOf, run } = lab();
    run('ip route add blackhole 10.5.0.0/16');
    run('ip route add local 10.6.0.0/16 dev lo table main');
    assert.equal(typeOf('10.5.0.1'), 'unicast');
    assert.equal(typeOf('10.6.0.1'), 'local');
    run('ip rule add from 1.2.3.4 table 7');
    assert.equal(typeOf('10.6.0.1'), 'unicast');
  });

  it('forgets its answers when addresses change', () => {
    const { type: typeOf, run } = lab();
    assert.equal(typeOf('10.0.0.7'), 'unicast');
    run('ip addr add 10.0.0.7/24 dev eth0');
    assert.equal(typeOf('10.0.0.7'), 'local');
    run('ip addr del 10.0.0.7/24 dev eth0');
    assert.equal(typeOf('10.0.0.7'), 'unicast');
  });
});
