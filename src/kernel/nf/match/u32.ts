/**
 * `-m u32` (Linux: xt_u32.c, libxt_u32.c): questions about words of the packet.
 *
 *   "location = value[:value],… && …"      location: number [&, <<, >>, @ number]…
 *
 * `@` moves on to where the number found so far points.
 */
import type { NfMatch } from '../extension.ts';
import { matchExtension, option, saveOption } from '../extension.ts';
import { refuse } from '../xt-error.ts';
import type { NfPacket } from '../packet.ts';
import { hex } from '../xt-values.ts';

const AND = 0;
const LEFT = 1;
const RIGHT = 2;
const OPERATORS: readonly string[] = ['&', '<<', '>>', '@'];
/** XT_U32_MAXSIZE: tests, and numbers and values of each test. */
const MAX_SIZE = 10;
const WORD_BYTES = 4;

interface U32Test {
  /** The first number, then one for each operator. */
  readonly numbers: number[];
  readonly operators: number[];
  readonly lows: number[];
  readonly highs: number[];
}

/** Reads the text of `--u32`. */
class U32Reader {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  tests(): U32Test[] {
    const tests = [this.test()];
    while (this.accept('&&')) {
      if (tests.length >= MAX_SIZE) refuse(`u32: at char ${this.at}: too many "&&"s`);
      tests.push(this.test());
    }
    if (this.text.startsWith('&', this.at)) refuse(`u32: at char ${this.at + 1}: a second '&' was expected`);
    if (this.at < this.text.length) refuse(`u32: at char ${this.at}: "&&", ":" or "," expected`);
    return tests;
  }

  private test(): U32Test {
    this.skipBlanks();
    if (this.at >= this.text.length) refuse('u32: abrupt end of input after location specifier');
    const test: U32Test = { numbers: [this.number()], operators: [], lows: [], highs: [] };
    while (!this.accept('=')) {
      const operator = OPERATORS.findIndex((word) => this.accept(word));
      if (operator < 0) this.refuseHere();
      if (test.operators.length >= MAX_SIZE) refuse(`u32: at char ${this.at}: too many operators`);
      test.operators.push(operator);
      test.numbers.push(this.number());
    }
    this.skipBlanks();
    if (this.at >= this.text.length) refuse('u32: test ended with no value specified');
    do {
      const low = this.number();
      test.lows.push(low);
      test.highs.push(this.accept(':') ? this.number() : low);
      if (test.lows.length > MAX_SIZE) refuse(`u32: at char ${this.at}: too many ","s`);
    } while (this.accept(','));
    return test;
  }

  private refuseHere(): never {
    if (this.at >= this.text.length) return refuse('u32: abrupt end of input after location specifier');
    return refuse(`u32: at char ${this.at}: operator expected`);
  }

  private skipBlanks(): void {
    while (/\s/.test(this.text.charAt(this.at))) this.at++;
  }

  private accept(word: string): boolean {
    this.skipBlanks();
    if (!this.text.startsWith(word, this.at)) return false;
    // `&&` ends a test, `&` goes on with it.
    if (word === '&' && this.text.charAt(this.at + 1) === '&') return false;
    this.at += word.length;
    return true;
  }

  private number(): number {
    this.skipBlanks();
    const word = /^(?:0[xX][0-9a-fA-F]+|\d+)/.exec(this.text.slice(this.at))?.[0];
    if (word === undefined) return refuse(`u32: at char ${this.at}: not a number or out of range`);
    const isOctal = word.length > 1 && word.startsWith('0') && !/^0x/i.test(word);
    const value = isOctal ? Number.parseInt(word, 8) : Number(word);
    if (value > 0xffff_ffff) refuse(`u32: at char ${this.at}: not a number or out of range`);
    this.at += word.length;
    return value;
  }
}

class U32Match implements NfMatch {
  readonly name = 'u32';
  private tests: readonly U32Test[] = [];
  private isInverted = false;

  option(_name: string, text: string, isInverted: boolean): void {
    this.tests = new U32Reader(text).tests();
    this.isInverted = isInverted;
  }

  check(): void {
    // `--u32` is mandatory; there is nothing else.
  }

  matches(packet: NfPacket): boolean {
    let all = true;
    for (let i = 0; i < this.tests.length && all; i++) all = runTest(this.tests[i]!, packet);
    return all !== this.isInverted;
  }

  private text(): string {
    return this.tests.map(testText).join('&&');
  }

  save(): string {
    return saveOption('u32', `"${this.text()}"`, this.isInverted);
  }

  print(): string {
    return ` u32${this.isInverted ? ' !' : ''} "${this.text()}"`;
  }
}

function testText({ numbers, operators, lows, highs }: U32Test): string {
  const location = numbers.map((number, i) => `${i === 0 ? '' : OPERATORS[operators[i - 1]!]!}${hex(number)}`).join('');
  const values = lows.map((low, i) => (low === highs[i] ? hex(low) : `${hex(low)}:${hex(highs[i]!)}`));
  return `${location}=${values.join(',')}`;
}

/** Twin of u32_match_it: all of it in 32 bits without a sign. */
function runTest(test: U32Test, packet: NfPacket): boolean {
  const { view, end } = packet;
  let base = packet.network;
  let position = test.numbers[0]!;
  if (base + position + WORD_BYTES > end) return false;
  let value = view.getUint32(base + position);
  for (let i = 0; i < test.operators.length; i++) {
    const number = test.numbers[i + 1]!;
    const operator = test.operators[i]!;
    if (operator === AND) value = (value & number) >>> 0;
    else if (operator === LEFT) value = (value << number) >>> 0;
    else if (operator === RIGHT) value >>>= number;
    else {
      base += value;
      position = number;
      if (base + position + WORD_BYTES > end) return false;
      value = view.getUint32(base + position);
    }
  }
  for (let i = 0; i < test.lows.length; i++) if (value >= test.lows[i]! && value <= test.highs[i]!) return true;
  return false;
}

export const U32 = matchExtension('u32', [option('u32', { canInvert: true, isMandatory: true })], () => new U32Match());
