/** Standard input line by line: a prompt with history on a terminal, plain lines from a pipe or a file. */
import { createInterface } from 'node:readline';
import type { LineSource } from './environment.ts';

type Input = NodeJS.ReadableStream & { readonly isTTY?: boolean };
type Output = NodeJS.WritableStream & { readonly isTTY?: boolean };

/** Tells whoever asks of the next signal. */
export type OnInterrupt = (waiter: (() => void) | null) => void;

/** Opens it; nothing is read before the first `next`. */
export function openLines(input: Input, output: Output, onInterrupt: OnInterrupt): LineSource {
  return input.isTTY === true && output.isTTY === true
    ? new TerminalLines(input, output)
    : new PipedLines(input, onInterrupt);
}

/**
 * One readline interface for each line: while a command runs the terminal is not in raw mode, so that Ctrl-C is a
 * signal. At the prompt it gives up the line that is being typed.
 */
class TerminalLines implements LineSource {
  private readonly input: Input;
  private readonly output: Output;
  private history: string[] = [];

  constructor(input: Input, output: Output) {
    this.input = input;
    this.output = output;
  }

  next(prompt: string): Promise<string | null> {
    const { input, output, history } = this;
    return new Promise((resolve) => {
      const reader = createInterface({ input, output, prompt, history: [...history], removeHistoryDuplicates: true });
      let line: string | null = null;
      reader.on('line', (text) => {
        line = text;
        reader.close();
      });
      reader.on('SIGINT', () => {
        output.write('^C\n');
        line = '';
        reader.close();
      });
      reader.on('close', () => {
        if (line === null) output.write('\n');
        else if (line.trim() !== '') this.history = [line, ...history.filter((other) => other !== line)];
        resolve(line);
      });
      reader.prompt();
    });
  }

  close(): void {
    this.input.pause();
  }
}

class PipedLines implements LineSource {
  private readonly input: Input;
  private readonly onInterrupt: OnInterrupt;
  private readonly lines: string[] = [];
  private isAtEnd = false;
  private isOpen = false;
  private wake: (() => void) | null = null;

  constructor(input: Input, onInterrupt: OnInterrupt) {
    this.input = input;
    this.onInterrupt = onInterrupt;
  }

  async next(): Promise<string | null> {
    if (!this.isOpen) this.open();
    while (this.lines.length === 0 && !this.isAtEnd) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
      this.wake = null;
    }
    return this.lines.shift() ?? null;
  }

  close(): void {
    this.onInterrupt(null);
    this.input.pause();
  }

  private open(): void {
    this.isOpen = true;
    const end = (): void => {
      this.isAtEnd = true;
      this.wake?.();
    };
    // While a command runs the signal is for it.
    this.onInterrupt(() => {
      if (this.wake !== null) end();
    });
    const reader = createInterface({ input: this.input });
    reader.on('line', (line) => {
      this.lines.push(line);
      this.wake?.();
    });
    reader.on('close', end);
  }
}
