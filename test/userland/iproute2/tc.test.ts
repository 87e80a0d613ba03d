/** tc's words: every mistake and every table, character by character against the real tool where it is there. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Host } from '../../../src/kernel/host.ts';
import { Files } from '../../../src/kernel/proc/files.ts';
import { ProgramRegistry } from '../../../src/kernel/proc/program-registry.ts';
import { TC } from '../../../src/userland/iproute2/tc.ts';
import { need, SHARED } from '../../machine.ts';
import { type, World } from '../../kernel/kit.ts';
import type { Answer } from '../../kernel/admin/real-tools.ts';
import { onRealLinux } from '../../kernel/admin/real-tools.ts';

/** Types one line on a machine: tc as its program, all else at the door. */
function answer(host: Host, line: string): Answer {
  if (!line.startsWith('tc')) return { line, ...host.admin.type(line) };
  const output = { stdout: '', stderr: '' };
  const proc = host.processes.spawn({
    argv: line.split(' '),
    program: (process) => TC.run(process),
    ns: host.rootNs,
    hostname: 'h',
    files: new Files(),
    env: new Map(),
    registry: new ProgramRegistry(),
    stdin: 'eof',
    stdout: (text) => (output.stdout += text),
    stderr: (text) => (output.stderr += text),
  });
  return { line, exit: proc.exitCode ?? -1, ...output };
}

/** Without IPv6 nothing sends by itself. */
const SETUP = [
  'sysctl -qw net.ipv6.conf.default.disable_ipv6=1',
  'ip link add v0 type veth peer name v1',
  'ip link set v0 up',
  'ip link set v1 up',
];

