for n in a r b; do ip netns add $n; done
ip link add eth0 netns a type veth peer name r0 netns r
ip link add eth0 netns b type veth peer name r1 netns r
ip -n a addr add 10.0.0.1/16 dev eth0
ip -n b addr add 10.0.5.1/16 dev eth0
ip -n r link set r0 address 02:00:00:00:01:00
ip -n r link set r1 address 02:00:00:00:01:01
ip -n a link set eth0 up; ip -n b link set eth0 up
ip -n r link set r0 up; ip -n r link set r1 up
ip -n r addr add 10.0.0.254/24 dev r0
ip -n r addr add 10.0.5.254/24 dev r1
ip netns exec r sysctl -w net.ipv4.ip_forward=1 net.ipv4.conf.r0.proxy_arp=1 net.ipv4.conf.r1.proxy_arp=1
ip netns exec r sysctl net.ipv4.conf.all.proxy_arp
ip netns exec a ping -c 1 10.0.5.1
ip -n a neigh
ip -n b neigh
ip netns exec a traceroute -n -q 1 10.0.5.1
ip netns exec a arping -c 1 -i eth0 10.0.5.77
ip netns exec r sysctl -w net.ipv4.conf.r0.proxy_arp=0
ip -n a neigh flush all
ip netns exec a ping -c 1 -W 1 10.0.5.1
ip -n r neigh add proxy 10.0.5.1 dev r0
ip -n r neigh show proxy | grep 10.0.5
ip netns exec a ping -c 1 10.0.5.1
ip -n r neigh del proxy 10.0.5.1 dev r0
ip netns exec r sh -c 'for f in /proc/sys/net/ipv4/conf/*/proxy_arp; do echo $f $(cat $f); done'
ip netns exec r sysctl -a -r 'ipv4.conf.r0.(proxy|rp|arp)'
ip netns exec r sysctl -n net.ipv4.conf.r0.forwarding
