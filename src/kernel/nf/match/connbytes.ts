/** `-m connbytes` (Linux: xt_connbytes.c, libxt_connbytes.c): how much a connection has carried. */
import { COUNTERS_PER_SLOT } from '../conntrack/table.ts';
import { nfCtGet } from '../conntrack/nf-ct-get.ts';
import { IPS_HAS_COUNTERS } from '../conntrack/status.ts';
import type { NfMatch } from '../extension.ts';
import { matchExtension, option, saveOption } from '../extension.ts';
import type { MatchHome } from '../match-home.ts';
import type { NfPacket } from '../packet.ts';
import { refuse } from '../xt-error.ts';

const MAX_U64 = 2n ** 64n - 1n;
const DIRECTIONS: readonly string[] = ['original', 'reply', 'both'];
const MODES: readonly string[] = ['packets', 'bytes', 'avgpkt'];
const ORIGINAL = 0;
const REPLY = 1;
const PACKETS = 0;
const BYTES = 1;

/** Twin of xtopt_parse_mint for 64 bits. */
function readNumber(text: string, near: string): bigint {
  const value = /^\d+$/.test(text) ? BigInt(text) : -1n;
  if (value >= 0n && value <= MAX_U64) return value;
  return refuse(`connbytes: bad value for option "--connbytes" near "${near}", or out of range (0-${MAX_U64}).\n`);
}

class ConnbytesMatch implements NfMatch {
  readonly name = 'connbytes';
  private low = 0n;
  private high = MAX_U64;
  private isInverted = false;
  private direction = 0;
  private mode = 0;

  option(name: string, text: string, isInverted: boolean): void {
    if (name === 'connbytes-dir') {
      this.direction = DIRECTIONS.indexOf(text);
      if (this.direction < 0) refuse(`Unknown --connbytes-dir \`${text}'`);
    } else if (name === 'connbytes-mode') {
      this.mode = MODES.indexOf(text);
      if (this.mode < 0) refuse(`Unknown --connbytes-mode \`${text}'`);
    } else {
      const [low = '', high = ''] = text.split(':');
      this.low = low === '' ? 0n : readNumber(low, text);
      this.high = high === '' ? MAX_U64 : readNumber(high, high);
      if (this.low > this.high) refuse(`${this.low} should be less than ${this.high}`);
      this.isInverted = isInverted;
    }
  }

  check(): void {
    // All three options are mandatory.
  }

  bind(home: MatchHome): void {
    home.countsConnections = true;
  }

  /** Twin of connbytes_mt. */
  matches({ frame }: NfPacket): boolean {
    const ct = nfCtGet(frame);
    if (ct === null || (ct.table.status[frame.ctSlot]! & IPS_HAS_COUNTERS) === 0) return false;
    const { counters } = ct.table;
    const at = frame.ctSlot * COUNTERS_PER_SLOT;
    const packets = this.sum(counters[at]!, counters[at + 2]!);
    const bytes = this.sum(counters[at + 1]!, counters[at + 3]!);
    let value = packets;
    if (this.mode !== PACKETS) value = this.mode === BYTES ? bytes : packets === 0 ? 0 : Math.floor(bytes / packets);
    return (value >= Number(this.low) && value <= Number(this.high)) !== this.isInverted;
  }

  private sum(original: number, reply: number): number {
    if (this.direction === ORIGINAL) return original;
    return this.direction === REPLY ? reply : original + reply;
  }

  private values(): [string, string][] {
    const range = this.high === MAX_U64 ? String(this.low) : `${this.low}:${this.high}`;
    return [
      ['connbytes', range],
      ['connbytes mode', MODES[this.mode]!],
      ['connbytes direction', DIRECTIONS[this.direction]!],
    ];
  }

  save(): string {
    const [[, range] = [], [, mode] = [], [, direction] = []] = this.values();
    const rest = ` --connbytes-mode ${mode} --connbytes-dir ${direction}`;
    return `${saveOption('connbytes', range!, this.isInverted)}${rest}`;
  }

  print(): string {
    const texts = this.values().map(([name, value]) => `${name} ${value}`);
    return `${this.isInverted ? ' !' : ''} ${texts.join(' ')}`;
  }
}

export const CONNBYTES = matchExtension(
  'connbytes',
  [
    option('connbytes', { canInvert: true, isMandatory: true }),
    option('connbytes-mode', { isMandatory: true }),
    option('connbytes-dir', { isMandatory: true }),
  ],
  () => new ConnbytesMatch(),
);
