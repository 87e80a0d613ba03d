/**
 * `test` and `[` (POSIX XCU test): strings, integers, files, `!`, `-a`, `-o`, parentheses, read as dash reads them: an
 * operator that has no operand beside it is a word.
 */

/** What a file test asks. */
export type FileTest = (operator: string, path: string) => boolean;

/** What is wrong with an expression, in dash's and in busybox's words. */
export class TestFailure extends Error {
  readonly busyboxMessage: string;

  constructor(message: string, busyboxMessage: string) {
    super(message);
    this.name = 'TestFailure';
    this.busyboxMessage = busyboxMessage;
  }
}

const UNARY = 'bcdefghknprstuwxzGLOS'.split('').map((letter) => `-${letter}`);
const STRING_OPERATORS = ['=', '!=', '<', '>'];
const INTEGER_OPERATORS: Readonly<Record<string, (left: bigint, right: bigint) => boolean>> = {
  '-eq': (left, right) => left === right,
  '-ne': (left, right) => left !== right,
  '-lt': (left, right) => left < right,
  '-le': (left, right) => left <= right,
  '-gt': (left, right) => left > right,
  '-ge': (left, right) => left >= right,
};
const FILE_OPERATORS = ['-nt', '-ot', '-ef'];

/** The value of an expression; throws a TestFailure for one that is none. */
export function evaluateTest(args: readonly string[], isBusybox: boolean, fileTest: FileTest): boolean {
  if (args.length === 0) return false;
  return new TestEvaluator(args, isBusybox, fileTest).evaluate();
}

class TestEvaluator {
  private readonly args: readonly string[];
  private readonly isBusybox: boolean;
  private readonly fileTest: FileTest;
  private at = 0;
  private end: number;

  constructor(args: readonly string[], isBusybox: boolean, fileTest: FileTest) {
    this.args = args;
    this.isBusybox = isBusybox;
    this.fileTest = fileTest;
    this.end = args.length;
  }

  /** POSIX decides by the number of arguments where three or four could be read in two ways. */
  evaluate(): boolean {
    const { args } = this;
    const isBinary = args.length === 3 && this.isBinary(args[1]!);
    const isParenthesised =
      (args.length === 3 || args.length === 4) && args[0] === '(' && args[args.length - 1] === ')';
    if (isBinary) return this.binary();
    if (isParenthesised) {
      this.at = 1;
      this.end--;
    } else if (args.length === 4 && args[0] === '!') {
      this.at = 1;
      const value = !this.disjunction();
      this.expectEnd();
      return value;
    }
    const value = this.disjunction();
    this.expectEnd();
    return value;
  }

  private expectEnd(): void {
    if (this.at >= this.end) return;
    const before = this.args[this.at - 1] ?? '';
    throw new TestFailure(`${before}: unexpected operator`, `${this.args[this.at]!}: unknown operand`);
  }

  private isBinary(text: string): boolean {
    if (STRING_OPERATORS.includes(text) || FILE_OPERATORS.includes(text)) return true;
    return Object.hasOwn(INTEGER_OPERATORS, text) || (this.isBusybox && text === '==');
  }

  private word(ahead = 0): string | undefined {
    return this.at + ahead < this.end ? this.args[this.at + ahead] : undefined;
  }

  private disjunction(): boolean {
    let value = this.conjunction();
    while (this.word() === '-o') {
      this.at++;
      const right = this.conjunction();
      value ||= right;
    }
    return value;
  }

  private conjunction(): boolean {
    let value = this.negation();
    while (this.word() === '-a') {
      this.at++;
      const right = this.negation();
      value &&= right;
    }
    return value;
  }

  private negation(): boolean {
    if (this.word() !== '!') return this.primary();
    if (this.word(1) === undefined) {
      // Alone it is a word, and not empty.
      this.at++;
      return true;
    }
    this.at++;
    return !this.negation();
  }

  private primary(): boolean {
    const word = this.word();
    if (word === undefined) return this.missing();
    if (word === '(' && this.word(1) !== undefined) return this.parenthesised();
    if (UNARY.includes(word) && !this.isOperand()) {
      this.at += 2;
      return this.unary(word, this.args[this.at - 1]!);
    }
    const operator = this.word(1);
    if (operator !== undefined && this.isBinary(operator)) return this.binary();
    this.at++;
    return word !== '';
  }

  private missing(): boolean {
    if (this.isBusybox) throw new TestFailure('argument expected', 'argument expected');
    return false;
  }

  private parenthesised(): boolean {
    this.at++;
    if (this.word() === ')') {
      this.at++;
      return false;
    }
    const value = this.disjunction();
    if (this.word() !== ')') throw new TestFailure('closing paren expected', 'closing paren expected');
    this.at++;
    return value;
  }

  /** Whether the unary operator here is a word: nothing follows it, or a binary operator with its operand. */
  private isOperand(): boolean {
    const next = this.word(1);
    if (next === undefined) return true;
    return this.word(2) !== undefined && this.isBinary(next);
  }

  private unary(operator: string, operand: string): boolean {
    if (operator === '-z') return operand === '';
    if (operator === '-n') return operand !== '';
    return this.fileTest(operator, operand);
  }

  private binary(): boolean {
    const [left, operator, right] = [this.word()!, this.word(1)!, this.word(2)];
    if (right === undefined) throw new TestFailure(`${operator}: argument expected`, 'argument expected');
    this.at += 3;
    switch (operator) {
      case '=':
      case '==':
        return left === right;
      case '!=':
        return left !== right;
      case '<':
        return left < right;
      case '>':
        return left > right;
    }
    const compare = INTEGER_OPERATORS[operator];
    // Files have no times here: none is newer, and each is only itself.
    if (compare === undefined) return operator === '-ef' && left === right;
    return compare(integer(left), integer(right));
  }
}

function integer(text: string): bigint {
  if (!/^\s*[-+]?\d+\s*$/.test(text)) throw new TestFailure(`Illegal number: ${text}`, `${text}: bad number`);
  return BigInt(text.trim().replace(/^\+/, ''));
}
