/**
 * What is left of a connection in TIME_WAIT, or in FIN_WAIT2 when no program has it any more (Linux: struct
 * tcp_timewait_sock, inet_timewait_sock.c, tcp_timewait_state_process).
 */
import type { Ip4 } from '../../../base/addr.ts';
import { seqAfter, seqBefore } from '../../../base/sequence.ts';
import { Drop } from '../../../link/drop.ts';
import { Timer } from '../../../sim/timer.ts';
import { tcpParseOptions } from '../../../wire/tcp-options.ts';
import * as tcp from '../../../wire/tcp.ts';
import type { NetDevice } from '../../netdev.ts';
import type { Netns } from '../../netns.ts';
import type { TcpEntry } from './tcp-entry.ts';
import type { TcpIncoming } from './tcp-incoming.ts';
import type { BindBucket, PortOwner } from './tcp-ports.ts';
import { TcpOptionsReceived } from './tcp-sock.ts';
import type { TcpSock } from './tcp-sock.ts';
import { TCP_FIN_WAIT2, TCP_TIME_WAIT, TCP_TIMEWAIT_US } from './tcp-states.ts';
import { tcpInWindow, tcpOowIsLimited, tcpPawsReject, tcpSeconds } from './tcp-request-checks.ts';

const TIME_WAIT_NS = TCP_TIMEWAIT_US * 1000;

/** What is to be done about a segment (enum tcp_tw_status). */
export const TCP_TW_SUCCESS = 0;
export const TCP_TW_RST = 1;
export const TCP_TW_ACK = 2;
export const TCP_TW_SYN = 3;

export class TcpTimeWait implements TcpEntry, PortOwner {
  readonly state: number = TCP_TIME_WAIT;
  readonly ns: Netns;
  readonly localAddress: Ip4;
  readonly localPort: number;
  readonly remoteAddress: Ip4;
  readonly remotePort: number;
  readonly boundDevice: NetDevice | null;
  readonly reuseAddress: boolean;
  readonly reusePort: boolean;
  bucket: BindBucket | null = null;
  hashNext: TcpEntry | null = null;
  hash = 0;
  isHashed = false;
  /** TCP_TIME_WAIT or TCP_FIN_WAIT2 */
  substate: number;
  rcvNxt: number;
  readonly sndNxt: number;
  readonly rcvWnd: number;
  readonly rcvWscale: number;
  readonly tsOffset: number;
  tsRecent: number;
  tsRecentStamp: number;
  readonly tos: number;
  readonly ttl: number;
  readonly mark: number;
  /** When it came to TIME_WAIT, milliseconds. */
  entryMs: number;
  hasOowAck = false;
  lastOowAckUs = 0;
  readonly timer: Timer;

  constructor(sk: TcpSock, substate: number, rcvWnd: number) {
    const { ns } = sk;
    this.ns = ns;
    this.localAddress = sk.localAddress;
    this.localPort = sk.localPort;
    this.remoteAddress = sk.remoteAddress;
    this.remotePort = sk.remotePort;
    this.boundDevice = sk.boundDevice;
    this.reuseAddress = sk.reuseAddress;
    this.reusePort = sk.reusePort;
    this.substate = substate;
    this.rcvNxt = sk.rcvNxt;
    this.sndNxt = sk.sndNxt;
    this.rcvWnd = rcvWnd;
    this.rcvWscale = sk.rxOpt.rcvWscale;
    this.tsOffset = sk.tsOffset;
    this.tsRecent = sk.rxOpt.tsRecent;
    this.tsRecentStamp = sk.rxOpt.tsRecentStamp;
    this.tos = sk.tos;
    this.ttl = sk.ttl;
    this.mark = sk.mark;
    this.entryMs = Math.floor(ns.machine.sched.now / 1_000_000);
    this.timer = new Timer(ns.machine.sched, ns.machine.source, () => {
      ns.mib.tcpExt.TW++;
      twKill(this);
    });
  }
}

/** Twin of inet_twsk_kill: it is over. */
export function twKill(tw: TcpTimeWait): void {
  if (!tw.isHashed) return;
  const { ns } = tw;
  ns.tcp.established.remove(tw);
  ns.tcp.ports.remove(tw);
  ns.tcp.timeWaitCount--;
  tw.timer.dispose();
}

const options = new TcpOptionsReceived();

/** What was found beside the status: of the answer to a SYN, and why the segment dies. */
export interface TimeWaitAnswer {
  isn: number;
  reason: number;
}

