/** Explicit congestion notification. See ../ladder.ts for the form. */
export const ECN = `
== ECN is asked for with tcp_ecn=1
  sysctl tcp_ecn=1
  0 connect = EINPROGRESS
  0 > SEW 0:1 win 64240 <mss 1460,sackOK,ts 0 0,nop,wscale 7>
  10 < SE. 0:1 ack 1 win 5840 <mss 1460>
  10 > . 1:1 ack 1
  20 send 100 = 100
  20 > P. 1:101 ack 1 ect0
  40 < . 1:1 ack 101 win 5840
  200 end

== ECN is asked for and not answered
  sysctl tcp_ecn=1
  0 connect = EINPROGRESS
  0 > SEW 0:1 win 64240 <mss 1460,sackOK,ts 0 0,nop,wscale 7>
  10 < S. 0:1 ack 1 win 5840 <mss 1460>
  10 > . 1:1 ack 1
  20 send 100 = 100
  20 > P. 1:101 ack 1
  40 < . 1:1 ack 101 win 5840
  200 end

== ECN: an answer with both flags is none
  emulated Linux 6.18 takes it for AccECN (RFC 9768)
  sysctl tcp_ecn=1
  0 connect = EINPROGRESS
  0 > SEW 0:1 win 64240 <mss 1460,sackOK,ts 0 0,nop,wscale 7>
  10 < SEW. 0:1 ack 1 win 5840 <mss 1460>
  10 > . 1:1 ack 1
  20 send 100 = 100
  20 > P. 1:101 ack 1
  40 < . 1:1 ack 101 win 5840
  200 end

== ECN is not asked for by default
  0 connect = EINPROGRESS
  0 > S 0:1 win 64240 <mss 1460,sackOK,ts 0 0,nop,wscale 7>
  10 < SE. 0:1 ack 1 win 5840 <mss 1460>
  10 > . 1:1 ack 1
  20 send 100 = 100
  20 > P. 1:101 ack 1
  40 < . 1:1 ack 101 win 5840
  200 end

== ECN: the second SYN that is lost does without
  sysctl tcp_ecn=1
  0 connect = EINPROGRESS
  0 > SEW 0:1 win 64240 <mss 1460,sackOK,ts 0 0,nop,wscale 7>
  1000 > S 0:1 win 64240 <mss 1460,sackOK,ts 1000 0,nop,wscale 7>
  2000 > S 0:1 win 64240 <mss 1460,sackOK,ts 2000 0,nop,wscale 7>
  2500 end

== ECN is answered by default
  0 listen
  0 < SEW 0:1 win 5840 <mss 1460>
  0 > S.E 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 send 100 = 100
  20 > P. 1:101 ack 1 ect0
  40 < . 1:1 ack 101 win 5840
  200 end

== ECN is not answered with tcp_ecn=0
  sysctl tcp_ecn=0
  0 listen
  0 < SEW 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 send 100 = 100
  20 > P. 1:101 ack 1
  200 end

== ECN: a SYN with one of the flags asks for nothing
  0 listen
  0 < SE 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 send 100 = 100
  20 > P. 1:101 ack 1
  200 end

== ECN: a SYN that is marked itself asks for nothing
  0 listen
  0 < SEW 0:1 win 5840 ect0 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 send 100 = 100
  20 > P. 1:101 ack 1
  200 end

== ECN: congestion is echoed until CWR
  0 listen
  0 < SEW 0:1 win 5840 <mss 1460>
  0 > S.E 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < P. 1:101 ack 1 win 5840 ect0
  20 > . 1:1 ack 101
  30 < P. 101:201 ack 1 win 5840 ce
  30 > .E 1:1 ack 201
  40 < P. 201:301 ack 1 win 5840 ect0
  40 > .E 1:1 ack 301
  50 < PW. 301:401 ack 1 win 5840 ect0
  50 > . 1:1 ack 401
  60 < P. 401:501 ack 1 win 5840 ect0
  60 > . 1:1 ack 501
  70 recv 1000 = 500 1
  200 end

== ECN: an echo halves the window, once a round trip, and is answered with CWR
  0 listen
  0 < SEW 0:1 win 65535 <mss 1000,nop,wscale 7>
  0 > S.E 0:1 ack 1 win 64240 <mss 1460,nop,wscale 7>
  10 < . 1:1 ack 1 win 2000
  10 accept = ok
  20 send 30000 = 30000
  20 > . 1:1001 ack 1 ect0
  20 > P. 1001:2001 ack 1 ect0
  20 > . 2001:3001 ack 1 ect0
  20 > P. 3001:4001 ack 1 ect0
  20 > . 4001:5001 ack 1 ect0
  20 > P. 5001:6001 ack 1 ect0
  20 > . 6001:7001 ack 1 ect0
  20 > P. 7001:8001 ack 1 ect0
  20 > . 8001:9001 ack 1 ect0
  20 > P. 9001:10001 ack 1 ect0
  100 < E. 1:1 ack 2001 win 2000
  100 > .W 10001:11001 ack 1 ect0
  100 > P. 11001:12001 ack 1 ect0
  120 < E. 1:1 ack 4001 win 2000
  120 > . 12001:13001 ack 1 ect0
  140 < . 1:1 ack 6001 win 2000
  170 end

== ECN: retransmissions are not marked
  0 listen
  0 < SEW 0:1 win 5840 <mss 1460>
  0 > S.E 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 send 100 = 100
  20 > P. 1:101 ack 1 ect0
  232 > P. 1:101 ack 1
  600 end

== ECN: pure acknowledgments and FIN
  0 listen
  0 < SEW 0:1 win 5840 <mss 1460>
  0 > S.E 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < P. 1:101 ack 1 win 5840 ect0
  20 > . 1:1 ack 101
  30 recv 100 = 100 1
  40 close
  40 > F. 1:2 ack 101
  60 < . 101:101 ack 2 win 5840
  200 end

== ECN: congestion marks mean nothing where it was not agreed on
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < P. 1:101 ack 1 win 5840 ce
  20 > . 1:1 ack 101
  30 < P. 101:201 ack 1 win 5840 ce
  30 > . 1:1 ack 201
  40 recv 1000 = 200 1
  200 end
`;
