/** The order of several addresses: RFC 3484 as glibc's getaddrinfo(3) has it, for IPv4 (rfc3484_sort). */
import type { Ip4 } from '../../base/addr.ts';
import type { Process } from '../../kernel/proc/process.ts';
import { UdpSocket } from '../../kernel/socket/udp-socket.ts';

interface Candidate {
  readonly address: Ip4;
  readonly isReachable: boolean;
  /** 2 for this link and this machine, 14 for everything else. */
  readonly scope: number;
  /** The source address is the same. */
  readonly isOwn: boolean;
}

/**
 * Reachable ones first, near scopes before far ones, then this machine's own, else as they came. Subnets do not count:
 * glibc learns of their masks only where there are IPv6 addresses, too.
 */
export function byDestination(proc: Process, addresses: readonly Ip4[]): Ip4[] {
  return addresses
    .map((address) => candidateOf(proc, address))
    .sort(
      (left, right) =>
        Number(right.isReachable) - Number(left.isReachable) ||
        left.scope - right.scope ||
        Number(right.isOwn) - Number(left.isOwn),
    )
    .map(({ address }) => address);
}

function candidateOf(proc: Process, address: Ip4): Candidate {
  const scope = address >>> 24 === 127 || address >>> 16 === 0xa9fe ? 2 : 14;
  const source = sourceFor(proc, address);
  return { address, isReachable: source !== undefined, scope, isOwn: source === address };
}

/** The address from which something to `address` would be sent: a connected UDP socket asks the routes. */
function sourceFor(proc: Process, address: Ip4): Ip4 | undefined {
  const socket = new UdpSocket(proc.ns);
  try {
    return socket.connect(address, 1) === '' ? socket.localAddress : undefined;
  } finally {
    socket.close();
  }
}
