for n in a b c; do
  ip netns add $n
  ip -n $n link set lo up
done
ip netns add sw
ip -n sw link add br0 type bridge mcast_snooping 0
ip -n sw link set br0 up
i=1
for n in a b c; do
  ip link add eth0 netns $n type veth peer name p$i netns sw
  ip -n sw link set p$i master br0 up
  ip -n $n link set eth0 up
  ip -n $n addr add 10.0.0.$i/24 dev eth0
  i=$((i + 1))
done
ip -n a link add vx0 type vxlan id 42 dstport 4789 remote 10.0.0.2
ip -n b link add vx0 type vxlan id 42 dstport 4789 remote 10.0.0.1 ttl 9 tos 0x48
ip -n c link add vx0 type vxlan id 42 dstport 4789 noudpcsum ttl inherit tos inherit
i=1
for n in a b c; do
  ip -n $n link set vx0 address 02:00:00:00:2a:0$i up
  ip -n $n addr add 10.1.0.$i/24 dev vx0
  i=$((i + 1))
done
sleep 0.3
ip netns exec a ping -c 2 10.1.0.2
ip netns exec a bridge fdb show dev vx0
ip netns exec b bridge fdb show dev vx0
ip netns exec a bridge fdb append 00:00:00:00:00:00 dev vx0 dst 10.0.0.3
ip netns exec c bridge fdb append 00:00:00:00:00:00 dev vx0 dst 10.0.0.1
ip netns exec c bridge fdb append 00:00:00:00:00:00 dev vx0 dst 10.0.0.2
ip netns exec a ping -c 1 -W 1 10.1.0.3
ip netns exec b bridge fdb show dev vx0
ip netns exec b bridge fdb append 00:00:00:00:00:00 dev vx0 dst 10.0.0.3
ip netns exec b ping -c 1 -W 1 10.1.0.3
ip netns exec a bridge fdb show dev vx0
ip netns exec b bridge fdb show dev vx0
ip netns exec c bridge fdb show dev vx0
ip -n a -s link show vx0
ip -n b -s link show vx0
ip netns exec c tcpdump -U -i eth0 -w c.pcap udp port 4789 2>/dev/null &
PID=$!
sleep 0.7
ip netns exec c ping -c 1 -Q 0x22 -t 33 10.1.0.1
ip netns exec c ping -c 1 -Q 0x03 10.1.0.2
ip netns exec c ping -c 1 -s 2000 10.1.0.2
sleep 0.3
kill $PID; wait $PID
tcpdump -n -r c.pcap 2>/dev/null | wc -l
tcpdump -n -r c.pcap 'src 10.0.0.3 and udp[6:2] = 0' 2>/dev/null | wc -l
tcpdump -n -r c.pcap 'src 10.0.0.3 and ip[8] = 33 and ip[1] = 0x22' 2>/dev/null | wc -l
tcpdump -n -r c.pcap 'src 10.0.0.3 and ip[1] = 2' 2>/dev/null | wc -l
tcpdump -n -r c.pcap 'src 10.0.0.2 and ip[8] = 9 and udp[6:2] != 0' 2>/dev/null | wc -l
tcpdump -n -r c.pcap 'src 10.0.0.2 and ip[1] = 0x48' 2>/dev/null | wc -l
tcpdump -n -r c.pcap 'src 10.0.0.2 and ip[1] = 0x4a' 2>/dev/null | wc -l
tcpdump -n -r c.pcap 'src 10.0.0.1 and ip[8] = 64 and ip[1] = 2 and ip[6:2] = 0' 2>/dev/null | wc -l
tcpdump -n -r c.pcap 'ip[6] & 0x40 != 0' 2>/dev/null | wc -l
ip netns exec a ping -M do -c 1 -s 1472 10.1.0.2
ip netns exec a ping -M do -c 1 -W 1 -s 1472 10.1.0.2
ip -n a route get 10.1.0.2
ip netns exec a ping -c 1 -s 1472 10.1.0.2
ip -n a route flush cache
ip netns exec a ping -M dont -c 1 -s 1472 10.1.0.3
ip -n a link set vx0 mtu 1450
ip netns exec a ping -M do -c 1 -s 1423 10.1.0.2
ip netns exec a ping -M do -c 1 -s 1422 10.1.0.2
ip netns exec a bridge fdb replace 02:00:00:00:2a:02 dev vx0 dst 10.0.0.99 static
ip netns exec a ping -c 1 -W 1 10.1.0.2
ip netns exec a bridge fdb show dev vx0 | sort
ip netns exec b ping -c 1 -W 1 10.1.0.1
ip netns exec a bridge fdb replace 02:00:00:00:2a:02 dev vx0 dst 192.0.2.1 static
ip netns exec a ping -c 1 -W 1 10.1.0.2
ip -n a -s -s link show vx0
ip netns exec a bridge fdb del 02:00:00:00:2a:02 dev vx0
ip netns exec a bridge fdb del 00:00:00:00:00:00 dev vx0
ip netns exec a ping -c 1 -W 1 10.1.0.2
ip -n a -s link show vx0
ip -n b link set vx0 down
ip -n b neigh flush dev vx0
ip netns exec a bridge fdb append 00:00:00:00:00:00 dev vx0 dst 10.0.0.2
ip -n a neigh flush all
ip netns exec a ping -c 1 -W 1 10.1.0.2
ip netns exec b bridge fdb show dev vx0
ip -n b link set vx0 up
ip netns exec a ping -c 1 -W 1 10.1.0.2
ip -n a link add vx1 type vxlan id 43 dstport 4789 local 10.0.0.77 remote 10.0.0.2
ip -n a link set vx1 up
ip -n a addr add 10.2.0.1/24 dev vx1
ip netns exec a ping -c 1 -W 0.5 10.2.0.2
ip -n a -s link show vx1
ip -n a link set vx1 type vxlan local 10.0.0.1 remote 10.0.0.1
ip netns exec a ping -c 1 -W 0.5 10.2.0.2
ip -n a -s link show vx1
ip netns exec a bridge fdb show dev vx1
ip -n a link set vx1 type vxlan remote 10.0.0.2
ip netns exec a ping -c 1 -W 0.5 10.2.0.2
ip -n b -s link show vx0
