import assert from 'node:assert/strict';
import { formatIp4, ip4, mac, macHi, macLo } from '../../../src/base/addr.ts';
import { ipRouteOutput } from '../../../src/kernel/ip/route.ts';
import { NUD_PERMANENT, NUD_REACHABLE, NUD_STALE } from '../../../src/kernel/ip/neigh.ts';
import { devOf, type, World } from '../kit.ts';
import type { Expected } from './real-tools.ts';
import { asExpected, onDockwire, onRealLinux } from './real-tools.ts';

const INCOMPLETE = 'Command line is not complete. Try option "help"';
const NOT_FOUND = 'Error: ipv4: Address not found.';
const wildcard = (address: string): string =>
  [
    'Warning: Executing wildcard deletion to stay compatible with old scripts.',
    `         Explicitly specify the prefix length (${address}/32) to avoid this warning.`,
    '         This special behaviour is likely to disappear in further releases,',
    '         fix your scripts!',
  ].join('\n');

const ADDRESS_LINES: readonly Expected[] = [
  ['ip link add va type veth peer name vb', 0, ''],
  ['ip addr add 10.0.0.1/24 dev va', 0, ''],
  ['ip addr add 10.0.0.1/24 dev va', 2, 'Error: ipv4: Address already assigned.'],
  ['ip addr add 10.0.0.1/25 dev va', 0, ''],
  ['ip addr del 10.0.0.1/25 dev va', 0, ''],
  ['ip addr del 10.0.0.9/24 dev va', 2, NOT_FOUND],
  ['ip addr del 10.0.0.1/16 dev va', 2, NOT_FOUND],
  ['ip addr del 10.0.0.1 dev va', 0, wildcard('10.0.0.1')],
  ['ip addr del 10.0.0.1 dev va', 2, `${wildcard('10.0.0.1')}\n${NOT_FOUND}`],
  ['ip addr add 10.0.0.1/24 dev nope', 1, 'Cannot find device "nope"'],
  ['ip addr add 10.0.0.1/24', 1, 'Not enough information: "dev" argument is required.'],
  ['ip addr add', 1, 'Not enough information: "dev" argument is required.'],
  ['ip addr add dev va', 2, 'RTNETLINK answers: Operation not supported'],
  ['ip addr add 10.0.0.300/24 dev va', 1, 'Error: any valid prefix is expected rather than "10.0.0.300/24".'],
  ['ip addr add 10.0.0.3/33 dev va', 1, 'Error: any valid prefix is expected rather than "10.0.0.3/33".'],
  ['ip addr add foo dev nope', 1, 'Error: any valid prefix is expected rather than "foo".'],
  ['ip addr bogus', 255, 'Command "bogus" is unknown, try "ip address help".'],
  ['ip addr add 10.0.1.1/24 brd foo dev va', 1, 'Error: inet address is expected rather than "foo".'],
  ['ip addr add 10.0.1.1/24 brd', 255, INCOMPLETE],
  ['ip addr add 10.0.1.1/24 dev', 255, INCOMPLETE],
  ['ip addr add 10.0.6.1/24 scope bogus dev va', 255, 'Error: argument "bogus" is wrong: invalid scope value.'],
  ['ip addr add 10.0.8.1/24 dev va bogus', 255, 'Error: either "local" is duplicate, or "bogus" is a garbage.'],
  [
    'ip addr add 10.0.8.1/24 10.0.8.2/24 dev va',
    255,
    'Error: either "local" is duplicate, or "10.0.8.2/24" is a garbage.',
  ],
  ['ip addr add 10.0.1.1/24 brd + dev va', 0, ''],
  ['ip addr add 10.0.2.1 dev va', 0, ''],
  ['ip addr add 10.0.3.1/24 broadcast 10.0.3.99 dev va', 0, ''],
  ['ip addr add 10.0.4.1/24 brd - dev va', 0, ''],
  ['ip address add local 10.0.5.1/24 dev va', 0, ''],
  ['ip a d 10.0.5.1/24 dev va', 0, ''],
  ['ip a del 10.0.4.1/24 dev va', 0, ''],
];

