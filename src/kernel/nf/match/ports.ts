/** `--sport` and `--dport` of the tcp and udp matches. */
import type { NfPacket } from '../packet.ts';
import { NO_HEADER } from '../packet.ts';
import type { OptionSpec } from '../extension.ts';
import { option, saveOption } from '../extension.ts';
import { MAX_PORT, portText, rangeText, readPortPair, readPortRange } from '../xt-values.ts';

/** A range of ports, compiled; all ports until something is read. */
export class PortTest {
  low = 0;
  high = MAX_PORT;
  isInverted = false;
  private readonly protocol: 'tcp' | 'udp';
  private readonly saveName: string;
  private readonly printName: string;

  constructor(protocol: 'tcp' | 'udp', saveName: 'sport' | 'dport') {
    this.protocol = protocol;
    this.saveName = saveName;
    this.printName = saveName === 'sport' ? 'spt' : 'dpt';
  }

  read(text: string, isInverted: boolean): void {
    const name = this.saveName === 'sport' ? 'source-port' : 'destination-port';
    [this.low, this.high] =
      this.protocol === 'tcp' ? readPortRange(text, 'tcp') : readPortPair('udp', name, text, this.protocol);
    this.isInverted = isInverted;
  }

  test(port: number): boolean {
    // Not all ports are all ports: iptables-nft makes no expression of either.
    return this.isEverything() || (port >= this.low && port <= this.high) !== this.isInverted;
  }

  save(): string {
    if (this.isEverything()) return '';
    return saveOption(this.saveName, rangeText(this.low, this.high), this.isInverted);
  }

  print(isNumeric: boolean): string {
    if (this.isEverything()) return '';
    const plural = this.low === this.high ? '' : 's';
    const range = rangeText(this.low, this.high, (port) => portText(port, this.protocol, isNumeric));
    return ` ${this.printName}${plural}:${this.isInverted ? '!' : ''}${range}`;
  }

  /** `! --dport 0:65535`: it is not what an empty match is either. */
  isVoid(): boolean {
    return this.isEverything() && this.isInverted;
  }

  private isEverything(): boolean {
    return this.low === 0 && this.high === MAX_PORT;
  }
}

/** Offset of the transport header when its first `bytes` bytes are there, else NO_HEADER. */
export function transportOf(packet: NfPacket, bytes: number): number {
  if (packet.fragmentOffset !== 0 || packet.transport + bytes > packet.end) return NO_HEADER;
  return packet.transport;
}

/** The options of both matches, under both of their names. */
export function portOptions(): OptionSpec[] {
  return ['source', 'destination'].flatMap((end) => {
    const traits = { canInvert: true, alias: `${end}-port`, onlyOne: `Only one \`--${end}-port' allowed` };
    return [option(`${end}-port`, traits), option(`${end.charAt(0)}port`, traits)];
  });
}
