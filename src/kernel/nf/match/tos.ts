/** `-m tos` (Linux: xt_dscp.c, libxt_tos.c): bits of the type of service. */
import * as ipv4 from '../../../wire/ipv4.ts';
import type { NfMatch } from '../extension.ts';
import { matchExtension, option, saveOption } from '../extension.ts';
import type { NfPacket } from '../packet.ts';
import { parseUnsigned } from '../xt-values.ts';
import { refuse } from '../xt-error.ts';

const MAX_TOS = 255;
/** What a name means (RFC 1349's bits, all of those that are not ECN's or precedence's). */
const NAMED_MASK = 0x3f;
const NAMES: readonly (readonly [name: string, value: number])[] = [
  ['Minimize-Delay', 0x10],
  ['Maximize-Throughput', 0x08],
  ['Maximize-Reliability', 0x04],
  ['Minimize-Cost', 0x02],
  ['Normal-Service', 0x00],
];

/** Twin of tos_parse_symbolic and tos_parse_numeric. */
function readTos(text: string): readonly [value: number, mask: number] {
  const number = /^\s*\+?(?:0[xX][0-9a-fA-F]+|\d+)/.exec(text)?.[0];
  const value = number === undefined ? undefined : parseUnsigned(number, MAX_TOS);
  if (number === undefined || value === undefined) {
    const named = NAMES.find(([name]) => name.toLowerCase() === text.toLowerCase());
    return named === undefined ? refuse(`Symbolic name "${text}" is unknown`) : [named[1], NAMED_MASK];
  }
  if (number.length === text.length) return [value, MAX_TOS];
  const mask = text.charAt(number.length) === '/' ? parseUnsigned(text.slice(number.length + 1), MAX_TOS) : undefined;
  return mask === undefined ? refuse(`Illegal value: "${text}"`) : [value, mask];
}

const hexByte = (value: number): string => `0x${value.toString(16).padStart(2, '0')}`;

class TosMatch implements NfMatch {
  readonly name = 'tos';
  private value = 0;
  private mask = 0;
  private isInverted = false;

  option(_name: string, text: string, isInverted: boolean): void {
    [this.value, this.mask] = readTos(text);
    this.isInverted = isInverted;
  }

  check(): void {
    // `--tos` is mandatory; there is nothing else.
  }

  matches({ view, network }: NfPacket): boolean {
    return ((ipv4.tos(view, network) & this.mask) === this.value) !== this.isInverted;
  }

  private text(): string {
    return `${hexByte(this.value)}/${hexByte(this.mask)}`;
  }

  save(): string {
    return saveOption('tos', this.text(), this.isInverted);
  }

  print(isNumeric: boolean): string {
    const known = this.mask === NAMED_MASK ? NAMES.find(([, value]) => value === this.value) : undefined;
    const text = isNumeric || known === undefined ? this.text() : ` ${known[0]}`;
    return ` tos match${this.isInverted ? '!' : ''}${text}`;
  }
}

export const TOS_MATCH = matchExtension(
  'tos',
  [option('tos', { canInvert: true, isMandatory: true })],
  () => new TosMatch(),
);
