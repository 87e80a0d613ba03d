/** What is out of the window, out of time, malformed or malicious. See ../ladder.ts for the form. */
export const VALIDATE = `
== text below the window is acknowledged
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < . 1:101 ack 1 win 5840
  20 > . 1:1 ack 101
  30 < . -99:1 ack 1 win 5840
  30 > . 1:1 ack 101
  300 end

== text behind the window is answered with where we are
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < . 100001:100101 ack 1 win 5840
  20 > . 1:1 ack 1
  30 < . 100001:100101 ack 1 win 5840
  30 > . 1:1 ack 1
  300 end

== acknowledgments without text that are out of the window are answered twice a second
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < . 100001:100001 ack 1 win 5840
  20 > . 1:1 ack 1
  30 < . 100001:100001 ack 1 win 5840
  300 < . 100001:100001 ack 1 win 5840
  700 < . 100001:100001 ack 1 win 5840
  700 > . 1:1 ack 1
  900 end

== text that reaches behind the window is taken while nothing waits
  0 listen
  0 < S 0:1 win 65535 <mss 1460,sackOK>
  0 > S. 0:1 ack 1 win 64240 <mss 1460,nop,nop,sackOK>
  10 < . 1:1 ack 1 win 65535
  10 accept = ok
  20 < . 63001:64461 ack 1 win 5840
  20 > . 1:1 ack 1 <nop,nop,sack 63001:64461>
  300 end

== text that reaches behind the window is refused while something waits
  0 listen
  0 < S 0:1 win 65535 <mss 1460,sackOK>
  0 > S. 0:1 ack 1 win 64240 <mss 1460,nop,nop,sackOK>
  10 < . 1:1 ack 1 win 65535
  10 accept = ok
  20 < . 1:11 ack 1 win 5840
  20 > . 1:1 ack 11
  30 < . 63001:64461 ack 1 win 5840
  30 > . 1:1 ack 11
  300 end

== a reset with the very next number counts
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < R 1:1 win 0
  30 state = CLOSE
  100 end

== a reset in the window but not next is challenged
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < R 100:100 win 0
  20 > . 1:1 ack 1
  30 state = ESTABLISHED
  40 < R 1:1 win 0
  50 state = CLOSE
  100 end

== a reset out of the window is nothing
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < R 100000:100000 win 0
  30 state = ESTABLISHED
  100 end

== a reset at the end of what is here out of order counts
  0 listen
  0 < S 0:1 win 65535 <mss 1460,sackOK>
  0 > S. 0:1 ack 1 win 64240 <mss 1460,nop,nop,sackOK>
  10 < . 1:1 ack 1 win 65535
  10 accept = ok
  20 < . 101:201 ack 1 win 5840
  20 > . 1:1 ack 1 <nop,nop,sack 101:201>
  30 < R 201:201 win 0
  40 state = CLOSE
  100 end

== a reset at the end of an earlier block does not count
  0 listen
  0 < S 0:1 win 65535 <mss 1460,sackOK>
  0 > S. 0:1 ack 1 win 64240 <mss 1460,nop,nop,sackOK>
  10 < . 1:1 ack 1 win 65535
  10 accept = ok
  20 < . 101:201 ack 1 win 5840
  20 > . 1:1 ack 1 <nop,nop,sack 101:201>
  25 < . 301:401 ack 1 win 5840
  25 > . 1:1 ack 1 <nop,nop,sack 301:401 101:201>
  30 < R 201:201 win 0
  30 > . 1:1 ack 1 <nop,nop,sack 301:401 101:201>
  40 state = ESTABLISHED
  50 < R 401:401 win 0
  60 state = CLOSE
  100 end

== a SYN in the window is challenged
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < S 1:2 win 5840 <mss 1460>
  20 > . 1:1 ack 1
  30 state = ESTABLISHED
  100 end

== a SYN out of the window is challenged
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < S 200000:200001 win 5840 <mss 1460>
  20 > . 1:1 ack 1
  30 state = ESTABLISHED
  100 end

== SYN,ACK for a connection that stands is challenged
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < S. 1:2 ack 1 win 5840 <mss 1460>
  20 > . 1:1 ack 1
  30 state = ESTABLISHED
  100 end

== challenges are two a second for each connection
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < R 100:100 win 0
  20 > . 1:1 ack 1
  40 < R 101:101 win 0
  300 < S 5:6 win 5840
  600 < R 102:102 win 0
  600 > . 1:1 ack 1
  900 end

== an acknowledgment of what was not sent is challenged
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < P. 1:11 ack 1000 win 5840
  20 > . 1:1 ack 1
  30 recv 100 = EAGAIN
  100 end

== an acknowledgment that is too old is challenged
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < P. 1:11 ack -100000 win 5840
  20 > . 1:1 ack 1
  30 recv 100 = EAGAIN
  100 end

== an old acknowledgment with text brings its text
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 send 100 = 100
  20 > P. 1:101 ack 1
  40 < . 1:1 ack 101 win 5840
  50 < P. 1:11 ack 51 win 5840
  50 > . 101:101 ack 11
  60 recv 100 = 10 1
  100 end

== a segment without acknowledgment, SYN and RST is dropped
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < P 1:11 win 5840
  25 < F 1:2 win 5840
  30 recv 100 = EAGAIN
  30 state = ESTABLISHED
  100 end

== a segment without flags is dropped
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < 0 1:11 win 5840
  30 recv 100 = EAGAIN
  100 end

== all flags at once
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < FSRPU. 1:12 ack 1 win 5840
  30 state = CLOSE
  100 end

== a reset with text is a reset
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < RP. 1:11 ack 1 win 5840
  30 state = CLOSE
  30 error = ECONNRESET
  100 end

== a bad checksum is dropped
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < P. 1:11 ack 1 win 5840 badsum
  30 recv 100 = EAGAIN
  100 end

== a header of fewer than 20 bytes is dropped
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < P. 1:11 ack 1 win 5840 hdr 4
  30 recv 100 = EAGAIN
  100 end

== a header longer than the segment is dropped
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < P. 1:5 ack 1 win 5840 hdr 15
  30 recv 100 = EAGAIN
  100 end

== a segment cut within its header is dropped
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < P. 1:1 ack 1 win 5840 cut 12
  22 < P. 1:1 ack 1 win 5840 cut 19
  30 recv 100 = EAGAIN
  100 end

== options: a length of nothing ends them
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < P. 1:11 ack 1 win 5840 <raw 08 00 00 00>
  20 > . 1:1 ack 11
  30 recv 100 = 10 1
  100 end

== options: a length of one ends them
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < P. 1:11 ack 1 win 5840 <raw 05 01 00 00>
  20 > . 1:1 ack 11
  30 recv 100 = 10 1
  100 end

== options: a length beyond the header ends them
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < P. 1:11 ack 1 win 5840 <raw 08 0a 00 00>
  20 > . 1:1 ack 11
  30 recv 100 = 10 1
  100 end

== options: an unknown one is passed over
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < P. 1:11 ack 1 win 5840 <raw fd 04 aa bb>
  20 > . 1:1 ack 11
  30 recv 100 = 10 1
  100 end

== options: nothing but padding
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < P. 1:11 ack 1 win 5840 <raw 01 01 01 01>
  20 > . 1:1 ack 11
  24 < P. 11:21 ack 1 win 5840 <raw 00 ff ff ff>
  24 > . 1:1 ack 21
  30 recv 100 = 20 1
  100 end

== options: SYN with an MSS of a wrong length
  0 listen
  0 < S 0:1 win 5840 <raw 02 03 05 00>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  20 accept = ok
  30 send 1000 = 1000
  30 > . 1:537 ack 1
  30 > P. 537:1001 ack 1
  50 < . 1:1 ack 1001 win 5840
  100 end

== options: SYN with all of a wrong length
  0 listen
  0 < S 0:1 win 5840 <raw 02 06 05 b4 00 00 04 03 00 03 04 07 00 08 09 00 00 00 00 00 00 00>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  100 end

== options: SYN with a scale beyond 14 has 14
  0 listen
  0 < S 0:1 win 65535 <mss 1000,nop,wscale 200>
  0 > S. 0:1 ack 1 win 64240 <mss 1460,nop,wscale 7>
  10 < . 1:1 ack 1 win 1
  20 accept = ok
  30 send 20000 = 20000
  30 > . 1:1001 ack 1
  30 > P. 1001:2001 ack 1
  30 > . 2001:3001 ack 1
  30 > P. 3001:4001 ack 1
  30 > . 4001:5001 ack 1
  30 > P. 5001:6001 ack 1
  30 > . 6001:7001 ack 1
  30 > P. 7001:8001 ack 1
  30 > . 8001:9001 ack 1
  30 > P. 9001:10001 ack 1
  40 < . 1:1 ack 20001 win 1
  40 > . 10001:10001 ack 1
  100 end

== options: the same twice, the last counts
  0 listen
  0 < S 0:1 win 65535 <mss 1000,mss 500>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 65535
  20 accept = ok
  30 send 900 = 900
  30 > . 1:501 ack 1
  30 > P. 501:901 ack 1
  50 < . 1:1 ack 901 win 65535
  100 end

== options behind the end of the list do not count
  0 listen
  0 < S 0:1 win 65535 <eol,raw 02 04 01 f4 00 00 00>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 65535
  20 accept = ok
  30 send 600 = 600
  30 > . 1:537 ack 1
  30 > P. 537:601 ack 1
  50 < . 1:1 ack 601 win 65535
  100 end

== time stamps in SYN only: later segments without are taken
  0 listen
  0 < S 0:1 win 65535 <mss 1460,sackOK,ts 1000 0,nop,wscale 7>
  0 > S. 0:1 ack 1 win 65160 <mss 1460,sackOK,ts 0 1000,nop,wscale 7>
  10 < . 1:1 ack 1 win 2000 <nop,nop,ts 1010 last>
  10 accept = ok
  20 < P. 1:11 ack 1 win 2000
  20 > . 1:1 ack 11 <nop,nop,ts 20 1010>
  30 recv 100 = 10 1
  100 end

== time stamps that were not agreed on are passed over
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < P. 1:11 ack 1 win 5840 <nop,nop,ts 500 600>
  20 > . 1:1 ack 11
  30 recv 100 = 10 1
  100 end

== PAWS: an older time stamp is refused and answered
  0 listen
  0 < S 0:1 win 65535 <mss 1460,sackOK,ts 1000 0,nop,wscale 7>
  0 > S. 0:1 ack 1 win 65160 <mss 1460,sackOK,ts 0 1000,nop,wscale 7>
  10 < . 1:1 ack 1 win 2000 <nop,nop,ts 1010 last>
  10 accept = ok
  20 < P. 1:11 ack 1 win 2000 <nop,nop,ts 1020 last>
  20 > . 1:1 ack 11 <nop,nop,ts 20 1020>
  30 < P. 11:21 ack 1 win 2000 <nop,nop,ts 900 last>
  30 > . 1:1 ack 11 <nop,nop,ts 30 1020>
  40 recv 100 = 10 1
  50 < P. 11:21 ack 1 win 2000 <nop,nop,ts 1050 last>
  50 > . 1:1 ack 21 <nop,nop,ts 50 1050>
  60 recv 100 = 10 11
  300 end

== PAWS: one less is taken
  0 listen
  0 < S 0:1 win 65535 <mss 1460,sackOK,ts 1000 0,nop,wscale 7>
  0 > S. 0:1 ack 1 win 65160 <mss 1460,sackOK,ts 0 1000,nop,wscale 7>
  10 < . 1:1 ack 1 win 2000 <nop,nop,ts 1010 last>
  10 accept = ok
  20 < P. 1:11 ack 1 win 2000 <nop,nop,ts 1020 last>
  20 > . 1:1 ack 11 <nop,nop,ts 20 1020>
  30 < P. 11:21 ack 1 win 2000 <nop,nop,ts 1019 last>
  30 > . 1:1 ack 21 <nop,nop,ts 30 1020>
  40 recv 100 = 20 1
  300 end

== PAWS: a reset counts whatever its time stamp
  0 listen
  0 < S 0:1 win 65535 <mss 1460,sackOK,ts 1000 0,nop,wscale 7>
  0 > S. 0:1 ack 1 win 65160 <mss 1460,sackOK,ts 0 1000,nop,wscale 7>
  10 < . 1:1 ack 1 win 2000 <nop,nop,ts 1010 last>
  10 accept = ok
  20 < P. 1:11 ack 1 win 2000 <nop,nop,ts 1020 last>
  20 > . 1:1 ack 11
  30 < R. 11:11 ack 1 win 0 <nop,nop,ts 500 last>
  40 state = CLOSE
  100 end

== PAWS: an old SYN is challenged
  0 listen
  0 < S 0:1 win 65535 <mss 1460,sackOK,ts 1000 0,nop,wscale 7>
  0 > S. 0:1 ack 1 win 65160 <mss 1460,sackOK,ts 0 1000,nop,wscale 7>
  10 < . 1:1 ack 1 win 2000 <nop,nop,ts 1010 last>
  10 accept = ok
  20 < P. 1:11 ack 1 win 2000 <nop,nop,ts 1020 last>
  20 > . 1:1 ack 11
  30 < S 11:12 win 2000 <mss 1460,nop,nop,ts 500 0>
  30 > . 1:1 ack 11
  40 state = ESTABLISHED
  100 end

== PAWS: an old acknowledgment of what was acknowledged before is nothing
  0 listen
  0 < S 0:1 win 65535 <mss 1460,sackOK,ts 1000 0,nop,wscale 7>
  0 > S. 0:1 ack 1 win 65160 <mss 1460,sackOK,ts 0 1000,nop,wscale 7>
  10 < . 1:1 ack 1 win 2000 <nop,nop,ts 1010 last>
  10 accept = ok
  20 < P. 1:11 ack 1 win 2000 <nop,nop,ts 1020 last>
  20 > . 1:1 ack 11
  30 < . 1:1 ack 1 win 2000 <nop,nop,ts 1005 last>
  100 end

== the time stamp to echo is that of the oldest segment not yet acknowledged
  0 listen
  0 < S 0:1 win 65535 <mss 1460,sackOK,ts 1000 0,nop,wscale 7>
  0 > S. 0:1 ack 1 win 65160 <mss 1460,sackOK,ts 0 1000,nop,wscale 7>
  10 < . 1:1 ack 1 win 2000 <nop,nop,ts 1010 last>
  10 accept = ok
  20 < P. 1:11 ack 1 win 2000 <nop,nop,ts 1020 last>
  20 > . 1:1 ack 11 <nop,nop,ts 20 1020>
  22 recv 100 = 10 1
  25 send 10 = 10
  25 > P. 1:11 ack 11 <nop,nop,ts 25 1020>
  40 < . 11:11 ack 11 win 2000 <nop,nop,ts 1040 last>
  50 < P. 11:21 ack 11 win 2000 <nop,nop,ts 1050 last>
  55 < P. 21:31 ack 11 win 2000 <nop,nop,ts 1055 last>
  90 > . 11:11 ack 31 <nop,nop,ts 90 1050>
  300 end

== text out of order does not change the time stamp to echo
  0 listen
  0 < S 0:1 win 65535 <mss 1460,sackOK,ts 1000 0,nop,wscale 7>
  0 > S. 0:1 ack 1 win 65160 <mss 1460,sackOK,ts 0 1000,nop,wscale 7>
  10 < . 1:1 ack 1 win 2000 <nop,nop,ts 1010 last>
  10 accept = ok
  20 < P. 11:21 ack 1 win 2000 <nop,nop,ts 1020 last>
  20 > . 1:1 ack 1 <nop,nop,ts 20 1010,nop,nop,sack 11:21>
  30 < P. 1:11 ack 1 win 2000 <nop,nop,ts 1030 last>
  30 > . 1:1 ack 21 <nop,nop,ts 30 1030>
  100 end

== sequence numbers wrap within the text
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < P. 1:201 ack 1 win 5840
  20 > . 1:1 ack 201
  30 < P. 201:401 ack 1 win 5840
  30 > . 1:1 ack 401
  40 < P. 401:601 ack 1 win 5840
  40 > . 1:1 ack 601
  50 recv 1000 = 600 1
  200 end
`;
