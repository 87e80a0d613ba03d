/** `-m icmp` (Linux: ip_tables.c icmp_match, libipt_icmp.c). */
import { code as icmpCode, HEADER_LEN, type as icmpType } from '../../../wire/icmp.ts';
import type { NfMatch } from '../extension.ts';
import { matchExtension, option, saveOption } from '../extension.ts';
import { refuse } from '../xt-error.ts';
import type { NfPacket } from '../packet.ts';
import { NO_HEADER } from '../packet.ts';
import { parseUnsigned } from '../xt-values.ts';
import { transportOf } from './ports.ts';

const ANY_TYPE = 255;
const ANY_CODE = 255;
/** Name, type, lowest and highest code, in the tool's order: the first that fits is shown. */
const TYPES: readonly (readonly [name: string, type: number, low: number, high: number])[] = [
  ['any', ANY_TYPE, 0, ANY_CODE],
  ['echo-reply', 0, 0, ANY_CODE],
  ['pong', 0, 0, ANY_CODE],
  ['destination-unreachable', 3, 0, ANY_CODE],
  ['network-unreachable', 3, 0, 0],
  ['host-unreachable', 3, 1, 1],
  ['protocol-unreachable', 3, 2, 2],
  ['port-unreachable', 3, 3, 3],
  ['fragmentation-needed', 3, 4, 4],
  ['source-route-failed', 3, 5, 5],
  ['network-unknown', 3, 6, 6],
  ['host-unknown', 3, 7, 7],
  ['network-prohibited', 3, 9, 9],
  ['host-prohibited', 3, 10, 10],
  ['TOS-network-unreachable', 3, 11, 11],
  ['TOS-host-unreachable', 3, 12, 12],
  ['communication-prohibited', 3, 13, 13],
  ['host-precedence-violation', 3, 14, 14],
  ['precedence-cutoff', 3, 15, 15],
  ['source-quench', 4, 0, ANY_CODE],
  ['redirect', 5, 0, ANY_CODE],
  ['network-redirect', 5, 0, 0],
  ['host-redirect', 5, 1, 1],
  ['TOS-network-redirect', 5, 2, 2],
  ['TOS-host-redirect', 5, 3, 3],
  ['echo-request', 8, 0, ANY_CODE],
  ['ping', 8, 0, ANY_CODE],
  ['router-advertisement', 9, 0, ANY_CODE],
  ['router-solicitation', 10, 0, ANY_CODE],
  ['time-exceeded', 11, 0, ANY_CODE],
  ['ttl-exceeded', 11, 0, ANY_CODE],
  ['ttl-zero-during-transit', 11, 0, 0],
  ['ttl-zero-during-reassembly', 11, 1, 1],
  ['parameter-problem', 12, 0, ANY_CODE],
  ['ip-header-bad', 12, 0, 0],
  ['required-option-missing', 12, 1, 1],
  ['timestamp-request', 13, 0, ANY_CODE],
  ['timestamp-reply', 14, 0, ANY_CODE],
  ['address-mask-request', 17, 0, ANY_CODE],
  ['address-mask-reply', 18, 0, ANY_CODE],
];

class IcmpMatch implements NfMatch {
  readonly name = 'icmp';
  private type = ANY_TYPE;
  private low = 0;
  private high = ANY_CODE;
  private isInverted = false;

  option(_name: string, text: string, isInverted: boolean): void {
    this.isInverted = isInverted;
    const wanted = text.toLowerCase();
    const named = TYPES.filter(([name]) => name.toLowerCase().startsWith(wanted));
    const exact = named.find(([name]) => name.toLowerCase() === wanted);
    if (exact === undefined && named.length > 1) {
      refuse(`Ambiguous ICMP type \`${text}': \`${named[0]![0]}' or \`${named[1]![0]}'?`);
    }
    const found = exact ?? named[0];
    if (found === undefined) this.readNumbers(text);
    else [, this.type, this.low, this.high] = found;
  }

  private readNumbers(text: string): void {
    const slash = text.indexOf('/');
    const typeText = slash < 0 ? text : text.slice(0, slash);
    if (/^\d+:\d+$/.test(typeText)) refuse('ICMP type range not supported');
    this.type = parseUnsigned(typeText, ANY_TYPE) ?? refuse(`Unknown ICMP type \`${typeText}'`);
    this.low = 0;
    this.high = ANY_CODE;
    if (slash < 0) return;
    const codeText = text.slice(slash + 1);
    this.low = parseUnsigned(codeText, ANY_CODE) ?? refuse(`Unknown ICMP code \`${text}'`);
    this.high = this.low;
  }

  check(): void {
    // That `--icmp-type` is there is checked with the options; the tool leaves the protocol to the kernel.
  }

  matches(packet: NfPacket): boolean {
    if (packet.fragmentOffset !== 0) return false;
    const at = transportOf(packet, HEADER_LEN);
    if (at === NO_HEADER) {
      packet.mustDrop = true;
      return false;
    }
    const code = icmpCode(packet.view, at);
    const isMeant = icmpType(packet.view, at) === this.type && code >= this.low && code <= this.high;
    return (this.type === ANY_TYPE || isMeant) !== this.isInverted;
  }

  save(): string {
    const code = this.low === 0 && this.high === ANY_CODE ? '' : `/${this.low}`;
    return saveOption('icmp-type', this.type === ANY_TYPE ? 'any' : `${this.type}${code}`, this.isInverted);
  }

  print(isNumeric: boolean): string {
    const mark = this.isInverted ? '!' : '';
    const name = TYPES.find(([, type, low, high]) => type === this.type && low === this.low && high === this.high);
    if (!isNumeric && name !== undefined) return ` icmp ${mark}${name[0]}`;
    const codes = this.low === this.high ? ` code ${this.low}` : ` codes ${this.low}-${this.high}`;
    const codeText = this.low === 0 && this.high === ANY_CODE ? '' : codes;
    return ` ${this.isInverted ? 'icmp !type' : 'icmptype'} ${this.type}${codeText}`;
  }
}

export const ICMP = {
  ...matchExtension('icmp', [option('icmp-type', { canInvert: true, isMandatory: true })], () => new IcmpMatch()),
  protocol: 1,
};
