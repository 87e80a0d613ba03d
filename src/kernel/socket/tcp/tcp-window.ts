/** The window that is announced, and the receive buffer behind it (Linux: tcp_output.c, tcp_input.c). */
import { FLAG_FIN, FLAG_PSH, FLAG_SYN, FLAG_URG } from '../../../wire/tcp.ts';
import { tcpIsOfoEmpty } from './receive-buffer.ts';
import type { TcpIncoming } from './tcp-incoming.ts';
import { SKB_OVERHEAD_BYTES } from './skb-runs.ts';
import { tcpSndbufExpand } from './tcp-sndbuf.ts';
import type { TcpSock } from './tcp-sock.ts';
import { tcpMstampRefresh } from './tcp-sock.ts';
import { ICSK_ACK_NOMEM, ICSK_ACK_PUSHED, ICSK_ACK_PUSHED2, MAX_TCP_WINDOW, TCP_INIT_CWND } from './tcp-states.ts';
import { TCP_MAX_WSCALE, TCP_MSS_DEFAULT } from './tcp-states.ts';

const U16_MAX = 65_535;
/** TCP_MIN_MSS */
const MIN_MSS_BYTES = 88;
/** SOCK_MIN_RCVBUF / 2 */
const LEAST_CLAMP_BYTES = 1152;
/** TCP_RMEM_TO_WIN_SCALE: the ratio of bytes to true sizes is in parts of 256. */
const RATIO_ONE = 256;

const alignUp = (value: number, unit: number): number => Math.ceil(value / unit) * unit;
const alignDown = (value: number, unit: number): number => value - (value % unit);

/** Twin of tcp_win_from_space: bytes of payload that so much true size will hold. */
export function tcpWinFromSpace(sk: TcpSock, spaceBytes: number): number {
  return Math.floor((spaceBytes * sk.scalingRatio) / RATIO_ONE);
}

/** Twin of tcp_space: what still fits. */
export function tcpSpace(sk: TcpSock): number {
  return tcpWinFromSpace(sk, sk.rcvbufBytes - sk.rmemAlloc);
}

/** Twin of tcp_full_space. */
export function tcpFullSpace(sk: TcpSock): number {
  return tcpWinFromSpace(sk, sk.rcvbufBytes);
}

/** Twin of tcp_receive_window: bytes that the peer may still send. */
export function tcpReceiveWindow(sk: TcpSock): number {
  const window = (sk.rcvWup + sk.rcvWnd - sk.rcvNxt) | 0;
  return window < 0 ? 0 : window;
}

/** Twin of tcp_select_window: as it goes into the header, scaled. */
export function tcpSelectWindow(sk: TcpSock): number {
  const { tcp } = sk.ns.sysctls;
  if ((sk.ackPending & ICSK_ACK_NOMEM) !== 0) {
    sk.predFlags = 0;
    sk.rcvWnd = 0;
    sk.rcvWup = sk.rcvNxt;
    return 0;
  }
  const { tcpExt } = sk.ns.mib;
  const hadWindow = sk.rcvWnd !== 0;
  const scale = sk.rxOpt.rcvWscale;
  const current = tcpReceiveWindow(sk);
  let window = tcpSelectWindowBytes(sk);
  // What was offered is never taken back, unless the administrator wants it so.
  if (window < current && (tcp.shrinkWindow === 0 || scale === 0)) {
    if (window === 0) tcpExt.TCPWantZeroWindowAdv++;
    window = alignUp(current, 1 << scale);
  }
  sk.rcvWnd = window;
  sk.rcvWup = sk.rcvNxt;
  const most = scale === 0 && tcp.workaroundSignedWindows !== 0 ? MAX_TCP_WINDOW : U16_MAX * (1 << scale);
  const scaled = Math.min(window, most) >>> scale;
  if (scaled === 0) {
    sk.predFlags = 0;
    if (hadWindow) tcpExt.TCPToZeroWindowAdv++;
  } else if (!hadWindow) {
    tcpExt.TCPFromZeroWindowAdv++;
  }
  return scaled;
}

