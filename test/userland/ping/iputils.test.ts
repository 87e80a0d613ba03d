import assert from 'node:assert/strict';
import { iputilsPing } from '../../../src/userland/ping/iputils.ts';
import { readStamp } from '../../../src/userland/ping/payload.ts';
import { resolveFromFiles } from '../../../src/userland/resolve.ts';
import { EPOCH_SECONDS, MILLISECOND, SECOND } from '../../kernel/proc/table-kit.ts';
import { FakeNetwork } from './fake-network.ts';
import type { Outcome } from './fake-network.ts';

const UNREACHABLE = 3;
const TIME_EXCEEDED = 11;

/** Types a command line; `outcomes` says what becomes of each request. */
function ping(line: string, outcomes: readonly (readonly Outcome[])[] = [], network = new FakeNetwork()) {
  network.outcomes = (n) => outcomes[n] ?? [];
  const program = iputilsPing(network.sockets, resolveFromFiles);
  const result = network.kit.run(program, { argv: line.split(' ') });
  return { ...result, text: result.stdout.split('\n'), network };
}

function replies(...us: number[]): Outcome[][] {
  return us.map((replyUs) => [{ replyUs }]);
}

function sendTimesMs(network: FakeNetwork): number[] {
  return network.sent.map(({ atNs }) => atNs / MILLISECOND);
}

