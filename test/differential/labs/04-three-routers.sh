set -e
set +e
for n in pc1 r1 r2 r3 pc2; do ip netns add $n; ip -n $n link set lo up; done
link() {
  ip link add $1-$2 netns $1 type veth peer name $2-$1 netns $2
  ip -n $1 addr add $3 dev $1-$2
  ip -n $2 addr add $4 dev $2-$1
  ip -n $1 link set $1-$2 up
  ip -n $2 link set $2-$1 up
}
link pc1 r1 192.168.1.2/24 192.168.1.1/24
link r1 r2 10.0.12.1/30 10.0.12.2/30
link r2 r3 10.0.23.1/30 10.0.23.2/30
link r3 pc2 192.168.2.1/24 192.168.2.2/24
for r in r1 r2 r3; do ip netns exec $r sysctl -q -w net.ipv4.ip_forward=1; done
ip -n pc1 route add default via 192.168.1.1
ip -n pc2 route add default via 192.168.2.1
ip -n r1 route add 192.168.2.0/24 via 10.0.12.2
ip netns exec pc1 ping -c1 -W1 192.168.2.2
ip -n r2 route add 192.168.2.0/24 via 10.0.23.2
ip -n r2 route add 192.168.1.0/24 via 10.0.12.1
ip netns exec pc1 ping -c1 -W1 192.168.2.2
ip -n r3 route add 192.168.1.0/24 via 10.0.23.1
ip netns exec pc1 ping -c 1 -W 1 192.168.2.2
ip -n r1 route add 10.0.23.0/30 via 10.0.12.2
ip -n r3 route add 10.0.12.0/30 via 10.0.23.1
ip netns exec pc1 traceroute -n 192.168.2.2
ip netns exec pc1 traceroute -n -w 1 -q 1 -f 2 192.168.2.2
ip netns exec pc1 traceroute -I -n -q 1 192.168.2.2 60
ip netns exec pc1 traceroute -n -q 1 --mtu 192.168.2.2
for ttl in 1 2 3 4; do ip netns exec pc1 ping -c 1 -W 1 -t $ttl 192.168.2.2 | head -2 | tail -1; done
ip netns exec r2 ip link set r2-r3 mtu 1400
ip netns exec r3 ip link set r3-r2 mtu 1400
ip netns exec pc1 ping -c 1 -W 1 -s 1472 -M do 192.168.2.2
ip netns exec pc1 ping -c 1 -W 1 -s 1472 -M do 192.168.2.2
ip netns exec pc1 ip route get 192.168.2.2
ip netns exec pc1 ping -c 1 -W 1 -s 1372 -M do 192.168.2.2
ip netns exec pc1 ping -c 1 -W 1 -s 4000 192.168.2.2
ip netns exec pc1 ping -c 1 -W 1 -s 4000 -M dont 192.168.2.2
ip netns exec pc1 ping -c 1 -W 1 -s 66000 192.168.2.2
ip netns exec pc1 ping -c 1 -W 1 -M maybe 192.168.2.2
ip netns exec pc1 ip route show cache
ip netns exec pc1 ip route flush cache
ip netns exec pc1 ip route get 192.168.2.2
ip -n r2 route add blackhole 10.66.0.0/16
ip -n r2 route add unreachable 10.67.0.0/16
ip -n r2 route add prohibit 10.68.0.0/16
ip -n r2 route add throw 10.69.0.0/16
ip -n r1 route add 10.64.0.0/12 via 10.0.12.2
for n in 66 67 68 69; do ip netns exec pc1 ping -c 1 -W 1 10.$n.0.1; echo "10.$n: $?"; done
for n in 66 67 68 69; do ip netns exec r2 ping -c 1 -W 1 10.$n.0.1; echo "10.$n: $?"; done
ip -n r2 route
ip -n r2 route get 10.66.0.1
ip -n r2 route get 10.67.0.1
ip -n r2 route get 10.68.0.1
# a routing loop
ip -n r1 route add 10.99.0.0/16 via 10.0.12.2
ip -n r2 route add 10.99.0.0/16 via 10.0.12.1
ip netns exec pc1 ping -c 1 -W 1 10.99.0.1
ip netns exec pc1 traceroute -n -q 1 -m 5 10.99.0.1
