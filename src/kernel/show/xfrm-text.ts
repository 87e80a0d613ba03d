/** What `ip xfrm state` and `ip xfrm policy` print alike (iproute2 6.1: ip/ipxfrm.c). */
import { formatIp4 } from '../../base/addr.ts';
import { momentOf } from '../../base/calendar.ts';
import { selectorProtoName } from '../admin/xfrm-words.ts';
import type { Netns } from '../netns.ts';
import type { Lifetime, Limits } from '../xfrm/lifetime.ts';
import type { Selector, XfrmMark } from '../xfrm/selector.ts';

/** Eight hexadecimal digits. */
export function digits(value: number): string {
  return value.toString(16).padStart(8, '0');
}

/** Each record's lines, or one line with backslashes for their ends. */
export function toText(records: readonly (readonly string[])[], isOneLine: boolean): string {
  const end = isOneLine ? '\\' : '\n';
  return records.map((lines) => lines.map((line) => `${line}${end}`).join('') + (isOneLine ? '\n' : '')).join('');
}

/** `mark 0xd0c4e3/0xffffffff `, as C's %#x prints numbers. */
export function markText({ value, mask }: XfrmMark): string {
  const hex = (number: number): string => (number === 0 ? '0' : `0x${number.toString(16)}`);
  return `mark ${hex(value)}/${hex(mask)} `;
}

/** `flag` and the names of the bits, what has no name in hexadecimal behind them. */
export function flagText(bits: number, names: readonly string[]): string {
  const words = names.filter((_, bit) => (bits & (1 << bit)) !== 0);
  const rest = bits & ~((1 << names.length) - 1);
  if (rest !== 0) words.push(rest.toString(16));
  return `flag ${words.join(' ')}`;
}

const PROTO_ICMP = 1;
const PROTO_ICMPV6 = 58;
const PROTO_GRE = 47;
const PROTO_MH = 135;

/** Twin of xfrm_selector_print, without the end of its line. */
export function selectorText(ns: Netns, selector: Selector, hasStatistics: boolean): string {
  const { src, dst, proto, ifIndex } = selector;
  let text = `src ${formatIp4(src.address)}/${src.prefixLen} dst ${formatIp4(dst.address)}/${dst.prefixLen} `;
  if (proto !== 0) text += `proto ${selectorProtoName(proto)} `;
  text += portsText(selector);
  if (ifIndex > 0) text += `dev ${ns.devices[ifIndex]?.name ?? `if${ifIndex}`} `;
  return hasStatistics ? `${text}uid 0` : text;
}

function portsText({ proto, sport, hasSport, dport, hasDport }: Selector): string {
  if (proto === PROTO_GRE) return hasSport || hasDport ? `key ${sport * 0x10000 + dport} ` : '';
  const isIcmp = proto === PROTO_ICMP || proto === PROTO_ICMPV6;
  const [first, second] = isIcmp || proto === PROTO_MH ? ['type', 'code'] : ['sport', 'dport'];
  const source = hasSport ? `${first} ${sport} ` : '';
  return hasDport && proto !== PROTO_MH ? `${source}${second} ${dport} ` : source;
}

/** Twin of xfrm_lifetime_print. */
export function lifetimeLines(limits: Limits, lifetime: Lifetime): string[] {
  const limit = (value: number): string => (value === Infinity ? '(INF)' : String(value));
  return [
    '\tlifetime config:',
    `\t  limit: soft ${limit(limits.softBytes)}(bytes), hard ${limit(limits.hardBytes)}(bytes)`,
    `\t  limit: soft ${limit(limits.softPackets)}(packets), hard ${limit(limits.hardPackets)}(packets)`,
    `\t  expire add: soft ${limits.softAddSeconds}(sec), hard ${limits.hardAddSeconds}(sec)`,
    `\t  expire use: soft ${limits.softUseSeconds}(sec), hard ${limits.hardUseSeconds}(sec)`,
    '\tlifetime current:',
    `\t  ${lifetime.bytes}(bytes), ${lifetime.packets}(packets)`,
    `\t  add ${timeText(lifetime.addedSeconds)} use ${timeText(lifetime.usedSeconds)}`,
  ];
}

function timeText(seconds: number): string {
  if (seconds === 0) return '-';
  const { year, month, day, hour, minute, second } = momentOf(seconds, 0);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${year}-${two(month)}-${two(day)} ${[hour, minute, second].map(two).join(':')}`;
}
