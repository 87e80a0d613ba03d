import assert from 'node:assert/strict';
import { scriptDifferences } from '../../differential/script-compare.ts';
import { need } from '../../machine.ts';

/** What is set by a file is seen by the tools, and the other way round. */
const SCRIPT = `
ip link add br0 type bridge
ip link set br0 address 02:00:00:00:00:01
ip link add p1 type veth peer name q1
ip link set p1 master br0 up
ip link set q1 up
ip link set br0 up
cd /sys/class/net
for f in bpdu_guard broadcast_flood hairpin_mode isolated learning multicast_fast_leave multicast_flood; do
  echo $f $(cat p1/brport/$f)
done
for f in multicast_to_unicast neigh_suppress proxyarp proxyarp_wifi root_block unicast_flood; do
  echo $f $(cat p1/brport/$f)
done
for f in path_cost priority port_id port_no state designated_bridge designated_port designated_root; do
  echo $f $(cat p1/brport/$f)
done
for f in ageing_time bridge_id root_id forward_delay hello_time max_age multicast_snooping; do
  echo $f $(cat br0/bridge/$f)
done
for f in nf_call_arptables nf_call_ip6tables nf_call_iptables priority stp_state; do
  echo $f $(cat br0/bridge/$f)
done
ls br0/brif
cat br0/brif/p1/state
echo 1 > p1/brport/hairpin_mode
echo 7 > p1/brport/isolated
echo 0 > p1/brport/learning
echo 0x10 > p1/brport/path_cost
echo 0 > p1/brport/path_cost
echo 70 > p1/brport/priority
echo 9 > p1/brport/priority
echo on > p1/brport/hairpin_mode
bridge -d link show dev p1
cat p1/brport/isolated
echo 1000 > br0/bridge/ageing_time
echo 0 > br0/bridge/multicast_snooping
echo 1 > br0/bridge/nf_call_iptables
echo 4096 > br0/bridge/priority
cat br0/bridge/ageing_time br0/bridge/bridge_id
ip -d link show br0 | grep -o 'ageing_time [0-9]*'
bridge link set dev p1 flood off
cat p1/brport/unicast_flood
ip link set p1 nomaster
cat p1/brport/state
cat lo/bridge/ageing_time
`;

describe('kernel/show/bridge-sysfs', () => {
  it('says and takes what a real kernel does', async function () {
    need(this, 'netns');
    assert.deepEqual(await scriptDifferences(SCRIPT), []);
  });
});
