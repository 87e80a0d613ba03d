/**
 * Case f of the recordings, as far as it is UDP and ICMP: c - r1 - r2 - s, and every way in which a datagram does not
 * arrive. The same commands at the same times must put the same frames on the same interfaces.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Host } from '../../src/kernel/host.ts';
import { PMTUDISC_DONT } from '../../src/kernel/ip/output.ts';
import { PingSocket } from '../../src/kernel/socket/ping-socket.ts';
import { UdpSocket } from '../../src/kernel/socket/udp-socket.ts';
import { address, MILLISECOND, netnsOf, World } from '../kernel/kit.ts';
import { Judge, needRecording } from './recordings.ts';
import { buildRouterChain } from './router-chain.ts';

/** Where each recording was made. */
const INTERFACES: Readonly<Record<string, string>> = {
  'c-eth0': 'h/c/eth0',
  'r1-out1': 'h/r1/out1',
  's-eth0': 'h/s/eth0',
};

/** What is typed at c. */
class Client {
  private readonly world: World;
  private readonly host: Host;

  constructor(world: World, host: Host) {
    this.world = world;
    this.host = host;
  }

  /** iputils' ping: one request each `gapMs`. */
  ping(atMs: number, to: string, options: { count?: number; gapMs?: number; ttl?: number } = {}): void {
    const socket = new PingSocket(netnsOf(this.host, 'c'));
    socket.ttl = options.ttl ?? 0;
    const payload = Uint8Array.from({ length: 56 }, (_, i) => (i < 16 ? 0 : i));
    for (let seq = 1; seq <= (options.count ?? 1); seq++) {
      this.world.runTo((atMs + (seq - 1) * (options.gapMs ?? 1000)) * MILLISECOND);
      socket.sendEcho(address(to), seq, payload);
    }
  }

  /** `tcpudp.py udpsend`: a connected socket; the next datagram goes when the error about the last is here. */
  udpSend(atMs: number, to: string, port: number, length: number, count: number, sourcePort = 0): void {
    this.world.runTo(atMs * MILLISECOND);
    const socket = new UdpSocket(netnsOf(this.host, 'c'));
    socket.bind(0, sourcePort);
    socket.connect(address(to), port);
    for (let i = 0; i < count; i++) {
      socket.send(Uint8Array.from({ length }, (_, k) => k & 255));
      this.world.run(MILLISECOND);
      if (count > 1) assert.equal(socket.takeError(), 'ECONNREFUSED');
    }
    socket.close();
  }

  /** `tcpudp.py udpto` and `udpburst`: an unconnected socket. */
  udpTo(atMs: number, to: string, port: number, sourcePort: number, payloads: readonly Uint8Array[]): void {
    this.world.runTo(atMs * MILLISECOND);
    const socket = new UdpSocket(netnsOf(this.host, 'c'));
    socket.bind(0, sourcePort);
    for (const payload of payloads) socket.sendTo(address(to), port, payload);
    socket.close();
  }

  /** `traceroute -n -q 3 -N 1`: a socket for each probe, the next one after the answer. */
  traceroute(atMs: number, to: string, hops: number): void {
    this.world.runTo(atMs * MILLISECOND);
    for (let probe = 0; probe < hops * 3; probe++) {
      const socket = new UdpSocket(netnsOf(this.host, 'c'));
      socket.pmtuDiscovery = PMTUDISC_DONT;
      socket.ttl = 1 + Math.floor(probe / 3);
      socket.connect(address(to), 33_434 + probe);
      socket.send(Uint8Array.from({ length: 32 }, (_, i) => 0x40 + i));
      this.world.run(MILLISECOND);
      socket.close();
    }
  }
}

/** The commands of the recording, at their times in milliseconds. */
function replay(client: Client, world: World): void {
  client.udpSend(3024, '10.3.0.2', 9999, 100, 2, 40_000);
  client.udpTo(3062, '10.3.0.2', 9998, 40_010, [new Uint8Array(1400)]);
  const burst = Array.from({ length: 20 }, (_, i) => new TextEncoder().encode(`burst${String(i).padStart(2, '0')}`));
  client.udpTo(3710, '10.3.0.2', 9997, 40_011, burst);
  client.ping(5522, '10.3.0.77', { count: 4, gapMs: 500 });
  client.udpSend(10_607, '10.3.0.78', 53, 20, 1);
  client.ping(21_030, '10.1.0.99');
  client.ping(34_526, '10.99.0.1');
  client.udpSend(34_536, '10.99.0.1', 53, 20, 1);
  [1, 2, 3].forEach((ttl, i) => {
    client.ping(36_837 + i * 10, '10.3.0.2', { ttl });
  });
  client.traceroute(38_143, '10.3.0.2', 3);
  world.runTo(39_000 * MILLISECOND);
}

describe('differential: ICMP errors against a real kernel', () => {
  let world: World;

  before(function () {
    needRecording(this, 'f-errors');
    world = new World();
    replay(new Client(world, buildRouterChain(world)), world);
  });

  /** Gives a judge to a test and lets it go afterwards. */
  function withJudge(name: string, judgeIt: (judge: Judge) => void): void {
    const judge = new Judge(world, join('f-errors', name));
    try {
      judgeIt(judge);
    } finally {
      judge.dispose();
    }
  }

  /** Cases that can be compared as a whole, with the milliseconds of their captures. */
  const cases: Readonly<Record<string, readonly [number, number]>> = {
    'port-unreach': [2208, 4670],
    'net-unreach': [33_688, 36_000],
    ttl: [36_047, 37_320],
    'traceroute-udp': [37_332, 38_590],
  };
  for (const [name, [fromMs, toMs]] of Object.entries(cases)) {
    it(`${name}: all three captures have the frames of the recording`, () => {
      withJudge(name, (judge) => {
        assert.deepEqual(judge.differences(INTERFACES, fromMs * MILLISECOND, toMs * MILLISECOND), new Map());
      });
    });
  }

  it('host-unreach: all four captures have the frames of the recording up to the first of TCP', () => {
    const upToTcp = (lines: readonly string[]): readonly string[] => {
      const at = lines.findIndex((line) => / tcp |10\.3\.0\.79/.test(line));
      return at < 0 ? lines : lines.slice(0, at);
    };
    withJudge('host-unreach', (judge) => {
      for (const [capture, fullName] of Object.entries({ ...INTERFACES, 'r2-out2': 'h/r2/out2' })) {
        const [mine, theirs] = judge.lines(fullName, capture, 4734 * MILLISECOND, 15_654 * MILLISECOND);
        assert.deepEqual(mine, upToTcp(theirs), capture);
      }
    });
  });

  it('local-arp-timeout: c-eth0 has the questions of the recording about the first address', () => {
    withJudge('local-arp-timeout', (judge) => {
      const [mine, theirs] = judge.lines('h/c/eth0', 'c-eth0', 20_211 * MILLISECOND, 24_117 * MILLISECOND);
      assert.deepEqual(
        mine,
        theirs.filter((line) => line.includes('10.1.0.99')),
      );
    });
  });
});
