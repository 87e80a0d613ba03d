/**
 * Command lines typed twice: to real tools in namespaces of a real kernel, and to the emulated ones in an emulated copy
 * of these. Output, exit codes and, where asked for, the frames on an interface are then compared.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as passed } from 'node:timers/promises';
import type { Host } from '../../src/kernel/host.ts';
import { Files } from '../../src/kernel/proc/files.ts';
import { TextInput } from '../../src/kernel/proc/pipe.ts';
import type { Process } from '../../src/kernel/proc/process.ts';
import type { ProgramRegistry } from '../../src/kernel/proc/program-registry.ts';
import { PcapWriter, readCapture } from '../../src/pcap-writer/index.ts';
import { netnsOf, SECOND, type, World } from '../kernel/kit.ts';
import { SHARED } from '../machine.ts';

export interface Result {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number | null;
}

/** Names of namespaces and the lines that join them, with the names in `@` marks: `ip -n @a@ link set lo up`. */
export interface Topology {
  readonly namespaces: readonly string[];
  readonly lines: readonly string[];
}

/** a (10.77.0.1) and b (10.77.0.2) by a veth; 10.77.0.50 is a neighbour of a that is nobody. */
export const PAIR: Topology = {
  namespaces: ['a', 'b'],
  lines: [
    'ip link add eth0 netns @a@ address 02:42:0a:4d:00:01 type veth peer name eth0 netns @b@ address 02:42:0a:4d:00:02',
    ...['a', 'b'].flatMap((name) => [`ip -n @${name}@ link set lo up`, `ip -n @${name}@ link set eth0 up`]),
    'ip -n @a@ addr add 10.77.0.1/24 brd + dev eth0',
    'ip -n @b@ addr add 10.77.0.2/24 brd + dev eth0',
    'ip -n @a@ neigh replace 10.77.0.50 lladdr 02:42:0a:4d:00:50 nud permanent dev eth0',
  ],
};

/** a (10.77.0.1) — r (10.77.0.2, 10.78.0.1) — b (10.78.0.2); r has no way to 10.99.0.0/16. */
export const ROUTED: Topology = {
  namespaces: ['a', 'r', 'b'],
  lines: [
    'ip link add eth0 netns @a@ address 02:42:0a:4d:00:01 type veth peer name eth0 netns @r@ address 02:42:0a:4d:00:02',
    'ip link add eth1 netns @r@ address 02:42:0a:4e:00:01 type veth peer name eth0 netns @b@ address 02:42:0a:4e:00:02',
    ...['a', 'r', 'b'].flatMap((name) => [`ip -n @${name}@ link set lo up`, `ip -n @${name}@ link set eth0 up`]),
    'ip -n @r@ link set eth1 up',
    'ip -n @a@ addr add 10.77.0.1/24 brd + dev eth0',
    'ip -n @r@ addr add 10.77.0.2/24 brd + dev eth0',
    'ip -n @r@ addr add 10.78.0.1/24 brd + dev eth1',
    'ip -n @b@ addr add 10.78.0.2/24 brd + dev eth0',
    'ip -n @a@ route add default via 10.77.0.2',
    'ip -n @b@ route add default via 10.78.0.1',
    'ip netns exec @r@ sysctl -qw net.ipv4.ip_forward=1',
  ],
};

/** Starts a line once that long has passed, in a namespace. */
export interface Typed {
  readonly ns: string;
  readonly line: string;
  readonly atMs?: number;
  readonly stdin?: string;
}

export class RealLab {
  private readonly prefix: string;
  private readonly topology: Topology;

  /** `name` keeps labs of tests that run at the same time apart. */
  constructor(topology: Topology, name: string) {
    this.topology = topology;
    this.prefix = `dw${name}-${process.pid}-`;
    for (const ns of topology.namespaces) {
      sh(`ip netns add ${this.prefix}${ns}`);
      sh(`ip netns exec ${this.prefix}${ns} sysctl -qw net.ipv6.conf.all.disable_ipv6=1`);
    }
    for (const line of topology.lines) sh(this.named(line));
    for (const ns of topology.namespaces) {
      for (const dev of ['eth0', 'eth1']) {
        spawnSync('ip', ['netns', 'exec', this.prefix + ns, 'ethtool', '-K', dev, 'tx', 'off', 'rx', 'off']);
      }
    }
  }

  dispose(): void {
    for (const ns of this.topology.namespaces) {
      spawnSync('ip', ['netns', 'del', this.prefix + ns]);
      rmSync(`/etc/netns/${this.prefix}${ns}`, { recursive: true, force: true });
    }
  }

  /** Gives what runs in a namespace its own file in /etc, such as `resolv.conf` (ip-netns(8)). */
  writeEtc(ns: string, name: string, text: string): void {
    mkdirSync(`/etc/netns/${this.prefix}${ns}`, { recursive: true });
    writeFileSync(`/etc/netns/${this.prefix}${ns}/${name}`, text);
  }

