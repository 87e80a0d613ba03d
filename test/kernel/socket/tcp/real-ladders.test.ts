/** The ladders beside a real kernel: every segment and every answer the same, at the same time but for its ticks. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { need } from '../../../machine.ts';
import type { Line, Step } from './ladder-player.ts';
import { LadderPlayer } from './ladder-player.ts';
import { SENDER_LADDERS } from './sender-ladders.ts';

/** Timers of a real kernel expire on ticks of 4 ms, and somebody has to wake up. */
const TOLERANCE_MS = 12;
/** It waits longer than it is told to, the longer the more: its wheel has eight times coarser ticks at each level. */
const WHEEL = 1 / 8;

/** Who differs that often is wrong. */
const TURNS = 4;

/** What a real kernel makes of ladders, all played at once. */
function realLines(ladders: readonly (readonly Step[])[]): Line[][] {
  const name = `dwt-${process.pid}`;
  const setUp = [
    `ip netns add ${name}`,
    `ip -n ${name} link add eth0 type veth peer name eth1 address 02:00:00:00:00:99`,
    `ip -n ${name} addr add 10.0.0.1/24 dev eth0`,
    `ip -n ${name} link set eth1 up`,
    `ip -n ${name} link set eth0 up`,
    `ip netns exec ${name} ethtool -K eth0 tx off tso off gso off gro off`,
    `ip netns exec ${name} ethtool -K eth1 gro off`,
    `ip netns exec ${name} sysctl -qw net.ipv4.tcp_rmem='4096 131072 6291456' net.ipv4.tcp_ecn=2`,
    `ip -n ${name} route add 10.1.0.0/16 via 10.0.0.2`,
    `ip -n ${name} neigh replace 10.0.0.2 lladdr 02:00:00:00:00:99 nud permanent dev eth0`,
  ];
  try {
    const made = spawnSync('sh', ['-e'], { input: setUp.join('\n'), encoding: 'utf8' });
    assert.equal(made.status, 0, made.stderr);
    const program = readFileSync(join(process.cwd(), 'test/kernel/socket/tcp/real-tcp.py'), 'utf8');
    const args = ['netns', 'exec', name, 'python3', '-c', program];
    const answer = spawnSync('ip', args, { input: JSON.stringify(ladders), encoding: 'utf8', maxBuffer: 1 << 26 });
    assert.equal(answer.status, 0, answer.stderr);
    return JSON.parse(answer.stdout) as Line[][];
  } finally {
    spawnSync('ip', ['netns', 'del', name]);
  }
}

/** How late a real kernel may be with what is due at `atMs`. */
const latenessMs = (atMs: number): number => TOLERANCE_MS + atMs * WHEEL;

/**
 * Without segments that a real kernel's timers may not have sent yet when the ladder ends: its last line is what the
 * program hears then.
 */
function inTime(lines: readonly Line[]): Line[] {
  const endMs = lines.at(-1)?.[0] ?? 0;
  return lines.filter(
    ([atMs, text], i) => i === lines.length - 1 || !text.startsWith('>') || atMs + latenessMs(atMs) <= endMs,
  );
}

/** Both side by side, where they differ; '' where they do not. */
function difference(allReal: readonly Line[], allEmulated: readonly Line[]): string {
  const isSame = (a: Line | undefined, b: Line | undefined): boolean =>
    a?.[1] === b?.[1] && Math.abs((a?.[0] ?? 0) - (b?.[0] ?? 0)) <= latenessMs(b?.[0] ?? 0);
  const emulated = inTime(allEmulated);
  const real = allReal.length > emulated.length ? inTime(allReal) : allReal;
  const count = Math.max(real.length, emulated.length);
  const rows = Array.from({ length: count }, (_, i) => [real[i], emulated[i]] as const);
  if (rows.every(([a, b]) => isSame(a, b))) return '';
  const show = (line: Line | undefined): string => (line === undefined ? '-' : `${line[0].toFixed(1)} ${line[1]}`);
  return rows.map(([a, b]) => (isSame(a, b) ? `  ${show(a)}` : `! real ${show(a)}\n!  emu ${show(b)}`)).join('\n');
}

describe('kernel: TCP ladders beside a real kernel', function () {
  this.timeout(60_000);
  const only = process.env['DOCKWIRE_LADDER'];

  it('sends the same segments', function () {
    need(this, 'netns');
    let chosen = [...SENDER_LADDERS].filter(([name]) => only === undefined || name.includes(only));
    let differences: string[] = [];
    // What differs is played again, in case the machine was busy with something else.
    for (let turn = 0; turn < TURNS && (turn === 0 || chosen.length > 0); turn++) {
      const real = realLines(chosen.map(([, steps]) => steps));
      const texts = chosen.map(([, steps], i) => difference(real[i]!, new LadderPlayer().play(steps)));
      differences = texts.flatMap((text, i) => (text === '' ? [] : [`${chosen[i]![0]}:\n${text}`]));
      chosen = chosen.filter((_, i) => texts[i] !== '');
    }
    assert.equal(differences.join('\n\n'), '');
  });
});
