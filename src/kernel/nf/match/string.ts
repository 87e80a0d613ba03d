/** `-m string` (Linux: xt_string.c, libxt_string.c): bytes somewhere in the packet, from its IP header on. */
import type { NfMatch } from '../extension.ts';
import { flag, matchExtension, option, saveOption } from '../extension.ts';
import type { NfPacket } from '../packet.ts';
import { readUnsigned } from '../xt-values.ts';
import { refuse } from '../xt-error.ts';

/** XT_STRING_MAX_PATTERN_SIZE, XT_STRING_MAX_ALGO_NAME_SIZE */
const MAX_PATTERN = 128;
const MAX_OFFSET = 0xffff;
const ALGORITHMS: readonly string[] = ['bm', 'kmp', 'fsm'];
const UPPER_A = 65;
const UPPER_Z = 90;
const TO_LOWER = 32;

/** Twin of parse_hex_string: bytes between bars, text outside. */
function readHex(text: string): number[] {
  const bytes: number[] = [];
  let isHex = false;
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (char === '\\' && !isHex) bytes.push(text.charCodeAt(++i));
    else if (char === '|') isHex = !isHex;
    else if (!isHex) bytes.push(text.charCodeAt(i));
    else if (char !== ' ') {
      const pair = text.slice(i, i + 2);
      if (pair.length < 2 || pair.endsWith('|')) refuse('Odd number of hex digits');
      if (!/^[0-9a-f]{2}$/i.test(pair)) refuse(`Invalid hex char '${/[0-9a-f]/i.test(char) ? pair.charAt(1) : char}'`);
      bytes.push(Number.parseInt(pair, 16));
      i++;
    }
  }
  return bytes;
}

const lower = (byte: number): number => (byte >= UPPER_A && byte <= UPPER_Z ? byte + TO_LOWER : byte);

class StringMatch implements NfMatch {
  readonly name = 'string';
  private pattern: readonly number[] | null = null;
  private algorithm = '';
  private from = 0;
  private to = MAX_OFFSET;
  private ignoresCase = false;
  private isInverted = false;
  /** What is compared: small letters where case does not count. */
  private compared: readonly number[] = [];

  option(name: string, text: string, isInverted: boolean): void {
    if (name === 'algo') this.algorithm = text;
    else if (name === 'from') this.from = readUnsigned(this.name, name, text, MAX_OFFSET);
    else if (name === 'to') this.to = readUnsigned(this.name, name, text, MAX_OFFSET);
    else if (name === 'icase') this.ignoresCase = true;
    else {
      const plain = Array.from(text, (char) => char.charCodeAt(0) & 0xff);
      this.pattern = name === 'string' ? plain : readHex(text);
      if (this.pattern.length > MAX_PATTERN) refuse(`STRING too long "${text}"`);
      this.isInverted = isInverted;
    }
  }

  check(): void {
    if (this.pattern === null) refuse("STRING match: You must specify `--string' or `--hex-string'");
    this.compared = this.ignoresCase ? this.pattern.map(lower) : this.pattern;
  }

  accepts(): boolean {
    return this.from <= this.to && this.compared.length > 0;
  }

  errno(): string {
    return ALGORITHMS.includes(this.algorithm) ? '' : 'No such file or directory';
  }

  /** Twin of string_mt: it has to lie between the two offsets. */
  matches({ view, network, end }: NfPacket): boolean {
    const { compared } = this;
    const last = Math.min(end, network + this.to) - compared.length;
    for (let at = network + this.from; at <= last; at++) {
      if (this.isAt(view, at)) return !this.isInverted;
    }
    return this.isInverted;
  }

  private isAt(view: DataView, at: number): boolean {
    const { compared, ignoresCase } = this;
    for (let i = 0; i < compared.length; i++) {
      const byte = view.getUint8(at + i);
      if ((ignoresCase ? lower(byte) : byte) !== compared[i]) return false;
    }
    return true;
  }

  private isHex(): boolean {
    return this.pattern!.some((byte) => byte < 32 || byte > 126) || this.pattern!.at(-1) === 92;
  }

  private text(): string {
    if (this.isHex()) return `"|${this.pattern!.map((byte) => byte.toString(16).padStart(2, '0')).join('')}|"`;
    return `"${String.fromCharCode(...this.pattern!).replace(/["\\]/g, '\\$&')}"`;
  }

  save(): string {
    const pattern = saveOption(this.isHex() ? 'hex-string' : 'string', this.text(), this.isInverted);
    const from = this.from === 0 ? '' : saveOption('from', String(this.from));
    const to = this.to === MAX_OFFSET ? '' : saveOption('to', String(this.to));
    return `${pattern} --algo ${this.algorithm}${from}${to}${this.ignoresCase ? ' --icase' : ''}`;
  }

  print(): string {
    const from = this.from === 0 ? '' : ` FROM ${this.from}`;
    const to = this.to === MAX_OFFSET ? '' : ` TO ${this.to}`;
    const what = `STRING match ${this.isInverted ? '!' : ''} ${this.text()} ALGO name ${this.algorithm}`;
    return ` ${what}${from}${to}${this.ignoresCase ? ' ICASE' : ''}`;
  }
}

const exclusive = (other: string): { canInvert: boolean; excludes: string[] } => ({
  canInvert: true,
  excludes: [other],
});
export const STRING = matchExtension(
  'string',
  [
    option('from'),
    option('to'),
    option('algo', { isMandatory: true }),
    option('string', exclusive('hex-string')),
    option('hex-string', exclusive('string')),
    flag('icase'),
  ],
  () => new StringMatch(),
);
