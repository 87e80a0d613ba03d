/** `-j DSCP` and `-j TOS` (libxt_DSCP.c, libxt_TOS.c; xt_DSCP.c): the IP header's type of service. */
import { updateChecksum16 } from '../../../wire/checksum.ts';
import * as ipv4 from '../../../wire/ipv4.ts';
import type { NfTarget } from '../extension.ts';
import { option, targetExtension } from '../extension.ts';
import type { NfPacket } from '../packet.ts';
import { XT_CONTINUE } from '../verdict.ts';
import { refuse } from '../xt-error.ts';
import { parseUnsigned, readUnsigned } from '../xt-values.ts';

const DSCP_MAX = 0x3f;
const TOS_MAX = 0xff;
/** The two bits below the code point tell of congestion. */
const DSCP_SHIFT = 2;
const ECN_MASK = 3;

/** Twin of ipv4_change_dsfield. */
function changeTos({ view, network }: NfPacket, tos: number): number {
  const before = view.getUint16(network);
  if ((before & TOS_MAX) === tos) return XT_CONTINUE;
  ipv4.setTos(view, network, tos);
  const checksum = updateChecksum16(ipv4.checksum(view, network), before, view.getUint16(network));
  ipv4.setChecksum(view, network, checksum);
  return XT_CONTINUE;
}

const two = (value: number): string => `0x${value.toString(16).padStart(2, '0')}`;

/** Classes of RFC 2474, RFC 2597 and RFC 3246: CS0 to CS7, AF11 to AF43, BE, EF. */
function classValue(text: string): number {
  const name = text.toUpperCase();
  if (name === 'EF') return 0x2e;
  if (name === 'BE') return 0;
  const selector = /^CS([0-7])$/.exec(name);
  if (selector !== null) return Number(selector[1]) << 3;
  const assured = /^AF([1-4])([1-3])$/.exec(name);
  if (assured !== null) return (Number(assured[1]) << 3) | (Number(assured[2]) << 1);
  return refuse(`Invalid DSCP value \`${text}'`);
}

export class DscpTarget implements NfTarget {
  readonly name = 'DSCP';
  value = -1;

  option(name: string, text: string): void {
    this.value = name === 'set-dscp' ? readUnsigned('DSCP', name, text, DSCP_MAX) : classValue(text);
  }

  check(): void {
    if (this.value < 0) refuse('DSCP target: Parameter --set-dscp is required');
  }

  /** Twin of dscp_tg. */
  apply(packet: NfPacket): number {
    const ecn = ipv4.tos(packet.view, packet.network) & ECN_MASK;
    return changeTos(packet, (this.value << DSCP_SHIFT) | ecn);
  }

  save(): string {
    return ` --set-dscp ${two(this.value)}`;
  }

  print(): string {
    return ` DSCP set ${two(this.value)}`;
  }
}

/** The names of RFC 1349, with the mask that they stand for. */
const SYMBOLS: readonly (readonly [name: string, value: number])[] = [
  ['Minimize-Delay', 0x10],
  ['Maximize-Throughput', 0x08],
  ['Maximize-Reliability', 0x04],
  ['Minimize-Cost', 0x02],
  ['Normal-Service', 0x00],
];
const SYMBOL_MASK = 0x3f;

export class TosTarget implements NfTarget {
  readonly name = 'TOS';
  value = 0;
  mask = 0;
  private isGiven = false;

  option(name: string, text: string): void {
    this.isGiven = true;
    if (name === 'set-tos') {
      [this.value, this.mask] = readTos(text);
      return;
    }
    const bits = readUnsigned('TOS', name, text, TOS_MAX);
    this.value = name === 'and-tos' ? 0 : bits;
    if (name === 'and-tos') this.mask = ~bits & TOS_MAX;
    else this.mask = name === 'or-tos' ? bits : 0;
  }

  check(): void {
    if (!this.isGiven) refuse('TOS: An action is required');
  }

  /** Twin of tos_tg. */
  apply(packet: NfPacket): number {
    return changeTos(packet, (ipv4.tos(packet.view, packet.network) & ~this.mask) ^ this.value);
  }

  save(): string {
    return ` --set-tos ${two(this.value)}/${two(this.mask)}`;
  }

  /** Twin of tos_tg_print, whose names have a blank in the wrong place. */
  print(isNumeric: boolean): string {
    const { value, mask } = this;
    const symbol = mask === SYMBOL_MASK ? SYMBOLS.find(([, known]) => known === value)?.[0] : undefined;
    if (isNumeric) return ` TOS set ${two(value)}/${two(mask)}`;
    if (symbol !== undefined) return `  TOS set${symbol}`;
    if (value === 0) return ` TOS and ${two(~mask & TOS_MAX)}`;
    if (value === mask) return ` TOS or ${two(value)}`;
    return mask === 0 ? ` TOS xor ${two(value)}` : ` TOS set ${two(value)}/${two(mask)}`;
  }
}

/** Twin of tos_parse_symbolic: `value[/mask]` or a name. */
function readTos(text: string): [value: number, mask: number] {
  const [, number, rest] = /^(\s*\+?(?:0[xX][0-9a-fA-F]+|\d+))(.*)$/s.exec(text) ?? [];
  const value = number === undefined ? undefined : parseUnsigned(number, TOS_MAX);
  if (value === undefined || rest === undefined) {
    const found = SYMBOLS.find(([name]) => name.toLowerCase() === text.toLowerCase());
    return [found?.[1] ?? refuse(`Symbolic name "${text}" is unknown`), SYMBOL_MASK];
  }
  if (rest === '') return [value, TOS_MAX];
  const mask = rest.startsWith('/') ? parseUnsigned(rest.slice(1), TOS_MAX) : undefined;
  return [value, mask ?? refuse(`Illegal value: "${text}"`)];
}

const TOS_OPTIONS = ['set-tos', 'and-tos', 'or-tos', 'xor-tos'];
const MANGLE = { tables: ['mangle'] };

export const DSCP = targetExtension(
  'DSCP',
  [option('set-dscp', { excludes: ['set-dscp-class'] }), option('set-dscp-class', { excludes: ['set-dscp'] })],
  () => new DscpTarget(),
  MANGLE,
);
export const TOS = targetExtension(
  'TOS',
  TOS_OPTIONS.map((name) => option(name, { excludes: TOS_OPTIONS.filter((other) => other !== name) })),
  () => new TosTarget(),
  MANGLE,
);
