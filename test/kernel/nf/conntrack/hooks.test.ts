import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { ip4 } from '../../../../src/base/addr.ts';
import type { Host } from '../../../../src/kernel/host.ts';
import { nfCtNetnsGet, nfCtNetnsPut } from '../../../../src/kernel/nf/conntrack/hooks.ts';
import { procNetNfConntrack } from '../../../../src/kernel/show/proc-conntrack.ts';
import * as ipv4 from '../../../../src/wire/ipv4.ts';
import type { WireScript, WireStep } from '../../../differential/wire-lab.ts';
import { assertAlike, playEmulated, playReal } from '../../../differential/wire-lab.ts';
import { need, needTools } from '../../../machine.ts';
import { icmpBytes, ipv4Bytes, udpBytes } from '../../../wire/frames.ts';
import { datagramBytes, echoBytes, introduce, ipBytes, payloadOf, PEER_IP, type, World, SECOND } from '../../kit.ts';
import type { Skippable } from '../../../machine.ts';
import { splitTime } from './lab.ts';

const FAR = ip4('10.9.0.2');
const FAR_ROUTER = 0x0200_0000_0102;

/** A router between 10.0.0.0/24 and 10.9.0.0/24 that tracks connections. */
function scriptOf(steps: readonly WireStep[], setUp: readonly string[] = []): WireScript {
  return {
    addresses: ['10.0.0.1/24', '10.9.0.1/24'],
    setUp: [
      'sysctl -qw net.ipv4.ip_forward=1',
      'sysctl -qw net.ipv4.icmp_ratelimit=0',
      'ip neigh replace 10.0.0.2 lladdr 02:00:00:00:00:99 nud permanent dev e0',
      'ip neigh replace 10.9.0.2 lladdr 02:00:00:00:00:9a nud permanent dev e1',
      'iptables -t mangle -A POSTROUTING -m conntrack --ctstate NEW',
      ...setUp,
    ],
    steps,
  };
}

const LIST: WireStep = { run: 'conntrack -L' };
/** Behind one rule for each state, at each point. */
const RULES: WireStep = { run: 'iptables-save -c -t mangle' };
const STATES = ['NEW', 'ESTABLISHED', 'RELATED', 'INVALID', 'UNTRACKED'];
const COUNT_STATES = ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'].flatMap((point) =>
  STATES.map((state) => `iptables -t mangle -A ${point} -m conntrack --ctstate ${state}`),
);
const STATS: WireStep = { run: 'conntrack -S' };
const PROC: WireStep = { run: 'cat /proc/net/nf_conntrack' };

function typeLine(_: World, host: Host, line: string): string {
  if (line === PROC.run) return procNetNfConntrack(host.rootNs);
  return line.startsWith('iptables-save') ? rulesOf(type(host, line)) : typeRoot(host, line);
}

/** What somebody types who may be told about flows on standard error. */
function typeRoot(host: Host, line: string): string {
  const { exit, stdout, stderr } = host.admin.type(line);
  assert.equal(exit, 0, `${line}: ${stderr}`);
  return stdout;
}

/** The rules with their counters, which tell of the states of packets. */
function rulesOf(text: string): string {
  return text
    .split('\n')
    .filter((line) => line.includes('-A '))
    .join('\n');
}

/** What all processors have counted. */
function sumsOf(text: string): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const [, name, count] of text.matchAll(/(\w+)=(\d+)/g)) sums[name!] = (sums[name!] ?? 0) + Number(count);
  delete sums['cpu'];
  return sums;
}

/** The flows of a list, in an order that does not depend on hashes. */
function flowsOf(text: string): { text: string; seconds: number }[] {
  return text
    .split('\n')
    .filter((line) => line.includes('src='))
    .map(splitTime)
    .sort((left, right) => (left.text < right.text ? -1 : 1));
}

/** Frames, counters and lists of flows must be those of a real kernel. */
function compare(test: Skippable, steps: readonly WireStep[], setUp: readonly string[] = []): void {
  need(test, 'netns');
  needTools(test, ['conntrack', 'iptables']);
  const script = scriptOf(steps, setUp);
  const [emulated, real] = [playEmulated(script, typeLine), playReal(script)];
  // The traces of a real kernel tell of queues of netlink's, too, when flows are listed.
  assertAlike(script, emulated, { ...real, isTraced: false }, /^(Ip|Icmp|Udp)/);
  script.steps.forEach((step, i) => {
    if (step.run === RULES.run) assert.equal(emulated.steps[i]!.text, rulesOf(real.steps[i]!.text), `step ${i}`);
    if (step.run === STATS.run) assert.deepEqual(sumsOf(emulated.steps[i]!.text), sumsOf(real.steps[i]!.text));
    if (step.run !== LIST.run && step.run !== PROC.run) return;
    const [mine, theirs] = [flowsOf(emulated.steps[i]!.text), flowsOf(real.steps[i]!.text)];
    const texts = (flows: typeof mine): string[] => flows.map(({ text }) => text);
    assert.deepEqual(texts(mine), texts(theirs), `step ${i}`);
    mine.forEach(({ seconds, text }, k) => {
      assert.ok(Math.abs(seconds - theirs[k]!.seconds) <= 1, `${text}: ${seconds} s, ${theirs[k]!.seconds} s`);
    });
  });
}