const ROUTE_LINES: readonly Expected[] = [
  ['ip link add va type veth peer name vb', 0, ''],
  ['ip addr add 10.0.0.1/24 brd + dev va', 0, ''],
  ['ip route add 10.1.0.0/16 via 10.0.0.2', 2, 'Error: Nexthop has invalid gateway.'],
  ['ip route add default dev va', 2, 'Error: Device for nexthop is not up.'],
  ['ip link set va up', 0, ''],
  ['ip route add 10.1.0.0/16 via 10.0.0.2', 0, ''],
  ['ip route add 10.1.0.0/16 via 10.0.0.3', 2, 'RTNETLINK answers: File exists'],
  ['ip route add 10.1.0.0/16 via 10.0.0.2 metric 5', 0, ''],
  ['ip route add 10.1.0.1/16 via 10.0.0.2', 2, 'Error: Invalid prefix for given prefix length.'],
  ['ip route add 10.2.0.0/16 via 10.99.0.2', 2, 'Error: Nexthop has invalid gateway.'],
  ['ip route add 10.2.0.0/16 via 10.0.0.255', 2, 'Error: Nexthop has invalid gateway.'],
  ['ip route add 10.2.0.0/16 via 10.1.0.1', 2, 'Error: Nexthop has invalid gateway.'],
  ['ip route add 10.2.0.0/16 via 10.0.0.2 dev vb', 2, 'Error: Nexthop has invalid gateway.'],
  ['ip route add 10.2.0.0/16 via foo', 1, 'Error: inet address is expected rather than "foo".'],
  ['ip route add 10.2.0.0/16 via', 255, INCOMPLETE],
  ['ip route add foo via 10.0.0.2', 1, 'Error: any valid prefix is expected rather than "foo".'],
  ['ip route add 10.2.0.0/33 dev va', 1, 'Error: any valid prefix is expected rather than "10.2.0.0/33".'],
  ['ip route add 10.2.0.0/16 dev nope', 1, 'Cannot find device "nope"'],
  ['ip route add 10.2.0.0/16', 2, 'RTNETLINK answers: No such device'],
  ['ip route add 10.2.0.0/16 dev vb', 2, 'Error: Device for nexthop is not up.'],
  ['ip route add 10.2.0.0/16 dev va src 10.0.0.77', 2, 'Error: Invalid prefsrc address.'],
  ['ip route add 10.2.0.0/16 dev va src foo', 1, 'Error: inet address is expected rather than "foo".'],
  ['ip route add 10.2.0.0/16 dev va src 10.0.0.1', 0, ''],
  ['ip route add 10.3.0.0/16 dev va metric foo', 255, 'Error: argument "foo" is wrong: "metric" value is invalid\n'],
  [
    'ip route add 10.3.0.0/16 dev va metric 4294967296',
    255,
    'Error: argument "4294967296" is wrong: "metric" value is invalid\n',
  ],
  ['ip route add 10.3.0.0/16 dev va bogus', 255, 'Error: either "to" is duplicate, or "bogus" is a garbage.'],
  ['ip route add 10.3.0.0/16 via 10.3.0.1 onlink', 2, 'Error: Nexthop device required for onlink.'],
  ['ip route add 10.3.0.0/16 via 10.77.0.1 dev va onlink', 0, ''],
  ['ip route add blackhole 10.4.0.0/16', 0, ''],
  ['ip route add blackhole 10.4.0.0/16', 2, 'RTNETLINK answers: File exists'],
  ['ip route add unreachable 10.5.0.0/16', 0, ''],
  ['ip route add prohibit 10.6.0.0/16', 0, ''],
  [
    'ip route add blackhole 10.7.0.0/16 dev va',
    2,
    'Error: Gateway, device and multipath can not be specified for this route type.',
  ],
  ['ip route del 10.99.0.0/16', 2, 'RTNETLINK answers: No such process'],
  ['ip route del 10.1.0.0/16 via 10.0.0.3', 2, 'RTNETLINK answers: No such process'],
  ['ip route del 10.1.0.0/16 dev vb', 2, 'RTNETLINK answers: No such process'],
  ['ip route del 10.1.0.0/16 metric 7', 2, 'RTNETLINK answers: No such process'],
  ['ip route del blackhole 10.5.0.0/16', 2, 'RTNETLINK answers: No such process'],
  ['ip route del 10.1.0.0/16 metric 5', 0, ''],
  ['ip route del 10.1.0.0/16', 0, ''],
  ['ip route del 10.1.0.0/16', 2, 'RTNETLINK answers: No such process'],
  ['ip route del unreachable 10.5.0.0/16', 0, ''],
  ['ip route bogus', 255, 'Command "bogus" is unknown, try "ip route help".'],
  ['ip route add default via 10.0.0.2', 0, ''],
  ['ip route add default via 10.0.0.3', 2, 'RTNETLINK answers: File exists'],
  ['ip route replace default via 10.0.0.3', 0, ''],
  ['ip route del default via 10.0.0.2', 2, 'RTNETLINK answers: No such process'],
  ['ip r d default', 0, ''],
  ['ip ro a 0.0.0.0/0 via 10.0.0.4 metric 100', 0, ''],
];

