/**
 * ICMP: RFC 792, RFC 1122 3.2.2, RFC 1191 (next-hop MTU), RFC 1812 4.3.
 *
 *    0       8       16              31
 *   | type  | code  |    checksum    |
 *   |       rest of the header       |   echo: identifier, sequence number · errors: 0, next-hop MTU, gateway, pointer
 *   | echo: data · errors: the datagram that caused it …
 */
import type { ByteViews } from '../base/bytes.ts';
import { finishSum, sumBytes } from './checksum.ts';
import { declareHeader, off, u16, u32, u8 } from './layout.ts';

/** The header as an object; `rest` is the second word, unsigned. */
export interface IcmpRepr {
  type: number;
  code: number;
  checksum: number;
  rest: number;
}

/** The declared header. */
export const layout = declareHeader<IcmpRepr>('icmp', [u8('type'), u8('code'), u16('checksum'), u32('rest')]);

const TYPE = off(layout, 'type');
const CODE = off(layout, 'code');
const CHECKSUM = off(layout, 'checksum');
const REST = off(layout, 'rest');
const ECHO_ID = REST;
const ECHO_SEQ = REST + 2;
const NEXT_HOP_MTU = REST + 2;

/** Length of the header: what stands before the data of an echo and before the quote of an error. */
export const HEADER_LEN = 8;

// Types: RFC 792, RFC 950, RFC 1256.
export const ECHO_REPLY = 0;
export const DEST_UNREACH = 3;
export const SOURCE_QUENCH = 4;
export const REDIRECT = 5;
export const ECHO_REQUEST = 8;
export const ROUTER_ADVERTISEMENT = 9;
export const ROUTER_SOLICITATION = 10;
export const TIME_EXCEEDED = 11;
export const PARAMETER_PROBLEM = 12;
export const TIMESTAMP_REQUEST = 13;
export const TIMESTAMP_REPLY = 14;
export const INFO_REQUEST = 15;
export const INFO_REPLY = 16;
export const ADDRESS_MASK_REQUEST = 17;
export const ADDRESS_MASK_REPLY = 18;

// Codes of DEST_UNREACH: RFC 792, RFC 1122 3.2.2.1, RFC 1812 5.2.7.1.
export const NET_UNREACH = 0;
export const HOST_UNREACH = 1;
export const PROTOCOL_UNREACH = 2;
export const PORT_UNREACH = 3;
export const FRAG_NEEDED = 4;
export const SOURCE_ROUTE_FAILED = 5;
export const NET_UNKNOWN = 6;
export const HOST_UNKNOWN = 7;
export const HOST_ISOLATED = 8;
export const NET_PROHIBITED = 9;
export const HOST_PROHIBITED = 10;
export const NET_UNREACH_TOS = 11;
export const HOST_UNREACH_TOS = 12;
export const ADMIN_PROHIBITED = 13;
export const HOST_PRECEDENCE_VIOLATION = 14;
export const PRECEDENCE_CUTOFF = 15;

// Codes of REDIRECT.
export const REDIRECT_NET = 0;
export const REDIRECT_HOST = 1;
export const REDIRECT_NET_TOS = 2;
export const REDIRECT_HOST_TOS = 3;

// Codes of TIME_EXCEEDED.
export const TTL_EXCEEDED = 0;
export const REASSEMBLY_EXCEEDED = 1;

// Codes of PARAMETER_PROBLEM: RFC 792, RFC 1108 and RFC 1122 3.2.2.5.
export const POINTER_INDICATES_ERROR = 0;
export const REQUIRED_OPTION_MISSING = 1;
export const BAD_LENGTH = 2;

/** Bit t is set when type t is an error message, which never answers another error. */
const ERROR_TYPES =
  (1 << DEST_UNREACH) | (1 << SOURCE_QUENCH) | (1 << REDIRECT) | (1 << TIME_EXCEEDED) | (1 << PARAMETER_PROBLEM);

/** Bit t is set when type t is a query or its answer and carries an identifier: RFC 1122 3.2.2. */
const QUERY_TYPES =
  (1 << ECHO_REPLY) |
  (1 << ECHO_REQUEST) |
  (1 << TIMESTAMP_REQUEST) |
  (1 << TIMESTAMP_REPLY) |
  (1 << INFO_REQUEST) |
  (1 << INFO_REPLY) |
  (1 << ADDRESS_MASK_REQUEST) |
  (1 << ADDRESS_MASK_REPLY);

/** Whether messages of this type report an error about a datagram and quote it. */
export function isError(typeValue: number): boolean {
  return typeValue <= 18 && ((ERROR_TYPES >>> typeValue) & 1) !== 0;
}

/** Whether messages of this type carry an identifier that pairs a question with its answer. */
export function isQueryType(typeValue: number): boolean {
  return typeValue <= 18 && ((QUERY_TYPES >>> typeValue) & 1) !== 0;
}

