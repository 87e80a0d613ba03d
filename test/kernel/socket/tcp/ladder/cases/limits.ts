/** Where connections give up, and settings. See ../ladder.ts for the form. */
export const LIMITS = `
== text that is never acknowledged ends in ETIMEDOUT
  sysctl tcp_retries2=2
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
  3000 error = none
  3000 state = ESTABLISHED
  3100 end

== an orphan's text that is never acknowledged ends sooner
  sysctl tcp_orphan_retries=1
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 send 100 = 100
  20 > P. 1:101 ack 1
  30 close
  30 > F. 101:102 ack 1
  232 > FP. 1:102 ack 1
  656 > FP. 1:102 ack 1
  3000 end

== probes of a window of nothing end
  sysctl tcp_retries2=2
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < . 1:1 ack 1 win 0
  30 send 100 = 100
  242 > . 0:0 ack 1
  666 > . 0:0 ack 1
  4000 error = ETIMEDOUT
  4000 state = CLOSE
  4100 end

== SYN,ACK that is never acknowledged ends with the request
  sysctl tcp_synack_retries=1
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  1000 > S. 0:1 ack 1 win 64240 <mss 1460>
  4000 < . 1:1 ack 1 win 5840
  4000 > R 1:1 win 0
  4200 end

== a connect that nobody answers ends in ETIMEDOUT
  sysctl tcp_syn_retries=1
  sysctl tcp_syn_linear_timeouts=0
  0 connect = EINPROGRESS
  0 > S 0:1 win 64240 <mss 1460,sackOK,ts 0 0,nop,wscale 7>
  1000 > S 0:1 win 64240 <mss 1460,sackOK,ts 1000 0,nop,wscale 7>
  4000 error = ETIMEDOUT
  4000 state = CLOSE
  4100 end

== the accept queue is full: the third segment is passed over
  0 listen 0
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  200 end

== FIN_WAIT2 of a program that still reads does not end by itself
  sysctl tcp_fin_timeout=1
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 shutdown w
  20 > F. 1:2 ack 1
  40 < . 1:1 ack 2 win 5840
  2500 state = FIN_WAIT2
  2600 < F. 1:2 ack 2 win 5840
  2600 > . 2:2 ack 2
  2700 end

== LAST_ACK gives up
  sysctl tcp_orphan_retries=1
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < F. 1:2 ack 1 win 5840
  20 > . 1:1 ack 2
  30 close
  30 > F. 1:2 ack 2
  242 > F. 1:2 ack 2
  666 > F. 1:2 ack 2
  3000 end

== path MTU black hole: tcp_mtu_probing=1 makes segments smaller
  sysctl tcp_mtu_probing=1
  sysctl tcp_retries1=2
  0 listen
  0 < S 0:1 win 65535 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 65535
  10 accept = ok
  20 send 1460 = 1460
  20 > P. 1:1461 ack 1
  232 > P. 1:1461 ack 1
  656 > P. 1:1461 ack 1
  1504 > P. 1:1461 ack 1
  3200 > . 1:1025 ack 1
  3400 end

== challenge: a limit of nothing for the whole host is no limit
  sysctl tcp_challenge_ack_limit=0
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < R 100:100 win 0
  20 > . 1:1 ack 1
  30 state = ESTABLISHED
  100 end

== out of window: no limit between answers
  sysctl tcp_invalid_ratelimit=0
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < . 100001:100001 ack 1 win 5840
  20 > . 1:1 ack 1
  30 < . 100001:100001 ack 1 win 5840
  30 > . 1:1 ack 1
  40 < R 5:5 win 0
  40 > . 1:1 ack 1
  50 < R 6:6 win 0
  50 > . 1:1 ack 1
  100 end

== tcp_shrink_window lets a window become smaller
  emulated what a buffer costs depends on how it came
  sysctl tcp_shrink_window=1
  0 listen
  0 < S 0:1 win 65535 <mss 1460,sackOK,ts 1000 0,nop,wscale 7>
  0 > S. 0:1 ack 1 win 65160 <mss 1460,sackOK,ts 0 1000,nop,wscale 7>
  10 < . 1:1 ack 1 win 2000 <nop,nop,ts 1010 last>
  10 accept = ok
  20 < P. 1:11 ack 1 win 2000 <nop,nop,ts 1020 last>
  20 > . 1:1 ack 11
  100 end

== pingpong: text that answers text delays the next acknowledgment
  0 listen
  0 < S 0:1 win 65535 <mss 1460,sackOK,ts 1000 0,nop,wscale 7>
  0 > S. 0:1 ack 1 win 65160 <mss 1460,sackOK,ts 0 1000,nop,wscale 7>
  10 < . 1:1 ack 1 win 2000 <nop,nop,ts 1010 last>
  10 accept = ok
  20 < P. 1:101 ack 1 win 2000 <nop,nop,ts 1020 last>
  20 > . 1:1 ack 101
  30 recv 1000 = 100 1
  30 send 100 = 100
  30 > P. 1:101 ack 101
  60 < P. 101:201 ack 101 win 2000 <nop,nop,ts 1060 last>
  70 recv 1000 = 100 101
  70 send 100 = 100
  70 > P. 101:201 ack 201
  100 < P. 201:301 ack 201 win 2000 <nop,nop,ts 1100 last>
  140 > . 201:201 ack 301
  200 end

== slow start after idle begins anew
  0 listen
  0 < S 0:1 win 65535 <mss 1000,nop,wscale 7>
  0 > S. 0:1 ack 1 win 64240 <mss 1460,nop,wscale 7>
  10 < . 1:1 ack 1 win 2000
  10 accept = ok
  20 send 20000 = 20000
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
  60 < . 1:1 ack 10001 win 2000
  60 > . 10001:11001 ack 1
  60 > P. 11001:12001 ack 1
  60 > . 12001:13001 ack 1
  60 > P. 13001:14001 ack 1
  60 > . 14001:15001 ack 1
  60 > P. 15001:16001 ack 1
  60 > . 16001:17001 ack 1
  60 > P. 17001:18001 ack 1
  60 > . 18001:19001 ack 1
  60 > P. 19001:20001 ack 1
  100 < . 1:1 ack 20001 win 2000
  2000 send 20000 = 20000
  2000 > . 20001:21001 ack 1
  2000 > P. 21001:22001 ack 1
  2000 > . 22001:23001 ack 1
  2000 > P. 23001:24001 ack 1
  2000 > . 24001:25001 ack 1
  2000 > P. 25001:26001 ack 1
  2000 > . 26001:27001 ack 1
  2000 > P. 27001:28001 ack 1
  2000 > . 28001:29001 ack 1
  2000 > P. 29001:30001 ack 1
  2050 end

== without slow start after idle the window stays
  sysctl tcp_slow_start_after_idle=0
  0 listen
  0 < S 0:1 win 65535 <mss 1000,nop,wscale 7>
  0 > S. 0:1 ack 1 win 64240 <mss 1460,nop,wscale 7>
  10 < . 1:1 ack 1 win 2000
  10 accept = ok
  20 send 20000 = 20000
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
  60 < . 1:1 ack 10001 win 2000
  60 > . 10001:11001 ack 1
  60 > P. 11001:12001 ack 1
  60 > . 12001:13001 ack 1
  60 > P. 13001:14001 ack 1
  60 > . 14001:15001 ack 1
  60 > P. 15001:16001 ack 1
  60 > . 16001:17001 ack 1
  60 > P. 17001:18001 ack 1
  60 > . 18001:19001 ack 1
  60 > P. 19001:20001 ack 1
  100 < . 1:1 ack 20001 win 2000
  2000 send 20000 = 20000
  2000 > . 20001:21001 ack 1
  2000 > P. 21001:22001 ack 1
  2000 > . 22001:23001 ack 1
  2000 > P. 23001:24001 ack 1
  2000 > . 24001:25001 ack 1
  2000 > P. 25001:26001 ack 1
  2000 > . 26001:27001 ack 1
  2000 > P. 27001:28001 ack 1
  2000 > . 28001:29001 ack 1
  2000 > P. 29001:30001 ack 1
  2000 > . 30001:31001 ack 1
  2000 > P. 31001:32001 ack 1
  2000 > . 32001:33001 ack 1
  2000 > P. 33001:34001 ack 1
  2000 > . 34001:35001 ack 1
  2000 > P. 35001:36001 ack 1
  2000 > . 36001:37001 ack 1
  2000 > P. 37001:38001 ack 1
  2000 > . 38001:39001 ack 1
  2000 > P. 39001:40001 ack 1
  2050 end

== Reno halves what is under way
  0 listen
  0 < S 0:1 win 65535 <mss 1000,nop,wscale 7>
  0 > S. 0:1 ack 1 win 64240 <mss 1460,nop,wscale 7>
  10 < . 1:1 ack 1 win 2000
  10 accept = ok
  12 set cc reno
  20 send 20000 = 20000
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
  60 < . 1:1 ack 1 win 2000
  61 < . 1:1 ack 1 win 2000
  62 < . 1:1 ack 1 win 2000
  60 > . 10001:11001 ack 1
  62 > . 1:1001 ack 1
  100 < . 1:1 ack 10001 win 2000
  100 > . 10001:11001 ack 1
  100 > . 11001:12001 ack 1
  100 > P. 12001:13001 ack 1
  100 > . 13001:14001 ack 1
  100 > P. 14001:15001 ack 1
  120 end

== text that fills more than a gap is told once
  0 listen
  0 < S 0:1 win 65535 <mss 1460,sackOK,ts 1000 0,nop,wscale 7>
  0 > S. 0:1 ack 1 win 65160 <mss 1460,sackOK,ts 0 1000,nop,wscale 7>
  10 < . 1:1 ack 1 win 2000 <nop,nop,ts 1010 last>
  10 accept = ok
  20 < . 311:411 ack 1 win 2000 <nop,nop,ts 1020 last>
  20 > . 1:1 ack 1 <nop,nop,sack 311:411>
  40 < . 1:1001 ack 1 win 2000 <nop,nop,ts 1040 last>
  40 > . 1:1 ack 1001 <nop,nop,sack 311:411>
  100 end

== time-wait: a FIN is always answered, an acknowledgment twice a second
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 close
  20 > F. 1:2 ack 1
  40 < F. 1:2 ack 2 win 5840
  40 > . 2:2 ack 2
  100 < F. 1:2 ack 2 win 5840
  100 > . 2:2 ack 2
  120 < . 5:5 ack 2 win 5840
  120 > . 2:2 ack 2
  140 < . 5:5 ack 2 win 5840
  160 < F. 1:2 ack 2 win 5840
  160 > . 2:2 ack 2
  300 end
`;
