/** Rules as they are typed and as iptables-save 1.8.9 prints them; rule-save.test.ts asks the real tool, too. */

/** `typed` → `saved`; no `saved` when both are the same. */
type Pair = readonly [typed: string, saved?: string];

const BASICS: readonly Pair[] = [
  ['-s 1.2.3.4', '-s 1.2.3.4/32'],
  ['-s 10.1.2.3/8 -j ACCEPT', '-s 10.0.0.0/8 -j ACCEPT'],
  ['! -d 10.0.0.0/255.0.255.0'],
  ['--src 1.2.3.4 --proto tcp --jum ACCEPT', '-s 1.2.3.4/32 -p tcp -j ACCEPT'],
  ['-s localhost', '-s 127.0.0.1/32'],
  ['-s 10.1', '-s 10.1.0.0/32'],
  ['-d 0/0', ''],
  ['! -f -j ACCEPT'],
  ['-f'],
  ['-p 6', '-p tcp'],
  ['-p TCP', '-p tcp'],
  ['-p all', ''],
  ['! -p tcp --dport 1', '! -p tcp -m tcp --dport 1'],
  ['-p udplite'],
  ['-p sctp -m sctp'],
  ['-p sctp --dport 80 ! --sport 5:6', '-p sctp -m sctp ! --sport 5:6 --dport 80'],
  ['-p sctp --dport :', '-p sctp -m sctp --dport 0:65535'],
  ['-p sctp ! --dport 5:', '-p sctp -m sctp ! --dport 5:65535'],
  ['-p 99'],
  ['-i eth+ ! -o +'],
  ['-i +', ''],
  ['-o eth0 -s 1.1.1.1 -p udp -i eth1 -j DROP', '-s 1.1.1.1/32 -i eth1 -o eth0 -p udp -j DROP'],
];

const TRANSPORTS: readonly Pair[] = [
  ['-p tcp --syn', '-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN'],
  ['-p tcp ! --syn', '-p tcp -m tcp ! --tcp-flags FIN,SYN,RST,ACK SYN'],
  ['-p tcp --tcp-flags ALL NONE', '-p tcp -m tcp --tcp-flags FIN,SYN,RST,PSH,ACK,URG NONE'],
  ['-p tcp --sport 1: --dport :5', '-p tcp -m tcp --sport 1:65535 --dport 0:5'],
  ['-p tcp --dport 0:65535', '-p tcp -m tcp'],
  ['-p tcp --dport http', '-p tcp -m tcp --dport 80'],
  [
    '-p tcp ! --sport 1:2 ! --tcp-option 3 ! --tcp-flags SYN SYN',
    '-p tcp -m tcp ! --sport 1:2 ! --tcp-option 3 ! --tcp-flags SYN SYN',
  ],
  ['-p tcp --tcp-flags NONE NONE', '-p tcp -m tcp'],
  ['-p tcp --tcp-flags NONE SYN', '-p tcp'],
  ['-p tcp ! --dport 0:65535', '-p tcp'],
  ['-p udp ! --dport 0:65535', '-p udp'],
  ['-p udp ! --dport 0:65535 --sport 5', '-p udp -m udp --sport 5'],
  ['-p udp --dport 5:5', '-p udp -m udp --dport 5'],
  ['-p udp -m udp ! --sport 53'],
  ['-p udp -m udp ! --sport 0:1023 ! --dport 0:0', '-p udp -m udp --sport 1024:65535 ! --dport 0'],
  ['-p tcp ! --dport 0:1023 ! --sport 1024:65535', '-p tcp -m tcp ! --sport 1024:65535 --dport 1024:65535'],
  ['-p tcp -m tcp ! --dport 0:1023 --tcp-option 2'],
  ['-p icmp --icmp-type echo-request', '-p icmp -m icmp --icmp-type 8'],
  ['-p icmp --icmp-type any', '-p icmp -m icmp --icmp-type any'],
  ['-p icmp ! --icmp-type 3/4', '-p icmp -m icmp ! --icmp-type 3/4'],
  ['-p icmp --icmp-type host-unreachable', '-p icmp -m icmp --icmp-type 3/1'],
  ['-p tcp -m multiport --sports 1,2,3'],
  ['-p udp -m multiport --ports 1:5,7'],
  ['-p tcp -m multiport ! --dports http,22', '-p tcp -m multiport ! --dports 80,22'],
];

