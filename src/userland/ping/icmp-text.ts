/** What iputils ping says about ICMP errors (pr_icmph of ping/ping.c). */
import * as icmp from '../../wire/icmp.ts';

/** By code of "destination unreachable"; 4 is worded with the MTU. */
const UNREACHABLE: readonly string[] = [
  'Destination Net Unreachable',
  'Destination Host Unreachable',
  'Destination Protocol Unreachable',
  'Destination Port Unreachable',
  '',
  'Source Route Failed',
  'Destination Net Unknown',
  'Destination Host Unknown',
  'Source Host Isolated',
  'Destination Net Prohibited',
  'Destination Host Prohibited',
  'Destination Net Unreachable for Type of Service',
  'Destination Host Unreachable for Type of Service',
  'Packet filtered',
  'Precedence Violation',
  'Precedence Cutoff',
];
const FRAG_NEEDED_CODE = 4;
const TIME_EXCEEDED: readonly string[] = ['Time to live exceeded', 'Frag reassembly time exceeded'];

const REDIRECT_WORDS: readonly string[] = [
  'Redirect Network',
  'Redirect Host',
  'Redirect Type of Service and Network',
  'Redirect Type of Service and Host',
];

/** The words for a redirect to `gateway`. */
export function redirectText(code: number, gateway: string): string {
  return `${REDIRECT_WORDS[code] ?? `Redirect, Bad Code: ${code}`}(New nexthop: ${gateway})`;
}

/** The words for an error of `type` and `code`; `info` is its MTU or pointer. */
export function icmpErrorText(type: number, code: number, info: number): string {
  switch (type) {
    case icmp.DEST_UNREACH:
      if (code === FRAG_NEEDED_CODE) return `Frag needed and DF set (mtu = ${info})`;
      return UNREACHABLE[code] ?? `Dest Unreachable, Bad Code: ${code}`;
    case icmp.TIME_EXCEEDED:
      return TIME_EXCEEDED[code] ?? `Time exceeded, Bad Code: ${code}`;
    case icmp.PARAMETER_PROBLEM:
      return `Parameter problem: pointer = ${info}`;
    default:
      return `Bad ICMP type: ${type}`;
  }
}
