/** `-m multiport` (Linux: xt_multiport.c, libxt_multiport.c). */
import { PROTO_TCP, PROTO_UDP } from '../../../wire/ipv4.ts';
import { dstPort, srcPort } from '../../../wire/udp.ts';
import type { NfMatch } from '../extension.ts';
import { matchExtension, option, saveOption } from '../extension.ts';
import { refuse } from '../xt-error.ts';
import type { NfPacket } from '../packet.ts';
import { NO_HEADER } from '../packet.ts';
import type { RuleHeader } from '../rule.ts';
import { portText, rangeText, readPort } from '../xt-values.ts';
import { PORT_PROTOCOLS, transportOf } from './ports.ts';

const MAX_PORTS = 15;
const PORTS_BYTES = 4;

/** Twin of check_proto. */
function checkProtocol({ protocol, isProtocolInverted }: RuleHeader): void {
  if (isProtocolInverted) refuse('multiport only works with TCP, UDP, UDPLITE, SCTP and DCCP');
  if (PORT_PROTOCOLS.includes(protocol)) return;
  if (protocol !== 0) refuse('multiport only works with TCP, UDP, UDPLITE, SCTP and DCCP');
  refuse("multiport needs `-p tcp', `-p udp', `-p udplite', `-p sctp' or `-p dccp'");
}

class MultiportMatch implements NfMatch {
  readonly name = 'multiport';
  private which: 'sports' | 'dports' | 'ports' = 'ports';
  private isInverted = false;
  private text = '';
  private readonly lows: number[] = [];
  private readonly highs: number[] = [];
  private protocol = 0;

  option(name: string, text: string, isInverted: boolean, _: () => string, header: RuleHeader): void {
    checkProtocol(header);
    this.protocol = header.protocol;
    this.lows.length = 0;
    this.highs.length = 0;
    for (const word of text.split(',')) this.readRange(word);
    this.which = name === 'source-ports' ? 'sports' : name === 'destination-ports' ? 'dports' : 'ports';
    this.text = text;
    this.isInverted = isInverted;
  }

  check(header: RuleHeader): void {
    checkProtocol(header);
    if (this.text === '') refuse('multiport expection an option');
  }

  private readRange(word: string): void {
    const [lowText = '', highText] = word.split(':');
    const low = readPort(lowText, this.protocolName());
    const high = highText === undefined ? low : readPort(highText, this.protocolName());
    if (low > high || (low === high && highText !== undefined)) refuse('invalid portrange specified');
    this.lows.push(low);
    this.highs.push(high);
    const slots = this.lows.reduce((sum, each, i) => sum + (each === this.highs[i] ? 1 : 2), 0);
    if (slots > MAX_PORTS) refuse('too many ports specified');
  }

  private protocolName(): 'tcp' | 'udp' | '' {
    if (this.protocol === PROTO_TCP) return 'tcp';
    return this.protocol === PROTO_UDP ? 'udp' : '';
  }

  matches(packet: NfPacket): boolean {
    if (packet.fragmentOffset !== 0) return false;
    const at = transportOf(packet, PORTS_BYTES);
    if (at === NO_HEADER) {
      packet.mustDrop = true;
      return false;
    }
    const bySource = this.which !== 'dports' && this.has(srcPort(packet.view, at));
    const isMeant = bySource || (this.which !== 'sports' && this.has(dstPort(packet.view, at)));
    return isMeant !== this.isInverted;
  }

  private has(port: number): boolean {
    for (let i = 0; i < this.lows.length; i++) if (port >= this.lows[i]! && port <= this.highs[i]!) return true;
    return false;
  }

  private list(isNumeric: boolean): string {
    const text = (port: number): string => portText(port, this.protocolName(), isNumeric);
    return this.lows.map((low, i) => rangeText(low, this.highs[i]!, text)).join(',');
  }

  save(): string {
    return saveOption(this.which, this.list(true), this.isInverted);
  }

  print(isNumeric: boolean): string {
    return ` multiport ${this.which} ${this.isInverted ? ' !' : ''}${this.list(isNumeric)}`;
  }
}

const every = ['source-ports', 'sports', 'destination-ports', 'dports', 'ports'];
const others = (name: string): readonly string[] => every.filter((other) => other !== name);
export const MULTIPORT = matchExtension(
  'multiport',
  [
    option('source-ports', { canInvert: true, excludes: others('source-ports') }),
    option('sports', { canInvert: true, alias: 'source-ports', excludes: others('source-ports') }),
    option('destination-ports', { canInvert: true, excludes: others('destination-ports') }),
    option('dports', { canInvert: true, alias: 'destination-ports', excludes: others('destination-ports') }),
    option('ports', { canInvert: true, excludes: others('ports') }),
  ],
  () => new MultiportMatch(),
);