/** What tc itself refuses before it asks the kernel, which may have no netem. */
const REFUSED = `
help
-V
foo
-foo
qdisc help
qdisc foo
class help
class foo
qdisc add dev
qdisc add dev nope root netem
qdisc add dev v0 root foo bar
qdisc add dev v0 root netem foo
qdisc add dev v0 root netem help
qdisc add dev v0 root netem delay
qdisc add dev v0 root netem delay foo
qdisc add dev v0 root netem delay 10ms foo
qdisc add dev v0 root netem delay 10ms 1foo
qdisc add dev v0 root netem delay 10ns
qdisc add dev v0 root netem delay 10ms 1ms 101%
qdisc add dev v0 root netem delay 10ms 1ms 1.5x
qdisc add dev v0 root netem delay 10000s
qdisc add dev v0 root netem loss foo
qdisc add dev v0 root netem loss 101%
qdisc add dev v0 root netem loss 1x
qdisc add dev v0 root netem loss random
qdisc add dev v0 root netem loss random x
qdisc add dev v0 root netem loss 1% loss 2%
qdisc add dev v0 root netem loss state
qdisc add dev v0 root netem loss state x
qdisc add dev v0 root netem loss state 1 2x
qdisc add dev v0 root netem loss state 1 2 3x
qdisc add dev v0 root netem loss state 1 2 3 4x
qdisc add dev v0 root netem loss state 1 2 3 4 5x
qdisc add dev v0 root netem loss state 1 2 3 4 5 6
qdisc add dev v0 root netem loss gemodel
qdisc add dev v0 root netem loss gemodel x
qdisc add dev v0 root netem loss gemodel 1 x
qdisc add dev v0 root netem loss gemodel 1 2x
qdisc add dev v0 root netem loss gemodel 1 2 3x
qdisc add dev v0 root netem loss gemodel 1 2 3 4x
qdisc add dev v0 root netem loss 1% 25x
qdisc add dev v0 root netem ecn
qdisc add dev v0 root netem reorder 25%
qdisc add dev v0 root netem reorder x
qdisc add dev v0 root netem delay 1ms reorder 25% 50x
qdisc add dev v0 root netem gap 5
qdisc add dev v0 root netem gap x
qdisc add dev v0 root netem distribution normal
qdisc add dev v0 root netem delay 1ms distribution normal
qdisc add dev v0 root netem delay 1ms 1ms distribution uniform
qdisc add dev v0 root netem rate foo
qdisc add dev v0 root netem rate 1mbit x
qdisc add dev v0 root netem rate 1mbit 1x
qdisc add dev v0 root netem rate 1mbit -1x
qdisc add dev v0 root netem rate 1mbit 1 1x
qdisc add dev v0 root netem rate 1mbit 1 1 1x
qdisc add dev v0 root netem slot
qdisc add dev v0 root netem slot foo
qdisc add dev v0 root netem slot 1x
qdisc add dev v0 root netem slot 1ms 1us
qdisc add dev v0 root netem slot distribution normal
qdisc add dev v0 root netem slot distribution normal x
qdisc add dev v0 root netem slot distribution normal 1ms x
qdisc add dev v0 root netem slot distribution normal 1ms 0ms
qdisc add dev v0 root netem slot 1ms packets
qdisc add dev v0 root netem slot 1ms packets x
qdisc add dev v0 root netem slot 1ms bytes x
qdisc add dev v0 root netem seed 5
qdisc add dev v0 root netem limit x
qdisc add dev v0 root netem limit 10x
qdisc add dev v0 root netem limit
qdisc add dev v0 root netem duplicate x
qdisc add dev v0 root netem duplicate 1 2x
qdisc add dev v0 root netem corrupt x
qdisc add dev v0 root netem corrupt 1 2x
qdisc add dev v0 dev v0 root netem
qdisc add dev v0 root root netem
qdisc add dev v0 handle 1 handle 1: root netem
qdisc add dev v0 handle x root netem
qdisc add dev v0 parent x netem
qdisc add dev v0 parent 1: parent 1: netem
qdisc add dev v0 root pfifo limit x
qdisc add dev v0 root pfifo limit
qdisc add dev v0 root pfifo foo
qdisc add dev v0 root bfifo help
qdisc add dev v0 root pfifo_fast foo
qdisc add dev v0 root noqueue foo
qdisc add dev v0 root tbf
qdisc add dev v0 root tbf foo
qdisc add dev v0 root tbf help
qdisc add dev v0 root tbf rate 1mbit burst 10k latency 50ms limit 5
qdisc add dev v0 root tbf rate 1mbit burst 10k limit 5k latency 50ms
qdisc add dev v0 root tbf rate 1mbit burst 10k
qdisc add dev v0 root tbf rate
qdisc add dev v0 root tbf rate x
qdisc add dev v0 root tbf rate 1mbit burst x
qdisc add dev v0 root tbf rate 1mbit buffer 10k/3
qdisc add dev v0 root tbf rate 1mbit burst 10k burst 10k
qdisc add dev v0 root tbf rate 1mbit burst 10k limit x
qdisc add dev v0 root tbf rate 1mbit burst 10k limit 1 limit 1
qdisc add dev v0 root tbf rate 1mbit burst 10k latency x
qdisc add dev v0 root tbf rate 1mbit burst 10k latency 1 latency 1
qdisc add dev v0 root tbf rate 1mbit burst 10k latency 50ms peakrate 2mbit
qdisc add dev v0 root tbf rate 1mbit burst 10k latency 50ms peakrate x
qdisc add dev v0 root tbf rate 1mbit burst 10k latency 50ms peakrate 2mbit mtu x
qdisc add dev v0 root tbf rate 1mbit burst 10k latency 50ms minburst x
qdisc add dev v0 root tbf rate 1mbit burst 10k latency 50ms mpu x
qdisc add dev v0 root tbf rate 1mbit burst 10k latency 50ms overhead x
qdisc add dev v0 root tbf rate 1mbit burst 10k latency 50ms linklayer x
qdisc add dev v0 root tbf rate 1mbit rate 1mbit
qdisc show foo
qdisc show dev nope
qdisc show dev
qdisc show dev v0 parent x
qdisc show dev v0 handle x
class show foo
-n nope qdisc show`;

