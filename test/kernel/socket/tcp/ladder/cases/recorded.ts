/** Windows as real kernels announced them in the recordings. See ../ladder.ts for the form. */
export const RECORDED = `
== windows as a recorded server announced them (tcp-100k-mtu1500)
  emulated what a buffer costs depends on how it came
  0 listen
  0 < S 0:1 win 64240 <mss 1460,sackOK,ts 239 0,nop,wscale 7>
  0 > S. 0:1 ack 1 win 65160 <mss 1460,sackOK,ts 0 239,nop,wscale 7>
  0 < . 1:1 ack 1 win 502 <nop,nop,ts 239 last>
  1 accept = ok
  3 < . 1:1449 ack 1 win 502 <nop,nop,ts 242 last>
  3 > . 1:1 ack 1449 win 532
  3 < . 1449:2897 ack 1 win 502 <nop,nop,ts 242 last>
  3 > . 1:1 ack 2897 win 555
  3 < . 2897:4345 ack 1 win 502 <nop,nop,ts 242 last>
  3 > . 1:1 ack 4345 win 577
  3 < . 4345:5793 ack 1 win 502 <nop,nop,ts 242 last>
  3 > . 1:1 ack 5793 win 600
  3 < . 5793:7241 ack 1 win 502 <nop,nop,ts 242 last>
  3 > . 1:1 ack 7241 win 609
  3 < . 7241:8689 ack 1 win 502 <nop,nop,ts 242 last>
  3 > . 1:1 ack 8689 win 601
  3 < . 8689:10137 ack 1 win 502 <nop,nop,ts 242 last>
  3 > . 1:1 ack 10137 win 594
  3 < . 10137:11585 ack 1 win 502 <nop,nop,ts 242 last>
  3 > . 1:1 ack 11585 win 587
  3 < . 11585:13033 ack 1 win 502 <nop,nop,ts 242 last>
  3 > . 1:1 ack 13033 win 580
  3 < . 13033:14481 ack 1 win 502 <nop,nop,ts 242 last>
  3 > . 1:1 ack 14481 win 573
  3 < . 14481:15929 ack 1 win 502 <nop,nop,ts 242 last>
  4 > . 1:1 ack 15929 win 566
  3 < . 15929:17377 ack 1 win 502 <nop,nop,ts 242 last>
  4 > . 1:1 ack 17377 win 558
  3 < . 17377:18825 ack 1 win 502 <nop,nop,ts 242 last>
  4 > . 1:1 ack 18825 win 551
  3 < . 18825:20273 ack 1 win 502 <nop,nop,ts 242 last>
  4 > . 1:1 ack 20273 win 544
  3 < . 20273:21721 ack 1 win 502 <nop,nop,ts 242 last>
  4 > . 1:1 ack 21721 win 537
  3 < . 21721:23169 ack 1 win 502 <nop,nop,ts 242 last>
  4 > . 1:1 ack 23169 win 530
  3 < . 23169:24617 ack 1 win 502 <nop,nop,ts 242 last>
  4 > . 1:1 ack 24617 win 523
  3 < . 24617:26065 ack 1 win 502 <nop,nop,ts 242 last>
  4 > . 1:1 ack 26065 win 512
  3 < . 26065:27513 ack 1 win 502 <nop,nop,ts 242 last>
  4 > . 1:1 ack 27513 win 504
  3 < . 27513:28961 ack 1 win 502 <nop,nop,ts 242 last>
  4 > . 1:1 ack 28961 win 497
  3 < . 28961:30409 ack 1 win 502 <nop,nop,ts 242 last>
  4 > . 1:1 ack 30409 win 490
  3 < . 30409:31857 ack 1 win 502 <nop,nop,ts 242 last>
  3 < . 31857:33305 ack 1 win 502 <nop,nop,ts 242 last>
  3 < . 33305:34753 ack 1 win 502 <nop,nop,ts 242 last>
  3 < . 34753:36201 ack 1 win 502 <nop,nop,ts 242 last>
  3 < . 36201:37649 ack 1 win 502 <nop,nop,ts 242 last>
  3 < . 37649:39097 ack 1 win 502 <nop,nop,ts 242 last>
  3 < . 39097:40545 ack 1 win 502 <nop,nop,ts 242 last>
  3 < . 40545:41993 ack 1 win 502 <nop,nop,ts 242 last>
  3 < . 41993:43441 ack 1 win 502 <nop,nop,ts 242 last>
  3 < . 43441:44889 ack 1 win 502 <nop,nop,ts 243 last>
  3 < P. 44889:46337 ack 1 win 502 <nop,nop,ts 243 last>
  5 recv 65536 = 46336 1
  5 > . 1:1 ack 46337 win 609
  5 < . 46337:47785 ack 1 win 502 <nop,nop,ts 243 last>
  5 > . 1:1 ack 47785 win 631
  5 < . 47785:49233 ack 1 win 502 <nop,nop,ts 243 last>
  5 < . 49233:50681 ack 1 win 502 <nop,nop,ts 243 last>
  5 < . 50681:52129 ack 1 win 502 <nop,nop,ts 243 last>
  5 < . 52129:53577 ack 1 win 502 <nop,nop,ts 243 last>
  5 < . 53577:55025 ack 1 win 502 <nop,nop,ts 243 last>
  5 < . 55025:56473 ack 1 win 502 <nop,nop,ts 243 last>
  5 < . 56473:57921 ack 1 win 502 <nop,nop,ts 243 last>
  5 < . 57921:59369 ack 1 win 502 <nop,nop,ts 243 last>
  5 < . 59369:60817 ack 1 win 502 <nop,nop,ts 243 last>
  5 < . 60817:62265 ack 1 win 502 <nop,nop,ts 243 last>
  5 < . 62265:63713 ack 1 win 502 <nop,nop,ts 243 last>
  5 < . 63713:65161 ack 1 win 502 <nop,nop,ts 243 last>
  5 < . 65161:66609 ack 1 win 502 <nop,nop,ts 243 last>
  5 < . 66609:68057 ack 1 win 502 <nop,nop,ts 243 last>
  5 < . 68057:69505 ack 1 win 502 <nop,nop,ts 243 last>
  5 < . 69505:70953 ack 1 win 502 <nop,nop,ts 243 last>
  5 < . 70953:72401 ack 1 win 502 <nop,nop,ts 243 last>
  5 < . 72401:73849 ack 1 win 502 <nop,nop,ts 243 last>
  5 < . 73849:75297 ack 1 win 502 <nop,nop,ts 243 last>
  5 < . 75297:76745 ack 1 win 502 <nop,nop,ts 243 last>
  5 < . 76745:78193 ack 1 win 502 <nop,nop,ts 243 last>
  5 < . 78193:79641 ack 1 win 502 <nop,nop,ts 243 last>
  5 < . 79641:81089 ack 1 win 502 <nop,nop,ts 243 last>
  5 < . 81089:82537 ack 1 win 502 <nop,nop,ts 243 last>
  5 < . 82537:83985 ack 1 win 502 <nop,nop,ts 243 last>
  5 < . 83985:85433 ack 1 win 502 <nop,nop,ts 243 last>
  5 < . 85433:86881 ack 1 win 502 <nop,nop,ts 243 last>
  5 < . 86881:88329 ack 1 win 502 <nop,nop,ts 243 last>
  5 < . 88329:89777 ack 1 win 502 <nop,nop,ts 243 last>
  5 < . 89777:91225 ack 1 win 502 <nop,nop,ts 243 last>
  5 < . 91225:92673 ack 1 win 502 <nop,nop,ts 243 last>
  5 < . 92673:94121 ack 1 win 502 <nop,nop,ts 243 last>
  5 < . 94121:95569 ack 1 win 502 <nop,nop,ts 243 last>
  5 < . 95569:97017 ack 1 win 502 <nop,nop,ts 243 last>
  5 < . 97017:98465 ack 1 win 502 <nop,nop,ts 243 last>
  5 < . 98465:99913 ack 1 win 502 <nop,nop,ts 243 last>
  5 < P. 99913:100001 ack 1 win 502 <nop,nop,ts 243 last>
  7 recv 65536 = 53664 1
  7 > . 1:1 ack 100001 win 631
  20 end

== windows of an overlay: a SYN
  emulated the setting is one of the interface
  sysctl mtu=1450
  0 connect = EINPROGRESS
  0 > S 0:1 win 64860 <mss 1410,sackOK,ts 0 0,nop,wscale 7>
  10 < S. 0:1 ack 1 win 64308 <mss 1410,sackOK,ts 100 last,nop,wscale 7>
  10 > . 1:1 ack 1 win 507
  20 send 3000 = 3000
  20 > . 1:1399 ack 1 win 507
  20 > . 1399:2797 ack 1 win 507
  20 > P. 2797:3001 ack 1 win 507
  30 end

== windows of an overlay: a SYN,ACK
  emulated the setting is one of the interface
  sysctl mtu=1450
  0 listen
  0 < S 0:1 win 64860 <mss 1410,sackOK,ts 100 0,nop,wscale 7>
  0 > S. 0:1 ack 1 win 64308 <mss 1410,sackOK,ts 0 100,nop,wscale 7>
  100 end
`;
