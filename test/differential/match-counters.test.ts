/**
 * The matches of iptables beside a real kernel's: the same rules and the same frames, and every rule has to have
 * counted the same packets. Rules without targets stand one behind another, so that each is asked about each frame.
 */
import assert from 'node:assert/strict';
import { ip4 } from '../../src/base/addr.ts';
import type { Host } from '../../src/kernel/host.ts';
import { splitWords } from '../../src/kernel/nf/words.ts';
import { Rng } from '../../src/sim/rng.ts';
import { EFFORT, ipBytes, netnsOf } from '../kernel/kit.ts';
import type { World } from '../kernel/kit.ts';
import { need, needTool } from '../machine.ts';
import { icmpBytes, ramp, tcpBytes, udpBytes } from '../wire/frames.ts';
import type { WireStep } from './wire-lab.ts';
import { playEmulated, playReal } from './wire-lab.ts';

interface Case {
  readonly name: string;
  /** `-t mangle` and the chain stand before each. */
  readonly rules: readonly string[];
  readonly chain?: string;
  readonly setUp?: readonly string[];
  readonly steps: readonly WireStep[];
  /** It is about sets, for which both need the tool. */
  readonly isOfSets?: boolean;
}

const HOST = '10.0.0.1';
const FAR = '10.1.0.9';

interface Looks {
  readonly src?: string;
  readonly dst?: string;
  readonly ttl?: number;
  readonly tos?: number;
  readonly fragment?: number;
}

function give(protocol: number, payload: readonly number[], looks: Looks = {}): WireStep {
  const { src = '10.0.0.2', dst = HOST, ttl = 64, tos = 0, fragment = 0 } = looks;
  const fields = { protocol, ttl, tos, flags: fragment, src: ip4(src), dst: ip4(dst) };
  return { give: ipBytes(payload, fields) };
}

function udp(sport: number, dport: number, bytes = 8, looks: Looks = {}): WireStep {
  const { src = '10.0.0.2', dst = HOST } = looks;
  return give(17, udpBytes(sport, dport, ramp(bytes), ip4(src), ip4(dst)), looks);
}

const wait = (milliseconds: number): WireStep => ({ run: 'true', waitMs: milliseconds });

/** Frames of all kinds, whole, cut short and in pieces. */
function randomSteps(seed: number, count: number, protocols = [1, 6, 6, 17, 17, 17, 132, 200]): WireStep[] {
  const rng = Rng.fromSeed(seed);
  const any = <T>(...values: readonly T[]): T => values[rng.below(values.length)]!;
  return Array.from({ length: count }, () => {
    const src = any('10.0.0.2', '10.0.0.3', '10.0.0.77', '10.9.0.1');
    const dst = any(HOST, HOST, FAR, '10.1.0.1', '10.0.0.255', '224.0.0.1', '10.1.0.255', '10.7.0.1');
    const looks: Looks = {
      src,
      dst,
      ttl: any(1, 2, 63, 64, 128, 255),
      tos: any(0, 0x10, 0x08, 0xb8, 0x28, 0x03, 0xff),
      fragment: any(0, 0, 0, 0, 0, 0x4000, 0x2000, 1, 0x2000 | 5, 185),
    };
    const ports: readonly [number, number] = [any(53, 1000, 40_000), any(53, 80, 443, 5000)];
    const bytes = any(0, 1, 8, 30, 100, 500);
    const payloads: Record<number, readonly number[]> = {
      1: icmpBytes(any(0, 3, 8, 13), any(0, 1, 4), 0x0007_0001, ramp(bytes)),
      6: tcpBytes(
        ports,
        any(2, 0x10, 0x12, 1, 4, 0x29, 0),
        any([], [2, 4, 5, 180], [1, 1, 4, 2, 3, 3, 7, 0]),
        ramp(bytes),
      ),
      17: udpBytes(...ports, ramp(bytes), ip4(src), ip4(dst)),
      132: [...udpBytes(...ports, ramp(bytes))],
      200: ramp(bytes),
    };
    const protocol = any(...protocols);
    const payload = payloads[protocol]!;
    const cut = any(false, false, false, true) ? rng.below(payload.length + 1) : payload.length;
    return give(protocol, payload.slice(0, cut), looks);
  });
}

