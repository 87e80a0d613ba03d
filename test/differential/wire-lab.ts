/**
 * One machine whose cables end at the test: the same commands and frames go to a real kernel's namespace and to an
 * emulated host, and what comes back on the cables, the counters and the reasons of drops are compared.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { dropReasonName } from '../../src/link/drop.ts';
import type { Host } from '../../src/kernel/host.ts';
import { mibCounters } from '../../src/kernel/mib.ts';
import type { Peer } from '../kernel/kit.ts';
import { MILLISECOND, netnsOf, textOf, type, World } from '../kernel/kit.ts';
import { referenceSum } from '../wire/frames.ts';

/** What happens to the machine: a frame comes in on a cable, or somebody types. */
export interface WireStep {
  readonly port?: number;
  readonly give?: Uint8Array;
  /** Typed on both machines. */
  readonly run?: string;
  /** So long nothing else happens; the emulated machine always has this time, a real one a little more. */
  readonly waitMs?: number;
}

export interface WireScript {
  /** Addresses of e0, e1 …; '' for none. The cables' other ends have 02:00:00:00:00:99, :9a … */
  readonly addresses: readonly string[];
  /** Typed before the first step. */
  readonly setUp: readonly string[];
  /** What comes back on the cables is of no concern: a real machine gets no time but that of the steps. */
  readonly isDeaf?: boolean;
  readonly steps: readonly WireStep[];
}

export interface WireStepReport {
  /** `0 <words of tcpdump> | bytes`, the cable's number first. */
  readonly frames: string[];
  /** Reasons of the drops, without those of packets that nobody listened for. */
  readonly drops: string[];
  readonly text: string;
}

export interface WireReport {
  readonly steps: WireStepReport[];
  readonly counters: ReadonlyMap<string, number>;
  /** Whether `drops` is known. */
  readonly isTraced: boolean;
}

const PROGRAM = join(process.cwd(), 'test/differential/wire-lab.py');
const QUIET_S = 0.006;
const WAIT_MS = 1;
let labs = 0;

interface RealReport {
  traced: boolean;
  steps: { frames: [number, string][]; text: string; drops: [string, string][] }[];
  counters: Record<string, number>;
}

