/** What is lost: timeouts, fast retransmission, probes, SACK, ICMP. See ../ladder.ts for the form. */
export const RETRANSMIT = `
== text is sent again after the retransmission timeout, each time after twice as long
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 send 100 = 100
  20 > P. 1:101 ack 1
  232 > P. 1:101 ack 1
  656 > P. 1:101 ack 1
  1504 > P. 1:101 ack 1
  3000 end

== an acknowledgment ends the back-off
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 send 100 = 100
  20 > P. 1:101 ack 1
  232 > P. 1:101 ack 1
  656 > P. 1:101 ack 1
  1200 < . 1:1 ack 101 win 5840
  1300 send 100 = 100
  1300 > P. 101:201 ack 1
  1320 < . 1:1 ack 201 win 5840
  2000 end

== after a timeout one segment goes, then two
  0 listen
  0 < S 0:1 win 65535 <mss 1000,nop,wscale 7>
  0 > S. 0:1 ack 1 win 64240 <mss 1460,nop,wscale 7>
  10 < . 1:1 ack 1 win 2000
  10 accept = ok
  20 send 5000 = 5000
  20 > . 1:1001 ack 1
  20 > P. 1001:2001 ack 1
  20 > . 2001:3001 ack 1
  20 > P. 3001:4001 ack 1
  20 > P. 4001:5001 ack 1
  232 > . 1:1001 ack 1
  500 < . 1:1 ack 1001 win 2000
  500 > . 1001:2001 ack 1
  500 > . 2001:3001 ack 1
  520 < . 1:1 ack 3001 win 2000
  520 > . 3001:4001 ack 1
  520 > P. 4001:5001 ack 1
  540 < . 1:1 ack 5001 win 2000
  800 end

== an acknowledgment of part of the flight moves on
  0 listen
  0 < S 0:1 win 65535 <mss 1000,nop,wscale 7>
  0 > S. 0:1 ack 1 win 64240 <mss 1460,nop,wscale 7>
  10 < . 1:1 ack 1 win 2000
  10 accept = ok
  20 send 3000 = 3000
  20 > . 1:1001 ack 1
  20 > P. 1001:2001 ack 1
  20 > P. 2001:3001 ack 1
  40 < . 1:1 ack 1001 win 2000
  60 < . 1:1 ack 2001 win 2000
  80 < . 1:1 ack 3001 win 2000
  500 end

== three duplicates make a fast retransmission
  about packetdrill gtests/net/tcp/fast_retransmit/fr-4pkt.pkt
  0 listen
  0 < S 0:1 win 65535 <mss 1000,nop,wscale 7>
  0 > S. 0:1 ack 1 win 64240 <mss 1460,nop,wscale 7>
  10 < . 1:1 ack 1 win 2000
  10 accept = ok
  20 send 4000 = 4000
  20 > . 1:1001 ack 1
  20 > P. 1001:2001 ack 1
  20 > . 2001:3001 ack 1
  20 > P. 3001:4001 ack 1
  40 < . 1:1 ack 1 win 2000
  41 < . 1:1 ack 1 win 2000
  42 < . 1:1 ack 1 win 2000
  42 > . 1:1001 ack 1
  60 < . 1:1 ack 4001 win 2000
  500 end

== three blocks of SACK make a fast retransmission
  about packetdrill gtests/net/tcp/fast_retransmit/fr-4pkt-sack.pkt
  0 listen
  0 < S 0:1 win 65535 <mss 1000,sackOK,nop,wscale 7>
  0 > S. 0:1 ack 1 win 64240 <mss 1460,nop,nop,sackOK,nop,wscale 7>
  10 < . 1:1 ack 1 win 2000
  10 accept = ok
  20 send 4000 = 4000
  20 > . 1:1001 ack 1
  20 > P. 1001:2001 ack 1
  20 > . 2001:3001 ack 1
  20 > P. 3001:4001 ack 1
  40 < . 1:1 ack 1 win 2000 <nop,nop,sack 1001:2001>
  41 < . 1:1 ack 1 win 2000 <nop,nop,sack 1001:3001>
  42 < . 1:1 ack 1 win 2000 <nop,nop,sack 1001:4001>
  42 > . 1:1001 ack 1
  60 < . 1:1 ack 4001 win 2000
  500 end

== the last segment in a SACK tells at once that the others are lost
  about packetdrill gtests/net/tcp/fast_retransmit/fr-4pkt-fack-last-mss.pkt
  0 listen
  0 < S 0:1 win 65535 <mss 1000,sackOK,nop,wscale 7>
  0 > S. 0:1 ack 1 win 64240 <mss 1460,nop,nop,sackOK,nop,wscale 7>
  10 < . 1:1 ack 1 win 2000
  10 accept = ok
  20 send 4000 = 4000
  20 > . 1:1001 ack 1
  20 > P. 1001:2001 ack 1
  20 > . 2001:3001 ack 1
  20 > P. 3001:4001 ack 1
  30 < . 1:1 ack 1 win 2000 <nop,nop,sack 3001:4001>
  38 > . 1:1001 ack 1
  60 < . 1:1 ack 1001 win 2000 <nop,nop,sack 3001:4001>
  60 > . 1001:2001 ack 1
  60 > . 2001:3001 ack 1
  62 < . 1:1 ack 4001 win 2000
  500 end

== the last byte in a SACK
  about packetdrill gtests/net/tcp/fast_retransmit/fr-4pkt-fack-last-byte.pkt
  0 listen
  0 < S 0:1 win 65535 <mss 1000,sackOK,nop,wscale 7>
  0 > S. 0:1 ack 1 win 64240 <mss 1460,nop,nop,sackOK,nop,wscale 7>
  10 < . 1:1 ack 1 win 2000
  10 accept = ok
  20 send 4000 = 4000
  20 > . 1:1001 ack 1
  20 > P. 1001:2001 ack 1
  20 > . 2001:3001 ack 1
  20 > P. 3001:4001 ack 1
  40 < . 1:1 ack 1 win 2000 <nop,nop,sack 4000:4001>
  42 > P. 3001:4001 ack 1
  60 < . 1:1 ack 4001 win 2000
  500 end

== two holes
  0 listen
  0 < S 0:1 win 65535 <mss 1000,sackOK,nop,wscale 7>
  0 > S. 0:1 ack 1 win 64240 <mss 1460,nop,nop,sackOK,nop,wscale 7>
  10 < . 1:1 ack 1 win 2000
  10 accept = ok
  20 send 8000 = 8000
  20 > . 1:1001 ack 1
  20 > P. 1001:2001 ack 1
  20 > . 2001:3001 ack 1
  20 > P. 3001:4001 ack 1
  20 > . 4001:5001 ack 1
  20 > P. 5001:6001 ack 1
  20 > . 6001:7001 ack 1
  20 > P. 7001:8001 ack 1
  40 < . 1:1 ack 1 win 2000 <nop,nop,sack 1001:2001>
  41 < . 1:1 ack 1 win 2000 <nop,nop,sack 1001:2001 3001:4001>
  42 < . 1:1 ack 1 win 2000 <nop,nop,sack 1001:2001 3001:5001>
  43 < . 1:1 ack 1 win 2000 <nop,nop,sack 1001:2001 3001:6001>
  44 < . 1:1 ack 1 win 2000 <nop,nop,sack 1001:2001 3001:7001>
  42 > . 1:1001 ack 1
  43 > . 2001:3001 ack 1
  45 < . 1:1 ack 1 win 2000 <nop,nop,sack 1001:2001 3001:8001>
  65 < . 1:1 ack 2001 win 2000 <nop,nop,sack 3001:8001>
  67 < . 1:1 ack 8001 win 2000
  500 end

== a tail is probed before the timeout
  0 listen
  0 < S 0:1 win 65535 <mss 1000,sackOK,nop,wscale 7>
  0 > S. 0:1 ack 1 win 64240 <mss 1460,nop,nop,sackOK,nop,wscale 7>
  10 < . 1:1 ack 1 win 2000
  10 accept = ok
  20 send 1000 = 1000
  20 > P. 1:1001 ack 1
  40 < . 1:1 ack 1001 win 2000
  60 send 2000 = 2000
  60 > . 1001:2001 ack 1
  60 > P. 2001:3001 ack 1
  84 > P. 2001:3001 ack 1
  296 > . 1001:2001 ack 1
  720 > . 1001:2001 ack 1
  900 end

== a tail probe is answered by a SACK
  0 listen
  0 < S 0:1 win 65535 <mss 1000,sackOK,nop,wscale 7>
  0 > S. 0:1 ack 1 win 64240 <mss 1460,nop,nop,sackOK,nop,wscale 7>
  10 < . 1:1 ack 1 win 2000
  10 accept = ok
  20 send 1000 = 1000
  20 > P. 1:1001 ack 1
  40 < . 1:1 ack 1001 win 2000
  60 send 4000 = 4000
  60 > . 1001:2001 ack 1
  60 > P. 2001:3001 ack 1
  60 > . 3001:4001 ack 1
  60 > P. 4001:5001 ack 1
  84 > P. 4001:5001 ack 1
  140 < . 1:1 ack 1001 win 2000 <nop,nop,sack 4001:5001>
  140 > . 1001:2001 ack 1
  170 < . 1:1 ack 5001 win 2000
  600 end

== a tail probe that was needless
  0 listen
  0 < S 0:1 win 65535 <mss 1000,sackOK,nop,wscale 7>
  0 > S. 0:1 ack 1 win 64240 <mss 1460,nop,nop,sackOK,nop,wscale 7>
  10 < . 1:1 ack 1 win 2000
  10 accept = ok
  20 send 1000 = 1000
  20 > P. 1:1001 ack 1
  40 < . 1:1 ack 1001 win 2000
  60 send 1000 = 1000
  60 > P. 1001:2001 ack 1
  140 < . 1:1 ack 2001 win 2000
  160 < . 1:1 ack 2001 win 2000 <nop,nop,sack 1001:2001>
  400 end

== reordering: the late one comes before it is sent again
  0 listen
  0 < S 0:1 win 65535 <mss 1000,sackOK,nop,wscale 7>
  0 > S. 0:1 ack 1 win 64240 <mss 1460,nop,nop,sackOK,nop,wscale 7>
  10 < . 1:1 ack 1 win 2000
  10 accept = ok
  20 send 4000 = 4000
  20 > . 1:1001 ack 1
  20 > . 1001:2001 ack 1
  20 > P. 2001:3001 ack 1
  20 > P. 3001:4001 ack 1
  40 < . 1:1 ack 1 win 2000 <nop,nop,sack 1001:2001>
  42 < . 1:1 ack 2001 win 2000
  44 < . 1:1 ack 4001 win 2000
  400 end

== DSACK undoes a retransmission that was needless
  0 listen
  0 < S 0:1 win 65535 <mss 1000,sackOK,nop,wscale 7>
  0 > S. 0:1 ack 1 win 64240 <mss 1460,nop,nop,sackOK,nop,wscale 7>
  10 < . 1:1 ack 1 win 2000
  10 accept = ok
  20 send 4000 = 4000
  20 > . 1:1001 ack 1
  20 > P. 1001:2001 ack 1
  20 > . 2001:3001 ack 1
  20 > P. 3001:4001 ack 1
  40 < . 1:1 ack 1 win 2000 <nop,nop,sack 1001:2001>
  41 < . 1:1 ack 1 win 2000 <nop,nop,sack 1001:3001>
  42 < . 1:1 ack 1 win 2000 <nop,nop,sack 1001:4001>
  42 > . 1:1001 ack 1
  50 < . 1:1 ack 4001 win 2000
  60 < . 1:1 ack 4001 win 2000 <nop,nop,sack 1:1001>
  70 send 12000 = 12000
  70 > . 4001:5001 ack 1
  70 > P. 5001:6001 ack 1
  70 > . 6001:7001 ack 1
  70 > P. 7001:8001 ack 1
  70 > . 8001:9001 ack 1
  70 > P. 9001:10001 ack 1
  70 > . 10001:11001 ack 1
  70 > P. 11001:12001 ack 1
  70 > . 12001:13001 ack 1
  70 > P. 13001:14001 ack 1
  99 > . 14001:15001 ack 1
  315 > . 4001:5001 ack 1
  400 end

== a timeout that was needless: time stamps tell
  0 listen
  0 < S 0:1 win 65535 <mss 1460,sackOK,ts 1000 0,nop,wscale 7>
  0 > S. 0:1 ack 1 win 65160 <mss 1460,sackOK,ts 0 1000,nop,wscale 7>
  10 < . 1:1 ack 1 win 2000 <nop,nop,ts 1010 last>
  10 accept = ok
  20 send 3000 = 3000
  20 > . 1:1449 ack 1 <nop,nop,ts 20 1010>
  20 > P. 1449:2897 ack 1 <nop,nop,ts 20 1010>
  20 > P. 2897:3001 ack 1 <nop,nop,ts 20 1010>
  42 > P. 2897:3001 ack 1 <nop,nop,ts 41 1010>
  254 > . 1:1449 ack 1 <nop,nop,ts 253 1010>
  400 < . 1:1 ack 1449 win 2000 <nop,nop,ts 1400 last-230>
  500 end

== SACK for what was never sent is passed over
  0 listen
  0 < S 0:1 win 65535 <mss 1000,sackOK,nop,wscale 7>
  0 > S. 0:1 ack 1 win 64240 <mss 1460,nop,nop,sackOK,nop,wscale 7>
  10 < . 1:1 ack 1 win 2000
  10 accept = ok
  20 send 2000 = 2000
  20 > . 1:1001 ack 1
  20 > P. 1001:2001 ack 1
  40 < . 1:1 ack 1 win 2000 <nop,nop,sack 5001:6001>
  41 < . 1:1 ack 1 win 2000 <nop,nop,sack 6001:5001>
  42 < . 1:1 ack 1 win 2000 <nop,nop,sack -1000:1>
  42 > P. 1001:2001 ack 1
  60 < . 1:1 ack 2001 win 2000
  300 end

== SACK of a wrong length is passed over
  0 listen
  0 < S 0:1 win 65535 <mss 1000,sackOK,nop,wscale 7>
  0 > S. 0:1 ack 1 win 64240 <mss 1460,nop,nop,sackOK,nop,wscale 7>
  10 < . 1:1 ack 1 win 2000
  10 accept = ok
  20 send 2000 = 2000
  20 > . 1:1001 ack 1
  20 > P. 1001:2001 ack 1
  40 < . 1:1 ack 1 win 2000 <raw 05 06 00 00 00 00>
  42 > P. 1001:2001 ack 1
  60 < . 1:1 ack 2001 win 2000
  300 end

== the peer reneges: what it had it has no more
  0 listen
  0 < S 0:1 win 65535 <mss 1000,sackOK,nop,wscale 7>
  0 > S. 0:1 ack 1 win 64240 <mss 1460,nop,nop,sackOK,nop,wscale 7>
  10 < . 1:1 ack 1 win 2000
  10 accept = ok
  20 send 4000 = 4000
  20 > . 1:1001 ack 1
  20 > P. 1001:2001 ack 1
  20 > . 2001:3001 ack 1
  20 > P. 3001:4001 ack 1
  40 < . 1:1 ack 1 win 2000 <nop,nop,sack 1001:2001>
  41 < . 1:1 ack 1 win 2000 <nop,nop,sack 1001:4001>
  41 > . 1:1001 ack 1
  60 < . 1:1 ack 1001 win 2000
  70 > . 1001:2001 ack 1
  200 < . 1:1 ack 4001 win 2000
  500 end

== the first flight is ten segments, each acknowledgment brings two more
  0 listen
  0 < S 0:1 win 65535 <mss 1000,nop,wscale 7>
  0 > S. 0:1 ack 1 win 64240 <mss 1460,nop,wscale 7>
  10 < . 1:1 ack 1 win 2000
  10 accept = ok
  20 send 60000 = 60000
  20 > . 1:1001 ack 1
  20 > P. 1001:2001 ack 1
  20 > . 2001:3001 ack 1
  20 > P. 3001:4001 ack 1
  20 > . 4001:5001 ack 1
  20 > P. 5001:6001 ack 1
  20 > . 6001:7001 ack 1
  20 > P. 7001:8001 ack 1
  20 > . 8001:9001 ack 1
  20 > P. 9001:10001 ack 1
  100 < . 1:1 ack 2001 win 2000
  100 > . 10001:11001 ack 1
  100 > P. 11001:12001 ack 1
  100 > . 12001:13001 ack 1
  100 > P. 13001:14001 ack 1
  180 < . 1:1 ack 6001 win 2000
  180 > . 14001:15001 ack 1
  180 > P. 15001:16001 ack 1
  180 > . 16001:17001 ack 1
  180 > P. 17001:18001 ack 1
  180 > . 18001:19001 ack 1
  180 > P. 19001:20001 ack 1
  180 > . 20001:21001 ack 1
  180 > P. 21001:22001 ack 1
  260 < . 1:1 ack 16001 win 2000
  260 > . 22001:23001 ack 1
  260 > P. 23001:24001 ack 1
  260 > . 24001:25001 ack 1
  260 > P. 25001:26001 ack 1
  260 > . 26001:27001 ack 1
  260 > P. 27001:28001 ack 1
  260 > . 28001:29001 ack 1
  260 > P. 29001:30001 ack 1
  260 > . 30001:31001 ack 1
  260 > P. 31001:32001 ack 1
  260 > . 32001:33001 ack 1
  260 > P. 33001:34001 ack 1
  260 > . 34001:35001 ack 1
  260 > P. 35001:36001 ack 1
  260 > . 36001:37001 ack 1
  260 > P. 37001:38001 ack 1
  260 > . 38001:39001 ack 1
  260 > P. 39001:40001 ack 1
  260 > . 40001:41001 ack 1
  260 > P. 41001:42001 ack 1
  290 end

== the window of the peer bounds the flight
  0 listen
  0 < S 0:1 win 3000 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 3000
  10 accept = ok
  20 send 10000 = 10000
  20 > . 1:1461 ack 1
  20 > P. 1461:2921 ack 1
  40 < . 1:1 ack 2921 win 3000
  40 > . 2921:4381 ack 1
  40 > P. 4381:5841 ack 1
  60 < . 1:1 ack 5841 win 1000
  82 end

== ICMP: host unreachable does not end a connection
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 send 100 = 100
  20 > P. 1:101 ack 1
  30 icmp 3 1 0
  40 error = EHOSTUNREACH
  50 < . 1:1 ack 101 win 5840
  100 state = ESTABLISHED
  200 end

== ICMP: port unreachable does not end a connection
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 send 100 = 100
  20 > P. 1:101 ack 1
  30 icmp 3 3 0
  40 error = ECONNREFUSED
  50 state = ESTABLISHED
  100 end

== ICMP for a sequence number that is not under way is passed over
  0 connect = EINPROGRESS
  0 > S 0:1 win 64240 <mss 1460,sackOK,ts 0 0,nop,wscale 7>
  5 icmp 3 3 0 24
  10 < S. 0:1 ack 1 win 5840 <mss 1460>
  10 > . 1:1 ack 1
  20 state = ESTABLISHED
  100 end

== fragmentation needed makes segments smaller
  0 listen
  0 < S 0:1 win 65535 <mss 1000,nop,wscale 7>
  0 > S. 0:1 ack 1 win 64240 <mss 1460,nop,wscale 7>
  10 < . 1:1 ack 1 win 2000
  10 accept = ok
  20 send 900 = 900
  20 > P. 1:901 ack 1
  30 icmp 3 4 500
  30 > . 1:513 ack 1
  30 > P. 513:901 ack 1
  40 < . 1:1 ack 901 win 2000
  50 send 1000 = 1000
  50 > . 901:1413 ack 1
  50 > P. 1413:1901 ack 1
  70 < . 1:1 ack 1901 win 2000
  200 end

== fragmentation needed below the least MTU
  0 listen
  0 < S 0:1 win 65535 <mss 1000,nop,wscale 7>
  0 > S. 0:1 ack 1 win 64240 <mss 1460,nop,wscale 7>
  10 < . 1:1 ack 1 win 2000
  10 accept = ok
  20 send 900 = 900
  20 > P. 1:901 ack 1
  30 icmp 3 4 100
  30 > . 1:513 ack 1
  30 > P. 513:901 ack 1
  40 < . 1:1 ack 901 win 2000
  50 send 1000 = 1000
  50 > . 901:1413 ack 1
  50 > P. 1413:1901 ack 1
  70 < . 1:1 ack 1901 win 2000
  200 end

== TCP_USER_TIMEOUT ends what is not acknowledged
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  15 set usertimeout 700
  20 send 100 = 100
  20 > P. 1:101 ack 1
  232 > P. 1:101 ack 1
  656 > P. 1:101 ack 1
  1600 error = ETIMEDOUT
  1600 state = CLOSE
  1700 end

== TCP_USER_TIMEOUT with a window of nothing
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < . 1:1 ack 1 win 0
  25 set usertimeout 700
  30 send 100 = 100
  242 > . 0:0 ack 1
  666 > . 0:0 ack 1
  2000 error = ETIMEDOUT
  2000 state = CLOSE
  2100 end
`;
