/**
 * The process as a value: arguments, environment, streams, clock. `bin.ts` makes the real one, tests make their own.
 */

/** Lines that a user types, or that stand in a pipe. */
export interface LineSource {
  /** The next line without its newline; null at the end, or when the user has had enough. Terminals show the prompt. */
  next(prompt: string): Promise<string | null>;
  close(): void;
}

export interface Environment {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly stdoutIsTerminal: boolean;
  readonly stderrIsTerminal: boolean;
  readonly color: boolean;
  out(text: string): void;
  err(text: string): void;
  /** All of standard input. */
  readStdin(): Uint8Array;
  /** Milliseconds on some clock that only goes forward. */
  nowMs(): number;
  /** Lets signals and streams have their turn. */
  yieldToSystem(): Promise<void>;
  /** How often the user has asked to stop (SIGINT, SIGTERM) so far. */
  interruptCount(): number;
  /** What was interrupted has ended: the next one counts from 0. */
  forgetInterrupts(): void;
  /** Standard input line by line. */
  openLines(): LineSource;
}

export const EXIT_OK = 0;
export const EXIT_BAD_INPUT = 2;
export const EXIT_INTERNAL = 3;
export const EXIT_INTERRUPTED = 130;
