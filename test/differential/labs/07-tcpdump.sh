ip netns add a; ip netns add b
ip link add eth0 netns a type veth peer name eth0 netns b
ip -n a link set eth0 address 02:00:00:00:00:0a
ip -n b link set eth0 address 02:00:00:00:00:0b
ip -n a addr add 10.1.1.1/24 dev eth0; ip -n b addr add 10.1.1.2/24 dev eth0
ip -n a link set eth0 up; ip -n b link set eth0 up
ip netns exec b tcpdump -n -l -i eth0 -c 4 arp or icmp > dump.txt 2> dump.err &
sleep 0.5
ip netns exec a ping -c 1 10.1.1.2 > /dev/null
wait $!
cut -d' ' -f2- dump.txt
cat dump.err
ip netns exec b tcpdump -e -v -n -i eth0 icmp > dump.txt 2>&1 &
PID=$!
sleep 0.5
ip netns exec a ping -c 2 -i 0.2 -s 8 10.1.1.2 > /dev/null
ip netns exec a ping -c 1 -s 2000 -t 9 10.1.1.2 > /dev/null
sleep 0.3
kill $PID; wait $PID
echo "tcpdump ended with $?"
ip netns exec a tcpdump -r nothere.pcap
sleep 0.4
ip netns exec b tcpdump -n -i eth0 -w x.pcap -c 2 icmp 2>/dev/null &
sleep 0.4
ip netns exec a ping -c 1 10.1.1.2 | tail -2
wait
tcpdump -n -r x.pcap 2>/dev/null | cut -d' ' -f2-11
ip netns exec b tcpdump -D
ip netns exec a nc -u -l 6000 > got.txt &
sleep 0.2
(echo one; sleep 0.2; echo two) | ip netns exec b nc -u -w 1 10.1.1.1 6000
kill $!
cat got.txt
ip netns exec a ss -uln
ip netns exec a nc -u -l -p 6000 &
sleep 0.2
ip netns exec a ss -uan
kill %1
ip netns exec a nc -u -z -v 10.1.1.2 7; echo $?
