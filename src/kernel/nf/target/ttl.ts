/** `-j TTL` (libipt_TTL.c, xt_HL.c). */
import { updateChecksum16 } from '../../../wire/checksum.ts';
import * as ipv4 from '../../../wire/ipv4.ts';
import type { NfTarget } from '../extension.ts';
import { option, targetExtension } from '../extension.ts';
import type { NfPacket } from '../packet.ts';
import { XT_CONTINUE } from '../verdict.ts';
import { refuse } from '../xt-error.ts';
import { readUnsigned } from '../xt-values.ts';

const TTL_MAX = 255;
const TTL_SHIFT = 8;

type Mode = 'set' | 'dec' | 'inc';

/** How -L says it. */
const WORDS: Readonly<Record<Mode, string>> = { set: 'set to', dec: 'decrement by', inc: 'increment by' };

export class TtlTarget implements NfTarget {
  readonly name = 'TTL';
  mode: Mode | '' = '';
  ttl = 0;

  option(name: string, text: string): void {
    this.mode = name.slice('ttl-'.length) as Mode;
    this.ttl = readUnsigned('TTL', name, text, TTL_MAX, this.mode === 'set' ? 0 : 1);
  }

  check(): void {
    if (this.mode === '') refuse('TTL: You must specify an action');
  }

  /** Twin of ttl_tg. */
  apply({ view, network }: NfPacket): number {
    const before = ipv4.ttl(view, network);
    const ttl = this.changed(before);
    if (ttl === before) return XT_CONTINUE;
    const checksum = updateChecksum16(ipv4.checksum(view, network), before << TTL_SHIFT, ttl << TTL_SHIFT);
    ipv4.setChecksum(view, network, checksum);
    ipv4.setTtl(view, network, ttl);
    return XT_CONTINUE;
  }

  private changed(ttl: number): number {
    if (this.mode === 'set') return this.ttl;
    return this.mode === 'inc' ? Math.min(ttl + this.ttl, TTL_MAX) : Math.max(ttl - this.ttl, 0);
  }

  save(): string {
    return ` --ttl-${this.mode} ${this.ttl}`;
  }

  print(): string {
    return ` TTL ${this.mode === '' ? '' : WORDS[this.mode]} ${this.ttl}`;
  }
}

const OPTIONS = ['ttl-set', 'ttl-dec', 'ttl-inc'];

export const TTL = targetExtension(
  'TTL',
  OPTIONS.map((name) => option(name, { excludes: OPTIONS.filter((other) => other !== name) })),
  () => new TtlTarget(),
  { tables: ['mangle'] },
);
