/** How connections end: orderly, half, by resets, in every state. See ../ladder.ts for the form. */
export const CLOSE = `
== we close first, the peer acknowledges and then closes
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 close
  20 > F. 1:2 ack 1
  40 < . 1:1 ack 2 win 5840
  60 < F. 1:2 ack 2 win 5840
  60 > . 2:2 ack 2
  200 end

== we close first, FIN and acknowledgment in one
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 close
  20 > F. 1:2 ack 1
  40 < F. 1:2 ack 2 win 5840
  40 > . 2:2 ack 2
  200 end

== the peer closes first
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < F. 1:2 ack 1 win 5840
  20 > . 1:1 ack 2
  30 state = CLOSE_WAIT
  30 recv 100 = 0
  30 poll = rw
  40 close
  40 > F. 1:2 ack 2
  60 < . 2:2 ack 2 win 5840
  80 < . 2:2 ack 2 win 5840
  80 > R 2:2 win 0
  200 end

== both close at once
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 close
  30 < F. 1:2 ack 1 win 5840
  20 > F. 1:2 ack 1
  30 > . 2:2 ack 2
  50 < . 2:2 ack 2 win 5840
  200 end

== both close at once, the FIN is lost
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 close
  20 > F. 1:2 ack 1
  30 < F. 1:2 ack 1 win 5840
  30 > . 2:2 ack 2
  232 > F. 1:2 ack 2
  656 > F. 1:2 ack 2
  1000 end

== a FIN is sent again
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 close
  20 > F. 1:2 ack 1
  232 > F. 1:2 ack 1
  656 > F. 1:2 ack 1
  1500 end

== time-wait acknowledges a FIN sent again
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
  700 < F. 1:2 ack 2 win 5840
  700 > . 2:2 ack 2
  1000 end

== time-wait acknowledges data with a reset or not
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 close
  20 > F. 1:2 ack 1
  40 < F. 1:2 ack 2 win 5840
  40 > . 2:2 ack 2
  100 < P. 2:12 ack 2 win 5840
  100 > . 2:2 ack 2
  300 end

== time-wait dies by a reset, as RFC 1337 does not want it
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 close
  20 > F. 1:2 ack 1
  40 < F. 1:2 ack 2 win 5840
  40 > . 2:2 ack 2
  100 < R 2:2 win 0
  200 < F. 1:2 ack 2 win 5840
  200 > R 2:2 win 0
  400 end

== time-wait outlives a reset with tcp_rfc1337
  sysctl tcp_rfc1337=1
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 close
  20 > F. 1:2 ack 1
  40 < F. 1:2 ack 2 win 5840
  40 > . 2:2 ack 2
  100 < R 2:2 win 0
  700 < F. 1:2 ack 2 win 5840
  700 > . 2:2 ack 2
  900 end

== time-wait makes room for a new SYN with a higher number
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 close
  20 > F. 1:2 ack 1
  40 < F. 1:2 ack 2 win 5840
  40 > . 2:2 ack 2
  100 < S 100000:100001 win 5840 <mss 1460>
  100 > S. 65539:65540 ack 100001 win 64240 <mss 1460>
  300 end

== time-wait does not make room for a SYN with an old number
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 close
  20 > F. 1:2 ack 1
  40 < F. 1:2 ack 2 win 5840
  40 > . 2:2 ack 2
  100 < S 0:1 win 5840 <mss 1460>
  100 > . 2:2 ack 2
  300 end

== time-wait answers nothing to a plain acknowledgment of the end
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 close
  20 > F. 1:2 ack 1
  40 < F. 1:2 ack 2 win 5840
  40 > . 2:2 ack 2
  600 < . 2:2 ack 2 win 5840
  700 end

== half close: we have ended and still read
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 shutdown w
  20 > F. 1:2 ack 1
  20 state = FIN_WAIT1
  40 < . 1:1 ack 2 win 5840
  40 state = FIN_WAIT2
  60 < P. 1:101 ack 2 win 5840
  60 > . 2:2 ack 101
  80 recv 1000 = 100 1
  100 < F. 101:102 ack 2 win 5840
  100 > . 2:2 ack 102
  120 state = CLOSE
  120 recv 100 = 0
  140 send 10 = EPIPE
  300 end

== half close: the peer has ended and we still send
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < F. 1:2 ack 1 win 5840
  20 > . 1:1 ack 2
  40 recv 10 = 0
  50 send 100 = 100
  50 > P. 1:101 ack 2
  60 < . 2:2 ack 101 win 5840
  70 shutdown w
  70 > F. 101:102 ack 2
  70 state = LAST_ACK
  90 < . 2:2 ack 102 win 5840
  100 state = CLOSE
  200 end

== shutdown of reading alone takes what comes and drops none
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 shutdown r
  30 < P. 1:11 ack 1 win 5840
  30 > . 1:1 ack 11
  40 recv 100 = 10 1
  40 recv 100 = 0
  50 state = ESTABLISHED
  200 end

== close with unread data sends a reset
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < P. 1:101 ack 1 win 5840
  20 > . 1:1 ack 101
  40 close
  40 > R. 1:1 ack 101 win 64140
  200 end

== close with linger 0 sends a reset
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 set linger 0
  30 close
  30 > R. 1:1 ack 1 win 64240
  40 < P. 1:11 ack 1 win 5840
  40 > R 1:1 win 0
  200 end

== close sends what is left, then FIN
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 send 3000 = 3000
  20 close
  20 > . 1:1461 ack 1
  20 > P. 1461:2921 ack 1
  20 > P. 2921:3001 ack 1
  20 > F. 3001:3002 ack 1
  40 < . 1:1 ack 1461 win 5840
  60 < . 1:1 ack 3002 win 5840
  80 < F. 1:2 ack 3002 win 5840
  80 > . 3002:3002 ack 2
  300 end

== an orphan that gets data answers with a reset
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 close
  20 > F. 1:2 ack 1
  40 < . 1:1 ack 2 win 5840
  60 < P. 1:101 ack 2 win 5840
  60 > R 2:2 win 0
  200 end

== an orphan in FIN_WAIT1 that gets data answers with a reset
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 close
  20 > F. 1:2 ack 1
  40 < P. 1:101 ack 1 win 5840
  40 > R 1:1 win 0
  200 end

== an orphan gets data and the end of its FIN in one segment
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 close
  40 < FP. 1:101 ack 2 win 5840
  20 > F. 1:2 ack 1
  40 > R 2:2 win 0
  200 end

== FIN_WAIT2 ends after tcp_fin_timeout
  sysctl tcp_fin_timeout=1
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 close
  20 > F. 1:2 ack 1
  40 < . 1:1 ack 2 win 5840
  500 < . 1:1 ack 2 win 5840
  1600 < F. 1:2 ack 2 win 5840
  1600 > R 2:2 win 0
  1800 end

== FIN out of order waits for its data
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < FP. 101:202 ack 1 win 5840
  20 > . 1:1 ack 1
  40 state = ESTABLISHED
  60 < . 1:101 ack 1 win 5840
  60 > . 1:1 ack 202
  80 state = CLOSE_WAIT
  80 recv 1000 = 200 1
  81 recv 10 = 0
  200 end

== data behind a FIN is none
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 accept = ok
  20 < F. 1:2 ack 1 win 5840
  20 > . 1:1 ack 2
  40 < P. 2:12 ack 1 win 5840
  60 recv 100 = 0
  200 end

== a FIN comes twice
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < F. 1:2 ack 1 win 5840
  20 > . 1:1 ack 2
  300 < F. 1:2 ack 1 win 5840
  300 > . 1:1 ack 2
  1000 < F. 1:2 ack 1 win 5840
  1000 > . 1:1 ack 2
  1200 end

== LAST_ACK sends FIN again until it is acknowledged
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < F. 1:2 ack 1 win 5840
  30 close
  20 > . 1:1 ack 2
  30 > F. 1:2 ack 2
  242 > F. 1:2 ack 2
  600 < . 2:2 ack 2 win 5840
  700 < . 2:2 ack 2 win 5840
  700 > R 2:2 win 0
  900 end

== a reset while established
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < R 1:1 win 0
  30 poll = rw
  30 error = ECONNRESET
  40 state = CLOSE
  50 recv 10 = 0
  50 send 10 = EPIPE
  100 end

== a reset in CLOSE_WAIT is a broken pipe
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < F. 1:2 ack 1 win 5840
  20 > . 1:1 ack 2
  30 < R 2:2 win 0
  40 error = EPIPE
  50 state = CLOSE
  100 end

== a reset without the FIN it answers
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < F. 1:2 ack 1 win 5840
  20 > . 1:1 ack 2
  30 < R 1:1 win 0
  40 error = EPIPE
  50 state = CLOSE
  100 end

== a reset in FIN_WAIT1
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 shutdown w
  20 > F. 1:2 ack 1
  30 < R. 1:1 ack 2 win 0
  40 state = CLOSE
  40 error = ECONNRESET
  100 end

== a reset in FIN_WAIT2
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 shutdown w
  20 > F. 1:2 ack 1
  30 < . 1:1 ack 2 win 5840
  40 < R 1:1 win 0
  50 state = CLOSE
  50 error = ECONNRESET
  100 end

== send after a reset: first the error, then a broken pipe
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < R 1:1 win 0
  30 send 10 = ECONNRESET
  31 send 10 = EPIPE
  40 recv 10 = 0
  100 end

== recv after a reset: the error once
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < P. 1:11 ack 1 win 5840
  20 > . 1:1 ack 11
  25 < R 11:11 win 0
  30 recv 5 = 5 1
  31 recv 5 = 5 6
  32 recv 5 = ECONNRESET
  100 end

== send on a connection that we have shut down
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 shutdown w
  20 > F. 1:2 ack 1
  25 send 10 = EPIPE
  40 error = none
  100 end

== close of a listener resets what waits in its queue
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  20 unlisten
  20 > R. 1:1 ack 1 win 64240
  200 end

== close of a listener forgets its requests
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  20 unlisten
  40 < . 1:1 ack 1 win 5840
  40 > R 1:1 win 0
  200 end

== close while connecting sends nothing
  0 connect = EINPROGRESS
  0 > S 0:1 win 64240 <mss 1460,sackOK,ts 0 0,nop,wscale 7>
  20 close
  30 < S. 0:1 ack 1 win 5840 <mss 1460>
  30 > R 1:1 win 0
  1200 end

== shutdown while connecting
  0 connect = EINPROGRESS
  0 > S 0:1 win 64240 <mss 1460,sackOK,ts 0 0,nop,wscale 7>
  20 shutdown w
  30 state = CLOSE
  30 < S. 0:1 ack 1 win 5840 <mss 1460>
  30 > R 1:1 win 0
  200 end

== linger 0 in time to close a connection that the peer has ended
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < F. 1:2 ack 1 win 5840
  20 > . 1:1 ack 2
  30 set linger 0
  40 close
  40 > R. 1:1 ack 2 win 64239
  100 end
`;
