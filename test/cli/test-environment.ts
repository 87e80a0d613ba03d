/** An environment for `main` that keeps what is printed. */
import type { Environment } from '../../src/cli/environment.ts';

export interface TestEnvironment extends Environment {
  stdout: string;
  stderr: string;
  /** Interrupts that are reported from now on. */
  interrupts: number;
}

export function testEnvironment(argv: readonly string[], stdin = ''): TestEnvironment {
  const env: TestEnvironment = {
    argv,
    cwd: process.cwd(),
    stdoutIsTerminal: false,
    stderrIsTerminal: false,
    color: false,
    stdout: '',
    stderr: '',
    interrupts: 0,
    out: (text) => {
      env.stdout += text;
    },
    err: (text) => {
      env.stderr += text;
    },
    readStdin: () => new TextEncoder().encode(stdin),
    nowMs: () => performance.now(),
    yieldToSystem: () => Promise.resolve(),
    interruptCount: () => env.interrupts,
    forgetInterrupts: () => {
      env.interrupts = 0;
    },
    openLines: () => {
      const lines = stdin === '' ? [] : stdin.replace(/\n$/, '').split('\n');
      return {
        next: () => Promise.resolve(lines.shift() ?? null),
        close: () => undefined,
      };
    },
  };
  return env;
}
