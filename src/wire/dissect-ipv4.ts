/** IPv4 datagrams and UDP in tcpdump's words. */
import { foldSum } from './checksum.ts';
import { printDns } from './dissect-dns.ts';
import { printIcmp } from './dissect-icmp.ts';
import { printIgmp } from './dissect-igmp.ts';
import { printTcp } from './dissect-tcp.ts';
import type { DissectText } from './dissect-text.ts';
import { correctChecksum, hex } from './dissect-text.ts';
import * as dns from './dns.ts';
import * as esp from './esp.ts';
import * as ipv4 from './ipv4.ts';
import * as udp from './udp.ts';
import * as vxlan from './vxlan.ts';

/** Prints an Ethernet frame of a tunnel; handed in because Ethernet's dissector calls this one. */
export type PrintFrame = (text: DissectText, o: number, length: number) => void;

const PROTO_IGMP = 2;

/** Prints a datagram that begins at `o`, with `length` bytes left from there on. */
export function printIpv4(text: DissectText, o: number, length: number, printFrame: PrintFrame): void {
  text.protocol = 'ip';
  const first = text.u8(o);
  if (first >>> 4 !== 4) {
    text.print(first >>> 4 === 6 ? 'IP6, wrong link-layer encapsulation (invalid)' : `IP${first >>> 4} (invalid)`);
    return;
  }
  if (!text.style.link) text.print('IP ');
  text.need(o, ipv4.HEADER_LEN);
  if (length < ipv4.HEADER_LEN) {
    text.print(`truncated-ip ${length}`);
    return;
  }
  const headerBytes = (first & 0xf) << 2;
  if (headerBytes < ipv4.HEADER_LEN) {
    text.print(`bad-hlen ${headerBytes}`);
    return;
  }
  const total = text.u16(o + 2);
  if (length < total) text.print(`truncated-ip - ${total - length} bytes missing! `);
  if (total < headerBytes) {
    text.print(`bad-len ${total}`);
    return;
  }
  text.within(o + total, () => {
    printDatagram(text, o, headerBytes, total - headerBytes, printFrame);
  });
}

function printDatagram(text: DissectText, o: number, headerBytes: number, length: number, print: PrintFrame): void {
  const areOptionsWhole = !text.style.verbose || printFields(text, o, headerBytes);
  const flags = text.u16(o + 6);
  const protocol = text.u8(o + 9);
  const src = text.ip(o + 12);
  const dst = text.ip(o + 16);
  if (!areOptionsWhole) {
    text.print(`${src} > ${dst}: `);
    text.printTruncated();
    return;
  }
  if ((flags & ipv4.OFFSET_MASK) !== 0) {
    text.print(`${src} > ${dst}: ip-proto-${protocol}`);
    return;
  }
  const hasPorts = protocol === ipv4.PROTO_UDP || protocol === ipv4.PROTO_TCP;
  if (!hasPorts) text.print(`${src} > ${dst}: `);
  text.needHeader(o, headerBytes);
  const payload = o + headerBytes;
  const isFragmented = (flags & ipv4.MF) !== 0;
  if (protocol === ipv4.PROTO_ICMP) {
    printIcmp(text, payload, length, isFragmented, (inner, quote) => {
      printQuote(inner, quote, print);
    });
  } else if (protocol === ipv4.PROTO_UDP) {
    printUdp(text, payload, length, isFragmented, [src, dst], sumAddresses(text, o, protocol), print);
  } else if (protocol === ipv4.PROTO_TCP) {
    const pseudo = foldSum(sumAddresses(text, o, protocol) + length);
    printTcp(text, payload, length, isFragmented, [src, dst], pseudo);
  } else if (protocol === PROTO_IGMP) {
    printIgmp(text, payload, length);
  } else if (protocol === ipv4.PROTO_ESP) {
    printEsp(text, payload, length);
  } else {
    text.print(` ip-proto-${protocol} ${length}`);
  }
}

/** What is encrypted is opaque; a header alone counts as cut short. */
function printEsp(text: DissectText, o: number, length: number): void {
  text.protocol = 'esp';
  if (text.has(o, esp.HEADER_LEN + 1)) {
    text.print(esp.format({ spi: text.u32(o), sequence: text.u32(o + 4) }, length));
  } else text.printTruncated();
}

/** An error quotes a datagram; no more than that datagram's own length belongs to the quote. */
function printQuote(text: DissectText, o: number, printFrame: PrintFrame): void {
  const length = text.u16(o + 2);
  text.within(o + length, () => {
    printIpv4(text, o, length, printFrame);
  });
}

/** The sum of the pseudo-header without the length; with a source route the last hop is the destination. */
function sumAddresses(text: DissectText, o: number, protocol: number): number {
  const dstAt = finalDestination(text, o);
  return foldSum(text.sum(o + 12, 4, protocol) + text.sum(dstAt, 4, 0));
}

