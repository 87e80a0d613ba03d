/**
 * The lines that LOG writes about packets of every kind. `nf-log-lines.txt` holds what a real kernel wrote; a run with
 * DOCKWIRE_RECORD=1 writes it anew, for which the kernel has to log what namespaces say for that time.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ip4 } from '../../../src/base/addr.ts';
import type { Host } from '../../../src/kernel/host.ts';
import type { WireScript } from '../../differential/wire-lab.ts';
import { GIVEN_ID, playEmulated, playReal } from '../../differential/wire-lab.ts';
import { need, needTools } from '../../machine.ts';
import { icmpBytes, ipv4Bytes, ramp, tcpBytes, udpBytes } from '../../wire/frames.ts';
import { PingSocket } from '../../../src/kernel/socket/ping-socket.ts';
import { UdpSocket } from '../../../src/kernel/socket/udp-socket.ts';
import { ipBytes, netnsOf, payloadOf, type, World } from '../kit.ts';
import { datagrams, FAR, fragments, given, HOST, PEER, routerScript, segments, sendTo, SYN } from './packet-kinds.ts';

const RECORDED = join(process.cwd(), 'test/kernel/nf/nf-log-lines.txt');
/** What the rules write in front of their lines: it tells them from others in the log of a real kernel. */
const PREFIX = 'dockwire:';

/** Every ICMP error about datagrams of every kind, and errors that are cut. */
function errors(): Uint8Array[] {
  const send = sendTo(HOST);
  const quote = (protocol: number, payload: readonly number[]): number[] =>
    ipv4Bytes(payload, { protocol, src: HOST, dst: PEER, id: 5, tos: 8, ttl: 3 });
  const quotes = [
    quote(17, udpBytes(53, 4000, ramp(4), HOST, PEER)),
    quote(6, tcpBytes([80, 4000], SYN, [2, 4, 5, 0xb4], [], HOST, PEER)),
    quote(6, tcpBytes([80, 4000], SYN, [2, 4, 5, 0xb4], [], HOST, PEER).slice(0, 8)),
    quote(1, icmpBytes(8, 0, 0x10002, ramp(8))),
    quote(1, icmpBytes(3, 1, 0, quote(17, ramp(8)))),
    quote(99, ramp(9)),
    quote(17, []),
    quote(17, []).slice(0, 18),
  ];
  const kinds: readonly (readonly [type: number, code: number, rest: number])[] = [
    [3, 3, 0],
    [3, 4, 1400],
    [4, 0, 0],
    [5, 1, 0x0a000009],
    [11, 0, 0],
    [12, 0, 0x14000000],
  ];
  return kinds.flatMap(([kind, code, rest]) =>
    quotes.map((quoted) => send(icmpBytes(kind, code, rest, quoted), { protocol: 1 })),
  );
}

/** Header fields that have words of their own. */
function headers(): Uint8Array[] {
  const send = sendTo(HOST);
  const udp = udpBytes(4000, 9, ramp(3), PEER, HOST);
  const urgent = tcpBytes([4000, 80], 0x3f, [1, 1, 8, 10, 1, 2, 3, 4, 5, 6, 7, 8], [], PEER, HOST);
  const reserved = urgent.map((byte, i) => (i === 12 ? byte | 0x0f : i === 19 ? 7 : byte));
  return [
    ...[0x8000, 0xc000, 0x2000, 0x6004, 0x1fff].map((flags) => send(udp, { protocol: 17, flags })),
    ...[0x1e, 0xe0, 0xff, 1].map((tos) => send(udp, { protocol: 17, tos })),
    send(udp, { protocol: 17, options: [7, 7, 4, 0, 0, 0, 0, 0] }),
    send(udp, { protocol: 17, options: [1, 1, 1, 1] }),
    send(reserved, { protocol: 6 }),
    send(urgent.slice(0, 24), { protocol: 6 }),
    ...[50, 51].flatMap((protocol) => [7, 8, 11, 12].map((bytes) => send(ramp(bytes), { protocol }))),
    ...[50, 51, 6, 17, 136, 1].map((protocol) => send(ramp(16), { protocol, flags: 2 })),
  ];
}

