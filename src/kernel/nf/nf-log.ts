/**
 * What the target LOG writes about a packet into the kernel's log (Linux: nf_log_syslog.c):
 *
 *   PREFIX IN=eth0 OUT= MAC=02:… SRC=10.0.0.2 DST=10.0.0.1 LEN=60 TOS=0x00 PREC=0x00 TTL=64 ID=7 DF PROTO=UDP SPT=1 …
 *
 * Each word has a blank behind it, the last one, too.
 */
import { formatIp4 } from '../../base/addr.ts';
import * as ethernet from '../../wire/ethernet.ts';
import * as icmp from '../../wire/icmp.ts';
import * as ipv4 from '../../wire/ipv4.ts';
import * as tcp from '../../wire/tcp.ts';
import * as udp from '../../wire/udp.ts';
import type { Netns } from '../netns.ts';
import type { NfPacket } from './packet.ts';

/** What else is logged: the options of LOG, by the kernel's bits (linux/netfilter/nf_log.h). */
export const NF_LOG_TCPSEQ = 0x01;
export const NF_LOG_TCPOPT = 0x02;
export const NF_LOG_IPOPT = 0x04;
export const NF_LOG_UID = 0x08;
export const NF_LOG_MACDECODE = 0x20;

const TOS_MASK = 0x1e;
const PRECEDENCE_MASK = 0xe0;
/** The unused bit of the IP flags. */
const RESERVED_FLAG = 0x8000;

const PROTO_ESP = 50;
const PROTO_AH = 51;
const PROTO_UDPLITE = 136;

/** Twin of nf_log_allowed. */
export function nfLogAllowed(ns: Netns): boolean {
  return ns.sysctls.isFirst || ns.sysctls.family[0]!.nfLogAllNetns !== 0;
}

/** Twin of nf_log_ip_packet: the line, from the interfaces on. */
export function nfLogLine(packet: NfPacket, flags: number): string {
  const { view, network, end, frame } = packet;
  const ports =
    portWord('PHYSIN', packet.physInName, packet.inName) + portWord('PHYSOUT', packet.physOutName, packet.outName);
  const mac = packet.inName === '' ? '' : macWords(packet, flags);
  const mark = frame.mark === 0 ? '' : `MARK=0x${(frame.mark >>> 0).toString(16)} `;
  const words = datagramWords({ view, start: network, end, flags, isQuoted: false });
  const owner = (flags & NF_LOG_UID) !== 0 && isOfSocket(packet) ? 'UID=0 GID=0 ' : '';
  const tail = words.isCut ? '' : `${owner}${mark}`;
  return `IN=${packet.inName} OUT=${packet.outName} ${ports}${mac}${words.text}${tail}`;
}

/** Messages that only programs send; the kernel answers them. */
const ICMP_REQUESTS: ReadonlySet<number> = new Set([
  icmp.ECHO_REQUEST,
  icmp.TIMESTAMP_REQUEST,
  icmp.INFO_REQUEST,
  icmp.ADDRESS_MASK_REQUEST,
]);

/**
 * Whether a program of this host has sent the packet (nf_log_dump_sk_uid_gid); they are all root's. It is told by its
 * kind: the kernel itself sends answers and errors, reports of groups, and resets.
 */
function isOfSocket({ view, transport, end, protocol, inName, frame }: NfPacket): boolean {
  if (inName !== '' || frame.dev !== null || frame.physIn !== null) return false;
  if (protocol === ipv4.PROTO_ICMP) return transport < end && ICMP_REQUESTS.has(icmp.type(view, transport));
  if (protocol === ipv4.PROTO_IGMP) return false;
  const isSegment = protocol === ipv4.PROTO_TCP && end - transport >= tcp.HEADER_LEN;
  return !isSegment || (tcp.flags(view, transport) & tcp.FLAG_RST) === 0;
}

function portWord(name: string, port: string, dev: string): string {
  return port === '' || port === dev ? '' : `${name}=${port} `;
}

/** Twin of dump_mac_header: the header that the frame came with. */
function macWords({ frame, state }: NfPacket, flags: number): string {
  const { bytes } = frame.slab;
  const hasHeader = frame.l3 - frame.head === ethernet.HEADER_LEN;
  const header = Array.from(bytes.subarray(frame.head, frame.head + ethernet.HEADER_LEN), hexByte);
  const isEthernet = state.inDev?.isLoopback !== true;
  if ((flags & NF_LOG_MACDECODE) === 0 || !isEthernet) return `MAC=${hasHeader ? header.join(':') : ''} `;
  const [dst, src, type] = [header.slice(0, 6), header.slice(6, 12), header.slice(12)];
  return `MACSRC=${src.join(':')} MACDST=${dst.join(':')} MACPROTO=${type.join('')} `;
}

/** A datagram of which words are made: the packet itself, or the beginning of one that an ICMP error quotes. */
interface Logged {
  readonly view: DataView;
  readonly start: number;
  readonly end: number;
  readonly flags: number;
  readonly isQuoted: boolean;
}

