import assert from 'node:assert/strict';
import { busyboxPing } from '../../../src/userland/ping/busybox.ts';
import { resolveFromFiles } from '../../../src/userland/resolve.ts';
import { MILLISECOND, SECOND } from '../../kernel/proc/table-kit.ts';
import { FakeNetwork } from './fake-network.ts';
import type { Outcome } from './fake-network.ts';

/** Types a command line; `outcomes` says what becomes of each request. */
function ping(line: string, outcomes: readonly (readonly Outcome[])[] = [], network = new FakeNetwork()) {
  network.outcomes = (n) => outcomes[n] ?? [];
  const result = network.kit.run(busyboxPing(network.sockets, resolveFromFiles), { argv: line.split(' ') });
  return { ...result, text: result.stdout.split('\n'), network };
}

/** Answers so many microseconds after the request, by the clock of the program, which is woken 10 us later. */
function replies(...us: number[]): Outcome[][] {
  return us.map((replyUs) => [{ replyUs: replyUs - 10 }]);
}

function sendTimesMs(network: FakeNetwork): number[] {
  return network.sent.map(({ atNs }) => atNs / MILLISECOND);
}

describe('userland/ping/busybox:', () => {
  it('two answers, as recorded from a real one', () => {
    const { stdout, stderr, exit, network } = ping('ping -c 2 10.77.0.2', replies(582, 121));
    assert.equal(
      stdout,
      `PING 10.77.0.2 (10.77.0.2): 56 data bytes
64 bytes from 10.77.0.2: seq=0 ttl=64 time=0.582 ms
64 bytes from 10.77.0.2: seq=1 ttl=64 time=0.121 ms

--- 10.77.0.2 ping statistics ---
2 packets transmitted, 2 packets received, 0% packet loss
round-trip min/avg/max = 0.121/0.351/0.582 ms
`,
    );
    assert.deepEqual([stderr, exit], ['', 0]);
    assert.deepEqual(sendTimesMs(network), [0, 1000]);
    assert.equal(network.opened[0]!.isClosed, true);
  });

  it('requests begin with 32 bits of microseconds, the rest is zero or the pattern', () => {
    const { network } = ping('ping -c 2 -i 0.5 10.0.0.2', replies(100, 100));
    assert.deepEqual(
      network.sent.map(({ seq }) => seq),
      [0, 1],
    );
    const { payload } = network.sent[1]!;
    assert.equal(new DataView(payload.buffer).getUint32(0, true), 500_000);
    assert.deepEqual([payload.length, ...new Set(payload.slice(4))], [56, 0]);
    const filled = ping('ping -c 1 -s 6 -p 0xab 10.0.0.2', replies(100)).network.sent[0]!.payload;
    assert.deepEqual([...filled], [0, 0, 0, 0, 0xab, 0xab]);
    assert.deepEqual([...ping('ping -c 1 -s 2 -p ab 10.0.0.2', replies(100)).network.sent[0]!.payload], [0xab, 0xab]);
  });

  it('without room for a time none is printed', () => {
    const { stdout, exit } = ping('ping -c 1 -s 3 10.0.0.2', replies(100));
    assert.match(stdout, /\n11 bytes from 10.0.0.2: seq=0 ttl=64\n\n---.*\n1 packets.* 0% packet loss\n$/);
    assert.equal(exit, 0);
  });

  it('without an answer it waits ten seconds after the last request, or -W', () => {
    const { stdout, exit, endedNs } = ping('ping -c 2 10.0.0.2');
    assert.equal(
      stdout,
      `PING 10.0.0.2 (10.0.0.2): 56 data bytes

--- 10.0.0.2 ping statistics ---
2 packets transmitted, 0 packets received, 100% packet loss
`,
    );
    assert.deepEqual([exit, endedNs], [1, 11 * SECOND]);
    assert.equal(ping('ping -c 2 -i 0.2 -W 3 10.0.0.2').endedNs, 3.2 * SECOND);
  });

  it('the last answer is waited for a second, or twice the longest time in whole ones', () => {
    const lost = ping('ping -c 2 -i 0.2 -W 3 10.0.0.2', replies(50));
    assert.match(lost.stdout, /2 packets transmitted, 1 packets received, 50% packet loss\nround-trip/);
    assert.deepEqual([lost.exit, lost.endedNs], [0, 1.2 * SECOND]);
    assert.equal(ping('ping -c 2 -i 3 10.0.0.2', replies(1_600_000)).endedNs, 6 * SECOND);
  });

  it('losses are whole percents, rounded down', () => {
    const { stdout } = ping('ping -c 3 -i 0.1 10.0.0.2', replies(50, 50));
    assert.match(stdout, /3 packets transmitted, 2 packets received, 33% packet loss\n/);
  });

  it('-w is looked at when a request is due', () => {
    const answered = ping('ping -w 1 -i 0.3 10.0.0.2', replies(50, 50, 50, 50));
    assert.match(answered.stdout, /4 packets transmitted, 4 packets received, 0% packet loss\n/);
    assert.deepEqual([answered.exit, answered.endedNs], [0, 1.2 * SECOND]);
    assert.equal(ping('ping -c 10 -w 1 -i 0.3 10.0.0.2', replies(50, 50, 50, 50)).exit, 1);
    assert.equal(ping('ping -A -w 1 10.0.0.2').endedNs, SECOND);
  });

  it('-A sends the next with each answer', () => {
    const { network, exit } = ping('ping -A -c 3 10.0.0.2', replies(90, 90, 90));
    assert.deepEqual([sendTimesMs(network), exit], [[0, 0.09, 0.18], 0]);
    assert.deepEqual(sendTimesMs(ping('ping -A -c 3 -W 1 10.0.0.2').network), [0, 1000, 2000]);
  });

  it('-i 0 stops the alarm clock: one request is all', () => {
    const { network } = ping('ping -i 0 -c 3 10.0.0.2', replies(50));
    network.kit.runUntil(60 * SECOND);
    assert.equal(network.sent.length, 1);
  });

  it('-q leaves the answers out; a duplicate is marked and counted', () => {
    assert.equal(ping('ping -q -c 1 10.0.0.2', replies(50)).text[1], '');
    const { stdout } = ping('ping -c 2 10.0.0.2', [[{ replyUs: 40 }, { replyUs: 90 }], [{ replyUs: 40 }]]);
    assert.match(stdout, /seq=0 ttl=64 time=0.100 ms \(DUP!\)\n/);
    assert.match(stdout, /2 packets transmitted, 2 packets received, 1 duplicates, 0% packet loss\n/);
    assert.match(stdout, /= 0.050\/0.066\/0.100 ms\n$/);
  });

  it('-I takes a device or an address, -t a time to live', () => {
    assert.equal(ping('ping -I eth0 -c 1 10.0.0.2', replies(50)).text[0], 'PING 10.0.0.2 (10.0.0.2): 56 data bytes');
    const address = ping('ping -I 10.0.0.1 -t 9 -c 1 10.0.0.2', replies(50));
    assert.equal(address.text[0], 'PING 10.0.0.2 (10.0.0.2) from 10.0.0.1: 56 data bytes');
    assert.deepEqual([address.network.opened[0]!.ttl, address.network.opened[0]!.broadcast], [9, true]);
    const nobody = ping('ping -I 10.0.0.9 10.0.0.2');
    assert.deepEqual([nobody.stderr, nobody.exit], ["ping: can't set multicast source interface\n", 1]);
    assert.equal(ping('ping -I nodev 10.0.0.2').stderr, "ping: bad address 'nodev'\n");
  });

  it('no route ends it behind its first line', () => {
    const { stdout, stderr, exit } = ping('ping -c 1 10.99.0.1', [[{ errno: 'ENETUNREACH' }]]);
    assert.equal(stdout, 'PING 10.99.0.1 (10.99.0.1): 56 data bytes\n');
    assert.deepEqual([stderr, exit], ['ping: sendto: Network is unreachable\n', 1]);
    assert.equal(ping('ping -s 65508 10.0.0.2').stderr, 'ping: sendto: Message too long\n');
  });

  it('errors on the way do not reach it', () => {
    const error: Outcome[] = [{ errorUs: 10, type: 3, code: 1, from: '10.0.0.1' }];
    const { stdout, stderr, endedNs } = ping('ping -c 1 -W 1 10.0.0.2', [error]);
    assert.deepEqual([stdout.split('\n').length, stderr, endedNs], [5, '', SECOND]);
  });

  it('names are shown as typed', () => {
    const network = new FakeNetwork();
    network.kit.files.write('/etc/hosts', '10.0.0.2 node2.example node2\n');
    const { text } = ping('ping -c 1 node2', replies(50), network);
    assert.deepEqual(text.slice(0, 2), [
      'PING node2 (10.0.0.2): 56 data bytes',
      '64 bytes from 10.0.0.2: seq=0 ttl=64 time=0.050 ms',
    ]);
    const { stderr, exit } = ping('ping -c 1 nosuch');
    assert.deepEqual([stderr, exit], ["ping: bad address 'nosuch'\n", 1]);
    assert.equal(ping('ping -c 1 0', replies(50)).text[0], 'PING 0 (0.0.0.0): 56 data bytes');
  });

  it('SIGINT ends it with its statistics', () => {
    const network = new FakeNetwork();
    network.outcomes = () => [{ replyUs: 50 }];
    const program = busyboxPing(network.sockets, resolveFromFiles);
    const { proc, output } = network.kit.start(program, { argv: ['ping', '-i', '0.2', '10.0.0.2'] });
    network.kit.at(500 * MILLISECOND, () => {
      proc.kill('SIGINT');
    });
    network.kit.runUntil(SECOND);
    assert.match(output.stdout, /3 packets transmitted, 3 packets received, 0% packet loss\n/);
    assert.equal(proc.exitCode, 0);
  });

  it('what Dockwire lacks is said, and noted for the run', () => {
    const { stderr, exit, network } = ping('ping -6 -c 1 10.0.0.2');
    assert.match(stderr, /^ping -6: not supported by Dockwire; supported: -4 -A /);
    assert.deepEqual([exit, network.kit.table.sawUnsupported], [127, true]);
  });
});
