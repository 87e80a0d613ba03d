/** A generated lab, run in real namespaces and in an emulated machine, and how the two differ. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SHARED } from '../machine.ts';
import type { LabScript } from './lab-generator.ts';
import type { RealRun } from './real-lab.ts';
import type { ScriptRun } from './script-run.ts';
import { runScript } from './script-run.ts';

const CANON = join(SHARED, 'tools', 'canon.py');

/** The lab's script, each line at the time at which the real one was typed. */
export function timedScript(lab: LabScript, real: RealRun): string {
  return lab.lines.map(({ text }, i) => `#@ ${real.lines[i]!.atSeconds.toFixed(6)}\n${text}`).join('\n');
}

/** What differs, a line or a capture each; none for equal runs. */
export function differencesOf(lab: LabScript, real: RealRun): string[] {
  const emulated = runScript(timedScript(lab, real), lab.seed);
  return [...commandDifferences(lab, real, emulated), ...captureDifferences(lab, real, emulated)];
}

function commandDifferences(lab: LabScript, real: RealRun, emulated: ScriptRun): string[] {
  const found: string[] = [];
  lab.lines.forEach(({ kind, text, isCompared }, i) => {
    if (kind !== 'run') return;
    const theirs = real.lines[i]!;
    const mine = emulated.steps[i];
    if (mine?.run !== text) {
      found.push(`${text}\n  was not typed`);
      return;
    }
    if (mine.exit !== theirs.exit) {
      found.push(`${text}\n  exit ${mine.exit ?? 'none'} instead of ${theirs.exit}: ${mine.stderr}${theirs.stderr}`);
    } else if (isCompared) {
      const [left, right] = [normal(mine.stdout + mine.stderr), normal(theirs.stdout + theirs.stderr)];
      if (left !== right) found.push(`${text}\n${differingLines(left, right)}`);
    } else if (normal(mine.stderr) !== normal(theirs.stderr)) {
      found.push(`${text}\n  says ${mine.stderr} instead of ${theirs.stderr}`);
    }
  });
  return found;
}

/** The lines that differ, place by place: `-` the real one's, `+` the emulated one's. */
function differingLines(emulated: string, real: string): string {
  const [left, right] = [emulated.split('\n'), real.split('\n')];
  const lines: string[] = [];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    if (left[i] !== right[i]) lines.push(`  - ${right[i] ?? ''}`, `  + ${left[i] ?? ''}`);
  }
  return lines.join('\n');
}

/** Without times, generated MACs, indexes of interfaces and what the tool's path is. */
function normal(text: string): string {
  const macs = new Map<string, string>();
  return (
    text
      .replace(/\b[0-9a-f]{2}(:[0-9a-f]{2}){5}\b/g, (mac) => {
        if (/^(02:42|ff:|00:00)/.test(mac)) return mac;
        if (!macs.has(mac)) macs.set(mac, `mac${macs.size}`);
        return macs.get(mac)!;
      })
      .replace(/[\d.]+ ms|time [\d]+ms|[\d.]+ (usec|msec|sec)\b/g, 'T')
      .replace(/(rtt min\/avg\/max\/(mdev|std-dev)) = .*/g, '$1 = T')
      .replace(/^Traceback (.*\n)(?:\s.*\n)*/gm, '')
      // The real tool looks at all namespaces of the machine, some of which come and go meanwhile.
      .replace(/^Error: Peer netns reference is invalid\.\n?/gm, '')
      .replace(/, pipe \d+|\npipe \d+/g, '')
      .replace(/(^|\n)\/usr\/bin\/(?=ping)/g, '$1')
      .trimEnd()
  );
}

function captureDifferences(lab: LabScript, real: RealRun, emulated: ScriptRun): string[] {
  const folder = join(real.folder, 'emulated');
  mkdirSync(folder);
  const missing = lab.captures.filter((file) => !emulated.captures.has(file));
  for (const [file, bytes] of emulated.captures) writeFileSync(join(folder, file), bytes);
  const { stdout, stderr, status } = spawnSync('python3', [CANON, '--dirs', folder, real.folder], { encoding: 'utf8' });
  const differing = stdout.split(/^(?=differs |missing )/m).filter((part) => /^(differs|missing) /.test(part));
  if (status !== 0 && differing.length === 0) differing.push(`canon.py failed: ${stderr}`);
  return [...missing.map((file) => `${file} was not written`), ...differing];
}
