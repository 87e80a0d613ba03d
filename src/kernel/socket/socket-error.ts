/**
 * What a socket's error queue holds (IP_RECVERR, struct sock_extended_err), and how ICMP errors become error numbers
 * (Linux: icmp_err_convert).
 */
import type { Ip4 } from '../../base/addr.ts';
import * as icmp from '../../wire/icmp.ts';
import type { Errno } from '../errno.ts';

export interface SocketError {
  readonly errno: Errno;
  /** Found on this host before anything was sent, or told by an ICMP message. */
  readonly origin: 'local' | 'icmp';
  readonly type: number;
  readonly code: number;
  /** The MTU, where the error is about one. */
  readonly info: number;
  /** Who sent the ICMP message; 0 for a local error. */
  readonly offender: Ip4;
  /** The ICMP message's TTL when it came (IP_RECVTTL); 0 for a local error. */
  readonly ttl: number;
  /** Where the datagram was to go. */
  readonly dst: Ip4;
  /** ICMP sequence number of the datagram, 0 for other sockets. */
  readonly seq: number;
  readonly timeNs: number;
}

/** Errors that may wait for a program. */
export const ERRORS_MAX = 256;

/** Twin of ip_local_error: a datagram is longer than the way to `dst` takes, which is `mtu`. */
export function tooLongError(dst: Ip4, mtu: number, seq: number, timeNs: number): SocketError {
  const errno = 'EMSGSIZE';
  return { errno, origin: 'local', type: 0, code: 0, info: mtu, offender: 0, ttl: 0, dst, seq, timeNs };
}

interface UnreachMeaning {
  readonly errno: Errno;
  /** A connected socket hears of it even without IP_RECVERR. */
  readonly isHard: boolean;
}

const soft = (errno: Errno): UnreachMeaning => ({ errno, isHard: false });
const hard = (errno: Errno): UnreachMeaning => ({ errno, isHard: true });

/** By code of DEST_UNREACH (Linux: icmp_err_convert). */
const UNREACH_MEANINGS: readonly UnreachMeaning[] = [
  soft('ENETUNREACH'),
  soft('EHOSTUNREACH'),
  hard('ENOPROTOOPT'),
  hard('ECONNREFUSED'),
  // What path MTU discovery is about: udp_err makes it hard.
  hard('EMSGSIZE'),
  soft('EOPNOTSUPP'),
  hard('ENETUNREACH'),
  hard('EHOSTDOWN'),
  hard('ENONET'),
  hard('ENETUNREACH'),
  hard('EHOSTUNREACH'),
  soft('ENETUNREACH'),
  soft('EHOSTUNREACH'),
  hard('EHOSTUNREACH'),
  hard('EHOSTUNREACH'),
  hard('EHOSTUNREACH'),
];

function meaningOf(type: number, code: number): UnreachMeaning {
  if (type === icmp.DEST_UNREACH) return UNREACH_MEANINGS[code] ?? soft('EHOSTUNREACH');
  return type === icmp.PARAMETER_PROBLEM ? hard('EPROTO') : soft('EHOSTUNREACH');
}

/** The error number for an ICMP error of `type` and `code`. */
export function icmpErrno(type: number, code: number): Errno {
  return meaningOf(type, code).errno;
}

/** Whether the error says that trying again is of no use. */
export function isHardError(type: number, code: number): boolean {
  return meaningOf(type, code).isHard;
}
