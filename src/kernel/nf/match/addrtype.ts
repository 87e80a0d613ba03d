/** `-m addrtype` (libxt_addrtype.c); which type an address has is the routing table's answer. */
import * as ipv4 from '../../../wire/ipv4.ts';
import { inetDevAddrType } from '../../ip/address-type.ts';
import type { NfMatch } from '../extension.ts';
import { flag, matchExtension, option, saveOption } from '../extension.ts';
import type { NfPacket } from '../packet.ts';
import { refuse } from '../xt-error.ts';
import type { RuleHeader } from '../rule.ts';

/** Linux's RTN_* in the order of their numbers. */
const TYPES: readonly string[] = [
  'UNSPEC',
  'UNICAST',
  'LOCAL',
  'BROADCAST',
  'ANYCAST',
  'MULTICAST',
  'BLACKHOLE',
  'UNREACHABLE',
  'PROHIBIT',
  'THROW',
  'NAT',
  'XRESOLVE',
];

function readTypes(text: string): number {
  let bits = 0;
  for (const word of text.split(',')) {
    const index = TYPES.findIndex((type) => word !== '' && type.startsWith(word.toUpperCase()));
    if (index < 0) refuse(`addrtype: bad type "${word}"`);
    bits |= 1 << index;
  }
  return bits;
}

function typesText(bits: number): string {
  return TYPES.filter((_, index) => (bits & (1 << index)) !== 0).join(',');
}

export class AddrtypeMatch implements NfMatch {
  readonly name = 'addrtype';
  /** Bit n is the type n of RTN_*; 0 when nothing is asked. */
  source = 0;
  destination = 0;
  isSourceInverted = false;
  isDestinationInverted = false;
  limitsIn = false;
  limitsOut = false;

  option(name: string, text: string, isInverted: boolean): void {
    if (name === 'src-type') {
      this.source = readTypes(text);
      this.isSourceInverted = isInverted;
    } else if (name === 'dst-type') {
      this.destination = readTypes(text);
      this.isDestinationInverted = isInverted;
    } else if (name === 'limit-iface-in') this.limitsIn = true;
    else this.limitsOut = true;
  }

  check(): void {
    if (this.source === 0 && this.destination === 0) refuse('addrtype: you must specify --src-type or --dst-type');
  }

  /** Twin of addrtype_mt_v1. */
  matches({ view, network, state }: NfPacket): boolean {
    const dev = this.limitsIn ? state.inDev : this.limitsOut ? state.outDev : null;
    if (this.source !== 0) {
      const type = inetDevAddrType(state.ns, dev, ipv4.src(view, network));
      if (((this.source >>> type) & 1) !== (this.isSourceInverted ? 0 : 1)) return false;
    }
    if (this.destination === 0) return true;
    const type = inetDevAddrType(state.ns, dev, ipv4.dst(view, network));
    return ((this.destination >>> type) & 1) === (this.isDestinationInverted ? 0 : 1);
  }

  accepts(_header: RuleHeader, chain: string): boolean {
    if (this.limitsIn && (chain === 'POSTROUTING' || chain === 'OUTPUT')) return false;
    return !(this.limitsOut && (chain === 'PREROUTING' || chain === 'INPUT'));
  }

  save(): string {
    const source = this.source === 0 ? '' : saveOption('src-type', typesText(this.source), this.isSourceInverted);
    const destination =
      this.destination === 0 ? '' : saveOption('dst-type', typesText(this.destination), this.isDestinationInverted);
    const limits = `${this.limitsIn ? ' --limit-iface-in' : ''}${this.limitsOut ? ' --limit-iface-out' : ''}`;
    return `${source}${destination}${limits}`;
  }

  print(): string {
    const source = this.source === 0 ? '' : ` src-type ${this.isSourceInverted ? '!' : ''}${typesText(this.source)}`;
    const destination =
      this.destination === 0 ? '' : ` dst-type ${this.isDestinationInverted ? '!' : ''}${typesText(this.destination)}`;
    const limits = `${this.limitsIn ? ' limit-in' : ''}${this.limitsOut ? ' limit-out' : ''}`;
    return ` ADDRTYPE match${source}${destination}${limits}`;
  }
}

export const ADDRTYPE = matchExtension(
  'addrtype',
  [
    option('src-type', { canInvert: true }),
    option('dst-type', { canInvert: true }),
    flag('limit-iface-in', { excludes: ['limit-iface-out'] }),
    flag('limit-iface-out', { excludes: ['limit-iface-in'] }),
  ],
  () => new AddrtypeMatch(),
);
