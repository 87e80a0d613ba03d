ip netns add a; ip netns add b
cat > setup.batch <<END
link add va type veth peer name vb
link set va netns a
link set vb netns b
END
ip -batch setup.batch
ip -n a -b - <<END
addr add 10.0.0.1/24 dev va
link set va up
# a comment

link set lo up
END
printf 'addr add 10.0.0.2/24 dev vb\nlink set vb up\n' | ip -n b -b -
ip netns exec a ping -c 1 10.0.0.2
printf 'link set nodev up\nlink set lo up\n' | ip -n b -b -
printf 'link set nodev up\nlink show lo\n' | ip -n b -force -b -
ip -batch nofile
ip netns exec a ifconfig
ip netns exec a ifconfig va
ip netns exec a ifconfig -a
ip netns exec a ifconfig -s
ip netns exec a ifconfig va:0 10.0.7.1 netmask 255.255.255.0 up
ip netns exec a ip addr show va
ip netns exec a ifconfig va:0 down
ip netns exec a ifconfig va mtu 1400
ip netns exec a ifconfig va 10.0.0.7 netmask 255.255.255.0 broadcast 10.0.0.255
ip netns exec a ifconfig va hw ether 02:00:00:00:00:77
ip netns exec a ifconfig va down
ip netns exec a ip -br link
ip netns exec a ifconfig va up
ip netns exec a ip addr show va
ip netns exec a route add default gw 10.0.0.2
ip netns exec a route add -net 10.9.0.0 netmask 255.255.0.0 gw 10.0.0.2
ip netns exec a route add -net 10.8.0.0/16 dev va
ip netns exec a route add -host 10.7.7.7 gw 10.0.0.2 metric 5
ip netns exec a route add -net 10.6.0.0/16 reject
ip netns exec a route -n
ip netns exec a route
ip netns exec a ip route
ip netns exec a route del -net 10.9.0.0 netmask 255.255.0.0
ip netns exec a route del -net 10.9.0.0 netmask 255.255.0.0
ip netns exec a route del default
ip netns exec a arp -s 10.0.0.50 02:00:00:00:00:50
ip netns exec a arp -n
ip netns exec a arp -an
ip netns exec a arp 10.0.0.50
ip netns exec a arp 10.0.0.51
ip netns exec a arp -d 10.0.0.50
ip netns exec a ifconfig va promisc
ip netns exec a ip -br link show va
ip netns exec a ifconfig va -promisc -arp
ip netns exec a ip -br link show va
ip netns exec a ifconfig va 0.0.0.0
ip netns exec a ifconfig va
ip netns exec a ifconfig va txqueuelen 500
ip netns exec a ip link show va
ip netns exec a hostname
ip netns pids a
ip -all netns exec ip -br addr
ip -all netns del
ip netns
