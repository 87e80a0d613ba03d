/** `-m length` (Linux: xt_length.c, libxt_length.c): the datagram's length with its header. */
import * as ipv4 from '../../../wire/ipv4.ts';
import type { NfMatch } from '../extension.ts';
import { matchExtension, option, saveOption } from '../extension.ts';
import type { NfPacket } from '../packet.ts';
import { rangeText, readUnsignedRange } from '../xt-values.ts';

const MAX_LENGTH = 0xffff;

class LengthMatch implements NfMatch {
  readonly name = 'length';
  private low = 0;
  private high = 0;
  private isInverted = false;

  option(name: string, text: string, isInverted: boolean): void {
    [this.low, this.high] = readUnsignedRange(this.name, name, text, MAX_LENGTH);
    this.isInverted = isInverted;
  }

  check(): void {
    // `--length` is mandatory; there is nothing else.
  }

  matches({ view, network }: NfPacket): boolean {
    const length = ipv4.totalLen(view, network);
    return (length >= this.low && length <= this.high) !== this.isInverted;
  }

  save(): string {
    return saveOption('length', rangeText(this.low, this.high), this.isInverted);
  }

  print(): string {
    return ` length ${this.isInverted ? '!' : ''}${rangeText(this.low, this.high)}`;
  }
}

export const LENGTH = matchExtension(
  'length',
  [option('length', { canInvert: true, isMandatory: true })],
  () => new LengthMatch(),
);
