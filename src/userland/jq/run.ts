/** One run of a jq program over its inputs: what is written, and with which exit code it ends. */
import { LimitError } from '../../base/assert.ts';
import type { Process } from '../../kernel/proc/process.ts';
import { BUILTINS, HaltSignal } from './builtins.ts';
import type { Program } from './compile.ts';
import { plainText } from './formats.ts';
import { Interpreter, errorText } from './interpreter.ts';
import { JsonError, JsonParser } from './json-parser.ts';
import { jsonText } from './json-text.ts';
import type { JsonStyle } from './json-text.ts';
import type { JqOptions } from './options.ts';
import type { Filter } from './syntax.ts';
import { JqError, isTrue } from './value.ts';
import type { JqValue } from './value.ts';

const EXIT_FALSE = 1;
/** Nothing was written, or the input is no JSON. */
const EXIT_NOTHING = 4;
const EXIT_ERROR = 5;
const NANOSECONDS = 1_000_000_000;

export class JqRun {
  /** The program asks for its inputs itself, so all have to be there. */
  readonly readsInputs: boolean;
  isOver = false;
  private readonly proc: Process;
  private readonly options: JqOptions;
  private readonly program: Program;
  private readonly interpreter: Interpreter;
  private readonly style: JsonStyle;
  private readonly waiting: { readonly value: JqValue; readonly lines: number }[] = [];
  private parser = new JsonParser();
  private rawText = '';
  private inputError: string | null = null;
  private fileName: string | null = null;
  private isFileOpen = false;
  private lines = 0;
  private exitCode = 0;
  /** Of the last result of the last input; null while there is none. */
  private isLastTrue: boolean | null = null;

  constructor(proc: Process, options: JqOptions, program: Program) {
    this.proc = proc;
    this.options = options;
    this.program = program;
    this.readsInputs = usesInputs(program.filter);
    this.style = { indent: options.indent, sortsKeys: options.sortsKeys, isAscii: options.isAscii };
    this.interpreter = new Interpreter(BUILTINS, {
      nextInput: () => this.nextInput(),
      writeError: (text) => {
        proc.writeError(text);
      },
      environment: new Map(proc.env),
      now: proc.epochSeconds + proc.now / NANOSECONDS,
      inputLine: () => this.lines,
      inputName: null,
    });
  }

  beginFile(name: string | null): void {
    this.fileName = name;
    this.isFileOpen = !this.options.isNullInput;
    this.lines = 0;
  }

  /** Takes a piece of input; false when no more is wanted. */
  feed(piece: string): boolean {
    if (this.options.isRawInput) this.rawText += piece;
    else {
      // jq reads line by line, and counts lines before it looks into them.
      for (const line of piece.split(/(?<=\n)/)) {
        if (this.isOver) break;
        if (line.endsWith('\n')) this.lines++;
        this.parse(() => {
          this.parser.feed(line, (value) => {
            this.take(value);
          });
        });
      }
    }
    return !this.isOver;
  }

  private parse(read: () => void): void {
    if (this.inputError !== null) return;
    try {
      read();
    } catch (error) {
      if (!(error instanceof JsonError)) throw error;
      this.inputError = error.message;
      this.isOver = !this.collects;
    }
  }

  private get collects(): boolean {
    return this.options.isSlurp || this.options.isNullInput || this.readsInputs;
  }

  private take(value: JqValue): void {
    if (this.collects) this.waiting.push({ value, lines: this.lines });
    else if (!this.isOver) this.process(value);
  }

  private nextInput(): JqValue | undefined {
    const next = this.waiting.shift();
    if (next === undefined) {
      this.isFileOpen = true;
      return undefined;
    }
    this.lines = next.lines;
    this.isFileOpen = true;
    return next.value;
  }

  /** All inputs have come: what waits is done now. */
  finish(): number {
    if (this.options.isRawInput) this.takeRaw();
    else if (!this.isOver) {
      this.parse(() => {
        this.parser.finish((value) => {
          this.take(value);
        });
      });
    }
    if (this.collects) this.processCollected();
    if (this.inputError !== null) {
      this.proc.writeError(`parse error: ${this.inputError}\n`);
      return EXIT_NOTHING;
    }
    return this.finalExit();
  }

  private takeRaw(): void {
    if (this.options.isSlurp) {
      this.waiting.push({ value: this.rawText, lines: this.rawText.split('\n').length - 1 });
      return;
    }
    if (this.rawText === '') return;
    for (const line of this.rawText.replace(/\n$/, '').split('\n')) {
      this.lines++;
      this.take(line);
    }
  }

  private processCollected(): void {
    const { isNullInput, isSlurp, isRawInput } = this.options;
    if (isSlurp && !isRawInput) {
      const all = this.waiting.splice(0).map(({ value }) => value);
      if (this.inputError !== null) return;
      this.waiting.push({ value: all, lines: this.lines });
    }
    if (isNullInput) this.process(null);
    else {
      for (let next = this.nextInput(); next !== undefined && !this.isOver; next = this.nextInput()) this.process(next);
    }
  }

  private finalExit(): number {
    if (this.exitCode !== 0 || !this.options.hasExitStatus) return this.exitCode;
    return this.isLastTrue === null ? EXIT_NOTHING : this.isLastTrue ? 0 : EXIT_FALSE;
  }

  /** Runs the program for one input. */
  private process(value: JqValue): void {
    this.exitCode = 0;
    this.isLastTrue = null;
    try {
      for (const result of this.interpreter.values(this.program.filter, this.program.scope, value)) {
        this.write(result);
        this.isLastTrue = isTrue(result);
      }
    } catch (error) {
      if (error instanceof HaltSignal) this.halt(error);
      else if (error instanceof JqError) {
        this.proc.writeError(`jq: error (at ${this.place()})${errorText(error)}\n`);
        this.exitCode = EXIT_ERROR;
      } else if (error instanceof RangeError) throw new LimitError('a jq program goes too deep');
      else throw error;
    }
  }

  private place(): string {
    return this.isFileOpen ? `${this.fileName ?? '<stdin>'}:${this.lines}` : '<unknown>';
  }

  private write(result: JqValue): void {
    const { isRawOutput, isJoined } = this.options;
    const text = isRawOutput && typeof result === 'string' ? result : jsonText(result, this.style);
    this.proc.write(`${text}${isJoined ? '' : '\n'}`);
  }

  private halt({ value, exitCode }: HaltSignal): void {
    this.isOver = true;
    this.waiting.length = 0;
    this.exitCode = exitCode;
    if (value === null) return;
    this.proc.writeError(typeof value === 'string' ? value : `${plainText(value)}\n`);
  }
}

/** Whether a program may ask for inputs. */
function usesInputs(filter: Filter): boolean {
  const text = JSON.stringify(filter, (_key, value: unknown) => (value instanceof Map ? null : value));
  return /"kind":"call","name":"inputs?"/.test(text);
}
