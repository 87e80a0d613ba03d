/** Matches by chance: what a rule asks of a packet, in words that both tools take at the place where it stands. */
import { formatIp4, formatMac } from '../../../src/base/addr.ts';
import { MATCHES } from '../../../src/kernel/nf/registry.ts';
import type { Chance } from './chance.ts';
import { BRIDGED, CLIENTS, EVERYBODY, FAR_AWAY, LOCAL, PORTS_POOL, SERVERS } from './pools.ts';
import { macOfHost } from './topology.ts';

/** Where a rule stands. */
export interface Place {
  readonly table: string;
  /** The chains at the hooks from which it is reached. */
  readonly hooks: readonly string[];
  readonly isUser: boolean;
}

export type Protocol = '' | 'tcp' | 'udp' | 'icmp' | 'other';

const known = (name: string): boolean => MATCHES.some((match) => match.name === name);

export const IN_HOOKS: readonly string[] = ['PREROUTING', 'INPUT', 'FORWARD'];
export const OUT_HOOKS: readonly string[] = ['FORWARD', 'OUTPUT', 'POSTROUTING'];

export function isWithin(place: Place, hooks: readonly string[]): boolean {
  return place.hooks.every((hook) => hooks.includes(hook));
}

export function anyAddress(chance: Chance): string {
  const pool = chance.weighted([
    [4, CLIENTS],
    [4, SERVERS],
    [4, BRIDGED],
    [3, LOCAL],
    [1, FAR_AWAY],
    [1, EVERYBODY],
  ]);
  return formatIp4(chance.among(pool));
}

function addressOrNet(chance: Chance): string {
  if (chance.once(2)) return anyAddress(chance);
  return chance.among(['10.0.0.0/24', '10.1.0.0/24', '10.2.0.0/24', '10.0.0.0/8', '10.2.0.4/30', '10.0.0.2/31']);
}

export function anyPort(chance: Chance): string {
  return String(chance.among(PORTS_POOL));
}

function ports(chance: Chance): string {
  if (!chance.once(4)) return anyPort(chance);
  return chance.among(['0:1023', '1024:65535', '1:100', '5000:5001', '600:8080', '40000:']);
}

/** Addresses, interfaces and fragments. */
export function headerWords(chance: Chance, place: Place): string[] {
  const words: string[] = [];
  const { isUser } = place;
  if (chance.once(4)) words.push(`${chance.not()}-s ${addressOrNet(chance)}`);
  if (chance.once(4)) words.push(`${chance.not()}-d ${addressOrNet(chance)}`);
  const devices = ['e0', 'e1', 'br0', 'br0', 'e+', 'lo', 'e2'];
  const mayAskIn = isWithin(place, IN_HOOKS) || (isUser && chance.once(3));
  const mayAskOut = isWithin(place, OUT_HOOKS) || (isUser && chance.once(3));
  if (mayAskIn && chance.once(5)) words.push(`${chance.not()}-i ${chance.among(devices)}`);
  if (mayAskOut && chance.once(5)) words.push(`${chance.not()}-o ${chance.among(devices)}`);
  if (chance.once(25)) words.push(`${chance.not(2)}-f`);
  return words;
}

const FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG'];

/** `-p` and what belongs to it. */
export function protocolWords(chance: Chance, protocol: Protocol): string[] {
  switch (protocol) {
    case '':
      return [];
    case 'tcp':
      return ['-p tcp', ...tcpWords(chance)];
    case 'udp':
      return [
        '-p udp',
        ...chance.weighted([
          [2, []],
          [3, portWords(chance, 'udp')],
          [1, multiport(chance)],
        ]),
      ];
    case 'icmp': {
      const type = chance.among(['8', '0', '3', '3/3', '11', 'any', 'echo-request', '13']);
      return ['-p icmp', ...(chance.once(2) ? [] : [`-m icmp ${chance.not()}--icmp-type ${type}`])];
    }
    case 'other':
      return [`${chance.not()}-p ${chance.among(['99', '200', 'tcp', 'udp', 'icmp'])}`];
  }
}

function tcpWords(chance: Chance): string[] {
  return chance.weighted<string[]>([
    [2, []],
    [3, portWords(chance, 'tcp')],
    [1, multiport(chance)],
    [1, ['-m tcp --syn']],
    [1, ['-m tcp ! --syn']],
    [1, [`-m tcp ${chance.not()}--tcp-flags ${chance.some(FLAGS).join(',')} ${chance.some(FLAGS).join(',')}`]],
    [1, [`-m tcp ${chance.not()}--tcp-option ${chance.among([2, 3, 8])}`]],
  ]);
}

