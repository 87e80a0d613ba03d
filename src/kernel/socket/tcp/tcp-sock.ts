/**
 * One end of a connection, as the kernel has it (Linux: struct tcp_sock with inet_connection_sock, inet_sock and sock).
 * No behaviour lives here: tcp-input.ts and its neighbours are the receiver, tcp-ack.ts and its neighbours what the
 * sender makes of acknowledgments, tcp-output.ts what it sends. It outlives the program's socket, which is
 * `TcpSocket`.
 *
 * Sequence numbers are int32 that wrap. Points in time are int32 of microseconds that wrap, too (`nowUs`), so that they
 * are small integers for V8; only timers know nanoseconds.
 */
import type { Ip4 } from '../../../base/addr.ts';
import type { FrameAccount } from '../../../link/frame.ts';
import type { Timer } from '../../../sim/timer.ts';
import type { Errno } from '../../errno.ts';
import type { DstEntry } from '../../ip/route.ts';
import type { NetDevice } from '../../netdev.ts';
import type { Netns } from '../../netns.ts';
import type { CongestionOps } from './congestion.ts';
import type { ReceiveBuffer } from './receive-buffer.ts';
import type { SendBuffer } from './send-buffer.ts';
import type { TcpSegment } from './tcp-segment.ts';
import type { TcpEntry } from './tcp-entry.ts';
import { SegmentQueue } from './tcp-segment.ts';
import { tcpClockUs } from './tcp-timestamp.ts';
import type { TcpListener } from './tcp-listener.ts';
import type { BindBucket, PortOwner } from './tcp-ports.ts';
import type { TcpSocket } from './tcp-socket.ts';
import {
  TCP_CA_OPEN,
  TCP_CLOSE,
  TCP_DEFAULT_SCALING_RATIO,
  TCP_INFINITE_SSTHRESH,
  TCP_INIT_CWND,
  TCP_RTO_INITIAL_US,
  TSQ_THROTTLED,
} from './tcp-states.ts';

/** What the options of the peer say (struct tcp_options_received). */
export class TcpOptionsReceived {
  /** When the latest time stamp to echo came, seconds; and that time stamp. */
  tsRecentStamp = 0;
  tsRecent = 0;
  rcvTsval = 0;
  rcvTsecr = 0;
  sawTstamp = false;
  tstampOk = false;
  wscaleOk = false;
  sackOk = false;
  /** Shifts of the windows that come and that are announced. */
  sndWscale = 0;
  rcvWscale = 0;
  /** In the segment at hand: where its SACK blocks stand in the slab, and how many. */
  sackOffset = 0;
  numSacks = 0;
  /** 0 for none. */
  mssClamp = 0;
  userMss = 0;
}

export class TcpSock implements TcpEntry, PortOwner {
  readonly ns: Netns;
  /** The program's side; null for orphans and for what no program has accepted yet. */
  socket: TcpSocket | null = null;
  state = TCP_CLOSE;
  /** Its place among the connections, and who shares its port. */
  hashNext: TcpEntry | null = null;
  hash = 0;
  isHashed = false;
  bucket: BindBucket | null = null;
  localAddress: Ip4 = 0;
  /** inet_saddr: what segments are sent from; `localAddress` (inet_rcv_saddr) may be any. */
  sourceAddress: Ip4 = 0;
  localPort = 0;
  remoteAddress: Ip4 = 0;
  remotePort = 0;
  boundDevice: NetDevice | null = null;
  dst: DstEntry | null = null;
  tos = 0;
  /** 0 = the namespace's default. */
  ttl = 0;
  mark = 0;
  pmtuDiscovery: number;
  /** Identification of the next segment (inet_id). */
  nextId = 0;
  /** What its frames hash to: tunnels tell flows apart by it (sk_txhash). */
  txHash = 0;
  account: FrameAccount | null = null;
  /** sk_err: what the next call fails with. */
  error: Errno = '';
  errorSoft: Errno = '';
  /** RCV_SHUTDOWN | SEND_SHUTDOWN */
  shutdown = 0;
  /** SOCK_DONE: what was to be read has been announced to end. */
  isDone = false;
  /** SOCK_DEAD: no program has it; and nothing of it is left to do. */
  isDestroyed = false;
  isDead = false;
  isLingering = false;
  lingerNs = 0;
  keepOpen = false;
  keepaliveTimeNs = 0;
  keepaliveIntvlNs = 0;
  keepaliveProbes = 0;
  /** When its timer is due; when something was heard last, by what it knew then of the times of that. */
  keepaliveAtNs = 0;
  keepaliveHeardNs = -1;
  keepaliveSeenUs = 0;
  keepaliveSeenDataUs = 0;
  /** TCP_LINGER2, TCP_USER_TIMEOUT, TCP_SYNCNT; 0 = by sysctl. */
  linger2 = 0;
  userTimeoutMs = 0;
  synRetries = 0;
  reuseAddress = false;
  reusePort = false;
  /** The port was chosen by bind(2), not by connect(2) (SOCK_BINDPORT_LOCK). */
  hasBoundPort = false;
  /** The same of the address (SOCK_BINDADDR_LOCK). */
  hasBoundAddress = false;
  /** The passive side's own, in LISTEN only. */
  listener: TcpListener | null = null;

