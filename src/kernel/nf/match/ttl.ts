/** `-m ttl` (Linux: xt_hl.c, libipt_ttl.c). */
import * as ipv4 from '../../../wire/ipv4.ts';
import type { NfMatch } from '../extension.ts';
import { matchExtension, option, saveOption } from '../extension.ts';
import type { NfPacket } from '../packet.ts';
import { readUnsigned } from '../xt-values.ts';
import { refuse } from '../xt-error.ts';

const MAX_TTL = 255;
type Comparison = '' | 'eq' | 'ne' | 'lt' | 'gt';
const SYMBOLS: Readonly<Record<Comparison, string>> = { '': '', eq: '==', ne: '!=', lt: '<', gt: '>' };

class TtlMatch implements NfMatch {
  readonly name = 'ttl';
  private comparison: Comparison = '';
  private ttl = 0;

  option(name: string, text: string, isInverted: boolean): void {
    this.ttl = readUnsigned(this.name, name, text, MAX_TTL);
    this.comparison = isInverted ? 'ne' : (name.slice(-2) as Comparison);
  }

  check(): void {
    if (this.comparison === '') refuse("TTL match: You must specify one of `--ttl-eq', `--ttl-lt', `--ttl-gt");
  }

  matches({ view, network }: NfPacket): boolean {
    const ttl = ipv4.ttl(view, network);
    switch (this.comparison) {
      case 'lt':
        return ttl < this.ttl;
      case 'gt':
        return ttl > this.ttl;
      case 'ne':
        return ttl !== this.ttl;
      default:
        return ttl === this.ttl;
    }
  }

  save(): string {
    const isNot = this.comparison === 'ne';
    return saveOption(`ttl-${isNot ? 'eq' : this.comparison}`, String(this.ttl), isNot);
  }

  print(): string {
    return ` TTL match TTL ${SYMBOLS[this.comparison]} ${this.ttl}`;
  }
}

export const TTL_MATCH = matchExtension(
  'ttl',
  [
    option('ttl-lt', { excludes: ['ttl-eq', 'ttl-gt'] }),
    option('ttl-gt', { excludes: ['ttl-eq', 'ttl-lt'] }),
    option('ttl-eq', { canInvert: true, excludes: ['ttl-lt', 'ttl-gt'] }),
    option('ttl', { canInvert: true, excludes: ['ttl-lt', 'ttl-gt'], alias: 'ttl-eq' }),
  ],
  () => new TtlMatch(),
);