/** Typed in this order, against the kernel. */
const DONE = `
qdisc show dev v0
qdisc show
-s qdisc show dev v0
qdisc add
qdisc add dev v0
qdisc add dev v0 root
qdisc add dev v0 root foo
qdisc del dev v0
qdisc del dev v0 root
qdisc del dev v0 parent 1:1
qdisc change dev v0 root pfifo
qdisc change dev v0 handle 7: pfifo
qdisc replace dev v0 root handle 7: pfifo limit 5
qdisc show dev v0
qdisc change dev v0 handle 7: pfifo limit 6
qdisc change dev v0 root pfifo limit 7
-s qdisc show dev v0
-j -p -s qdisc show dev v0
qdisc add dev v0 parent 7:1 pfifo
qdisc add dev v0 root pfifo
qdisc del dev v0 root handle 6:
qdisc del dev v0 root bfifo
qdisc del dev v0 handle 7:
qdisc del dev v0 root handle 7: pfifo
qdisc show dev v0
qdisc add dev v0 root handle 5: bfifo
qdisc show dev v0
qdisc change dev v0 root bfifo limit 3m
qdisc show dev v0
qdisc change dev v0 root bfifo limit 5000
-j qdisc show dev v0
qdisc replace dev v0 root handle 6: pfifo_fast
-s qdisc show dev v0
-j qdisc show dev v0
qdisc replace dev v0 root handle 8: noqueue
-s qdisc show dev v0
qdisc replace dev v0 root handle 1: tbf rate 1mbit burst 10k latency 50ms
-s qdisc show dev v0
-d -s qdisc show dev v0
-r qdisc show dev v0
-j qdisc show dev v0
-j -p -s -d qdisc show dev v0
class show dev v0
-s class show dev v0
class show
qdisc change dev v0 root tbf rate 256kbit burst 1540 latency 400ms
qdisc show dev v0
qdisc change dev v0 root tbf rate 10mbit burst 5kb limit 3000
qdisc show dev v0
qdisc change dev v0 root tbf rate 1gbit burst 200k latency 1us
qdisc show dev v0
qdisc change dev v0 root tbf rate 0.5mbit burst 5kb latency 70ms peakrate 1mbit minburst 1540
qdisc show dev v0
-d qdisc show dev v0
-r qdisc show dev v0
-j qdisc show dev v0
-d -j qdisc show dev v0
qdisc change dev v0 root tbf rate 3333bps burst 2000b latency 1.5s overhead 14
qdisc show dev v0
qdisc change dev v0 root tbf rate 123456789 burst 65535 latency 333us
qdisc show dev v0
qdisc change dev v0 root tbf rate 1mbit burst 10k latency 50ms peakrate 500kbit mtu 1540
qdisc add dev v0 parent 1:1 handle 10: pfifo limit 5
qdisc show dev v0
qdisc show
qdisc show dev v0 root
qdisc show dev v0 parent 1:1
qdisc show dev v0 handle 10:
-j -p qdisc show dev v0
class show dev v0
class show
class show dev v0 parent 1:
qdisc add dev v0 parent 1:1 handle 11: pfifo limit 5
qdisc add dev v0 parent 1: handle 11: pfifo limit 5
qdisc add dev v0 parent 7:1 handle 11: pfifo limit 5
qdisc add dev v0 parent 10: handle 11: pfifo limit 5
qdisc replace dev v0 parent 1:1 handle 12: bfifo limit 50000
qdisc show dev v0
qdisc change dev v0 parent 1:1 handle 12: bfifo limit 40000
qdisc show dev v0
qdisc del dev v0 parent 1:1
qdisc del dev v0 parent 1:1
qdisc show dev v0
qdisc add dev v0 parent 1: handle 20: pfifo limit 3
qdisc show dev v0
qdisc add dev v0 root handle 1: pfifo
qdisc add dev v0 root handle 2: pfifo
qdisc replace dev v0 root handle 1: pfifo
qdisc replace dev v0 root handle 3:1 pfifo
qdisc show dev v0
-o -s qdisc show dev v0
qdisc del dev v0 root
qdisc show dev v0
qd ls dev v0
-br qdisc list dev v0
-N qdisc lst dev v0`;

const lines = (text: string): string[] =>
  text
    .trim()
    .split('\n')
    .map((line) => `tc ${line}`);

function compare(context: Mocha.Context, typed: readonly string[]): void {
  const all = [...SETUP, ...typed];
  const real = onRealLinux(context, all);
  const host = new World().host('h');
  const ours = all.map((line) => answer(host, line));
  // a real namespace has a lo of its own, and v1 comes before v0 there
  assert.deepEqual(ours, real);
}