/** Twin of __tcp_select_window: how much could be offered now, silly windows avoided (RFC 1122, 4.2.3.3). */
export function tcpSelectWindowBytes(sk: TcpSock): number {
  const allowed = tcpFullSpace(sk);
  const full = Math.min(sk.windowClamp, allowed);
  const mss = Math.min(sk.rcvMss, full);
  if (mss <= 0) return 0;
  const unit = 1 << sk.rxOpt.rcvWscale;
  const mayShrink = sk.ns.sysctls.tcp.shrinkWindow !== 0 && unit > 1;
  let free = Math.max(tcpSpace(sk), 0);
  if (mayShrink) free = alignDown(free, unit);
  if (free < full >> 1) {
    sk.ackQuick = 0;
    free = alignDown(free, unit);
    if (free < allowed >> 4 || free < mss || (mayShrink && free < unit)) return 0;
  }
  free = Math.min(free, sk.rcvSsthresh);
  // With a scale the window does not line up with segments anyway; but it must not be scaled away.
  if (unit > 1) return alignUp(free, unit);
  if (sk.rcvWnd <= free - mss || sk.rcvWnd > free) return alignDown(free, mss);
  return mss === full && free > sk.rcvWnd + (full >> 1) ? free : sk.rcvWnd;
}

/** Twin of tcp_select_initial_window: sets rcvWnd, windowClamp and rxOpt.rcvWscale. */
export function tcpSelectInitialWindow(sk: TcpSock, spaceBytes: number, mss: number, wscaleOk: boolean): void {
  const { tcp } = sk.ns.sysctls;
  const clamp = sk.windowClamp === 0 ? U16_MAX * (1 << TCP_MAX_WSCALE) : sk.windowClamp;
  let space = Math.min(clamp, Math.max(spaceBytes, 0));
  if (space > mss) space = alignDown(space, mss);
  sk.rcvWnd = tcp.workaroundSignedWindows === 0 ? space : Math.min(space, MAX_TCP_WINDOW);
  sk.rxOpt.rcvWscale = 0;
  if (wscaleOk) {
    const most = Math.min(Math.max(space, tcp.rmemBytes[2], sk.ns.sysctls.rmemMaxBytes), clamp);
    const log2 = 31 - Math.clz32(most);
    sk.rxOpt.rcvWscale = Math.min(Math.max(log2 - 15, 0), TCP_MAX_WSCALE);
  }
  sk.windowClamp = Math.min(U16_MAX * (1 << sk.rxOpt.rcvWscale), clamp);
}

/** Twin of tcp_init_buffer_space. */
export function tcpInitBufferSpace(sk: TcpSock): void {
  if (!sk.isSndbufLocked) tcpSndbufExpand(sk);
  tcpMstampRefresh(sk);
  sk.rcvqTimeUs = sk.nowUs;
  sk.rcvqSeq = sk.copiedSeq;
  const appWin = sk.ns.sysctls.tcp.appWin;
  const most = tcpFullSpace(sk);
  if (sk.windowClamp >= most) {
    sk.windowClamp = most;
    if (appWin !== 0 && most > 4 * sk.advMss) sk.windowClamp = Math.max(most - (most >> appWin), 4 * sk.advMss);
  }
  // One segment is kept free.
  if (appWin !== 0 && sk.windowClamp > 2 * sk.advMss && sk.windowClamp + sk.advMss > most) {
    sk.windowClamp = Math.max(2 * sk.advMss, most - sk.advMss);
  }
  sk.rcvSsthresh = Math.min(sk.rcvSsthresh, sk.windowClamp);
  sk.rcvqSpace = Math.min(sk.rcvSsthresh, sk.rcvWnd, TCP_INIT_CWND * sk.advMss);
}

/** Twin of tcp_initialize_rcv_mss. */
export function tcpInitializeRcvMss(sk: TcpSock): void {
  const hint = Math.min(sk.advMss, sk.mssCache, sk.rcvWnd >> 1, TCP_MSS_DEFAULT);
  sk.rcvMss = Math.max(hint, MIN_MSS_BYTES);
}

/** Twin of tcp_set_window_clamp. */
export function tcpSetWindowClamp(sk: TcpSock, bytes: number): void {
  const clamp = Math.max(LEAST_CLAMP_BYTES, bytes);
  const old = sk.windowClamp;
  sk.windowClamp = clamp;
  if (clamp < old) sk.rcvSsthresh = Math.min(sk.rcvSsthresh, clamp);
  else if (clamp > old) sk.rcvSsthresh = Math.max(Math.min(sk.rcvWnd, clamp), sk.rcvSsthresh);
}