  // What is sent: the write queue is still to be sent, the rtx queue waits for acknowledgments.
  sndUna = 0;
  sndNxt = 0;
  writeSeq = 0;
  pushedSeq = 0;
  /** Where the last small segment ended (Minshall). */
  sndSml = 0;
  sndWl1 = 0;
  sndWnd = 0;
  maxWindow = 0;
  sndUp = 0;
  highSeq = 0;
  undoMarker = 0;
  undoRetrans = 0;
  totalRetrans = 0;
  retransStamp = 0;
  readonly writeQueue = new SegmentQueue();
  readonly rtxQueue = new SegmentQueue();
  sendBuffer: SendBuffer | null = null;
  sndbufBytes: number;
  isSndbufLocked = false;
  /** Bytes of true size in frames that have not left the host (sk_wmem_alloc), and of both queues (sk_wmem_queued). */
  wmemAlloc = 0;
  wmemQueued = 0;
  /** SOCK_NOSPACE: the program waits for room. */
  wantsSpace = false;
  nonagle = 0;
  tsqFlags = 0;
  /** Number of the last burst, and when anything was sent (tcp_wstamp_ns). */
  burst = 0;
  lastXmitUs = 0;
  mssCache = 536;
  advMss = 536;
  pmtuCookie = 0;
  extHdrLen = 0;
  /** Packetization layer path MTU discovery (icsk_mtup): on, and between which MTUs it searches. */
  isMtuProbing = false;
  mtupSearchHigh = 0;
  mtupSearchLow = 0;
  /** Time-outs in a row, of which the first few do not back off while connecting (total_rto). */
  totalRto = 0;
  /** The next of those whose turn to send it is, see tcp-tsq.ts. */
  nextThrottled: TcpSock | null = null;
  /** 20 and the options of every segment. */
  tcpHeaderLen = 20;

  // Congestion control.
  caOps: CongestionOps;
  /** What `caOps.init` put there. */
  caPriv: unknown = null;
  caState = TCP_CA_OPEN;
  sndCwnd = TCP_INIT_CWND;
  sndCwndCnt = 0;
  sndCwndClamp = 0x7fffffff;
  sndCwndUsed = 0;
  sndCwndStamp = 0;
  sndSsthresh = TCP_INFINITE_SSTHRESH;
  priorSsthresh = 0;
  priorCwnd = 0;
  prrDelivered = 0;
  prrOut = 0;
  isCwndLimited = false;
  maxPacketsOut = 0;
  cwndUsageSeq = 0;
  packetsOut = 0;
  retransOut = 0;
  sackedOut = 0;
  lostOut = 0;
  reordering = 3;
  reordSeen = 0;
  dsackSeen = false;
  lossCwnd = 0;
  frto = false;
  tlpHighSeq = 0;
  tlpRetrans = false;
  /** The next segment tells the neighbour's entry that the destination answers (sk_dst_pending_confirm). */
  dstPendingConfirm = false;
  /** The receiver has dropped what it had claimed to have (SACK reneging). */
  isSackReneg = false;
  /** Segments under way in the order of their sending: tcp-sent-queue.ts. */
  sentHead: TcpSegment | null = null;
  sentTail: TcpSegment | null = null;
  /** Before it there is nothing left to retransmit (retransmit_skb_hint); null for the head. */
  retransmitHint: TcpSegment | null = null;
  /** The last segment that a SACK block told of, null when it is gone; and where it ends, if `sackedOut`. */
  highestSack: TcpSegment | null = null;
  highestSackSeq = 0;
  /** Blocks of the last acknowledgment, to see what is new: 4 pairs of start and end. */
  readonly recvSackCache = new Int32Array(8);
  pacingRateBps = Infinity;
  // tcp_rate.c
  delivered = 2;
  deliveredCe = 0;
  lost = 0;
  deliveredUs = 0;
  firstTxUs = 0;
  appLimited = 0;
  rateDelivered = 0;
  rateIntervalUs = 0;
  rateAppLimited = false;
  // Round trip: RFC 6298 in Linux's fixed point (srtt << 3, mdev << 2).
  srttUs = 0;
  mdevUs = 0;
  mdevMaxUs = 0;
  rttvarUs = 0;
  rttSeq = 0;
  /** Kathleen Nichols' filter of the least round trip, three samples: time and value (lib/win_minmax.c). */
  readonly rttMinUs = new Int32Array(6).fill(0x7fffffff);
  /** The round trip of a passive open: SYN,ACK to ACK; -1 when it was not measured. */
  synackRttUs = -1;
  rtoUs = TCP_RTO_INITIAL_US;
  backoff = 0;
  retransmits = 0;
  probesOut = 0;
  probesTstampUs = 0;
  // RACK (RFC 8985)
  rackMstampUs = 0;
  rackRttUs = 0;
  rackEndSeq = 0;
  rackLastDelivered = 0;
  rackReoWndSteps = 1;
  rackReoWndPersist = 0;
  rackDsackSeen = false;
  rackAdvanced = false;