function finalDestination(text: DissectText, o: number): number {
  const end = o + ((text.u8(o) & 0xf) << 2);
  let at = o + ipv4.HEADER_LEN;
  while (at < end) {
    const kind = text.u8(at);
    if (kind === ipv4.OPTION_END) break;
    const length = kind === ipv4.OPTION_NOP ? 1 : at + 1 < text.end ? text.u8(at + 1) : 0;
    if (length === 0 || (length < 2 && kind !== ipv4.OPTION_NOP) || at + length > end) break;
    const isSourceRoute = kind === ipv4.OPTION_LSRR || kind === ipv4.OPTION_SSRR;
    if (isSourceRoute && length >= 7) return at + length - 4;
    at += length;
  }
  return o + 16;
}

const ECN_TEXT = ['', ',ECT(1)', ',ECT(0)', ',CE'];

const PROTOCOL_NAMES: Readonly<Record<number, string>> = {
  0: 'Options',
  1: 'ICMP',
  2: 'IGMP',
  4: 'IPIP',
  6: 'TCP',
  8: 'EGP',
  9: 'IGRP',
  17: 'UDP',
  33: 'DCCP',
  41: 'IPv6',
  43: 'Routing',
  44: 'Fragment',
  46: 'RSVP',
  47: 'GRE',
  50: 'ESP',
  51: 'AH',
  55: 'Mobile IP',
  58: 'ICMPv6',
  88: 'EIGRP',
  89: 'OSPF',
  103: 'PIM',
  108: 'Compressed IP',
  112: 'VRRP',
  113: 'PGM',
  132: 'SCTP',
};

/** Prints the fields in parentheses; false when an option lies partly beyond the end of the packet. */
function printFields(text: DissectText, o: number, headerBytes: number): boolean {
  const tos = text.u8(o + 1);
  const ttl = text.u8(o + 8);
  const flags = text.u16(o + 6);
  const protocol = text.u8(o + 9);
  text.print(`(tos 0x${hex(tos)}${ECN_TEXT[tos & 3]!}${ttl > 0 ? `, ttl ${ttl}` : ''}`);
  text.print(`, id ${text.u16(o + 4)}, offset ${(flags & ipv4.OFFSET_MASK) << 3}`);
  text.print(`, flags [${ipv4.formatFlags(flags)}], proto ${PROTOCOL_NAMES[protocol] ?? 'unknown'} (${protocol})`);
  text.print(`, length ${text.u16(o + 2)}`);
  let areOptionsWhole = true;
  if (headerBytes > ipv4.HEADER_LEN) {
    text.print(', options (');
    areOptionsWhole = printOptions(text, o + ipv4.HEADER_LEN, headerBytes - ipv4.HEADER_LEN);
    text.print(areOptionsWhole ? ')' : ' [truncated-option])');
  }
  if (text.has(o, headerBytes)) {
    const sum = text.sum(o, headerBytes, 0);
    const field = text.u16(o + 10);
    if (sum !== 0xffff) text.print(`, bad cksum ${hex(field)} (->${hex(correctChecksum(field, sum))})!`);
  }
  text.print(')\n    ');
  return areOptionsWhole;
}

const OPTION_NAMES: Readonly<Record<number, string>> = {
  [ipv4.OPTION_END]: 'EOL',
  [ipv4.OPTION_NOP]: 'NOP',
  [ipv4.OPTION_RECORD_ROUTE]: 'RR',
  [ipv4.OPTION_TIMESTAMP]: 'timestamp',
  [ipv4.OPTION_SECURITY]: 'security',
  [ipv4.OPTION_LSRR]: 'LSRR',
  [ipv4.OPTION_SSRR]: 'SSRR',
  [ipv4.OPTION_ROUTER_ALERT]: 'RA',
  82: 'traceroute',
};

/** Prints the options; false when one of them lies partly beyond the end of the packet. */
function printOptions(text: DissectText, first: number, bytes: number): boolean {
  const end = first + bytes;
  let at = first;
  while (at < end) {
    if (at > first) text.print(',');
    const kind = text.u8(at);
    text.print(OPTION_NAMES[kind] ?? `unknown ${kind}`);
    if (kind === ipv4.OPTION_END) return true;
    const length = kind === ipv4.OPTION_NOP ? 1 : text.u8(at + 1);
    if ((length < 2 && kind !== ipv4.OPTION_NOP) || at + length > end) {
      text.print(` [bad length ${length}]`);
      return true;
    }
    if (!text.has(at, length)) return false;
    if (kind === ipv4.OPTION_TIMESTAMP) printTimestamps(text, at, length);
    else if (kind === ipv4.OPTION_ROUTER_ALERT) printRouterAlert(text, at, length);
    else if (isRoute(kind)) printRoute(text, at, length);
    at += length;
  }
  return true;
}

function isRoute(kind: number): boolean {
  return kind === ipv4.OPTION_RECORD_ROUTE || kind === ipv4.OPTION_LSRR || kind === ipv4.OPTION_SSRR;
}

function printRouterAlert(text: DissectText, at: number, length: number): void {
  if (length < 4) text.print(` [bad length ${length}]`);
  else if (text.u16(at + 2) !== 0) text.print(` value ${text.u16(at + 2)}`);
}

