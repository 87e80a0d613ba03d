/** The same ladders with the TCP of a real kernel in a namespace of its own: it has to do what they say, too. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { need, needTools } from '../../../../machine.ts';
import { LADDERS } from './cases/all.ts';
import type { LadderCase, LadderLine } from './ladder.ts';
import { compareLadders, inputsOf, outputsOf, parseLadders } from './ladder.ts';

const PROGRAM = join(process.cwd(), 'test/kernel/socket/tcp/ladder/real-tcp.py');
/** What the namespace of an emulated host begins with, wherever the machine has other defaults. */
const USUAL = [
  'tcp_rmem=4096 131072 6291456',
  'tcp_wmem=4096 16384 4194304',
  'tcp_timestamps=1',
  'tcp_sack=1',
  'tcp_window_scaling=1',
  'tcp_ecn=2',
];
/** Timers of a real kernel are late by up to an eighth, and the machine may be busy. */
const TOLERANCE = { ms: 80, share: 0.15 };
const TRIES = 6;
let namespaces = 0;

/** Plays cases with the same settings, all at the same time. */
async function playReal(ladders: readonly LadderCase[]): Promise<LadderLine[][]> {
  const ns = `dw-ladder-${process.pid}-${namespaces++}`;
  const ip = (...args: string[]): void => {
    const { status, stderr } = spawnSync('ip', args, { encoding: 'utf8' });
    assert.equal(status, 0, `ip ${args.join(' ')}: ${stderr}`);
  };
  ip('netns', 'add', ns);
  try {
    for (const setting of [...USUAL, ...ladders[0]!.sysctls]) {
      ip('netns', 'exec', ns, 'sysctl', '-qw', `net.ipv4.${setting}`);
    }
    const plan = ladders.map((ladder) => inputsOf(ladder).map(({ atMs, text }) => `${atMs} ${text}`));
    const answer = JSON.parse(await runProgram(ns, JSON.stringify(plan))) as string[][];
    return answer.map((lines) => lines.map(parseAnswer));
  } finally {
    ip('netns', 'del', ns);
  }
}

function runProgram(ns: string, input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const program = spawn('ip', ['netns', 'exec', ns, 'python3', PROGRAM]);
    let [out, complaint] = ['', ''];
    program.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    program.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
    program.on('close', (code) => {
      if (code === 0) resolve(out);
      else reject(new Error(complaint));
    });
    program.stdin.end(input);
  });
}

function parseAnswer(line: string): LadderLine {
  const at = line.indexOf(' ');
  return { atMs: Number(line.slice(0, at)), text: line.slice(at + 1) };
}

function bySettings(ladders: readonly LadderCase[]): LadderCase[][] {
  const groups = new Map<string, LadderCase[]>();
  for (const ladder of ladders) {
    const key = ladder.sysctls.join('\n');
    groups.set(key, [...(groups.get(key) ?? []), ladder]);
  }
  return [...groups.values()];
}

/** What went otherwise than the ladders say, by case. */
async function failuresOf(ladders: readonly LadderCase[]): Promise<Map<LadderCase, string>> {
  const failures = new Map<LadderCase, string>();
  const play = async (group: readonly LadderCase[]): Promise<void> => {
    const answers = await playReal(group);
    group.forEach((ladder, i) => {
      const differs = compareLadders(outputsOf(ladder), answers[i]!, TOLERANCE);
      if (differs !== '') failures.set(ladder, `${ladder.name}\n${differs}`);
    });
  };
  await Promise.all(bySettings(ladders).map(play));
  return failures;
}

describe('TCP of a real kernel, ladder by ladder', function () {
  this.timeout(240_000);

  it('does what the ladders say', async function () {
    need(this, 'netns');
    needTools(this, ['python3', 'sysctl']);
    let ladders = Object.values(LADDERS)
      .flatMap(parseLadders)
      .filter(({ emulatedOnly }) => emulatedOnly === '');
    let failures = new Map<LadderCase, string>();
    // What a busy machine was late with is asked again.
    for (let i = 0; i < TRIES && ladders.length > 0; i++) {
      failures = await failuresOf(ladders);
      ladders = [...failures.keys()];
    }
    assert.deepEqual([...failures.values()], []);
  });
});