export const type = (v: DataView, o: number): number => v.getUint8(o + TYPE);
export const code = (v: DataView, o: number): number => v.getUint8(o + CODE);
export const checksum = (v: DataView, o: number): number => v.getUint16(o + CHECKSUM);
/** The second word as an int32. */
export const rest = (v: DataView, o: number): number => v.getInt32(o + REST);
/** Identifier of a query. */
export const echoId = (v: DataView, o: number): number => v.getUint16(o + ECHO_ID);
/** Sequence number of a query. */
export const echoSeq = (v: DataView, o: number): number => v.getUint16(o + ECHO_SEQ);
/** MTU of the next hop in FRAG_NEEDED; 0 from routers older than RFC 1191. */
export const nextHopMtu = (v: DataView, o: number): number => v.getUint16(o + NEXT_HOP_MTU);
/** The better gateway in a redirect. */
export const gateway = (v: DataView, o: number): number => v.getInt32(o + REST);
/** Offset of the bad byte in a parameter problem. */
export const pointer = (v: DataView, o: number): number => v.getUint8(o + REST);

export function setType(v: DataView, o: number, value: number): void {
  v.setUint8(o + TYPE, value);
}
export function setCode(v: DataView, o: number, value: number): void {
  v.setUint8(o + CODE, value);
}
export function setChecksum(v: DataView, o: number, value: number): void {
  v.setUint16(o + CHECKSUM, value);
}
export function setEchoId(v: DataView, o: number, value: number): void {
  v.setUint16(o + ECHO_ID, value);
}
export function setEchoSeq(v: DataView, o: number, value: number): void {
  v.setUint16(o + ECHO_SEQ, value);
}

/** Writes the header of a query or its answer with code 0; the checksum is 0 until the data stands. */
export function writeEcho(v: DataView, o: number, typeValue: number, echoIdValue: number, echoSeqValue: number): void {
  v.setUint16(o + TYPE, typeValue << 8);
  v.setUint16(o + CHECKSUM, 0);
  v.setUint16(o + ECHO_ID, echoIdValue);
  v.setUint16(o + ECHO_SEQ, echoSeqValue);
}

/**
 * Writes the header of an error; the checksum is 0 until the quote stands. `restOfHeader` is the second word: the
 * next-hop MTU, the gateway, or the pointer shifted left by 24.
 */
export function writeError(v: DataView, o: number, typeValue: number, codeValue: number, restOfHeader: number): void {
  v.setUint16(o + TYPE, (typeValue << 8) | codeValue);
  v.setUint16(o + CHECKSUM, 0);
  v.setInt32(o + REST, restOfHeader);
}

/** The checksum over `length` bytes from `o` on, whatever stands in the checksum field now. */
export function computeChecksum(b: ByteViews, o: number, length: number): number {
  // Taking the field's present value off again leaves the header untouched.
  return finishSum(sumBytes(b, o, length, ~b.view.getUint16(o + CHECKSUM) & 0xffff));
}

/** Whether the checksum fits `length` bytes from `o` on. */
export function checksumOk(b: ByteViews, o: number, length: number): boolean {
  return sumBytes(b, o, length, 0) === 0xffff;
}

/** Reads the header at `o`; undefined when the bytes end before it does. */
export function parse(v: DataView, o: number, end: number): IcmpRepr | undefined {
  return end - o < HEADER_LEN ? undefined : layout.decode(v, o);
}

/** Writes the header at `o`; returns its length. */
export function emit(v: DataView, o: number, repr: IcmpRepr): number {
  return layout.encode(repr, v, o);
}

const TYPE_NAMES: Readonly<Record<number, string>> = {
  [ECHO_REPLY]: 'echo reply',
  [DEST_UNREACH]: 'unreachable',
  [SOURCE_QUENCH]: 'source quench',
  [REDIRECT]: 'redirect',
  [ECHO_REQUEST]: 'echo request',
  [ROUTER_ADVERTISEMENT]: 'router advertisement',
  [ROUTER_SOLICITATION]: 'router solicitation',
  [TIME_EXCEEDED]: 'time exceeded',
  [PARAMETER_PROBLEM]: 'parameter problem',
  [TIMESTAMP_REQUEST]: 'time stamp query',
  [TIMESTAMP_REPLY]: 'time stamp reply',
  [INFO_REQUEST]: 'information request',
  [INFO_REPLY]: 'information reply',
  [ADDRESS_MASK_REQUEST]: 'address mask request',
  [ADDRESS_MASK_REPLY]: 'address mask reply',
};

/** A type in tcpdump's words, or `type-#N`. */
export function typeName(typeValue: number): string {
  return TYPE_NAMES[typeValue] ?? `type-#${typeValue}`;
}

/** `echo request, id 1, seq 1`, or type and code for everything else; `dissect` words errors in full. */
export function format(repr: IcmpRepr): string {
  if (repr.type === ECHO_REQUEST || repr.type === ECHO_REPLY) {
    return `${typeName(repr.type)}, id ${repr.rest >>> 16}, seq ${repr.rest & 0xffff}`;
  }
  return `${typeName(repr.type)}, code ${repr.code}`;
}