/** `isCut`: a header is not all there, and nothing may follow in this datagram. */
interface Words {
  readonly text: string;
  readonly isCut: boolean;
}

const whole = (text: string): Words => ({ text, isCut: false });

/** Twin of dump_ipv4_packet. */
function datagramWords(logged: Logged): Words {
  const { view: v, start, end, flags } = logged;
  if (end - start < ipv4.HEADER_LEN) return { text: 'TRUNCATED', isCut: true };
  const tos = ipv4.tos(v, start);
  const options = optionWords(v, start + ipv4.HEADER_LEN, start + ipv4.headerLen(v, start), end);
  const hasOptions = (flags & NF_LOG_IPOPT) !== 0 && ipv4.headerLen(v, start) > ipv4.HEADER_LEN;
  const head =
    `SRC=${formatIp4(ipv4.src(v, start))} DST=${formatIp4(ipv4.dst(v, start))} ` +
    `LEN=${ipv4.totalLen(v, start)} TOS=0x${hex2(tos & TOS_MASK)} PREC=0x${hex2(tos & PRECEDENCE_MASK)} ` +
    `TTL=${ipv4.ttl(v, start)} ID=${ipv4.id(v, start)} ${fragmentWords(ipv4.flagsFragment(v, start))}`;
  if (hasOptions && options === undefined) return { text: `${head}TRUNCATED`, isCut: true };
  const transport = transportWords(logged);
  return { text: `${head}${hasOptions ? options! : ''}${transport.text}`, isCut: transport.isCut };
}

const hexByte = (value: number): string => value.toString(16).padStart(2, '0');
const hex2 = (value: number): string => hexByte(value).toUpperCase();

function fragmentWords(flagsFragment: number): string {
  const offset = flagsFragment & ipv4.OFFSET_MASK;
  const words = [
    (flagsFragment & RESERVED_FLAG) === 0 ? '' : 'CE ',
    (flagsFragment & ipv4.DF) === 0 ? '' : 'DF ',
    (flagsFragment & ipv4.MF) === 0 ? '' : 'MF ',
    offset === 0 ? '' : `FRAG:${offset} `,
  ];
  return words.join('');
}

/** Options of IP or TCP; undefined where they are not all there. */
function optionWords(v: DataView, from: number, to: number, end: number): string | undefined {
  if (to > end) return undefined;
  let text = '';
  for (let at = from; at < to; at++) text += hex2(v.getUint8(at));
  return `OPT (${text}) `;
}

function transportWords(logged: Logged): Words {
  const { view: v, start } = logged;
  const protocol = ipv4.protocol(v, start);
  switch (protocol) {
    case ipv4.PROTO_TCP:
      return tcpWords(logged);
    case ipv4.PROTO_UDP:
    case PROTO_UDPLITE:
      return udpWords(logged, protocol === ipv4.PROTO_UDP ? 'UDP' : 'UDPLITE');
    case ipv4.PROTO_ICMP:
      return whole(`PROTO=ICMP ${hasTransport(logged) ? icmpWords(logged) : ''}`);
    case PROTO_AH:
      // The header is its index and 12 bytes more.
      return whole(hasTransport(logged) ? `PROTO=AH ${spiWord(logged, 4, 12)}` : '');
    case PROTO_ESP:
      return whole(`PROTO=ESP ${hasTransport(logged) ? spiWord(logged, 0, 8) : ''}`);
    default:
      return whole(`PROTO=${protocol} `);
  }
}

/** Only a first fragment has a transport header. */
function hasTransport({ view, start }: Logged): boolean {
  return ipv4.fragmentOffset(view, start) === 0;
}

function transportOf({ view, start }: Logged): number {
  return start + ipv4.headerLen(view, start);
}

function incomplete(bytes: number): string {
  return `INCOMPLETE [${bytes} bytes] `;
}

/** The security parameters' index of AH and ESP. */
function spiWord(logged: Logged, offset: number, headerLen: number): string {
  const at = transportOf(logged);
  if (logged.end - at < headerLen) return incomplete(logged.end - at);
  return `SPI=0x${logged.view.getUint32(at + offset).toString(16)} `;
}

/** Twin of nf_log_dump_udp_header. */
function udpWords(logged: Logged, name: string): Words {
  const { view: v, end } = logged;
  if (!hasTransport(logged)) return whole(`PROTO=${name} `);
  const at = transportOf(logged);
  if (end - at < udp.HEADER_LEN) return { text: `PROTO=${name} ${incomplete(end - at)}`, isCut: true };
  return whole(`PROTO=${name} SPT=${udp.srcPort(v, at)} DPT=${udp.dstPort(v, at)} LEN=${udp.length(v, at)} `);
}