/** Plays the script to a namespace of the machine's own kernel. Needs root. */
export function playReal(script: WireScript): WireReport {
  const netns = `dww-${process.pid}-${++labs}`;
  const far = `${netns}f`;
  try {
    setUpReal(script, netns, far);
    const plan = {
      netns,
      ports: script.addresses.map((_, i) => `p${i}`),
      quiet: script.isDeaf === true ? 0 : QUIET_S,
      steps: script.steps.map(({ port = 0, give, run, waitMs = script.isDeaf === true ? 0 : WAIT_MS }) => {
        const wait = waitMs / 1000;
        return run === undefined ? { port, give: Buffer.from(give!).toString('hex'), wait } : { run, wait };
      }),
    };
    // `ip netns exec` would hide the kernel's traces behind a /sys of its own.
    const args = [`--net=/run/netns/${far}`, 'python3', PROGRAM];
    const { status, stdout, stderr } = spawnSync('nsenter', args, { input: JSON.stringify(plan), encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    const report = JSON.parse(stdout) as RealReport;
    return {
      isTraced: report.traced,
      counters: new Map(Object.entries(report.counters).filter(([, value]) => value !== 0)),
      steps: report.steps.map(({ frames, text, drops }) => ({
        frames: frames.map(([port, hex]) => canonical(port, Buffer.from(hex, 'hex'))),
        text,
        drops: drops.filter(([where]) => !IGNORED_PLACES.test(where)).map(([, reason]) => reason),
      })),
    };
  } finally {
    for (const each of [netns, far]) spawnSync('ip', ['netns', 'del', each]);
  }
}

/**
 * Where frames die that are no concern of the machine's: at the far ends, which are ports of a bridge that is down, and
 * in sockets that other programs close meanwhile.
 */
const IGNORED_PLACES = /^(packet_|sk_|unix_|netlink_|skb_release|skb_queue_purge|__kfree_skb|br_)/;

function setUpReal(script: WireScript, netns: string, far: string): void {
  const lines = [netns, far].flatMap((each) => [
    `ip netns add ${each}`,
    `ip netns exec ${each} sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1`,
  ]);
  lines.push(`ip -n ${netns} link set lo up`, `ip -n ${far} link add br0 type bridge`);
  script.addresses.forEach((address, i) => {
    const macs = [`02:00:00:00:01:0${i + 1}`, `02:00:00:00:00:${(0x99 + i).toString(16)}`];
    lines.push(
      `ip -n ${netns} link add e${i} address ${macs[0]!} type veth peer name p${i} address ${macs[1]!} netns ${far}`,
      `ip netns exec ${netns} ethtool -K e${i} tx off rx off`,
      `ip netns exec ${far} ethtool -K p${i} tx off rx off`,
      `ip -n ${far} link set p${i} master br0 up`,
      `ip -n ${netns} link set e${i} up`,
    );
    if (address !== '') lines.push(`ip -n ${netns} addr add ${address} brd + dev e${i}`);
  });
  for (const line of script.setUp) lines.push(`ip netns exec ${netns} ${line}`);
  const { status, stderr } = spawnSync('sh', ['-e'], { input: lines.join('\n'), encoding: 'utf8' });
  assert.equal(status, 0, `${lines.join('\n')}\n${stderr}`);
}

/** Plays the script to an emulated host. `typeLine` runs what the door does not know. */
export function playEmulated(
  script: WireScript,
  typeLine: (world: World, host: Host, line: string) => string = (_, host, line) => type(host, line),
): WireReport {
  const world = new World();
  const host = world.host('h', Object.fromEntries(script.addresses.map((address, i) => [`e${i}`, address])));
  const peers = script.addresses.map((_, i) => world.peer(host, `e${i}`));
  for (const line of script.setUp) typeLine(world, host, line);
  for (const peer of peers) peer.gets(0);
  const before = mibCounters(netnsOf(host, '').mib);
  const steps = script.steps.map((step) => playStep(world, host, peers, step, typeLine));
  const counters = new Map(
    [...mibCounters(netnsOf(host, '').mib)]
      .map(([name, value]) => [name, value - (before.get(name) ?? 0)] as const)
      .filter(([, value]) => value !== 0),
  );
  return { isTraced: true, counters, steps };
}

function playStep(
  world: World,
  host: Host,
  peers: readonly Peer[],
  step: WireStep,
  typeLine: (world: World, host: Host, line: string) => string,
): WireStepReport {
  const before = Float64Array.from(host.stats.dropped);
  let text = '';
  if (step.run !== undefined) text = typeLine(world, host, step.run);
  else peers[step.port ?? 0]!.gives(step.give!);
  world.run((step.waitMs ?? WAIT_MS) * MILLISECOND);
  const seen = peers.flatMap((peer, port) => peer.gets(0).map(({ atNs, bytes }) => ({ atNs, port, bytes })));
  seen.sort((a, b) => a.atNs - b.atNs);
  const drops: string[] = [];
  host.stats.dropped.forEach((count, reason) => {
    for (let i = before[reason]!; i < count; i++) drops.push(dropReasonName(reason));
  });
  return { frames: seen.map(({ port, bytes }) => canonical(port, bytes)), drops, text };
}

/** Identifications that the script's own frames have: they are kept, all others are free but for being 0. */
export const GIVEN_ID = 0x4242;

/** A frame as bytes, without what is free between two machines, and whether its checksums are right. */
function canonical(port: number, bytes: Uint8Array): string {
  const copy = Uint8Array.from(bytes);
  const v = new DataView(copy.buffer);
  const isIp = copy.length >= 34 && v.getUint16(12) === 0x0800;
  const flaws = isIp ? blankFreeFields(copy, v) : '';
  return `${port} ${Buffer.from(copy).toString('hex')}${flaws}`;
}

const L3 = 14;
const DAY_MS = 86_400_000;
const ICMP_ERRORS: ReadonlySet<number> = new Set([3, 4, 5, 11, 12]);

/** Blanks identifications and times of day with the checksums over them; answers which of the checksums are wrong. */
function blankFreeFields(copy: Uint8Array, v: DataView): string {
  const l4 = L3 + (copy[L3]! & 15) * 4;
  let flaws = referenceSum(copy.subarray(L3, l4)) === 0xffff ? '' : ' bad IP checksum';
  const hasIcmp = copy[L3 + 9] === 1 && (v.getUint16(L3 + 6) & 0x3fff) === 0;
  if (hasIcmp && referenceSum(copy.subarray(l4)) !== 0xffff) flaws += ' bad ICMP checksum';
  const id = v.getUint16(L3 + 4);
  if (id !== 0 && id !== GIVEN_ID) v.setUint16(L3 + 4, 1);
  blankTimes(copy, v, L3);
  v.setUint16(L3 + 10, 0);
  if (hasIcmp && ICMP_ERRORS.has(copy[l4]!) && blankTimes(copy, v, l4 + 8)) {
    v.setUint16(l4 + 8 + 10, 0);
    v.setUint16(l4 + 2, 0);
  }
  if (hasIcmp && copy[l4] === 14) copy.fill(0, l4 + 12);
  if (hasIcmp && copy[l4] === 14) v.setUint16(l4 + 2, 0);
  return flaws;
}

/** Blanks the times of a timestamp option in the header at `l3`; false when there is none. */
function blankTimes(copy: Uint8Array, v: DataView, l3: number): boolean {
  const end = Math.min(l3 + (copy[l3]! & 15) * 4, copy.length);
  for (let at = l3 + 20; at + 3 < end && copy[at] !== 0; at += copy[at] === 1 ? 1 : Math.max(copy[at + 1]!, 1)) {
    if (copy[at] !== 68) continue;
    for (let i = at + 4; i + 3 < Math.min(at + copy[at + 1]!, end); i += 4) {
      // No address is so small.
      if (v.getUint32(i) !== 0 && v.getUint32(i) < DAY_MS) v.setUint32(i, 1);
    }
    return true;
  }
  return false;
}

/** Both machines must have answered alike, step by step. `what` names the counters that are compared. */
export function assertAlike(script: WireScript, emulated: WireReport, real: WireReport, what: RegExp): void {
  script.steps.forEach((step, i) => {
    const name = `step ${i}: ${step.run ?? textOf(step.give!)}`;
    // Timers of a real kernel that end in one tick have no order.
    const sent = (frames: readonly string[]): readonly string[] =>
      step.run === undefined ? frames : [...frames].sort((a, b) => (a < b ? -1 : 1));
    assert.deepEqual(sent(emulated.steps[i]!.frames), sent(real.steps[i]!.frames), name);
    if (!real.isTraced || step.give === undefined) return;
    // Linux gives no reason where Dockwire has one of its own.
    const inOrder = (drops: readonly string[]): string[] =>
      drops.filter((reason) => !reason.startsWith('X_')).sort((a, b) => (a < b ? -1 : 1));
    assert.deepEqual(inOrder(emulated.steps[i]!.drops), inOrder(real.steps[i]!.drops), `${name}: drops`);
  });
  const chosen = (counters: ReadonlyMap<string, number>): Record<string, number> =>
    Object.fromEntries([...counters].filter(([name]) => what.test(name)).sort(([a], [b]) => (a < b ? -1 : 1)));
  assert.deepEqual(chosen(emulated.counters), chosen(real.counters), 'counters');
}
