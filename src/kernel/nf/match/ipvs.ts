/** `-m ipvs --ipvs` (libxt_ipvs.c): whether the packet belongs to a virtual service. */
import type { NfMatch } from '../extension.ts';
import { flag, matchExtension, saveOption } from '../extension.ts';

export class IpvsMatch implements NfMatch {
  readonly name = 'ipvs';
  isInverted = false;

  option(_name: string, _text: string, isInverted: boolean): void {
    this.isInverted = isInverted;
  }

  check(): void {
    // `--ipvs` is mandatory as long as no other option is known.
  }

  matches(): boolean {
    // There are no virtual services here.
    return this.isInverted;
  }

  save(): string {
    return saveOption('ipvs', '', this.isInverted);
  }

  print(): string {
    return `${this.isInverted ? ' !' : ''} ipvs`;
  }
}

export const IPVS = matchExtension(
  'ipvs',
  [flag('ipvs', { canInvert: true, isMandatory: true })],
  () => new IpvsMatch(),
);
