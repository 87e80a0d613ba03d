/** `-j MARK` and `-j CONNMARK` (libxt_MARK.c, libxt_CONNMARK.c). */
import { nfCtGet } from '../conntrack/nf-ct-get.ts';
import { IPCT_MARK } from '../conntrack/status.ts';
import type { NfTarget, OptionSpec } from '../extension.ts';
import { flag, option, targetExtension } from '../extension.ts';
import type { NfPacket } from '../packet.ts';
import { XT_CONTINUE } from '../verdict.ts';
import { refuse } from '../xt-error.ts';
import { hex, MAX_U32, readMark, readUnsigned } from '../xt-values.ts';

/** Of a mark. */
const BITS = 32;

/** mark = (mark & ~mask) ^ value: all five ways to say it come to that. */
abstract class SetMark {
  abstract readonly name: string;
  value = 0;
  mask = MAX_U32;

  /** Answers true when the option was one of those that set a mark. */
  protected readSet(name: string, text: string): boolean {
    if (name === 'set-xmark' || name === 'set-mark') {
      const [value, mask] = readMark(this.name, name, text);
      this.value = value;
      this.mask = name === 'set-xmark' ? mask : (value | mask) >>> 0;
      return true;
    }
    if (!['and-mark', 'or-mark', 'xor-mark'].includes(name)) return false;
    const bits = readUnsigned(this.name, name, text);
    this.value = name === 'and-mark' ? 0 : bits;
    if (name === 'and-mark') this.mask = ~bits >>> 0;
    else this.mask = name === 'or-mark' ? bits : 0;
    return true;
  }

  protected saveSet(): string {
    return ` --set-xmark ${hex(this.value)}/${hex(this.mask)}`;
  }

  /** Twin of mark_tg_print: the shortest of the ways to say it. */
  protected printSet(): string {
    const { value, mask } = this;
    if (value === 0) return ` and ${hex(~mask)}`;
    if (value === mask) return ` or ${hex(value)}`;
    if (mask === 0) return ` xor ${hex(value)}`;
    return mask === MAX_U32 ? ` set ${hex(value)}` : ` xset ${hex(value)}/${hex(mask)}`;
  }
}

const SET_OPTIONS = ['set-xmark', 'set-mark', 'and-mark', 'or-mark', 'xor-mark'];

export class MarkTarget extends SetMark implements NfTarget {
  readonly name = 'MARK';
  private isGiven = false;

  option(name: string, text: string): void {
    this.isGiven = this.readSet(name, text);
  }

  check(): void {
    if (this.isGiven) return;
    refuse('MARK: One of the --set-xmark, --{and,or,xor,set}-mark options is required');
  }

  /** Twin of mark_tg. */
  apply(packet: NfPacket): number {
    const { frame } = packet;
    frame.mark = ((frame.mark & ~this.mask) ^ this.value) >>> 0;
    packet.mark = frame.mark;
    return XT_CONTINUE;
  }

  save(): string {
    return this.saveSet();
  }

  print(): string {
    return ` MARK${this.printSet()}`;
  }
}

export class ConnmarkTarget extends SetMark implements NfTarget {
  readonly name = 'CONNMARK';
  mode: '' | 'set' | 'save' | 'restore' = '';
  nfMask = MAX_U32;
  ctMask = MAX_U32;
  /** What is copied, or set, is moved so many bits to the left; to the right below 0. */
  shift = 0;

  option(name: string, text: string): void {
    if (this.readSet(name, text)) this.mode = 'set';
    else if (name === 'save-mark' || name === 'restore-mark') this.mode = name === 'save-mark' ? 'save' : 'restore';
    else if (name === 'left-shift-mark') this.shift = readUnsigned('CONNMARK', name, text, BITS);
    else if (name === 'right-shift-mark') this.shift = -readUnsigned('CONNMARK', name, text, BITS);
    else this.readMask(name, text);
  }

  private readMask(name: string, text: string): void {
    const bits = readUnsigned('CONNMARK', name, text);
    if (name !== 'ctmask') this.nfMask = bits;
    if (name !== 'nfmask') this.ctMask = bits;
  }

  check(): void {
    if (this.mode === '') refuse('CONNMARK target: No operation specified');
  }

  accepts(): boolean {
    return Math.abs(this.shift) < BITS;
  }

  /** Twin of connmark_tg_shift. */
  apply(packet: NfPacket): number {
    const { frame } = packet;
    const ct = nfCtGet(frame);
    if (ct === null) return XT_CONTINUE;
    const { table } = ct;
    const slot = frame.ctSlot;
    const ctMark = table.marks[slot]!;
    if (this.mode === 'restore') {
      frame.mark = ((frame.mark & ~this.nfMask) ^ this.shifted(ctMark & this.ctMask)) >>> 0;
      packet.mark = frame.mark;
      return XT_CONTINUE;
    }
    const isSet = this.mode === 'set';
    const mark = isSet
      ? this.shifted((ctMark & ~this.mask) ^ this.value)
      : (ctMark & ~this.ctMask) ^ this.shifted(frame.mark & this.nfMask);
    if ((mark | 0) === ctMark) return XT_CONTINUE;
    table.marks[slot] = mark;
    table.events[slot]! |= IPCT_MARK;
    return XT_CONTINUE;
  }

  private shifted(mark: number): number {
    return this.shift >= 0 ? mark << this.shift : mark >>> -this.shift;
  }

  save(): string {
    const shift = this.shiftText(' --');
    if (this.mode === 'set') return `${this.saveSet()}${shift}`;
    return ` --${this.mode}-mark --nfmask ${hex(this.nfMask)} --ctmask ${hex(this.ctMask)}${shift}`;
  }

  print(): string {
    const shift = this.shiftText(' ');
    if (this.mode === 'set') return ` CONNMARK${this.printSet()}${shift}`;
    return ` CONNMARK ${this.mode}${this.printMasks()}${shift}`;
  }

  private shiftText(before: string): string {
    if (this.shift === 0) return '';
    return `${before}${this.shift > 0 ? 'left' : 'right'}-shift-mark ${Math.abs(this.shift)}`;
  }

  private printMasks(): string {
    const [nf, ct] = [hex(this.nfMask), hex(this.ctMask)];
    if (this.nfMask === this.ctMask) return this.nfMask === MAX_U32 ? '' : ` mask ${nf}`;
    return this.mode === 'save' ? ` nfmask ${nf} ctmask ~${ct}` : ` ctmask ${ct} nfmask ~${nf}`;
  }
}

const others = (name: string, all: readonly string[]): readonly string[] => all.filter((other) => other !== name);

function exclusive(all: readonly string[]): OptionSpec[] {
  const isFlag = (name: string): boolean => name === 'save-mark' || name === 'restore-mark';
  return all.map((name) => (isFlag(name) ? flag : option)(name, { excludes: others(name, all) }));
}

export const MARK = targetExtension('MARK', exclusive(SET_OPTIONS), () => new MarkTarget());
export const CONNMARK = targetExtension(
  'CONNMARK',
  [
    ...exclusive([...SET_OPTIONS, 'save-mark', 'restore-mark']),
    option('ctmask', { excludes: ['mask'] }),
    option('nfmask', { excludes: ['mask'] }),
    option('mask', { excludes: ['ctmask', 'nfmask'] }),
    option('left-shift-mark'),
    option('right-shift-mark'),
  ],
  () => new ConnmarkTarget(),
);