/** Twin of tcp_measure_rcv_mss: how large the peer's segments are, and how much of their true size is payload. */
export function tcpMeasureRcvMss(sk: TcpSock, incoming: TcpIncoming): void {
  const last = sk.lastSegSize;
  sk.lastSegSize = 0;
  const length = incoming.dataBytes;
  if (length >= sk.rcvMss) {
    if (length !== sk.rcvMss) updateScalingRatio(sk, length);
    sk.rcvMss = Math.min(length, sk.advMss);
    // The end of what the peer had to say, probably: whoever reads all of it acknowledges it.
    if ((incoming.tcpFlags & FLAG_PSH) !== 0) sk.ackPending |= ICSK_ACK_PUSHED;
    return;
  }
  const whole = length + incoming.headerLen;
  const isRemnant = (incoming.tcpFlags & (FLAG_FIN | FLAG_URG | FLAG_SYN | FLAG_PSH)) !== 0;
  if (whole >= TCP_MSS_DEFAULT + 20 || (whole >= MIN_MSS_BYTES + 20 && !isRemnant)) {
    const size = whole - sk.tcpHeaderLen;
    sk.lastSegSize = size;
    if (size === last) {
      sk.rcvMss = size;
      return;
    }
  }
  if ((sk.ackPending & ICSK_ACK_PUSHED) !== 0) sk.ackPending |= ICSK_ACK_PUSHED2;
  sk.ackPending |= ICSK_ACK_PUSHED;
}

function updateScalingRatio(sk: TcpSock, length: number): void {
  const old = sk.scalingRatio;
  const ratio = Math.floor((length * RATIO_ONE) / (length + SKB_OVERHEAD_BYTES));
  sk.scalingRatio = ratio === 0 ? 1 : ratio;
  if (sk.scalingRatio === old) return;
  tcpSetWindowClamp(sk, tcpWinFromSpace(sk, sk.rcvbufBytes));
  if (sk.windowClamp < sk.rcvqSpace) sk.rcvqSpace = sk.windowClamp;
}

/** Twin of tcp_grow_window: more is offered while the segments use their room well. */
export function tcpGrowWindow(sk: TcpSock, length: number, isAdjusted: boolean): void {
  const room = Math.min(sk.windowClamp, tcpSpace(sk)) - sk.rcvSsthresh;
  if (room <= 0) return;
  const trueBytes = isAdjusted ? length : length + SKB_OVERHEAD_BYTES;
  const fits = tcpWinFromSpace(sk, trueBytes) <= length;
  const increase = fits ? 2 * sk.advMss : growWindowSlowly(sk, length, trueBytes);
  if (increase === 0) return;
  sk.rcvSsthresh += Math.min(room, Math.max(increase, 2 * length));
  sk.ackQuick |= 1;
}

/** Twin of __tcp_grow_window. */
function growWindowSlowly(sk: TcpSock, length: number, trueBytes: number): number {
  let cost = tcpWinFromSpace(sk, trueBytes) >> 1;
  let window = tcpWinFromSpace(sk, sk.ns.sysctls.tcp.rmemBytes[2]) >> 1;
  while (sk.rcvSsthresh <= window) {
    if (cost <= length) return 2 * sk.rcvMss;
    cost >>= 1;
    window >>= 1;
  }
  return 0;
}

/** Twin of tcp_rcv_space_adjust: Dynamic Right Sizing, once a round trip, as the program reads. */
export function tcpRcvSpaceAdjust(sk: TcpSock): void {
  tcpMstampRefresh(sk);
  const elapsedUs = (sk.nowUs - sk.rcvqTimeUs) | 0;
  if (elapsedUs < sk.rcvRttUs >> 3 || sk.rcvRttUs === 0) return;
  const waiting = (sk.rcvNxt - sk.copiedSeq) | 0;
  const copied = ((sk.copiedSeq - sk.rcvqSeq) | 0) - waiting;
  if (copied > sk.rcvqSpace) tcpRcvbufGrow(sk, copied);
  sk.rcvqSeq = sk.copiedSeq;
  sk.rcvqTimeUs = sk.nowUs;
}

/** Twin of tcp_rcvbuf_grow. */
export function tcpRcvbufGrow(sk: TcpSock, space: number): void {
  const old = sk.rcvqSpace;
  sk.rcvqSpace = space;
  const { tcp } = sk.ns.sysctls;
  if (tcp.moderateRcvbuf === 0 || sk.isRcvbufLocked) return;
  // What was measured is one round trip late, and a sender in slow start doubles its rate.
  let window = space * 2;
  if (old > 0) window += 2 * Math.floor((window * (space - old)) / old);
  if (!tcpIsOfoEmpty(sk)) {
    const { outOfOrder } = sk.receiveBuffer!;
    window += (outOfOrder.endSeq(outOfOrder.count - 1) - sk.rcvNxt) | 0;
  }
  const wanted = Math.min(Math.floor((window * RATIO_ONE) / sk.scalingRatio), tcp.rmemBytes[2]);
  if (wanted <= sk.rcvbufBytes) return;
  sk.rcvbufBytes = wanted;
  sk.windowClamp = tcpWinFromSpace(sk, wanted);
}