const ROUTER = routerScript(
  given([
    ...segments(HOST),
    ...datagrams(HOST),
    ...fragments(HOST),
    ...errors(),
    ...headers(),
    ...segments(FAR).slice(0, 3),
    ...datagrams(FAR).slice(0, 4),
    ...fragments(FAR),
    ipBytes(udpBytes(1, 2, [], PEER, ip4('10.0.0.255')), { src: PEER, dst: ip4('10.0.0.255'), id: GIVEN_ID }),
  ]),
  [
    'sysctl -qw net.ipv4.icmp_echo_ignore_all=1',
    `iptables -t raw -A PREROUTING -j LOG --log-prefix ${PREFIX} --log-tcp-sequence --log-tcp-options --log-ip-options`,
    'iptables -t mangle -A PREROUTING -p tcp -j MARK --set-mark 0xbeef0001',
    `iptables -t mangle -A PREROUTING -j LOG --log-prefix ${PREFIX}m: --log-macdecode --log-level debug`,
    `iptables -A INPUT -j LOG --log-prefix ${PREFIX} --log-level 0 --log-uid`,
    'iptables -A INPUT -p udp --sport 1 -j LOG',
    'iptables -A INPUT -j DROP',
    `iptables -A FORWARD -j LOG --log-prefix ${PREFIX}`,
    `iptables -t mangle -A POSTROUTING -j LOG --log-prefix ${PREFIX}`,
  ],
);

/** Two ports of a bridge, whose datagrams the rules see. */
const BRIDGE: WireScript = {
  addresses: ['', ''],
  setUp: [
    'ip link add br0 address 02:00:00:00:0b:00 type bridge',
    'ip link set e0 master br0',
    'ip link set e1 master br0',
    'ip link set br0 up',
    'ip addr add 10.0.0.1/24 dev br0',
    'sysctl -qw net.bridge.bridge-nf-call-iptables=1',
    ...['PREROUTING', 'FORWARD', 'POSTROUTING'].map(
      (chain) => `iptables -t mangle -A ${chain} -j LOG --log-prefix ${PREFIX}`,
    ),
    `iptables -A INPUT -j LOG --log-prefix ${PREFIX}`,
    'iptables -A INPUT -j DROP',
  ],
  steps: given([
    ipBytes(
      udpBytes(1, 2, [], PEER, ip4('10.0.0.3')),
      { src: PEER, dst: ip4('10.0.0.3'), id: GIVEN_ID },
      0x0200000000_9a,
    ),
    ipBytes(udpBytes(1, 2, [], PEER, HOST), { src: PEER, dst: HOST, id: GIVEN_ID }, 0x020000000b00),
  ]),
};

const LABS: readonly (readonly [name: string, script: WireScript])[] = [
  ['a router', ROUTER],
  ['a bridge', BRIDGE],
];

/** The lines as `dmesg -r` has them, without their times. */
function emulatedLines(script: WireScript): string[] {
  let machine: Host | undefined;
  playEmulated(script, (_, host, line) => type((machine = host), line));
  const lines = machine!.log.lines.map(({ level, text }) => `<${level}>${text}`);
  return lines.filter((line) => line.includes(PREFIX));
}

const SWITCH = 'net.netfilter.nf_log_all_netns';

/** Without the IGMP of a bridge, which an emulated one has sent long ago. */
function realLines(script: WireScript): string[] {
  const run = (command: string): string => spawnSync('sh', ['-c', command], { encoding: 'utf8' }).stdout;
  const began = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
  run(`sysctl -qw ${SWITCH}=1`);
  try {
    playReal(script);
  } finally {
    run(`sysctl -qw ${SWITCH}=0`);
  }
  return [...run('dmesg -r').matchAll(/^(<\d>)\[ *([\d.]+)\] (.*)$/gm)]
    .filter(([, , time, text]) => Number(time) >= began && text!.includes(PREFIX) && !text!.includes(' PROTO=2 '))
    .map(([, level, , text]) => `${level}${text}`);
}

