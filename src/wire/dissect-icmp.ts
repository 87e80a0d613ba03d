/** ICMP messages in tcpdump's words. */
import type { DissectText } from './dissect-text.ts';
import { correctChecksum, hex } from './dissect-text.ts';
import * as icmp from './icmp.ts';
import * as ipv4 from './ipv4.ts';

/** Errors longer than this may end in the extensions of RFC 4884, which are not dissected. */
const EXTENSIONS_FROM = 136;
const EXTENSIONS_HEADER_END = 141;

/** From the start of the message: the quoted datagram and its fields. */
const QUOTE = icmp.HEADER_LEN;
const QUOTED_PROTOCOL = QUOTE + 9;
const QUOTED_DST = QUOTE + 16;

/** Prints a datagram quoted in an error; handed in because IPv4's dissector calls this one. */
export type PrintQuote = (text: DissectText, o: number) => void;

/** Prints a message of `length` bytes at `o`; `isFragmented` when only a part of it is here. */
export function printIcmp(
  text: DissectText,
  o: number,
  length: number,
  isFragmented: boolean,
  printQuote: PrintQuote,
): void {
  text.protocol = 'icmp';
  const type = text.u8(o);
  text.print(`ICMP ${describe(text, o, type, text.u8(o + 1))}, length ${length}`);
  if (!text.style.verbose) return;
  if (!isFragmented && text.has(o, length)) printBadChecksum(text, o, length);
  if (!icmp.isError(type)) return;
  text.print('\n\t');
  printQuote(text, o + QUOTE);
  text.protocol = 'icmp';
  if (length > EXTENSIONS_FROM && mayHaveExtensions(type)) text.need(o, EXTENSIONS_HEADER_END);
}

function mayHaveExtensions(type: number): boolean {
  return type === icmp.DEST_UNREACH || type === icmp.TIME_EXCEEDED || type === icmp.PARAMETER_PROBLEM;
}

function printBadChecksum(text: DissectText, o: number, length: number): void {
  const sum = text.sum(o, length, 0);
  if (sum === 0xffff) return;
  const field = text.u16(o + 2);
  text.print(` (wrong icmp cksum ${hex(field)} (->${hex(correctChecksum(field, sum))})!)`);
}

function describe(text: DissectText, o: number, type: number, code: number): string {
  switch (type) {
    case icmp.ECHO_REQUEST:
    case icmp.ECHO_REPLY:
      return `${icmp.typeName(type)}, id ${text.u16(o + 4)}, seq ${text.u16(o + 6)}`;
    case icmp.DEST_UNREACH:
      return describeUnreachable(text, o, code);
    case icmp.REDIRECT:
      return describeRedirect(text, o, code);
    case icmp.ROUTER_ADVERTISEMENT:
      return describeAdvertisement(text, o);
    case icmp.TIME_EXCEEDED:
      text.need(o + QUOTED_DST, 4);
      if (code === icmp.TTL_EXCEEDED) return 'time exceeded in-transit';
      return code === icmp.REASSEMBLY_EXCEEDED ? 'ip reassembly time exceeded' : `time exceeded-#${code}`;
    case icmp.PARAMETER_PROBLEM:
      return `parameter problem - ${code === 0 ? `octet ${text.u8(o + 4)}` : `code ${code}`}`;
    case icmp.ADDRESS_MASK_REPLY:
      return `address mask is 0x${hex(text.u32(o + 8), 8)}`;
    case icmp.TIMESTAMP_REQUEST:
      return `time stamp query id ${text.u16(o + 4)} seq ${text.u16(o + 6)}`;
    case icmp.TIMESTAMP_REPLY:
      return describeTimestamps(text, o);
    default:
      return icmp.typeName(type);
  }
}

/** What stands before and after the destination of the quoted datagram, by code. */
const UNREACHABLE: Readonly<Record<number, readonly [string, string]>> = {
  [icmp.NET_UNREACH]: ['net ', ' unreachable'],
  [icmp.HOST_UNREACH]: ['host ', ' unreachable'],
  [icmp.SOURCE_ROUTE_FAILED]: ['', ' unreachable - source route failed'],
  [icmp.NET_UNKNOWN]: ['net ', ' unreachable - unknown'],
  [icmp.HOST_UNKNOWN]: ['host ', ' unreachable - unknown'],
  [icmp.HOST_ISOLATED]: ['', ' unreachable - source host isolated'],
  [icmp.NET_PROHIBITED]: ['net ', ' unreachable - admin prohibited'],
  [icmp.HOST_PROHIBITED]: ['host ', ' unreachable - admin prohibited'],
  [icmp.NET_UNREACH_TOS]: ['net ', ' unreachable - tos prohibited'],
  [icmp.HOST_UNREACH_TOS]: ['host ', ' unreachable - tos prohibited'],
  [icmp.ADMIN_PROHIBITED]: ['host ', ' unreachable - admin prohibited filter'],
  [icmp.HOST_PRECEDENCE_VIOLATION]: ['host ', ' unreachable - host precedence violation'],
  [icmp.PRECEDENCE_CUTOFF]: ['host ', ' unreachable - precedence cutoff'],
};