/** Twin of tcp_timewait_state_process. */
export function tcpTimewaitStateProcess(tw: TcpTimeWait, incoming: TcpIncoming, answer: TimeWaitAnswer): number {
  let isOld = false;
  if (incoming.headerLen === tcp.HEADER_LEN || tw.tsRecentStamp === 0) options.sawTstamp = false;
  else {
    const { frame, headerLen } = incoming;
    tcpParseOptions(frame!.slab.view, frame!.l4, headerLen, options, false, tw.ns.sysctls.tcp);
    if (options.sawTstamp) {
      options.tsRecent = tw.tsRecent;
      options.tsRecentStamp = tw.tsRecentStamp;
      isOld = tcpPawsReject(tw.ns, options, (incoming.tcpFlags & tcp.FLAG_RST) !== 0);
    }
  }
  return tw.substate === TCP_FIN_WAIT2 ? finWait2(tw, incoming, isOld) : timeWait(tw, incoming, isOld, answer);
}

/** All the checks of FIN_WAIT2: nothing but the FIN is welcome. */
function finWait2(tw: TcpTimeWait, incoming: TcpIncoming, isOld: boolean): number {
  const { seq, endSeq, tcpFlags } = incoming;
  const { rcvNxt } = tw;
  if (isOld || !tcpInWindow(seq, endSeq, rcvNxt, (rcvNxt + tw.rcvWnd) | 0)) {
    return ackWithinLimit(tw, incoming, 'TCPACKSkippedFinWait2');
  }
  if ((tcpFlags & tcp.FLAG_RST) !== 0) {
    killed(tw);
    return TCP_TW_SUCCESS;
  }
  if ((tcpFlags & tcp.FLAG_SYN) !== 0 && !seqBefore(seq, rcvNxt)) return TCP_TW_RST;
  if ((tcpFlags & tcp.FLAG_ACK) === 0 || !seqAfter(endSeq, rcvNxt) || endSeq === seq) return TCP_TW_SUCCESS;
  if ((tcpFlags & tcp.FLAG_FIN) === 0 || endSeq !== ((rcvNxt + 1) | 0)) return TCP_TW_RST;
  tw.substate = TCP_TIME_WAIT;
  tw.rcvNxt = endSeq;
  noteTimestamp(tw);
  tw.entryMs = Math.floor(tw.ns.machine.sched.now / 1_000_000);
  tw.timer.arm(TIME_WAIT_NS);
  return TCP_TW_ACK;
}

function timeWait(tw: TcpTimeWait, incoming: TcpIncoming, isOld: boolean, answer: TimeWaitAnswer): number {
  const { seq, endSeq, tcpFlags } = incoming;
  const isReset = (tcpFlags & tcp.FLAG_RST) !== 0;
  if (!isOld && seq === tw.rcvNxt && (seq === endSeq || isReset)) {
    // TIME_WAIT assassination (RFC 1337).
    if (isReset && tw.ns.sysctls.tcp.rfc1337 === 0) {
      killed(tw);
      return TCP_TW_SUCCESS;
    }
    if (!isReset) tw.timer.arm(TIME_WAIT_NS);
    noteTimestamp(tw);
    return TCP_TW_SUCCESS;
  }
  const isNew = seqAfter(seq, tw.rcvNxt) || (options.sawTstamp && ((tw.tsRecent - options.rcvTsval) | 0) < 0);
  const isBareSyn = (tcpFlags & (tcp.FLAG_SYN | tcp.FLAG_RST | tcp.FLAG_ACK)) === tcp.FLAG_SYN;
  if (isBareSyn && !isOld && isNew) {
    answer.isn = (tw.sndNxt + 65_535 + 2) | 0;
    if (answer.isn === 0) answer.isn = 1;
    return TCP_TW_SYN;
  }
  if (isOld) {
    answer.reason = Drop.TCP_RFC7323_TW_PAWS;
    tw.ns.mib.tcpExt.PAWSTimewait++;
  }
  if (isReset) return TCP_TW_SUCCESS;
  // A SYN without an acknowledgment may be an old one or a new one with an unlucky number.
  if (isOld || (tcpFlags & tcp.FLAG_ACK) !== 0) tw.timer.arm(TIME_WAIT_NS);
  return ackWithinLimit(tw, incoming, 'TCPACKSkippedTimeWait');
}

/** Twin of inet_twsk_deschedule_put. */
export function killed(tw: TcpTimeWait): void {
  tw.ns.mib.tcpExt.TWKilled++;
  twKill(tw);
}

function noteTimestamp(tw: TcpTimeWait): void {
  if (!options.sawTstamp) return;
  tw.tsRecent = options.rcvTsval;
  tw.tsRecentStamp = tcpSeconds(tw.ns);
}

/** Twin of tcp_timewait_check_oow_rate_limit. */
function ackWithinLimit(
  tw: TcpTimeWait,
  incoming: TcpIncoming,
  counter: 'TCPACKSkippedFinWait2' | 'TCPACKSkippedTimeWait',
): number {
  if (!tcpOowIsLimited(tw.ns, incoming, tw, counter)) return TCP_TW_ACK;
  return TCP_TW_SUCCESS;
}
