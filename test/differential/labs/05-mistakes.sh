ip netns add a
ip netns add a
ip netns del nope
ip netns exec nope ip a
ip -n nope link
ip link set eth9 up
ip link add v0 type veth peer name v0
ip link add v0 type veth peer name v1
ip link add v0 type veth peer name v2
ip link add averyveryverylongname type veth
ip link add br0 type brigde
ip link add br0 bridge
ip link add br0 type bridge
ip addr add 10.0.0.1 dev v0
ip addr add 10.0.0.1 dev v0
ip addr add 10.0.0.256/24 dev v0
ip addr add 10.0.0.1/33 dev v0
ip addr add 10.0.0.2/24
ip addr add 10.0.0.2/24 dev
ip addr add 10.0.0.2/24 device v0
ip addr del 10.0.0.9/24 dev v0
ip adr show
ip link shwo
ip foo
ip
ip link set v0 upp
ip link set v0 master br9
ip link set v0 mtu 10
ip link set v0 mtu 100000
ip link set v0 mtu abc
ip link set v0 netns b
ip link set v0 name v1
ip link set v0 address 11:22:33:44:55:66
ip link set v0 address 1:2:3
ip route add default
ip route add default via
ip route add default via 10.9.9.9
ip route add 10.1.0.0/16 dev nodev
ip route add 10.1.0.1/16 dev v0
ip route add 300.0.0.0/8 via 10.0.0.1
ip route del 10.77.0.0/16
ip route show table 77
ip route show dev nodev
ip route get
ip route get nonsense
ip neigh add 10.0.0.5 dev v0
ip neigh add 10.0.0.5 lladdr 00:11:22 dev v0
ip neigh add 10.0.0.5 lladdr 00:11:22:33:44:55
ip neigh add 10.0.0.5 lladdr 00:11:22:33:44:55 dev v0
ip neigh add 10.0.0.5 lladdr 00:11:22:33:44:55 dev v0
ip neigh del 10.0.0.6 dev v0
ip neigh show
ip rule add
ip rule del pref 5
ip rule add from 10.0.0.0/24 table foo
bridge fdb add 00:11:22:33:44:55 dev v0
bridge fdb add 00:11:22:33:44 dev v0
bridge link set dev v0 hairpin on
bridge link set dev nodev hairpin on
bridge fdb shwo
bridge foo
sysctl net.ipv4.ip_froward
sysctl -w net.ipv4.ip_forward
sysctl -w net.ipv4.ip_forward=abc
sysctl -w net.ipv4.ip_forward 1
cat /proc/sys/net/ipv4/nothere
echo 1 > /proc/sys/net/ipv4/nothere
echo abc > /proc/sys/net/ipv4/ip_forward
ping
ping -c 0 127.0.0.1
ping -c abc 127.0.0.1
ping -c 1 -s abc 127.0.0.1
ping -I nodev -c 1 127.0.0.1
ping -x 127.0.0.1
ping -c 1 10.200.0.1
traceroute
traceroute -q 99 127.0.0.1
tcpdump -i nodev
tcpdump -i lo -c 1 'foo bar'
ethtool -K nodev tx off
ethtool -K v0 foo off
arping -c 1 -i nodev 10.0.0.1
arp -s 10.0.0.7 zz
route add default gw 10.3.3.3
route del default
ifconfig nodev
ifconfig nodev up
tc qdisc add dev nodev root tbf rate 1mbit burst 1540 latency 50ms
tc qdisc add dev v0 root foo
tc qdisc del dev v0 root
nc -u
nc


ip link del nodev
ip link del v0 type bridge
ip link del v0
ip link show v1