function describeUnreachable(text: DissectText, o: number, code: number): string {
  const words = UNREACHABLE[code];
  if (words !== undefined) return words[0] + text.ip(o + QUOTED_DST) + words[1];
  if (code === icmp.PROTOCOL_UNREACH) {
    return `${text.ip(o + QUOTED_DST)} protocol ${text.u8(o + QUOTED_PROTOCOL)} unreachable`;
  }
  if (code === icmp.PORT_UNREACH) return describePort(text, o);
  if (code === icmp.FRAG_NEEDED) {
    const mtu = text.u16(o + 6);
    const need = `${text.ip(o + QUOTED_DST)} unreachable - need to frag`;
    return mtu === 0 ? need : `${need} (mtu ${mtu})`;
  }
  return `${text.ip(o + QUOTED_DST)} unreachable - #${code}`;
}

function describePort(text: DissectText, o: number): string {
  const protocol = text.u8(o + QUOTED_PROTOCOL);
  const transport = o + QUOTE + ((text.u8(o + QUOTE) & 0xf) << 2);
  const port = text.u16(transport + 2);
  const dst = text.ip(o + QUOTED_DST);
  if (protocol === ipv4.PROTO_TCP) return `${dst} tcp port ${port} unreachable`;
  if (protocol === ipv4.PROTO_UDP) return `${dst} udp port ${port} unreachable`;
  return `${dst} protocol ${protocol} port ${port} unreachable`;
}

function describeRedirect(text: DissectText, o: number, code: number): string {
  const dst = text.ip(o + QUOTED_DST);
  const gateway = text.ip(o + 4);
  switch (code) {
    case icmp.REDIRECT_NET:
      return `redirect ${dst} to net ${gateway}`;
    case icmp.REDIRECT_HOST:
      return `redirect ${dst} to host ${gateway}`;
    case icmp.REDIRECT_NET_TOS:
      return `redirect-tos ${dst} to net ${gateway}`;
    case icmp.REDIRECT_HOST_TOS:
      return `redirect-tos ${dst} to host ${gateway}`;
    default:
      return `redirect-#${code} ${dst} to ${gateway}`;
  }
}

/** RFC 1256: number and size of the entries, lifetime, then entries of an address and a preference each. */
function describeAdvertisement(text: DissectText, o: number): string {
  const count = text.u8(o + 4);
  const words = text.u8(o + 5);
  const lead = `router advertisement lifetime ${formatLifetime(text.u16(o + 6))} ${count}:`;
  if (words !== 2) return `${lead} [size ${words}]`;
  let entries = '';
  for (let i = 0; i < count; i++) {
    const entry = o + 8 + 8 * i;
    entries += ` {${text.ip(entry)} ${text.u32(entry + 4)}}`;
  }
  return lead + entries;
}

function formatLifetime(seconds: number): string {
  if (seconds < 60) return String(seconds);
  const tail = twoDigits(seconds % 60);
  if (seconds < 3600) return `${Math.floor(seconds / 60)}:${tail}`;
  return `${Math.floor(seconds / 3600)}:${twoDigits(Math.floor(seconds / 60) % 60)}:${tail}`;
}

function describeTimestamps(text: DissectText, o: number): string {
  text.need(o + 16, 4);
  const ids = `id ${text.u16(o + 4)} seq ${text.u16(o + 6)}`;
  const times = [8, 12, 16].map((at) => formatTimeOfDay(text.u32(o + at)));
  return `time stamp reply ${ids}: org ${times[0]!}, recv ${times[1]!}, xmit ${times[2]!}`;
}

/** Milliseconds since midnight as `hh:mm:ss.mmm`. */
function formatTimeOfDay(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(twoDigits).join(':');
  return `${clock}.${String(milliseconds % 1000).padStart(3, '0')}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
