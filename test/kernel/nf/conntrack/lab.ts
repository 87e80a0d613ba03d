/** A router's connection tracking, emulated and real: the same frames through both. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ip4 } from '../../../../src/base/addr.ts';
import type { ByteViews } from '../../../../src/base/bytes.ts';
import { makeByteViews } from '../../../../src/base/bytes.ts';
import { Conntrack, NF_DROP } from '../../../../src/kernel/nf/conntrack/conntrack.ts';
import type { ConntrackSettings } from '../../../../src/kernel/nf/conntrack/settings.ts';
import { conntrackDefaults } from '../../../../src/kernel/nf/conntrack/settings.ts';
import { CT_ESTABLISHED, CT_IS_REPLY, CT_NEW, CT_RELATED } from '../../../../src/kernel/nf/conntrack/status.ts';
import { ConntrackTable } from '../../../../src/kernel/nf/conntrack/table.ts';
import { Nat } from '../../../../src/kernel/nf/nat/nat.ts';
import { natIcmpError, natPacket } from '../../../../src/kernel/nf/nat/manip.ts';
import type { NatRange } from '../../../../src/kernel/nf/nat/range.ts';
import { MANIP_DST, MANIP_SRC } from '../../../../src/kernel/nf/nat/range.ts';
import { Rng } from '../../../../src/sim/rng.ts';
import * as ipv4 from '../../../../src/wire/ipv4.ts';
import { conntrackEventLine, conntrackLine } from '../../../../src/kernel/show/conntrack.ts';
import type { Skippable } from '../../../machine.ts';
import { need, needTools } from '../../../machine.ts';
import { pseudoHeader, referenceSum } from '../../../wire/frames.ts';

export const CLIENT = ip4('10.0.0.1');
export const SERVER = ip4('10.0.1.1');
const SECOND_NS = 1_000_000_000;

/** A datagram that one side of the router sends. Side 0 is the client's. */
export interface Step {
  readonly side: 0 | 1;
  readonly datagram: readonly number[];
  /** What marks the lines of this flow in a list. */
  readonly words: string;
}

/** What was made of it: NEW, ESTABLISHED, RELATED or INVALID, and the flow's lines in `conntrack -L`. */
export interface Outcome {
  readonly state: string;
  readonly lines: readonly string[];
  /** In hexadecimal what left on the other side; null when nothing did. */
  readonly out: string | null;
}

/** A TCP segment with a right checksum. */
export interface Segment {
  readonly flags: number;
  readonly seq: number;
  readonly ack?: number;
  readonly window?: number;
  readonly options?: readonly number[];
  readonly bytes?: number;
}

export function segmentBytes(src: number, dst: number, ports: readonly [number, number], segment: Segment): number[] {
  const options = segment.options ?? [];
  const bytes = new Uint8Array(20 + options.length + (segment.bytes ?? 0));
  const view = new DataView(bytes.buffer);
  view.setUint16(0, ports[0]);
  view.setUint16(2, ports[1]);
  view.setUint32(4, segment.seq);
  view.setUint32(8, segment.ack ?? 0);
  view.setUint8(12, (5 + options.length / 4) << 4);
  view.setUint8(13, segment.flags);
  view.setUint16(14, segment.window ?? 64_240);
  bytes.set(options, 20);
  view.setUint16(16, ~referenceSum([...pseudoHeader(6, bytes.length, src, dst), ...bytes]) & 0xffff);
  return [...bytes];
}

/** The emulated one. Time stands still unless a test moves it. */
export class EmulatedRouter {
  readonly settings: ConntrackSettings = conntrackDefaults();
  readonly table: ConntrackTable;
  readonly wakes: number[] = [];
  readonly log: string[] = [];
  readonly events: string[] = [];
  readonly conntrack: Conntrack;
  readonly nat: Nat;
  /** The nat table: what it makes of the datagram at an offset, on either side; null while there is none. */
  ranges: ((manip: number, v: DataView, l3: number) => NatRange | null) | null = null;
  private readonly b: ByteViews = makeByteViews(2048);

  constructor(buckets = 262_144, isHeard = true) {
    this.table = new ConntrackTable(1, buckets);
    this.conntrack = new Conntrack(this.table, this.settings, {
      wakeAt: (timeNs) => this.wakes.push(timeNs),
      kernelLog: (line) => this.log.push(line),
    });
    this.nat = new Nat(this.conntrack, Rng.fromSeed(1));
    if (!isHeard) return;
    this.conntrack.listen({
      conntrackEvent: (slot, kinds) => this.events.push(conntrackEventLine(this.table, slot, kinds)),
    });
  }

