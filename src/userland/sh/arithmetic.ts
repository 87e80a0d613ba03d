/**
 * Arithmetic expansion (POSIX XCU 2.6.4): C's expressions over 64-bit integers, precedence climbing. Error texts are
 * dash's.
 */

/** Where variables come from and go to. */
export interface ArithmeticVariables {
  lookup(name: string): string | undefined;
  assign(name: string, value: string): void;
}

/** Ends the evaluation with a message. */
export type ArithmeticRefusal = (message: string) => never;

/** Binary operators by what binds tighter; assignment and `?:` are apart. */
const PRECEDENCE: Readonly<Record<string, number>> = {
  '||': 1,
  '&&': 2,
  '|': 3,
  '^': 4,
  '&': 5,
  '==': 6,
  '!=': 6,
  '<': 7,
  '<=': 7,
  '>': 7,
  '>=': 7,
  '<<': 8,
  '>>': 8,
  '+': 9,
  '-': 9,
  '*': 10,
  '/': 10,
  '%': 10,
};
const TOKEN =
  /\s*(0[xX][0-9a-fA-F]+|\d\w*|[A-Za-z_]\w*|<<=|>>=|[-+*/%&^|]=|==|!=|<=|>=|<<|>>|&&|\|\||[-+*/%&^|<>=!~?:()])/y;
const ASSIGNMENTS = ['=', '+=', '-=', '*=', '/=', '%=', '<<=', '>>=', '&=', '^=', '|='];
const NAME = /^[A-Za-z_]/;
const DEPTH_MAX = 200;

/** The value of an expression, as decimal digits; '' counts as 0. */
export function evaluateArithmetic(text: string, variables: ArithmeticVariables, refuse: ArithmeticRefusal): string {
  if (text.trim() === '') return '0';
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
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < trimmed.length) {
      const from = TOKEN.lastIndex;
      const match = TOKEN.exec(trimmed);
      if (match === null) {
        // What is no token stands for itself and is refused where it turns up.
        this.tokens.push(trimmed.slice(from).trimStart().charAt(0));
        break;
      }
      this.tokens.push(match[1]!);
    }
  }

  evaluate(): bigint {
    const value = this.assignment();
    if (this.at < this.tokens.length) this.fail('expecting EOF');
    return value;
  }

  private fail(what: string): never {
    this.refuse(`arithmetic expression: ${what}: "${this.text}"`);
  }

  private token(): string {
    return this.tokens[this.at] ?? '';
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
      const precedence = PRECEDENCE[operator] ?? 0;
      if (precedence < least) return left;
      this.at++;
      const right = (): bigint => this.binary(precedence + 1);
      if (operator === '&&') left = this.maybe(left !== 0n, right) !== 0n && left !== 0n ? 1n : 0n;
      else if (operator === '||') left = this.maybe(left === 0n, right) !== 0n || left !== 0n ? 1n : 0n;
      else left = this.apply(operator, left, right());
    }
  }

  private unary(): bigint {
    const operator = this.token();
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
      const value = this.assignment();
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
    return this.variable(token);
  }

  private variable(name: string): bigint {
    const text = (this.variables.lookup(name) ?? '').trim();
    const match = /^([-+]?)(\w+)$/.exec(text);
    if (text === '') return 0n;
    const value = match === null ? undefined : parseInteger(match[2]!);
    if (value === undefined) this.refuse(`Illegal number: ${text}`);
    return match![1] === '-' ? BigInt.asIntN(64, -value) : value;
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
  '/': (left, right) => left / right,
  '%': (left, right) => left % right,
};

/** Decimal, octal with 0 before it, hexadecimal with 0x. */
function parseInteger(text: string): bigint | undefined {
  if (/^0[xX][0-9a-fA-F]+$/.test(text)) return BigInt.asIntN(64, BigInt(text));
  if (/^0[0-7]*$/.test(text)) return BigInt.asIntN(64, BigInt(`0o0${text}`));
  if (!/^[1-9]\d*$/.test(text)) return undefined;
  const value = BigInt(text);
  // strtoimax(3) stops at the largest.
  return value > 0x7fffffffffffffffn ? 0x7fffffffffffffffn : value;
}
