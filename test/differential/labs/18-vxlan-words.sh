ip netns add a
ip netns add b
ip link add eth0 netns a type veth peer name eth0 netns b
ip -n a link set eth0 up
ip -n b link set eth0 up
ip -n a addr add 10.0.0.1/24 dev eth0
ip -n a link add vx0 type vxlan
ip -n a link add vx0 type vxlan id
ip -n a link add vx0 type vxlan id 16777216
ip -n a link add vx0 type vxlan id 1 id 2 dstport 4789
ip -n a link add vx0 type vxlan id 1 proxy proxy
ip -n a link add vx0 type vxlan id 1 nonsense
ip -n a link add vx0 type vxlan help
ip link help vxlan
ip -n a link add vx0 type vxlan id 1 group 10.0.0.9 dstport 4789
ip -n a link add vx0 type vxlan id 1 remote 239.1.1.1 dstport 4789
ip -n a link add vx0 type vxlan id 1 remote 10.0.0.2 group 239.1.1.1 dstport 4789
ip -n a link add vx0 type vxlan id 1 group 239.1.1.1 dstport 4789
ip -n a link add vx0 type vxlan id 1 local 239.1.1.1 dstport 4789
ip -n a link add vx0 type vxlan id 1 remote 10.0.0.x dstport 4789
ip -n a link add vx0 type vxlan id 1 dev nosuch dstport 4789
ip -n a link add vx0 type vxlan id 1 ttl 256 dstport 4789
ip -n a link add vx0 type vxlan id 1 ttl x dstport 4789
ip -n a link add vx0 type vxlan id 1 tos zz dstport 4789
ip -n a link add vx0 type vxlan id 1 df no dstport 4789
ip -n a link add vx0 type vxlan id 1 flowlabel 1048576 dstport 4789
ip -n a link add vx0 type vxlan id 1 flowlabel 7 dstport 4789
ip -n a link add vx0 type vxlan id 1 ageing x dstport 4789
ip -n a link add vx0 type vxlan id 1 maxaddress x dstport 4789
ip -n a link add vx0 type vxlan id 1 srcport x 3 dstport 4789
ip -n a link add vx0 type vxlan id 1 srcport 3 x dstport 4789
ip -n a link add vx0 type vxlan id 1 srcport 3
ip -n a link add vx0 type vxlan id 1 dstport 70000
ip -n a link add vx0 type vxlan id 1 vnifilter dstport 4789
ip -n a link add vx0 type vxlan id 1
ip -n a -d link show vx0
ip -n a link add vx1 type vxlan id 1
ip -n a link add vx1 type vxlan id 1 dstport 0
ip -n a link add vx1 type vxlan id 1 dstport 8472
ip -n a link add vx1 type vxlan id 1 dstport 4789 dev eth0 group 239.1.1.1 ttl 5 tos 10 ageing none maxaddress 50
ip -n a -d link show vx1
ip -n a -d -j link show vx1 | jq -c '.[].linkinfo'
ip -n a -j link show vx1 | jq -c '.[]|{ifname,mtu,operstate,flags}'
ip netns exec a bridge fdb show dev vx1
ip -n a link add vx2 type vxlan id 2 dstport 4789 remote 10.0.0.2 local 10.0.0.1 srcport 40000 50000 df set ttl inherit tos inherit noudpcsum rsc proxy l2miss l3miss nolearning
ip -n a -d link show vx2
ip -n a -d -j link show vx2 | jq -c '.[].linkinfo'
ip -n a link add vx3 type vxlan id 3 dstport 4789 df inherit udp6zerocsumtx udp6zerocsumrx maxaddress unlimited ttl auto
ip -n a -d link show vx3
ip -n a link show type vxlan
ip -n a link set vx0 up
ip netns exec a ss -lun
ip -n a link set vx1 up
ip netns exec a ss -lun
ip -n a maddr show dev eth0
ip -n a link set vx1 mtu 1451
ip -n a link set vx1 mtu 1450
ip -n a link set vx2 mtu 9000
ip -n a link set vx2 type vxlan id 3
ip -n a link set vx2 type vxlan dstport 8472
ip -n a link set vx2 type vxlan ttl 7 ageing 60 noproxy
ip -n a -d link show vx2
ip -n a link set vx2 type vxlan remote 10.0.0.3
ip netns exec a bridge fdb show dev vx2
ip -n a link set vx2 type vxlan id 2 group 239.9.9.9 dev eth0
ip netns exec a bridge fdb show dev vx2
ip -n a link set eth0 type vxlan ttl 3
ip -n a link set vx2 type vxlan junk
ip -n a link change vx2 type vxlan l2miss
ip -n a link change vx2 type vxlan nol3miss
ip -n a link change vx2 type vxlan norsc
ip -n a link change vx2 type vxlan udpcsum
ip -n a link change vx2 type vxlan noudp6zerocsumtx
ip -n a link change vx2 type vxlan udp6zerocsumrx
ip -n a link change vx2 type vxlan maxaddress 9
ip -n a link change vx2 type vxlan srcport 1 2
ip -n a link change vx2 type vxlan srcport 0 0
ip -n a link change vx2 type vxlan id 2 local 10.0.0.1
ip -n a link change vx2 type vxlan tos 0 ttl auto df unset ageing 7 nolearning
ip -n a link change vx2 type vxlan remote any
ip -n a link change vx2 type vxlan ttl inherit
ip -n a link change vx2 type vxlan local any dev eth0
ip -n a -d link show vx2
ip netns exec a bridge fdb show dev vx2
F="ip netns exec a bridge fdb"
$F add 02:00:00:00:00:01 dev vx3
$F add 02:00:00:00:00:01 dev vx3 dst 10.0.0.2
$F add 02:00:00:00:00:01 dev vx3 dst 10.0.0.3
$F append 02:00:00:00:00:01 dev vx3 dst 10.0.0.3
$F show dev vx3
$F replace 02:00:00:00:00:01 dev vx3 dst 10.0.0.4 dynamic
$F show dev vx3
$F add 02:00:00:00:00:02 dev vx3 dst 10.0.0.2 port 1234 vni 77 via eth0 self static
$F add 02:00:00:00:00:03 dev vx3 dst 10.0.0.2 port vxlan vni 3 dynamic
$F add 02:00:00:00:00:04 dev vx3 dst 10.0.0.2 port x
$F add 02:00:00:00:00:04 dev vx3 dst 10.0.0.2 port 70000
$F add 02:00:00:00:00:04 dev vx3 dst 10.0.0.2 vni 16777216
$F add 02:00:00:00:00:04 dev vx3 dst 10.0.0.2 via nosuch
$F add 02:00:00:00:00:04 dev vx3 dst 10.0.0.2 dst 10.0.0.3
$F add 02:00:00:00:00:04 dev vx3 dst nonsense
$F add 02:00:00:00:00:04 dev vx3 dst
$F add nonsense dev vx3 dst 10.0.0.2
$F add 02:00:00:00:00:04 dev vx3 dst 10.0.0.2 router extern_learn
$F append 00:00:00:00:00:00 dev vx3 dst 10.0.0.2
$F append 00:00:00:00:00:00 dev vx3 dst 10.0.0.3 permanent
$F append 00:00:00:00:00:00 dev vx3 dst 10.0.0.3 permanent
$F add 00:00:00:00:00:00 dev vx3 dst 10.0.0.4 permanent
$F replace 00:00:00:00:00:00 dev vx3 dst 10.0.0.4 permanent
$F replace 01:00:5e:00:00:05 dev vx3 dst 10.0.0.4 permanent
$F append 01:00:5e:00:00:05 dev vx3 dst 10.0.0.4 permanent
$F append 01:00:5e:00:00:05 dev vx3 dst 10.0.0.5 permanent
$F show dev vx3
$F show
$F show dev vx3 state permanent
$F show dev vx3 state static
$F show dev vx3 state reachable
$F show dev vx3 dynamic
ip netns exec a bridge -j fdb show dev vx3 | jq -c '.[]'
$F get 02:00:00:00:00:02 dev vx3 self
$F get 02:00:00:00:00:02 dev vx3
$F get 02:00:00:00:00:99 dev vx3 self
$F get 02:00:00:00:00:99 dev eth0
$F get 02:00:00:00:00:99 dev eth0 self
$F get 02:00:00:00:00:99 dev eth0 master
$F del 00:00:00:00:00:00 dev vx3 dst 10.0.0.9
$F del 00:00:00:00:00:00 dev vx3 dst 10.0.0.2
$F del 00:00:00:00:00:00 dev vx3
$F del 02:00:00:00:00:01 dev vx3 dst 10.0.0.2
$F del 02:00:00:00:00:01 dev vx3 dst 10.0.0.4
$F del 02:00:00:00:00:01 dev vx3
$F del 02:00:00:00:00:02 dev vx3 dst 10.0.0.2
$F del 02:00:00:00:00:02 dev vx3 dst 10.0.0.2 port 1234 vni 77 via eth0
$F show dev vx3
ip -n a link set vx3 up
$F show dev vx3
ip -n a link set vx3 down
$F show dev vx3
ip netns add c
ip -n a link set vx3 netns c
ip -n c -d link show vx3
ip netns exec c bridge fdb show dev vx3
ip netns exec c bridge fdb add 02:00:00:00:00:07 dev vx3 dst 10.0.0.2 via eth0
ip netns exec c bridge fdb add 02:00:00:00:00:07 dev vx3 dst 10.0.0.2 via vx3
ip netns exec c bridge fdb show dev vx3
ip -n c link set vx3 up
ip -n a link set vx1 down
ip -n c link set vx3 up
ip netns exec c ss -lun
ip netns exec a ss -lun
ip -n a link add vx9 type vxlan id 3 dstport 4789
ip -n c link add vx9 type vxlan id 3 dstport 4789
ip -n c link add br0 type bridge
ip -n c link set vx3 master br0
ip netns exec c bridge fdb show br br0
ip netns exec c bridge fdb add 02:00:00:00:00:08 dev vx3 master static
ip netns exec c bridge fdb add 02:00:00:00:00:09 dev vx3 self master static dst 10.0.0.5
ip netns exec c bridge fdb show dev vx3 | sort
ip netns exec c bridge fdb add 02:00:00:00:00:0a dev vx3 dst 10.0.0.5 dynamic
ip netns exec c bridge fdb flush dev vx3 self added_by_user
ip netns exec c bridge fdb flush dev vx3 self sticky
ip netns exec c bridge fdb flush dev vx3 self dynamic
ip netns exec c bridge fdb show dev vx3 | sort
ip netns exec c bridge fdb flush dev vx3 nopermanent
ip netns exec c bridge fdb show dev vx3 | sort
ip netns exec c bridge fdb flush dev vx3 self
ip netns exec c bridge -d link show dev vx3
ip -n c link set vx3 name other
ip -n c -br link show other
ip link add vx8 netns c type vxlan id 8 dstport 4789
ip -n c link add vx7 type vxlan id 7 dstport 4789
ip -n a link del eth0
ip -n a -br link | cut -d' ' -f1
ip netns del a
sleep 1
ip -n c -br link | cut -d' ' -f1
