/** Connection tracking as a whole: UDP, ICMP and the rest, expiry, the limit, events and counters. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { conntrackDefaults } from '../../../../src/kernel/nf/conntrack/settings.ts';
import { IPS_ASSURED } from '../../../../src/kernel/nf/conntrack/status.ts';
import { TIMEOUT_RETRANS, TIMEOUT_UNACK } from '../../../../src/kernel/nf/conntrack/tcp-state.ts';
import { conntrackLine, PLAIN_SHOW, conntrackStatLine } from '../../../../src/kernel/show/conntrack.ts';
import { need, needTools } from '../../../machine.ts';
import { icmpBytes, ipv4Bytes, udpBytes } from '../../../wire/frames.ts';
import type { Step } from './lab.ts';
import { CLIENT, EmulatedRouter, SERVER, realRouter, splitTime } from './lab.ts';

const SECOND_NS = 1_000_000_000;

function udp(side: 0 | 1, port: number, length = 10): Step {
  const [src, dst] = side === 0 ? [CLIENT, SERVER] : [SERVER, CLIENT];
  const [from, to] = side === 0 ? [port, 53] : [53, port];
  const data = Array.from({ length }, (_, index) => index & 255);
  return { side, datagram: ipv4Bytes(udpBytes(from, to, data, src, dst), { src, dst }), words: `sport=${port} ` };
}

function icmp(side: 0 | 1, type: number, code: number, rest: number, data: readonly number[], words: string): Step {
  const [src, dst] = side === 0 ? [CLIENT, SERVER] : [SERVER, CLIENT];
  return { side, datagram: ipv4Bytes(icmpBytes(type, code, rest, data), { protocol: 1, src, dst }), words };
}

function other(protocol: number, fields: { flags?: number; totalLen?: number } = {}): Step {
  const datagram = ipv4Bytes([1, 2, 3, 4, 5, 6, 7, 8], { protocol, src: CLIENT, dst: SERVER, ...fields });
  return { side: 0, datagram, words: `unknown  ${protocol} ` };
}

/** Datagrams that lead into every branch that needs no waiting. */
function mixedSteps(): Step[] {
  const quoted = udp(0, 4001).datagram.slice(0, 28);
  const ping = icmp(0, 8, 0, 0x0309_0001, [1, 2, 3, 4], 'id=777');
  const answer = icmp(1, 0, 0, 0x0309_0001, [1, 2, 3, 4], 'id=777');
  const cut = udp(0, 4003).datagram;
  const badSum = [...udp(0, 4004).datagram];
  badSum[35]! ^= 1;
  return [
    udp(0, 4000),
    udp(0, 4000),
    udp(1, 4000),
    udp(0, 4000),
    udp(0, 4001),
    icmp(1, 3, 3, 0, quoted, 'sport=4001 '),
    icmp(1, 11, 0, 0, quoted, 'sport=4001 '),
    // About a datagram that nobody has sent, and about one in the other direction.
    icmp(1, 3, 3, 0, udp(0, 4002).datagram, 'sport=4002 '),
    icmp(0, 3, 3, 0, udp(1, 4000).datagram, 'sport=4000 '),
    ping,
    ping,
    answer,
    ping,
    // Not the server tells of it, but to the wrong host.
    { ...icmp(0, 3, 3, 0, ping.datagram, 'id=777') },
    icmp(1, 3, 1, 0, ping.datagram, 'id=777'),
    icmp(1, 0, 0, 0x4444_0001, [], 'id=17476'),
    icmp(
      0,
      13,
      0,
      0x0100_0001,
      Array.from({ length: 12 }, () => 0),
      'id=256',
    ),
    icmp(0, 42, 0, 0, [], 'type=42'),
    icmp(0, 9, 0, 0, [], 'type=9'),
    other(99),
    other(99),
    other(50),
    { ...udp(0, 4003), datagram: [...cut.slice(0, 24), 0, 200, ...cut.slice(26)] },
    { ...udp(0, 4004), datagram: badSum },
  ];
}

