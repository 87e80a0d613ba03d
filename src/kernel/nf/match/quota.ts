/** `-m quota` (Linux: xt_quota.c, libxt_quota.c): as many bytes as are left. */
import type { NfMatch } from '../extension.ts';
import { matchExtension, option, saveOption } from '../extension.ts';
import type { NfPacket } from '../packet.ts';
import { refuse } from '../xt-error.ts';

const MAX_U64 = 2n ** 64n - 1n;

class QuotaMatch implements NfMatch {
  readonly name = 'quota';
  private quota = 0n;
  private isInverted = false;
  private left = 0;

  option(_name: string, text: string, isInverted: boolean): void {
    const value = /^(?:0x[0-9a-f]+|\d+)$/i.test(text) ? BigInt(text) : -1n;
    if (value < 0n || value > MAX_U64) {
      refuse(`quota: bad value for option "--quota", or out of range (0-${MAX_U64}).\n`);
    }
    this.quota = value;
    this.isInverted = isInverted;
    this.reset();
  }

  check(): void {
    // `--quota` is mandatory; there is nothing else.
  }

  reset(): void {
    this.left = Number(this.quota);
  }

  copy(): NfMatch {
    const copy = Object.assign(new QuotaMatch(), this);
    copy.reset();
    return copy;
  }

  /** Twin of quota_mt: what does not fit any more uses up the rest. */
  matches({ end, network }: NfPacket): boolean {
    const bytes = end - network;
    if (this.left < bytes) {
      this.left = 0;
      return this.isInverted;
    }
    this.left -= bytes;
    return !this.isInverted;
  }

  save(): string {
    return saveOption('quota', String(this.quota), this.isInverted);
  }

  print(): string {
    return ` quota: ${this.quota} bytes`;
  }
}

export const QUOTA = matchExtension(
  'quota',
  [option('quota', { canInvert: true, isMandatory: true })],
  () => new QuotaMatch(),
);