  /** A datagram comes in and leaves. */
  forward(datagram: readonly number[]): string {
    this.b.bytes.set(datagram, 64);
    const { conntrack } = this;
    if (conntrack.conntrackIn(this.b, 64, 64 + datagram.length, 0, true) === NF_DROP) return 'DROP';
    const { slot, ctinfo } = conntrack.packet;
    this.b.view.setUint8(64 + 8, 63);
    ipv4.updateHeaderChecksum(this.b, 64);
    if (slot < 0) return 'INVALID';
    const isTranslated = this.translate(slot, ctinfo, 64 + datagram.length);
    const verdict = isTranslated ? conntrack.confirm(slot) : NF_DROP;
    conntrack.put(slot);
    return verdict === NF_DROP ? 'DROP' : STATE_NAMES.get(ctinfo % CT_IS_REPLY)!;
  }

  /** What the hooks of the nat table do: first the destination, then the source. */
  private translate(slot: number, ctinfo: number, tail: number): boolean {
    const { nat, table, ranges } = this;
    if (ranges === null) return true;
    for (const manip of [MANIP_DST, MANIP_SRC]) {
      if (ctinfo % CT_IS_REPLY === CT_RELATED) {
        if (!natIcmpError(table, slot, ctinfo, manip, this.b, 64, tail)) return false;
        continue;
      }
      if (ctinfo === CT_NEW && !nat.isInitialized(slot, manip)) {
        const range = ranges(manip, this.b.view, 64);
        if (range === null) nat.allocNullBinding(slot, manip);
        else nat.setupInfo(slot, range, manip);
      }
      if (!natPacket(table, slot, ctinfo, manip, this.b.view, 64, tail)) return false;
    }
    return true;
  }

  private lastDatagram(length: number): string {
    return Buffer.from(this.b.bytes.subarray(64, 64 + length)).toString('hex');
  }

  step({ datagram, words }: Step): Outcome {
    const state = this.forward(datagram);
    return { state, lines: this.lines(words), out: state === 'DROP' ? null : this.lastDatagram(datagram.length) };
  }

  lines(words = ''): string[] {
    return this.table
      .listSlots()
      .map((slot) => conntrackLine(this.table, slot))
      .filter((line) => line.includes(words));
  }

  advance(seconds: number): void {
    this.table.nowNs[0]! += seconds * SECOND_NS;
    this.conntrack.expire();
  }
}

const STATE_NAMES: ReadonlyMap<number, string> = new Map([
  [CT_ESTABLISHED, 'ESTABLISHED'],
  [CT_RELATED, 'RELATED'],
  [CT_NEW, 'NEW'],
]);

export interface RealRun {
  readonly steps: readonly Outcome[];
  readonly events: readonly string[];
}

const PROGRAM = join(process.cwd(), 'test/kernel/nf/conntrack/real-conntrack.py');
let labs = 0;

/** The same through a namespace of a real kernel; skips the test where that cannot be. */
export function realRouter(test: Skippable, steps: readonly Step[], commands: readonly string[] = []): RealRun {
  need(test, 'netns');
  needTools(test, ['conntrack', 'iptables', 'python3', 'nsenter']);
  const netns = `conntrack-${process.pid}-${labs++}`;
  const input = JSON.stringify(steps.map(({ side, datagram, words }) => [side, ethernetHex(side, datagram), words]));
  try {
    spawnSync('ip', ['netns', 'add', netns]);
    const args = [`--net=/run/netns/${netns}`, 'python3', PROGRAM, ...commands];
    const { status, stdout, stderr } = spawnSync('nsenter', args, { input, encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    const run = JSON.parse(stdout) as {
      steps: { states: string[]; lines: string[]; out: string | null }[];
      events: string[];
    };
    return {
      steps: run.steps.map(({ states, ...rest }) => ({ state: states.join(' '), ...rest })),
      events: run.events,
    };
  } finally {
    spawnSync('ip', ['netns', 'del', netns]);
  }
}

function ethernetHex(side: 0 | 1, datagram: readonly number[]): string {
  const header = [2, 0, 0, 0, 0, 1 + side, 2, 0, 0, 0, 9, 1 + side, 8, 0];
  return [...header, ...datagram].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

const TIME = /^((?: *\[\w+\] )?(?:ipv4 +2 )?\w+ +\d+ )(\d+) /;

/** Lines without their time, and the times: a real kernel's clock has gone on a little. */
export function splitTime(line: string): { text: string; seconds: number } {
  const match = TIME.exec(line);
  return match === null ? { text: line, seconds: -1 } : { text: line.replace(TIME, '$1'), seconds: Number(match[2]) };
}
