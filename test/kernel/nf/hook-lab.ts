/**
 * The same namespaces, commands and pings on a real kernel and on an emulated host, and what passed each hook point of
 * one of them: counters of iptables rules there, recording hooks here. The lines are
 *
 *   FORWARD in=ra out=rb 1 packets 84 bytes
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import type { Frame } from '../../../src/link/frame.ts';
import type { Host } from '../../../src/kernel/host.ts';
import type { Netns } from '../../../src/kernel/netns.ts';
import type { NfHook, NfHookPoint, NfHookState, NfVerdict } from '../../../src/kernel/nf/hooks.ts';
import { NF_ACCEPT, NF_IP_PRI_MANGLE, nfRegisterNetHook } from '../../../src/kernel/nf/hooks.ts';
import { PingSocket, PMTUDISC_DONT } from '../../../src/kernel/socket/ping-socket.ts';
import { address, netnsOf, payloadOf, SECOND, type, World } from '../kit.ts';

export const POINTS = ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'] as const;
const ALL_POINTS: readonly NfHookPoint[] = [0, 1, 2, 3, 4];

/** A ping of one request. */
export interface Ping {
  readonly from: string;
  readonly to: string;
  readonly size?: number;
  readonly ttl?: number;
}

/** What a lab is made of: lines for `sh`, in which `ip` and `sysctl` name namespaces `a`, `r`, `b`. */
export interface HookLabPlan {
  readonly namespaces: readonly string[];
  readonly setUp: readonly string[];
  /** The namespace whose hooks are looked at, and its interfaces. */
  readonly watched: string;
  readonly interfaces: readonly string[];
}

/** A hook at any point that counts, and answers what the test says. */
export class Recorder implements NfHook {
  readonly priority: number;
  readonly reroute: NfHook['reroute'];
  private readonly counted = new Map<string, [packets: number, bytes: number]>();
  private readonly judge: (frame: Frame, state: NfHookState) => NfVerdict;

  constructor(
    judge: (frame: Frame, state: NfHookState) => NfVerdict = () => NF_ACCEPT,
    priority = NF_IP_PRI_MANGLE,
    reroute: NfHook['reroute'] = 'never',
  ) {
    this.judge = judge;
    this.priority = priority;
    this.reroute = reroute;
  }

  register(ns: Netns): void {
    for (const point of ALL_POINTS) nfRegisterNetHook(ns, point, this);
  }

  run(frame: Frame, state: NfHookState): NfVerdict {
    const { hook, inDev, outDev } = state;
    // As iptables, which does not know by which interface something came that leaves.
    const from = hook === 4 ? '' : (inDev?.name ?? '');
    const key = lineKey(POINTS[hook], from, outDev?.name ?? '');
    const [packets, bytes] = this.counted.get(key) ?? [0, 0];
    this.counted.set(key, [packets + 1, bytes + frame.tail - frame.l3]);
    return this.judge(frame, state);
  }

  /** What passed since the last look. */
  take(): string[] {
    const lines = [...this.counted].map(([key, counts]) => countLine(key, ...counts)).sort(byText);
    this.counted.clear();
    return lines;
  }
}

function lineKey(point: string, from: string, to: string): string {
  return `${point}${from === '' ? '' : ` in=${from}`}${to === '' ? '' : ` out=${to}`}`;
}

const byText = (left: string, right: string): number => (left < right ? -1 : 1);

function countLine(key: string, packets: number, bytes: number): string {
  return `${key} ${packets} packets ${bytes} bytes`;
}

/** The plan on an emulated host. */
export class EmulatedHookLab {
  readonly world = new World();
  readonly host: Host;
  readonly recorder: Recorder;
  private readonly watched: Netns;

  constructor(plan: HookLabPlan, recorder = new Recorder()) {
    this.host = this.world.host('h');
    this.recorder = recorder;
    for (const name of plan.namespaces) type(this.host, `ip netns add ${name}`);
    for (const line of plan.setUp) this.type(line);
    this.watched = netnsOf(this.host, plan.watched);
    recorder.register(this.watched);
    this.world.run(2 * SECOND);
    recorder.take();
  }

  type(line: string): void {
    type(this.host, line);
  }

  /** Sends the request, waits, and tells what passed the hooks. */
  ping(ping: Ping): string[] {
    const socket = new PingSocket(netnsOf(this.host, ping.from));
    socket.broadcast = true;
    socket.pmtuDiscovery = PMTUDISC_DONT;
    if (ping.ttl !== undefined) socket.ttl = ping.ttl;
    socket.sendEcho(address(ping.to), 1, payloadOf(ping.size ?? 56));
    this.world.run(SECOND / 2);
    socket.close();
    return this.recorder.take();
  }
}

