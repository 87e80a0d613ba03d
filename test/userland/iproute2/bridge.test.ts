import assert from 'node:assert/strict';
import { BRIDGE } from '../../../src/userland/iproute2/bridge.ts';
import { assertSame } from './same-script.ts';

const A = '02:00:00:00:00:99';
const GROUP = '01:00:5e:01:02:03';

const LAB = [
  'ip link add br0 address 02:00:00:00:00:b0 type bridge',
  'ip link add br1 address 02:00:00:00:00:b1 type bridge',
  'ip link add v1 address 02:00:00:00:00:11 type veth peer name v2 address 02:00:00:00:00:12',
  'ip link add v3 address 02:00:00:00:00:13 type veth peer name v4 address 02:00:00:00:00:14',
  'ip link add v5 address 02:00:00:00:00:15 type veth peer name v6 address 02:00:00:00:00:16',
  ...['br0', 'br1', 'v1', 'v2', 'v3', 'v4', 'v5', 'v6'].map((dev) => `ip link set ${dev} up`),
  ...['v1 master br0', 'v3 master br0', 'v5 master br1'].map((link) => `ip link set ${link}`),
];

const GENERAL = [
  ...['bridge', 'bridge foo', 'bridge help', 'bridge -h', 'bridge -V link', 'bridge -x link', 'bridge -n nope link'],
  ...['bridge -netns', 'bridge l', 'bridge -4 link', 'bridge -family foo link', 'bridge -t link', 'bridge -jj link'],
  ...[
    'bridge link help',
    'bridge link foo',
    'bridge fdb help',
    'bridge fdb foo',
    'bridge vlan help',
    'bridge vlan foo',
  ],
  ...['bridge mdb help', 'bridge mdb foo', 'bridge monitor help', 'bridge vlan', 'bridge vlan show dev v1'],
  ...[
    'bridge vlan show dev nope',
    'bridge -j vlan',
    'bridge -s vlan',
    'bridge vlan tunnelshow',
    'bridge mdb show dev nope',
  ],
];

const LINK = [
  ...['bridge link', 'bridge -d link', 'bridge -j link', 'bridge -d -j link', 'bridge -j -p link', 'bridge -o -d link'],
  ...['bridge link show dev v3', 'bridge link show dev nope', 'bridge link show dev v2', 'bridge link show dev'],
  ...['bridge link show foo', 'bridge link show dev br0', 'bridge link set', 'bridge link set dev'],
  ...[
    'bridge link set dev nope',
    'bridge link set dev v1',
    'bridge link set dev v1 cost x',
    'bridge link set dev v1 cost 7',
  ],
  ...['bridge link set dev v1 hairpin', 'bridge link set dev v1 hairpin x', 'bridge link set dev v1 foo'],
  ...['bridge link set dev v2 cost 7', 'bridge link set dev v1 state foo', 'bridge link set dev v1 state 1'],
  ...['bridge link', 'bridge link set dev v1 state forwarding', 'bridge link set dev v1 state 7'],
  'bridge link set dev v1 flood off learning off isolated on locked on neigh_suppress on mcast_flood off',
  'bridge link set dev v1 bcast_flood off',
  'bridge link set dev v1 guard on root_block on vlan_tunnel on hairpin on mcast_to_unicast on fastleave on priority 5',
  ...['bridge -d link', 'bridge -d -j link show dev v1', 'bridge link set dev v1 priority 99'],
  ...['bridge link set dev v1 mcast_router 0', 'bridge link set dev v1 mcast_router 7', 'bridge -d link show dev v1'],
  ...['bridge link set dev v1 backup_port foo', 'bridge link set dev v1 backup_port v3', 'bridge -d link show dev v1'],
  ...['bridge -d -j link show dev v1', 'bridge link set dev v1 nobackup_port', 'bridge link set dev v1 hwmode vepa'],
  ...[
    'bridge link set dev v1 hwmode foo',
    'bridge link set dev v1 self cost 9',
    'bridge link set dev v1 master cost 2',
  ],
  ...['bridge link set v1 cost 3', 'bridge link set dev v1 cost 0', 'bridge link set dev v1 learning_sync on'],
  ...['bridge link set dev v1 proxy_arp on', 'bridge link', 'bridge link set dev v1 learning on flood on locked off'],
];

