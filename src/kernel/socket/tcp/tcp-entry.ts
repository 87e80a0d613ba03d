/**
 * What the table of connections holds: full sockets, requests that are not yet one, and the stand-ins of TIME_WAIT
 * (Linux: struct sock_common). `state` tells them apart.
 */
import type { Ip4 } from '../../../base/addr.ts';
import type { NetDevice } from '../../netdev.ts';

export interface TcpEntry {
  /** TCP_NEW_SYN_RECV is a `TcpRequest`, TCP_TIME_WAIT a `TcpTimeWait`, any other a `TcpSock`. */
  readonly state: number;
  readonly localAddress: Ip4;
  readonly localPort: number;
  readonly remoteAddress: Ip4;
  readonly remotePort: number;
  readonly boundDevice: NetDevice | null;
  /** The next one of its bucket, and its hash; both are the table's. */
  hashNext: TcpEntry | null;
  hash: number;
  isHashed: boolean;
}
