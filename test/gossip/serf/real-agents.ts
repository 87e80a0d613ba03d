/** Real serf agents in a network namespace, and this project's serf in another, beside each other on one cable. */
import { strict as assert } from 'node:assert';
import type { ChildProcess } from 'node:child_process';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const PATIENCE_MS = 30_000;
const LOOK_MS = 50;

/** A process and the lines that it has printed. */
export class Talker {
  readonly lines: string[] = [];
  readonly child: ChildProcess;
  private rest = '';

  constructor(command: readonly string[]) {
    this.child = spawn(command[0]!, command.slice(1), { stdio: ['pipe', 'pipe', 'pipe'] });
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      stream.on('data', (bytes: Buffer) => {
        const lines = `${this.rest}${bytes.toString()}`.split('\n');
        this.rest = lines.pop()!;
        this.lines.push(...lines);
      });
    }
    // A process that has gone does not read what it was told last.
    this.child.stdin!.on('error', () => undefined);
  }

  tell(line: string): void {
    this.child.stdin!.write(`${line}\n`);
  }

  /** Waits until it has printed that. */
  async hears(pattern: RegExp): Promise<string> {
    const found = await until(() => this.lines.find((line) => pattern.test(line)));
    return found ?? assert.fail(`no line like ${String(pattern)} in:\n${this.lines.join('\n')}`);
  }

  async end(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGKILL');
    await ended;
  }
}

/** What `look` finds, asked again and again; undefined when patience is over. */
export async function until<T>(look: () => T | undefined): Promise<T | undefined> {
  const endMs = performance.now() + PATIENCE_MS;
  while (performance.now() < endMs) {
    const found = look();
    if (found !== undefined) return found;
    await sleep(LOOK_MS);
  }
  return undefined;
}

export class AgentLab {
  readonly ours: string;
  private readonly theirs: string;
  private readonly net: string;
  private readonly folder = mkdtempSync(join(tmpdir(), 'dockwire-serf-'));
  private readonly talkers: Talker[] = [];
  private agents = 0;

  /** `letter` tells the labs of one process apart; the third number of the addresses is `net`. */
  constructor(letter: string, net: number) {
    this.theirs = `codec-${process.pid}${letter}r`;
    this.ours = `codec-${process.pid}${letter}o`;
    this.net = `10.77.${net}`;
    for (const name of [this.theirs, this.ours]) ip(`netns add ${name}`);
    ip(`-n ${this.theirs} link add eth0 type veth peer name eth0 netns ${this.ours}`);
    const addresses: [string, number][] = [
      [this.theirs, 1],
      [this.theirs, 2],
      [this.ours, 3],
    ];
    for (const [name, last] of addresses) ip(`-n ${name} addr add ${this.address(last)}/24 dev eth0`);
    for (const name of [this.theirs, this.ours]) {
      for (const dev of ['lo', 'eth0']) ip(`-n ${name} link set ${dev} up`);
    }
  }

  address(last: number): string {
    return `${this.net}.${last}`;
  }

  /** Starts an agent `a1`, `a2`; of the keys, in base64, the first is the primary one. */
  agent(keys: readonly string[], args: readonly string[]): Talker {
    const n = ++this.agents;
    const keyring = join(this.folder, `a${n}.keys`);
    writeFileSync(keyring, JSON.stringify(keys), { mode: 0o600 });
    const encryption = keys.length === 0 ? [] : [`-keyring-file=${keyring}`];
    const own = [`-node=a${n}`, `-bind=${this.address(n)}:7946`, `-rpc-addr=127.0.0.1:${7372 + n}`];
    const words = ['serf', 'agent', ...own, '-profile=local', '-log-level=debug', ...encryption, ...args];
    return this.talker(['ip', 'netns', 'exec', this.theirs, ...words]);
  }

  /** Starts this project's member, in the other namespace, which joins the first agent. */
  member(name: string, keys: readonly string[]): Talker {
    const script = fileURLToPath(new URL('live-member.js', import.meta.url));
    const options = JSON.stringify({ name, address: this.address(3), join: this.address(1), keys });
    return this.talker(['ip', 'netns', 'exec', this.ours, process.execPath, script, options]);
  }

  /** What `serf` says of the first agent. */
  serf(...words: readonly string[]): string {
    return execFileSync('ip', ['netns', 'exec', this.theirs, 'serf', ...words], { encoding: 'utf8' });
  }

  /** Waits until the first agent says so of a member. */
  async shows(name: string, status: string): Promise<void> {
    const row = new RegExp(`^${name} .* ${status}( |$)`, 'm');
    const found = await until(() => (row.test(this.serf('members')) ? true : undefined));
    assert.ok(found, `${name} is not ${status}:\n${this.serf('members')}`);
  }

  async end(): Promise<void> {
    for (const talker of this.talkers) await talker.end();
    for (const name of [this.theirs, this.ours]) ip(`netns del ${name}`);
    rmSync(this.folder, { recursive: true });
  }

  private talker(command: readonly string[]): Talker {
    const talker = new Talker(command);
    this.talkers.push(talker);
    return talker;
  }
}

function ip(words: string): void {
  execFileSync('ip', words.split(' '));
}
