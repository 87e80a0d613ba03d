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
  /** Where the datagram was to go. */
  readonly dst: Ip4;
  /** ICMP sequence number of the datagram, 0 for other sockets. */
  readonly seq: number;
  readonly timeNs: number;
}

const UNREACH_ERRNOS: readonly Errno[] = [
  'ENETUNREACH',
  'EHOSTUNREACH',
  'ENOPROTOOPT',
  'ECONNREFUSED',
  'EMSGSIZE',
  'EOPNOTSUPP',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'EHOSTUNREACH',
  'EHOSTUNREACH',
  'EHOSTUNREACH',
];

/** The error number for an ICMP error of `type` and `code`. */
export function icmpErrno(type: number, code: number): Errno {
  if (type === icmp.DEST_UNREACH) return UNREACH_ERRNOS[code] ?? 'EHOSTUNREACH';
  return type === icmp.PARAMETER_PROBLEM ? 'EPROTO' : 'EHOSTUNREACH';
}