  /** Starts a program in a namespace that goes on until it is killed; its output is what it says. */
  spawn(ns: string, argv: readonly string[]): ChildProcessByStdio<null, Readable, Readable> {
    const args = ['netns', 'exec', this.prefix + ns, ...argv];
    return spawn('ip', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  }

  /** Runs lines as `sh -c` would, each from its time on; answers in their order. */
  async run(lines: readonly Typed[]): Promise<Result[]> {
    return Promise.all(lines.map(async (each) => this.runOne(each)));
  }

  async runOne({ ns, line, atMs = 0, stdin = '' }: Typed): Promise<Result> {
    if (atMs > 0) await passed(atMs);
    return new Promise((resolve) => {
      const child = spawn('ip', ['netns', 'exec', this.prefix + ns, 'timeout', '-s', 'KILL', '20', 'sh', '-c', line]);
      const output = { stdout: '', stderr: '' };
      child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
      child.stdin.on('error', () => undefined);
      child.stdin.end(stdin);
      child.on('close', (exit) => {
        resolve({ ...output, exit });
      });
    });
  }

  /** Captures `dev` while `body` runs; the frames as tools/canon.py writes them. */
  async capture(ns: string, dev: string, body: () => Promise<unknown>): Promise<string[]> {
    return this.captured(ns, dev, body, canonical);
  }

  /** The same, with the frames as they are. */
  async captureFrames(ns: string, dev: string, body: () => Promise<unknown>): Promise<Uint8Array[]> {
    return this.captured(ns, dev, body, (path) => readCapture(readFileSync(path)).packets.map(({ data }) => data));
  }

  private async captured<T>(
    ns: string,
    dev: string,
    body: () => Promise<unknown>,
    read: (path: string) => T,
  ): Promise<T> {
    const folder = mkdtempSync(join(tmpdir(), 'dockwire-net-'));
    try {
      const path = join(folder, 'real.pcap');
      const args = ['netns', 'exec', this.prefix + ns, 'tcpdump', '-Z', 'root', '-U', '--immediate-mode'];
      const child = spawn('ip', [...args, '-i', dev, '-w', path], { stdio: ['ignore', 'ignore', 'pipe'] });
      await new Promise<void>((resolve) => {
        child.stderr.on('data', (chunk: Buffer) => {
          if (chunk.toString().includes('listening on')) resolve();
        });
      });
      await body();
      await passed(300);
      child.kill('SIGINT');
      await new Promise((resolve) => child.on('close', resolve));
      return read(path);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  private named(line: string): string {
    return line.replace(/@(\w+)@/g, (_, name: string) => this.prefix + name);
  }
}

export class EmulatedLab {
  readonly world: World;
  readonly host: Host;
  readonly files: Files;

  constructor(topology: Topology) {
    this.world = new World();
    this.host = this.world.host('h');
    this.files = new Files();
    for (const ns of topology.namespaces) type(this.host, `ip netns add ${ns}`);
    for (const line of topology.lines) type(this.host, line.replace(/@(\w+)@/g, '$1'));
  }

  /** Runs lines, each word an argument, each from its time on, for so long at most; answers in their order. */
  run(registry: ProgramRegistry, lines: readonly Typed[], seconds = 60): Result[] {
    const startNs = this.world.sched.now;
    const started = lines.map((each, order) => ({ each, order, atNs: startNs + (each.atMs ?? 0) * 1_000_000 }));
    const running: { proc: Process; output: { stdout: string; stderr: string }; order: number }[] = [];
    for (const { each, order, atNs } of started.sort((x, y) => x.atNs - y.atNs || x.order - y.order)) {
      this.world.runTo(atNs);
      running.push({ ...this.start(registry, each), order });
    }
    const isOver = (): boolean => running.every(({ proc }) => proc.exitCode !== null);
    for (let i = 0; i < 10 * seconds && !isOver(); i++) this.world.run(SECOND / 10);
    running.sort((x, y) => x.order - y.order);
    return running.map(({ proc, output }) => ({ ...output, exit: proc.exitCode }));
  }

  /** Starts a line, which runs until its first wait. */
  start(
    registry: ProgramRegistry,
    { ns, line, stdin }: Typed,
  ): { proc: Process; output: { stdout: string; stderr: string } } {
    const argv = wordsOf(line);
    const entry = registry.get(argv[0]!);
    assert.ok(entry !== undefined, `there is a program ${argv[0]!}`);
    const output = { stdout: '', stderr: '' };
    const proc = this.host.processes.spawn({
      argv,
      program: entry.run,
      ns: netnsOf(this.host, ns),
      hostname: 'h',
      files: this.files,
      env: new Map(),
      registry,
      stdin: stdin === undefined ? 'null' : new TextInput(stdin),
      stdout: (text) => {
        output.stdout += text;
      },
      stderr: (text) => {
        output.stderr += text;
      },
    });
    return { proc, output };
  }

  /** What passed an interface since `fromNs`, as tools/canon.py writes it. */
  canonical(ns: string, dev: string, fromNs = 0): string[] {
    const chunks: Uint8Array[] = [];
    const writer = new PcapWriter({ write: (chunk) => chunks.push(chunk.slice()) });
    for (const { atNs, bytes } of this.world.seenAt(`h/${ns}/${dev}`)) {
      if (atNs >= fromNs) writer.writeRecord(Math.floor(atNs / SECOND), atNs % SECOND, bytes, 0, bytes.length);
    }
    writer.flush();
    const folder = mkdtempSync(join(tmpdir(), 'dockwire-net-'));
    try {
      const path = join(folder, 'emulated.pcap');
      writeFileSync(path, Buffer.concat(chunks));
      return canonical(path);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
}

/** Words as a shell makes them of a line with simple quotes. */
export function wordsOf(line: string): string[] {
  return (line.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? []).map((word) => word.replace(/["']/g, ''));
}

function canonical(path: string): string[] {
  const { stdout, stderr } = spawnSync('python3', [join(SHARED, 'tools', 'canon.py'), path], { encoding: 'utf8' });
  assert.equal(stderr, '');
  return stdout.split('\n').filter((line) => line !== '');
}

function sh(command: string): void {
  const { status, stderr } = spawnSync('sh', ['-c', command]);
  assert.equal(status, 0, `${command}: ${String(stderr)}`);
}
