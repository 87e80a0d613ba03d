/** traceroute of Debian and the emulated one: the same words, exit codes and frames. */
import assert from 'node:assert/strict';
import { TcpSocket } from '../../../src/kernel/socket/tcp/tcp-socket.ts';
import { hostPrograms } from '../../../src/userland/registry.ts';
import { need, needTool } from '../../machine.ts';
import { netnsOf } from '../../kernel/kit.ts';
import type { Result, Topology } from '../net-lab.ts';
import { EmulatedLab, PAIR, RealLab, ROUTED } from '../net-lab.ts';

/** What needs no network. */
const WORDS = [
  'traceroute',
  'traceroute --help',
  'traceroute -V x',
  'traceroute -z',
  'traceroute -nq1 10.77.0.2',
  'traceroute --first',
  'traceroute --first=x 10.77.0.2',
  'traceroute --first 5 10.77.0.2',
  'traceroute -m 0 10.77.0.2',
  'traceroute -m 256 10.77.0.2',
  'traceroute -f 0 10.77.0.2',
  'traceroute -f 31 10.77.0.2',
  'traceroute -f -1 10.77.0.2',
  'traceroute -q 11 10.77.0.2',
  'traceroute -q 2x 10.77.0.2',
  'traceroute -w x 10.77.0.2',
  'traceroute -w -1 10.77.0.2',
  'traceroute -w 1,2,x 10.77.0.2',
  'traceroute -z -1 10.77.0.2',
  'traceroute -z 1x 10.77.0.2',
  'traceroute -p x 10.77.0.2',
  'traceroute -i nodev 10.77.0.2',
  'traceroute -s 10.9.9.9 10.77.0.2',
  'traceroute -M foo 10.77.0.2',
  'traceroute -X 10.77.0.2',
  'traceroute --foo=3 10.77.0.2',
  'traceroute --mt 10.77.0.2',
  'traceroute -n',
  'traceroute 10.77.0.2 x',
  'traceroute 10.77.0.2 70000',
  'traceroute 10.77.0.2 28 5',
  'traceroute 10.77.0.2 -5',
  'traceroute 10.99.9.9',
  'traceroute -I 10.99.9.9',
  'traceroute 10.77.0.255',
  'traceroute -T -O help',
  'traceroute -q 99 -T -Ohelp -X',
  'traceroute -T -O foo,help',
  'traceroute -I -O help',
  'traceroute -O help -T',
  'traceroute -M tcpconn -O help',
  'traceroute -M foo -O help',
  'traceroute -T -O foo -X',
  'traceroute -T -O foo 10.77.0.2 70000',
  'traceroute -T -O foo -i nodev 10.77.0.2',
  'traceroute -T -O mss 10.77.0.2',
  'traceroute -T -O mss=x 10.77.0.2',
  'traceroute -T -O flags=x 10.77.0.2',
  'traceroute -T -O info=3 10.77.0.2',
  'traceroute -T -O ,info 10.77.0.2',
  'traceroute -T -O syn -O info,sa 10.77.0.2',
  'traceroute -T -O fl 10.77.0.2',
  'traceroute -I -O raw,dgram 10.77.0.2',
  'traceroute -I -O ra 10.77.0.2',
  'traceroute -T -i nodev 10.77.0.2',
  'traceroute -T -s 10.9.9.9 10.77.0.2',
  'traceroute -T 10.77.0.255',
  'traceroute -T 10.99.9.9',
  'traceroute -M tcpconn 10.77.0.255',
  'traceroute -M tcpconn 10.99.9.9',
  'traceroute -M tcpconn -i nodev 10.77.0.2',
];

/** Each by itself, because a host answers six probes at once and then one a second. */
const TRACES = [
  'traceroute -n -q 1 10.77.0.2',
  'traceroute -I 10.77.0.2',
  'traceroute -I -N 1 10.77.0.2 29',
  'traceroute -q 1 -n -p 0x50 --sport=99 10.77.0.2 100',
  'traceroute -nq 2 -N 1 10.77.0.2',
  'traceroute -F -n -q 2 10.77.0.2 2000',
  'traceroute -I -F -n -q 2 10.77.0.2 2000',
  'traceroute -n --mtu -q 1 10.77.0.2',
  'traceroute -n --dont -U -q 1 10.77.0.2 1500',
  'traceroute -q1 -i eth0 -s 10.77.0.1 --back -n 10.77.0.2',
  'traceroute -n -q 1 -m 2 -w 0.2 10.77.0.50',
  'traceroute -w 1,3,10 -q 3 -m 2 10.77.0.50',
  'traceroute -T -n -q 1 -w 0.5 -m 3 10.77.0.50',
];