const RANDOM_FRAMES = 150 * EFFORT;
const FIELD_RULES: readonly string[] = [
  '-m iprange --src-range 10.0.0.2-10.0.0.50',
  '-m iprange ! --src-range 10.0.0.3-10.0.0.3 --dst-range 10.0.0.200-10.1.0.5',
  '-m iprange --src-range 10.0.0.9-10.0.0.1',
  '-m mac --mac-source 02:00:00:00:00:99',
  '-m mac ! --mac-source 02:00:00:00:00:99',
  '-m mac --mac-source 02:00:00:00:00:98',
  '-m length --length 28:60',
  '-m length ! --length 36',
  '-m ttl --ttl-eq 64',
  '-m ttl ! --ttl-eq 64',
  '-m ttl --ttl-lt 64',
  '-m ttl --ttl-gt 64',
  '-m pkttype --pkt-type unicast',
  '-m pkttype ! --pkt-type unicast',
  '-m pkttype --pkt-type multicast',
  '-m dscp --dscp 0x2e',
  '-m dscp ! --dscp-class CS1',
  '-m tos --tos 0x10/0x3f',
  '-m tos ! --tos 0x03/0x03',
  '-m tos --tos 0x08',
  '-m addrtype --dst-type LOCAL',
  '-m addrtype ! --dst-type LOCAL',
  '-m addrtype --dst-type BROADCAST,MULTICAST',
  '-m addrtype --dst-type UNICAST --src-type UNICAST',
  '-m addrtype ! --src-type UNICAST',
  '-m addrtype --dst-type LOCAL --limit-iface-in',
  '-m addrtype --dst-type BROADCAST --limit-iface-in',
  '-m addrtype --dst-type BLACKHOLE',
  '-m policy --dir in --pol none',
  '-m policy --dir in --pol ipsec',
  '-m physdev --physdev-is-in',
  '-m physdev ! --physdev-is-in',
  '-m physdev --physdev-in e0',
];
const TRANSPORT_RULES: readonly string[] = [
  '-p tcp',
  '-p tcp --dport 80',
  '-p tcp ! --dport 80:500',
  '-p tcp --sport 1000 --dport 53',
  '-p tcp --syn',
  '-p tcp ! --syn',
  '-p tcp --tcp-flags ALL NONE',
  '-p tcp --tcp-flags FIN,URG,PSH FIN,URG,PSH',
  '-p udp --dport 53',
  '-p udp --sport 1000:',
  '-p udp ! --sport 53',
  '-p icmp --icmp-type any',
  '-f',
  '! -f -p udp',
  '-p udp -m udp',
  '-p tcp -m tcp',
];
const HOTDROP_RULES: readonly string[] = [
  '-p tcp --tcp-option 2',
  '-p tcp ! --tcp-option 3',
  '-p icmp --icmp-type 8',
  '-p icmp ! --icmp-type 3/4',
  '-p udp -m multiport --dports 53,400:6000',
  '-p tcp -m multiport ! --ports 80',
  '-p sctp -m multiport --sports 1000',
];
const U32_RULES: readonly string[] = [
  '-m u32 --u32 "6&0xFF=17"',
  '-m u32 --u32 "0&0xFFFF=36:60,100:200"',
  '-m u32 --u32 "6&0xFF=6&&0>>22&0x3C@12>>26&0x3C@0=0:0xffffffff"',
  '-m u32 ! --u32 "8>>24=64"',
  '-m u32 --u32 "0>>22&0x3C@0>>16=53,1000"',
  '-m u32 --u32 "4&0x1FFF=0&&6&0xFF=17&&0>>22&0x3C@4>>16=8:50"',
  '-m u32 --u32 "12=0x0a000003"',
  '-m u32 --u32 "4<<16&0x20000000=0x20000000"',
  '-m u32 --u32 "300=0:0xffffffff"',
  '-m u32 --u32 "16@0=0:0xffffffff"',
];
const BPF_PROGRAMS: readonly string[] = [
  // ip proto 17
  '48 0 0 9,21 0 1 17,6 0 0 1,6 0 0 0',
  // tcp dst port 80 of a first fragment
  '48 0 0 9,21 0 6 6,40 0 0 6,69 4 0 8191,177 0 0 0,72 0 0 2,21 0 1 80,6 0 0 65535,6 0 0 0',
  // length over 60
  '128 0 0 0,37 0 1 60,6 0 0 1,6 0 0 0',
  // arithmetic and memory: (ttl * 3 + 7) ^ 5 & 0x3f
  '48 0 0 8,36 0 0 3,4 0 0 7,164 0 0 5,84 0 0 63,2 0 0 3,0 0 0 0,96 0 0 3,21 0 1 2,6 0 0 1,22 0 0 0',
  // ttl / x, shifts, negation, X
  '48 0 0 8,7 0 0 0,1 0 0 3,48 0 0 8,60 0 0 0,100 0 0 2,116 0 0 1,132 0 0 0,20 0 0 1,22 0 0 0',
  // beyond the packet
  '32 0 0 4000,6 0 0 1',
  '6 0 0 0',
  '6 0 0 1',
  // the type of the frame, its kind and the interface
  '40 0 0 4294963200,21 0 1 2048,6 0 0 1,6 0 0 0',
  '32 0 0 4294963204,21 0 1 2,6 0 0 1,6 0 0 0',
  // relative to the network header
  '48 0 0 4293918729,21 0 1 6,6 0 0 1,6 0 0 0',
  // tests of bits, against X
  '1 0 0 16,48 0 0 1,77 0 1 0,6 0 0 1,6 0 0 0,6 0 0 0',
];
/** The instructions without their number. */
const BPF_RULES = BPF_PROGRAMS.map((program) => `-m bpf --bytecode "${program.split(',').length},${program}"`);

