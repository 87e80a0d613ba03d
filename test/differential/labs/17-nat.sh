ip netns add c; ip netns add r; ip netns add s
ip link add eth0 netns c address 02:00:00:00:01:01 type veth peer name eth0 netns r address 02:00:00:00:01:02
ip link add eth1 netns r address 02:00:00:00:01:03 type veth peer name eth0 netns s address 02:00:00:00:01:04
for n in c r s; do ip netns exec $n ethtool -K eth0 tx off > /dev/null; ip -n $n link set lo up; ip -n $n link set eth0 up; done
ip netns exec r ethtool -K eth1 tx off > /dev/null; ip -n r link set eth1 up
ip -n c addr add 10.0.0.1/24 dev eth0; ip -n r addr add 10.0.0.254/24 dev eth0
ip -n r addr add 10.0.1.254/24 dev eth1; ip -n s addr add 10.0.1.1/24 dev eth0; ip -n s addr add 10.0.1.2/24 dev eth0
ip -n c route add default via 10.0.0.254
ip netns exec r sysctl -qw net.ipv4.ip_forward=1
ip netns exec s python3 ./tcpudp.py udpecho 0.0.0.0 80 60 > server.txt &
ip netns exec r python3 ./tcpudp.py udpecho 0.0.0.0 5300 60 > router.txt &
ip netns exec c python3 ./tcpudp.py udpecho 0.0.0.0 90 60 > client.txt &
sleep 0.4
ip netns exec c ping -c 1 -W 1 10.0.1.1
ip netns exec r iptables -t nat -A POSTROUTING -o eth1 -s 10.0.0.0/24 -j MASQUERADE
ip netns exec c ping -c 1 -e 70 10.0.1.1
ip netns exec c python3 ./tcpudp.py udpsend 10.0.1.1 80 20 4001
ip netns exec c python3 ./tcpudp.py udpsend 10.0.1.1 81 20 4002
ip netns exec r iptables -t nat -A PREROUTING -i eth0 -d 10.0.0.254 -p udp --dport 8080 -j DNAT --to-destination 10.0.1.2:80
ip netns exec c python3 ./tcpudp.py udpsend 10.0.0.254 8080 20 4003
ip netns exec r iptables -t nat -A PREROUTING -i eth0 -p udp --dport 53 -j REDIRECT --to-ports 5300
ip netns exec c python3 ./tcpudp.py udpsend 10.0.1.1 53 20 4004
ip netns exec r iptables -t nat -A OUTPUT -p udp --dport 53 -j REDIRECT --to-ports 5300
ip netns exec r python3 ./tcpudp.py udpsend 10.0.1.1 53 20 4005
ip netns exec r iptables -t nat -A OUTPUT -d 10.0.0.254 -p udp --dport 8080 -j DNAT --to-destination 10.0.1.1:80
ip netns exec r python3 ./tcpudp.py udpsend 10.0.0.254 8080 20 4006
ip netns exec r iptables -t nat -A OUTPUT -d 127.0.0.1 -p udp --dport 8080 -j DNAT --to-destination 10.0.1.1:80
ip netns exec r python3 ./tcpudp.py udpsend 127.0.0.1 8080 20 4007
ip netns exec r sysctl -qw net.ipv4.conf.eth1.route_localnet=1
ip netns exec r iptables -t nat -A POSTROUTING -o eth1 -m addrtype --src-type LOCAL -j MASQUERADE
ip netns exec r python3 ./tcpudp.py udpsend 127.0.0.1 8080 20 4008
ip netns exec r python3 ./tcpudp.py udpsend 127.0.0.1 8081 20 4009
ip netns exec r iptables -t nat -A PREROUTING -i eth0 -d 10.7.0.0/24 -j NETMAP --to 10.0.1.0/24
ip netns exec r iptables -t nat -I POSTROUTING -o eth1 -s 10.0.0.0/24 -d 10.0.1.2 -j NETMAP --to 10.8.0.0/24
ip -n s route add 10.8.0.0/24 via 10.0.1.254
ip netns exec c ping -c 1 -e 71 10.7.0.1
ip netns exec c ping -c 1 -e 72 10.7.0.2
ip netns exec c python3 ./tcpudp.py udpsend 10.7.0.2 80 20 4010
ip -n s route add 10.0.0.0/24 via 10.0.1.254
ip netns exec r iptables -t nat -A PREROUTING -i eth1 -d 10.0.1.254 -p udp --dport 9090 -j DNAT --to-destination 10.0.0.1:90
ip netns exec r iptables -t nat -A POSTROUTING -o eth0 -d 10.0.0.1 -p udp --dport 90 -j SNAT --to-source 10.0.0.99
ip -n c neigh add 10.0.0.99 lladdr 02:00:00:00:01:02 dev eth0
ip netns exec s python3 ./tcpudp.py udpsend 10.0.1.254 9090 20 4011
ip netns exec r iptables -t nat -A INPUT -p udp --dport 5300 -s 10.0.0.1 -j SNAT --to-source 10.0.0.98
ip -n r route add 10.0.0.98 dev eth0
ip netns exec c python3 ./tcpudp.py udpsend 10.0.1.1 53 20 4012
cat server.txt router.txt client.txt
ip netns exec r conntrack -L 2>/dev/null | tr -s ' ' | cut -d' ' -f1,2,4- | sort
ip netns exec r conntrack -L -n 2>/dev/null | tr -s ' ' | cut -d' ' -f1,2,4- | sort
ip netns exec r conntrack -L -g 2>/dev/null | tr -s ' ' | cut -d' ' -f1,2,4- | sort
ip netns exec r iptables -t nat -nvL | tr -s ' '
ip netns exec r iptables -t nat -Z PREROUTING
ip netns exec r iptables -t nat -P OUTPUT ACCEPT
ip netns exec c python3 ./tcpudp.py udpsend 10.0.1.1 80 20 4013
ip netns exec r python3 ./tcpudp.py udpsend 10.0.1.1 80 20 4014
ip netns exec r iptables -t nat -nvL | grep policy
ip -n r addr add 10.0.1.253/24 dev eth1
ip netns exec r conntrack -D -p icmp > /dev/null 2>&1
ip -n r addr del 10.0.1.254/24 dev eth1
ip netns exec r conntrack -L 2>/dev/null | tr -s ' ' | cut -d' ' -f1,2,4- | sort
ip netns exec c ping -c 1 -W 1 -e 73 10.0.1.1
