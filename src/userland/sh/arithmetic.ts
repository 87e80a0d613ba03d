/**
 * Arithmetic expansion (POSIX XCU 2.6.4): C's expressions over 64-bit integers, precedence climbing. Error texts are
 * dash's.
 */

/** Where variables come from and go to. */
export interface ArithmeticVariables {
  /** busybox's shell knows `++`, `--`, `**` and the comma, and evaluates what a variable holds. */
  readonly isBusybox: boolean;
  lookup(name: string): string | undefined;
  assign(name: string, value: string): void;
}

/** Ends the evaluation with a message. */
export type ArithmeticRefusal = (message: string) => never;

/** Binary operators by what binds tighter; assignment and `?:` are apart. */
const PRECEDENCE: ReadonlyMap<string, number> = new Map([
  ['||', 1],
  ['&&', 2],
  ['|', 3],
  ['^', 4],
  ['&', 5],
  ['==', 6],
  ['!=', 6],
  ['<', 7],
  ['<=', 7],
  ['>', 7],
  ['>=', 7],
  ['<<', 8],
  ['>>', 8],
  ['+', 9],
  ['-', 9],
  ['*', 10],
  ['/', 10],
  ['%', 10],
  ['**', 11],
]);
const OPERAND = String.raw`0[xX][0-9a-fA-F]+|\d\w*|[A-Za-z_]\w*`;
const OPERATOR = String.raw`<<=|>>=|[-+*/%&^|]=|==|!=|<=|>=|<<|>>|&&|\|\||[-+*/%&^|<>=!~?:()]`;
const TOKEN = new RegExp(String.raw`\s*(${OPERAND}|${OPERATOR})`, 'y');
const BUSYBOX_TOKEN = new RegExp(String.raw`\s*(${OPERAND}|\+\+|--|\*\*(?!=)|,|${OPERATOR})`, 'y');
const ASSIGNMENTS = ['=', '+=', '-=', '*=', '/=', '%=', '<<=', '>>=', '&=', '^=', '|='];
const NAME = /^[A-Za-z_]/;
const DEPTH_MAX = 200;

/** The value of an expression, as decimal digits. */
export function evaluateArithmetic(text: string, variables: ArithmeticVariables, refuse: ArithmeticRefusal): string {
  if (variables.isBusybox && text.trim() === '') return '0';
  return String(new Evaluator(text, variables, refuse).evaluate());
}

class Evaluator {
  private readonly tokens: string[] = [];
  private readonly variables: ArithmeticVariables;
  private readonly text: string;
  private readonly refuse: ArithmeticRefusal;
  private at = 0;
  private depth = 0;
  /** Above 0 in what `&&`, `||` and `?:` leave out: nothing is assigned there and nothing refused. */
  private skipped = 0;

  constructor(text: string, variables: ArithmeticVariables, refuse: ArithmeticRefusal) {
    this.text = text;
    this.variables = variables;
    this.refuse = refuse;
    const trimmed = text.trimEnd();
    const pattern = variables.isBusybox ? BUSYBOX_TOKEN : TOKEN;
    pattern.lastIndex = 0;
    while (pattern.lastIndex < trimmed.length) {
      const from = pattern.lastIndex;
      const match = pattern.exec(trimmed);
      if (match === null) {
        // What is no token stands for itself and is refused where it turns up.
        this.tokens.push(trimmed.slice(from).trimStart().charAt(0));
        break;
      }
      this.tokens.push(match[1]!);
    }
  }

  evaluate(): bigint {
    const value = this.sequence();
    if (this.at < this.tokens.length) this.fail('expecting EOF');
    return value;
  }

  private fail(what: string): never {
    if (this.variables.isBusybox) {
      this.refuse(what === 'division by zero' ? 'divide by zero' : 'arithmetic syntax error');
    }
    this.refuse(`arithmetic expression: ${what}: "${this.text}"`);
  }

  private token(): string {
    return this.tokens[this.at] ?? '';
  }

  private sequence(): bigint {
    let value = this.assignment();
    while (this.variables.isBusybox && this.token() === ',') {
      this.at++;
      value = this.assignment();
    }
    return value;
  }

  private assignment(): bigint {
    const name = this.token();
    const operator = this.tokens[this.at + 1] ?? '';
    if (!NAME.test(name) || !ASSIGNMENTS.includes(operator)) return this.conditional();
    this.at += 2;
    const right = this.assignment();
    const value = operator === '=' ? right : this.apply(operator.slice(0, -1), this.variable(name), right);
    if (this.skipped === 0) this.variables.assign(name, String(value));
    return value;
  }

  private conditional(): bigint {
    const condition = this.binary(1);
    if (this.token() !== '?') return condition;
    this.at++;
    const yes = this.maybe(condition !== 0n, () => this.assignment());
    if (this.token() !== ':') this.fail("expecting ':'");
    this.at++;
    const no = this.maybe(condition === 0n, () => this.conditional());
    return condition === 0n ? no : yes;
  }

  /** Reads what is only carried out if `isDue`. */
  private maybe(isDue: boolean, read: () => bigint): bigint {
    if (!isDue) this.skipped++;
    const value = read();
    if (!isDue) this.skipped--;
    return value;
  }

