/** Translation: what leaves a router, byte by byte beside a real one, and which ports are chosen. */
import assert from 'node:assert/strict';
import { ip4 } from '../../../../src/base/addr.ts';
import type { NatRange } from '../../../../src/kernel/nf/nat/range.ts';
import { MANIP_DST, MANIP_SRC } from '../../../../src/kernel/nf/nat/range.ts';
import { makeTuple } from '../../../../src/kernel/nf/conntrack/tuple.ts';
import * as ipv4 from '../../../../src/wire/ipv4.ts';
import { icmpBytes, ipv4Bytes, udpBytes } from '../../../wire/frames.ts';
import type { Step } from '../conntrack/lab.ts';
import { CLIENT, EmulatedRouter, SERVER, realRouter, segmentBytes, splitTime } from '../conntrack/lab.ts';

const ROUTER = ip4('10.0.1.254');
const PUBLISHED = ip4('10.0.0.254');
const OTHER_CLIENT = ip4('10.0.0.2');
const FIRST = ip4('10.0.1.100');
const LAST = ip4('10.0.1.200');

interface Ends {
  readonly src?: number;
  readonly dst?: number;
}

function udp(side: 0 | 1, sport: number, dport: number, ends: Ends = {}, words = `port=${sport} `): Step {
  const src = ends.src ?? (side === 0 ? CLIENT : SERVER);
  const dst = ends.dst ?? (side === 0 ? SERVER : ROUTER);
  return { side, datagram: ipv4Bytes(udpBytes(sport, dport, [1, 2, 3, 4, 5], src, dst), { src, dst }), words };
}

function tcp(side: 0 | 1, ports: readonly [number, number], flags: number, seq: number, ack: number): Step {
  const [src, dst] = side === 0 ? [CLIENT, SERVER] : [SERVER, ROUTER];
  const segment = segmentBytes(src, dst, ports, { flags, seq, ack, bytes: 0 });
  return { side, datagram: ipv4Bytes(segment, { protocol: 6, src, dst }), words: `port=${ports[side]} ` };
}

function icmp(side: 0 | 1, type: number, rest: number, data: readonly number[], ends: Ends = {}): Step {
  const src = ends.src ?? (side === 0 ? CLIENT : SERVER);
  const dst = ends.dst ?? (side === 0 ? SERVER : ROUTER);
  return {
    side,
    datagram: ipv4Bytes(icmpBytes(type, type === 3 ? 3 : 0, rest, data), { protocol: 1, src, dst }),
    words: ' ',
  };
}

/** As the router would have translated and sent it on. */
function translated(step: Step): number[] {
  return step.datagram.map((byte, index) => (index === 8 ? 63 : byte));
}

/** Runs both; everything that leaves and all entries must be equal. */
function compare(emulated: EmulatedRouter, steps: readonly Step[], real: ReturnType<typeof realRouter>): void {
  steps.forEach((step, index) => {
    const ours = emulated.step(step);
    const theirs = real.steps[index]!;
    // What is dropped before it is routed, FORWARD does not see.
    assert.equal(ours.state === 'DROP' ? '' : ours.state, theirs.state, `state of step ${index}`);
    assert.equal(ours.out, theirs.out, `what leaves in step ${index}`);
    assert.deepEqual(
      new Set(ours.lines.map((line) => splitTime(line).text)),
      new Set(theirs.lines.map((line) => splitTime(line).text)),
      `lines of step ${index}`,
    );
  });
}

function sourceRouter(range: NatRange, seedRanges: NatRange | null = null): EmulatedRouter {
  const router = new EmulatedRouter();
  router.ranges = (manip, v, l3) => {
    if (manip === MANIP_DST) return seedRanges;
    return (ipv4.src(v, l3) & 0xffffff00) === (CLIENT & 0xffffff00) ? range : null;
  };
  return router;
}

/** The port by which a client's datagrams leave. */
function portBehind(router: EmulatedRouter, step: Step): number {
  const { out } = router.step(step);
  return Number.parseInt(out!.slice(40, 44), 16);
}

