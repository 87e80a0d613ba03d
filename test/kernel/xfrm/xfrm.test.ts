import { deepEqual, equal, ok } from 'node:assert/strict';
import fc from 'fast-check';
import { ip4 } from '../../../src/base/addr.ts';
import { ipXfrm } from '../../../src/kernel/admin/ip-xfrm.ts';
import { Nic } from '../../../src/kernel/dev/nic.ts';
import type { Host } from '../../../src/kernel/host.ts';
import { PLAIN } from '../../../src/kernel/show/options.ts';
import { PMTUDISC_DO } from '../../../src/kernel/ip/output.ts';
import { TcpSocket } from '../../../src/kernel/socket/tcp/tcp-socket.ts';
import type { XfrmCounter } from '../../../src/kernel/xfrm/xfrm-mib.ts';
import { XFRM_MIB_NAMES } from '../../../src/kernel/xfrm/xfrm-mib.ts';
import { xfrmOf } from '../../../src/kernel/xfrm/xfrm.ts';
import { World } from '../kit.ts';
import { devOf, EFFORT, payloadOf, pingSocket, SECOND, textOf, viewOf } from '../kit.ts';
import type { EspLab } from './esp-lab.ts';
import { cabled, KEY, LEFT, RIGHT, run, secured, state, typed } from './esp-lab.ts';

/** Sends a ping from left to right, and answers how many replies came. */
function ping({ world, left }: EspLab, bytes = 56): number {
  const socket = pingSocket(left.rootNs);
  socket.sendEcho(ip4(RIGHT), 1, payloadOf(bytes));
  world.run(SECOND);
  let replies = 0;
  while (socket.receive() !== null) replies++;
  socket.close();
  return replies;
}

/** What passed an interface but for ARP, in tcpdump's words. */
function seen(world: World, name: string): string[] {
  return world
    .seenAt(name)
    .map(({ bytes }) => textOf(bytes))
    .filter((line) => !line.startsWith('ARP'));
}

/** The counters of a host that are not 0. */
function counters(host: Host): Partial<Record<XfrmCounter, number>> {
  const { mib } = xfrmOf(host.rootNs);
  const counted = XFRM_MIB_NAMES.filter((name) => mib.of(name) > 0);
  return Object.fromEntries(counted.map((name) => [name, mib.of(name)]));
}

/** The last frame that left sent, to be given to right again. */
function lastEsp(world: World): Uint8Array {
  const sent = world.seenAt('left/eth0').filter(({ bytes, isReceived }) => !isReceived && bytes[23] === 50);
  return sent.at(-1)!.bytes.slice();
}

/** Puts a frame with these bytes on the cable to right. */
function inject({ world, left }: EspLab, bytes: Uint8Array): void {
  const frame = world.stats[0]!.take(bytes.length - 14);
  frame.head = frame.l3 - 14;
  frame.tail = frame.head + bytes.length;
  frame.slab.bytes.set(bytes, frame.head);
  const nic = devOf(left, 'eth0');
  ok(nic instanceof Nic);
  nic.cable!.send(frame);
  world.run(SECOND);
}