describe('kernel/nf/conntrack', () => {
  it('takes datagrams for what a real kernel takes them, with the same entries and events', function () {
    const steps = mixedSteps();
    const real = realRouter(this, steps);
    const emulated = new EmulatedRouter();
    steps.forEach((step, index) => {
      const ours = emulated.step(step);
      const theirs = real.steps[index]!;
      assert.equal(ours.state, theirs.state, `state of step ${index}`);
      const [left, right] = [ours.lines.map(splitTime), theirs.lines.map(splitTime)];
      assert.deepEqual(
        left.map(({ text }) => text),
        right.map(({ text }) => text),
        `lines of step ${index}`,
      );
      left.forEach(({ seconds }, at) => {
        assert.ok(Math.abs(seconds - right[at]!.seconds) <= 5, `times of step ${index}`);
      });
    });
    assert.deepEqual(
      emulated.events.map((line) => splitTime(line).text),
      real.events.map((line) => splitTime(line).text),
    );
  });

  it('counts packets and bytes as a real kernel does', function () {
    const steps = [udp(0, 4000, 100), udp(0, 4000, 7), udp(1, 4000, 300), ...mixedSteps().slice(9, 15)];
    const real = realRouter(this, steps, ['sysctl -qw net.netfilter.nf_conntrack_acct=1']);
    const emulated = new EmulatedRouter();
    emulated.settings.acct = true;
    steps.forEach((step, index) => {
      assert.deepEqual(
        emulated.step(step).lines.map((line) => splitTime(line).text),
        real.steps[index]!.lines.map((line) => splitTime(line).text),
        `step ${index}`,
      );
    });
  });

  it('has the timeouts of a real kernel', function () {
    need(this, 'netns');
    needTools(this, ['sysctl']);
    const defaults = conntrackDefaults();
    const names = {
      generic_timeout: defaults.genericTimeout,
      icmp_timeout: defaults.icmpTimeout,
      udp_timeout: defaults.udpTimeout,
      udp_timeout_stream: defaults.udpTimeoutStream,
      events: defaults.events,
      checksum: Number(defaults.checksum),
      acct: Number(defaults.acct),
      tcp_be_liberal: Number(defaults.tcpBeLiberal),
      tcp_ignore_invalid_rst: Number(defaults.tcpIgnoreInvalidRst),
      tcp_loose: Number(defaults.tcpLoose),
      tcp_max_retrans: defaults.tcpMaxRetrans,
      tcp_timeout_syn_sent: defaults.tcpTimeouts[1],
      tcp_timeout_syn_recv: defaults.tcpTimeouts[2],
      tcp_timeout_established: defaults.tcpTimeouts[3],
      tcp_timeout_fin_wait: defaults.tcpTimeouts[4],
      tcp_timeout_close_wait: defaults.tcpTimeouts[5],
      tcp_timeout_last_ack: defaults.tcpTimeouts[6],
      tcp_timeout_time_wait: defaults.tcpTimeouts[7],
      tcp_timeout_close: defaults.tcpTimeouts[8],
      tcp_timeout_max_retrans: defaults.tcpTimeouts[TIMEOUT_RETRANS],
      tcp_timeout_unacknowledged: defaults.tcpTimeouts[TIMEOUT_UNACK],
    };
    const netns = `conntrack-${process.pid}-defaults`;
    const files = Object.keys(names).map((name) => `net.netfilter.nf_conntrack_${name}`);
    try {
      spawnSync('ip', ['netns', 'add', netns]);
      const { stdout } = spawnSync('ip', ['netns', 'exec', netns, 'sysctl', '-n', ...files], { encoding: 'utf8' });
      assert.deepEqual(stdout.trim().split('\n').map(Number), Object.values(names));
    } finally {
      spawnSync('ip', ['netns', 'del', netns]);
    }
  });

  it('forgets each entry exactly at its time, which packets move', () => {
    const router = new EmulatedRouter();
    router.forward(udp(0, 1).datagram);
    router.forward(udp(0, 2).datagram);
    assert.equal(router.wakes[0], 30 * SECOND_NS);
    router.advance(20);
    router.forward(udp(0, 2).datagram);
    router.advance(9.999999999);
    assert.equal(router.lines().length, 2);
    router.advance(0.000000001);
    assert.deepEqual(
      router.lines().map((line) => splitTime(line).seconds),
      [20],
    );
    router.advance(20);
    assert.deepEqual(router.lines(), []);
    assert.equal(router.table.count, 0);
    assert.deepEqual(router.events.map((line) => line.slice(0, 20)).slice(-1), ['[DESTROY] udp      1']);
    assert.match(router.events.at(-1)!, /^\[DESTROY\] udp {6}17 src=/);
  });

  it('takes a flow for a stream that is answered and goes on for more than two seconds', () => {
    const router = new EmulatedRouter();
    router.forward(udp(0, 1).datagram);
    router.forward(udp(1, 1).datagram);
    router.advance(2);
    router.forward(udp(0, 1).datagram);
    assert.match(router.lines()[0]!, /^udp +17 30 .* mark=0 use=1$/);
    router.advance(0.1);
    router.forward(udp(0, 1).datagram);
    assert.match(router.lines()[0]!, /^udp +17 120 .* \[ASSURED\] mark=0 use=1$/);
  });

  it('does not take later fragments and cut headers for part of anything', () => {
    const router = new EmulatedRouter();
    assert.equal(router.step(other(17, { flags: 3 })).state, 'INVALID');
    assert.equal(router.forward(ipv4Bytes([1, 2, 3], { protocol: 6 })), 'INVALID');
    assert.equal(router.forward(ipv4Bytes([8, 0, 1], { protocol: 1 })), 'INVALID');
    assert.equal(router.table.count, 0);
    assert.deepEqual([router.conntrack.stats.invalid, router.conntrack.stats.error], [2, 1]);
  });

  it('drops what is new when the table is full, says so, and not too often', () => {
    const router = new EmulatedRouter();
    router.settings.max = 3;
    const answers = [1, 2, 3].map((port) => router.forward(udp(0, port).datagram));
    assert.deepEqual(answers, ['NEW', 'NEW', 'NEW']);
    for (let port = 10; port < 40; port++) assert.equal(router.forward(udp(0, port).datagram), 'DROP');
    assert.equal(router.forward(udp(0, 1).datagram), 'NEW');
    assert.deepEqual(
      router.log,
      Array.from({ length: 10 }, () => 'nf_conntrack: nf_conntrack: table full, dropping packet'),
    );
    assert.equal(
      conntrackStatLine(router.conntrack.stats, 0),
      'cpu=0   \tfound=0 invalid=0 insert=0 insert_failed=0 drop=30 early_drop=0 error=0 search_restart=0 ' +
        'clash_resolve=0 chaintoolong=0 ',
    );
    router.advance(6);
    router.forward(udp(0, 50).datagram);
    assert.equal(router.log.length, 11);
    router.advance(30);
    assert.equal(router.forward(udp(0, 50).datagram), 'NEW');
  });

  it('makes room by dropping unassured entries of neighbouring buckets, and never assured ones', () => {
    const router = new EmulatedRouter(16);
    router.settings.max = 32;
    for (let port = 0; port < 32; port++) router.forward(udp(0, port).datagram);
    assert.equal(router.forward(udp(0, 100).datagram), 'NEW');
    const { stats } = router.conntrack;
    assert.ok(stats.earlyDrop >= 1);
    assert.equal(router.lines().length, 33 - stats.earlyDrop);
    for (const slot of router.table.listSlots()) router.table.status[slot]! |= IPS_ASSURED;
    for (let port = 200; router.table.count < 32; port++) {
      router.forward(udp(0, port).datagram);
      for (const slot of router.table.listSlots()) router.table.status[slot]! |= IPS_ASSURED;
    }
    assert.equal(router.forward(udp(0, 999).datagram), 'DROP');
    assert.equal(router.lines().length, 32);
  });

  it('tells nobody of connections that began before somebody listened', () => {
    const router = new EmulatedRouter();
    const heard: number[] = [];
    const quiet = new EmulatedRouter(1024, false);
    quiet.forward(udp(0, 1).datagram);
    const stop = quiet.conntrack.listen({ conntrackEvent: (_slot, kinds) => heard.push(kinds) });
    quiet.forward(udp(1, 1).datagram);
    assert.deepEqual(heard, []);
    quiet.forward(udp(0, 2).datagram);
    assert.equal(heard.length, 1);
    stop();
    quiet.forward(udp(1, 2).datagram);
    assert.equal(heard.length, 1);
    router.settings.events = 0;
    router.forward(udp(0, 1).datagram);
    assert.deepEqual(router.events, []);
  });

  it('prints what recordings of a real tool have', () => {
    const router = new EmulatedRouter();
    router.forward(other(2).datagram);
    const slot = router.table.listSlots()[0]!;
    assert.equal(
      conntrackLine(router.table, slot, { ...PLAIN_SHOW, isExtended: true }),
      'ipv4     2 unknown  2 600 src=10.0.0.1 dst=10.0.1.1 [UNREPLIED] src=10.0.1.1 dst=10.0.0.1 mark=0 use=1',
    );
  });
});