const MATCHES: readonly Pair[] = [
  [
    '-m addrtype --src-type LOCAL,UNICAST --dst-type broadcast',
    '-m addrtype --src-type UNICAST,LOCAL --dst-type BROADCAST',
  ],
  ['-m addrtype ! --src-type LOCAL ! --dst-type MULTICAST --limit-iface-in'],
  ['-m conntrack --ctstate ESTABLISHED,NEW,SNAT', '-m conntrack --ctstate NEW,ESTABLISHED,SNAT'],
  ['-m conntrack ! --ctstate NEW ! --ctproto udp', '-m conntrack ! --ctstate NEW ! --ctproto 17'],
  ['-m conntrack --ctorigsrc 1.2.3.0/24 --ctorigdst 1.2.3.4 --ctreplsrc 1.1.1.1/16 ! --ctrepldst 2.2.2.2'],
  ['-m conntrack --ctorigsrcport 1:2 --ctorigdstport 3 --ctreplsrcport 4 --ctrepldstport 5:6'],
  ['-m conntrack --ctstatus SEEN_REPLY,ASSURED --ctexpire 5:10 --ctdir ORIGINAL'],
  ['-m conntrack --ctstatus NONE ! --ctexpire 7 --ctdir REPLY'],
  ['-m state ! --state RELATED,ESTABLISHED'],
  ['-m comment --comment plain'],
  ['-m comment --comment "two words"'],
  ['-m comment --comment "q\\"uo\'te\\\\x"', '-m comment --comment "q\\"uo\\\'te\\\\x"'],
  ['-m comment --comment ""'],
  ['-m mark --mark 5', '-m mark --mark 0x5'],
  ['-m mark ! --mark 0x10/0xff'],
  ['-m connmark ! --mark 1/3', '-m connmark ! --mark 0x1/0x3'],
  ['-m physdev --physdev-in eth0'],
  ['-m physdev ! --physdev-out eth+ --physdev-is-bridged'],
  ['-m physdev ! --physdev-is-in'],
  [
    '-m u32 --u32 "6&0xFF=1:5,7 && 0>>22&0x3C@8>>26=0x1b"',
    '-m u32 --u32 "0x6&0xff=0x1:0x5,0x7&&0x0>>0x16&0x3c@0x8>>0x1a=0x1b"',
  ],
  ['-m u32 ! --u32 "4&0x1FFF=0"', '-m u32 ! --u32 "0x4&0x1fff=0x0"'],
  ['-m bpf --bytecode "4,48 0 0 9,21 0 1 6,6 0 0 1,6 0 0 0"'],
  ['-m policy --dir in --pol ipsec --strict --proto esp --mode tunnel --tunnel-src 1.2.3.4 --next --reqid 5'],
  ['-m policy --dir in --pol none'],
  ['-m limit', '-m limit --limit 3/hour'],
  ['-m limit --limit 100/minute --limit-burst 7', '-m limit --limit 100/min --limit-burst 7'],
  ['-m limit --limit 33', '-m limit --limit 33/sec'],
];

