import assert from 'node:assert/strict';
import { formatIp4, ip4 } from '../../../src/base/addr.ts';
import { dropReasonName } from '../../../src/link/drop.ts';
import type { Host } from '../../../src/kernel/host.ts';
import { RT_SCOPE_LINK } from '../../../src/kernel/ip/fib.ts';
import { martianAddresses } from '../../../src/kernel/ip/rp-filter.ts';
import type { DstEntry } from '../../../src/kernel/ip/route.ts';
import {
  DST_BLACKHOLE,
  DST_BROADCAST,
  DST_LOCAL,
  DST_MULTICAST,
  DST_NONE,
  DST_PROHIBIT,
  DST_UNICAST,
  DST_UNREACHABLE,
  inetSelectAddr,
  ipRouteInput,
  ipRouteOutput,
  ipRouteOutputVia,
  routeErrno,
} from '../../../src/kernel/ip/route.ts';
import type { Netns } from '../../../src/kernel/netns.ts';
import { devOf, type, World } from '../kit.ts';

const WORDS: Readonly<Record<number, string>> = {
  [DST_UNICAST]: 'unicast',
  [DST_LOCAL]: 'local',
  [DST_BROADCAST]: 'broadcast',
  [DST_MULTICAST]: 'multicast',
  [DST_BLACKHOLE]: 'blackhole',
  [DST_UNREACHABLE]: 'unreachable',
  [DST_PROHIBIT]: 'prohibit',
  [DST_NONE]: 'none',
};

/** `unicast eth0 via 10.0.0.254 src 10.0.0.1` */
function show(entry: DstEntry): string {
  const gateway = entry.gateway === 0 ? '' : ` via ${formatIp4(entry.gateway)}`;
  return `${WORDS[entry.type]} ${entry.dev?.name ?? '-'}${gateway} src ${formatIp4(entry.src)}`;
}

function output(ns: Netns, dst: string): string {
  return show(ipRouteOutput(ns, ip4(dst)));
}

/** A machine on two networks with a default route and routes of every kind. */
function machine(): { host: Host; ns: Netns; add: (line: string) => void } {
  const host = new World().host('h', { eth0: '10.0.0.1/24', eth1: '10.1.0.1/16' });
  const add = (line: string): void => {
    type(host, line);
  };
  add('ip route add default via 10.0.0.254');
  add('ip route add 10.7.0.0/16 via 10.1.0.254 src 10.0.0.1');
  add('ip route add blackhole 172.28.0.0/16');
  add('ip route add prohibit 172.29.0.0/16');
  add('ip route add unreachable 172.30.0.0/16');
  return { host, ns: host.rootNs, add };
}

