/** How grep writes a file's lines: names and numbers in front, context around, `--` between groups. */

/** What is written, and in which form. */
export interface GrepOutput {
  readonly hasName: boolean;
  readonly hasNumber: boolean;
  readonly before: number;
  readonly after: number;
  /** `--` stands between groups of lines. */
  readonly hasGroups: boolean;
}

/** Writes one file after the other. */
export class GrepPrinter {
  private readonly write: (text: string) => void;
  private readonly output: GrepOutput;
  private name = '';
  /** Lines that may become context in front of a match. */
  private readonly waiting: string[] = [];
  private afterLeft = 0;
  /** The line last written of this file; 0 while there is none. */
  private lastNumber = 0;
  private hasWritten = false;

  constructor(output: GrepOutput, write: (text: string) => void) {
    this.output = output;
    this.write = write;
  }

  beginFile(name: string): void {
    this.name = name;
    this.waiting.length = 0;
    this.afterLeft = 0;
    this.lastNumber = 0;
  }

  /** Whether context behind the last match is still to come. */
  get wantsContext(): boolean {
    return this.afterLeft > 0;
  }

  /** A line that is selected: its context, then itself or the given parts of it. */
  select(line: string, number: number, parts: readonly string[] | null): void {
    const { after, hasGroups } = this.output;
    const first = number - this.waiting.length;
    const isApart = this.hasWritten && (this.lastNumber === 0 || first > this.lastNumber + 1);
    if (isApart && hasGroups) this.write('--\n');
    this.waiting.forEach((text, i) => {
      this.put(text, first + i, '-');
    });
    this.waiting.length = 0;
    for (const text of parts ?? [line]) this.put(text, number, ':');
    this.noteWritten(number);
    this.afterLeft = after;
  }

  /** A line that is not selected; with `-o` there is no context to show. */
  pass(line: string, number: number, isShown: boolean): void {
    if (this.afterLeft > 0) {
      this.afterLeft--;
      if (isShown) this.put(line, number, '-');
      this.noteWritten(number);
    } else if (this.output.before > 0 && isShown) {
      this.waiting.push(line);
      if (this.waiting.length > this.output.before) this.waiting.shift();
    }
  }

  private noteWritten(number: number): void {
    this.lastNumber = number;
    this.hasWritten = true;
  }

  private put(text: string, number: number, mark: string): void {
    const { hasName, hasNumber } = this.output;
    this.write(`${hasName ? `${this.name}${mark}` : ''}${hasNumber ? `${number}${mark}` : ''}${text}\n`);
  }
}
