import type { Process } from '../kernel/proc/process.ts';

/** How an emulated tool gives up: with the real tool's words on standard error, and its exit code. */
export class ToolError extends Error {
  readonly exitCode: number;

  /** `message` is all that is written, without the last newline. */
  constructor(message: string, exitCode: number) {
    super(message);
    this.name = 'ToolError';
    this.exitCode = exitCode;
  }
}

/** The end of a tool that has caught `error`: its complaint and its exit code. What is no ToolError is thrown on. */
export function giveUp(proc: Process, error: unknown): number {
  if (!(error instanceof ToolError)) throw error;
  proc.writeError(`${error.message}\n`);
  return error.exitCode;
}
