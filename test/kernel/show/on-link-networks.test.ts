import assert from 'node:assert/strict';
import { formatCidr } from '../../../src/base/addr.ts';
import { onLinkNetworks } from '../../../src/kernel/show/on-link-networks.ts';
import { onRealLinux } from '../admin/real-tools.ts';
import { World } from '../kit.ts';

const SETUP = [
  'ip link set lo up',
  'ip link add v0 type veth peer name v1',
  'ip link add br0 type bridge',
  'ip addr add 10.9.9.1 peer 172.25.5.5 dev v0',
  'ip addr add 10.0.0.1/24 dev v0',
  'ip addr add 10.1.0.1/24 dev br0',
  'ip link set v0 up',
  'ip route add default via 10.0.0.9',
  'ip route add default dev v0 metric 9',
  'ip route add 0.0.0.0/1 dev v0',
  'ip route add 172.18.0.0/24 via 10.0.0.9',
  'ip route add 172.18.1.0/24 dev v0 scope global',
  'ip route add 172.18.2.0/24 dev v0 scope host',
  'ip route add 172.18.3.0/24 dev v0 metric 5 proto static',
  'ip route add 172.18.4.0/24 dev v0 tos 0x10',
  'ip route add 172.18.5.0/24 dev v0 table 7',
  'ip route add blackhole 172.18.6.0/24',
  'ip route add prohibit 172.18.7.0/24 scope link',
  'ip route add 172.18.8.9 dev lo',
  'ip route add 172.18.10.0/24 nexthop via 10.0.0.3 nexthop via 10.0.0.4',
];

describe('what a namespace reaches without a gateway', () => {
  it('is what a real Linux lists with scope link in its main table, but for default routes', function () {
    const lines = onRealLinux(this, [...SETUP, 'ip -4 route show scope link']);
    const listed = lines
      .at(-1)!
      .stdout.split('\n')
      .filter((line) => line !== '' && !line.startsWith('default'));
    const wanted = listed.map((line) => /(\S+\d)(?: |$)/.exec(line)![1]!);
    const host = new World().host('h');
    for (const line of SETUP) assert.equal(host.admin.type(line).stderr, '', line);
    const got = onLinkNetworks(host.rootNs).map((network) => formatCidr(network).replace(/\/32$/, ''));
    assert.deepEqual(got, wanted);
    assert.ok(got.includes('172.25.5.5') && got.includes('0.0.0.0/1') && !got.includes('10.1.0.0/24'));
  });
});