const from = (src: string, looks: Looks = {}): WireStep => udp(1000, 53, 8, { src, ...looks });
const times = (count: number, step: WireStep): WireStep[] => Array.from({ length: count }, () => step);

const CASES: readonly Case[] = [
  { name: 'fields', rules: FIELD_RULES, steps: randomSteps(1, RANDOM_FRAMES) },
  { name: 'transport headers', rules: TRANSPORT_RULES, steps: randomSteps(2, RANDOM_FRAMES) },
  ...HOTDROP_RULES.map((rule, i) => ({
    name: `${rule}, which drops what it cannot read`,
    rules: [rule, '-m length --length 0:'],
    steps: randomSteps(3 + i, 60),
  })),
  { name: 'u32', rules: U32_RULES, steps: randomSteps(20, RANDOM_FRAMES) },
  { name: 'bpf', rules: BPF_RULES, steps: randomSteps(21, RANDOM_FRAMES) },
  {
    name: 'addresses where routes are of somebody’s own making',
    setUp: [
      'ip route add blackhole 10.5.0.0/16',
      'ip route add local 10.6.0.0/16 dev lo',
      'ip route add broadcast 10.7.0.1 dev e1 table local',
      'ip route add unreachable 10.8.0.0/16',
    ],
    rules: [
      ...['LOCAL', 'UNICAST', 'BROADCAST', 'BLACKHOLE', 'UNREACHABLE', 'MULTICAST'].map(
        (type) => `-m addrtype --dst-type ${type}`,
      ),
      '-m addrtype --dst-type BROADCAST --limit-iface-in',
      '-m addrtype --dst-type LOCAL --limit-iface-in',
    ],
    steps: ['10.5.0.1', '10.6.0.1', '10.7.0.1', '10.8.0.1', '10.9.0.1', '0.0.0.0', '127.0.0.1', '240.0.0.1'].map(
      (dst) => udp(1, 2, 8, { dst }),
    ),
  },
  {
    name: 'every nth packet',
    rules: [
      '-m statistic --mode nth --every 3 --packet 0',
      '-m statistic --mode nth --every 3 --packet 2',
      '-m statistic --mode nth ! --every 4 --packet 1',
      '-m statistic --mode nth --every 1 --packet 0',
      '-p udp -m statistic --mode nth --every 2 --packet 0',
      '-m statistic --mode random --probability 1',
      '-m statistic --mode random ! --probability 1',
      '-s 10.0.0.2,10.0.0.3 -m statistic --mode nth --every 5 --packet 0',
    ],
    steps: randomSteps(22, 61),
  },
  {
    name: 'limits',
    rules: [
      '-m limit --limit 40/min --limit-burst 3',
      '-m limit --limit 1/hour',
      '-m limit --limit 40/min --limit-burst 1',
      '-m limit --limit 1/day --limit-burst 0',
    ],
    steps: [...times(6, from('10.0.0.2')), wait(2000), ...times(6, from('10.0.0.2'))],
  },
  {
    name: 'limits of groups',
    rules: [
      '--hashlimit-upto 40/min --hashlimit-burst 3 --hashlimit-mode srcip --hashlimit-name a',
      '--hashlimit-above 40/min --hashlimit-burst 3 --hashlimit-mode srcip --hashlimit-srcmask 24 --hashlimit-name b',
      '--hashlimit-upto 1/min --hashlimit-burst 2 --hashlimit-mode dstip,dstport --hashlimit-name c',
      '--hashlimit-upto 1/hour --hashlimit-burst 1 --hashlimit-name d',
      '--hashlimit-upto 1/min --hashlimit-burst 1 --hashlimit-mode srcip,srcport --hashlimit-name e',
      '--hashlimit-above 1/min --hashlimit-burst 1 --hashlimit-mode srcip,srcport --hashlimit-name e',
      '--hashlimit-upto 1kb/s --hashlimit-mode srcip --hashlimit-name f',
      '--hashlimit-above 512b/s --hashlimit-burst 1kb --hashlimit-mode srcip --hashlimit-name g',
      '--hashlimit-upto 5/min --hashlimit-mode srcip --hashlimit-htable-size 1 --hashlimit-name h',
      '--hashlimit-upto 3/s --hashlimit-burst 1 --hashlimit-rate-match --hashlimit-rate-interval 2 --hashlimit-name i',
    ].map((words) => `-m hashlimit ${words}`),
    steps: [
      ...['10.0.0.2', '10.0.0.2', '10.0.0.3', '10.0.0.2', '10.0.0.2', '10.0.0.3', '10.0.0.2'].map((src) => from(src)),
      ...times(3, udp(1001, 80, 1000, { src: '10.0.0.5' })),
      wait(2000),
      ...times(5, from('10.0.0.3')),
      ...times(3, udp(1002, 80, 1000, { src: '10.0.0.5' })),
    ],
  },
  {
    name: 'a full table of groups',
    rules: ['-m hashlimit --hashlimit-upto 5/min --hashlimit-mode srcip --hashlimit-htable-size 1 --hashlimit-name h'],
    steps: Array.from({ length: 12 }, (_, i) => from(`10.0.0.${2 + (i % 11)}`)),
  },
  {
    name: 'groups that are forgotten',
    rules: [
      '--hashlimit-name a --hashlimit-htable-expire 1000 --hashlimit-htable-gcinterval 100',
      '--hashlimit-name b',
    ].map((words) => `-m hashlimit --hashlimit-upto 1/hour --hashlimit-burst 1 --hashlimit-mode srcip ${words}`),
    // A real kernel collects them by a timer that no idle processor wakes up for.
    steps: [...times(3, from('10.0.0.2')), wait(4000), ...times(3, from('10.0.0.2'))],
  },
  {
    name: 'addresses seen lately',
    rules: [
      '-m recent --rcheck --name a',
      '-m recent ! --rcheck --name a',
      '-m recent --update --seconds 2 --hitcount 3 --name a',
      '-m recent --rcheck --seconds 2 --hitcount 4 --name a',
      '-p udp --dport 53 -m recent --set --name a',
      '-p udp --dport 99 -m recent --remove --name a',
      '-m recent --set --name b --rdest --mask 255.255.255.0',
      '-m recent --rcheck --rttl --name a',
      '-m recent --rcheck --seconds 2 --reap --name c',
      '-p udp --dport 53 -m recent --set --name c',
      '-m recent ! --set --name d',
      '-m recent ! --update --hitcount 5 --name d',
    ],
    steps: [
      ...['10.0.0.2', '10.0.0.2', '10.0.0.3', '10.0.0.2', '10.0.0.2', '10.0.0.2'].map((src) => from(src)),
      from('10.0.0.2', { ttl: 63 }),
      from('10.0.0.2', { ttl: 63 }),
      udp(1, 99),
      from('10.0.0.3'),
      wait(2300),
      from('10.0.0.3'),
      from('10.0.0.4'),
      udp(1, 99, 8, { src: '10.0.0.3' }),
      from('10.0.0.4', { dst: FAR }),
    ],
  },
  {
    name: 'bytes, and strings among them',
    rules: [
      '-m quota --quota 1000',
      '-m quota ! --quota 3000',
      '-s 10.0.0.2,10.0.0.3 -m quota --quota 500',
      '-m string --hex-string "|212223|" --algo bm',
      '-m string --hex-string "|00010203|" --algo kmp',
      '-m string ! --hex-string "|0405|" --algo bm --from 30 --to 40',
      '-m string --hex-string "|0001|" --algo bm --to 30',
      '-m string --string ABC --algo bm --icase',
      '-m string --hex-string "|0a000001|" --algo bm --from 16',
      '-p tcp -m tcpmss --mss 1460',
      '-p tcp -m tcpmss ! --mss 1:1459',
    ],
    steps: randomSteps(25, RANDOM_FRAMES),
  },
  {
    name: 'counters that are zeroed, and what goes on',
    rules: [
      '-m limit --limit 1/hour --limit-burst 3',
      '-m statistic --mode nth --every 4 --packet 3',
      '-m statistic --mode nth --every 3 --packet 2',
      '-m quota --quota 100',
      '-m hashlimit --hashlimit-upto 1/hour --hashlimit-burst 3 --hashlimit-name z',
      '-m recent --set --name z',
      '-m recent --rcheck --hitcount 4 --name z',
    ],
    steps: [
      ...times(2, from('10.0.0.2')),
      { run: 'iptables -t mangle -Z' },
      ...times(3, from('10.0.0.2')),
      { run: 'iptables -t mangle -Z PREROUTING 4' },
      ...times(3, from('10.0.0.2')),
      { run: 'iptables -t mangle -Z PREROUTING' },
      ...times(3, from('10.0.0.2')),
    ],
  },
  {
    name: 'how many connections there are, and what they have carried',
    chain: 'INPUT',
    rules: [
      '-m connlimit --connlimit-above 3',
      '-m connlimit --connlimit-upto 2 --connlimit-mask 24',
      '-p udp -m connlimit --connlimit-above 1 --connlimit-daddr',
      '-m connbytes --connbytes 3 --connbytes-dir original --connbytes-mode packets',
      '-m connbytes --connbytes 100:200 --connbytes-dir both --connbytes-mode bytes',
      '-m connbytes ! --connbytes :40 --connbytes-dir original --connbytes-mode avgpkt',
      '-m connbytes ! --connbytes 1: --connbytes-dir reply --connbytes-mode bytes',
    ],
    steps: [
      ...[1, 2, 3, 4, 5].map((port) => udp(port, 9)),
      ...times(4, udp(1, 9)),
      udp(7, 9, 8, { src: '10.0.0.3' }),
      ...times(3, udp(7, 9, 100, { src: '10.0.0.4' })),
      ...times(2, give(6, tcpBytes([1000, 99], 2, [], []), { src: '10.0.0.5' })),
    ],
  },
  {
    name: 'sets',
    isOfSets: true,
    setUp: [
      'ipset create a hash:ip',
      'ipset add a 10.0.0.2',
      'ipset create b hash:net',
      'ipset add b 10.0.0.0/24',
      'ipset add b 10.0.0.3 nomatch',
      'ipset create c hash:ip,port',
      'ipset add c 10.0.0.1,udp:53',
      'ipset add c 10.0.0.1,tcp:80-443',
      'ipset add c 10.0.0.1,icmp:8/0',
      'ipset add c 10.1.0.9,200:0',
      'ipset create d bitmap:port range 0-1024',
      'ipset add d 53',
      'ipset add d 1000',
      'ipset create e hash:ip netmask 24',
      'ipset add e 10.1.0.0',
      'ipset create f hash:net,port',
      'ipset add f 10.0.0.0/8,53',
      'ipset add f 10.0.0.0/24,udp:5000',
      'ipset create g bitmap:ip range 10.0.0.0/24',
      'ipset add g 10.0.0.77',
    ],
    rules: [
      ...['a src', 'a dst', 'a src,dst', 'b src', 'b dst', 'c dst,dst', 'c dst,src', 'c dst', 'd src', 'd dst'],
      ...['e dst', 'f dst,dst', 'f src,src', 'g src'],
    ].flatMap((words) => [`-m set --match-set ${words}`, `-m set ! --match-set ${words}`]),
    steps: randomSteps(24, RANDOM_FRAMES),
  },
  {
    name: 'addresses seen lately, on the way through',
    chain: 'FORWARD',
    rules: ['-m recent --set --name a', '-m recent --rcheck --rttl --name a', '-m ttl --ttl-eq 63'],
    steps: [from('10.0.0.2', { dst: FAR }), from('10.0.0.2', { dst: FAR }), from('10.0.0.2', { dst: FAR, ttl: 9 })],
  },
  {
    name: 'states of connections',
    rules: [
      ...['NEW', 'ESTABLISHED', 'RELATED', 'INVALID', 'UNTRACKED', 'SNAT', 'DNAT'].map(
        (state) => `-m conntrack --ctstate ${state}`,
      ),
      '-m conntrack ! --ctstate NEW,INVALID',
      '-m state --state NEW,RELATED',
      '-m conntrack --ctdir ORIGINAL',
      '-m conntrack --ctdir REPLY',
      '-m conntrack --ctproto udp --ctorigdstport 53',
      '-m conntrack ! --ctproto udp',
      '-m conntrack --ctorigsrc 10.0.0.0/24 --ctrepldst 10.0.0.2',
      '-m conntrack --ctstatus CONFIRMED',
      '-m conntrack --ctstatus SEEN_REPLY',
      '-m conntrack ! --ctstatus CONFIRMED',
      '-m conntrack --ctexpire 1:40',
      '-m conntrack --ctexpire 0',
      '-m conntrack --ctreplsrcport 1000:2000',
      '-m connmark --mark 0',
      '-m connmark ! --mark 5',
    ],
    // A real kernel looks into SCTP.
    steps: randomSteps(23, RANDOM_FRAMES, [1, 6, 6, 17, 17, 17, 200]),
  },
];