/** Matches that count, and those that look at single fields. */
const FIELDS_AND_COUNTS: readonly Pair[] = [
  [
    '-m iprange --src-range 1.2.3.4-1.2.3.9 ! --dst-range 10.0.0.1',
    '-m iprange --src-range 1.2.3.4-1.2.3.9 ! --dst-range 10.0.0.1-10.0.0.1',
  ],
  ['-m iprange --src-range 10-10.1', '-m iprange --src-range 10.0.0.0-10.1.0.0'],
  ['-m length --length 5:10'],
  ['-m length ! --length :0x10', '-m length ! --length 0:16'],
  ['-m ttl --ttl-lt 5'],
  ['-m ttl ! --ttl 5', '-m ttl ! --ttl-eq 5'],
  ['-m ttl --ttl-gt 64'],
  ['-m pkttype --pkt-type BCAST', '-m pkttype --pkt-type broadcast'],
  ['-m pkttype ! --pkt-type host', '-m pkttype ! --pkt-type unicast'],
  ['-m dscp --dscp-class af31', '-m dscp --dscp 0x1a'],
  ['-m dscp ! --dscp 46', '-m dscp ! --dscp 0x2e'],
  ['-m dscp --dscp-class CS6', '-m dscp --dscp 0x30'],
  ['-m tos --tos Minimize-Delay', '-m tos --tos 0x10/0x3f'],
  ['-m tos ! --tos 16', '-m tos ! --tos 0x10/0xff'],
  ['-m tos --tos 0x1f/0x0f'],
  ['-m cpu ! --cpu 1'],
  [
    '-m time --timestart 10:00 --timestop 12:30',
    '-m time --timestart 10:00:00 --timestop 12:30:00 --datestop 2038-01-19T03:14:07',
  ],
  ['-m time ! --weekdays 1,2,Sat', '-m time --weekdays Wed,Thu,Fri,Sun --datestop 2038-01-19T03:14:07'],
  [
    '-m time --monthdays 1,2,31 --weekdays Mo',
    '-m time --monthdays 1,2,31 --weekdays Mon --datestop 2038-01-19T03:14:07',
  ],
  [
    '-m time --datestart 2026-02-30T10 --datestop 2026-12-31 --kerneltz',
    '-m time --datestart 2026-03-02T10:00:00 --datestop 2026-12-31T00:00:00 --kerneltz',
  ],
  [
    '-m time --timestart 22:00 --timestop 6:00 --contiguous',
    '-m time --timestart 22:00:00 --timestop 06:00:00 --datestop 2038-01-19T03:14:07 --contiguous',
  ],
  ['-m quota --quota 0x10', '-m quota --quota 16'],
  ['-m quota ! --quota 18446744073709551615'],
  ['-m string --string foo --algo bm', '-m string --string "foo" --algo bm'],
  ['-m string ! --string "a b" --algo kmp --from 5 --to 100 --icase'],
  ['-m string --hex-string "|00 41|xyz" --algo bm', '-m string --hex-string "|004178797a|" --algo bm'],
  ['-m string --hex-string "|666f6f|" --algo bm', '-m string --string "foo" --algo bm'],
  [
    '-m connbytes ! --connbytes 100:200 --connbytes-dir reply --connbytes-mode avgpkt',
    '-m connbytes ! --connbytes 100:200 --connbytes-mode avgpkt --connbytes-dir reply',
  ],
  ['-m connbytes --connbytes 100 --connbytes-mode bytes --connbytes-dir both'],
  ['-m connlimit --connlimit-above 5', '-m connlimit --connlimit-above 5 --connlimit-mask 32 --connlimit-saddr'],
  [
    '-m connlimit ! --connlimit-above 5 --connlimit-daddr --connlimit-mask 255.255.0.0',
    '-m connlimit --connlimit-upto 5 --connlimit-mask 16 --connlimit-daddr',
  ],
  ['-p tcp -m tcpmss ! --mss 1:1000'],
  ['-m statistic --mode nth --every 3 --packet 0'],
  ['-m statistic --mode nth ! --every 3 --packet 2'],
  ['-m statistic --mode random --probability .25', '-m statistic --mode random --probability 0.25000000000'],
  ['-m statistic --mode random ! --probability 0.33333', '-m statistic --mode random ! --probability 0.33332999982'],
  ['-m recent --set', '-m recent --set --name DEFAULT --mask 255.255.255.255 --rsource'],
  [
    '-m recent ! --update --seconds 60 --reap --hitcount 4 --rttl --name SSH --rdest',
    '-m recent ! --update --seconds 60 --reap --hitcount 4 --rttl --name SSH --mask 255.255.255.255 --rdest',
  ],
  [
    '-m recent --remove --name a,b --mask 255.255.255.0',
    '-m recent --remove --name a,b --mask 255.255.255.0 --rsource',
  ],
  [
    '-m hashlimit --hashlimit 5/s --hashlimit-name a',
    '-m hashlimit --hashlimit-upto 5/sec --hashlimit-burst 5 --hashlimit-name a',
  ],
  [
    '-m hashlimit ! --hashlimit-upto 7000/h --hashlimit-burst 7 --hashlimit-mode dstport,srcip --hashlimit-name b',
    '-m hashlimit --hashlimit-above 7000/hour --hashlimit-burst 7 --hashlimit-mode srcip,dstport --hashlimit-name b',
  ],
  ['-m hashlimit --hashlimit-above 1mb/s --hashlimit-burst 2mb --hashlimit-mode srcip --hashlimit-name f'],
  [
    '-m hashlimit --hashlimit-upto 10kb/s --hashlimit-burst 15000b --hashlimit-name g',
    '-m hashlimit --hashlimit-upto 10kb/s --hashlimit-burst 20kb --hashlimit-name g',
  ],
  ['-m hashlimit --hashlimit-upto 5/sec --hashlimit-burst 5 --hashlimit-name i --hashlimit-htable-size 100'],
  ['-m hashlimit --hashlimit-above 512b/s --hashlimit-mode srcip,dstip --hashlimit-name j --hashlimit-srcmask 24'],
  ['-m hashlimit --hashlimit-upto 12/day --hashlimit-burst 5 --hashlimit-name k --hashlimit-htable-gcinterval 500'],
  ['-m hashlimit --hashlimit-upto 1/hour --hashlimit-burst 5 --hashlimit-name l --hashlimit-htable-expire 5000'],
  [
    '-m hashlimit --hashlimit-upto 5/s --hashlimit-name r --hashlimit-rate-match --hashlimit-rate-interval 5',
    '-m hashlimit --hashlimit-upto 5/sec --hashlimit-burst 5 --hashlimit-name r ' +
      '--hashlimit-rate-match --hashlimit-rate-interval 5',
  ],
];

