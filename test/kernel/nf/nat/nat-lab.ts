/**
 * A router with NAT, emulated and real: the same commands, frames and sends, and what leaves either side of it and
 * which connections it knows, action by action.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { mac } from '../../../../src/base/addr.ts';
import type { Host } from '../../../../src/kernel/host.ts';
import { UdpSocket } from '../../../../src/kernel/socket/udp-socket.ts';
import { conntrackLine } from '../../../../src/kernel/show/conntrack.ts';
import * as ethernet from '../../../../src/wire/ethernet.ts';
import * as ipv4 from '../../../../src/wire/ipv4.ts';
import type { Skippable } from '../../../machine.ts';
import { need, needTools } from '../../../machine.ts';
import { ethernetBytes, referenceSum } from '../../../wire/frames.ts';
import type { Peer } from '../../kit.ts';
import { address, type, viewOf, World } from '../../kit.ts';

/** What is done to the router. Side 0 is behind eth0, side 1 behind eth1. */
export type Action =
  | { readonly kind: 'frame'; readonly side: 0 | 1; readonly datagram: readonly number[] }
  | { readonly kind: 'run'; readonly command: string }
  | {
      readonly kind: 'send';
      readonly sport: number;
      readonly to: string;
      readonly port: number;
      readonly dev?: string;
    };

/** What came of it. Datagrams are in hexadecimal, without identification: the kernel draws that of its own. */
export interface Outcome {
  readonly out: readonly [readonly string[], readonly string[]];
  readonly lines: readonly string[];
  readonly error: string;
}

const WAIT_NS = 1_000_000;
const SECOND_NS = 1_000_000_000;
const FIRST_LINES = ['sysctl -qw net.ipv4.ip_forward=1 net.ipv4.icmp_ratelimit=0 net.ipv4.icmp_msgs_per_sec=100000'];

/** The emulated one. */
export class EmulatedNatRouter {
  readonly world = new World();
  readonly host: Host;
  private readonly peers: readonly [Peer, Peer];
  private readonly senders = new Map<number, UdpSocket>();

  constructor(setUp: readonly string[]) {
    this.host = this.world.host('r', { eth0: '', eth1: '' });
    this.peers = [this.world.peer(this.host, 'eth0'), this.world.peer(this.host, 'eth1')];
    for (const line of [...FIRST_LINES, ...setUp]) type(this.host, line);
    this.world.run(SECOND_NS / 10);
    this.takeOut();
  }

  do(action: Action): Outcome {
    const error = action.kind === 'send' ? this.send(action) : '';
    if (action.kind === 'run') type(this.host, action.command);
    else if (action.kind === 'frame') this.give(action.side, action.datagram);
    this.world.run(WAIT_NS);
    return { out: this.takeOut(), lines: this.lines(), error };
  }

  lines(): string[] {
    const conntrack = this.host.rootNs.conntrack;
    if (conntrack === null) return [];
    conntrack.table.nowNs[0] = this.world.sched.now;
    return conntrack.table.listSlots().map((slot) => conntrackLine(conntrack.table, slot));
  }

  private give(side: 0 | 1, datagram: readonly number[]): void {
    const to = this.host.rootNs.deviceByName(`eth${side}`)!.mac;
    const from = mac('02:00:00:00:09:01') + side;
    this.peers[side].gives(ethernetBytes(ethernet.ETHERTYPE_IPV4, datagram, to, from));
  }

  private send({ sport, to, port, dev }: Extract<Action, { kind: 'send' }>): string {
    let socket = this.senders.get(sport);
    if (socket === undefined) {
      socket = new UdpSocket(this.host.rootNs);
      if (dev !== undefined) assert.equal(socket.bindToDevice(dev), '');
      assert.equal(socket.bind(0, sport), '');
      this.senders.set(sport, socket);
    }
    return socket.sendTo(address(to), port, new TextEncoder().encode('own'));
  }

  private takeOut(): [string[], string[]] {
    const [first, second] = this.peers.map((peer) => {
      const seen = peer.gets(0).filter(({ bytes }) => {
        return ethernet.etherType(viewOf(bytes), 0) === ethernet.ETHERTYPE_IPV4 && bytes[30]! < 224;
      });
      return seen.map(({ bytes }) => normalDatagram(Buffer.from(bytes.subarray(14)).toString('hex')));
    });
    return [first!, second!];
  }
}

/** Without identification and the header checksum, which is right. */
function normalDatagram(hex: string): string {
  const bytes = Buffer.from(hex, 'hex');
  assert.equal(referenceSum([...bytes.subarray(0, ipv4.headerLen(viewOf(bytes), 0))]), 0xffff, `checksum of ${hex}`);
  return `${hex.slice(0, 8)}....${hex.slice(12, 20)}....${hex.slice(24)}`;
}

const PROGRAM = join(process.cwd(), 'test/kernel/nf/nat/real-nat.py');
let labs = 0;

/** The same with a namespace of a real kernel; skips the test where that cannot be. */
export function realNatRouter(test: Skippable, setUp: readonly string[], actions: readonly Action[]): Outcome[] {
  need(test, 'netns');
  needTools(test, ['conntrack', 'iptables', 'python3', 'nsenter']);
  const netns = `nat-${process.pid}-${labs++}`;
  try {
    spawnSync('ip', ['netns', 'add', netns]);
    const args = [`--net=/run/netns/${netns}`, 'python3', PROGRAM, ...setUp];
    const input = JSON.stringify(actions.map(wordsOf));
    const { status, stdout, stderr } = spawnSync('nsenter', args, { input, encoding: 'utf8', maxBuffer: 1 << 26 });
    if (status !== 0) throw new Error(stderr);
    const results = JSON.parse(stdout) as [string[], string[], string[], string][];
    return results.map(([first, second, lines, error]) => ({
      out: [first.map(normalDatagram), second.map(normalDatagram)],
      lines,
      error,
    }));
  } finally {
    spawnSync('ip', ['netns', 'del', netns]);
  }
}

function wordsOf(action: Action): readonly unknown[] {
  if (action.kind === 'run') return ['run', action.command];
  if (action.kind === 'send') return ['send', action.sport, action.to, action.port, action.dev ?? ''];
  const header = [2, 0, 0, 0, 0, 1 + action.side, 2, 0, 0, 0, 9, 1 + action.side, 8, 0];
  return ['frame', action.side, Buffer.from([...header, ...action.datagram]).toString('hex')];
}

/** Every action must come to the same on both. */
export function compareRouters(test: Skippable, setUp: readonly string[], actions: readonly Action[]): Outcome[] {
  const real = realNatRouter(test, setUp, actions);
  const emulated = new EmulatedNatRouter(setUp);
  const outcomes = actions.map((action) => emulated.do(action));
  outcomes.forEach((ours, index) => {
    const at = `${index}: ${JSON.stringify(wordsOf(actions[index]!))}`;
    const theirs = real[index]!;
    assert.deepEqual({ at, out: ours.out, error: ours.error }, { at, out: theirs.out, error: theirs.error });
    assert.deepEqual({ at, lines: sortedLines(ours.lines) }, { at, lines: sortedLines(theirs.lines) });
  });
  return outcomes;
}

/** Without the time left, which goes on in a real kernel while its tools work, and without what groups are told. */
function sortedLines(lines: readonly string[]): string[] {
  return lines
    .filter((line) => !line.includes('dst=224.'))
    .map((line) => line.replace(/^(\w+ +\d+) \d+ /, '$1 '))
    .sort((left, right) => (left < right ? -1 : 1));
}
