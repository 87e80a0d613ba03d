/**
 * A frame as text, in the manner of `tcpdump -n`: for people, for the emulated tcpdump, and for what tests print.
 * Cold path. No input makes it throw, and no byte outside the frame is read.
 */
import { printIpv4 } from './dissect-ipv4.ts';
import type { DissectStyle } from './dissect-text.ts';
import { DissectText, EndOfBytes, hex } from './dissect-text.ts';
import * as arp from './arp.ts';
import * as ethernet from './ethernet.ts';

/** `tcpdump -n`: one line about the frame between `o` (the Ethernet header) and `end`. */
export function dissect(v: DataView, o: number, end: number): string {
  return dissectWith(v, o, end, { link: false, verbose: false });
}

/** `tcpdump -n -e`: the line of `dissect` after the Ethernet header's fields. */
export function dissectLink(v: DataView, o: number, end: number): string {
  return dissectWith(v, o, end, { link: true, verbose: false });
}

/** `tcpdump -n -e -vv`: every field, and checksums that are wrong; several lines for an IPv4 datagram. */
export function dissectVerbose(v: DataView, o: number, end: number): string {
  return dissectWith(v, o, end, { link: true, verbose: true, veryVerbose: true });
}

function dissectWith(v: DataView, o: number, end: number, style: DissectStyle): string {
  return dissectFrame(v, o, end, end - o, style);
}

/** In any style; of a frame of `length` bytes only those up to `end` may be there. */
export function dissectFrame(v: DataView, o: number, end: number, length: number, style: DissectStyle): string {
  return printed(new DissectText(v, o, end, style), (text) => {
    printFrame(text, o, length);
  });
}

/** The same from behind the Ethernet header, of which only the type is known. */
export function dissectPayload(
  v: DataView,
  o: number,
  end: number,
  length: number,
  etherType: number,
  style: DissectStyle,
): string {
  const isKnown = etherType === ethernet.ETHERTYPE_IPV4 || etherType === ethernet.ETHERTYPE_ARP;
  if (!isKnown && !style.link) return `${typeText(etherType)}, length ${length}:`;
  return printed(new DissectText(v, o, end, style), (text) => {
    printPayload(text, etherType, o, length, { addresses: '', type: '' });
  });
}

/** `ethertype IPv4 (0x0800)` */
export function etherTypeText(type: number): string {
  return typeText(type);
}

function printed(text: DissectText, print: (text: DissectText) => void): string {
  try {
    print(text);
  } catch (error) {
    if (!(error instanceof EndOfBytes)) throw error;
    text.printTruncated();
  }
  return text.text.trim();
}

const ETHERTYPE_NAMES: Readonly<Record<number, string>> = {
  [ethernet.ETHERTYPE_IPV4]: 'IPv4',
  [ethernet.ETHERTYPE_ARP]: 'ARP',
  [ethernet.ETHERTYPE_VLAN]: '802.1Q',
  [ethernet.ETHERTYPE_IPV6]: 'IPv6',
  0x88a8: '802.1Q-QinQ',
  0x9100: '802.1Q-9100',
  0x9200: '802.1Q-9200',
  0x8847: 'MPLS unicast',
  0x88cc: 'LLDP',
};

/** Types below this are lengths of IEEE 802.3. */
const FIRST_ETHERTYPE = 0x600;

function printFrame(text: DissectText, o: number, length: number): void {
  text.protocol = 'ether';
  if (!text.has(o, ethernet.HEADER_LEN)) {
    text.printTruncated();
    return;
  }
  const addresses = `${text.mac(o + 6)} > ${text.mac(o)}, `;
  const lengthText = `, length ${length}: `;
  if (text.style.link) text.print(addresses);
  let type = text.u16(o + 12);
  let payload = o + ethernet.HEADER_LEN;
  let separator = lengthText;
  while (isVlanType(type)) {
    if (o + length - payload < 4) {
      text.protocol = 'vlan';
      text.printTruncated();
      return;
    }
    if (text.style.link) {
      text.print(`${typeText(type, text.style.quick)}${separator}${formatTag(text.u16(payload))}, `);
      separator = ', ';
    }
    type = text.u16(payload + 2);
    payload += 4;
  }
  const link = { addresses, type: typeText(type, text.style.quick) + separator };
  printPayload(text, type, payload, o + length - payload, link);
}

