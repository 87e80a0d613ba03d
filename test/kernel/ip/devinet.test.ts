import assert from 'node:assert/strict';
import { formatIp4, ip4 } from '../../../src/base/addr.ts';
import type { Host } from '../../../src/kernel/host.ts';
import { inetDelIfa, inetInsertIfa } from '../../../src/kernel/ip/devinet.ts';
import { ipRouteOutput } from '../../../src/kernel/ip/route.ts';
import { devOf, pingSocket, payloadOf, SECOND, type, World } from '../kit.ts';
import { showRoutes } from './show-routes.ts';

/** A machine with an interface v0 that is down; the expected routes are what a real kernel listed after each line. */
function machine(): { host: Host; after: (...lines: readonly string[]) => string[]; world: World } {
  const world = new World();
  const host = world.host('h');
  type(host, 'ip link add v0 type veth peer name e0');
  type(host, 'ip link set e0 up');
  const after = (...lines: readonly string[]): string[] => {
    for (const line of lines) type(host, line);
    return showRoutes(host.rootNs);
  };
  return { host, after, world };
}

function addresses(host: Host, name: string): string[] {
  return devOf(host, name).addresses.map(
    (each) => `${formatIp4(each.address)}/${each.prefixLen}${each.isSecondary ? ' secondary' : ''}`,
  );
}