const ROUTED_TRACES = [
  'traceroute -n -q 1 10.78.0.2',
  'traceroute -n -I -q 1 10.78.0.2',
  'traceroute -n -q 1 -N 1 -t 16 10.78.0.2',
  'traceroute -n -I -q 1 -N 1 -f 2 10.78.0.2 2000',
  'traceroute -n -q 1 10.99.0.1',
  'traceroute -n -q 2 -N 1 10.99.0.1',
  'traceroute -n -w 3.5 -N 1 -q 1 10.78.0.77',
  'traceroute -n -z 0.1 -q 1 10.78.0.2',
  'traceroute -T -n 10.78.0.2',
  'traceroute -T -n -q 2 -O info -p 81 10.78.0.2',
];

/** One after the other in one network: a has routers without limits, b listens at 80, drops 82 and refuses 83. */
const TCP_TRACES = [
  'traceroute -T -n -O info -N 1 10.78.0.2 100',
  'traceroute -T -n -p 81 -O info -q 2 -N 1 10.78.0.2',
  'traceroute -T -n -p 82 -q 1 -N 1 -m 3 -w 0.4 10.78.0.2',
  'traceroute -T -n -p 83 -O info -q 1 -N 1 10.78.0.2',
  'traceroute -T -n -q 2 -N 1 -w 0.4 10.99.0.1',
  'traceroute -T -n -p 65616 -q 1 --sport=999 -t 16 -F 10.78.0.2',
  'traceroute -T -n --mtu -s 10.77.0.1 -i eth0 -q 1 10.78.0.2',
  'traceroute -T -n -q 1 -N 1 -O info 10.77.0.1',
  ...[
    ...['syn,info', 'ack,info', 'fin', 'rst,urg,psh', 'ece,cwr', 'flags=18,info', 'syn,flags=0', 'flags=0x1ff'],
    ...['sack', 'timestamps', 'ti,sack', 'win', 'ecn,info', 'sysctl,sack', 'ack,sack,timestamps', 'ack,ecn,window'],
    ...['flags=2x', 'mss=1000', 'mss=100000', 'syn,,mss=88,reuse', 'fl=2,sysctl', 'syn -O info', ','],
  ].map((words) => `traceroute -T -n -q 1 -N 1 -f 2 -m 2 -w 0.1 -O ${words} 10.78.0.2`),
  'traceroute -M tcpconn -n -q 1 -N 1 10.78.0.2',
  'traceroute -M tcpconn -n -p 81 -q 2 -N 1 10.78.0.2 100',
  'traceroute -M tcpconn -n -p 82 -q 1 -N 1 -m 3 -w 0.4 10.78.0.2',
  'traceroute -M tcpconn -n -p 83 -q 1 -N 1 10.78.0.2',
  'traceroute -M tcpconn -n -q 1 -N 1 -w 0.4 -m 2 -t 16 -F -O any 10.99.0.1 1',
];

const TCP_TOPOLOGY: Topology = {
  namespaces: ROUTED.namespaces,
  lines: [
    ...ROUTED.lines,
    ...['a', 'r', 'b'].map((name) => `ip netns exec @${name}@ sysctl -qw net.ipv4.icmp_ratelimit=0`),
  ],
};

const RULES = ['iptables -A INPUT -p tcp --dport 82 -j DROP', 'iptables -A INPUT -p tcp --dport 83 -j REJECT'];

const LISTENER = `
import socket, time
s = socket.socket(); s.bind(("", 80)); s.listen(9)
print("listening", flush=True)
time.sleep(60)
`;

/** How many of several probes at a time leave before the first answer depends on how busy the machine is. */
const IS_ONE_AT_A_TIME = /-N 1|--mtu|--sport/;

