# Two namespaces, one cable
ip netns add red
ip netns add blue
ip netns
ip link add veth-red type veth peer name veth-blue
ip link set veth-red netns red
ip link set veth-blue netns blue
ip -n red addr add 192.168.15.1/24 dev veth-red
ip -n blue addr add 192.168.15.2/24 dev veth-blue
ip -n red link set veth-red up

ip -n blue link set veth-blue up
ip netns exec red ip addr
ip netns exec red ping -c 2 192.168.15.2
ip netns exec blue ip neigh
ip netns exec red route -n
ip netns exec red route
ip netns exec blue ip route
ip netns exec blue ifconfig
ip netns exec blue ip -s link show veth-blue
ip netns exec red ip route get 192.168.15.2
ip netns exec red ip route get 8.8.8.8
ip netns exec red ping -c 1 8.8.8.8
ip netns exec red ping -c 1 -W 1 192.168.15.77
ip netns exec red ip -br a
ip netns exec red ip -br l
ip netns exec red ip -br -c=never link
ip -n red link del veth-red
ip -n blue link
ip netns del red
ip netns del blue
ip netns list