describe('kernel: addresses of interfaces', () => {
  it('are this host’s own while the interface is down, and bring their network when it comes up', () => {
    const { after } = machine();
    const local = 'local 10.0.0.1 dev v0 table local proto kernel scope host src 10.0.0.1';
    assert.deepEqual(after('ip addr add 10.0.0.1/24 dev v0'), [local]);
    assert.deepEqual(after('ip link set v0 up'), [
      '10.0.0.0/24 dev v0 proto kernel scope link src 10.0.0.1',
      'broadcast 10.0.0.255 dev v0 table local proto kernel scope link src 10.0.0.1',
      local,
    ]);
    assert.deepEqual(after('ip link set v0 down'), [local]);
  });

  it('get a broadcast route whether they were given a broadcast address or not, and any that they were given', () => {
    const { after } = machine();
    const routes = after('ip link set v0 up', 'ip addr add 10.0.0.1/24 brd 10.0.0.127 dev v0');
    assert.deepEqual(
      routes.filter((route) => route.startsWith('broadcast')),
      [
        'broadcast 10.0.0.127 dev v0 table local proto kernel scope link src 10.0.0.1',
        'broadcast 10.0.0.255 dev v0 table local proto kernel scope link src 10.0.0.1',
      ],
    );
  });

  it('in a subnet that the interface has already are secondary and share its routes', () => {
    const { host, after } = machine();
    after('ip link set v0 up', 'ip addr add 10.0.0.1/24 dev v0');
    assert.deepEqual(after('ip addr add 10.0.0.2/24 dev v0', 'ip addr add 10.1.0.1/16 brd + dev v0'), [
      '10.0.0.0/24 dev v0 proto kernel scope link src 10.0.0.1',
      '10.1.0.0/16 dev v0 proto kernel scope link src 10.1.0.1',
      'broadcast 10.0.0.255 dev v0 table local proto kernel scope link src 10.0.0.1',
      'broadcast 10.1.255.255 dev v0 table local proto kernel scope link src 10.1.0.1',
      'local 10.0.0.1 dev v0 table local proto kernel scope host src 10.0.0.1',
      'local 10.0.0.2 dev v0 table local proto kernel scope host src 10.0.0.1',
      'local 10.1.0.1 dev v0 table local proto kernel scope host src 10.1.0.1',
    ]);
    assert.deepEqual(addresses(host, 'v0'), ['10.0.0.1/24', '10.1.0.1/16', '10.0.0.2/24 secondary']);
  });

  it('take their secondaries along when they go, and leave gateways to those who set them', () => {
    const { host, after } = machine();
    after('ip link set v0 up', 'ip addr add 10.0.0.1/24 dev v0', 'ip addr add 10.0.0.2/24 dev v0');
    after('ip addr add 10.1.0.1/16 brd + dev v0', 'ip route add default via 10.0.0.254');
    after('ip route add 10.7.0.0/16 via 10.1.0.254', 'ip route add 10.8.0.0/16 dev v0');
    assert.deepEqual(after('ip addr del 10.0.0.1/24 dev v0'), [
      '10.1.0.0/16 dev v0 proto kernel scope link src 10.1.0.1',
      '10.7.0.0/16 via 10.1.0.254 dev v0',
      '10.8.0.0/16 dev v0 scope link',
      'broadcast 10.1.255.255 dev v0 table local proto kernel scope link src 10.1.0.1',
      'default via 10.0.0.254 dev v0',
      'local 10.1.0.1 dev v0 table local proto kernel scope host src 10.1.0.1',
    ]);
    assert.deepEqual(addresses(host, 'v0'), ['10.1.0.1/16']);
    assert.equal(host.rootNs.localAddresses.has(ip4('10.0.0.2')), false);
  });

  it('that are secondary go alone', () => {
    const { host, after } = machine();
    after('ip link set v0 up', 'ip addr add 10.0.0.1/24 dev v0', 'ip addr add 10.0.0.2/24 dev v0');
    assert.equal(after('ip addr del 10.0.0.2/24 dev v0').length, 3);
    assert.deepEqual(addresses(host, 'v0'), ['10.0.0.1/24']);
  });

  it('take all routes of the interface along when the last of them goes', () => {
    const { after } = machine();
    after('ip link set v0 up', 'ip addr add 10.1.0.2/16 dev v0', 'ip route add default via 10.1.0.254');
    assert.deepEqual(after('ip route add 10.8.0.0/16 dev v0', 'ip addr del 10.1.0.2/16 dev v0'), []);
  });

  it('take along the routes that prefer them as a source', () => {
    const { after } = machine();
    after('ip link set v0 up', 'ip addr add 10.0.0.1/24 dev v0', 'ip addr add 10.1.0.1/24 dev v0');
    after('ip route add 10.9.0.0/16 via 10.0.0.254 src 10.1.0.1');
    const routes = after('ip addr del 10.1.0.1/24 dev v0');
    assert.equal(
      routes.some((route) => route.includes('10.9.0.0')),
      false,
    );
  });

  it('with /31 and /32 have no broadcast, and with /32 no network', () => {
    const { after } = machine();
    assert.deepEqual(
      after(
        'ip link set v0 up',
        'ip addr add 10.3.0.0/31 dev v0',
        'ip addr add 10.4.0.2/32 brd + dev v0',
        'ip addr add 10.5.0.2/31 brd + dev v0',
      ),
      [
        '10.3.0.0/31 dev v0 proto kernel scope link src 10.3.0.0',
        '10.5.0.2/31 dev v0 proto kernel scope link src 10.5.0.2',
        'local 10.3.0.0 dev v0 table local proto kernel scope host src 10.3.0.0',
        'local 10.4.0.2 dev v0 table local proto kernel scope host src 10.4.0.2',
        'local 10.5.0.2 dev v0 table local proto kernel scope host src 10.5.0.2',
      ],
    );
  });

  it('may be on one network with those of another interface, which stands in when the first goes down', () => {
    const { host, after } = machine();
    after('ip link add w0 type veth peer name e1', 'ip link set w0 up', 'ip link set v0 up');
    const both = after('ip addr add 10.1.0.1/16 dev v0', 'ip addr add 10.1.0.2/16 dev w0');
    assert.deepEqual(
      both.filter((route) => route.includes('10.1.0.0/16')),
      [
        '10.1.0.0/16 dev v0 proto kernel scope link src 10.1.0.1',
        '10.1.0.0/16 dev w0 proto kernel scope link src 10.1.0.2',
      ],
    );
    assert.equal(ipRouteOutput(host.rootNs, ip4('10.1.0.9')).dev?.name, 'v0');
    assert.deepEqual(after('ip link set v0 down'), [
      '10.1.0.0/16 dev w0 proto kernel scope link src 10.1.0.2',
      'broadcast 10.1.255.255 dev w0 table local proto kernel scope link src 10.1.0.2',
      'local 10.1.0.1 dev v0 table local proto kernel scope host src 10.1.0.1',
      'local 10.1.0.2 dev w0 table local proto kernel scope host src 10.1.0.2',
    ]);
    assert.equal(ipRouteOutput(host.rootNs, ip4('10.1.0.9')).dev?.name, 'w0');
  });

  it('of an interface that is down can be reached from this host', () => {
    const { world, host, after } = machine();
    after('ip addr add 10.0.0.1/24 dev v0');
    const socket = pingSocket(host.rootNs);
    assert.equal(socket.sendEcho(ip4('10.0.0.1'), 1, payloadOf(8)), '');
    world.run(SECOND);
    assert.equal(socket.receive()?.from, ip4('10.0.0.1'));
  });

  it('leave with an interface that moves to another namespace', () => {
    const { host, after } = machine();
    after('ip addr add 10.0.0.1/24 dev v0', 'ip link set v0 up', 'ip netns add c');
    assert.deepEqual(after('ip link set v0 netns c'), []);
    assert.equal(host.rootNs.localAddresses.has(ip4('10.0.0.1')), false);
    assert.deepEqual(host.namespaces.get('c')?.deviceByName('v0')?.addresses, []);
  });

  it('are added once, and removed when they are there', () => {
    const { host } = machine();
    const v0 = devOf(host, 'v0');
    assert.equal(inetInsertIfa(v0, ip4('10.0.0.1'), 24, 0), true);
    assert.equal(inetInsertIfa(v0, ip4('10.0.0.1'), 24, 0), false);
    assert.equal(inetInsertIfa(v0, ip4('10.0.0.1'), 16, 0), true, 'with another prefix it is another one');
    assert.equal(inetDelIfa(v0, ip4('10.0.0.1'), 25), false);
    assert.equal(inetDelIfa(v0, ip4('10.0.0.1'), 24), true);
    assert.equal(host.rootNs.localAddresses.has(ip4('10.0.0.1')), true, 'it is still there with /16');
    assert.equal(inetDelIfa(v0, ip4('10.0.0.1'), 16), true);
    assert.equal(host.rootNs.localAddresses.has(ip4('10.0.0.1')), false);
  });

  it('of lo cover all of 127.0.0.0/8', () => {
    const host = new World().host('h');
    const routes = host.rootNs.fib
      .list()
      .map((route) => `${route.type} ${formatIp4(route.destination)}/${route.prefixLen}`);
    assert.deepEqual(
      routes.sort((a, b) => (a < b ? -1 : 1)),
      ['broadcast 127.255.255.255/32', 'local 127.0.0.0/8', 'local 127.0.0.1/32'],
    );
  });
});
