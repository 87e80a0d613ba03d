/** `-m sctp` (Linux: xt_sctp.c, libxt_sctp.c), its ports; `--chunk-types` is not there. */
import { dstPort, srcPort } from '../../../wire/udp.ts';
import type { NfMatch } from '../extension.ts';
import { matchExtension, option, saveOption } from '../extension.ts';
import { refuse, UNSUPPORTED } from '../xt-error.ts';
import type { NfPacket } from '../packet.ts';
import { NO_HEADER } from '../packet.ts';
import type { RuleHeader } from '../rule.ts';
import { MAX_PORT, rangeText, readPortRange } from '../xt-values.ts';
import { portOptions, transportOf } from './ports.ts';

const PROTO_SCTP = 132;
const HEADER_LEN = 12;

/** A range of ports that was asked for. */
interface AskedPorts {
  readonly low: number;
  readonly high: number;
  readonly isInverted: boolean;
}

class SctpMatch implements NfMatch {
  readonly name = 'sctp';
  private source: AskedPorts | null = null;
  private destination: AskedPorts | null = null;

  option(name: string, text: string, isInverted: boolean): void {
    if (name === 'chunk-types') {
      const supported = '--source-port, --destination-port';
      refuse(`match sctp --chunk-types: not supported by Dockwire; supported: ${supported}`, UNSUPPORTED);
    }
    const [low, high] = readPortRange(text, '');
    if (name === 'source-port') this.source = { low, high, isInverted };
    else this.destination = { low, high, isInverted };
  }

  check(): void {
    // Without `-p sctp` the kernel does not take it.
  }

  accepts(header: RuleHeader): boolean {
    return header.protocol === PROTO_SCTP && !header.isProtocolInverted;
  }

  matches(packet: NfPacket): boolean {
    if (packet.fragmentOffset !== 0) return false;
    const at = transportOf(packet, HEADER_LEN);
    if (at === NO_HEADER) {
      packet.mustDrop = true;
      return false;
    }
    return isAsked(this.source, srcPort(packet.view, at)) && isAsked(this.destination, dstPort(packet.view, at));
  }

  save(): string {
    return `${savePorts('sport', this.source)}${savePorts('dport', this.destination)}`;
  }

  print(): string {
    return ` sctp${printPorts('spt', this.source)}${printPorts('dpt', this.destination)}`;
  }
}

function isAsked(asked: AskedPorts | null, port: number): boolean {
  return asked === null || (port >= asked.low && port <= asked.high) !== asked.isInverted;
}

function savePorts(name: string, asked: AskedPorts | null): string {
  return asked === null ? '' : saveOption(name, rangeText(asked.low, asked.high), asked.isInverted);
}

function printPorts(name: string, asked: AskedPorts | null): string {
  if (asked === null || (asked.low === 0 && asked.high === MAX_PORT && !asked.isInverted)) return '';
  const plural = asked.low === asked.high ? '' : 's';
  return ` ${name}${plural}:${asked.isInverted ? '!' : ''}${rangeText(asked.low, asked.high)}`;
}

export const SCTP = matchExtension(
  'sctp',
  [...portOptions(), option('chunk-types', { canInvert: true })],
  () => new SctpMatch(),
);