  private binary(least: number): bigint {
    let left = this.unary();
    for (;;) {
      const operator = this.token();
      const precedence = PRECEDENCE.get(operator) ?? 0;
      if (precedence < least) return left;
      this.at++;
      // Only powers group from the right.
      const right = (): bigint => this.binary(operator === '**' ? precedence : precedence + 1);
      if (operator === '&&') left = this.maybe(left !== 0n, right) !== 0n && left !== 0n ? 1n : 0n;
      else if (operator === '||') left = this.maybe(left === 0n, right) !== 0n || left !== 0n ? 1n : 0n;
      else left = this.apply(operator, left, right());
    }
  }

  private unary(): bigint {
    const operator = this.token();
    if (operator === '++' || operator === '--') {
      this.at += 2;
      return this.step(this.tokens[this.at - 1] ?? '', operator, true);
    }
    if (!['-', '+', '!', '~'].includes(operator)) return this.primary();
    this.at++;
    this.depth++;
    if (this.depth > DEPTH_MAX) this.fail('expecting primary');
    const value = this.unary();
    this.depth--;
    if (operator === '!') return value === 0n ? 1n : 0n;
    return BigInt.asIntN(64, operator === '-' ? -value : operator === '~' ? ~value : value);
  }

  private primary(): bigint {
    const token = this.token();
    if (token === '(') {
      this.at++;
      this.depth++;
      if (this.depth > DEPTH_MAX) this.fail('expecting primary');
      const value = this.sequence();
      this.depth--;
      if (this.token() !== ')') this.fail("expecting ')'");
      this.at++;
      return value;
    }
    if (/^\d/.test(token)) {
      const value = parseInteger(token);
      if (value === undefined) this.fail('expecting EOF');
      this.at++;
      return value;
    }
    if (!NAME.test(token)) this.fail('expecting primary');
    this.at++;
    const operator = this.token();
    if (operator !== '++' && operator !== '--') return this.variable(token);
    this.at++;
    return this.step(token, operator, false);
  }

  /** `++x` and `x++`. */
  private step(name: string, operator: '++' | '--', isBefore: boolean): bigint {
    if (!NAME.test(name)) this.fail('expecting primary');
    const old = this.variable(name);
    const value = BigInt.asIntN(64, operator === '++' ? old + 1n : old - 1n);
    if (this.skipped === 0) this.variables.assign(name, String(value));
    return isBefore ? value : old;
  }

  private variable(name: string): bigint {
    if (this.skipped > 0) return 0n;
    const raw = this.variables.lookup(name) ?? '';
    const text = raw.trim();
    const match = /^([-+]?)(\w+)$/.exec(text);
    if (text === '') return 0n;
    const value = match === null ? undefined : parseInteger(match[2]!);
    if (value === undefined && this.variables.isBusybox) return this.nested(text);
    if (value === undefined) this.refuse(`Illegal number: ${raw}`);
    return match![1] === '-' ? BigInt.asIntN(64, -value) : value;
  }

  /** What a variable holds, as an expression of its own. */
  private nested(text: string): bigint {
    this.depth++;
    if (this.depth > DEPTH_MAX) this.fail('expression recursion loop detected');
    const inner = new Evaluator(text, this.variables, this.refuse);
    inner.depth = this.depth;
    const value = inner.evaluate();
    this.depth--;
    return value;
  }

  private apply(operator: string, left: bigint, right: bigint): bigint {
    if ((operator === '/' || operator === '%') && right === 0n) {
      if (this.skipped > 0) return 0n;
      this.fail('division by zero');
    }
    return BigInt.asIntN(64, OPERATIONS[operator]!(left, right));
  }
}

const OPERATIONS: Readonly<Record<string, (left: bigint, right: bigint) => bigint>> = {
  '|': (left, right) => left | right,
  '^': (left, right) => left ^ right,
  '&': (left, right) => left & right,
  '==': (left, right) => (left === right ? 1n : 0n),
  '!=': (left, right) => (left !== right ? 1n : 0n),
  '<': (left, right) => (left < right ? 1n : 0n),
  '<=': (left, right) => (left <= right ? 1n : 0n),
  '>': (left, right) => (left > right ? 1n : 0n),
  '>=': (left, right) => (left >= right ? 1n : 0n),
  '<<': (left, right) => left << (right & 63n),
  '>>': (left, right) => left >> (right & 63n),
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '**': (left, right) => (right < 0n ? 0n : BigInt.asIntN(64, power(left, right))),
  '/': (left, right) => left / right,
  '%': (left, right) => left % right,
};

/** By squares, kept to 64 bits: exponents may be large. */
function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let [square, left] = [base, exponent]; left > 0n; left >>= 1n) {
    if ((left & 1n) === 1n) result = BigInt.asIntN(64, result * square);
    square = BigInt.asIntN(64, square * square);
  }
  return result;
}

/** Decimal, octal with 0 before it, hexadecimal with 0x. */
function parseInteger(text: string): bigint | undefined {
  if (/^0[xX][0-9a-fA-F]+$/.test(text)) return BigInt.asIntN(64, BigInt(text));
  if (/^0[0-7]*$/.test(text)) return BigInt.asIntN(64, BigInt(`0o0${text}`));
  if (!/^[1-9]\d*$/.test(text)) return undefined;
  const value = BigInt(text);
  // strtoimax(3) stops at the largest.
  return value > 0x7fffffffffffffffn ? 0x7fffffffffffffffn : value;
}
