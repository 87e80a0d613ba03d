/**
 * The grammar of filters, as libpcap's: `and` and `or` have equal precedence and associate to the left, `not` binds
 * tighter, and an identifier without qualifiers takes those of the primitive before it.
 */
import type { ArithmeticOperator, Comparison, ValueNode } from './filter-arithmetic.ts';
import { Arithmetic, Compare, Constant, FrameLength, Load, LOADS } from './filter-arithmetic.ts';
import type { FilterNode } from './filter-node.ts';
import { And, Layer, LayerIs, LengthIn, Not, Or, TransportIs, TypeIs, VlanIs, VxlanIs } from './filter-node.ts';
import type { AddressType, Qualifiers, ResolveHost } from './filter-primitive.ts';
import {
  broadcastTest,
  identifierTest,
  LONE_PROTOCOLS,
  loneProtocolTest,
  maskedNetTest,
  multicastTest,
  netWithMaskTest,
  protocolTest,
} from './filter-primitive.ts';
import type { Token } from './filter-token.ts';
import { FilterError, tokenize } from './filter-token.ts';

/** Parentheses, negations and brackets inside one another. */
const NESTING_LIMIT = 100;

const PROTOCOL_WORDS: ReadonlySet<string> = new Set(['ether', 'ip', 'arp', 'tcp', 'udp', 'icmp', 'ip6']);
const TYPE_WORDS: ReadonlySet<string> = new Set(['host', 'net', 'port', 'portrange']);

/** Binary operators, the loosest first. */
const LEVELS: readonly (readonly string[])[] = [['|', '^'], ['&'], ['<<', '>>'], ['+', '-'], ['*', '/', '%']];
const COMPARISONS: ReadonlySet<string> = new Set(['=', '!=', '<', '<=', '>', '>=']);
const ARITHMETIC_WORDS: ReadonlySet<string> = new Set([...LEVELS.flat(), ...COMPARISONS]);

/** A test, and the qualifiers that a bare identifier after it would take. */
interface Parsed {
  readonly test: FilterNode;
  readonly qualifiers: Qualifiers | null;
}

/** A value, and the tests that must hold before it can be read. */
interface Value {
  readonly value: ValueNode;
  readonly guards: readonly FilterNode[];
}

/** Turns the text of a filter into its tree; throws FilterError. The text must hold at least one word. */
export function parseFilter(text: string, resolve: ResolveHost): FilterNode {
  const parser = new FilterParser(tokenize(text), resolve);
  return parser.parseAll();
}

class FilterParser {
  private readonly tokens: readonly Token[];
  private readonly resolve: ResolveHost;
  private position: number;
  private depth: number;
  /** Where the tests to the right of this point look. */
  private layer: Layer;

  constructor(tokens: readonly Token[], resolve: ResolveHost) {
    this.tokens = tokens;
    this.resolve = resolve;
    this.position = 0;
    this.depth = 0;
    this.layer = new Layer(null, 0);
  }

  parseAll(): FilterNode {
    const { test } = this.parseExpression(null);
    if (this.next.kind !== 'end') throw this.syntaxError('expected and, or, or the end of the filter');
    return test;
  }

  private get next(): Token {
    return this.tokens[this.position]!;
  }

  private isWord(text: string): boolean {
    return this.next.kind === 'word' && this.next.text === text;
  }

  private take(): Token {
    const token = this.next;
    if (token.kind !== 'end') this.position++;
    return token;
  }

  private takeWord(text: string): boolean {
    if (!this.isWord(text)) return false;
    this.position++;
    return true;
  }

  private expectWord(text: string): void {
    if (!this.takeWord(text)) throw this.syntaxError(`expected '${text}'`);
  }

  private syntaxError(expected: string): FilterError {
    const found = this.next.kind === 'end' ? 'the filter ends here' : `found '${this.next.text}'`;
    return new FilterError(`syntax error: ${found}; ${expected}`, this.next.at);
  }

  private nested<T>(parse: () => T): T {
    if (++this.depth > NESTING_LIMIT) {
      throw new FilterError(`nested more than ${NESTING_LIMIT} levels deep`, this.next.at);
    }
    const result = parse();
    this.depth--;
    return result;
  }