const REQUIRED = 'Device and destination are required arguments.';
const NEIGHBOUR_LINES: readonly Expected[] = [
  ['ip link add va type veth peer name vb', 0, ''],
  ['ip link set va up', 0, ''],
  ['ip neigh add 10.0.0.2 lladdr 02:00:00:00:00:02 dev va', 0, ''],
  ['ip neigh add 10.0.0.2 lladdr 02:00:00:00:00:02 dev va', 2, 'RTNETLINK answers: File exists'],
  ['ip neigh add 10.0.0.3 lladdr zz dev va', 1, '"zz" is invalid lladdr.'],
  ['ip neigh add foo lladdr 02:00:00:00:00:02 dev va', 1, 'Error: any valid address is expected rather than "foo".'],
  ['ip neigh add 10.0.0.3 lladdr 02:00:00:00:00:02 dev nope', 1, 'Cannot find device "nope"'],
  ['ip neigh add 10.0.0.3 lladdr 02:00:00:00:00:02', 255, REQUIRED],
  ['ip neigh add lladdr 02:00:00:00:00:02 dev va', 255, REQUIRED],
  ['ip neigh add', 255, REQUIRED],
  ['ip neigh add 10.0.0.3 lladdr', 255, INCOMPLETE],
  [
    'ip neigh add 10.0.0.3 10.0.0.4 lladdr 02:00:00:00:00:02 dev va',
    255,
    'Error: either "to" is duplicate, or "10.0.0.4" is a garbage.',
  ],
  [
    'ip neigh add 10.0.0.3 lladdr 02:00:00:00:00:02 nud bogus dev va',
    255,
    'Error: argument "bogus" is wrong: nud state is bad',
  ],
  ['ip neigh add 10.0.0.3 lladdr 02:00:00:00:00:02 nud reachable dev va', 0, ''],
  ['ip neigh change 10.0.0.4 lladdr 02:00:00:00:00:02 dev va', 2, 'RTNETLINK answers: No such file or directory'],
  ['ip neigh replace 10.0.0.4 lladdr 02:00:00:00:00:02 nud stale dev va', 0, ''],
  ['ip neigh change 10.0.0.4 lladdr 02:00:00:00:00:03 nud stale dev va', 0, ''],
  ['ip neigh del 10.0.0.99 dev va', 2, 'RTNETLINK answers: No such file or directory'],
  ['ip neigh del 10.0.0.2', 255, REQUIRED],
  ['ip n d 10.0.0.2 dev va', 0, ''],
  ['ip neigh bogus', 255, 'Command "bogus" is unknown, try "ip neigh help".'],
  ['ip neigh add 10.0.0.9 dev va', 2, 'Error: No link layer address given.'],
];

