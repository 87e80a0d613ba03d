import assert from 'node:assert/strict';
import { dropReasonName } from '../../../src/link/drop.ts';
import { martianAddresses, validateSource } from '../../../src/kernel/ip/rp-filter.ts';
import { ipRouteInput } from '../../../src/kernel/ip/route.ts';
import { address, devOf, type, World } from '../kit.ts';

/** A router with the networks 10.0.0.0/24 on eth0, 10.1.0.0/24 on eth1, and a way to all else by eth0. */
function router(...lines: readonly string[]): (dev: string, src: string, dst: string) => string {
  const host = new World().host('h', { eth0: '10.0.0.1/24', eth1: '10.1.0.1/24' });
  type(host, 'sysctl -w net.ipv4.ip_forward=1');
  type(host, 'ip route add default via 10.0.0.254');
  for (const line of lines) type(host, line);
  const ns = host.rootNs;
  return (name, src, dst) => {
    const dev = devOf(host, name);
    const martian = martianAddresses(dev, address(src), address(dst));
    const entry = ipRouteInput(ns, address(dst));
    const reason = martian === 0 ? validateSource(ns, dev, address(src), entry, { tos: 0, mark: 0 }) : martian;
    return reason === 0 ? '' : dropReasonName(reason);
  };
}

describe('kernel/ip/rp-filter', () => {
  it('lets everything pass but martians and this host’s own addresses when it is off', () => {
    const why = router();
    assert.equal(why('eth1', '10.0.0.9', '10.1.0.1'), '');
    assert.equal(why('eth1', '10.0.0.1', '10.1.0.1'), 'IP_LOCAL_SOURCE');
    assert.equal(why('eth1', '127.0.0.1', '10.1.0.1'), 'IP_LOCALNET');
    assert.equal(why('eth1', '224.0.0.1', '10.1.0.1'), 'IP_INVALID_SOURCE');
    assert.equal(why('eth1', '0.0.0.0', '255.255.255.255'), '');
  });

  it('wants the way back to be the way it came when it is strict', () => {
    const why = router('sysctl -w net.ipv4.conf.all.rp_filter=1');
    assert.equal(why('eth0', '10.0.0.9', '10.1.0.1'), '');
    assert.equal(why('eth1', '10.0.0.9', '10.1.0.1'), 'IP_RPFILTER');
    assert.equal(why('eth0', '8.8.8.8', '10.1.0.9'), '');
    assert.equal(why('eth1', '8.8.8.8', '10.0.0.9'), 'IP_RPFILTER');
    assert.equal(why('eth1', '10.0.0.1', '10.1.0.1'), 'IP_LOCAL_SOURCE');
    assert.equal(why('eth1', '10.1.0.255', '10.1.0.1'), 'IP_INVALID_SOURCE');
  });

  it('wants some way back when it is loose', () => {
    const why = router('sysctl -w net.ipv4.conf.eth1.rp_filter=2', 'ip route del default');
    assert.equal(why('eth1', '10.0.0.9', '10.1.0.1'), '');
    assert.equal(why('eth1', '8.8.8.8', '10.1.0.1'), 'IP_RPFILTER');
    assert.equal(why('eth0', '8.8.8.8', '10.0.0.1'), '', 'eth0 is not asked to');
  });

  it('believes its own addresses and loopback where it is told to', () => {
    const why = router('sysctl -w net.ipv4.conf.eth1.accept_local=1 net.ipv4.conf.eth1.route_localnet=1');
    assert.equal(why('eth1', '10.0.0.1', '10.1.0.1'), '');
    assert.equal(why('eth1', '10.1.0.9', '127.0.0.1'), '');
    assert.equal(why('eth0', '10.1.0.1', '10.0.0.1'), 'IP_LOCAL_SOURCE');
  });
});