function printPayload(
  text: DissectText,
  type: number,
  o: number,
  length: number,
  link: { readonly addresses: string; readonly type: string },
): void {
  if (type < FIRST_ETHERTYPE) {
    text.print(`802.3, length ${Math.min(type, length)}: LLC`);
    return;
  }
  if (text.style.link) text.print(link.type);
  if (type === ethernet.ETHERTYPE_IPV4) printIpv4(text, o, length, printFrame);
  else if (type === ethernet.ETHERTYPE_ARP) printArp(text, o, length);
  else if (!text.style.link) text.print(link.addresses + link.type);
}

function isVlanType(type: number): boolean {
  return type === ethernet.ETHERTYPE_VLAN || type === 0x88a8 || type === 0x9100 || type === 0x9200;
}

function typeText(type: number, isQuick = false): string {
  if (isQuick) return ETHERTYPE_NAMES[type] ?? `Unknown Ethertype (0x${hex(type, 4)})`;
  return `ethertype ${ETHERTYPE_NAMES[type] ?? 'Unknown'} (0x${hex(type, 4)})`;
}

/** The tag control information of IEEE 802.1Q: priority, drop eligible, identifier. */
function formatTag(tag: number): string {
  return `vlan ${tag & 0xfff}, p ${tag >>> 13}${(tag & 0x1000) === 0 ? '' : ', DEI'}`;
}

const HARDWARE_NAMES: Readonly<Record<number, string>> = { 1: 'Ethernet', 6: 'TokenRing', 32: 'InfiniBand' };

/** Prints an ARP packet, whatever lengths its addresses have. */
function printArp(text: DissectText, o: number, length: number): void {
  text.protocol = 'arp';
  text.need(o, 8);
  const protocolType = text.u16(o + 2);
  const hardwareLen = text.u8(o + 4);
  const protocolLen = text.u8(o + 5);
  text.need(o + 8, 2 * (hardwareLen + protocolLen));
  if (!text.style.link) text.print('ARP, ');
  const isIpv4 = protocolType === ethernet.ETHERTYPE_IPV4 && protocolLen === 4 && hardwareLen > 0;
  if (!isIpv4 || text.style.verbose) {
    const hardwareType = text.u16(o);
    const hardware = HARDWARE_NAMES[hardwareType] ?? `Unknown Hardware (${hardwareType})`;
    const protocol = ETHERTYPE_NAMES[protocolType] ?? `Unknown Protocol (0x${hex(protocolType, 4)})`;
    text.print(`${hardware} (len ${hardwareLen}), ${protocol} (len ${protocolLen})`);
    if (text.style.verbose) text.print(', ');
  }
  const isKnown = !(isIpv4 || text.style.verbose) || printArpOperation(text, o, protocolType, hardwareLen, protocolLen);
  if (isKnown) text.print(`, length ${length}`);
}

/** Prints who asks or answers; false for an operation other than request and reply. */
function printArpOperation(
  text: DissectText,
  o: number,
  protocolType: number,
  hardwareLen: number,
  protocolLen: number,
): boolean {
  const senderMac = o + 8;
  const senderIp = senderMac + hardwareLen;
  const targetMac = senderIp + protocolLen;
  const targetIp = targetMac + hardwareLen;
  const ip = (at: number): string => {
    if (protocolType !== ethernet.ETHERTYPE_IPV4) return '<wrong proto type>';
    return protocolLen === 4 ? text.ip(at) : '<wrong len>';
  };
  const op = text.u16(o + 6);
  if (op === arp.OP_REQUEST) {
    const target = hardwareText(text, targetMac, hardwareLen);
    const isAnybody = Array.from({ length: hardwareLen }, (_, i) => text.u8(targetMac + i)).every((byte) => byte === 0);
    const known = isAnybody ? '' : ` (${target})`;
    text.print(`Request who-has ${ip(targetIp)}${known} tell ${ip(senderIp)}`);
  } else if (op === arp.OP_REPLY) {
    text.print(`Reply ${ip(senderIp)} is-at ${hardwareText(text, senderMac, hardwareLen)}`);
  } else {
    text.print(`Unknown (${op})`);
    return false;
  }
  return true;
}

/** A hardware address of any length: bytes in hexadecimal, joined by colons. */
function hardwareText(text: DissectText, o: number, length: number): string {
  if (length === 0) return '<empty>';
  if (length === 6) return text.mac(o);
  const bytes: string[] = [];
  for (let i = 0; i < length; i++) bytes.push(hex(text.u8(o + i), 2));
  return bytes.join(':');
}