const TARGETS: readonly Pair[] = [
  ['-j MARK --set-mark 5', '-j MARK --set-xmark 0x5/0xffffffff'],
  ['-j MARK --set-mark 5/7', '-j MARK --set-xmark 0x5/0x7'],
  ['-j MARK --and-mark 5', '-j MARK --set-xmark 0x0/0xfffffffa'],
  ['-j MARK --or-mark 5', '-j MARK --set-xmark 0x5/0x5'],
  ['-j MARK --xor-mark 5', '-j MARK --set-xmark 0x5/0x0'],
  ['-j CONNMARK --save-mark', '-j CONNMARK --save-mark --nfmask 0xffffffff --ctmask 0xffffffff'],
  ['-j CONNMARK --restore-mark --mask 0xff', '-j CONNMARK --restore-mark --nfmask 0xff --ctmask 0xff'],
  ['-j CONNMARK --set-xmark 1/2', '-j CONNMARK --set-xmark 0x1/0x2'],
  ['-j LOG --log-level warning', '-j LOG'],
  [
    '-j LOG --log-prefix "foo bar: " --log-level debug --log-uid --log-tcp-options',
    '-j LOG --log-prefix "foo bar: " --log-level 7 --log-tcp-options --log-uid',
  ],
  ['-j CONNMARK --set-mark 5/7 --right-shift-mark 1', '-j CONNMARK --set-xmark 0x5/0x7 --right-shift-mark 1'],
  [
    '-j CONNMARK --save-mark --left-shift-mark 8 --mask 0xff',
    '-j CONNMARK --save-mark --nfmask 0xff --ctmask 0xff --left-shift-mark 8',
  ],
  ['-j DSCP --set-dscp-class af43', '-j DSCP --set-dscp 0x26'],
  ['-j DSCP --set-dscp 1', '-j DSCP --set-dscp 0x01'],
  ['-j TOS --set-tos minimize-delay', '-j TOS --set-tos 0x10/0x3f'],
  ['-j TOS --set-tos 0x10', '-j TOS --set-tos 0x10/0xff'],
  ['-j TOS --and-tos 0xf', '-j TOS --set-tos 0x00/0xf0'],
  ['-j TOS --or-tos 4', '-j TOS --set-tos 0x04/0x04'],
  ['-j TOS --xor-tos 8', '-j TOS --set-tos 0x08/0x00'],
  ['-j TOS --set-tos 3/5', '-j TOS --set-tos 0x03/0x05'],
  ['-j TTL --ttl-set 0'],
  ['-j TTL --ttl-dec 1'],
  ['-j TTL --ttl-inc 0xff', '-j TTL --ttl-inc 255'],
  ['-j CHECKSUM --checksum-fill'],
  ['-j NFLOG'],
  ['-j NFLOG --nflog-group 0', '-j NFLOG'],
  [
    '-j NFLOG --nflog-threshold 7 --nflog-size 0 --nflog-group 3 --nflog-prefix "a_b-c:"',
    '-j NFLOG --nflog-prefix "a_b-c:" --nflog-group 3 --nflog-size 0 --nflog-threshold 7',
  ],
  ['-j TRACE'],
  ['-p tcp --syn -j TCPMSS --clamp-mss', '-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -j TCPMSS --clamp-mss-to-pmtu'],
];

