ip netns add hh; ip netns add c1; ip netns add c2; ip netns add x
ip -n hh link add docker0 type bridge
ip -n hh link set docker0 address 02:42:5a:9c:09:02
ip -n hh link set docker0 up
ip -n hh addr add 172.17.0.1/16 brd + dev docker0
ip link add eth0 netns hh address 02:00:00:09:00:01 type veth peer name eth0 netns x address 02:00:00:09:00:64
ip -n hh link set eth0 up; ip -n x link set eth0 up
ip -n hh addr add 192.168.9.1/24 brd + dev eth0; ip -n x addr add 192.168.9.100/24 brd + dev eth0
for i in 1 2; do
  ip link add eth0 netns c$i address 02:42:ac:11:00:0$((i + 1)) type veth peer name veth$i netns hh address 02:00:00:09:01:0$i
  ip -n hh link set veth$i master docker0
  ip -n c$i link set eth0 up; ip -n hh link set veth$i up
  ip -n c$i addr add 172.17.0.$((i + 1))/16 brd + dev eth0
  ip -n c$i route add default via 172.17.0.1
done
for n in c1 c2 x; do ip netns exec $n ethtool -K eth0 tx off > /dev/null; done
for d in docker0 eth0 veth1 veth2; do ip netns exec hh ethtool -K $d tx off > /dev/null; done
ip netns exec hh sysctl -qw net.ipv4.ip_forward=1
ip netns exec hh iptables -P FORWARD DROP
ip netns exec hh iptables -A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
ip netns exec hh iptables -A FORWARD -i docker0 ! -o docker0 -j ACCEPT
ip netns exec hh iptables -A FORWARD -i docker0 -o docker0 -j ACCEPT
ip netns exec hh iptables -A FORWARD -d 172.17.0.2/32 ! -i docker0 -o docker0 -p udp -m udp --dport 80 -j ACCEPT
ip netns exec hh iptables -t nat -A PREROUTING -m addrtype --dst-type LOCAL -p udp --dport 8585 -j DNAT --to-destination 172.17.0.2:80
ip netns exec hh iptables -t nat -A OUTPUT -m addrtype --dst-type LOCAL -p udp --dport 8585 -j DNAT --to-destination 172.17.0.2:80
ip netns exec hh iptables -t nat -A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
ip netns exec hh iptables -t nat -A POSTROUTING -s 172.17.0.2/32 -d 172.17.0.2/32 -p udp -m udp --dport 80 -j MASQUERADE
ip netns exec c1 python3 ./tcpudp.py udpecho 0.0.0.0 80 200 > /dev/null &
ip netns exec c2 python3 ./tcpudp.py udpecho 0.0.0.0 81 200 > /dev/null &
sleep 0.3
try() {
  ip netns exec hh sysctl -qw net.bridge.bridge-nf-call-iptables=$1
  for d in veth1 veth2; do ip netns exec hh bridge link set dev $d hairpin $2; done
  ip netns exec c1 tcpdump -l -p -n -e -i eth0 ip > c1.txt 2> /dev/null &
  A=$!
  ip netns exec c2 tcpdump -l -p -n -e -i eth0 ip > c2.txt 2> /dev/null &
  B=$!
  ip netns exec hh tcpdump -l -p -n -e -i docker0 ip > docker0.txt 2> /dev/null &
  C=$!
  sleep 0.6
  TMO=1 ip netns exec $3 python3 ./tcpudp.py udpsend $4 8585 20 $5
  sleep 0.3
  kill $A $B $C; wait $A $B $C
  for f in c1 c2 docker0; do echo $f; cut -d' ' -f2- $f.txt | grep -v igmp; done
}
try 1 off c2 192.168.9.1 5002
try 1 on c2 172.17.0.1 5004
try 1 on c1 192.168.9.1 5003
try 1 off c1 192.168.9.1 5001
try 0 off c1 192.168.9.1 5005
try 0 off c2 192.168.9.1 5006
try 0 on c1 192.168.9.1 5007
try 0 on c2 192.168.9.1 5008
ip -n hh rule add from 172.17.0.3/32 iif docker0 prohibit
try 1 off c2 192.168.9.1 5011
ip -n hh rule del from 172.17.0.3/32 iif docker0 prohibit
ip netns exec hh sysctl -qw net.ipv4.ip_forward=0
try 1 off c2 192.168.9.1 5012
ip netns exec hh sysctl -qw net.ipv4.ip_forward=1
try 1 off x 192.168.9.1 5009
try 1 off hh 192.168.9.1 5010
ip netns exec hh iptables-save -c | grep '^\['
ip netns exec hh conntrack -L -p udp 2>/dev/null | tr -s ' ' | cut -d' ' -f1,2,4- | sort