  /** Tests joined by `and` and `or`. `inherited` are the qualifiers of the primitive before. */
  private parseExpression(inherited: Qualifiers | null): Parsed {
    let left = this.parseOperand(inherited);
    while (this.isWord('and') || this.isWord('or')) {
      const isAnd = this.take().text === 'and';
      const right = this.parseOperand(left.qualifiers);
      const test = isAnd ? new And(left.test, right.test) : new Or(left.test, right.test);
      left = { test, qualifiers: right.qualifiers };
    }
    return left;
  }

  private parseOperand(inherited: Qualifiers | null): Parsed {
    if (!this.startsIdentifier()) return this.parseTerm(inherited);
    if (inherited === null) throw this.syntaxError('expected a qualifier such as host, net or port before it');
    return { test: this.parseIdentifier(inherited), qualifiers: inherited };
  }

  /** Whether a bare identifier comes next, perhaps behind `not` and opening parentheses. */
  private startsIdentifier(): boolean {
    let i = this.position;
    while (this.tokens[i]!.kind === 'word' && (this.tokens[i]!.text === '(' || this.tokens[i]!.text === 'not')) i++;
    const first = this.tokens[i]!;
    if (first.kind === 'number') return !this.continuesArithmetic(i + 1);
    return first.kind === 'name' || first.kind === 'ip' || first.kind === 'mac';
  }

  /** Whether the word at `i`, after any closing parentheses, is an operator of arithmetic or a comparison. */
  private continuesArithmetic(i: number): boolean {
    let after = i;
    while (this.tokens[after]!.kind === 'word' && this.tokens[after]!.text === ')') after++;
    const token = this.tokens[after]!;
    return token.kind === 'word' && ARITHMETIC_WORDS.has(token.text);
  }

  private parseTerm(inherited: Qualifiers | null): Parsed {
    return this.nested(() => {
      if (this.takeWord('not')) {
        const { test, qualifiers } = this.parseTerm(inherited);
        return { test: new Not(test), qualifiers };
      }
      if (this.isWord('(') && !this.isArithmeticParenthesis()) {
        this.position++;
        const { test } = this.parseExpression(inherited);
        this.expectWord(')');
        return { test, qualifiers: inherited };
      }
      return this.parsePrimitive();
    });
  }

  /** A parenthesis is one of arithmetic when an operator or a comparison follows its end. */
  private isArithmeticParenthesis(): boolean {
    let open = 0;
    for (let i = this.position; this.tokens[i]!.kind !== 'end'; i++) {
      const token = this.tokens[i]!;
      if (token.kind !== 'word') continue;
      if (token.text === '(') open++;
      if (token.text === ')' && --open === 0) return this.continuesArithmetic(i + 1);
    }
    return false;
  }

  private parsePrimitive(): Parsed {
    if (this.startsValue()) return { test: this.parseRelation(), qualifiers: null };
    const other = this.parseOther();
    if (other !== undefined) return { test: other, qualifiers: null };
    const protocol = this.next.kind === 'word' && PROTOCOL_WORDS.has(this.next.text) ? this.take() : undefined;
    const name = protocol?.text ?? '';
    const at = this.next.at;
    if (this.takeWord('broadcast')) return { test: broadcastTest(this.layer, name, at), qualifiers: null };
    if (this.takeWord('multicast')) return { test: multicastTest(this.layer, name, at), qualifiers: null };
    const qualifiers = this.parseQualifiers(name);
    if (qualifiers !== undefined) return { test: this.parseIdentifier(qualifiers), qualifiers };
    if (protocol === undefined) throw this.syntaxError('expected a primitive such as host, port, tcp or arp');
    return { test: protocolTest(this.layer, protocol), qualifiers: null };
  }

