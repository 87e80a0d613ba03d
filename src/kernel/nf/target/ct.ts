/** `-j CT` and `-j NOTRACK` (libxt_CT.c): how the connection of a packet is tracked. */
import type { NfTarget } from '../extension.ts';
import { flag, option, targetExtension } from '../extension.ts';
import { refuse, UNSUPPORTED } from '../xt-error.ts';
import { parseUnsigned } from '../xt-values.ts';

const MAX_ZONE = 0xffff;
const ZONE_OF_MARK = 'mark';

export class CtTarget implements NfTarget {
  readonly name: 'CT' | 'NOTRACK';
  readonly listName = 'CT';
  isNotrack: boolean;
  /** '' for none: zone, zone-orig or zone-reply. */
  zoneOption = '';
  /** A number, or the packet's mark. */
  zone: number | typeof ZONE_OF_MARK = 0;

  constructor(name: 'CT' | 'NOTRACK') {
    this.name = name;
    this.isNotrack = name === 'NOTRACK';
  }

  option(name: string, text: string): void {
    if (name === 'notrack') this.isNotrack = true;
    else if (name.startsWith('zone')) {
      this.zoneOption = name;
      this.zone =
        text === ZONE_OF_MARK ? text : (parseUnsigned(text, MAX_ZONE) ?? refuse(`Cannot parse ${text} as a zone ID`));
    } else
      refuse(
        `CT --${name}: not supported by Dockwire; supported: --notrack --zone --zone-orig --zone-reply`,
        UNSUPPORTED,
      );
  }

  check(): void {
    // CT alone is a target, too: it attaches the default template.
  }

  save(): string {
    if (this.name === 'NOTRACK') return '';
    return `${this.isNotrack ? ' --notrack' : ''}${this.zoneOption === '' ? '' : ` --${this.zoneOption} ${this.zone}`}`;
  }

  print(): string {
    if (this.name === 'NOTRACK') return ' NOTRACK';
    return ` CT${this.isNotrack ? ' notrack' : ''}${this.zoneOption === '' ? '' : ` ${this.zoneOption} ${this.zone}`}`;
  }
}

const RAW_TABLE = { tables: ['raw'] };
export const CT = targetExtension(
  'CT',
  [
    flag('notrack'),
    ...['helper', 'timeout', 'ctevents', 'expevents', 'zone', 'zone-orig', 'zone-reply'].map((name) => option(name)),
  ],
  () => new CtTarget('CT'),
  RAW_TABLE,
);
export const NOTRACK = targetExtension('NOTRACK', [], () => new CtTarget('NOTRACK'), RAW_TABLE);
