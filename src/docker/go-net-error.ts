/** Errors of the daemon's own connections, as Go's package net words them (net.OpError, syscall.Errno). */
import type { Ip4 } from '../base/addr.ts';
import { formatIp4 } from '../base/addr.ts';

/** Go's table for Linux; what is not in it no socket call of an engine answers. */
const ERRNO_TEXTS: ReadonlyMap<string, string> = new Map([
  ['EPERM', 'operation not permitted'],
  ['EBADF', 'bad file descriptor'],
  ['EAGAIN', 'resource temporarily unavailable'],
  ['EACCES', 'permission denied'],
  ['EINVAL', 'invalid argument'],
  ['EPIPE', 'broken pipe'],
  ['EPROTO', 'protocol error'],
  ['EMSGSIZE', 'message too long'],
  ['EADDRINUSE', 'address already in use'],
  ['EADDRNOTAVAIL', 'cannot assign requested address'],
  ['ENETDOWN', 'network is down'],
  ['ENETUNREACH', 'network is unreachable'],
  ['ECONNABORTED', 'software caused connection abort'],
  ['ECONNRESET', 'connection reset by peer'],
  ['ENOBUFS', 'no buffer space available'],
  ['ENOTCONN', 'transport endpoint is not connected'],
  ['ETIMEDOUT', 'connection timed out'],
  ['ECONNREFUSED', 'connection refused'],
  ['EHOSTDOWN', 'host is down'],
  ['EHOSTUNREACH', 'no route to host'],
]);

/** One end of a connection. */
export interface SocketAddress {
  readonly address: Ip4;
  readonly port: number;
}

/** What Go says for an errno. */
export function goErrnoText(errno: string): string {
  return ERRNO_TEXTS.get(errno) ?? `errno ${errno}`;
}

/** `192.168.50.11:7946` */
export function socketAddressText({ address, port }: SocketAddress): string {
  return `${formatIp4(address)}:${port}`;
}

/** A connect(2) that failed; EINPROGRESS is one for which nobody has waited longer. */
export function dialErrorText(to: SocketAddress, errno: string): string {
  const why = errno === 'EINPROGRESS' ? 'i/o timeout' : `connect: ${goErrnoText(errno)}`;
  return `dial tcp ${socketAddressText(to)}: ${why}`;
}

/** A bind(2) or listen(2) that failed. */
export function listenErrorText(network: 'tcp' | 'udp', at: SocketAddress, errno: string): string {
  return `listen ${network} ${socketAddressText(at)}: bind: ${goErrnoText(errno)}`;
}

/** A read or write on a connection that failed. */
export function connectionErrorText(
  verb: 'read' | 'write',
  local: SocketAddress,
  remote: SocketAddress,
  errno: string,
): string {
  return `${verb} tcp ${socketAddressText(local)}->${socketAddressText(remote)}: ${verb}: ${goErrnoText(errno)}`;
}
