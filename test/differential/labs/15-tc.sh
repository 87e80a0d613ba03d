ip netns add a; ip netns add b
ip link add eth0 netns a type veth peer name eth0 netns b
ip -n a addr add 10.0.0.1/24 dev eth0; ip -n b addr add 10.0.0.2/24 dev eth0
ip -n a link set eth0 up; ip -n b link set eth0 up
ip netns exec a tc qdisc
ip netns exec a tc qdisc show dev eth0
ip netns exec a tc qdisc add dev eth0 root tbf rate 1mbit burst 32kbit latency 400ms
ip netns exec a tc qdisc show dev eth0
ip -n a link show eth0
tc -n a qdisc add dev eth0 root tbf rate 1mbit burst 32kbit latency 400ms
tc -n a qdisc replace dev eth0 root tbf rate 256kbit burst 1600 limit 3000
tc -n a qdisc ls dev eth0
tc -n a -s qdisc show dev eth0
tc -n a qdisc change dev eth0 root tbf rate 512kbit burst 1600 limit 3000
tc -n a -j qdisc show dev eth0 | jq -r '.[0].kind'
tc -n a qdisc add dev eth0 root tbf rate 1mbit
tc -n a qdisc add dev eth0 root tbf rate 1mbit burst 10k
tc -n a qdisc add dev eth0 root tbf rate fast burst 10k latency 1ms
tc -n a qdisc add dev nodev root tbf rate 1mbit burst 10k latency 1ms
tc -n a qdisc del dev eth0 root
tc -n a qdisc del dev eth0 root
tc -n a qdisc show dev eth0
ip netns exec a ping -c 2 -i 0.2 10.0.0.2
ip netns exec a ping -f -c 5 -q 10.0.0.2
ip netns exec a ping -c 3 -i 0.2 -D -n 10.0.0.2 | tail -3
ip netns exec a ping -c 1 -W 1 -p ff 10.0.0.2
ip netns exec a ping -c 1 -W 1 -Q 0x10 -v 10.0.0.2 | cut -c1-30
ip netns exec a ping -w 1 -i 0.4 10.0.0.2
ip netns exec a ping -c 1 -W 1 -b 10.0.0.255
ip netns exec a ping -c 1 -W 1 10.0.0.255
ip netns exec a ping -A -c 3 -q 10.0.0.2
ip netns exec a ping -c 2 -O -W 1 -i 0.3 10.0.0.9
ip netns exec a ping -c 1 -W 1 127.0.0.1
ip -n a link set lo up
ip netns exec a ping -c 1 -W 1 localhost
ip netns exec a ping -c 1 -W 1 0
ip netns exec a ping -4 -c 1 10.0.0.2
ip netns exec a ping -c 1 -W 1 10.1
ip netns exec a timeout 1 ping -i 0.3 10.0.0.2; echo $?
ip netns exec a ping -i 0.3 10.0.0.2 > p.txt & 
sleep 1
kill -INT $!; wait $!; echo "done $?"
tail -3 p.txt