/** The plan in namespaces of a real kernel. */
export class RealHookLab {
  private readonly plan: HookLabPlan;
  private readonly prefix: string;

  constructor(plan: HookLabPlan, label: string) {
    this.plan = plan;
    this.prefix = `dwh${label}${process.pid}-`;
    const names = plan.namespaces.map((name) => `ip netns add ${this.prefix}${name}`);
    const quiet = plan.namespaces.map(
      (name) => `ip netns exec ${this.prefix}${name} sysctl -qw net.ipv6.conf.default.disable_ipv6=1`,
    );
    this.sh([...names, ...quiet, ...plan.setUp.map((line) => this.named(line)), this.rules()].join('\n'));
  }

  type(line: string): void {
    this.sh(this.named(line));
  }

  ping({ from, to, size = 56, ttl }: Ping): string[] {
    const at = `ip netns exec ${this.prefix}${from}`;
    this.sh(`ip netns exec ${this.prefix}${this.plan.watched} iptables -t mangle -Z`);
    const options = `-n -q -b -c 1 -W 0.2 -M dont -s ${size}${ttl === undefined ? '' : ` -t ${ttl}`}`;
    spawnSync('sh', ['-c', `${at} ping ${options} ${to}`]);
    return this.counters();
  }

  /** What a program of Python prints in the namespace that is looked at, while the point lets nothing pass. */
  runDropping(point: string, program: string, args: readonly string[]): string {
    const at = `${this.prefix}${this.plan.watched}`;
    this.sh(`ip netns exec ${at} iptables -t mangle -A ${point} -j DROP`);
    const words = ['netns', 'exec', at, 'python3', '-c', program, ...args];
    const { status, stdout, stderr } = spawnSync('ip', words, { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    return stdout;
  }

  dispose(): void {
    for (const name of this.plan.namespaces) spawnSync('ip', ['netns', 'del', `${this.prefix}${name}`]);
  }

  private counters(): string[] {
    const text = this.sh(`ip netns exec ${this.prefix}${this.plan.watched} iptables-save -c -t mangle`);
    const lines: string[] = [];
    for (const [, packets, bytes, point, from, to] of text.matchAll(
      /^\[(\d+):(\d+)\] -A (\w+)(?: -i (\S+))?(?: -o (\S+))?$/gm,
    )) {
      if (packets !== '0') lines.push(countLine(lineKey(point!, from ?? '', to ?? ''), Number(packets), Number(bytes)));
    }
    return lines.sort(byText);
  }

  /** A rule without a target for each point and interface: it counts. */
  private rules(): string {
    const lines: string[] = ['*mangle'];
    for (const dev of this.plan.interfaces) {
      lines.push(`-A PREROUTING -i ${dev}`, `-A INPUT -i ${dev}`, `-A OUTPUT -o ${dev}`, `-A POSTROUTING -o ${dev}`);
      for (const other of this.plan.interfaces) lines.push(`-A FORWARD -i ${dev} -o ${other}`);
    }
    lines.push('COMMIT');
    return `ip netns exec ${this.prefix}${this.plan.watched} iptables-restore <<END\n${lines.join('\n')}\nEND`;
  }

  private named(line: string): string {
    return line.replaceAll(/(-n|netns exec|netns) (?!exec)(\S+)/g, `$1 ${this.prefix}$2`);
  }

  private sh(script: string): string {
    const { status, stdout, stderr } = spawnSync('sh', ['-ec', script], { encoding: 'utf8' });
    assert.equal(status, 0, `${script}\n${stderr}`);
    return stdout;
  }
}

const wordsOf = (ping: Ping): string => JSON.stringify(ping);

/** A real kernel must count what the emulated one does; `lines` are typed once the labs stand. */
export function comparePings(
  plan: HookLabPlan,
  label: string,
  pings: readonly Ping[],
  lines: readonly string[] = [],
): void {
  const emulated = new EmulatedHookLab(plan);
  const real = new RealHookLab(plan, label);
  let count = 0;
  try {
    for (const line of lines) {
      emulated.type(line);
      real.type(line);
    }
    for (const ping of pings) {
      const seen = emulated.ping(ping);
      assert.deepEqual([wordsOf(ping), ...seen], [wordsOf(ping), ...real.ping(ping)]);
      count += seen.length;
    }
    assert.ok(count > pings.length, 'something passed');
  } finally {
    real.dispose();
  }
}
