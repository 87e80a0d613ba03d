/**
 * A connection that somebody asks a listener for, until the handshake is over (Linux: struct tcp_request_sock). It
 * stands in the table of connections in the state TCP_NEW_SYN_RECV.
 */
import type { Ip4 } from '../../../base/addr.ts';
import { Timer } from '../../../sim/timer.ts';
import type { DstEntry } from '../../ip/route.ts';
import type { NetDevice } from '../../netdev.ts';
import type { TcpEntry } from './tcp-entry.ts';
import type { TcpSock } from './tcp-sock.ts';
import { TCP_MSS_DEFAULT, TCP_NEW_SYN_RECV } from './tcp-states.ts';

export class TcpRequest implements TcpEntry {
  readonly state: number = TCP_NEW_SYN_RECV;
  readonly listener: TcpSock;
  readonly localAddress: Ip4;
  readonly localPort: number;
  readonly remoteAddress: Ip4;
  readonly remotePort: number;
  readonly boundDevice: NetDevice | null;
  hashNext: TcpEntry | null = null;
  hash = 0;
  isHashed = false;
  dst: DstEntry | null = null;
  mark = 0;
  /** What the frames of the connection will hash to. */
  txHash: number;
  /** Type of service of the SYN. */
  synTos = 0;
  rcvIsn = 0;
  sntIsn = 0;
  rcvNxt = 0;
  mss = TCP_MSS_DEFAULT;
  tstampOk = false;
  sackOk = false;
  wscaleOk = false;
  ecnOk = false;
  sndWscale = 0;
  rcvWscale = 0;
  rcvWnd = 0;
  windowClamp = 0;
  tsRecent = 0;
  tsOffset = 0;
  /** The first and the last time stamp that was sent. */
  tsvalFirst = 0;
  tsvalLast = 0;
  /** When the first SYN,ACK went, int32 of microseconds; and whether one went. */
  sntSynackUs = 0;
  isAnswered = false;
  isCookie = false;
  /** SYN,ACKs sent again, and how often the timer ran out. */
  retransmits = 0;
  timeouts = 0;
  /** The handshake was over, but there was no room in the accept queue. */
  isAcked = false;
  hasOowAck = false;
  lastOowAckUs = 0;
  /** Until the SYN,ACK is sent again. */
  timer: Timer | null = null;

  constructor(listener: TcpSock, local: Ip4, localPort: number, remote: Ip4, remotePort: number) {
    this.listener = listener;
    this.localAddress = local;
    this.localPort = localPort;
    this.remoteAddress = remote;
    this.remotePort = remotePort;
    this.boundDevice = listener.boundDevice;
    this.txHash = listener.ns.tcp.nextTxHash();
  }
}
