ip netns add sw; ip netns add alice; ip netns add bob; ip netns add eve
ip -n sw link add br0 type bridge
ip -n sw link set br0 up
n=1
for h in alice bob eve; do
  ip -n sw link add p$n type veth peer name eth0 netns $h
  ip -n sw link set p$n master br0 up
  ip -n $h link set eth0 address 02:00:00:00:00:0$n
  ip -n $h addr add 10.0.0.$n/24 dev eth0
  ip -n $h link set eth0 up
  n=$((n + 1))
done
ip netns exec alice ip neigh
ip netns exec alice arping -c 2 -i eth0 10.0.0.2
ip netns exec alice arping -c 1 -i eth0 10.0.0.99
ip netns exec alice arping -c 1 -I eth0 -q 10.0.0.2; echo $?
ip netns exec alice ping -c 1 10.0.0.2
ip netns exec alice ip neigh
ip netns exec alice arp -a
ip netns exec alice arp -an
ip netns exec alice arp -e
ip -n sw fdb
bridge -n sw fdb show br br0 | grep ^02 
bridge -n sw fdb show dev p1
# eve poisons alice: a gratuitous answer for bob's address
ip -n eve addr add 10.0.0.2/32 dev eth0
ip netns exec eve arping -c 1 -i eth0 -U -S 10.0.0.2 10.0.0.2
ip netns exec alice ip neigh
ip netns exec eve arping -c 1 -i eth0 -P -U 10.0.0.2
ip netns exec alice ip neigh
ip -n eve addr del 10.0.0.2/32 dev eth0
ip -n alice neigh replace 10.0.0.2 lladdr 02:00:00:00:00:02 nud permanent dev eth0
ip -n alice neigh show
ip -n alice neigh show nud permanent
ip -n alice neigh show 10.0.0.2
ip -n alice neigh change 10.0.0.2 lladdr 02:00:00:00:00:03 dev eth0
ip -n alice neigh get 10.0.0.2 dev eth0
ip netns exec alice ping -c 1 -W 1 10.0.0.2
ip netns exec alice arp -d 10.0.0.2
ip netns exec alice arp -n
ip netns exec alice arp -s 10.0.0.2 02:00:00:00:00:02
ip netns exec alice arp -n
ip netns exec alice ip -s neigh | cut -d' ' -f1-5
ip -n alice neigh flush dev eth0
ip -n alice neigh flush all
ip -s -n alice neigh flush all
ip -n alice neigh flush nud permanent
ip -n alice neigh
ip netns exec alice sysctl net.ipv4.neigh.eth0.base_reachable_time_ms net.ipv4.neigh.eth0.gc_stale_time
ip netns exec bob sysctl -w net.ipv4.conf.eth0.arp_ignore=8
ip netns exec alice ping -c 1 -W 1 10.0.0.2
ip -n alice neigh
ip -n bob link set eth0 arp off
ip -n bob link show eth0