describe('kernel/xfrm', () => {
  it('encrypts what a policy names, both ways, and shows captures ESP alone', () => {
    const lab = secured();
    equal(ping(lab), 1);
    const lines = [
      `IP ${LEFT} > ${RIGHT}: ESP(spi=0x00000100,seq=0x1), length 92`,
      `IP ${RIGHT} > ${LEFT}: ESP(spi=0x00000200,seq=0x1), length 92`,
    ];
    deepEqual(seen(lab.world, 'left/eth0'), lines);
    deepEqual(seen(lab.world, 'right/eth0'), lines);
    deepEqual(counters(lab.left), {});
    deepEqual(lab.world.dropped(), {});
  });

  it('sends plain text where no policy matches, and takes it where none asks for more', () => {
    const lab = cabled();
    run(lab.left, `ip xfrm policy add src ${LEFT} dst ${RIGHT} proto udp dir out tmpl proto esp reqid 7`);
    equal(ping(lab), 1);
    deepEqual(
      seen(lab.world, 'left/eth0').map((line) => line.split(',')[0]),
      [`IP ${LEFT} > ${RIGHT}: ICMP echo request`, `IP ${RIGHT} > ${LEFT}: ICMP echo reply`],
    );
  });

  it('counts and drops what it cannot take, each for its reason', () => {
    const cases: readonly [string, XfrmCounter, string, (bytes: Uint8Array) => Uint8Array][] = [
      ['another SPI', 'XfrmInNoStates', 'X_XFRM_NO_STATES', (bytes) => bytes.fill(9, 34, 38)],
      ['a text that was changed', 'XfrmInStateProtoError', 'X_XFRM_STATE_PROTO', (bytes) => bytes.fill(9, 60, 61)],
      ['a value that was changed', 'XfrmInStateProtoError', 'X_XFRM_STATE_PROTO', (bytes) => bytes.fill(9, -1)],
      ['a header cut short', 'XfrmInHdrError', 'X_XFRM_HDR', (bytes) => cut(bytes, 34 + 7)],
      ['a vector cut short', 'XfrmInStateProtoError', 'X_XFRM_STATE_PROTO', (bytes) => cut(bytes, 34 + 12)],
      ['no text', 'XfrmInStateProtoError', 'X_XFRM_STATE_PROTO', (bytes) => cut(bytes, 34 + 16 + 8)],
    ];
    for (const [what, counter, reason, change] of cases) {
      const lab = secured();
      ping(lab);
      inject(lab, change(lastEsp(lab.world)));
      deepEqual(counters(lab.right), { [counter]: 1 }, what);
      deepEqual(lab.world.dropped(), { [reason]: 1 }, what);
    }
  });

  it('never fails of bytes that anybody sends', () => {
    const lab = secured('replay-window 32');
    ping(lab);
    const whole = lastEsp(lab.world);
    const before = lab.right.rootNs.mib.icmpInMsgs;
    fc.assert(
      fc.property(fc.nat(), fc.nat(255), fc.integer({ min: 34, max: whole.length }), (at, value, length) => {
        const bytes = whole.slice();
        bytes[34 + (at % (bytes.length - 34))]! ^= value;
        inject(lab, cut(bytes, length));
      }),
      { numRuns: 200 * EFFORT },
    );
    // The number has been there: not even the datagram itself is taken again.
    equal(lab.right.rootNs.mib.icmpInMsgs, before);
  });

  it('takes a sequence number once where there is a window, and as often as it comes without one', () => {
    const windowed = secured('replay-window 32');
    ping(windowed);
    inject(windowed, lastEsp(windowed.world));
    deepEqual(counters(windowed.right), { XfrmInStateSeqError: 1 });
    equal(/seq 0x1, oseq 0x0, bitmap 0x00000001/.test(run(windowed.right, 'ip xfrm state list spi 0x100')), true);
    equal(/replay-window 0 replay 1 failed 0/.test(shown(windowed.right, 'state list spi 0x100')), true);
    const open = secured();
    ping(open);
    inject(open, lastEsp(open.world));
    deepEqual(counters(open.right), {});
    equal(/seq 0x0, oseq 0x0, bitmap 0x00000000/.test(run(open.right, 'ip xfrm state list spi 0x100')), true);
  });

  it('counts an integrity failure where the keys differ', () => {
    const lab = secured();
    run(lab.right, 'ip xfrm state delete src 0.0.0.0 dst 192.168.50.12 proto esp spi 0x100');
    run(lab.right, state(LEFT, RIGHT, 0x100, '', `${KEY.slice(0, -1)}0`));
    equal(ping(lab), 0);
    deepEqual(counters(lab.right), { XfrmInStateProtoError: 1 });
    equal(/replay-window 0 replay 0 failed 1/.test(shown(lab.right, 'state list spi 0x100')), true);
  });

  it('lets nothing out that has no association, and says so to nobody', () => {
    const lab = secured();
    run(lab.left, 'ip xfrm state flush');
    equal(ping(lab), 0);
    deepEqual(counters(lab.left), { XfrmOutNoStates: 1 });
    deepEqual(lab.world.dropped(), { X_XFRM_NO_STATES: 1 });
    deepEqual(seen(lab.world, 'left/eth0'), []);
  });

  it('does without an association where the policy leaves it open', () => {
    const lab = cabled();
    run(lab.left, `ip xfrm policy add src ${LEFT} dst ${RIGHT} dir out tmpl proto esp reqid 7 level use`);
    equal(ping(lab), 1);
  });

  it('refuses what a policy blocks, out and in', () => {
    const lab = cabled();
    run(lab.left, `ip xfrm policy add dst ${RIGHT} dir out action block`);
    const socket = pingSocket(lab.left.rootNs);
    equal(socket.sendEcho(ip4(RIGHT), 1, payloadOf(8)), 'EPERM');
    socket.close();
    deepEqual(counters(lab.left), { XfrmOutPolBlock: 1 });
    run(lab.left, 'ip xfrm policy flush');
    run(lab.right, `ip xfrm policy add src ${LEFT} dir in action block`);
    equal(ping(lab), 0);
    deepEqual(counters(lab.right), { XfrmInPolBlock: 1 });
    deepEqual(lab.world.dropped(), { XFRM_POLICY: 2 });
  });

  it('takes plain text only where no policy asks for ESP', () => {
    const lab = secured();
    run(lab.right, `ip xfrm policy add src ${LEFT} dst ${RIGHT} dir in tmpl proto esp reqid 7`);
    equal(ping(lab), 1);
    run(lab.left, 'ip xfrm policy flush');
    equal(ping(lab), 0);
    deepEqual(counters(lab.right), { XfrmInTmplMismatch: 1 });
    run(lab.right, `ip xfrm policy update src ${LEFT} dst ${RIGHT} dir in tmpl proto esp reqid 8`);
    run(lab.left, `ip xfrm policy add src ${LEFT} dst ${RIGHT} dir out tmpl proto esp reqid 7`);
    equal(ping(lab), 0);
    deepEqual(counters(lab.right), { XfrmInTmplMismatch: 2 });
  });

  it('asks the selector of an association, too', () => {
    const lab = secured();
    run(lab.right, 'ip xfrm state delete src 0.0.0.0 dst 192.168.50.12 proto esp spi 0x100');
    run(lab.right, state(LEFT, RIGHT, 0x100, 'sel proto udp'));
    equal(ping(lab), 0);
    deepEqual(counters(lab.right), { XfrmInStateMismatch: 1 });
  });

  it('stops when an association has carried what it may, or has had its time', () => {
    const lab = secured('limit packet-hard 2');
    equal(ping(lab) + ping(lab), 2);
    equal(ping(lab), 0);
    deepEqual(counters(lab.left), { XfrmOutStateExpired: 1 });
    const timed = secured('limit time-hard 2');
    equal(ping(timed), 1);
    timed.world.run(2 * SECOND);
    equal(ping(timed), 0);
    equal(run(timed.left, 'ip xfrm state'), '');
  });

  it('stops at the last sequence number, unless it may begin anew', () => {
    const lab = secured('replay-oseq 4294967294');
    equal(ping(lab) + ping(lab), 1);
    deepEqual(counters(lab.left), { XfrmOutStateSeqError: 1 });
  });

  it('carries datagrams of every length, in pieces where the way is too short', () => {
    const lab = secured();
    for (const bytes of [0, 1, 2, 3, 4, 1446, 1447, 1448, 1472, 3000, 9000, 60_000])
      equal(ping(lab, bytes), 1, `${bytes}`);
    deepEqual(lab.world.dropped(), {});
  });

  it('leaves sockets less room where a policy has their datagrams encrypted', () => {
    const lab = secured();
    const socket = pingSocket(lab.left.rootNs);
    socket.pmtuDiscovery = PMTUDISC_DO;
    equal(socket.sendEcho(ip4(RIGHT), 1, payloadOf(1474 - 28)), '');
    equal(socket.sendEcho(ip4(RIGHT), 2, payloadOf(1474 - 27)), 'EMSGSIZE');
    equal(socket.receiveError()?.info, 1474);
    socket.close();
    lab.world.run(SECOND);
    const lengths = lab.world.seenAt('left/eth0').map(({ bytes }) => bytes.length);
    equal(Math.max(...lengths), 1514);
  });

  it('hears of a router that takes less, which sees ESP only', () => {
    const world = new World();
    const [near, far] = ['10.1.0.2', '10.2.0.2'];
    const left = world.host('left', { eth0: `${near}/24` });
    const router = world.host('router', { eth0: '10.1.0.1/24', eth1: '10.2.0.1/24' });
    const right = world.host('right', { eth0: `${far}/24` });
    world.cable(left, 'eth0', router, 'eth0');
    world.cable(router, 'eth1', right, 'eth0');
    for (const line of ['sysctl -w net.ipv4.ip_forward=1', 'ip link set eth1 mtu 1400']) run(router, line);
    run(left, 'ip route add default via 10.1.0.1');
    run(right, 'ip route add default via 10.2.0.1');
    for (const host of [left, right]) run(host, state(near, far, 0x100));
    run(left, `ip xfrm policy add dst ${far} dir out tmpl proto esp reqid 7`);
    const socket = pingSocket(left.rootNs);
    socket.pmtuDiscovery = PMTUDISC_DO;
    socket.sendEcho(ip4(far), 1, payloadOf(1400));
    world.run(SECOND);
    equal(
      seen(world, 'left/eth0').at(-1),
      `IP 10.1.0.1 > ${near}: ICMP ${far} unreachable - need to frag (mtu 1400), length 556`,
    );
    equal(socket.sendEcho(ip4(far), 2, payloadOf(1400)), 'EMSGSIZE');
    equal(socket.receiveError()?.info, 1374);
    equal(socket.sendEcho(ip4(far), 3, payloadOf(1374 - 28)), '');
    world.run(SECOND);
    equal(socket.receive() !== null, true);
    socket.close();
  });

  it('carries a connection in segments of the right size', () => {
    const lab = secured();
    const server = new TcpSocket(lab.right.rootNs);
    equal(server.bind(ip4(RIGHT), 80), '');
    equal(server.listen(5), '');
    const client = new TcpSocket(lab.left.rootNs);
    client.connect(ip4(RIGHT), 80);
    lab.world.run(SECOND);
    equal(client.send(payloadOf(20_000), 0, 20_000) > 0, true);
    lab.world.run(SECOND);
    const lengths = lab.world.seenAt('left/eth0').map(({ bytes }) => bytes.length);
    // Of 1,474 bytes 52 are headers and timestamps: encrypted they fill the frame.
    equal(Math.max(...lengths), 1514);
    deepEqual(lab.world.dropped(), {});
  });

  it('shows netfilter the plain datagram, then ESP, and at the other end ESP, then the plain one', () => {
    const lab = secured();
    const rule = (host: Host, chain: string, proto: string, more = ''): string =>
      run(host, `iptables -t mangle -A ${chain} -p ${proto}${more}`);
    for (const [host, chains] of [
      [lab.left, ['OUTPUT', 'POSTROUTING']],
      [lab.right, ['PREROUTING', 'INPUT']],
    ] as const) {
      for (const chain of chains) for (const proto of ['icmp', 'esp']) rule(host, chain, proto);
    }
    const direction = ' -m policy --dir in --pol ipsec --reqid 7 --proto esp --mode transport';
    rule(lab.right, 'INPUT', 'icmp', direction);
    rule(lab.right, 'INPUT', 'icmp', ' -m policy --dir in --pol none');
    rule(lab.right, 'INPUT', 'icmp', ' -m policy --dir in --pol ipsec --reqid 8');
    rule(lab.left, 'OUTPUT', 'icmp', ' -m policy --dir out --pol ipsec --strict --spi 256');
    rule(lab.left, 'POSTROUTING', 'esp', ' -m policy --dir out --pol none');
    equal(ping(lab), 1);
    const counted = (host: Host): string[] =>
      host.admin
        .run(host.rootNs, ['iptables-save', '-c', '-t', 'mangle'])
        .stdout.split('\n')
        .filter((line) => line.startsWith('['))
        .map((line) => line.replace(/^\[(\d+):\d+\] -A (\S+) -p (\S+)( .*)?$/, '$2 $3$4 $1'));
    deepEqual(counted(lab.left), [
      'OUTPUT icmp 1',
      'OUTPUT esp 1',
      'OUTPUT icmp -m policy --dir out --pol ipsec --strict --spi 0x100 1',
      'POSTROUTING icmp 1',
      'POSTROUTING esp 1',
      'POSTROUTING esp -m policy --dir out --pol none 1',
    ]);
    deepEqual(counted(lab.right), [
      'PREROUTING icmp 1',
      'PREROUTING esp 1',
      'INPUT icmp 1',
      'INPUT esp 1',
      'INPUT icmp -m policy --dir in --pol ipsec --reqid 7 --proto esp --mode transport 1',
      'INPUT icmp -m policy --dir in --pol none 0',
      'INPUT icmp -m policy --dir in --pol ipsec --reqid 8 0',
    ]);
  });

  it('follows a mark that OUTPUT sets', () => {
    const lab = secured();
    run(lab.left, 'ip xfrm policy flush');
    run(lab.left, `ip xfrm policy add src ${LEFT} dst ${RIGHT} dir out mark 13681891 tmpl proto esp reqid 7`);
    equal(ping(lab), 1);
    equal(seen(lab.world, 'left/eth0')[0]!.includes('ICMP'), true);
    run(lab.left, 'iptables -t mangle -A OUTPUT -p icmp -j MARK --set-mark 13681891');
    equal(ping(lab), 1);
    equal(seen(lab.world, 'left/eth0').at(-2)!.includes('ESP(spi=0x00000100,seq=0x1)'), true);
  });

  it('is unknown as a protocol until the machine has an association', () => {
    const lab = secured();
    ping(lab);
    const bytes = lastEsp(lab.world);
    const fresh = cabled();
    inject(fresh, bytes);
    deepEqual(fresh.world.dropped(), { IP_NOPROTO: 1 });
    run(fresh.right, state(RIGHT, LEFT, 5));
    inject(fresh, bytes);
    deepEqual(fresh.world.dropped(), { IP_NOPROTO: 1, X_XFRM_NO_STATES: 1 });
    equal(typed(fresh.right, 'ip xfrm state count').stdout, '\t SAD count 1\n');
  });
});

/** The first `length` bytes as a whole datagram: its IP header says so. */
function cut(bytes: Uint8Array, length: number): Uint8Array {
  const shorter = bytes.slice(0, length);
  const view = viewOf(shorter);
  view.setUint16(16, length - 14);
  view.setUint16(24, 0);
  let sum = 0;
  for (let at = 14; at < 34; at += 2) sum += view.getUint16(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  view.setUint16(24, ~sum & 0xffff);
  return shorter;
}

/** What `ip -s xfrm` prints. */
function shown(host: Host, words: string): string {
  return ipXfrm(host.rootNs, words.split(' '), { ...PLAIN, statistics: 1 }).stdout;
}
