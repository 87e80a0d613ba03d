/**
 * No entry is lost or kept too long: whatever frames are dropped, copied, cut, put together, answered or sent round,
 * once all have met their fate the table holds its confirmed entries, each held by the table alone.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { Host } from '../../../../src/kernel/host.ts';
import { PingSocket, PMTUDISC_DONT } from '../../../../src/kernel/socket/ping-socket.ts';
import { UdpSocket } from '../../../../src/kernel/socket/udp-socket.ts';
import { address, EFFORT, netnsOf, payloadOf, SECOND, type, World } from '../../kit.ts';

const NAMESPACES = ['a', 'r', 'b', 'c'];

/** a (10.0.1.2) — r (10.0.1.1, bridge 10.0.2.1) — b and c (10.0.2.2, 10.0.2.3) on the bridge. */
const SET_UP = [
  ...NAMESPACES.map((name) => `ip netns add ${name}`),
  'ip link add eth0 netns a type veth peer name ra netns r',
  'ip link add eth0 netns b type veth peer name rb netns r',
  'ip link add eth0 netns c type veth peer name rc netns r',
  'ip -n r link add br0 type bridge',
  'ip -n r link set rb master br0',
  'ip -n r link set rc master br0',
  ...['ra', 'rb', 'rc', 'br0'].map((dev) => `ip -n r link set ${dev} up`),
  ...NAMESPACES.map((name) => `ip -n ${name} link set lo up`),
  ...['a', 'b', 'c'].map((name) => `ip -n ${name} link set eth0 up`),
  'ip -n a addr add 10.0.1.2/24 dev eth0',
  'ip -n r addr add 10.0.1.1/24 dev ra',
  'ip -n r addr add 10.0.2.1/24 brd + dev br0',
  'ip -n b addr add 10.0.2.2/24 brd + dev eth0',
  'ip -n c addr add 10.0.2.3/24 brd + dev eth0',
  'ip -n a route add default via 10.0.1.1',
  'ip -n b route add default via 10.0.2.1',
  'ip -n c route add default via 10.0.2.1',
  'ip netns exec r sysctl -qw net.ipv4.ip_forward=1',
  ...NAMESPACES.flatMap((name) => [
    `ip netns exec ${name} iptables -A INPUT -m conntrack --ctstate NEW`,
    // So that they are there yet when it is looked.
    `ip netns exec ${name} sysctl -qw net.netfilter.nf_conntrack_udp_timeout=1000`,
    `ip netns exec ${name} sysctl -qw net.netfilter.nf_conntrack_icmp_timeout=1000`,
  ]),
];

const RULES = [
  '-A FORWARD -p udp --dport 7 -j DROP',
  '-A FORWARD -p udp --dport 8 -j REJECT',
  '-A INPUT -p icmp -j REJECT --reject-with icmp-host-prohibited',
  '-A OUTPUT -p icmp -j DROP',
  '-t raw -A PREROUTING -p udp -j CT --notrack',
  '-t raw -A PREROUTING -p icmp -j CT --zone 5',
  '-t raw -A OUTPUT -p udp -j CT --zone-orig 6',
  '-t nat -A POSTROUTING -s 10.0.1.0/24 -j MASQUERADE',
  '-t nat -A PREROUTING -p udp --dport 9 -j DNAT --to-destination 10.0.2.3:7',
  '-t nat -A OUTPUT -p udp --dport 8 -j REDIRECT --to-ports 5',
  '-t mangle -A PREROUTING -m conntrack --ctstate INVALID -j DROP',
];
const DISTURBANCES = [
  'loss 30%',
  'duplicate 40%',
  'delay 1ms loss 10% duplicate 30%',
  'corrupt 30%',
  'limit 1 delay 2ms',
];
const DEVICES: readonly (readonly [ns: string, dev: string])[] = [
  ['a', 'eth0'],
  ['r', 'ra'],
  ['r', 'br0'],
  ['r', 'rb'],
  ['b', 'eth0'],
  ['b', 'lo'],
];
const TARGETS = ['10.0.1.1', '10.0.1.2', '10.0.2.1', '10.0.2.2', '10.0.2.3', '10.0.2.77', '10.0.2.255', '127.0.0.1'];

const ACTIONS = fc.oneof(
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('rule'), ns: fc.nat(3), which: fc.nat(RULES.length - 1) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('disturb'), ns: fc.nat(5), which: fc.nat(4) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constantFrom('ping', 'udp'),
      ns: fc.nat(3),
      which: fc.nat(TARGETS.length - 1),
      port: fc.constantFrom(5, 7, 8, 9),
      ttl: fc.constantFrom(64, 64, 1, 2),
      length: fc.constantFrom(3, 3, 2000, 4000),
      gapMs: fc.constantFrom(0, 0, 1, 500),
    }),
  },
);
type Action = typeof ACTIONS extends fc.Arbitrary<infer T> ? T : never;

function act(world: World, host: Host, action: Action): void {
  if (!('port' in action)) {
    const { kind, ns, which } = action;
    if (kind === 'rule') type(host, `ip netns exec ${NAMESPACES[ns]!} iptables ${RULES[which]!}`);
    else {
      const [where, dev] = DEVICES[ns]!;
      type(host, `tc -n ${where} qdisc replace dev ${dev} root netem ${DISTURBANCES[which]!}`);
    }
    return;
  }
  const ns = netnsOf(host, NAMESPACES[action.ns]!);
  const to = address(TARGETS[action.which]!);
  const socket = action.kind === 'ping' ? new PingSocket(ns) : new UdpSocket(ns);
  socket.broadcast = true;
  socket.pmtuDiscovery = PMTUDISC_DONT;
  socket.ttl = action.ttl;
  if (socket instanceof PingSocket) socket.sendEcho(to, 1, payloadOf(action.length));
  else {
    socket.bind(0, 4000);
    socket.sendTo(to, action.port, payloadOf(action.length));
  }
  world.run(action.gapMs * 1_000_000);
  socket.close();
}

describe('entries of connections', function () {
  this.timeout(120_000);

  it('are held by the table alone when no frame is left', () => {
    fc.assert(
      fc.property(fc.array(ACTIONS, { minLength: 5, maxLength: 60 }), (actions) => {
        const world = new World();
        const host = world.host('h');
        for (const line of SET_UP) type(host, line);
        for (const action of actions) act(world, host, action);
        // What waits for a fragment gives up in this time, and so does who waits for an address to tell of it.
        world.run(60 * SECOND);
        assert.equal(world.slab.inUse, 0, 'all frames have met their fate');
        for (const name of NAMESPACES) {
          const { table } = netnsOf(host, name).conntrack!;
          const slots = table.listSlots();
          assert.equal(table.count, slots.length, `${name}: entries that exist are in the table`);
          for (const slot of slots) assert.equal(table.usesOf(slot), 1, `${name}: held by the table alone`);
        }
        for (const name of NAMESPACES) type(host, `ip netns del ${name}`);
        world.run(SECOND);
      }),
      { numRuns: 25 * EFFORT },
    );
  });
});