function masked({ stdout, stderr, exit }: Result): Result {
  return { stdout: stdout.replace(/[\d.]+ ms/g, 'T ms'), stderr, exit };
}

describe('userland/traceroute against the real one:', function () {
  this.timeout(60_000);
  const labs: RealLab[] = [];

  before(function () {
    need(this, 'netns');
    needTool(this, ['traceroute', '-V'], 'version 2.1.2');
  });

  after(() => {
    for (const lab of labs) lab.dispose();
  });

  it('its words and exit codes', async () => {
    const lab = new RealLab(PAIR, 'tracew');
    labs.push(lab);
    const expected = await lab.run(WORDS.map((line) => ({ ns: 'a', line })));
    for (const [i, line] of WORDS.entries()) {
      const [actual] = new EmulatedLab(PAIR).run(hostPrograms(), [{ ns: 'a', line }]);
      assert.deepEqual(actual, expected[i], line);
    }
  });

  it('its output, and its frames', async function () {
    need(this, 'shared');
    const all = [
      ...TRACES.map((line) => ({ line, topology: PAIR })),
      ...ROUTED_TRACES.map((line) => ({ line, topology: ROUTED })),
    ];
    const mine = all.map((each, i) => ({ ...each, lab: new RealLab(each.topology, `trace${i}`) }));
    labs.push(...mine.map(({ lab }) => lab));
    const runs = await Promise.all(
      mine.map(async ({ line, topology, lab }) => {
        const run = { line, topology, frames: [] as string[], result: undefined as Result | undefined };
        const typed = async (): Promise<void> => {
          run.result = await lab.runOne({ ns: 'a', line });
        };
        if (IS_ONE_AT_A_TIME.test(line)) run.frames = await lab.capture('a', 'eth0', typed);
        else await typed();
        return run;
      }),
    );
    for (const { line, topology, frames, result } of runs) {
      const emulated = new EmulatedLab(topology);
      const [actual] = emulated.run(hostPrograms(), [{ ns: 'a', line }]);
      assert.deepEqual(masked(actual!), masked(result!), line);
      if (frames.length > 0) assert.deepEqual(inOrder(emulated.canonical('a', 'eth0')), inOrder(frames), line);
    }
  });

  it('its segments, and what it makes of the answers', async function () {
    need(this, 'shared');
    const lab = new RealLab(TCP_TOPOLOGY, 'tracet');
    labs.push(lab);
    const results: Result[] = [];
    for (const line of RULES) await lab.runOne({ ns: 'b', line });
    // What else depends on how much memory there is.
    for (const ns of ['a', 'b']) await lab.runOne({ ns, line: "sysctl -qw net.ipv4.tcp_rmem='4096 131072 6291456'" });
    const listener = lab.spawn('b', ['python3', '-c', LISTENER]);
    let frames: string[];
    try {
      await new Promise((resolve) => listener.stdout.once('data', resolve));
      frames = await lab.capture('a', 'eth0', async () => {
        for (const line of TCP_TRACES) results.push(await lab.runOne({ ns: 'a', line }));
      });
    } finally {
      listener.kill();
    }
    const emulated = new EmulatedLab(TCP_TOPOLOGY);
    for (const line of RULES) emulated.run(hostPrograms(), [{ ns: 'b', line }]);
    const socket = new TcpSocket(netnsOf(emulated.host, 'b'));
    assert.equal(socket.bind(0, 80) + socket.listen(9), '');
    for (const [i, line] of TCP_TRACES.entries()) {
      const [actual] = emulated.run(hostPrograms(), [{ ns: 'a', line }]);
      assert.deepEqual(masked(actual!), masked(results[i]!), line);
    }
    assert.deepEqual(inOrder(emulated.canonical('a', 'eth0')), inOrder(frames));
  });
});

/**
 * Sent frames, then received ones: how they interleave depends on how busy the machine is. Without what neighbours ask
 * some seconds later to keep each other in mind.
 */
function inOrder(lines: readonly string[]): string[] {
  const kept = lines.filter((line) => !/^eth \S+>02:42:\S+ arp /.test(line));
  const isSent = (line: string): boolean => line.startsWith('eth 02:42:0a:4d:00:01>');
  return [...kept.filter(isSent), ...kept.filter((line) => !isSent(line))];
}
