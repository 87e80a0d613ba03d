/** `-m pkttype` (Linux: xt_pkttype.c, libxt_pkttype.c): for whom the frame was on the link. */
import { PACKET_BROADCAST, PACKET_HOST, PACKET_MULTICAST, PACKET_OTHERHOST } from '../../../link/frame.ts';
import type { NfMatch } from '../extension.ts';
import { matchExtension, option, saveOption } from '../extension.ts';
import type { NfPacket } from '../packet.ts';
import { refuse } from '../xt-error.ts';

/** The first name of a type is the one that is shown. */
const TYPES: readonly (readonly [name: string, type: number])[] = [
  ['unicast', PACKET_HOST],
  ['broadcast', PACKET_BROADCAST],
  ['multicast', PACKET_MULTICAST],
  ['otherhost', PACKET_OTHERHOST],
  ['bcast', PACKET_BROADCAST],
  ['mcast', PACKET_MULTICAST],
  ['host', PACKET_HOST],
];

class PkttypeMatch implements NfMatch {
  readonly name = 'pkttype';
  private type = 0;
  private isInverted = false;

  option(_name: string, text: string, isInverted: boolean): void {
    const known = TYPES.find(([name]) => name === text.toLowerCase());
    this.type = known?.[1] ?? refuse(`Bad packet type '${text}'`);
    this.isInverted = isInverted;
  }

  check(): void {
    // `--pkt-type` is mandatory; there is nothing else.
  }

  matches({ frame }: NfPacket): boolean {
    return (frame.packetType === this.type) !== this.isInverted;
  }

  private text(): string {
    return TYPES.find(([, type]) => type === this.type)![0];
  }

  save(): string {
    return saveOption('pkt-type', this.text(), this.isInverted);
  }

  print(): string {
    return ` PKTTYPE ${this.isInverted ? '!=' : '='} ${this.text()}`;
  }
}

export const PKTTYPE = matchExtension(
  'pkttype',
  [option('pkt-type', { canInvert: true, isMandatory: true })],
  () => new PkttypeMatch(),
);
