import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { ip4 } from '../../../../src/base/addr.ts';
import type { Host } from '../../../../src/kernel/host.ts';
import { nfCtNetnsGet, nfCtNetnsPut } from '../../../../src/kernel/nf/conntrack/hooks.ts';
import { conntrackLine } from '../../../../src/kernel/show/conntrack.ts';
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
const PROC: WireStep = { run: 'cat /proc/net/nf_conntrack' };

function typeLine(_: World, host: Host, line: string): string {
  if (line === PROC.run) return procNetNfConntrack(host.rootNs);
  if (line !== LIST.run) return type(host, line);
  const { conntrack } = host.rootNs;
  assert.ok(conntrack !== null, 'connections are tracked');
  conntrack.table.nowNs[0] = host.sched.now;
  return conntrack.table
    .listSlots()
    .map((slot) => `${conntrackLine(conntrack.table, slot)}\n`)
    .join('');
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
    const whole = udpBytes(5000, 5001, [...payloadOf(792)], PEER_IP, FAR);
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
        [400, 800],
      ]),
      LIST,
      ...pieces(0x4242, FAR, [
        [400, 800],
        [0, 400],
      ]),
      LIST,
      ...pieces(0x4242, FAR, [
        [0, 296],
        [592, 800],
        [296, 592],
      ]),
      LIST,
    ]);
  });
});

describe('connection tracking at the hooks', () => {
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
