/** The machine in a namespace of the real kernel, which is used again for case after case; see agent.py. Needs root. */
import assert from 'node:assert/strict';
import type { ChildProcessByStdio } from 'node:child_process';
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Interface } from 'node:readline';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Machine, StepOutcome } from './case.ts';
import { NIC_ADDRESSES, PORTS, SET_UP_BRIDGE, SET_UP_IP, SET_UP_SYSCTL } from './topology.ts';

const AGENT = join(process.cwd(), 'test/differential/netfilter/agent.py');
const PORT_NAMES = Array.from({ length: PORTS }, (_, i) => `p${i}`);

interface SendAnswer {
  readonly errno: string;
  readonly frames: readonly (readonly [port: number, hex: string])[];
}

interface RunAnswer {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

let machines = 0;

export class RealMachine implements Machine {
  private readonly netns: string;
  private readonly far: string;
  private readonly agent: ChildProcessByStdio<Writable, Readable, Readable>;
  private readonly lines: Interface;
  private readonly waiting: { resolve: (line: string) => void; reject: (error: Error) => void }[] = [];
  private complaints = '';
  /** How many cases it has seen. */
  restarts = 0;

  constructor() {
    this.netns = `dwn${process.pid}-${++machines}`;
    this.far = `${this.netns}f`;
    setUp(this.netns, this.far);
    const args = [`--net=/run/netns/${this.far}`, 'python3', AGENT, this.netns, ...PORT_NAMES];
    this.agent = spawn('nsenter', args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.agent.stderr.on('data', (chunk: Buffer) => (this.complaints += chunk.toString()));
    this.lines = createInterface({ input: this.agent.stdout });
    this.lines.on('line', (line) => this.waiting.shift()?.resolve(line));
    this.agent.on('close', () => {
      for (const { reject } of this.waiting) reject(new Error(`the agent ended: ${this.complaints}`));
    });
  }

  async give(port: number, bytes: Uint8Array): Promise<StepOutcome> {
    return outcomeOf(await this.order<SendAnswer>({ port, give: Buffer.from(bytes).toString('hex') }));
  }

  async own(bytes: Uint8Array): Promise<StepOutcome> {
    return outcomeOf(await this.order<SendAnswer>({ own: Buffer.from(bytes).toString('hex') }));
  }

  async command(words: readonly string[], input: string): Promise<string> {
    const { exit, stdout, stderr } = await this.order<RunAnswer>({ run: words, input });
    return `${exit === 0 ? '' : `exit ${exit}: `}${stdout}${stderr}`;
  }

  /** No rules, no connections, and these settings. */
  async restart(settings: Readonly<Record<string, number>>): Promise<void> {
    this.restarts++;
    const write: Record<string, string> = {};
    for (const [name, value] of Object.entries(settings)) write[name.replaceAll('.', '/')] = String(value);
    await this.order({ write });
    await this.order({ forget: true });
  }

  stop(): void {
    this.agent.stdin.end();
    for (const each of [this.netns, this.far]) spawnSync('ip', ['netns', 'del', each]);
  }

  private async order<T>(order: object): Promise<T> {
    const answer = new Promise<string>((resolve, reject) => this.waiting.push({ resolve, reject }));
    this.agent.stdin.write(`${JSON.stringify(order)}\n`);
    return JSON.parse(await answer) as T;
  }
}

function outcomeOf({ errno, frames }: SendAnswer): StepOutcome {
  return { answer: errno, frames: frames.map(([port, hex]) => ({ port, bytes: Buffer.from(hex, 'hex') })) };
}

function setUp(netns: string, far: string): void {
  const lines = [netns, far].flatMap((each) => [
    `ip netns add ${each}`,
    `ip netns exec ${each} sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1`,
  ]);
  // What comes to the far ends is nobody's: they are ports of a bridge that is down.
  lines.push(`ip -n ${netns} link set lo up`, `ip -n ${far} link add br0 type bridge`);
  NIC_ADDRESSES.forEach((address, i) => {
    const ownMac = `02:00:00:00:01:0${i + 1}`;
    lines.push(
      `ip -n ${netns} link add e${i} address ${ownMac} type veth peer name p${i} netns ${far}`,
      `ip netns exec ${netns} ethtool -K e${i} tx off rx off`,
      `ip netns exec ${far} ethtool -K p${i} tx off rx off`,
      `ip -n ${far} link set p${i} master br0 up`,
      `ip -n ${netns} link set e${i} up`,
    );
    if (address !== '') lines.push(`ip -n ${netns} addr add ${address} brd + dev e${i}`);
  });
  for (const line of SET_UP_IP) lines.push(`ip -n ${netns} ${line}`);
  for (const line of SET_UP_BRIDGE) lines.push(`bridge -n ${netns} ${line}`);
  for (const line of SET_UP_SYSCTL) lines.push(`ip netns exec ${netns} sysctl -qw ${line}`);
  // A datagram that lacks a part must not be heard of in a later case.
  lines.push(`ip netns exec ${netns} sysctl -qw net.ipv4.ipfrag_time=3600`);
  const { status, stderr } = spawnSync('sh', ['-e'], { input: lines.join('\n'), encoding: 'utf8' });
  assert.equal(status, 0, `${lines.join('\n')}\n${stderr}`);
}
