#!/bin/bash
# A bridge like docker0 with three containers
BR=v-net-0
ip link add $BR type bridge
ip link set dev $BR up
ip addr add 172.18.0.1/16 dev $BR
for i in 1 2 3; do
  ip netns add c$i
  ip link add veth$i type veth peer name ceth$i
  ip link set ceth$i netns c$i
  ip link set veth$i master $BR
  ip link set veth$i up
  ip netns exec c$i ip link set lo up
  ip netns exec c$i ip link set ceth$i name eth0
  ip netns exec c$i ip addr add 172.18.0.1$i/16 dev eth0
  ip netns exec c$i ip link set eth0 up
  ip netns exec c$i ip route add default via 172.18.0.1
done
ip netns list
ip -br addr show
bridge link
bridge link show dev veth2
bridge -d link show dev veth1
ip link show master $BR
ip -d link show $BR | grep -c bridge
ip netns exec c1 ping -c 1 172.18.0.12
ip netns exec c1 ping -c1 -q 172.18.0.13
ip netns exec c2 ping -c 1 172.18.0.1
ping -c 1 172.18.0.13
ip neigh show dev v-net-0
ip neigh | sort
bridge fdb show br v-net-0 | grep -v permanent | cut -d" " -f3
bridge fdb show br v-net-0 | grep -c permanent
ip -j addr show $BR | jq -r '.[0].addr_info[0].local'
ip -j link show master $BR | jq -r '.[].ifname'
ip -j route | jq -c .
ip -n c1 -j route | jq '.[0].gateway'
ip netns exec c1 sh -c 'ip route; ip neigh | sort'
cat /proc/sys/net/ipv4/ip_forward
sysctl -w net.ipv4.ip_forward=1
sysctl net.ipv4.ip_forward
echo 0 > /proc/sys/net/ipv4/ip_forward
cat /proc/sys/net/ipv4/ip_forward
ip netns exec c1 ping -c 1 -W 1 10.0.0.1; echo "exit $?"
ip link set veth2 nomaster
bridge link | wc -l
ip netns exec c1 ping -c 1 -W 1 172.18.0.12
ip netns exec c1 ip neigh flush all
ip netns exec c1 ip neigh
ip link del $BR
ip -br link
for i in 1 2 3; do ip netns del c$i; done
ip netns | wc -l