function typeLine(_world: World, host: Host, line: string): string {
  const { exit, stdout, stderr } = host.admin.run(netnsOf(host, ''), line === 'true' ? ['ip'] : splitWords(line));
  if (line !== 'true') assert.deepEqual([exit, stderr], [0, ''], line);
  return stdout;
}

/** The counters of each rule, by the rule. */
function counted(text: string): string[] {
  return text.split('\n').filter((line) => line.startsWith('['));
}

describe('matches beside a real kernel’s', () => {
  before(function () {
    need(this, 'netns');
    needTool(this, ['iptables-save', '--version'], 'iptables-save v1.8.9 (nf_tables)');
  });

  for (const { name, rules, chain = 'PREROUTING', setUp = [], steps, isOfSets } of CASES) {
    it(`count the same packets: ${name}`, function () {
      if (isOfSets === true) needTool(this, ['ipset', 'version'], 'ipset v7.17');
      const script = {
        addresses: ['10.0.0.1/24', '10.1.0.1/24'],
        setUp: [
          'sysctl -qw net.ipv4.ip_forward=1',
          'ip neigh add 10.1.0.9 lladdr 02:00:00:00:00:9a dev e1',
          ...setUp,
          ...rules.map((rule) => `iptables -t mangle -A ${chain} ${rule}`),
        ],
        isDeaf: true,
        steps: [...steps, { run: 'iptables-save -c -t mangle', waitMs: 1 }],
      };
      const emulated = counted(playEmulated(script, typeLine).steps.at(-1)!.text);
      const real = counted(playReal(script).steps.at(-1)!.text);
      assert.equal(emulated.length, real.length);
      assert.deepEqual(emulated, real);
    }).timeout(20_000 + 5_000 * EFFORT);
  }
});
