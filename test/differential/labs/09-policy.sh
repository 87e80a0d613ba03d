# two uplinks
for n in host isp1 isp2 srv; do ip netns add $n; ip -n $n link set lo up; done
ip link add up1 netns host type veth peer name dn netns isp1
ip link add up2 netns host type veth peer name dn netns isp2
ip link add out netns isp1 type veth peer name s1 netns srv
ip link add out netns isp2 type veth peer name s2 netns srv
ip -n host addr add 203.0.113.2/30 dev up1
ip -n host addr add 198.51.100.2/30 dev up2
ip -n isp1 addr add 203.0.113.1/30 dev dn
ip -n isp2 addr add 198.51.100.1/30 dev dn
ip -n isp1 addr add 10.1.0.1/24 dev out
ip -n isp2 addr add 10.2.0.1/24 dev out
ip -n srv addr add 10.1.0.2/24 dev s1
ip -n srv addr add 10.2.0.2/24 dev s2
ip -n srv addr add 8.8.8.8/32 dev lo
ip -n host link set up1 up; ip -n host link set up2 up
ip -n isp1 link set dn up; ip -n isp1 link set out up
ip -n isp2 link set dn up; ip -n isp2 link set out up
ip -n srv link set s1 up; ip -n srv link set s2 up
for i in 1 2; do
  ip netns exec isp$i sh -c "echo 1 > /proc/sys/net/ipv4/ip_forward"
  ip -n isp$i route add 8.8.8.8 via 10.$i.0.2
done
ip -n srv route add 203.0.113.0/30 via 10.1.0.1
ip -n srv route add 198.51.100.0/30 via 10.2.0.1
ip -n host route add default via 203.0.113.1 dev up1 metric 100
ip -n host route add default via 198.51.100.1 dev up2 metric 200
ip -n host route add default via 203.0.113.1 table 1
ip -n host route add default via 198.51.100.1 table 2
ip -n host rule add from 203.0.113.2 table 1
ip -n host rule add from 198.51.100.2 table 2 priority 1000
ip -n host rule
ip -n host rule list
ip -n host route
ip -n host route show table 1
ip -n host route list table all | grep -v local | grep -v fe80 | grep -v ff00
ip -n host route get 8.8.8.8
ip -n host route get 8.8.8.8 from 198.51.100.2
ip netns exec host ping -c 1 8.8.8.8
ip netns exec host ping -c 1 -I 198.51.100.2 8.8.8.8
ip netns exec host traceroute -n -q 1 -s 198.51.100.2 8.8.8.8
ip netns exec host traceroute -n -q 1 -i up2 8.8.8.8
ip netns exec host ping -c 1 -I up2 8.8.8.8
ip -n host link set up1 down
ip netns exec host ping -c 1 8.8.8.8
ip -n host route
ip -n host rule add to 8.8.8.8 blackhole
ip netns exec host ping -c 1 8.8.8.8
ip -n host rule del to 8.8.8.8 blackhole
ip -n host rule add to 8.8.8.8 prohibit pref 10
ip netns exec host ping -c 1 8.8.8.8
ip -n host rule add fwmark 1 table 2
ip -n host rule add iif up1 lookup main
ip -n host rule add tos 0x10 table 2
ip -n host -j rule | jq -c '.[]'
ip -n host rule flush
ip -n host rule
ip -n host rule add table main pref 32766
ip -n host rule add from all lookup main pref 32766
ip -n host rule
