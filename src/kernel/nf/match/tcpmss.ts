/** `-m tcpmss` (Linux: xt_tcpmss.c, libxt_tcpmss.c): the segment size that a TCP header offers. */
import { PROTO_TCP } from '../../../wire/ipv4.ts';
import { HEADER_LEN, headerLen } from '../../../wire/tcp.ts';
import type { NfMatch } from '../extension.ts';
import { matchExtension, option, saveOption } from '../extension.ts';
import type { NfPacket } from '../packet.ts';
import { rangeText, readUnsignedRange } from '../xt-values.ts';

const MAX_MSS = 0xffff;
const OPTION_MSS = 2;
const MSS_BYTES = 4;

class TcpmssMatch implements NfMatch {
  readonly name = 'tcpmss';
  private low = 0;
  private high = 0;
  private isInverted = false;

  option(name: string, text: string, isInverted: boolean): void {
    [this.low, this.high] = readUnsignedRange(this.name, name, text, MAX_MSS);
    this.isInverted = isInverted;
  }

  check(): void {
    // `--mss` is mandatory; there is nothing else.
  }

  /** Twin of tcpmss_mt. */
  matches(packet: NfPacket): boolean {
    const { view, transport, end } = packet;
    const isWhole = transport + HEADER_LEN <= end && headerLen(view, transport) >= HEADER_LEN;
    const options = isWhole ? transport + headerLen(view, transport) : end + 1;
    if (options > end) {
      packet.mustDrop = true;
      return false;
    }
    for (let at = transport + HEADER_LEN; at < options;) {
      const kind = view.getUint8(at);
      if (kind === OPTION_MSS && options - at >= MSS_BYTES && view.getUint8(at + 1) === MSS_BYTES) {
        const mss = view.getUint16(at + 2);
        return (mss >= this.low && mss <= this.high) !== this.isInverted;
      }
      at += kind < OPTION_MSS || at + 1 >= options ? 1 : Math.max(1, view.getUint8(at + 1));
    }
    return this.isInverted;
  }

  save(): string {
    return saveOption('mss', rangeText(this.low, this.high), this.isInverted);
  }

  print(): string {
    return ` tcpmss match ${this.isInverted ? '!' : ''}${rangeText(this.low, this.high)}`;
  }
}

export const TCPMSS_MATCH = {
  ...matchExtension('tcpmss', [option('mss', { canInvert: true, isMandatory: true })], () => new TcpmssMatch()),
  protocol: PROTO_TCP,
};
