#!/usr/bin/env node
/** The only file that touches the process: arguments, streams, signals, exit code. */
import { readFileSync, writeSync } from 'node:fs';
import { hideBin } from 'yargs/helpers';
import type { Environment } from './environment.ts';
import { EXIT_INTERNAL, EXIT_INTERRUPTED } from './environment.ts';
import { openLines } from './line-source.ts';
import { main } from './main.ts';

const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;

let interrupts = 0;

/** Writes all of a text, also into a pipe that is slow to take it; a reader that has gone away ends the output. */
function writeAll(descriptor: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(descriptor, bytes, at);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'EPIPE') return;
      if (code !== 'EAGAIN') throw error;
    }
  }
}

/** Called at the next signal: whoever waits for a line waits no longer. */
let whenInterrupted: (() => void) | null = null;

function onSignal(): void {
  interrupts++;
  whenInterrupted?.();
  if (interrupts > 1) process.exit(EXIT_INTERRUPTED);
}

const environment: Environment = {
  argv: hideBin(process.argv),
  cwd: process.cwd(),
  stdoutIsTerminal: process.stdout.isTTY,
  stderrIsTerminal: process.stderr.isTTY,
  color: process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === '',
  out: (text) => {
    writeAll(STDOUT, text);
  },
  err: (text) => {
    writeAll(STDERR, text);
  },
  readStdin: () => readFileSync(STDIN),
  nowMs: () => performance.now(),
  yieldToSystem: () => new Promise((resolve) => setImmediate(resolve)),
  interruptCount: () => interrupts,
  forgetInterrupts: () => {
    interrupts = 0;
  },
  openLines: () =>
    openLines(process.stdin, process.stdout, (waiter) => {
      whenInterrupted = waiter;
    }),
};

process.on('SIGINT', onSignal);
process.on('SIGTERM', onSignal);
try {
  process.exitCode = await main(environment);
} catch (error) {
  const isDebug = environment.argv.includes('--debug');
  const text = error instanceof Error ? ((isDebug ? error.stack : undefined) ?? error.message) : String(error);
  environment.err(`dockwire: internal error: ${text}\n`);
  process.exitCode = EXIT_INTERNAL;
}