const question = (srcPort: number, dstPort: number, fields: object = {}): WireStep => ({
  give: datagramBytes(srcPort, dstPort, [1, 2, 3], { dst: FAR, ...fields }),
});

const answer = (srcPort: number, dstPort: number): WireStep => ({
  port: 1,
  give: ipBytes(udpBytes(srcPort, dstPort, [4], FAR, PEER_IP), { src: FAR, dst: PEER_IP, protocol: 17 }, FAR_ROUTER),
});

describe('connection tracking at the hooks, beside a real kernel', function () {
  this.timeout(60_000);

  it('sees both directions of what is routed, and errors about it', function () {
    const quoted = ipv4Bytes(udpBytes(7000, 7001, [1, 2, 3], PEER_IP, FAR), { src: PEER_IP, dst: FAR, protocol: 17 });
    const error: WireStep = {
      port: 1,
      give: ipBytes(icmpBytes(3, 3, 0, quoted), { src: FAR, dst: PEER_IP, protocol: 1 }, FAR_ROUTER),
    };
    compare(this, [
      question(5000, 5001),
      LIST,
      answer(5001, 5000),
      LIST,
      question(5000, 5001),
      LIST,
      question(7000, 7001),
      error,
      LIST,
      { give: echoBytes({ dst: FAR }) },
      LIST,
      PROC,
      { run: 'sysctl -qw net.netfilter.nf_conntrack_acct=1 net.netfilter.nf_conntrack_udp_timeout=77' },
      question(5000, 5002),
      question(5000, 5001),
      LIST,
      PROC,
    ]);
  });

  it('sees what is for this host and what it answers', function () {
    compare(this, [
      { give: echoBytes() },
      LIST,
      { give: datagramBytes(4000, 4001, [1]) },
      LIST,
      question(4000, 4001, { ttl: 1 }),
      LIST,
      { give: ipBytes([1, 2, 3, 4], { protocol: 200 }) },
      LIST,
    ]);
  });

  it('forgets what a rule has dropped', function () {
    compare(
      this,
      [question(5000, 99), LIST, question(5000, 98), LIST],
      ['iptables -A FORWARD -p udp --dport 99 -j DROP'],
    );
  });

  it('puts fragments together and cuts them again', function () {
    const whole = udpBytes(5000, 5001, [...payloadOf(795)], PEER_IP, FAR);
    const pieces = (id: number, dst: number, places: readonly (readonly [number, number])[]): WireStep[] =>
      places.map(([from, to]) => ({
        give: ipBytes(whole.slice(from, to), {
          dst,
          protocol: 17,
          id,
          flags: (to < whole.length ? ipv4.MF : 0) | (from / 8),
        }),
      }));
    compare(this, [
      ...pieces(0x4242, FAR, [
        [0, 400],
        [400, 803],
      ]),
      LIST,
      ...pieces(0x4242, FAR, [
        [400, 803],
        [0, 400],
      ]),
      LIST,
      ...pieces(0x4242, FAR, [
        [0, 296],
        [592, 803],
        [296, 592],
      ]),
      LIST,
      // Of other lengths than a router would choose.
      ...pieces(0x4242, FAR, [
        [0, 296],
        [296, 803],
      ]),
      ...pieces(0x4242, FAR, [
        [400, 408],
        [408, 803],
        [0, 400],
      ]),
    ]);
  });
});

