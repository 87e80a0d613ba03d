/** `-m mark` and `-m connmark` (libxt_mark.c, libxt_connmark.c). */
import { nfCtGet } from '../conntrack/nf-ct-get.ts';
import type { NfMatch } from '../extension.ts';
import { matchExtension, option, saveOption } from '../extension.ts';
import type { NfPacket } from '../packet.ts';
import { hex, MAX_U32, readMark } from '../xt-values.ts';

abstract class MarkTest implements NfMatch {
  abstract readonly name: string;
  abstract matches(packet: NfPacket): boolean;
  mark = 0;
  mask = 0;
  isInverted = false;

  option(name: string, text: string, isInverted: boolean): void {
    [this.mark, this.mask] = readMark(this.name, name, text);
    this.isInverted = isInverted;
  }

  check(): void {
    // `--mark` is mandatory; there is nothing else.
  }

  protected value(): string {
    return this.mask === MAX_U32 ? hex(this.mark) : `${hex(this.mark)}/${hex(this.mask)}`;
  }

  save(): string {
    return saveOption('mark', this.value(), this.isInverted);
  }

  print(): string {
    return ` ${this.name === 'mark' ? 'mark' : 'connmark'} match ${this.isInverted ? '! ' : ''}${this.value()}`;
  }
}

class MarkMatch extends MarkTest {
  readonly name = 'mark';

  matches(packet: NfPacket): boolean {
    return ((packet.mark & this.mask) >>> 0 === this.mark) !== this.isInverted;
  }
}

class ConnmarkMatch extends MarkTest {
  readonly name = 'connmark';

  matches({ frame }: NfPacket): boolean {
    const ct = nfCtGet(frame);
    return ct !== null && ((ct.table.marks[frame.ctSlot]! & this.mask) >>> 0 === this.mark) !== this.isInverted;
  }
}

const specs = [option('mark', { canInvert: true, isMandatory: true })];
export const MARK_MATCH = matchExtension('mark', specs, () => new MarkMatch());
export const CONNMARK_MATCH = matchExtension('connmark', specs, () => new ConnmarkMatch());