  /** `less`, `greater`, `vlan`, `vxlan` and protocols that stand alone. */
  private parseOther(): FilterNode | undefined {
    if (this.takeWord('less')) return new LengthIn(0, this.takeNumber());
    if (this.takeWord('greater')) return new LengthIn(this.takeNumber(), Infinity);
    if (this.takeWord('vlan')) {
      const at = this.next.at;
      const id = this.takeOptionalNumber();
      if (id !== null && id > 0xfff) throw new FilterError(`VLAN tag ${id} greater than maximum 4095`, at);
      const test = new VlanIs(this.layer, id);
      this.layer = this.layer.behindTag();
      return test;
    }
    const lone = loneProtocolTest(this.layer, this.next.kind === 'word' ? this.next.text : '');
    if (lone !== undefined) {
      this.position++;
      return lone;
    }
    if (!this.takeWord('vxlan')) return undefined;
    const at = this.next.at;
    const vni = this.takeOptionalNumber();
    if (vni !== null && vni > 0xff_ffff) throw new FilterError(`VNI ${vni} greater than maximum 16777215`, at);
    const test = new VxlanIs(this.layer, vni);
    this.layer = new Layer(this.layer, 0);
    return test;
  }

  private takeNumber(): number {
    if (this.next.kind !== 'number') throw this.syntaxError('expected a number');
    return this.take().value;
  }

  private takeOptionalNumber(): number | null {
    return this.next.kind === 'number' ? this.take().value : null;
  }

  /** Direction and type behind a protocol's name; undefined when there is neither. */
  private parseQualifiers(protocol: string): Qualifiers | undefined {
    if (this.takeWord('proto')) return { protocol, direction: 'default', type: 'proto' };
    const direction = this.parseDirection();
    if (this.next.kind === 'word' && TYPE_WORDS.has(this.next.text)) {
      return { protocol, direction: direction ?? 'default', type: this.take().text as AddressType };
    }
    return direction === undefined ? undefined : { protocol, direction, type: 'any' };
  }

  /** `src`, `dst`, `src or dst`, `src and dst` and the like. */
  private parseDirection(): Qualifiers['direction'] | undefined {
    if (!this.isWord('src') && !this.isWord('dst')) return undefined;
    const first = this.take().text;
    const other = first === 'src' ? 'dst' : 'src';
    const after = this.tokens[this.position + 1];
    const isPair = after?.kind === 'word' && after.text === other;
    if (isPair && (this.isWord('or') || this.isWord('and'))) {
      const joint = this.take().text;
      this.position++;
      return joint === 'or' ? 'or' : 'and';
    }
    return first === 'src' ? 'src' : 'dst';
  }

  /** One identifier, or several in parentheses, under given qualifiers. */
  private parseIdentifier(qualifiers: Qualifiers): FilterNode {
    return this.nested(() => {
      if (this.takeWord('not')) return new Not(this.parseIdentifier(qualifiers));
      if (this.takeWord('(')) {
        let node = this.parseIdentifier(qualifiers);
        while (this.isWord('and') || this.isWord('or')) {
          const isAnd = this.take().text === 'and';
          const right = this.parseIdentifier(qualifiers);
          node = isAnd ? new And(node, right) : new Or(node, right);
        }
        this.expectWord(')');
        return node;
      }
      return this.parseSingle(qualifiers);
    });
  }

  private parseSingle(qualifiers: Qualifiers): FilterNode {
    const id = this.next;
    // Protocols are keywords, so libpcap wants `ip proto \tcp`; what the plain word means is plain, too.
    const isName = PROTOCOL_WORDS.has(id.text) || LONE_PROTOCOLS.includes(id.text);
    const isProtocol = qualifiers.type === 'proto' && id.kind === 'word' && isName;
    if (!isProtocol && (id.kind === 'word' || id.kind === 'end')) {
      throw this.syntaxError(`expected ${expectedIdentifier(qualifiers.type)}`);
    }
    this.position++;
    if (id.kind === 'ip' && this.takeWord('/')) {
      if (this.next.kind !== 'number') throw this.syntaxError('expected the length of the mask');
      return maskedNetTest(this.layer, qualifiers, id, this.take());
    }
    if (id.kind === 'ip' && this.takeWord('mask')) {
      if (this.next.kind !== 'ip') throw this.syntaxError('expected a mask such as 255.255.0.0');
      return netWithMaskTest(this.layer, qualifiers, id, this.take());
    }
    return identifierTest(this.layer, qualifiers, id, this.resolve);
  }

