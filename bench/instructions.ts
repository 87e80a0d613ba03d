/**
 * Instructions per datagram, which do not depend on what else the machine does: two runs of different length under
 * callgrind, the difference divided by the datagrams that one has more. Start, build, and the compiler's work are in
 * both and fall out.
 */
import { spawnSync } from 'node:child_process';
import { runToEnd, scriptPath } from './child.ts';

/** Self-modifying code is looked for everywhere but in files: a just-in-time compiler needs it. */
const VALGRIND_FLAGS = ['--smc-check=all-non-file', '--tool=callgrind', '--callgrind-out-file=/dev/null'];

export function hasValgrind(): boolean {
  return spawnSync('valgrind', ['--version']).status === 0;
}

/** Of the workload, per datagram, between a run of `shortCount` datagrams and one of `longCount`. */
export function instructionsPerDatagram(workload: string, shortCount: number, longCount: number): number {
  const count = (datagrams: number): number => {
    const program = [process.execPath, '--single-threaded', scriptPath('workload-child'), workload, String(datagrams)];
    return parseCollected(runToEnd('valgrind', [...VALGRIND_FLAGS, ...program]).stderr);
  };
  const short = count(shortCount);
  return (count(longCount) - short) / (longCount - shortCount);
}

/** Reads callgrind's line `==123== Collected : 456`. */
export function parseCollected(text: string): number {
  const found = /Collected\s*:\s*(\d+)/.exec(text);
  if (found === null) throw new Error(`callgrind printed no count:\n${text}`);
  return Number(found[1]);
}