describe('userland: tc', () => {
  it('refuses what the real tool refuses, in its words', function () {
    compare(this, lines(REFUSED));
  });

  it('does and shows what the real tool and kernel do and show', function () {
    compare(this, lines(DONE));
  });

  it('prints netem as the recordings of a kernel that has it', function () {
    need(this, 'shared');
    const summary = readFileSync(`${SHARED}/truth/stock-kernel/5-plain/netem/summary.txt`, 'utf8');
    const cases = [...summary.matchAll(/^## \w+: netem (.+) \(N=.*\n(qdisc netem (\w+): root refcnt 3 .*)\n/gm)];
    assert.equal(cases.length, 17);
    for (const [, words = '', printed = '', handle = ''] of cases) {
      const host = new World().host('h');
      for (const line of SETUP) type(host, line);
      assert.equal(answer(host, `tc qdisc add dev v0 root handle ${handle}: netem ${words}`).stderr, '');
      assert.equal(answer(host, 'tc qdisc show dev v0').stdout, `${printed}\n`);
    }
  });

  it('prints all of netem, also as JSON', () => {
    const host = new World().host('h');
    for (const line of SETUP) type(host, line);
    const words =
      'delay 100us 20us 5% distribution pareto loss state 1% 2% 3% 4% 5% duplicate 0.5% 7% reorder 25% 50% gap 5 ' +
      'corrupt 0.1% 10% rate 5kbit -10 48 5 slot 1ms 2ms packets 3 bytes 4k ecn limit 7';
    assert.equal(answer(host, `tc qdisc add dev v0 root handle 1: netem ${words}`).stderr, '');
    assert.equal(
      answer(host, 'tc qdisc show dev v0').stdout,
      'qdisc netem 1: root refcnt 3 limit 7 delay 99us  19us 5% loss state p13 1% p31 2% p32 3% p23 4% p14 5% ' +
        'duplicate 0.5% 7% reorder 25% 50% corrupt 0.1% 10% rate 5Kbit packetoverhead -10 cellsize 48 ' +
        'celloverhead 5 slot 1ms 2ms packets 3 bytes 4096 ecn  gap 5\n',
    );
    const [record] = JSON.parse(answer(host, 'tc -j qdisc show dev v0').stdout) as [{ options: object }];
    assert.deepEqual(record.options, {
      limit: 7,
      delay: { delay: 9.9e-5, jitter: 1.9e-5, correlation: 0.05 },
      'loss-state': { p13: 0.01, p31: 0.02, p32: 0.03, p23: 0.04, p14: 0.05 },
      duplicate: { duplicate: 0.005, correlation: 0.07 },
      reorder: { reorder: 0.25, correlation: 0.5 },
      corrupt: { corrupt: 0.001, correlation: 0.1 },
      rate: { rate: 625, packetoverhead: -10, cellsize: 48, celloverhead: 5 },
      slot: { 'min-delay': 0.001, 'max-delay': 0.002, packets: 3, bytes: 4096 },
      ecn: true,
      gap: 5,
    });
  });

  it('says what Dockwire lacks, in the run and before it', () => {
    const host = new World().host('h');
    for (const line of SETUP) type(host, line);
    const lacking: readonly [string, number, string][] = [
      ['tc qdisc add dev v0 root htb default 10', 5, 'htb'],
      ['tc qdisc add dev v0 root handle 1: prio', 7, 'prio'],
      ['tc class add dev v0 parent 1: classid 1:1 htb rate 1mbit', 1, 'tc class add'],
      ['tc filter add dev v0', 0, 'tc filter'],
      ['tc qdisc add dev v0 root stab overhead 4 pfifo', 5, 'tc qdisc stab'],
      ['tc qdisc add dev v0 ingress', 4, 'ingress'],
      ['tc qdisc add dev v0 root netem delay 1ms 1ms distribution experimental', 10, 'distribution experimental'],
      ['tc qdisc add dev v0 root tbf rate 1mbit burst 5k limit 5k linklayer atm', 13, 'linklayer atm'],
      ['tc -b file', 0, 'option -b'],
      ['tc monitor', 0, 'tc monitor'],
    ];
    for (const [line, argIndex, words] of lacking) {
      const { exit, stderr } = answer(host, line);
      assert.equal(exit, 127, line);
      assert.match(stderr, /not supported by Dockwire; supported: /);
      const found = TC.check?.(line.split(' ').slice(1));
      assert.equal(found?.argIndex, argIndex, line);
      assert.ok(found.message.startsWith(words) || found.message.includes(words), found.message);
    }
    for (const line of ['qdisc show', 'qdisc add dev v0 root netem delay 1ms', 'class show', 'foo', 'qdisc add x']) {
      assert.equal(TC.check?.(line.split(' ')), undefined, line);
    }
  });

  it('works in another namespace, by -n', () => {
    const host = new World().host('h');
    type(host, 'ip netns add n1');
    type(host, 'ip -n n1 link set lo up');
    assert.equal(answer(host, 'tc -n n1 qdisc add dev lo root handle 1: pfifo limit 9').exit, 0);
    assert.equal(answer(host, 'tc -n n1 qdisc show').stdout, 'qdisc pfifo 1: dev lo root refcnt 2 limit 9p\n');
    type(host, 'tc -n n1 qdisc del dev lo root');
    assert.deepEqual(host.admin.verbs.slice(-1), ['tc -n n1 qdisc del dev lo root']);
  });
});
