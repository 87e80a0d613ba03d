for n in a r b; do ip netns add $n; ip -n $n link set lo up; done
ip link add eth0 netns a type veth peer name r0 netns r
ip link add eth0 netns b type veth peer name r1 netns r
ip -n a addr add 10.0.1.2/24 dev eth0; ip -n b addr add 10.0.2.2/24 dev eth0
ip -n r addr add 10.0.1.1/24 dev r0; ip -n r addr add 10.0.2.1/24 dev r1
for p in "a eth0" "r r0" "r r1" "b eth0"; do set -- $p; ip -n $1 link set $2 up; done
ip -n a route add default via 10.0.1.1; ip -n b route add default via 10.0.2.1
ip netns exec r sysctl -w net.ipv4.ip_forward=1 >/dev/null
ip -n r link set dev r1 mtu 1000
ip -n b link set dev eth0 mtu 1000
ip netns exec a ping -c 2 -i 0.3 -M do -s 1400 10.0.2.2
ip netns exec a ping -c 1 -W 1 -M want -s 1400 10.0.2.2
ip netns exec a ping -c 1 -W 1 -M dont -s 1400 10.0.2.2
ip netns exec a ping -c 1 -W 1 -M do -s 972 10.0.2.2
ip netns exec a ping -c 1 -W 1 -M do -s 973 10.0.2.2
ip netns exec a ping -c 1 -W 1 -M do -s 1473 10.0.2.2
ip -n a route get to 10.0.2.2
ip -n a route show cache
ip -n a -d route get 10.0.2.2
lo=998; hi=1003
while [ $((hi - lo)) -gt 1 ]; do mid=$(((lo + hi) / 2)); if ip netns exec a ping -c1 -W1 -M do -s $((mid - 28)) 10.0.2.2 > /dev/null 2>&1; then lo=$mid; else hi=$mid; fi; done
echo path mtu $lo
ip -n a route flush cache
ip -n a route change default via 10.0.1.1 mtu 800
ip -n a route
ip netns exec a ping -c 1 -W 1 -M do -s 900 10.0.2.2
ip -n a route change default via 10.0.1.1 mtu lock 800
ip -n a route
ip netns exec a ping -c 1 -W 1 -s 900 10.0.2.2
ip -n a link set eth0 mtu 600
ip -n a link show eth0
ip netns exec a ping -c 1 -W 1 -M do -s 700 10.0.2.2
ip netns exec a ping -c 1 -W 1 -s 3000 10.0.2.2
ip netns exec b cat /proc/net/snmp | grep Ip: | cut -d' ' -f15-
ip netns exec b sysctl net.ipv4.ipfrag_time net.ipv4.ipfrag_high_thresh
ip -n a link set eth0 mtu 67
ip -n a link set eth0 mtu 68
ip -n a link set eth0 mtu 65536
ip netns exec a sysctl -w net.ipv4.ip_no_pmtu_disc=1
ip netns exec a ping -c 1 -W 1 -s 100 10.0.2.2
ip netns exec a ethtool -k eth0 | head -8
ip netns exec a ethtool -K eth0 tx off rx off
ip netns exec a ethtool -K eth0 tso off gso off gro off
ip netns exec a ethtool -k eth0 | grep -E "segmentation|checksum"
ip netns exec a ethtool --offload eth0 tx on
ip netns exec a ethtool -i eth0
ip netns exec a ethtool -S eth0 | head -2
ip netns exec a ethtool eth0
