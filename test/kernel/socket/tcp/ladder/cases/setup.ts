/** How connections begin: SYNs, their options, refusals. See ../ladder.ts for the form. */
export const SETUP = `
== a SYN has MSS, SACK, time stamps and window scale, in this order
  0 connect = EINPROGRESS
  0 > S 0:1 win 64240 <mss 1460,sackOK,ts 0 0,nop,wscale 7>
  900 end

== a SYN without time stamps
  sysctl tcp_timestamps=0
  0 connect = EINPROGRESS
  0 > S 0:1 win 64240 <mss 1460,nop,nop,sackOK,nop,wscale 7>
  900 end

== a SYN without SACK and time stamps
  sysctl tcp_timestamps=0
  sysctl tcp_sack=0
  0 connect = EINPROGRESS
  0 > S 0:1 win 64240 <mss 1460,nop,wscale 7>
  900 end

== a SYN without window scale has a window all the same
  sysctl tcp_window_scaling=0
  0 connect = EINPROGRESS
  0 > S 0:1 win 64240 <mss 1460,sackOK,ts 0 0>
  900 end

== a bare SYN
  sysctl tcp_window_scaling=0
  sysctl tcp_timestamps=0
  sysctl tcp_sack=0
  0 connect = EINPROGRESS
  0 > S 0:1 win 64240 <mss 1460>
  900 end

== TCP_MAXSEG is what a SYN says
  0 early maxseg 1000
  0 connect = EINPROGRESS
  0 > S 0:1 win 65000 <mss 1000,sackOK,ts 0 0,nop,wscale 7>
  900 end

== a SYN goes four times a second apart, then its time doubles
  0 connect = EINPROGRESS
  0 > S 0:1 win 64240 <mss 1460,sackOK,ts 0 0,nop,wscale 7>
  1000 > S 0:1 win 64240 <mss 1460,sackOK,ts 1000 0,nop,wscale 7>
  2000 > S 0:1 win 64240 <mss 1460,sackOK,ts 2000 0,nop,wscale 7>
  3000 > S 0:1 win 64240 <mss 1460,sackOK,ts 3000 0,nop,wscale 7>
  4000 > S 0:1 win 64240 <mss 1460,sackOK,ts 4000 0,nop,wscale 7>
  5000 > S 0:1 win 64240 <mss 1460,sackOK,ts 5000 0,nop,wscale 7>
  7000 > S 0:1 win 64240 <mss 1460,sackOK,ts 7000 0,nop,wscale 7>
  8000 end

== TCP_SYNCNT ends a connect
  0 early syncnt 2
  0 connect = EINPROGRESS
  0 > S 0:1 win 64240 <mss 1460,sackOK,ts 0 0,nop,wscale 7>
  1000 > S 0:1 win 64240 <mss 1460,sackOK,ts 1000 0,nop,wscale 7>
  2000 > S 0:1 win 64240 <mss 1460,sackOK,ts 2000 0,nop,wscale 7>
  3000 > S 0:1 win 64240 <mss 1460,sackOK,ts 3000 0,nop,wscale 7>
  4000 > S 0:1 win 64240 <mss 1460,sackOK,ts 4000 0,nop,wscale 7>
  4200 error = none
  4300 end

== a connection is made by the third segment
  0 connect = EINPROGRESS
  0 > S 0:1 win 64240 <mss 1460,sackOK,ts 0 0,nop,wscale 7>
  10 < S. 0:1 ack 1 win 5840 <mss 1460,sackOK,ts 700 last,nop,wscale 7>
  10 > . 1:1 ack 1 <nop,nop,ts 10 700>
  20 state = ESTABLISHED
  20 error = none
  20 poll = w
  900 end

== the peer knows no options
  0 connect = EINPROGRESS
  0 > S 0:1 win 64240 <mss 1460,sackOK,ts 0 0,nop,wscale 7>
  10 < S. 0:1 ack 1 win 5840
  10 > . 1:1 ack 1
  20 send 2000 = 2000
  20 > . 1:537 ack 1
  20 > P. 537:1073 ack 1
  20 > . 1073:1609 ack 1
  20 > P. 1609:2001 ack 1
  232 > . 1:537 ack 1
  656 > . 1:537 ack 1
  900 end

== the MSS of the peer bounds the segments
  0 connect = EINPROGRESS
  0 > S 0:1 win 64240 <mss 1460,sackOK,ts 0 0,nop,wscale 7>
  10 < S. 0:1 ack 1 win 65535 <mss 500>
  10 > . 1:1 ack 1
  20 send 1200 = 1200
  20 > . 1:501 ack 1
  20 > P. 501:1001 ack 1
  20 > P. 1001:1201 ack 1
  40 < . 1:1 ack 1201 win 65535
  900 end

== an MSS of nothing is 536
  0 connect = EINPROGRESS
  0 > S 0:1 win 64240 <mss 1460,sackOK,ts 0 0,nop,wscale 7>
  10 < S. 0:1 ack 1 win 65535 <mss 0>
  10 > . 1:1 ack 1
  20 send 1200 = 1200
  20 > . 1:537 ack 1
  20 > P. 537:1073 ack 1
  20 > P. 1073:1201 ack 1
  40 < . 1:1 ack 1201 win 65535
  900 end

== the smallest MSS is 48
  0 connect = EINPROGRESS
  0 > S 0:1 win 64240 <mss 1460,sackOK,ts 0 0,nop,wscale 7>
  10 < S. 0:1 ack 1 win 65535 <mss 10>
  10 > . 1:1 ack 1
  20 send 100 = 100
  20 > . 1:49 ack 1
  20 > P. 49:97 ack 1
  20 > P. 97:101 ack 1
  40 < . 1:1 ack 101 win 65535
  900 end

== window scale without an offer of the peer is none
  0 connect = EINPROGRESS
  0 > S 0:1 win 64240 <mss 1460,sackOK,ts 0 0,nop,wscale 7>
  10 < S. 0:1 ack 1 win 5840 <mss 1460,nop,nop,sackOK>
  10 > . 1:1 ack 1
  20 < P. 1:11 ack 1 win 5840
  20 > . 1:1 ack 11
  900 end

== SYN,ACK answers what was offered: nothing
  0 listen
  0 < S 0:1 win 5840
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  900 end

== SYN,ACK answers what was offered: MSS
  0 listen
  0 < S 0:1 win 5840 <mss 1000>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  900 end

== SYN,ACK answers what was offered: SACK
  0 listen
  0 < S 0:1 win 5840 <mss 1000,sackOK>
  0 > S. 0:1 ack 1 win 64240 <mss 1460,nop,nop,sackOK>
  900 end

== SYN,ACK answers what was offered: time stamps
  0 listen
  0 < S 0:1 win 5840 <mss 1000,nop,nop,ts 300 0>
  0 > S. 0:1 ack 1 win 65160 <mss 1460,nop,nop,ts 0 300>
  900 end

== SYN,ACK answers what was offered: window scale
  0 listen
  0 < S 0:1 win 5840 <mss 1000,nop,wscale 3>
  0 > S. 0:1 ack 1 win 64240 <mss 1460,nop,wscale 7>
  900 end

== SYN,ACK answers all of it
  0 listen
  0 < S 0:1 win 5840 <mss 1460,sackOK,ts 300 0,nop,wscale 7>
  0 > S. 0:1 ack 1 win 65160 <mss 1460,sackOK,ts 0 300,nop,wscale 7>
  900 end

== SYN,ACK is sent again, each time after twice as long
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  1000 > S. 0:1 ack 1 win 64240 <mss 1460>
  3000 > S. 0:1 ack 1 win 64240 <mss 1460>
  7000 > S. 0:1 ack 1 win 64240 <mss 1460>
  7500 end

== a SYN sent again is answered at once
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  100 < S 0:1 win 5840 <mss 1460>
  100 > S. 0:1 ack 1 win 64240 <mss 1460>
  300 end

== accept comes with the third segment, not before
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  5 accept = EAGAIN
  10 < . 1:1 ack 1 win 5840
  15 accept = ok
  16 state = ESTABLISHED
  900 end

== the third segment may carry data
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < P. 1:101 ack 1 win 5840
  10 > . 1:1 ack 101
  15 accept = ok
  20 recv 1000 = 100 1
  900 end

== the third segment may carry the end
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < FP. 1:102 ack 1 win 5840
  15 accept = ok
  20 state = CLOSE_WAIT
  20 recv 1000 = 100 1
  21 recv 1000 = 0
  50 > . 1:1 ack 102
  900 end

== data without the acknowledgment of our SYN makes no connection
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < P 1:101 win 5840
  15 accept = EAGAIN
  900 end

== a third segment with a wrong number gets a reset
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 2 win 5840
  10 > R 2:2 win 0
  15 accept = EAGAIN
  900 end

== a third segment outside the window is told where we are
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 100001:100001 ack 1 win 5840
  10 > . 1:1 ack 1
  15 accept = EAGAIN
  900 end

== a reset takes the request away
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < R 1:1 win 0
  20 < . 1:1 ack 1 win 5840
  20 > R 1:1 win 0
  900 end

== a closed port answers a SYN with a reset
  0 < S 0:1 win 5840 <mss 1460>
  0 > R. 0:0 ack 1 win 0
  100 end

== a closed port answers data with a reset of its number
  0 < P. 1:101 ack 7 win 5840
  0 > R 7:7 win 0
  100 end

== a closed port does not answer a reset
  0 < R 1:1 win 0
  100 end

== a closed port answers a FIN
  0 < F 5:6 win 100
  0 > R. 0:0 ack 6 win 0
  100 end

== a listener answers an acknowledgment with a reset
  0 listen
  0 < . 1:1 ack 5 win 100
  0 > R 5:5 win 0
  100 end

== a listener answers SYN,ACK with a reset
  0 listen
  0 < S. 0:1 ack 5 win 100
  0 > R 5:5 win 0
  100 end

== a listener takes no SYN with FIN
  0 listen
  0 < FS 0:2 win 100
  100 end

== a listener takes no SYN with RST
  0 listen
  0 < SR 0:1 win 100
  100 end

== a listener takes nothing without flags
  0 listen
  0 < 0 0:0 win 100
  100 end

== a listener takes a SYN with PSH and URG
  0 listen
  0 < SPU 0:1 win 5840 urg 5 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  100 end

== a SYN with data is answered without taking the data
  0 listen
  0 < S 0:101 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  15 accept = ok
  20 recv 100 = EAGAIN
  100 end

== connect is refused by a reset
  0 connect = EINPROGRESS
  0 > S 0:1 win 64240 <mss 1460,sackOK,ts 0 0,nop,wscale 7>
  10 < R. 0:0 ack 1 win 0
  20 error = ECONNREFUSED
  30 state = CLOSE
  100 end

== a reset with a wrong number does not end a connect
  0 connect = EINPROGRESS
  0 > S 0:1 win 64240 <mss 1460,sackOK,ts 0 0,nop,wscale 7>
  10 < R. 0:0 ack 2 win 0
  18 > S 0:1 win 64240 <mss 1460,sackOK,ts 18 0,nop,wscale 7>
  20 error = none
  30 state = SYN_SENT
  100 end

== a reset without an acknowledgment does not end a connect
  0 connect = EINPROGRESS
  0 > S 0:1 win 64240 <mss 1460,sackOK,ts 0 0,nop,wscale 7>
  10 < R 0:0 win 0
  20 error = none
  30 state = SYN_SENT
  100 end

== SYN,ACK with a wrong number gets a reset
  0 connect = EINPROGRESS
  0 > S 0:1 win 64240 <mss 1460,sackOK,ts 0 0,nop,wscale 7>
  10 < S. 0:1 ack 100 win 5840 <mss 1460>
  10 > R 100:100 win 0
  18 > S 0:1 win 64240 <mss 1460,sackOK,ts 18 0,nop,wscale 7>
  20 state = SYN_SENT
  500 end

== an acknowledgment without SYN does not make a connection
  0 connect = EINPROGRESS
  0 > S 0:1 win 64240 <mss 1460,sackOK,ts 0 0,nop,wscale 7>
  10 < . 1:1 ack 1 win 5840
  20 state = SYN_SENT
  500 end

== FIN in answer to a SYN is nothing
  0 connect = EINPROGRESS
  0 > S 0:1 win 64240 <mss 1460,sackOK,ts 0 0,nop,wscale 7>
  10 < F. 0:1 ack 1 win 5840
  20 state = SYN_SENT
  500 end

== SYN,ACK with a time stamp that is not ours gets a reset
  0 connect = EINPROGRESS
  0 > S 0:1 win 64240 <mss 1460,sackOK,ts 0 0,nop,wscale 7>
  10 < S. 0:1 ack 1 win 5840 <mss 1460,sackOK,ts 700 last-5000>
  10 > R 1:1 win 0
  20 state = SYN_SENT
  500 end

== SYN,ACK sent again is acknowledged again
  0 connect = EINPROGRESS
  0 > S 0:1 win 64240 <mss 1460,sackOK,ts 0 0,nop,wscale 7>
  10 < S. 0:1 ack 1 win 5840 <mss 1460>
  10 > . 1:1 ack 1
  600 < S. 0:1 ack 1 win 5840 <mss 1460>
  600 > . 1:1 ack 1
  700 < S. 0:1 ack 1 win 5840 <mss 1460>
  1200 end

== simultaneous open
  0 connect = EINPROGRESS
  0 > S 0:1 win 64240 <mss 1460,sackOK,ts 0 0,nop,wscale 7>
  10 < S 0:1 win 5840 <mss 1460,sackOK,ts 700 0,nop,wscale 7>
  10 > S. 0:1 ack 1 win 64240 <mss 1460,sackOK,ts 10 700,nop,wscale 7>
  20 state = SYN_RECV
  30 < S. 0:1 ack 1 win 5840 <mss 1460,sackOK,ts 720 last,nop,wscale 7>
  30 > . 1:1 ack 1 <nop,nop,sack 0:1>
  40 state = ESTABLISHED
  50 < P. 1:11 ack 1 win 100 <nop,nop,ts 740 last>
  50 > . 1:1 ack 11
  60 recv 100 = 10 1
  500 end

== simultaneous open, acknowledged without a SYN
  0 connect = EINPROGRESS
  0 > S 0:1 win 64240 <mss 1460,sackOK,ts 0 0,nop,wscale 7>
  10 < S 0:1 win 5840 <mss 1460>
  10 > S. 0:1 ack 1 win 64240 <mss 1460,sackOK,ts 10 0,nop,wscale 7>
  20 < . 1:1 ack 1 win 5840
  30 state = ESTABLISHED
  30 poll = w
  100 send 100 = 100
  100 > P. 1:101 ack 1
  120 < . 1:1 ack 101 win 5840
  500 end

== simultaneous open, reset
  0 connect = EINPROGRESS
  0 > S 0:1 win 64240 <mss 1460,sackOK,ts 0 0,nop,wscale 7>
  10 < S 0:1 win 5840 <mss 1460>
  10 > S. 0:1 ack 1 win 64240 <mss 1460,sackOK,ts 10 0,nop,wscale 7>
  20 < R 1:1 win 0
  30 error = ECONNRESET
  30 state = CLOSE
  500 end

== host unreachable ends a connect
  0 connect = EINPROGRESS
  0 > S 0:1 win 64240 <mss 1460,sackOK,ts 0 0,nop,wscale 7>
  10 icmp 3 1 0
  20 error = EHOSTUNREACH
  100 end

== port unreachable refuses a connect
  0 connect = EINPROGRESS
  0 > S 0:1 win 64240 <mss 1460,sackOK,ts 0 0,nop,wscale 7>
  10 icmp 3 3 0
  20 error = ECONNREFUSED
  100 end

== the accept queue holds one more than its backlog
  0 listen 0
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  20 accept = ok
  30 < P. 1:11 ack 1 win 5840
  30 > . 1:1 ack 11
  40 recv 100 = 10 1
  500 end

== a reset in the window of a request, but not next, is answered with where we are
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  50 < R 100:100 win 0
  50 > . 1:1 ack 1
  80 < R 101:101 win 0
  100 < . 1:1 ack 1 win 5840
  120 accept = ok
  200 end

== a SYN in the window of a request takes it away
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  50 < S 100:101 win 0
  50 > R. 0:0 ack 101 win 0
  100 < . 1:1 ack 1 win 5840
  100 > R 1:1 win 0
  120 accept = EAGAIN
  200 end

== a reset with text at the next number takes a request away
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  50 < RP. 1:11 ack 1 win 0
  100 < . 1:1 ack 1 win 5840
  100 > R 1:1 win 0
  120 accept = EAGAIN
  200 end

== a reset of a request with an acknowledgment
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  50 < R. 100:100 ack 1 win 0
  50 > . 1:1 ack 1
  700 < R. 100:100 ack 5 win 0
  700 > . 1:1 ack 1
  720 < R. 1:1 ack 5 win 0
  800 < . 1:1 ack 1 win 5840
  800 > R 1:1 win 0
  820 accept = EAGAIN
  900 end
`;
