ip netns add h1 && ip netns add r && ip netns add h2
ip link add h1-eth0 netns h1 type veth peer name r-eth0 netns r
ip link add h2-eth0 netns h2 type veth peer name r-eth1 netns r
ip -n h1 a add 10.0.1.10/24 dev h1-eth0
ip -n h2 a add 10.0.2.10/24 dev h2-eth0
ip -n r a add 10.0.1.1/24 dev r-eth0
ip -n r a add 10.0.2.1/24 dev r-eth1
ip -n h1 l set h1-eth0 up
ip -n h2 l set h2-eth0 up
ip -n r l set r-eth0 up
ip -n r l set r-eth1 up
ip -n r l set lo up
ip netns exec h1 ping -c 1 -W 1 10.0.2.10
ip -n h1 r add default via 10.0.1.1
ip netns exec h1 ping -c 1 -W 1 10.0.2.10
ip -n h2 route add default via 10.0.2.1 dev h2-eth0
ip netns exec r sysctl -w net.ipv4.ip_forward=1
ip netns exec h1 ping -c 2 -i 0.2 10.0.2.10
ip netns exec h1 ping -c 1 -W 1 -t 1 10.0.2.10
ip netns exec h1 ping -c 1 -W 1 -R 10.0.2.10
ip netns exec h1 traceroute -n 10.0.2.10
ip netns exec h1 traceroute -I -n -q 1 10.0.2.10
ip netns exec h1 traceroute -m 1 10.0.2.10
ip netns exec h1 ping -c 1 -W 1 10.0.2.99
ip netns exec h1 ping -c 1 -W 1 10.0.3.1
ip -n r route
ip netns exec r ip route show table local
ip netns exec r ip route get 10.0.2.10 from 10.0.1.10 iif r-eth0
ip netns exec h1 ip route get 10.0.2.10
ip netns exec r ip link set r-eth1 down
ip netns exec h1 ping -c 1 -W 1 10.0.2.10
ip -n r route
ip netns exec r ip link set r-eth1 up
ip -n r route
ip netns exec h1 ping -c 1 -W 1 10.0.2.10
ip netns exec r cat /proc/net/snmp | grep ^Ip: | wc -l
ip netns exec h1 ip route del default
ip netns exec h1 ip route del default
ip netns exec h1 ip route add default via 10.0.9.1
ip netns exec h1 ip route add 10.0.2.0/24 via 10.0.1.1
ip netns exec h1 ip route add 10.0.2.0/24 via 10.0.1.1
ip netns exec h1 ip route replace 10.0.2.0/24 via 10.0.1.1 metric 50
ip netns exec h1 ip route