/** The flags in the order in which they are told. */
const TCP_FLAGS: readonly (readonly [bit: number, name: string])[] = [
  [tcp.FLAG_CWR, 'CWR'],
  [tcp.FLAG_ECE, 'ECE'],
  [tcp.FLAG_URG, 'URG'],
  [tcp.FLAG_ACK, 'ACK'],
  [tcp.FLAG_PSH, 'PSH'],
  [tcp.FLAG_RST, 'RST'],
  [tcp.FLAG_SYN, 'SYN'],
  [tcp.FLAG_FIN, 'FIN'],
];

/** Twin of nf_log_dump_tcp_header. */
function tcpWords(logged: Logged): Words {
  const { view: v, end, flags } = logged;
  if (!hasTransport(logged)) return whole('PROTO=TCP ');
  const at = transportOf(logged);
  if (end - at < tcp.HEADER_LEN) return { text: `PROTO=TCP ${incomplete(end - at)}`, isCut: true };
  const sequence = (flags & NF_LOG_TCPSEQ) === 0 ? '' : `SEQ=${tcp.seq(v, at) >>> 0} ACK=${tcp.ack(v, at) >>> 0} `;
  const text =
    `PROTO=TCP SPT=${tcp.srcPort(v, at)} DPT=${tcp.dstPort(v, at)} ${sequence}WINDOW=${tcp.window(v, at)} ` +
    `RES=0x${hexByte(reservedBits(v, at))} ${tcpFlagWords(v, at)}URGP=${tcp.urgent(v, at)} `;
  const headerLen = tcp.headerLen(v, at);
  if ((flags & NF_LOG_TCPOPT) === 0 || headerLen <= tcp.HEADER_LEN) return whole(text);
  const options = optionWords(v, at + tcp.HEADER_LEN, at + headerLen, end);
  return options === undefined ? { text: `${text}OPT (TRUNCATED)`, isCut: true } : whole(`${text}${options}`);
}

function tcpFlagWords(v: DataView, at: number): string {
  const flags = TCP_FLAGS.filter(([bit]) => (tcp.flags(v, at) & bit) !== 0).map(([, name]) => `${name} `);
  return `${(v.getUint8(at + 12) & 1) === 0 ? '' : 'AE '}${flags.join('')}`;
}

/** The three bits between the data offset and the flags that mean nothing; the fourth is AE (accurate ECN). */
function reservedBits(v: DataView, at: number): number {
  return (v.getUint8(at + 12) & 0x0e) << 2;
}

/** How much of a message must be there to say more than its type. */
const QUOTING = icmp.HEADER_LEN + ipv4.HEADER_LEN;
const ICMP_BYTES: Readonly<Record<number, number>> = {
  [icmp.ECHO_REPLY]: 4,
  [icmp.DEST_UNREACH]: QUOTING,
  [icmp.SOURCE_QUENCH]: QUOTING,
  [icmp.REDIRECT]: QUOTING,
  [icmp.ECHO_REQUEST]: 4,
  [icmp.TIME_EXCEEDED]: QUOTING,
  [icmp.PARAMETER_PROBLEM]: QUOTING,
  [icmp.TIMESTAMP_REQUEST]: 20,
  [icmp.TIMESTAMP_REPLY]: 20,
  [icmp.ADDRESS_MASK_REQUEST]: 12,
  [icmp.ADDRESS_MASK_REPLY]: 12,
};

function icmpWords(logged: Logged): string {
  const { view: v, end } = logged;
  const at = transportOf(logged);
  if (end - at < icmp.HEADER_LEN) return incomplete(end - at);
  const type = icmp.type(v, at);
  const head = `TYPE=${type} CODE=${icmp.code(v, at)} `;
  if (end - at < (ICMP_BYTES[type] ?? 0)) return `${head}${incomplete(end - at)}`;
  switch (type) {
    case icmp.ECHO_REPLY:
    case icmp.ECHO_REQUEST:
      return `${head}ID=${icmp.echoId(v, at)} SEQ=${icmp.echoSeq(v, at)} `;
    case icmp.PARAMETER_PROBLEM:
      return `${head}PARAMETER=${icmp.pointer(v, at)} `;
    case icmp.REDIRECT:
      return `${head}GATEWAY=${formatIp4(icmp.gateway(v, at))} ${quotedWords(logged, at)}`;
    case icmp.DEST_UNREACH: {
      const mtu = icmp.code(v, at) === icmp.FRAG_NEEDED ? `MTU=${icmp.nextHopMtu(v, at)} ` : '';
      return `${head}${quotedWords(logged, at)}${mtu}`;
    }
    case icmp.SOURCE_QUENCH:
    case icmp.TIME_EXCEEDED:
      return `${head}${quotedWords(logged, at)}`;
    default:
      return head;
  }
}

/** The datagram that an error is about; what that may quote in its turn is left out. */
function quotedWords(logged: Logged, at: number): string {
  if (logged.isQuoted) return '';
  return `[${datagramWords({ ...logged, start: at + icmp.HEADER_LEN, isQuoted: true }).text}] `;
}
