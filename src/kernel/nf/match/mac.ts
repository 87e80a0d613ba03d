/** `-m mac` (Linux: xt_mac.c, libxt_mac.c): the Ethernet address that a packet came from. */
import * as ethernet from '../../../wire/ethernet.ts';
import type { NfMatch } from '../extension.ts';
import { matchExtension, option, saveOption } from '../extension.ts';
import type { NfPacket } from '../packet.ts';
import { refuse } from '../xt-error.ts';

const MAC_WORDS = /^[0-9a-f]{1,2}(?::[0-9a-f]{1,2}){5}$/i;

class MacMatch implements NfMatch {
  readonly name = 'mac';
  private hi = 0;
  private lo = 0;
  private isInverted = false;

  option(_name: string, text: string, isInverted: boolean): void {
    if (!MAC_WORDS.test(text)) refuse('Invalid MAC address specified.');
    const bytes = text.split(':').map((word) => Number.parseInt(word, 16));
    this.hi = bytes[0]! * 256 + bytes[1]!;
    this.lo = (bytes[2]! << 24) | (bytes[3]! << 16) | (bytes[4]! << 8) | bytes[5]!;
    this.isInverted = isInverted;
  }

  check(): void {
    // `--mac-source` is mandatory; there is nothing else.
  }

  matches({ frame, view, network, state }: NfPacket): boolean {
    // Only what came by an Ethernet interface has such a header.
    if (state.inDev === null || state.inDev.isLoopback || frame.head + ethernet.HEADER_LEN > network) return false;
    const { head } = frame;
    const isSame = ethernet.srcHi(view, head) === this.hi && ethernet.srcLo(view, head) === this.lo;
    return isSame !== this.isInverted;
  }

  private text(): string {
    const numbers = [this.hi >>> 8, this.hi & 255, this.lo >>> 24, (this.lo >>> 16) & 255, (this.lo >>> 8) & 255];
    return [...numbers, this.lo & 255].map((byte) => byte.toString(16).padStart(2, '0')).join(':');
  }

  save(): string {
    return saveOption('mac-source', this.text(), this.isInverted);
  }

  print(): string {
    return ` MAC${this.isInverted ? ' !' : ''} ${this.text()}`;
  }
}

export const MAC = {
  ...matchExtension('mac', [option('mac-source', { canInvert: true, isMandatory: true })], () => new MacMatch()),
  chains: ['PREROUTING', 'INPUT', 'FORWARD'],
};