  /** Whether arithmetic comes next: a number, `len`, a minus, a bracket behind a protocol, or a parenthesis of it. */
  private startsValue(): boolean {
    if (this.next.kind === 'number' || this.isWord('len') || this.isWord('-')) return true;
    if (this.isWord('(')) return this.isArithmeticParenthesis();
    const after = this.tokens[this.position + 1];
    return this.next.kind === 'word' && after?.kind === 'word' && after.text === '[';
  }

  private parseRelation(): FilterNode {
    const left = this.parseValue(0);
    if (this.next.kind !== 'word' || !COMPARISONS.has(this.next.text)) {
      throw this.syntaxError('expected a comparison such as = or !=');
    }
    const operator = this.take().text as Comparison;
    const right = this.parseValue(0);
    let test: FilterNode = new Compare(operator, left.value, right.value);
    for (const guard of [...left.guards, ...right.guards].reverse()) test = new And(guard, test);
    return test;
  }

  private parseValue(level: number): Value {
    const operators = LEVELS[level];
    if (operators === undefined) return this.parseUnary();
    let left = this.parseValue(level + 1);
    while (this.next.kind === 'word' && operators.includes(this.next.text)) {
      const token = this.take();
      const right = this.parseValue(level + 1);
      const operator = token.text as ArithmeticOperator;
      refuseConstant(operator, right.value, token.at);
      left = {
        value: new Arithmetic(operator, left.value, right.value),
        guards: [...left.guards, ...right.guards],
      };
    }
    return left;
  }

  private parseUnary(): Value {
    return this.nested(() => {
      if (this.next.kind === 'number') return { value: new Constant(this.take().value), guards: [] };
      if (this.takeWord('len')) return { value: new FrameLength(), guards: [] };
      if (this.takeWord('-')) {
        const { value, guards } = this.parseUnary();
        return { value: new Arithmetic('-', new Constant(0), value), guards };
      }
      if (this.takeWord('(')) {
        const inner = this.parseValue(0);
        this.expectWord(')');
        return inner;
      }
      return this.parseLoad();
    });
  }

  private parseLoad(): Value {
    const name = this.next;
    const load = name.kind === 'word' && Object.hasOwn(LOADS, name.text) ? LOADS[name.text] : undefined;
    if (load === undefined) throw this.syntaxError('expected a number, len, or a protocol with an offset in brackets');
    this.position++;
    this.expectWord('[');
    const offset = this.parseValue(0);
    const sizeAt = this.next.at + 1;
    const size = this.takeWord(':') ? this.takeNumber() : 1;
    if (size !== 1 && size !== 2 && size !== 4) throw new FilterError('data size must be 1, 2, or 4', sizeAt);
    this.expectWord(']');
    return {
      value: new Load(this.layer, load.base, load.code, offset.value, size),
      guards: [...offset.guards, this.guardOf(load)],
    };
  }

  private guardOf(load: { readonly base: string; readonly code: number }): FilterNode {
    if (load.base === 'link') return new LayerIs(this.layer);
    return load.base === 'payload' ? new TypeIs(this.layer, load.code) : new TransportIs(this.layer, load.code);
  }
}

function expectedIdentifier(type: AddressType): string {
  if (type === 'port' || type === 'portrange') return `a number or service after ${type}`;
  if (type === 'proto') return 'a protocol after proto';
  return type === 'net' ? 'a network after net' : 'an address or name';
}

/** What would fail on every frame is refused at once, in libpcap's words. */
function refuseConstant(operator: ArithmeticOperator, right: ValueNode, at: number): void {
  if (!(right instanceof Constant)) return;
  if (operator === '/' && right.constant === 0) throw new FilterError('division by zero', at);
  if (operator === '%' && right.constant === 0) throw new FilterError('modulus by zero', at);
  const isShift = operator === '<<' || operator === '>>';
  if (isShift && right.constant >>> 0 > 31) throw new FilterError('shift by more than 31 bits', at);
}
