/** `-m udp` (Linux: xt_tcpudp.c, libxt_udp.c). */
import { PROTO_UDP } from '../../../wire/ipv4.ts';
import { HEADER_LEN } from '../../../wire/udp.ts';
import type { NfMatch } from '../extension.ts';
import { matchExtension } from '../extension.ts';
import { refuse } from '../xt-error.ts';
import type { NfPacket } from '../packet.ts';
import { NO_HEADER } from '../packet.ts';
import type { RuleHeader } from '../rule.ts';
import { portOptions, PortTest, testPorts, transportOf } from './ports.ts';

class UdpMatch implements NfMatch {
  readonly name = 'udp';
  private readonly source = new PortTest('udp', 'sport');
  private readonly destination = new PortTest('udp', 'dport');

  private hasOptions = false;
  private isEverything = false;

  option(name: string, text: string, isInverted: boolean): void {
    this.hasOptions = true;
    (name === 'source-port' ? this.source : this.destination).read(text, isInverted);
  }

  check(header: RuleHeader): void {
    if (this.hasOptions && header.protocol !== PROTO_UDP) refuse("UDP match requires '-p udp'");
    this.isEverything = this.save() === '';
    this.source.settle();
    this.destination.settle();
  }

  isVoid(): boolean {
    return this.save() === '' && (this.source.isVoid() || this.destination.isVoid());
  }

  accepts(header: RuleHeader): boolean {
    return header.protocol === PROTO_UDP;
  }

  /** Ports are expressions of nf_tables, see tcp.ts; without them it is the match of xt_tcpudp.c. */
  matches(packet: NfPacket): boolean {
    if (!this.isEverything) return testPorts(packet, this.source, this.destination);
    if (packet.fragmentOffset !== 0) return false;
    const at = transportOf(packet, HEADER_LEN);
    if (at === NO_HEADER) {
      packet.mustDrop = true;
      return false;
    }
    return true;
  }

  save(): string {
    return `${this.source.save()}${this.destination.save()}`;
  }

  print(isNumeric: boolean): string {
    return ` udp${this.source.print(isNumeric)}${this.destination.print(isNumeric)}`;
  }
}

export const UDP = matchExtension('udp', portOptions(), () => new UdpMatch());