  // What is received.
  rcvNxt = 0;
  copiedSeq = 0;
  rcvWup = 0;
  rcvWnd = 0;
  rcvSsthresh = 0;
  windowClamp = 0;
  rcvMss = 536;
  /** What the last segment that was smaller would make of it (icsk_ack.last_seg_size). */
  lastSegSize = 0;
  receiveBuffer: ReceiveBuffer | null = null;
  rcvbufBytes: number;
  isRcvbufLocked = false;
  /** True sizes of what waits unread or out of order (sk_rmem_alloc). */
  rmemAlloc = 0;
  /** Bytes of payload in 256 of true size. */
  scalingRatio = TCP_DEFAULT_SCALING_RATIO;
  rcvlowat = 1;
  urgSeq = 0;
  urgData = 0;
  readonly rxOpt = new TcpOptionsReceived();
  /** SACK blocks to send, 4 pairs; and a duplicate first. */
  readonly selectiveAcks = new Int32Array(8);
  numSacks = 0;
  hasDsack = false;
  readonly duplicateSack = new Int32Array(2);
  rcvOooPack = 0;
  // Acknowledgments (icsk_ack).
  ackPending = 0;
  ackQuick = 0;
  pingpong = 0;
  atoUs = 0;
  ackLrcvTimeUs = 0;
  lastOooAckUs = 0;
  compressedAck = 0;
  compressedAckRcvNxt = 0;
  dupAckCounter = 0;
  lsndTimeUs = 0;
  rcvTstampUs = 0;
  predFlags = 0;
  // Receive buffer auto-tuning.
  rcvRttUs = 0;
  rcvRttSeq = 0;
  rcvRttTimeUs = 0;
  rcvRttLastTsecr = 0;
  rcvqSpace = 0;
  rcvqSeq = 0;
  rcvqTimeUs = 0;
  // ECN
  ecnFlags = 0;

  tsOffset = 0;
  /** The time of the call, segment or timer at hand, int32 of microseconds since the start (tcp_mstamp). */
  nowUs = 0;
  lastOowAckUs = 0;
  hasOowAck = false;
  challengeCount = 0;
  isConnectedOnce = false;
  // Counted for `ss -i`.
  bytesSent = 0;
  bytesAcked = 0;
  bytesReceived = 0;
  bytesRetrans = 0;
  segsIn = 0;
  segsOut = 0;
  dataSegsIn = 0;
  dataSegsOut = 0;
  dsackDups = 0;
  busyStartUs = 0;
  /** Of RTO, TLP, RACK's reordering and zero-window probes: `pendingTimer` says which (icsk_retransmit_timer). */
  readonly retransmitTimer: Timer;
  pendingTimer = 0;
  delackTimer: Timer | null = null;
  /** Keep-alive, and FIN_WAIT2's end (sk_timer). */
  keepaliveTimer: Timer | null = null;
  compressedAckTimer: Timer | null = null;

  /** `makeTimer` makes the timer that every connection has; see tcp-timer.ts. */
  constructor(ns: Netns, caOps: CongestionOps, makeTimer: (sk: TcpSock) => Timer) {
    this.ns = ns;
    this.caOps = caOps;
    this.pmtuDiscovery = ns.sysctls.ipNoPmtuDisc === 0 ? 1 : 0;
    this.sndbufBytes = ns.sysctls.tcp.wmemBytes[1];
    this.rcvbufBytes = ns.sysctls.tcp.rmemBytes[1];
    this.retransmitTimer = makeTimer(this);
  }

  /** One of its frames has left the host or died (Linux: tcp_wfree). */
  frameGone(trueBytes: number): void {
    this.wmemAlloc -= trueBytes;
    if (this.tsqFlags === TSQ_THROTTLED) this.ns.tcp.sendMore(this);
  }
}

/** Twin of tcp_packets_in_flight, in segments. */
export function tcpPacketsInFlight(sk: TcpSock): number {
  return sk.packetsOut - (sk.sackedOut + sk.lostOut) + sk.retransOut;
}

/** Twin of tcp_mstamp_refresh: the clock of what is done next. */
export function tcpMstampRefresh(sk: TcpSock): void {
  sk.nowUs = tcpClockUs(sk.ns);
}