const typedOf = (lines: readonly Expected[]): string[] => lines.map(([line]) => line);

describe('admin: ip addr, ip route, ip neigh', () => {
  for (const [name, lines] of [
    ['addr', ADDRESS_LINES],
    ['route', ROUTE_LINES],
    ['neigh', NEIGHBOUR_LINES],
  ] as const) {
    it(`ip ${name} answers in the words and exit codes of iproute2`, () => {
      assert.deepEqual(asExpected(onDockwire(typedOf(lines))), lines);
    });

    it(`ip ${name} answers as the real ip does`, function () {
      assert.deepEqual(asExpected(onRealLinux(this, typedOf(lines))), lines);
    });
  }

  it('takes the broadcast address as it is written', () => {
    const host = new World().host('h', { eth0: '' });
    for (const words of ['10.0.1.1/24', '10.0.2.1/24 brd +', '10.0.3.1/24 brd 10.0.3.9', '10.0.4.1/24 brd -']) {
      type(host, `ip addr add ${words} dev eth0`);
    }
    type(host, 'ip addr add 10.0.5.0/31 brd + dev eth0');
    const broadcasts = devOf(host, 'eth0').addresses.map((each) => formatIp4(each.broadcast));
    assert.deepEqual(broadcasts, ['0.0.0.0', '10.0.2.255', '10.0.3.9', '10.0.4.0', '0.0.0.0']);
  });

  it('deletes the first entry of an address that is given without its length', () => {
    const host = new World().host('h', { eth0: '10.0.0.1/24' });
    type(host, 'ip addr add 10.0.0.1/16 dev eth0');
    assert.equal(host.admin.type('ip addr del 10.0.0.1 dev eth0').exit, 0);
    assert.deepEqual(
      devOf(host, 'eth0').addresses.map((each) => each.prefixLen),
      [16],
    );
  });

  it('keeps a route as it is written', () => {
    const host = new World().host('h', { eth0: '10.0.0.1/24' });
    type(host, 'ip route add 10.9.0.0/16 via 10.0.0.9 dev eth0 src 10.0.0.1 metric 7 proto static');
    const route = ipRouteOutput(host.rootNs, ip4('10.9.1.1')).route;
    assert.ok(route !== null);
    const { gateway, prefSrc, metric, scope, dev } = route;
    assert.deepEqual([gateway, prefSrc, metric], [ip4('10.0.0.9'), ip4('10.0.0.1'), 7]);
    assert.deepEqual([scope, dev?.name], [0, 'eth0']);
  });

  it('enters a neighbour in the state that is asked for', () => {
    const host = new World().host('h', { eth0: '10.0.0.1/24' });
    const eth0 = devOf(host, 'eth0');
    const states = { permanent: NUD_PERMANENT, reachable: NUD_REACHABLE, stale: NUD_STALE };
    Object.entries(states).forEach(([word, state], i) => {
      type(host, `ip neigh replace 10.0.0.2 lladdr 02:00:00:00:00:0${i} nud ${word} dev eth0`);
      const found = host.rootNs.neighbours.find(eth0, ip4('10.0.0.2'));
      const address = mac(`02:00:00:00:00:0${i}`);
      assert.deepEqual([found?.state, found?.macHi, found?.macLo], [state, macHi(address), macLo(address)], word);
    });
    type(host, 'ip neigh del 10.0.0.2 dev eth0');
    assert.equal(host.rootNs.neighbours.find(eth0, ip4('10.0.0.2')), null);
  });

  it('names what the real tool can do and Dockwire cannot', () => {
    const host = new World().host('h', { eth0: '10.0.0.1/24' });
    for (const line of [
      'ip addr flush dev eth0',
      'ip route show',
      'ip route add 10.9.0.0/16 dev eth0 nhid 7',
      'ip neigh show',
    ]) {
      const { exit, stderr } = host.admin.type(line);
      assert.equal(exit, 127, line);
      assert.match(stderr, /: not supported by Dockwire; supported: /, line);
    }
  });
});
