/** `-m iprange` (Linux: xt_iprange.c, libxt_iprange.c): addresses from one to another. */
import { formatIp4 } from '../../../base/addr.ts';
import * as ipv4 from '../../../wire/ipv4.ts';
import type { NfMatch } from '../extension.ts';
import { matchExtension, option, saveOption } from '../extension.ts';
import type { NfPacket } from '../packet.ts';
import { parseNumericHost } from '../xt-values.ts';
import { refuse } from '../xt-error.ts';

interface AddressRange {
  /** Without a sign. */
  readonly low: number;
  readonly high: number;
  readonly isInverted: boolean;
}

function readRange(name: string, text: string, isInverted: boolean): AddressRange {
  const dash = text.indexOf('-');
  const address = (word: string): number => {
    const found = word === '' ? undefined : parseNumericHost(word);
    return (found ?? refuse(`iprange: Bad value for "--${name}" option: "${word}"`)) >>> 0;
  };
  const low = address(dash < 0 ? text : text.slice(0, dash));
  return { low, high: dash < 0 ? low : address(text.slice(dash + 1)), isInverted };
}

function rangeText({ low, high }: AddressRange): string {
  return `${formatIp4(low | 0)}-${formatIp4(high | 0)}`;
}

function isIn(range: AddressRange, address: number): boolean {
  const number = address >>> 0;
  return (number >= range.low && number <= range.high) !== range.isInverted;
}

class IprangeMatch implements NfMatch {
  readonly name = 'iprange';
  private source: AddressRange | null = null;
  private destination: AddressRange | null = null;

  option(name: string, text: string, isInverted: boolean): void {
    if (name === 'src-range') this.source = readRange(name, text, isInverted);
    else this.destination = readRange(name, text, isInverted);
  }

  check(): void {
    if (this.source !== null || this.destination !== null) return;
    refuse("iprange match: You must specify `--src-range' or `--dst-range'");
  }

  matches({ view, network }: NfPacket): boolean {
    if (this.source !== null && !isIn(this.source, ipv4.src(view, network))) return false;
    return this.destination === null || isIn(this.destination, ipv4.dst(view, network));
  }

  save(): string {
    const text = (name: string, range: AddressRange | null): string =>
      range === null ? '' : saveOption(name, rangeText(range), range.isInverted);
    return `${text('src-range', this.source)}${text('dst-range', this.destination)}`;
  }

  print(): string {
    const text = (name: string, range: AddressRange | null): string =>
      range === null ? '' : ` ${name} IP range${range.isInverted ? ' !' : ''} ${rangeText(range)}`;
    return `${text('source', this.source)}${text('destination', this.destination)}`;
  }
}

const inverted = { canInvert: true };
export const IPRANGE = matchExtension(
  'iprange',
  [option('src-range', inverted), option('dst-range', inverted)],
  () => new IprangeMatch(),
);