describe('kernel: routing decisions', () => {
  it('say by which interface, to whom and with what source', () => {
    const { ns } = machine();
    assert.equal(output(ns, '10.0.0.9'), 'unicast eth0 src 10.0.0.1');
    assert.equal(output(ns, '10.1.0.9'), 'unicast eth1 src 10.1.0.1');
    assert.equal(output(ns, '8.8.8.8'), 'unicast eth0 via 10.0.0.254 src 10.0.0.1');
    assert.equal(output(ns, '10.7.0.1'), 'unicast eth1 via 10.1.0.254 src 10.0.0.1');
    assert.equal(ipRouteOutput(ns, ip4('8.8.8.8')).nextHop, ip4('10.0.0.254'));
    assert.equal(ipRouteOutput(ns, ip4('10.0.0.9')).nextHop, ip4('10.0.0.9'));
  });

  it('send what is for this host over lo, with the address itself as the source', () => {
    const { ns } = machine();
    assert.equal(output(ns, '10.1.0.1'), 'local lo src 10.1.0.1');
    assert.equal(output(ns, '127.0.0.1'), 'local lo src 127.0.0.1');
    assert.equal(output(ns, '127.9.9.9'), 'local lo src 127.0.0.1');
    assert.equal(ipRouteOutput(ns, 0).dst, ip4('127.0.0.1'), 'nobody stands for this host');
  });

  it('know broadcasts and groups', () => {
    const { ns } = machine();
    assert.equal(output(ns, '10.0.0.255'), 'broadcast eth0 src 10.0.0.1');
    assert.equal(output(ns, '255.255.255.255'), 'broadcast eth0 src 10.0.0.1');
    assert.equal(output(ns, '224.0.0.1'), 'multicast eth0 src 10.0.0.1');
  });

  it('have no way for the limited broadcast and groups without a route', () => {
    const host = new World().host('h', { eth0: '10.0.0.1/24' });
    for (const dst of ['255.255.255.255', '224.0.0.1', '8.8.8.8']) {
      const entry = ipRouteOutput(host.rootNs, ip4(dst));
      assert.deepEqual([show(entry), routeErrno(entry)], ['none - src 0.0.0.0', 'ENETUNREACH'], dst);
    }
  });

  it('fail as system calls do where a route says no', () => {
    const { ns } = machine();
    const errnos = ['172.28.0.1', '172.29.0.1', '172.30.0.1', '8.8.8.8'].map((dst) =>
      routeErrno(ipRouteOutput(ns, ip4(dst))),
    );
    assert.deepEqual(errnos, ['EINVAL', 'EACCES', 'EHOSTUNREACH', '']);
  });

  it('for what comes in say local, broadcast, forwarded or not at all', () => {
    const { ns } = machine();
    const kinds = ['10.0.0.1', '10.0.0.255', '255.255.255.255', '224.0.0.9', '10.1.0.9', '172.30.0.1'].map(
      (dst) => WORDS[ipRouteInput(ns, ip4(dst)).type],
    );
    assert.deepEqual(kinds, ['local', 'broadcast', 'broadcast', 'multicast', 'unicast', 'unreachable']);
  });

  it('are kept until routes, addresses or interfaces change', () => {
    const { ns, add } = machine();
    const before = ipRouteOutput(ns, ip4('8.8.8.8'));
    assert.equal(ipRouteOutput(ns, ip4('8.8.8.8')), before);
    for (const line of [
      'ip route add 8.8.8.0/24 via 10.1.0.254',
      'ip addr add 10.2.0.1/24 dev eth0',
      'ip link set eth1 down',
    ]) {
      const { generation } = ns.routes;
      add(line);
      assert.notEqual(ns.routes.generation, generation, line);
    }
    assert.equal(output(ns, '8.8.8.8'), 'unicast eth0 via 10.0.0.254 src 10.0.0.1', 'the better route left with eth1');
    assert.equal(output(ns, '10.1.0.9'), 'unicast eth0 via 10.0.0.254 src 10.0.0.1');
  });

  it('are the same each time for destinations that take turns, until routes change', () => {
    const { ns, add } = machine();
    const destinations = ['8.8.8.8', '10.0.0.9', '10.1.0.9'].map((each) => ip4(each));
    const first = destinations.map((dst) => ipRouteOutput(ns, dst));
    for (const i of [0, 1, 0, 1, 2, 1, 2, 0, 2]) assert.equal(ipRouteOutput(ns, destinations[i]!), first[i]);
    add('ip route add 8.8.8.0/24 via 10.1.0.254');
    for (const i of [0, 1, 0, 1, 2]) assert.notEqual(ipRouteOutput(ns, destinations[i]!), first[i]);
  });

  it('keep the answers to many destinations, and start afresh before there are too many', () => {
    const { ns } = machine();
    const first = ipRouteOutput(ns, ip4('20.0.0.0'));
    for (let i = 1; i < 65_536; i++) ipRouteOutput(ns, ip4('20.0.0.0') + i);
    assert.equal(ipRouteOutput(ns, ip4('20.0.0.0')), first);
    ipRouteOutput(ns, ip4('30.0.0.0'));
    assert.notEqual(ipRouteOutput(ns, ip4('20.0.0.0')), first);
  });

  it('for a socket bound to an interface take its routes, or else believe the destination on the link', () => {
    const { host, ns } = machine();
    const [eth0, eth1] = [devOf(host, 'eth0'), devOf(host, 'eth1')];
    assert.equal(show(ipRouteOutputVia(ns, ip4('10.0.0.9'), eth0)), 'unicast eth0 src 10.0.0.1');
    assert.equal(show(ipRouteOutputVia(ns, ip4('10.7.0.1'), eth1)), 'unicast eth1 via 10.1.0.254 src 10.0.0.1');
    assert.equal(show(ipRouteOutputVia(ns, ip4('8.8.8.8'), eth1)), 'unicast eth1 src 10.1.0.1');
    assert.equal(show(ipRouteOutputVia(ns, ip4('10.1.0.1'), eth0)), 'unicast eth0 via 10.0.0.254 src 10.0.0.1');
    assert.equal(show(ipRouteOutputVia(ns, ip4('10.1.0.1'), eth1)), 'local lo src 10.1.0.1');
    assert.equal(show(ipRouteOutputVia(ns, ip4('255.255.255.255'), eth1)), 'broadcast eth1 src 10.1.0.1');
    assert.equal(show(ipRouteOutputVia(ns, ip4('224.0.0.1'), eth1)), 'multicast eth1 src 10.1.0.1');
    assert.equal(show(ipRouteOutputVia(ns, ip4('10.1.255.255'), eth1)), 'broadcast eth1 src 10.1.0.1');
  });

  it('choose the primary address in the destination’s subnet, else the first, else one of another interface', () => {
    const world = new World();
    const host = world.host('h', { eth0: '10.0.0.1/24', eth1: '' });
    type(host, 'ip addr add 10.0.0.2/24 dev eth0');
    type(host, 'ip addr add 10.5.0.1/24 dev eth0');
    const [eth0, eth1] = [devOf(host, 'eth0'), devOf(host, 'eth1')];
    assert.equal(inetSelectAddr(eth0, ip4('10.0.0.9'), RT_SCOPE_LINK), ip4('10.0.0.1'));
    assert.equal(inetSelectAddr(eth0, ip4('10.5.0.9'), RT_SCOPE_LINK), ip4('10.5.0.1'));
    assert.equal(inetSelectAddr(eth0, ip4('8.8.8.8'), RT_SCOPE_LINK), ip4('10.0.0.1'));
    assert.equal(inetSelectAddr(eth1, ip4('8.8.8.8'), RT_SCOPE_LINK), ip4('10.0.0.1'));
    assert.equal(inetSelectAddr(devOf(world.host('none', { eth0: '' }), 'eth0'), ip4('8.8.8.8'), RT_SCOPE_LINK), 0);
  });

  it('know who cannot be the source or the destination of a frame from a wire', () => {
    const { ns } = machine();
    const [eth0, me] = [ns.deviceByName('eth0')!, ip4('10.0.0.1')];
    const why = (text: string): string => dropReasonName(martianAddresses(eth0, ip4(text), me));
    assert.deepEqual(['10.0.0.9', '8.8.8.8'].map(why), ['NOT_SPECIFIED', 'NOT_SPECIFIED']);
    const invalid = ['224.0.0.1', '255.255.255.255', '0.0.0.0'].map(why);
    assert.deepEqual(invalid, new Array(3).fill('IP_INVALID_SOURCE'));
    assert.equal(why('127.0.0.1'), 'IP_LOCALNET');
    const destinations = ['8.8.8.8', '0.0.0.0', '127.0.0.1'].map((text) =>
      dropReasonName(martianAddresses(eth0, ip4('10.0.0.9'), ip4(text))),
    );
    assert.deepEqual(destinations, ['NOT_SPECIFIED', 'IP_INVALID_DEST', 'IP_LOCALNET']);
  });
});
