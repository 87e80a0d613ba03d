ip netns add sw
bridge() { ip netns exec sw /sbin/bridge "$@"; }
unset -f bridge
ip -n sw link add name br0 type bridge ageing_time 1000 stp_state 0 forward_delay 0
ip -n sw link set br0 up
for i in 1 2 3; do
  ip netns add h$i
  ip link add eth0 netns h$i type veth peer name p$i netns sw
  ip -n sw link set p$i address 02:00:00:00:01:0$i
  ip -n sw link set p$i master br0
  ip -n sw link set p$i up
  ip -n h$i link set eth0 address 02:00:00:00:00:0$i
  ip -n h$i addr add 10.0.0.$i/24 dev eth0
  ip -n h$i link set eth0 up
done
sleep 0.2
ip netns exec sw bridge link
ip netns exec h1 ping -c 1 10.0.0.2
ip netns exec sw bridge fdb show dynamic
ip netns exec sw bridge fdb show br br0 dev p1
ip netns exec sw bridge link set dev p1 isolated on
ip netns exec sw bridge link set dev p2 isolated on
ip netns exec sw bridge -d link show dev p1
ip netns exec h1 ping -c 1 -W 1 10.0.0.2
ip netns exec h1 ping -c 1 -W 1 10.0.0.3
ip netns exec sw ip link set p1 type bridge_slave isolated off
ip netns exec h1 ping -c 1 -W 1 10.0.0.2
ip netns exec sw ip link set p2 type bridge_slave isolated off
ip netns exec sw bridge link set dev p3 learning off
ip netns exec sw bridge link set dev p3 flood off
ip netns exec sw bridge fdb del 02:00:00:00:00:03 dev p3 master
ip netns exec h3 ping -c 1 -W 1 10.0.0.1
ip netns exec sw bridge fdb show br br0 | grep ^02
ip netns exec sw bridge fdb add 02:00:00:00:00:03 dev p3 master static
ip netns exec h3 ping -c 1 -W 1 10.0.0.1
ip netns exec sw bridge fdb show br br0 | grep ^02
ip netns exec sw bridge fdb add 02:00:00:00:00:03 dev p3 master static
ip netns exec sw bridge fdb replace 02:00:00:00:00:03 dev p2 master static
ip netns exec sw bridge fdb get 02:00:00:00:00:03 br br0
ip netns exec sw bridge fdb del 02:00:00:00:00:03 dev p2 master
ip netns exec sw bridge fdb del 02:00:00:00:00:03 dev p2 master
ip netns exec sw bridge -j fdb show dev p1 | jq -c '.[]|{mac,ifname,state}' | grep 02:00
ip netns exec sw bridge -s fdb show dev p1 | grep ^02
ip netns exec sw bridge link set dev p1 hairpin on
ip netns exec sw bridge -d link show dev p1 | head -2
ip netns exec sw ls /sys/class/net
ip netns exec sw bridge link set dev p1 state 0
ip netns exec sw bridge link show dev p1
ip netns exec h1 ping -c 1 -W 1 10.0.0.2
ip netns exec sw bridge link set dev p1 state 3
ip netns exec sw bridge link set dev p1 cost 7 priority 12
ip netns exec sw bridge link show dev p1
ip netns exec sw ip -d link show p1 | grep bridge_slave
ip netns exec sw ip -d link show br0 | grep "bridge forward"
ip netns exec sw ip link set br0 type bridge ageing_time 30000
ip netns exec sw bridge fdb flush dev br0
ip netns exec sw bridge vlan
ip netns exec sw bridge mdb
ip netns exec sw cat /sys/class/net/br0/bridge/ageing_time
ip netns exec sw sh -c 'echo 1 > /sys/class/net/p2/brport/isolated; cat /sys/class/net/p2/brport/isolated'
ip netns exec sw ls /sys/class/net/br0/brif
