/**
 * The states of a TCP connection as somebody in the middle sees them, and what leads from one to the other
 * (nf_conntrack_proto_tcp.c: tcp_conntracks).
 */
import * as tcp from '../../../wire/tcp.ts';
import { DIR_REPLY } from './status.ts';

export const NONE = 0;
export const SYN_SENT = 1;
export const SYN_RECV = 2;
export const ESTABLISHED = 3;
export const FIN_WAIT = 4;
export const CLOSE_WAIT = 5;
export const LAST_ACK = 6;
export const TIME_WAIT = 7;
export const CLOSE = 8;
/** Both sides have sent a SYN and nobody has answered one. */
export const SYN_SENT2 = 9;
/** The packet cannot belong to the connection. */
export const INVALID = 10;
/** The packet may belong to it, but what we know is not changed by it. */
export const IGNORE = 11;
const STATES = 10;

/** Places in the list of timeouts behind those of the states. */
export const TIMEOUT_RETRANS = 10;
export const TIMEOUT_UNACK = 11;
export const TIMEOUT_COUNT = 12;

/** The states' names, as tools print them. */
export const TCP_STATE_NAMES: readonly string[] = [
  'NONE',
  'SYN_SENT',
  'SYN_RECV',
  'ESTABLISHED',
  'FIN_WAIT',
  'CLOSE_WAIT',
  'LAST_ACK',
  'TIME_WAIT',
  'CLOSE',
  'SYN_SENT2',
];

/** What a packet is by its flags. */
export const SYN_SET = 0;
export const SYNACK_SET = 1;
export const FIN_SET = 2;
export const ACK_SET = 3;
export const RST_SET = 4;
export const NONE_SET = 5;
const INDEXES = 6;

/** Linux: get_conntrack_index(). */
export function getConntrackIndex(flags: number): number {
  if ((flags & tcp.FLAG_RST) !== 0) return RST_SET;
  if ((flags & tcp.FLAG_SYN) !== 0) return (flags & tcp.FLAG_ACK) !== 0 ? SYNACK_SET : SYN_SET;
  if ((flags & tcp.FLAG_FIN) !== 0) return FIN_SET;
  return (flags & tcp.FLAG_ACK) !== 0 ? ACK_SET : NONE_SET;
}

/**
 * One line per kind of packet, one column per old state. Columns and letters are the states in order: 0 none, S
 * SYN_SENT, R SYN_RECV, E ESTABLISHED, F FIN_WAIT, W CLOSE_WAIT, L LAST_ACK, T TIME_WAIT, C CLOSE, 2 SYN_SENT2; a dash
 * is invalid, a dot is ignored.
 */
const LETTERS = '0SREFWLTC2-.';
const ORIGINAL_TABLE = [
  // 0SREFWLTC2
  'SS.....SS2', // SYN
  '--R------R', // SYN, ACK
  '--FFLLLTC-', // FIN
  'E-EEWWTTC-', // ACK
  '-CCCCCCCCC', // RST
  '----------', // nothing of these
];
const REPLY_TABLE = [
  // 0SREFWLTC2
  '-2-----S-2',
  '-R.......R',
  '--FFLLLTC-',
  '-.REWWTTC.',
  '-CCCCCCCCC',
  '----------',
];

const NEXT_STATES = Uint8Array.from(
  [...ORIGINAL_TABLE, ...REPLY_TABLE].flatMap((line) => Array.from(line, (letter) => LETTERS.indexOf(letter))),
);

/** The state after a packet of that kind: a state, INVALID or IGNORE. */
export function nextTcpState(dir: number, index: number, state: number): number {
  const table = dir === DIR_REPLY ? INDEXES : 0;
  return NEXT_STATES[(table + index) * STATES + state]!;
}

const STRAY_FLAGS = tcp.FLAG_ECE | tcp.FLAG_CWR | tcp.FLAG_PSH;

/** Which combinations of flags make sense; ECE, CWR and PSH go with all. Linux: tcp_valid_flags. */
const VALID_FLAGS: readonly number[] = [
  tcp.FLAG_SYN,
  tcp.FLAG_SYN | tcp.FLAG_URG,
  tcp.FLAG_SYN | tcp.FLAG_ACK,
  tcp.FLAG_RST,
  tcp.FLAG_RST | tcp.FLAG_ACK,
  tcp.FLAG_FIN | tcp.FLAG_ACK,
  tcp.FLAG_FIN | tcp.FLAG_ACK | tcp.FLAG_URG,
  tcp.FLAG_ACK,
  tcp.FLAG_ACK | tcp.FLAG_URG,
];
const IS_VALID = (() => {
  const isValid = new Uint8Array(256);
  for (let flags = 0; flags < 256; flags++) isValid[flags] = VALID_FLAGS.includes(flags & ~STRAY_FLAGS) ? 1 : 0;
  return isValid;
})();

/** Whether a TCP may send this combination of flags. */
export function tcpFlagsAreValid(flags: number): boolean {
  return IS_VALID[flags] === 1;
}
