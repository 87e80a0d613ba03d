import assert from 'node:assert/strict';
import { Bridge } from '../../../src/kernel/dev/bridge.ts';
import { devOf, type, World } from '../kit.ts';
import { asExpected, onDockwire, onRealLinux } from './real-tools.ts';

const SET_BRIDGE = [
  ...[
    'forward_delay 100',
    'forward_delay 07',
    'forward_delay x',
    'hello_time 99',
    'hello_time 1000',
    'hello_time 1001',
  ],
  ...['max_age 599', 'max_age 4000', 'max_age 4001', 'ageing_time 3x', 'ageing_time 1', 'age 3', 'stp_state 0'],
  ...['priority 99999', 'priority 7', 'group_fwd_mask 7', 'group_fwd_mask 0xfff8', 'group_fwd_mask 70000'],
  ...['group_address 01:80:c2:00:00:01', 'group_address 01:80:c2:00:00:05', 'group_address 01:80:c2:00:00:10'],
  ...[
    'group_address zz',
    'vlan_protocol 802.1ad',
    'vlan_protocol foo',
    'vlan_default_pvid 0',
    'vlan_stats_enabled 300',
  ],
  ...['mcast_router 3', 'mcast_router 256', 'mcast_router 2', 'mcast_hash_max 4294967296', 'mcast_hash_max -1'],
  ...['mcast_hash_max 8', 'mcast_hash_elasticity 3', 'mcast_igmp_version 9', 'mcast_igmp_version 3'],
  ...['mcast_mld_version 5', 'mcast_snooping 2', 'mcast_querier 0', 'mcast_query_interval 0', 'mcast_query_interval x'],
  ...['mcast_last_member_interval 3', 'mcast_stats_enabled 1', 'mcast_vlan_snooping 1', 'mcast_vlan_snooping 0'],
  ...['no_linklocal_learn 1', 'nf_call_iptables 1', 'nf_call_ip6tables 3', 'nf_call_arptables x', 'foo 1', 'fdb_flush'],
  ...['priority', 'help', 'fdb_flush priority 9 foo', 'fdb_max_learned 3', 'hello_time 1 priority 3'],
].map((options) => `ip link set br0 type bridge ${options}`);

const SET_PORT = [
  ...['fdb_flush', 'state 9', 'state 5', 'state x', 'state 300', 'state 1', 'state 3', 'priority 64', 'priority 63'],
  ...['priority x', 'cost 0', 'cost 70000', 'cost 65535', 'cost x', 'hairpin x', 'hairpin 1', 'hair on', 'guard on'],
  ...['root_block on', 'fastleave on', 'learning off', 'flood off', 'proxy_arp on', 'proxy_arp_wifi on'],
  ...[
    'mcast_router 4',
    'mcast_router 300',
    'mcast_router 2',
    'mcast_fast_leave off',
    'mcast_flood off',
    'bcast_flood off',
  ],
  ...['mcast_to_unicast on', 'group_fwd_mask 1', 'group_fwd_mask 7', 'group_fwd_mask x', 'neigh_suppress on'],
  ...['vlan_tunnel on', 'isolated on', 'locked on', 'mab on', 'backup_port foo', 'backup_port v1', 'backup_port v0'],
  ...['nobackup_port', 'foo', 'hairpin', 'mcast_router', 'help', 'flood on flood off'],
].map((options) => `ip link set v0 type bridge_slave ${options}`);

const LINES = [
  ...['ip link add br0 type bridge', 'ip link add v0 type veth peer name v1', 'ip link set v0 master br0'],
  ...['ip link set br0 up', 'ip link set v0 up', 'ip link set v1 up'],
  ...SET_BRIDGE,
  ...SET_PORT,
  ...['ip link set v1 type bridge_slave hairpin on', 'ip link set br0 type bridge_slave hairpin on'],
  ...['ip link set v0 type bridge ageing_time 3', 'ip link set v1 down', 'ip link set v0 type bridge_slave state 3'],
  ...['ip link add br1 type bridge hello_time 1', 'ip link set br1 up', 'ip link add br2 type bridge age 5 foo'],
  ...['ip link add br3 type bridge mcast_snooping 0 priority 5', 'ip link set br3 up'],
];

describe('admin: ip link … type bridge and bridge_slave', () => {
  it('answer as the real ip does', function () {
    const real = onRealLinux(this, LINES);
    assert.deepEqual(asExpected(onDockwire(LINES)), asExpected(real));
  });

  it('keep what they are told', () => {
    const host = new World().host('h');
    type(host, 'ip link add br0 type bridge priority 5 hello_time 150 group_fwd_mask 0x8 mcast_querier 7 age 1001');
    const bridge = devOf(host, 'br0');
    assert.ok(bridge instanceof Bridge);
    const { priority, helloTime, groupFwdMask, mcastQuerier } = bridge.settings;
    assert.deepEqual([priority, helloTime, groupFwdMask, mcastQuerier], [5, 375, 8, 1]);
    assert.equal(bridge.fdb.ageingNs, 10_008_000_000, 'in jiffies of 4 ms');
  });

  it('say what this bridge does not do', () => {
    const host = new World().host('h');
    type(host, 'ip link add br0 type bridge stp_state 0 vlan_filtering 0');
    for (const option of ['stp_state', 'vlan_filtering']) {
      const { exit, stderr } = host.admin.type(`ip link set br0 type bridge ${option} 1`);
      assert.equal(exit, 127);
      assert.equal(stderr, `ip link … type bridge ${option} 1: not supported by Dockwire; supported: ${option} 0\n`);
    }
  });
});