function portWords(chance: Chance, name: string): string[] {
  const words = [`-m ${name}`];
  if (chance.once(3)) words.push(`${chance.not()}--sport ${ports(chance)}`);
  if (words.length === 1 || chance.once(2)) words.push(`${chance.not()}--dport ${ports(chance)}`);
  return words;
}

function multiport(chance: Chance): string[] {
  const list = chance.some([...PORTS_POOL.slice(0, 5).map(String), '30000:50000']).join(',');
  return [`-m multiport ${chance.not()}--${chance.among(['sports', 'dports', 'ports'])} ${list}`];
}

type Maker = (chance: Chance, place: Place) => string;

const TYPES = ['LOCAL', 'UNICAST', 'BROADCAST', 'MULTICAST'];
const STATES = ['NEW', 'ESTABLISHED', 'RELATED', 'INVALID', 'UNTRACKED'];

function addrtype(chance: Chance, place: Place): string {
  const limits = [''];
  if (isWithin(place, IN_HOOKS)) limits.push('', ' --limit-iface-in');
  if (isWithin(place, OUT_HOOKS)) limits.push('', ' --limit-iface-out');
  const types = (name: string): string => `${chance.not()}--${name}-type ${chance.some(TYPES).slice(0, 2).join(',')}`;
  const which = chance.among([[types('src')], [types('dst')], [types('dst')], [types('src'), types('dst')]]);
  return `-m addrtype ${which.join(' ')}${chance.among(limits)}`;
}

function conntrack(chance: Chance): string {
  const parts = [
    `${chance.not()}--ctstate ${chance
      .some([...STATES, 'SNAT', 'DNAT'])
      .slice(0, 3)
      .join(',')}`,
    `${chance.not()}--ctproto ${chance.among(['tcp', 'udp', 'icmp'])}`,
    `${chance.not()}--ctorigsrc ${addressOrNet(chance)}`,
    `${chance.not()}--ctorigdst ${addressOrNet(chance)}`,
    `${chance.not()}--ctreplsrc ${addressOrNet(chance)}`,
    `${chance.not()}--ctrepldst ${addressOrNet(chance)}`,
    `${chance.not()}--ctstatus ${chance.some(['NONE', 'SEEN_REPLY', 'ASSURED', 'CONFIRMED']).slice(0, 1).join(',')}`,
    `--ctdir ${chance.among(['ORIGINAL', 'REPLY'])}`,
    `${chance.not()}--ctorigdstport ${ports(chance)}`,
    `${chance.not()}--ctorigsrcport ${ports(chance)}`,
    `${chance.not()}--ctexpire 1:100000`,
  ];
  if (chance.once(2)) return `-m conntrack ${parts[0]!}`;
  return `-m conntrack ${chance.some(parts).slice(0, 3).join(' ')}`;
}

function physdev(chance: Chance, place: Place): string {
  const names = ['e2', 'e3', 'e+'];
  const parts = [
    `${chance.not()}--physdev-in ${chance.among(names)}`,
    `${chance.not()}--physdev-is-in`,
    ...(place.hooks.includes('OUTPUT') || place.isUser
      ? []
      : [`${chance.not()}--physdev-out ${chance.among(names)}`, `${chance.not()}--physdev-is-out`]),
    `${chance.not()}--physdev-is-bridged`,
  ];
  return `-m physdev ${chance.some(parts).join(' ')}`;
}

const U32_TESTS = [
  '"6&0xFF=17"',
  '"0&0xFFFF=0x20:0x40"',
  '"0>>22&0x3C@0>>16=53,80,5000"',
  '"12=0x0a000002"',
  '"6&0xFF=6&&0>>22&0x3C@12>>16&0x12=0x02"',
  '"8>>24=0:2"',
];

const BYTECODES = [
  // ip proto 17
  '"4,48 0 0 9,21 0 1 17,6 0 0 65535,6 0 0 0"',
  // src host 10.0.0.2
  '"4,32 0 0 12,21 0 1 167772162,6 0 0 1,6 0 0 0"',
  // length greater than 60
  '"4,128 0 0 0,37 0 1 60,6 0 0 1,6 0 0 0"',
];