describe('userland/ping/iputils: answers', () => {
  it('three answers, as recorded from a real ping', () => {
    const { stdout, stderr, exit, network } = ping('ping -c 3 172.17.0.3', replies(188, 118, 108));
    assert.equal(
      stdout,
      `PING 172.17.0.3 (172.17.0.3) 56(84) bytes of data.
64 bytes from 172.17.0.3: icmp_seq=1 ttl=64 time=0.188 ms
64 bytes from 172.17.0.3: icmp_seq=2 ttl=64 time=0.118 ms
64 bytes from 172.17.0.3: icmp_seq=3 ttl=64 time=0.108 ms

--- 172.17.0.3 ping statistics ---
3 packets transmitted, 3 received, 0% packet loss, time 2000ms
rtt min/avg/max/mdev = 0.108/0.138/0.188/0.035 ms
`,
    );
    assert.deepEqual([stderr, exit], ['', 0]);
    assert.deepEqual(sendTimesMs(network), [0, 1000, 2000]);
    assert.equal(network.opened[0]!.isClosed, true);
  });

  it('requests have a time, bytes that count up, and numbers from 1', () => {
    const { network } = ping('ping -c 2 -i 0.5 10.0.0.2', replies(100, 100));
    const [first, second] = network.sent;
    assert.deepEqual([first!.seq, second!.seq], [1, 2]);
    assert.equal(first!.payload.length, 56);
    assert.equal(readStamp(first!.payload), EPOCH_SECONDS * 1_000_000);
    assert.equal(readStamp(second!.payload), EPOCH_SECONDS * 1_000_000 + 500_000);
    assert.deepEqual(
      [...first!.payload.slice(16)],
      Array.from({ length: 40 }, (_, i) => i + 16),
    );
  });

  it('times have as many digits as they need', () => {
    const { text } = ping('ping -c 5 -i 2 10.0.0.2', replies(999, 1234, 12_345, 123_456, 1_500_000));
    assert.deepEqual(
      text.slice(1, 6).map((line) => line.replace(/.*time=/, '')),
      ['0.999 ms', '1.23 ms', '12.3 ms', '123 ms', '1500 ms'],
    );
  });

  it('without room for a time none is printed', () => {
    const { stdout, network } = ping('ping -c 1 -s 8 10.0.0.2', replies(100));
    assert.match(
      stdout,
      /^PING 10.0.0.2 \(10.0.0.2\) 8\(36\) bytes of data.\n16 bytes from 10.0.0.2: icmp_seq=1 ttl=64\n/,
    );
    assert.match(stdout, /0% packet loss, time 0ms\n\n$/);
    assert.deepEqual([...network.sent[0]!.payload], [0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('a second answer to a request is a duplicate, and counts in the times', () => {
    const { stdout, exit } = ping('ping -c 2 10.0.0.2', [[{ replyUs: 100 }, { replyUs: 300 }], [{ replyUs: 200 }]]);
    assert.match(stdout, /icmp_seq=1 ttl=64 time=0.300 ms \(DUP!\)\n/);
    assert.match(stdout, /2 packets transmitted, 2 received, \+1 duplicates, 0% packet loss, time 1000ms\n/);
    assert.match(stdout, /rtt min\/avg\/max\/mdev = 0.100\/0.200\/0.300\/0.081 ms\n$/);
    assert.equal(exit, 0);
  });

  it('an answer from elsewhere, and one that is cut, are marked', () => {
    const { text } = ping('ping -c 2 10.0.0.2', [
      [{ replyUs: 100, from: '10.0.0.9' }],
      [{ replyUs: 50, payloadLength: 20 }],
    ]);
    assert.equal(text[1], '64 bytes from 10.0.0.9: icmp_seq=1 ttl=64 time=0.100 ms (DIFFERENT ADDRESS!)');
    assert.equal(text[2], '28 bytes from 10.0.0.2: icmp_seq=2 ttl=64 (truncated)');
  });

  it('a lost answer is a loss with six digits, and the last is waited for an interval', () => {
    const { stdout, exit, endedNs } = ping('ping -c 3 10.0.0.2', [[{ replyUs: 100 }], [{ replyUs: 100 }], []]);
    assert.match(stdout, /3 packets transmitted, 2 received, 33.3333% packet loss, time 2000ms\n/);
    assert.deepEqual([exit, endedNs], [0, 3 * SECOND]);
  });

  it('the last answer is waited for twice the longest time', () => {
    const { endedNs } = ping('ping -c 2 10.0.0.2', [[{ replyUs: 900_000 }], []]);
    assert.equal(endedNs, SECOND + 1.8 * SECOND);
  });

  it('with no answer at all it waits ten seconds, or -W', () => {
    const { stdout, exit, endedNs } = ping('ping -c 2 10.0.0.2');
    assert.equal(
      stdout,
      `PING 10.0.0.2 (10.0.0.2) 56(84) bytes of data.

--- 10.0.0.2 ping statistics ---
2 packets transmitted, 0 received, 100% packet loss, time 1000ms

`,
    );
    assert.deepEqual([exit, endedNs], [1, 11 * SECOND]);
    assert.equal(ping('ping -c 1 -W 0.5 10.0.0.2').endedNs, 0.5 * SECOND);
    assert.equal(ping('ping -c 3 -i 0.2 -W 1 10.0.0.2').endedNs, 1.4 * SECOND);
  });

  it('an answer ends it at once', () => {
    assert.equal(ping('ping -c 1 10.0.0.2', replies(250)).endedNs, 260_000);
  });
});

describe('userland/ping/iputils: errors', () => {
  it('errors of hosts on the way, as recorded', () => {
    const outcomes = [1, 2, 3, 4].map((n): Outcome[] => [
      { errorUs: 3_050_000 - 500_000 * (n - 1), type: UNREACHABLE, code: 1, from: '10.2.0.2' },
    ]);
    const { stdout, exit } = ping('ping -c 4 -i 0.5 -W 5 10.3.0.77', outcomes);
    assert.equal(
      stdout,
      `PING 10.3.0.77 (10.3.0.77) 56(84) bytes of data.
From 10.2.0.2 icmp_seq=1 Destination Host Unreachable
From 10.2.0.2 icmp_seq=2 Destination Host Unreachable
From 10.2.0.2 icmp_seq=3 Destination Host Unreachable
From 10.2.0.2 icmp_seq=4 Destination Host Unreachable

--- 10.3.0.77 ping statistics ---
4 packets transmitted, 0 received, +4 errors, 100% packet loss, time 1500ms
pipe 4
`,
    );
    assert.equal(exit, 1);
  });

  it('an error ends it like an answer', () => {
    const outcomes: Outcome[][] = [[{ errorUs: 40, type: TIME_EXCEEDED, code: 0, from: '10.1.0.1' }]];
    const { stdout, endedNs } = ping('ping -t 1 -c 1 -W 1 10.3.0.2', outcomes);
    assert.match(stdout, /\nFrom 10.1.0.1 icmp_seq=1 Time to live exceeded\n/);
    assert.match(stdout, /1 packets transmitted, 0 received, \+1 errors, 100% packet loss, time 0ms\n\n$/);
    assert.equal(endedNs, 50_000);
  });

  it('a packet too big is first told by the router, then by the own host', () => {
    const { stdout, stderr, exit } = ping('ping -M do -c 2 -s 1472 10.3.0.2', [
      [{ errorUs: 60, type: UNREACHABLE, code: 4, info: 1450, from: '10.1.0.1' }],
      [{ errno: 'EMSGSIZE', mtu: 1450 }],
    ]);
    assert.match(stdout, /\nFrom 10.1.0.1 icmp_seq=1 Frag needed and DF set \(mtu = 1450\)\n/);
    assert.equal(stderr, 'ping: local error: message too long, mtu=1450\n');
    assert.match(stdout, /2 packets transmitted, 0 received, \+2 errors, 100% packet loss, time 1000ms\n\n$/);
    assert.equal(exit, 1);
  });

  it('a rejected request is told twice, a refused one not at all', () => {
    const icmp = { type: UNREACHABLE, code: 3, from: '10.4.0.2' };
    const rejected = ping('ping -c 1 -W 1 10.5.0.2', [[{ errno: 'EPERM', icmp }]]);
    assert.match(rejected.stdout, /\nFrom 10.4.0.2 icmp_seq=1 Destination Port Unreachable\n/);
    assert.equal(rejected.stderr, 'ping: sendmsg: Operation not permitted\n');
    assert.match(rejected.stdout, /1 packets transmitted, 0 received, \+1 errors, 100% packet loss, time 0ms\n\n$/);
    const refused = ping('ping -c 3 -i 0.2 -W 1 10.5.0.2', [
      [{ errno: 'EPERM' }],
      [{ errno: 'EPERM' }],
      [{ errno: 'EPERM' }],
    ]);
    assert.equal(refused.stderr, '');
    assert.match(refused.stdout, /3 packets transmitted, 0 received, 100% packet loss, time 400ms\n/);
    // It looks three times whether the kernel has told it why.
    assert.equal(refused.endedNs, 1.4 * SECOND + 3 * 10_000);
  });

  it('quiet, errors are counted and not told; local ones are not even counted', () => {
    const { stdout } = ping('ping -q -c 1 10.0.0.2', [[{ errorUs: 10, type: UNREACHABLE, code: 1, from: '10.0.0.1' }]]);
    assert.match(stdout, /bytes of data.\n\n---.*\n1 packets transmitted, 0 received, \+1 errors, /);
    const local = ping('ping -q -M do -s 1473 -c 1 10.0.0.2', [[{ errno: 'EMSGSIZE', mtu: 1500 }]]);
    assert.deepEqual([local.stderr, local.endedNs], ['', 10 * SECOND]);
    assert.match(local.stdout, /\n1 packets transmitted, 0 received, 100% packet loss, time 0ms\n/);
  });

  it('an error about a request to someone else is none', () => {
    const network = new FakeNetwork();
    const { stdout } = ping('ping -c 1 -W 1 10.0.0.2', [[]], network);
    assert.doesNotMatch(stdout, /errors/);
  });

  it('more than a datagram holds is never sent, in silence', () => {
    const { stdout, stderr, network } = ping('ping -c 1 -W 1 -s 70000 10.0.0.2');
    assert.equal(network.sent.length, 0);
    assert.match(stdout, /^PING 10.0.0.2 \(10.0.0.2\) 70000\(70028\) bytes of data.\n/);
    assert.match(stdout, /\n1 packets transmitted, 0 received, 100% packet loss, time 0ms\n/);
    assert.equal(stderr, '');
  });
});

describe('userland/ping/iputils: options', () => {
  it('-w ends it at a time: with an error, or with too few answers', () => {
    const endless = ping('ping -w 1 -i 0.3 10.0.0.2', replies(50, 50, 50, 50));
    assert.match(endless.stdout, /4 packets transmitted, 4 received, 0% packet loss, time 900ms\n/);
    assert.deepEqual([endless.exit, endless.endedNs], [0, SECOND]);
    assert.equal(ping('ping -c 20 -w 1 -i 0.3 10.0.0.2', replies(50, 50, 50, 50)).exit, 1);
    const failed = ping('ping -w 5 10.0.0.2', [[{ errorUs: 10, type: UNREACHABLE, code: 1, from: '10.0.0.1' }]]);
    assert.deepEqual([failed.exit, failed.endedNs], [1, 20_000]);
    const enough = ping('ping -c 2 -w 5 -i 0.3 10.0.0.2', [[], ...replies(50, 50)]);
    assert.match(enough.stdout, /3 packets transmitted, 2 received, 33.3333% packet loss, time 600ms\n/);
    assert.equal(enough.exit, 0);
  });

  it('-O tells what has no answer yet, -D the wall clock', () => {
    const { text } = ping('ping -O -D -c 3 -i 0.2 -W 0.5 10.0.0.2', [[], [{ replyUs: 1000 }], []]);
    assert.deepEqual(text.slice(1, 3), [
      '[1735689600.200000] no answer yet for icmp_seq=1',
      '[1735689600.201010] 64 bytes from 10.0.0.2: icmp_seq=2 ttl=64 time=1.00 ms',
    ]);
  });

  it('-q leaves the answers out, -a rings, -v tells the number, -U takes the time at the program', () => {
    assert.equal(ping('ping -q -c 1 10.0.0.2', replies(100)).text[1], '');
    assert.match(ping('ping -a -c 1 10.0.0.2', replies(100)).stdout, /time=0.100 ms\x07\n/);
    assert.match(ping('ping -U -c 1 10.0.0.2', replies(100)).stdout, /time=0.110 ms\n/);
    const verbose = ping('ping -v -c 1 -e 77 10.0.0.2', replies(100));
    assert.match(verbose.stdout, /^ai->ai_family: AF_INET, ai->ai_canonname: '10.0.0.2'\nPING /);
    assert.match(verbose.stdout, /icmp_seq=1 ident=77 ttl=64/);
  });

  it('-p fills the request, under the time and behind it', () => {
    const { stdout, network } = ping('ping -p abcd -c 1 -s 20 10.0.0.2', replies(100));
    assert.match(stdout, /^PATTERN: 0xabcd\nPING /);
    assert.deepEqual([...network.sent[0]!.payload.slice(16)], [0xab, 0xcd, 0xab, 0xcd]);
    assert.deepEqual([...ping('ping -p f -c 1 -s 2 10.0.0.2', replies(100)).network.sent[0]!.payload], [15, 15]);
  });

  it('-l sends so many at once, then one per interval', () => {
    const { stdout, network } = ping('ping -l 3 -c 5 -i 0.1 10.0.0.2', replies(17, 18, 19, 44, 41));
    assert.deepEqual(sendTimesMs(network), [0, 0, 0, 100, 200]);
    assert.match(stdout, /time 200ms\nrtt .* ms, pipe 3\n$/);
  });

  it('-f sends the next with each answer, and a hundred per second without', () => {
    const answered = ping('ping -f -c 3 10.0.0.2', replies(90, 90, 90));
    assert.match(answered.stdout, /bytes of data.\n\.\x08 \x08\.\x08 \x08\.\x08 \x08\n---/);
    assert.match(answered.stdout, / ms, ipg\/ewma 0.100\/0.090 ms\n$/);
    const silent = ping('ping -f -c 4 -W 1 10.0.0.2');
    assert.deepEqual(sendTimesMs(silent.network), [0, 10, 20, 30]);
    assert.match(silent.stdout, /bytes of data.\n\.\.\.\.\n---/);
    const failing = ping('ping -f -c 1 10.0.0.2', [[{ errorUs: 10, type: UNREACHABLE, code: 1, from: '10.0.0.1' }]]);
    assert.match(failing.stdout, /\n\.\x08E\n---/);
  });

  it('-A takes the time of the answers for its interval', () => {
    const { network, stdout } = ping('ping -A -c 3 10.0.0.2', replies(20_000, 20_000, 20_000));
    assert.deepEqual(sendTimesMs(network), [0, 20.01, 40.01]);
    assert.match(stdout, / ms, ipg\/ewma /);
  });

  it('-I binds to an address or a device, and shows where from', () => {
    const device = ping('ping -I eth0 -c 1 10.0.0.2', replies(100));
    assert.equal(device.text[0], 'PING 10.0.0.2 (10.0.0.2) from 10.0.0.1 eth0: 56(84) bytes of data.');
    const address = ping('ping -I 10.0.0.1 -c 1 10.0.0.2', replies(100));
    assert.equal(address.text[0], 'PING 10.0.0.2 (10.0.0.2) from 10.0.0.1 : 56(84) bytes of data.');
    const nobody = ping('ping -I 10.0.0.9 10.0.0.2');
    assert.deepEqual([nobody.stderr, nobody.exit], ['ping: bind: Cannot assign requested address\n', 2]);
    const nowhere = ping('ping -I nodev 10.0.0.2');
    assert.deepEqual([nowhere.stderr, nowhere.exit], ['ping: SO_BINDTODEVICE nodev: No such device\n', 2]);
  });

  it('-t, -Q and -M reach the socket', () => {
    const { network } = ping('ping -t 7 -Q 0x10 -M do -c 1 10.0.0.2', replies(100));
    const { ttl, tos, pmtuDiscovery } = network.opened[0]!;
    assert.deepEqual([ttl, tos, pmtuDiscovery], [7, 0x10, 2]);
    assert.equal(ping('ping -c 1 10.0.0.2', replies(1)).network.opened[0]!.pmtuDiscovery, 1);
    assert.equal(ping('ping -M dont -c 1 10.0.0.2', replies(1)).network.opened[0]!.pmtuDiscovery, 0);
  });

  it('a broadcast address needs -b, and is then not fragmented', () => {
    const network = new FakeNetwork();
    network.probeErrno = 'EACCES';
    const refused = ping('ping -c 1 10.0.0.255', [], network);
    assert.equal(
      refused.stderr,
      'ping: Do you want to ping broadcast? Then -b. If not, check your local firewall rules\n',
    );
    assert.equal(refused.exit, 2);
    const allowed = ping(
      'ping -b -c 1 -W 1 10.0.0.255',
      [
        [
          { replyUs: 131, from: '10.0.0.3' },
          { replyUs: 140, from: '10.0.0.4' },
        ],
      ],
      network,
    );
    assert.equal(allowed.stderr, 'WARNING: pinging broadcast address\n');
    assert.equal(allowed.text[1], '64 bytes from 10.0.0.3: icmp_seq=1 ttl=64 time=0.131 ms');
    assert.match(allowed.stdout, /1 packets transmitted, 1 received, 0% packet loss/);
    assert.deepEqual([network.opened[1]!.broadcast, network.opened[1]!.pmtuDiscovery], [true, 2]);
  });

  it('no route is told before anything is sent', () => {
    const network = new FakeNetwork();
    network.probeErrno = 'ENETUNREACH';
    const { stdout, stderr, exit } = ping('ping -c 1 10.99.0.1', [], network);
    assert.deepEqual([stdout, stderr, exit], ['', 'ping: connect: Network is unreachable\n', 2]);
  });
});

describe('userland/ping/iputils: names and signals', () => {
  const HOSTS = '127.0.0.1 localhost\n10.0.0.2 node2.example node2\n10.0.0.1 me\n';

  it('a name is shown as the first of its line, and answers with theirs', () => {
    const network = new FakeNetwork();
    network.kit.files.write('/etc/hosts', HOSTS);
    const { text } = ping('ping -c 1 node2', replies(36), network);
    assert.deepEqual(text.slice(0, 2), [
      'PING node2.example (10.0.0.2) 56(84) bytes of data.',
      '64 bytes from node2.example (10.0.0.2): icmp_seq=1 ttl=64 time=0.036 ms',
    ]);
    assert.equal(text[3], '--- node2.example ping statistics ---');
    const error: Outcome[] = [{ errorUs: 10, type: UNREACHABLE, code: 1, from: '10.0.0.1' }];
    assert.match(ping('ping -c 1 node2', [error, error], network).stdout, /From me \(10.0.0.1\) icmp_seq=1 Dest/);
    assert.match(
      ping('ping -n -c 1 node2', [[], [], [{ replyUs: 1 }]], network).stdout,
      /\n64 bytes from 10.0.0.2: icmp/,
    );
  });

  it('a name that nobody knows', () => {
    const { stderr, exit } = ping('ping nosuch');
    assert.deepEqual([stderr, exit], ['ping: nosuch: Name or service not known\n', 2]);
  });

  it('0 is this host', () => {
    assert.equal(ping('ping -c 1 0', replies(1)).text[0], 'PING 0 (127.0.0.1) 56(84) bytes of data.');
  });

  it('SIGINT ends it with its statistics, SIGQUIT asks how it goes, SIGTERM ends it silently', () => {
    const network = new FakeNetwork();
    network.outcomes = (n) => (n < 4 ? [{ replyUs: [24, 53, 57, 59][n]! }] : []);
    const program = iputilsPing(network.sockets, resolveFromFiles);
    const { proc, output } = network.kit.start(program, { argv: ['ping', '-i', '0.2', '10.0.0.2'] });
    network.kit.at(500 * MILLISECOND, () => {
      proc.kill('SIGQUIT');
    });
    network.kit.at(750 * MILLISECOND, () => {
      proc.kill('SIGINT');
    });
    network.kit.runUntil(SECOND);
    assert.equal(output.stderr, '\r3/3 packets, 0% loss, min/avg/ewma/max = 0.024/0.044/0.031/0.057 ms\n');
    assert.match(output.stdout, /4 packets transmitted, 4 received, 0% packet loss, time 600ms\n/);
    assert.equal(proc.exitCode, 0);
    const silent = network.kit.start(program, { argv: ['ping', '10.0.0.2'] });
    silent.proc.kill('SIGTERM');
    assert.deepEqual([silent.proc.exitCode, silent.output.stdout.split('\n').length], [143, 2]);
    assert.equal(network.opened[1]!.isClosed, true);
  });

  it('what Dockwire lacks is said, and noted for the run', () => {
    const { stderr, exit, network } = ping('ping -L -c 1 10.0.0.2');
    assert.match(stderr, /^ping -L: not supported by Dockwire; supported: -4 -a /);
    assert.deepEqual([exit, network.kit.table.sawUnsupported], [127, true]);
  });

  it('numbers go round after 65535', () => {
    const network = new FakeNetwork();
    network.outcomes = () => [{ replyUs: 5 }];
    const program = iputilsPing(network.sockets, resolveFromFiles);
    const { stdout, exit } = network.kit.run(program, { argv: 'ping -q -f -c 70000 10.0.0.2'.split(' ') });
    assert.match(stdout, /70000 packets transmitted, 70000 received, 0% packet loss/);
    assert.equal(exit, 0);
    assert.deepEqual([network.sent[65_534]!.seq, network.sent[65_535]!.seq, network.sent[65_536]!.seq], [65_535, 0, 1]);
  });
});
