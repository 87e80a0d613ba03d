/** What leaves the command that is being run for one further out: thrown, and caught where it is meant for. */

/** The shell, or subshell, ends. */
export class ShellExit extends Error {
  readonly code: number;

  constructor(code: number) {
    super('exit');
    this.name = 'ShellExit';
    this.code = code;
  }
}

/** Something is wrong: as `exit`, but where a builtin that is not special says it, only the builtin ends. */
export class ShellRefusal extends ShellExit {}

/** `break` and `continue`, with the loops that are still to be left. */
export class LoopJump extends Error {
  readonly kind: 'break' | 'continue';
  levels: number;

  constructor(kind: 'break' | 'continue', levels: number) {
    super(kind);
    this.name = 'LoopJump';
    this.kind = kind;
    this.levels = levels;
  }
}

/** `return`: from a function, a `.` file, or the whole text. */
export class FunctionReturn extends Error {
  readonly code: number;

  constructor(code: number) {
    super('return');
    this.name = 'FunctionReturn';
    this.code = code;
  }
}
