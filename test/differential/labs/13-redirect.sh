ip netns add sw; ip -n sw link add lan type bridge; ip -n sw link set lan up
for h in pc gw1 gw2; do
  ip netns add $h
  ip -n sw link add $h type veth peer name eth0 netns $h
  ip -n sw link set $h master lan up
  ip -n $h link set eth0 up
  ip -n $h link set lo up
done
ip -n pc addr add 192.168.1.10/24 dev eth0
ip -n gw1 addr add 192.168.1.1/24 dev eth0
ip -n gw2 addr add 192.168.1.2/24 dev eth0
ip -n gw2 addr add 10.2.2.2/32 dev lo
ip netns exec gw1 sysctl -q net.ipv4.ip_forward=1
ip netns exec gw2 sysctl -q net.ipv4.ip_forward=1
ip -n pc route add default via 192.168.1.1
ip -n gw1 route add 10.2.0.0/16 via 192.168.1.2
ip netns exec pc tcpdump -n -l -i eth0 icmp > d.txt 2>/dev/null &
sleep 0.4
ip netns exec pc ping -c 3 -i 0.5 10.2.2.2
ip netns exec pc ip route get 10.2.2.2
ip netns exec pc ip route show cache
ip netns exec pc sysctl -w net.ipv4.conf.all.accept_redirects=0 net.ipv4.conf.eth0.accept_redirects=0
ip -n pc route flush cache
sleep 2
ip netns exec pc ping -c 2 -i 0.5 10.2.2.2
ip netns exec pc ip route get 10.2.2.2
ip netns exec gw1 sysctl -w net.ipv4.conf.all.send_redirects=0
ip netns exec gw1 sysctl -w net.ipv4.conf.eth0.send_redirects=0
ip netns exec pc ping -c 1 10.2.2.2
sleep 1.2; kill $!
wait
cut -d' ' -f2- d.txt