describe('states, zones and limits, beside a real kernel', function () {
  this.timeout(60_000);

  const error = (type: number, code: number, srcPort: number, dstPort: number, at: 0 | 1 = 1): WireStep => {
    const [from, to] = at === 1 ? [FAR, PEER_IP] : [PEER_IP, FAR];
    const quoted = ipv4Bytes(udpBytes(srcPort, dstPort, [1, 2, 3], to, from), { src: to, dst: from, protocol: 17 });
    const fields = { src: from, dst: to, protocol: 1 };
    const give = ipBytes(icmpBytes(type, code, 0, quoted), fields, at === 1 ? FAR_ROUTER : undefined);
    return { port: at, give };
  };

  it('counts NEW, ESTABLISHED, RELATED, INVALID and UNTRACKED packets at all points', function () {
    compare(
      this,
      [
        question(5000, 5001),
        error(3, 3, 5000, 5001),
        answer(5001, 5000),
        question(5000, 5001),
        error(11, 0, 5000, 5001),
        error(3, 1, 5001, 5000, 0),
        error(3, 3, 5, 6),
        { give: echoBytes() },
        { give: ipBytes(icmpBytes(0, 0, 0x0007_0001, [1]), { protocol: 1 }) },
        { give: datagramBytes(4000, 4001, [1]) },
        question(4000, 4002, { ttl: 1 }),
        question(4000, 9),
        error(3, 3, 4000, 9),
        LIST,
        RULES,
        STATS,
      ],
      [...COUNT_STATES, 'iptables -t raw -A PREROUTING -p udp --dport 9 -j CT --notrack'],
    );
  });

  it('keeps zones apart', function () {
    compare(
      this,
      [
        question(5000, 5001),
        answer(5001, 5000),
        question(6000, 6001),
        answer(6001, 6000),
        question(7000, 7001),
        answer(7001, 7000),
        error(3, 3, 5000, 5001),
        LIST,
        RULES,
        PROC,
      ],
      [
        ...COUNT_STATES,
        'iptables -t raw -A PREROUTING -p udp --dport 5001 -j CT --zone 5',
        'iptables -t raw -A PREROUTING -p udp --sport 5001 -j CT --zone 5',
        'iptables -t raw -A PREROUTING -p udp --dport 6001 -j CT --zone-orig 6',
        'iptables -t raw -A PREROUTING -p udp --dport 7001 -j CT --zone-reply 7',
        'iptables -t raw -A PREROUTING -p udp --sport 7001 -j CT --zone-reply 7',
      ],
    );
  });

  it('forgets connections exactly in time', function () {
    compare(
      this,
      [question(5000, 5001), question(5000, 5002), { give: echoBytes({ dst: FAR }) }, { ...LIST, waitMs: 1100 }, LIST],
      ['sysctl -qw net.netfilter.nf_conntrack_udp_timeout=1', 'sysctl -qw net.netfilter.nf_conntrack_icmp_timeout=20'],
    );
  });
});

describe('connection tracking of a host', () => {
  it('says in the kernel’s log when the table is full, drops, and drops early what was not answered', () => {
    const world = new World();
    const host = world.host('h', { e0: '10.0.0.1/24' });
    const peer = world.peer(host, 'e0');
    type(host, 'iptables -A INPUT -m conntrack --ctstate NEW');
    type(host, 'sysctl -qw net.netfilter.nf_conntrack_max=2');
    introduce(peer);
    for (let port = 1; port <= 5; port++) peer.gives(datagramBytes(port, 99, [1]));
    world.run(SECOND);
    const conntrack = host.rootNs.conntrack!;
    assert.equal(conntrack.table.count, 2);
    // With so many buckets there is never anything near.
    assert.deepEqual([conntrack.stats.drop, conntrack.stats.earlyDrop], [3, 0]);
    const line = 'nf_conntrack: nf_conntrack: table full, dropping packet';
    assert.deepEqual(
      host.log.lines.map(({ level, text }) => [level, text]),
      [4, 4, 4].map((level) => [level, line]),
    );
  });

  it('is there while somebody needs it', () => {
    const world = new World();
    const { rootNs } = world.host('h');
    const first = nfCtNetnsGet(rootNs);
    assert.equal(nfCtNetnsGet(rootNs), first);
    nfCtNetnsPut(rootNs);
    assert.notEqual(rootNs.netfilter, null);
    nfCtNetnsPut(rootNs);
    assert.equal(rootNs.netfilter, null);
    assert.equal(rootNs.conntrack, first, 'what it knows stays');
    assert.throws(() => {
      nfCtNetnsPut(rootNs);
    });
  });

  it('wakes exactly when an entry ends, and holds none for frames that are gone', () => {
    const world = new World();
    const host = world.host('h', { e0: '10.0.0.1/24' });
    const peer = world.peer(host, 'e0');
    const { table } = nfCtNetnsGet(host.rootNs);
    introduce(peer);
    peer.gives(echoBytes());
    world.run(SECOND);
    assert.deepEqual([table.count, table.listSlots().length], [1, 1]);
    assert.equal(table.usesOf(table.listSlots()[0]!), 1);
    const left = table.expiresNs[table.listSlots()[0]!]! - world.sched.now;
    world.run(left - 1);
    assert.equal(table.count, 1);
    world.run(1);
    assert.equal(table.count, 0);
  });
});