const FILTER: readonly Pair[] = [
  ['-j REJECT', '-j REJECT --reject-with icmp-port-unreachable'],
  ['-j REJECT --reject-with net-unreach', '-j REJECT --reject-with icmp-net-unreachable'],
  ['-j REJECT --reject-with admin-prohib', '-j REJECT --reject-with icmp-admin-prohibited'],
  ['-p tcp -j REJECT --reject-with tcp-rst', '-p tcp -j REJECT --reject-with tcp-reset'],
  ['-j RETURN'],
];

const CTS: readonly Pair[] = [
  ['-j CT --zone 5 --zone-orig 4', '-j CT --zone-orig 4'],
  ['-j CT --zone 0', '-j CT'],
  ['-j CT --zone 3 --notrack', '-j CT --notrack --zone 3'],
  ['-j CT --expevents new --ctevents mark,new,destroy', '-j CT --ctevents new,destroy,mark --expevents new'],
];

const RAW: readonly Pair[] = [
  ['-j CT --notrack'],
  ['-j NOTRACK'],
  ['-j CT --zone 5'],
  ['-j CT --zone-reply mark'],
  ...CTS,
];

const DNATS: readonly Pair[] = [
  ['-p tcp -j DNAT --to 1.2.3.4:80', '-p tcp -j DNAT --to-destination 1.2.3.4:80'],
  ['-p tcp -j DNAT --to-destination 1.2.3.4-1.2.3.9:80-90 --random --persistent'],
  ['-p tcp -j DNAT --to-destination :80-90/8080'],
  ['-p udp -j REDIRECT --to-ports 80-90 --random'],
  ['-j REDIRECT'],
  ['-d 1.2.3.0/24 -j NETMAP --to 10.0.0.0/24'],
];

const SNATS: readonly Pair[] = [
  ['-p tcp -j SNAT --to-source :53'],
  ['-j SNAT --to-source 1.2.3.4 --random-fully --persistent'],
  ['-j MASQUERADE --random'],
  ['-p tcp -j MASQUERADE --to-ports 1024-2000'],
];

/** Chains that take the rules. */
export const RULES: readonly (readonly [table: string, chain: string, pairs: readonly Pair[]])[] = [
  ['filter', 'FORWARD', [...BASICS, ...TRANSPORTS, ...FILTER]],
  ['mangle', 'PREROUTING', TARGETS.slice(0, -1)],
  ['mangle', 'OUTPUT', [['-j CLASSIFY --set-class 1:a', '-j CLASSIFY --set-class 0001:000a']]],
  ['mangle', 'INPUT', [['-m mac ! --mac-source 0:1:2:AA:bb:c', '-m mac ! --mac-source 00:01:02:aa:bb:0c']]],
  ['mangle', 'FORWARD', [...MATCHES, ...FIELDS_AND_COUNTS, ...TARGETS.slice(-1)]],
  ['raw', 'PREROUTING', RAW],
  ['nat', 'PREROUTING', DNATS],
  ['nat', 'POSTROUTING', SNATS],
];