describe('kernel/nf/nat/nat', () => {
  it('translates the source of UDP, TCP, ICMP and of errors as a real kernel does, byte by byte', function () {
    const sent = udp(0, 5000, 53);
    const behind = udp(0, 5000, 53, { src: ROUTER });
    const ping = icmp(0, 8, 0x0102_0001, [9, 9, 9]);
    const pingBehind = icmp(0, 8, 0x0102_0001, [9, 9, 9], { src: ROUTER });
    const syn = tcp(0, [5001, 80], 2, 100, 0);
    const synBehind = segmentBytes(ROUTER, SERVER, [5001, 80], { flags: 2, seq: 100, ack: 0 });
    const steps = [
      sent,
      udp(1, 53, 5000),
      sent,
      // Errors about what was translated: whole quotes, and one that ends behind eight bytes.
      icmp(1, 3, 0, translated(behind)),
      icmp(1, 3, 0, translated(behind).slice(0, 28)),
      ping,
      icmp(1, 0, 0x0102_0001, [9, 9, 9]),
      icmp(1, 11, 0, translated(pingBehind)),
      syn,
      icmp(1, 3, 0, ipv4Bytes(synBehind, { protocol: 6, src: ROUTER, dst: SERVER }).slice(0, 28)),
      tcp(1, [80, 5001], 0x12, 900, 101),
      tcp(0, [5001, 80], 0x10, 101, 901),
      icmp(1, 5, 0, translated(behind)),
      {
        ...udp(0, 5002, 53),
        datagram: udp(0, 5002, 53).datagram.map((byte, at) => (at === 26 || at === 27 ? 0 : byte)),
      },
    ];
    const real = realRouter(this, steps, ['iptables -w -t nat -A POSTROUTING -o eth1 -j SNAT --to-source 10.0.1.254']);
    compare(sourceRouter({ minAddress: ROUTER, maxAddress: ROUTER }), steps, real);
  });

  it('translates the destination, and both, as a real kernel does', function () {
    const steps = [
      udp(0, 6000, 8585, { dst: PUBLISHED }),
      udp(1, 80, 6000, { dst: ROUTER }),
      udp(0, 6000, 8585, { dst: PUBLISHED }),
      udp(0, 6001, 8585, { dst: SERVER }),
      icmp(1, 3, 0, translated(udp(0, 6000, 80, { src: ROUTER }))),
    ];
    const real = realRouter(this, steps, [
      'iptables -w -t nat -A PREROUTING -d 10.0.0.254 -p udp --dport 8585 -j DNAT --to-destination 10.0.1.1:80',
      'iptables -w -t nat -A POSTROUTING -o eth1 -j MASQUERADE',
    ]);
    const router = new EmulatedRouter();
    router.ranges = (manip, v, l3) => {
      if (manip === MANIP_SRC) {
        return ipv4.dst(v, l3) === SERVER ? { minAddress: ROUTER, maxAddress: ROUTER } : null;
      }
      const isPublished = ipv4.dst(v, l3) === PUBLISHED && v.getUint16(l3 + 22) === 8585;
      return isPublished ? { minAddress: SERVER, maxAddress: SERVER, minPort: 80, maxPort: 80 } : null;
    };
    compare(router, steps, real);
  });

  it('chooses the addresses that a real kernel chooses of a range', function () {
    const clients = Array.from({ length: 12 }, (_, index) => ip4('10.0.0.10') + 7 * index);
    const steps = clients.map((src, index) => udp(0, 7000 + index, 53, { src }));
    for (const isPersistent of [false, true]) {
      const words = `SNAT --to-source 10.0.1.100-10.0.1.200${isPersistent ? ' --persistent' : ''}`;
      const real = realRouter(this, steps, [`iptables -w -t nat -A POSTROUTING -o eth1 -j ${words}`]);
      compare(sourceRouter({ minAddress: FIRST, maxAddress: LAST, isPersistent }), steps, real);
    }
  });

  it('keeps a port that is free, and draws one of the same kind for one that is not', () => {
    const router = sourceRouter({ minAddress: ROUTER, maxAddress: ROUTER });
    const kinds: readonly (readonly [number, number, number])[] = [
      [500, 1, 511],
      [700, 600, 1023],
      [600, 600, 1023],
      [40_001, 1024, 65_535],
    ];
    for (const [port, min, max] of kinds) {
      assert.equal(portBehind(router, udp(0, port, 53)), port);
      const drawn = portBehind(router, udp(0, port, 53, { src: OTHER_CLIENT }));
      assert.ok(drawn >= min && drawn <= max && drawn !== port, `${port} became ${drawn}`);
      assert.equal(portBehind(router, udp(0, port, 53, { src: OTHER_CLIENT })), drawn, 'the same flow keeps it');
      assert.equal(portBehind(router, udp(0, port, 54, { src: OTHER_CLIENT })), drawn, 'and its source uses it again');
    }
  });

  it('gives every connection a port of its own until a range is used up, and drops the next', () => {
    const router = sourceRouter({ minAddress: ROUTER, maxAddress: ROUTER, minPort: 2000, maxPort: 2015 });
    const ports = new Set<number>();
    for (let client = 0; client < 16; client++) {
      ports.add(portBehind(router, udp(0, 5000, 53, { src: OTHER_CLIENT + client })));
    }
    assert.deepEqual(ports, new Set(Array.from({ length: 16 }, (_, index) => 2000 + index)));
    assert.equal(router.step(udp(0, 5000, 53, { src: OTHER_CLIENT + 16 })).state, 'DROP');
    assert.equal(router.conntrack.stats.insertFailed, 1);
    router.advance(31);
    assert.equal(router.step(udp(0, 5000, 53, { src: OTHER_CLIENT + 16 })).state, 'NEW');
  });

  it('draws every port when told to be random, and keeps distances when there is a base', () => {
    const random = sourceRouter({ minAddress: ROUTER, maxAddress: ROUTER, isRandom: true });
    const drawn = Array.from({ length: 20 }, (_, index) => portBehind(random, udp(0, 3000 + index, 53)));
    assert.equal(new Set(drawn).size, 20);
    assert.ok(drawn.filter((port, index) => port === 3000 + index).length < 3);
    const shifted = new EmulatedRouter();
    const range = { minAddress: SERVER, maxAddress: SERVER, minPort: 8000, maxPort: 8099, basePort: 5000 };
    shifted.ranges = (manip) => (manip === MANIP_DST ? range : null);
    const { out } = shifted.step(udp(0, 1000, 5017, { dst: PUBLISHED }));
    assert.equal(Number.parseInt(out!.slice(44, 48), 16), 8017);
  });

  it('gives ICMP another identifier on a collision and gives the answers the old one', () => {
    const router = sourceRouter({ minAddress: ROUTER, maxAddress: ROUTER });
    router.step(icmp(0, 8, 0x0309_0001, [1]));
    const { out } = router.step(icmp(0, 8, 0x0309_0001, [1], { src: OTHER_CLIENT }));
    const id = Number.parseInt(out!.slice(48, 52), 16);
    assert.notEqual(id, 0x309);
    const answer = router.step(icmp(1, 0, id * 65_536 + 1, [1]));
    assert.equal(answer.out!.slice(32, 40), '0a000002');
    assert.equal(answer.out!.slice(48, 52), '0309');
  });

  it('binds a connection to nothing when no rule speaks, and moves its port out of the way of another', () => {
    const router = sourceRouter({ minAddress: ROUTER, maxAddress: ROUTER });
    assert.equal(portBehind(router, udp(0, 4444, 53)), 4444);
    // The router's own side talks from the port that the client was given.
    const own = portBehind(router, udp(0, 4444, 53, { src: ROUTER }));
    assert.notEqual(own, 4444);
    const tuple = makeTuple();
    const slot = router.table.listSlots()[0]!;
    router.table.readTuple(2 * slot + 1, tuple);
    assert.equal(tuple[1], ROUTER);
  });
});