const FDB = [
  ...[
    'bridge fdb',
    'bridge fdb show br br0',
    'bridge -j fdb show br br0',
    'bridge -j -p fdb show dev v1',
    'bridge fdb add',
  ],
  ...[`bridge fdb add ${A}`, 'bridge fdb add foo dev v1', `bridge fdb add ${A} dev nope`, `bridge fdb add ${A} dev v1`],
  ...[
    'ip -d link show v1',
    `bridge fdb add ${A} dev v1`,
    `bridge fdb add ${A} dev v1 master`,
    'bridge fdb show dev v1',
  ],
  ...[`bridge fdb add ${A} dev v1 master`, `bridge fdb replace ${A} dev v1 master dynamic`, 'bridge fdb show dev v1'],
  ...[`bridge fdb replace ${A} dev v1 master static`, 'bridge fdb show br br0 brport v1', 'bridge fdb show brport v1'],
  ...[
    'bridge fdb show br nope',
    'bridge fdb show dev nope',
    'bridge fdb show br br0 dynamic',
    'bridge fdb show state static',
  ],
  ...[
    'bridge fdb show br br0 state permanent',
    'bridge fdb show state foo',
    'bridge fdb show state',
    'bridge fdb show foo',
  ],
  ...[
    'bridge fdb show br v2',
    'bridge fdb show br br0 vlan 5',
    'bridge -s fdb show dev v1',
    'bridge -j -s fdb show dev v1',
  ],
  ...[`bridge fdb del ${A} dev v1 master`, `bridge fdb del ${A} dev v1 master`, `bridge fdb del ${A} dev v1`],
  ...[`bridge fdb del ${A} dev v1`, `bridge fdb append ${A} dev v1 master`, `bridge fdb append ${A} dev v1 master`],
  ...[`bridge fdb append ${A} dev v1`, `bridge fdb append ${A} dev v1`, `bridge fdb add ${A} dev br0`],
  ...[`bridge fdb del ${A} dev br0 self`, `bridge fdb del ${A} dev v1`, `bridge fdb del ${A} dev v1 master`],
  ...[`bridge fdb add ${A} dev v1 master sticky`, `bridge fdb add ${A} dev v1 master static sticky`],
  ...['bridge -j fdb show dev v1', `bridge fdb get ${A} br br0`, `bridge fdb get ${A} dev v1 master`],
  ...[`bridge fdb get ${A}`, `bridge fdb get ${A} dev v1`, 'bridge fdb get 02:00:00:00:00:77 br br0', 'bridge fdb get'],
  ...['bridge fdb get foo br br0', `bridge -j fdb get ${A} brport v1`, `bridge fdb get ${A} dev nope`],
  ...[`bridge fdb del ${A} dev v1 master`, `bridge fdb add ${A} dev v1 master extern_learn`, 'bridge fdb show dev v1'],
  ...[`bridge fdb add ${A} dev v1 vlan 3 master`, `bridge fdb add ${A} dev v1 vlan 5000 master`],
  ...[
    `bridge fdb add ${A} dev v1 foo`,
    `bridge fdb add ${A} dev v1 dst 10.0.0.1`,
    `bridge fdb add ${A} dev v3 master use`,
  ],
  ...['bridge fdb show br br0', `bridge fdb add ${GROUP} dev v1`, `bridge fdb add ${GROUP} dev v1 master`],
  ...[
    'bridge fdb add 00:00:00:00:00:00 dev v1 master',
    `bridge fdb add ${A} dev v2 dynamic`,
    `bridge fdb add ${A} dev lo`,
  ],
  ...[`bridge fdb add ${A} dev v2 master`, `bridge fdb del ${A} dev lo`, `bridge fdb add ${A} dev br0 dynamic`],
  ...['bridge fdb add 02:00:00:00:00:b8 dev br0', 'bridge fdb show br br0', 'bridge fdb del 02:00:00:00:00:b8 dev br0'],
  ...[
    'bridge fdb flush',
    'bridge fdb flush dev v1',
    'bridge fdb flush dev nope',
    'bridge fdb flush dev br0 brport nope',
  ],
  ...['bridge fdb flush dev br0 brport v2', `bridge fdb replace ${A} dev v3 master static`],
  ...[
    'bridge fdb add 02:00:00:00:00:98 dev v3 master dynamic',
    'bridge fdb flush dev br0 static',
    'bridge fdb show br br0',
  ],
  ...['bridge fdb flush dev br0 dynamic brport v3', 'bridge fdb show br br0', 'bridge fdb flush dev br0 nopermanent'],
  ...['bridge fdb flush dev br0', 'bridge fdb show br br0', 'bridge fdb flush help', 'bridge fdb'],
];

describe('userland: bridge', () => {
  for (const [what, lines] of [
    ['options, objects, help', GENERAL],
    ['links', LINK],
    ['the forwarding table', FDB],
  ] as const) {
    it(`answers about ${what} as the real one does`, function () {
      assertSame(this, [...LAB, ...lines]);
    });
  }

  it('knows before the run what it lacks, and what nobody has', () => {
    assert.equal(BRIDGE.check!(['-d', 'link', 'set', 'dev', 'v1', 'hairpin', 'on']), undefined);
    assert.deepEqual(BRIDGE.check!(['monitor', 'fdb']), {
      argIndex: 0,
      message: 'object "monitor" is not supported by Dockwire',
    });
    assert.deepEqual(BRIDGE.check!(['vlan', 'add', 'vid', '5']), {
      argIndex: 1,
      message: 'vlan add is not supported by Dockwire',
    });
    assert.deepEqual(BRIDGE.refusal!(['foo']), { argIndex: 0, message: 'Object "foo" is unknown, try "bridge help".' });
    assert.deepEqual(BRIDGE.refusal!(['fdb', 'foo']), {
      argIndex: 1,
      message: 'Command "foo" is unknown, try "bridge fdb help".',
    });
    assert.deepEqual(BRIDGE.refusal!(['-x']), { argIndex: 0, message: 'Option "-x" is unknown, try "bridge help".' });
  });
});
