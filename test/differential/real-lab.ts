/** A generated lab in real namespaces: each command at its time, with what it printed, and the captures. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { SHARED } from '../machine.ts';
import type { LabScript } from './lab-generator.ts';

export interface RealLine {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Seconds after the start of the script. */
  readonly atSeconds: number;
}

export interface RealRun {
  readonly lines: readonly RealLine[];
  /** Where the captures lie; remove it by `dispose`. */
  readonly folder: string;
}

/** Runs the lab; its namespaces are gone afterwards. */
export async function runReally(lab: LabScript): Promise<RealRun> {
  const folder = mkdtempSync(join(tmpdir(), 'dockwire-lab-'));
  symlinkSync(resolve(SHARED, 'truth', 'tcpudp.py'), join(folder, 'tcpudp.py'));
  writeFileSync(join(folder, 'lab.sh'), bashOf(lab));
  try {
    await new Promise<void>((done, failed) => {
      const bash = spawn('bash', ['lab.sh'], { cwd: folder, stdio: 'ignore' });
      bash.on('error', failed);
      bash.on('exit', () => {
        done();
      });
    });
  } finally {
    for (const netns of lab.namespaces) spawnSync('ip', ['netns', 'del', netns]);
  }
  return { folder, lines: lab.lines.map((_, i) => readLine(folder, i)) };
}

export function dispose(run: RealRun): void {
  rmSync(run.folder, { recursive: true });
}

/** Starts and exit codes go into a file each; a capture runs on until all are ended. */
function bashOf(lab: LabScript): string {
  const parts = ['export PATH=$PATH:/usr/sbin:/sbin LC_ALL=C', 'start=$EPOCHREALTIME', 'pids='];
  lab.lines.forEach(({ kind, text }, i) => {
    parts.push(`echo $EPOCHREALTIME > ${i}.at`);
    const output = `> ${i}.out 2> ${i}.err < /dev/null`;
    if (kind === 'run') parts.push(`${text} ${output}; echo $? > ${i}.exit`);
    else if (kind === 'capture')
      parts.push(`${text.replace(/&$/, '')} ${output} & pids="$pids $!"; echo 0 > ${i}.exit`);
    else parts.push(`kill $pids; wait $pids; echo 0 > ${i}.exit; : ${output}`);
  });
  return `${parts.join('\n')}\n`;
}

function readLine(folder: string, i: number): RealLine {
  const read = (kind: string): string => readFileSync(join(folder, `${i}.${kind}`), 'utf8');
  const start = Number(readFileSync(join(folder, '0.at'), 'utf8'));
  return {
    exit: Number(read('exit')),
    stdout: read('out'),
    stderr: read('err'),
    atSeconds: Number(read('at')) - start,
  };
}
