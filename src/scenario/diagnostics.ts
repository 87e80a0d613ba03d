/**
 * Mistakes of the author of a scenario: where, what is wrong, and what was expected. A file is read to its end before
 * anything is reported, so that all of its mistakes come at once.
 */

/** One mistake. `line` and `col` count from 1; `message` is `what is wrong; what was expected`. */
export interface Diagnostic {
  readonly file: string;
  readonly line: number;
  readonly col: number;
  readonly message: string;
}

/** A place in the scenario file, from 1. */
export interface Position {
  readonly line: number;
  readonly col: number;
}

/** `FILE:LINE:COL: MESSAGE`, always one line. */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  return `${diagnostic.file}:${diagnostic.line}:${diagnostic.col}: ${diagnostic.message}`;
}

/** The input is bad: exit code 2. Its text is all the mistakes, one line each, in the order of the file. */
export class ScenarioError extends Error {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map(formatDiagnostic).join('\n'));
    this.name = 'ScenarioError';
    this.diagnostics = diagnostics;
  }
}

/** Gathers the mistakes of one file while it is read. */
export class DiagnosticList {
  private readonly found = new Map<string, Diagnostic>();
  readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  /** The same mistake at the same place (an alias that is used twice) is kept once. */
  add(at: Position, message: string): void {
    const diagnostic = { file: this.file, line: at.line, col: at.col, message: oneLine(message) };
    this.found.set(formatDiagnostic(diagnostic), diagnostic);
  }

  /** Throws what was found, sorted by place; returns when nothing was. */
  throwIfAny(): void {
    if (this.found.size === 0) return;
    throw new ScenarioError([...this.found.values()].sort((a, b) => a.line - b.line || a.col - b.col));
  }
}

/** Line ends and other control characters would break the promise of one line for each mistake. */
function oneLine(message: string): string {
  return message.replace(/[\p{Cc}\u2028\u2029]/gu, (char) => {
    return char === '\n' ? '\\n' : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