function recent(chance: Chance): string {
  const list = chance.among(['a', 'b']);
  const side = chance.among(['', ' --rsource', ' --rdest']);
  const verb = chance.among([
    '--set',
    '! --rcheck',
    '--rcheck',
    '--rcheck --hitcount 2',
    '--rcheck --seconds 600',
    '--update',
    '--update --seconds 600 --hitcount 3',
    '--remove',
  ]);
  return `-m recent ${verb} --name ${list}${side}`;
}

function hashlimit(chance: Chance): string {
  const rate = chance.among(['--hashlimit-upto 1/hour', '--hashlimit-above 2/day', '--hashlimit-upto 1/min']);
  const mode = chance.among([
    '',
    ' --hashlimit-mode srcip',
    ' --hashlimit-mode srcip,dstport',
    ' --hashlimit-mode dstip',
  ]);
  const burst = 1 + chance.below(3);
  return `-m hashlimit ${rate} --hashlimit-burst ${burst}${mode} --hashlimit-name h${chance.below(1000)}`;
}

function macSource(chance: Chance, place: Place): string {
  const host = chance.among([...CLIENTS, ...SERVERS, ...BRIDGED]);
  return isWithin(place, IN_HOOKS) ? `-m mac ${chance.not()}--mac-source ${formatMac(macOfHost(host))}` : '';
}

/** Rates are so low that nobody is let pass again while a case is played. */
function limit(chance: Chance): string {
  return `-m limit --limit ${chance.among(['1/min', '1/hour', '2/day'])} --limit-burst ${1 + chance.below(4)}`;
}

function statistic(chance: Chance): string {
  return `-m statistic --mode nth ${chance.not()}--every ${2 + chance.below(3)} --packet ${chance.below(2)}`;
}

function length(chance: Chance): string {
  return `-m length ${chance.not()}--length ${chance.among(['28', '20:40', '32:', ':60', '1000:2000'])}`;
}

function ttl(chance: Chance): string {
  const tests = ['--ttl-eq 64', '! --ttl-eq 64', '--ttl-lt 2', '--ttl-gt 62', '--ttl-eq 63'];
  return `-m ttl ${chance.among(tests)}`;
}

function iprange(chance: Chance): string {
  const range = chance.among(['10.0.0.2-10.0.0.3', '10.1.0.0-10.2.0.4', '10.0.0.1-10.0.0.2']);
  return `-m iprange ${chance.not()}--${chance.among(['src', 'dst'])}-range ${range}`;
}

function policy(_chance: Chance, place: Place): string {
  if (isWithin(place, IN_HOOKS)) return '-m policy --dir in --pol none';
  if (isWithin(place, OUT_HOOKS)) return '-m policy --dir out --pol none';
  return '';
}

const mark = (chance: Chance): string => `${chance.among(['0', '1', '2', '3'])}${chance.among(['', '/1', '/3'])}`;

/** How often each comes, by name; those that Dockwire lacks do not. */
const EXTENSIONS: readonly (readonly [weight: number, name: string, make: Maker])[] = (
  [
    [6, 'conntrack', conntrack],
    [2, 'state', (chance) => `-m state ${chance.not()}--state ${chance.some(STATES).slice(0, 3).join(',')}`],
    [4, 'addrtype', addrtype],
    [3, 'mark', (chance) => `-m mark ${chance.not()}--mark ${mark(chance)}`],
    [3, 'connmark', (chance) => `-m connmark ${chance.not()}--mark ${mark(chance)}`],
    [3, 'physdev', physdev],
    [2, 'mac', macSource],
    [2, 'limit', limit],
    [2, 'hashlimit', hashlimit],
    [2, 'recent', recent],
    [2, 'statistic', statistic],
    [2, 'length', length],
    [2, 'ttl', ttl],
    [2, 'iprange', iprange],
    [1, 'comment', () => '-m comment --comment "one of many"'],
    [2, 'u32', (chance) => `-m u32 ${chance.not()}--u32 ${chance.among(U32_TESTS)}`],
    [2, 'bpf', (chance) => `-m bpf --bytecode ${chance.among(BYTECODES)}`],
    [1, 'policy', policy],
  ] as readonly (readonly [number, string, Maker])[]
).filter(([, name]) => known(name));

/** Further matches. */
export function matchWords(chance: Chance, place: Place): string[] {
  const count = chance.weighted([
    [4, 0],
    [5, 1],
    [1, 2],
  ]);
  const list = EXTENSIONS.map(([weight, , make]) => [weight, make] as const);
  return Array.from({ length: count }, () => chance.weighted(list)(chance, place)).filter((words) => words !== '');
}
