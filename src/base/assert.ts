/**
 * Assertions and errors. A bug of ours ends in `assert`, a mistake of the user in a `UserError` or in a diagnostic with
 * its place. What merely happens in the emulated world, such as a loss, is neither: it is counted with a reason.
 */

/** A bug: something that the code relies on does not hold. */
export class AssertionError extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'AssertionError';
  }
}

/** A bound of the emulator was reached by what the user asked for: no bug, but the run cannot go on. */
export class LimitError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'LimitError';
  }
}

/** A mistake in what the user gave us: a stable code, what is wrong, and what to try instead ('' when unknown). */
export class UserError extends Error {
  readonly code: string;
  readonly hint: string;

  constructor(code: string, message: string, hint = '') {
    super(message);
    this.name = 'UserError';
    this.code = code;
    this.hint = hint;
  }
}

/**
 * Throws an AssertionError unless `ok`. `why` is a literal that says what must hold: it costs nothing when it holds.
 */
export function assert(ok: boolean, why: string): asserts ok {
  if (!ok) fail(why);
}

/** Marks a place that no input can reach. */
export function unreachable(why: string): never {
  fail(why);
}

/** Apart from `assert`, so that the compiled check stays small enough to be inlined. */
function fail(why: string): never {
  throw new AssertionError(why);
}