describe('kernel/nf/nf-log', () => {
  before(function () {
    if (process.env['DOCKWIRE_RECORD'] === undefined) return;
    this.timeout(60_000);
    need(this, 'netns');
    needTools(this, ['iptables', 'dmesg']);
    const text = LABS.map(([name, script]) => [`# ${name}`, ...realLines(script)].join('\n')).join('\n');
    writeFileSync(RECORDED, `${text}\n`);
  });

  for (const [name, script] of LABS) {
    it(`says of each packet what a real kernel says, ${name}`, () => {
      const recorded = readFileSync(RECORDED, 'utf8')
        .split('# ')
        .find((part) => part.startsWith(`${name}\n`));
      assert.ok(recorded !== undefined, `${RECORDED} is there`);
      const lines = recorded.split('\n').slice(1);
      assert.deepEqual(
        emulatedLines(script),
        lines.filter((line) => line !== ''),
      );
    });
  }

  it('says whose program has sent a packet, and of no other', () => {
    const host = new World().host('h');
    type(host, 'iptables -A OUTPUT -j LOG --log-uid');
    type(host, 'iptables -A INPUT -p udp -j REJECT');
    type(host, 'iptables -t mangle -A POSTROUTING -j LOG --log-uid');
    type(host, 'iptables -A INPUT -j LOG --log-uid');
    type(host, 'ip link set lo up');
    const ping = new PingSocket(host.rootNs);
    ping.sendEcho(ip4('127.0.0.1'), 1, payloadOf(4));
    const udp = new UdpSocket(host.rootNs);
    udp.sendTo(ip4('127.0.0.1'), 9, payloadOf(4));
    const sent = (text: string): string => `${/PROTO=\w+( TYPE=\d+)?/.exec(text)![0]}${text.includes('UID=0 GID=0 ')}`;
    host.sched.run(host.sched.now + 1_000_000, 1000);
    assert.deepEqual(
      new Set(host.log.lines.map(({ text }) => (text.startsWith('IN=lo') ? 'in ' : '') + sent(text))),
      new Set([
        'PROTO=ICMP TYPE=8true',
        'PROTO=UDPtrue',
        'PROTO=ICMP TYPE=0false',
        'PROTO=ICMP TYPE=3false',
        'in PROTO=ICMP TYPE=8false',
        'in PROTO=ICMP TYPE=0false',
        'in PROTO=ICMP TYPE=3false',
      ]),
    );
    ping.close();
    udp.close();
  });

  it('says nothing in other namespaces, unless somebody asks for it', () => {
    const host = new World().host('h');
    for (const line of ['ip netns add n', 'ip -n n link set lo up', 'ip netns exec n iptables -A OUTPUT -j LOG']) {
      type(host, line);
    }
    const socket = new PingSocket(netnsOf(host, 'n'));
    const linesAfterPing = (): string[] => {
      socket.sendEcho(ip4('127.0.0.1'), 1, payloadOf(4));
      return host.log.lines.map(({ text }) => text.replace(/ID=.*/, ''));
    };
    assert.deepEqual(linesAfterPing(), []);
    type(host, `sysctl -w ${SWITCH}=1`);
    assert.deepEqual(linesAfterPing(), ['IN= OUT=lo SRC=127.0.0.1 DST=127.0.0.1 LEN=32 TOS=0x00 PREC=0x00 TTL=64 ']);
    const { stderr } = host.admin.type(`ip netns exec n sysctl ${SWITCH}`);
    assert.equal(stderr, `sysctl: cannot stat /proc/sys/${SWITCH.replaceAll('.', '/')}: No such file or directory\n`);
    socket.close();
  });
});