/** Record route and source routes: a pointer (from 1) to the next free or next used slot, then addresses. */
function printRoute(text: DissectText, at: number, length: number): void {
  if (length < 3) {
    text.print(` [bad length ${length}]`);
    return;
  }
  if (((length + 1) & 3) !== 0) text.print(` [bad length ${length}]`);
  const next = text.u8(at + 2) - 1;
  if (next < 3 || ((next + 1) & 3) !== 0 || next > length + 1) text.print(` [bad ptr ${next + 1}]`);
  for (let slot = 3; slot < length; slot += 4) {
    text.print(` ${text.ip(at + slot)}${next > slot || next < 0 ? ',' : ''}`);
  }
}

const TIMESTAMP_FLAGS: Readonly<Record<number, string>> = { 0: 'TSONLY', 1: 'TS+ADDR', 3: 'PRESPEC' };

/** Timestamps: a pointer (from 1), overflow and flag, then times with or without addresses. */
function printTimestamps(text: DissectText, at: number, length: number): void {
  if (length < 4) {
    text.print(`[bad length ${length}]`);
    return;
  }
  text.print(' TS{');
  const flag = text.u8(at + 3) & 0xf;
  const slotBytes = flag === 0 ? 4 : 8;
  if (((length - 4) & (slotBytes - 1)) !== 0) text.print(`[bad length ${length}]`);
  const next = text.u8(at + 2) - 1;
  if (next < 4 || ((next - 4) & (slotBytes - 1)) !== 0 || next > length + 1) text.print(`[bad ptr ${next + 1}]`);
  const name = TIMESTAMP_FLAGS[flag];
  text.print(name ?? `[bad ts type ${flag}]`);
  let slot = name === undefined ? 0 : 4;
  if (name !== undefined) {
    for (; slot < length; slot += slotBytes) {
      const where = slotBytes === 8 ? text.ip(at + slot) : '';
      text.print(`${next === slot ? ' ^ ' : ' '}${text.u32(at + slot + slotBytes - 4)}@${where}`);
    }
  }
  const missed = text.u8(at + 3) >>> 4;
  text.print(next === slot ? ' ^ ' : '');
  text.print(missed > 0 ? ` [${missed} hops not recorded]} ` : '}');
}

function printUdp(
  text: DissectText,
  o: number,
  length: number,
  isFragmented: boolean,
  hosts: readonly [string, string],
  pseudo: number,
  printFrame: PrintFrame,
): void {
  text.protocol = 'udp';
  if (!text.has(o, 4)) {
    text.print(`${hosts[0]} > ${hosts[1]}: `);
    text.printTruncated();
    return;
  }
  const srcPort = text.u16(o);
  const dstPort = text.u16(o + 2);
  text.print(`${hosts[0]}.${text.port(srcPort, 'udp')} > ${hosts[1]}.${text.port(dstPort, 'udp')}: `);
  const claimed = length < udp.HEADER_LEN ? 0 : text.u16(o + 4);
  if (claimed < udp.HEADER_LEN) {
    text.print(length < udp.HEADER_LEN ? `truncated-udp ${length}` : `truncated-udplength ${claimed}`);
    return;
  }
  text.need(o, udp.HEADER_LEN);
  const bytes = Math.min(claimed, length);
  if (text.style.veryVerbose === true && !isFragmented) printUdpChecksum(text, o, bytes, pseudo);
  const isTunnel = text.style.quick !== true && (srcPort === vxlan.PORT || dstPort === vxlan.PORT);
  const data = claimed - udp.HEADER_LEN;
  const isDns = text.style.quick !== true && (srcPort === dns.PORT || dstPort === dns.PORT);
  if (isDns) printDns(text, o + udp.HEADER_LEN, bytes - udp.HEADER_LEN, false);
  else if (isTunnel) printVxlan(text, o + udp.HEADER_LEN, bytes - udp.HEADER_LEN, printFrame);
  else if (claimed <= length || isFragmented) text.print(`UDP, length ${data}`);
  else text.print(`UDP, bad length ${data} > ${length - udp.HEADER_LEN}`);
}

function printUdpChecksum(text: DissectText, o: number, bytes: number, pseudo: number): void {
  const field = text.u16(o + 6);
  if (field === 0) {
    text.print('[no cksum] ');
  } else if (text.has(o, bytes)) {
    const sum = text.sum(o, bytes, foldSum(pseudo + bytes));
    const right = correctChecksum(field, sum);
    text.print(sum === 0xffff ? '[udp sum ok] ' : `[bad udp cksum 0x${hex(field, 4)} -> 0x${hex(right, 4)}!] `);
  }
}

function printVxlan(text: DissectText, o: number, length: number, printFrame: PrintFrame): void {
  text.protocol = 'vxlan';
  if (length < vxlan.HEADER_LEN) {
    text.print('VXLAN (invalid)');
    return;
  }
  text.print('VXLAN');
  text.print(`, flags ${vxlan.formatFlags(text.u8(o))}, `);
  text.print(`vni ${text.u24(o + 4)}\n`);
  text.need(o, vxlan.HEADER_LEN);
  printFrame(text, o + vxlan.HEADER_LEN, length - vxlan.HEADER_LEN);
}
