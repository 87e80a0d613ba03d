/**
 * What is received: when it is acknowledged, what SACK and DSACK tell, what programs read. See ../ladder.ts for the
 * form.
 */
export const ACKS = `
== the first segments are acknowledged at once
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < P. 1:101 ack 1 win 5840
  20 > . 1:1 ack 101
  30 < P. 101:201 ack 1 win 5840
  30 > . 1:1 ack 201
  40 < P. 201:301 ack 1 win 5840
  40 > . 1:1 ack 301
  300 end

== sixteen segments at once, every second one after that
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < . 1:1461 ack 1 win 5840
  21 < . 1461:2921 ack 1 win 5840
  22 < . 2921:4381 ack 1 win 5840
  23 < . 4381:5841 ack 1 win 5840
  24 < . 5841:7301 ack 1 win 5840
  25 < . 7301:8761 ack 1 win 5840
  20 > . 1:1 ack 1461
  21 > . 1:1 ack 2921
  22 > . 1:1 ack 4381
  23 > . 1:1 ack 5841
  24 > . 1:1 ack 7301
  25 > . 1:1 ack 8761
  26 recv 100000 = 8760 1
  27 < . 8761:10221 ack 1 win 5840
  27 > . 1:1 ack 10221
  28 < . 10221:11681 ack 1 win 5840
  28 > . 1:1 ack 11681
  29 recv 100000 = 2920 57
  30 < . 11681:13141 ack 1 win 5840
  31 < . 13141:14601 ack 1 win 5840
  30 > . 1:1 ack 13141
  31 > . 1:1 ack 14601
  32 recv 100000 = 2920 161
  33 < . 14601:16061 ack 1 win 5840
  34 < . 16061:17521 ack 1 win 5840
  33 > . 1:1 ack 16061
  34 > . 1:1 ack 17521
  35 recv 100000 = 2920 9
  300 end

== who has answered delays the next acknowledgment
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < P. 1:101 ack 1 win 5840
  20 > . 1:1 ack 101
  22 recv 100 = 100 1
  25 send 10 = 10
  25 > P. 1:11 ack 101
  40 < . 101:101 ack 11 win 5840
  50 < P. 101:201 ack 11 win 5840
  90 > . 11:11 ack 201
  400 end

== a delayed acknowledgment goes with the answer
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < P. 1:101 ack 1 win 5840
  20 > . 1:1 ack 101
  22 recv 100 = 100 1
  25 send 10 = 10
  25 > P. 1:11 ack 101
  40 < . 101:101 ack 11 win 5840
  50 < P. 101:201 ack 11 win 5840
  70 recv 100 = 100 101
  80 send 10 = 10
  80 > P. 11:21 ack 201
  100 < . 201:201 ack 21 win 5840
  300 end

== a second segment of full size ends the delay
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < P. 1:101 ack 1 win 5840
  20 > . 1:1 ack 101
  22 recv 100 = 100 1
  25 send 10 = 10
  25 > P. 1:11 ack 101
  40 < . 101:101 ack 11 win 5840
  50 < . 101:1561 ack 11 win 5840
  55 < . 1561:3021 ack 11 win 5840
  57 < . 3021:4481 ack 11 win 5840
  55 > . 11:11 ack 3021
  97 > . 11:11 ack 4481
  300 end

== a gap is told at once
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < . 101:201 ack 1 win 5840
  20 > . 1:1 ack 1
  30 < . 201:301 ack 1 win 5840
  30 > . 1:1 ack 1
  40 < . 1:101 ack 1 win 5840
  40 > . 1:1 ack 301
  50 recv 1000 = 300 1
  300 end

== SACK tells what came out of order
  0 listen
  0 < S 0:1 win 65535 <mss 1460,sackOK>
  0 > S. 0:1 ack 1 win 64240 <mss 1460,nop,nop,sackOK>
  10 < . 1:1 ack 1 win 65535
  10 accept = ok
  20 < . 101:201 ack 1 win 5840
  20 > . 1:1 ack 1 <nop,nop,sack 101:201>
  30 < . 301:401 ack 1 win 5840
  30 > . 1:1 ack 1 <nop,nop,sack 301:401 101:201>
  40 < . 501:601 ack 1 win 5840
  40 > . 1:1 ack 1 <nop,nop,sack 501:601 301:401 101:201>
  50 < . 701:801 ack 1 win 5840
  50 > . 1:1 ack 1 <nop,nop,sack 701:801 501:601 301:401 101:201>
  60 < . 901:1001 ack 1 win 5840
  60 > . 1:1 ack 1 <nop,nop,sack 901:1001 701:801 501:601 301:401>
  70 < . 1:101 ack 1 win 5840
  70 > . 1:1 ack 201 <nop,nop,sack 901:1001 701:801 501:601 301:401>
  80 < . 201:301 ack 1 win 5840
  80 > . 1:1 ack 401 <nop,nop,sack 901:1001 701:801 501:601>
  300 end

== SACK blocks grow and join, the newest first
  0 listen
  0 < S 0:1 win 65535 <mss 1460,sackOK>
  0 > S. 0:1 ack 1 win 64240 <mss 1460,nop,nop,sackOK>
  10 < . 1:1 ack 1 win 65535
  10 accept = ok
  20 < . 101:201 ack 1 win 5840
  20 > . 1:1 ack 1 <nop,nop,sack 101:201>
  30 < . 301:401 ack 1 win 5840
  30 > . 1:1 ack 1 <nop,nop,sack 301:401 101:201>
  40 < . 201:301 ack 1 win 5840
  40 > . 1:1 ack 1 <nop,nop,sack 101:401>
  50 < . 401:501 ack 1 win 5840
  50 > . 1:1 ack 1 <nop,nop,sack 101:501>
  60 < . 601:701 ack 1 win 5840
  60 > . 1:1 ack 1 <nop,nop,sack 601:701 101:501>
  70 < . 51:101 ack 1 win 5840
  70 > . 1:1 ack 1 <nop,nop,sack 51:501 601:701>
  80 < . 1:51 ack 1 win 5840
  80 > . 1:1 ack 501 <nop,nop,sack 601:701>
  300 end

== SACK with time stamps has room for three blocks
  0 listen
  0 < S 0:1 win 65535 <mss 1460,sackOK,ts 1000 0,nop,wscale 7>
  0 > S. 0:1 ack 1 win 65160 <mss 1460,sackOK,ts 0 1000,nop,wscale 7>
  10 < . 1:1 ack 1 win 2000 <nop,nop,ts 1010 last>
  10 accept = ok
  20 < . 101:201 ack 1 win 2000 <nop,nop,ts 1020 last>
  20 > . 1:1 ack 1 <nop,nop,sack 101:201>
  30 < . 301:401 ack 1 win 2000 <nop,nop,ts 1030 last>
  30 > . 1:1 ack 1 <nop,nop,sack 301:401 101:201>
  40 < . 501:601 ack 1 win 2000 <nop,nop,ts 1040 last>
  40 > . 1:1 ack 1 <nop,nop,sack 501:601 301:401 101:201>
  50 < . 701:801 ack 1 win 2000 <nop,nop,ts 1050 last>
  51 > . 1:1 ack 1 <nop,nop,sack 701:801 501:601 301:401>
  60 < . 701:801 ack 1 win 2000 <nop,nop,ts 1060 last>
  61 > . 1:1 ack 1 <nop,nop,sack 701:801 701:801 501:601>
  300 end

== DSACK tells what came twice: old text
  0 listen
  0 < S 0:1 win 65535 <mss 1460,sackOK>
  0 > S. 0:1 ack 1 win 64240 <mss 1460,nop,nop,sackOK>
  10 < . 1:1 ack 1 win 65535
  10 accept = ok
  20 < . 1:101 ack 1 win 5840
  20 > . 1:1 ack 101
  30 < . 1:101 ack 1 win 5840
  30 > . 1:1 ack 101 <nop,nop,sack 1:101>
  300 end

== DSACK tells what came twice: partly new text
  0 listen
  0 < S 0:1 win 65535 <mss 1460,sackOK>
  0 > S. 0:1 ack 1 win 64240 <mss 1460,nop,nop,sackOK>
  10 < . 1:1 ack 1 win 65535
  10 accept = ok
  20 < . 1:101 ack 1 win 5840
  20 > . 1:1 ack 101
  30 < . 51:201 ack 1 win 5840
  30 > . 1:1 ack 201 <nop,nop,sack 51:101>
  40 recv 1000 = 200 1
  300 end

== DSACK tells what came twice: out of order
  0 listen
  0 < S 0:1 win 65535 <mss 1460,sackOK>
  0 > S. 0:1 ack 1 win 64240 <mss 1460,nop,nop,sackOK>
  10 < . 1:1 ack 1 win 65535
  10 accept = ok
  20 < . 101:201 ack 1 win 5840
  20 > . 1:1 ack 1 <nop,nop,sack 101:201>
  30 < . 101:201 ack 1 win 5840
  30 > . 1:1 ack 1 <nop,nop,sack 101:201 101:201>
  40 < . 151:251 ack 1 win 5840
  40 > . 1:1 ack 1 <nop,nop,sack 151:201 101:251>
  50 < . 51:401 ack 1 win 5840
  50 > . 1:1 ack 1 <nop,nop,sack 101:251 51:401>
  60 < . 1:51 ack 1 win 5840
  60 > . 1:1 ack 401
  70 recv 1000 = 400 1
  300 end

== DSACK tells what came twice: text that fills more than the gap
  0 listen
  0 < S 0:1 win 65535 <mss 1460,sackOK>
  0 > S. 0:1 ack 1 win 64240 <mss 1460,nop,nop,sackOK>
  10 < . 1:1 ack 1 win 65535
  10 accept = ok
  20 < . 101:201 ack 1 win 5840
  20 > . 1:1 ack 1 <nop,nop,sack 101:201>
  30 < . 1:151 ack 1 win 5840
  30 > . 1:1 ack 201 <nop,nop,sack 101:151>
  40 recv 1000 = 200 1
  300 end

== no DSACK with tcp_dsack=0
  sysctl tcp_dsack=0
  0 listen
  0 < S 0:1 win 65535 <mss 1460,sackOK>
  0 > S. 0:1 ack 1 win 64240 <mss 1460,nop,nop,sackOK>
  10 < . 1:1 ack 1 win 65535
  10 accept = ok
  20 < . 1:101 ack 1 win 5840
  20 > . 1:1 ack 101
  30 < . 1:101 ack 1 win 5840
  30 > . 1:1 ack 101
  300 end

== old text without SACK is acknowledged
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < . 1:101 ack 1 win 5840
  20 > . 1:1 ack 101
  30 < . 1:101 ack 1 win 5840
  30 > . 1:1 ack 101
  300 end

== many duplicates are compressed after three
  0 listen
  0 < S 0:1 win 65535 <mss 1460,sackOK,ts 1000 0,nop,wscale 7>
  0 > S. 0:1 ack 1 win 65160 <mss 1460,sackOK,ts 0 1000,nop,wscale 7>
  10 < . 1:1 ack 1 win 2000 <nop,nop,ts 1010 last>
  10 accept = ok
  30 < . 1:1461 ack 1 win 2000 <nop,nop,ts 1020 last>
  30 > . 1:1 ack 1461
  40 < . 10001:10101 ack 1 win 2000 <nop,nop,ts 1040 last>
  40 > . 1:1 ack 1461 <nop,nop,sack 10001:10101>
  41 < . 10101:10201 ack 1 win 2000 <nop,nop,ts 1040 last>
  41 > . 1:1 ack 1461 <nop,nop,sack 10001:10201>
  42 < . 10201:10301 ack 1 win 2000 <nop,nop,ts 1040 last>
  42 > . 1:1 ack 1461 <nop,nop,sack 10001:10301>
  60 < . 10301:10401 ack 1 win 2000 <nop,nop,ts 1060 last>
  60 < . 10401:10501 ack 1 win 2000 <nop,nop,ts 1060 last>
  60 < . 10501:10601 ack 1 win 2000 <nop,nop,ts 1060 last>
  60 > . 1:1 ack 1461 <nop,nop,sack 10001:10401>
  60 > . 1:1 ack 1461 <nop,nop,sack 10001:10501>
  60 > . 1:1 ack 1461 <nop,nop,sack 10001:10601>
  300 end

== reading all of a pushed segment acknowledges it
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < P. 1:101 ack 1 win 5840
  20 > . 1:1 ack 101
  22 recv 100 = 100 1
  25 send 10 = 10
  25 > P. 1:11 ack 101
  40 < . 101:101 ack 11 win 5840
  50 < P. 101:111 ack 11 win 5840
  51 < P. 111:121 ack 11 win 5840
  55 recv 100 = 20 101
  55 > . 11:11 ack 121
  300 end

== peek leaves the text there
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < P. 1:101 ack 1 win 5840
  20 > . 1:1 ack 101
  30 peek 10 = 10 1
  31 peek 1000 = 100 1
  32 inq = 100
  33 recv 60 = 60 1
  34 inq = 40
  35 peek 1000 = 40 61
  36 recv 1000 = 40 61
  37 recv 1000 = EAGAIN
  100 end

== a FIN does not count as a byte
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < FP. 1:12 ack 1 win 5840
  30 inq = 10
  31 recv 5 = 5 1
  32 inq = 5
  33 recv 100 = 5 6
  34 inq = 0
  35 recv 100 = 0
  60 > . 1:1 ack 12
  300 end

== urgent: one byte is left out
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < PU. 1:11 ack 1 win 5840 urg 5
  20 > . 1:1 ack 11
  30 inq = 4
  31 recv 100 = 4 1
  32 recv 100 = 5 6
  33 recv 100 = EAGAIN
  300 end

== urgent: the last byte
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < PU. 1:11 ack 1 win 5840 urg 10
  20 > . 1:1 ack 11
  31 recv 100 = 9 1
  32 recv 100 = EAGAIN
  40 < P. 11:21 ack 1 win 5840
  40 > . 1:1 ack 21
  50 recv 100 = 10 11
  300 end

== urgent: the byte is in a segment to come
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < PU. 1:11 ack 1 win 5840 urg 15
  20 > . 1:1 ack 11
  31 recv 100 = 10 1
  32 recv 100 = EAGAIN
  40 < P. 11:21 ack 1 win 5840
  40 > . 1:1 ack 21
  50 recv 100 = 4 11
  51 recv 100 = 5 16
  52 recv 100 = EAGAIN
  300 end

== urgent pointer of nothing
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < PU. 1:11 ack 1 win 5840 urg 0
  20 > . 1:1 ack 11
  31 recv 100 = 9 2
  32 recv 100 = EAGAIN
  300 end

== urgent: the pointer counts as RFC 1122 has it with tcp_stdurg
  sysctl tcp_stdurg=1
  0 listen
  0 < S 0:1 win 5840 <mss 1460>
  0 > S. 0:1 ack 1 win 64240 <mss 1460>
  10 < . 1:1 ack 1 win 5840
  10 accept = ok
  20 < PU. 1:11 ack 1 win 5840 urg 5
  20 > . 1:1 ack 11
  31 recv 100 = 5 1
  32 recv 100 = 4 7
  300 end
`;
