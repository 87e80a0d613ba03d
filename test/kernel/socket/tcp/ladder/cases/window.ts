/** Windows of nothing, Nagle, cork and keep-alive. See ../ladder.ts for the form. */
export const WINDOW = `
== a window of nothing stops the sender, who probes
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < . 1:1 ack 1 win 0
  30 send 100 = 100
  242 > . 0:0 ack 1
  666 > . 0:0 ack 1
  1514 > . 0:0 ack 1
  2000 end

== a probe is answered: nothing yet
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < . 1:1 ack 1 win 0
  30 send 100 = 100
  240 < . 1:1 ack 1 win 0
  452 > . 0:0 ack 1
  700 < . 1:1 ack 1 win 0
  1124 > . 0:0 ack 1
  1500 end

== a window that opens lets text go
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < . 1:1 ack 1 win 0
  30 send 100 = 100
  242 > . 0:0 ack 1
  300 < . 1:1 ack 1 win 5840
  300 > P. 1:101 ack 1
  320 < . 1:1 ack 101 win 5840
  500 end

== a window of a few bytes is not used at once
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < . 1:1 ack 1 win 10
  30 send 1000 = 1000
  30 > P. 1:1001 ack 1
  242 > P. 1:1001 ack 1
  666 > P. 1:1001 ack 1
  1000 end

== a probe that is taken
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < . 1:1 ack 1 win 100
  30 send 1000 = 1000
  30 > P. 1:1001 ack 1
  240 < . 1:1 ack 101 win 0
  242 > P. 101:1001 ack 1
  666 > P. 101:1001 ack 1
  1200 end

== a window is never taken back by an old segment
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 send 100 = 100
  20 > P. 1:101 ack 1
  30 < P. 1:11 ack 101 win 5840
  30 > . 101:101 ack 11
  40 < . 1:1 ack 101 win 0
  40 > . 101:101 ack 11
  50 send 100 = 100
  50 > P. 101:201 ack 11
  80 < . 11:11 ack 201 win 5840
  200 end

== close with a window of nothing
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < . 1:1 ack 1 win 0
  30 send 100 = 100
  40 close
  242 > . 0:0 ack 1
  666 > . 0:0 ack 1
  700 < . 1:1 ack 1 win 5840
  700 > FP. 1:102 ack 1
  720 < . 1:1 ack 102 win 5840
  900 end

== FIN needs no window
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < . 1:1 ack 1 win 0
  30 close
  60 < . 1:1 ack 2 win 0
  60 > . 1:1 ack 1
  200 end

== Nagle: the second small segment waits for the acknowledgment of the first
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 send 10 = 10
  20 > P. 1:11 ack 1
  22 send 10 = 10
  24 send 10 = 10
  50 < . 1:1 ack 11 win 5840
  50 > P. 11:31 ack 1
  70 < . 1:1 ack 31 win 5840
  200 end

== TCP_NODELAY: small segments go at once
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  15 set nodelay 1
  20 send 10 = 10
  20 > P. 1:11 ack 1
  22 send 10 = 10
  22 > P. 11:21 ack 1
  24 send 10 = 10
  24 > P. 21:31 ack 1
  50 < . 1:1 ack 31 win 5840
  200 end

== TCP_NODELAY pushes what waits
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 send 10 = 10
  20 > P. 1:11 ack 1
  22 send 10 = 10
  24 set nodelay 1
  24 > P. 11:21 ack 1
  50 < . 1:1 ack 21 win 5840
  200 end

== a full segment does not wait
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 send 10 = 10
  20 > P. 1:11 ack 1
  22 send 1460 = 1460
  22 > P. 11:1471 ack 1
  24 send 10 = 10
  50 < . 1:1 ack 1471 win 5840
  50 > P. 1471:1481 ack 1
  70 < . 1:1 ack 1481 win 5840
  200 end

== Minshall: a small segment behind full ones goes
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 send 1470 = 1470
  20 > . 1:1461 ack 1
  20 > P. 1461:1471 ack 1
  50 < . 1:1 ack 1471 win 5840
  200 end

== TCP_CORK keeps small segments for 200 ms
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  15 set cork 1
  20 send 10 = 10
  22 send 10 = 10
  232 > P. 1:21 ack 1
  444 > P. 1:21 ack 1
  500 < . 1:1 ack 21 win 5840
  600 end

== TCP_CORK taken off pushes
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  15 set cork 1
  20 send 10 = 10
  30 send 10 = 10
  40 set cork 0
  40 > P. 1:21 ack 1
  60 < . 1:1 ack 21 win 5840
  200 end

== TCP_CORK lets full segments go
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  15 set cork 1
  20 send 2000 = 2000
  20 > . 1:1461 ack 1
  60 < . 1:1 ack 1461 win 5840
  276 > P. 1461:2001 ack 1
  400 < . 1:1 ack 2001 win 5840
  500 end

== FIN goes with corked text
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  15 set cork 1
  20 send 10 = 10
  30 close
  30 > FP. 1:12 ack 1
  60 < . 1:1 ack 12 win 5840
  200 end

== keep-alive: after the idle time a probe, then one each interval, then the end
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  15 set keepidle 1
  15 set keepintvl 1
  15 set keepcnt 2
  15 set keepalive 1
  1015 > . 0:0 ack 1
  2015 > . 0:0 ack 1
  3015 > R. 1:1 ack 1 win 64240
  3900 error = ETIMEDOUT
  3900 state = CLOSE
  4000 end

== keep-alive: an answer begins the idle time again
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  15 set keepidle 1
  15 set keepintvl 1
  15 set keepcnt 2
  15 set keepalive 1
  1015 > . 0:0 ack 1
  1100 < . 1:1 ack 1 win 5840
  2000 state = ESTABLISHED
  2100 > . 0:0 ack 1
  2500 < . 1:1 ack 1 win 5840
  3200 end

== keep-alive: the peer has forgotten the connection
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  15 set keepidle 1
  15 set keepintvl 1
  15 set keepcnt 3
  15 set keepalive 1
  1015 > . 0:0 ack 1
  1100 < R 1:1 win 0
  1200 error = ECONNRESET
  1200 state = CLOSE
  1300 end

== a probe of the peer's keep-alive is answered
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < . 1:11 ack 1 win 5840
  20 > . 1:1 ack 11
  30 recv 100 = 10 1
  1000 < . 10:10 ack 1 win 5840
  1000 > . 1:1 ack 11
  2000 < . 10:11 ack 1 win 5840
  2000 > . 1:1 ack 11
  2200 end

== the program reads: a closed window opens
  emulated what a buffer costs depends on how it came
  sysctl tcp_rmem=4096 4096 4096
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 1460 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < . 1:1001 ack 1 win 5840
  20 > . 1:1 ack 1001 win 1000
  30 < . 1001:2001 ack 1 win 5840
  30 > . 1:1 ack 2001 win 0
  40 < . 2001:2002 ack 1 win 5840
  40 > . 1:1 ack 2001 win 0
  600 recv 10000 = 2000 1
  600 > . 1:1 ack 2001 win 1000
  700 end

== SO_SNDBUF bounds what is taken
  0 listen
  0 < S 0:1 win 0 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 0
  10 accept = ok
  15 set sndbuf 2304
  20 send 100 = 100
  30 send 100000 = 64140
  100 end
`;
