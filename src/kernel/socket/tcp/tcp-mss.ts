/** How much a segment carries (Linux: tcp_sync_mss, tcp_current_mss and their neighbours; RFC 1191, RFC 6691). */
import * as ipv4 from '../../../wire/ipv4.ts';
import { dstMtu, sockMtu } from '../../ip/fnhe.ts';
import type { DstEntry } from '../../ip/route.ts';
import { tcpEstablishedOptionBytes } from './tcp-options-out.ts';
import type { TcpSock } from './tcp-sock.ts';
import { TCP_MSS_DEFAULT } from './tcp-states.ts';

const IP_AND_TCP_HEADER_BYTES = 40;
const TCP_HEADER_BYTES = 20;
const IPV4_MAX_PMTU = 65_535;
/** net.ipv4.route.min_adv_mss */
const MIN_ADVMSS = 256;

/** Twin of dst_metric_advmss with ipv4_default_advmss: what the other side is told. */
export function dstMetricAdvmss(sk: TcpSock, dst: DstEntry): number {
  const given = dst.route === null || dst.route.metrics.length === 0 ? 0 : dst.route.metricNumber('advmss');
  if (given !== 0) return given;
  const advmss = Math.max(dst.dev === null ? 0 : dstMtu(sk.ns, dst) - IP_AND_TCP_HEADER_BYTES, MIN_ADVMSS);
  return Math.min(advmss, IPV4_MAX_PMTU - IP_AND_TCP_HEADER_BYTES);
}

/** Twin of tcp_mss_clamp: TCP_MAXSEG. */
export function tcpMssClamp(sk: TcpSock, mss: number): number {
  const { userMss } = sk.rxOpt;
  return userMss !== 0 && userMss < mss ? userMss : mss;
}

/** Twin of tcp_advertise_mss. */
export function tcpAdvertiseMss(sk: TcpSock): number {
  if (sk.dst !== null) sk.advMss = Math.min(sk.advMss, dstMetricAdvmss(sk, sk.dst));
  return sk.advMss;
}

/** Twin of tcp_mtu_to_mss: behind IP and TCP headers with the options of every segment. */
export function tcpMtuToMss(sk: TcpSock, pmtu: number): number {
  let mss = pmtu - IP_AND_TCP_HEADER_BYTES;
  const { mssClamp } = sk.rxOpt;
  if (mssClamp !== 0 && mss > mssClamp) mss = mssClamp;
  mss = Math.max(mss - sk.extHdrLen, sk.ns.sysctls.tcp.minSndMssBytes);
  return mss - (sk.tcpHeaderLen - TCP_HEADER_BYTES);
}

/** Twin of tcp_mss_to_mtu. */
export function tcpMssToMtu(sk: TcpSock, mss: number): number {
  return mss + sk.tcpHeaderLen + sk.extHdrLen + IP_AND_TCP_HEADER_BYTES - TCP_HEADER_BYTES;
}

/** Twin of tcp_sync_mss. */
export function tcpSyncMss(sk: TcpSock, pmtu: number): number {
  if (sk.mtupSearchHigh > pmtu) sk.mtupSearchHigh = pmtu;
  let mss = tcpBoundToHalfWnd(sk, tcpMtuToMss(sk, pmtu));
  sk.pmtuCookie = pmtu;
  if (sk.isMtuProbing) mss = Math.min(mss, tcpMtuToMss(sk, sk.mtupSearchLow));
  sk.mssCache = mss;
  return mss;
}

/** Twin of tcp_bound_to_half_wnd: a tiny window takes at least two segments. */
export function tcpBoundToHalfWnd(sk: TcpSock, bytes: number): number {
  const cutoff = sk.maxWindow > TCP_MSS_DEFAULT ? sk.maxWindow >> 1 : sk.maxWindow;
  return cutoff !== 0 && bytes > cutoff ? Math.max(cutoff, 68 - sk.tcpHeaderLen) : bytes;
}

/** Twin of tcp_current_mss: with the options that the next segment will carry. Hot path. */
export function tcpCurrentMss(sk: TcpSock): number {
  let mss = sk.mssCache;
  const { dst } = sk;
  if (dst !== null && dst.dev !== null) {
    const isUsual = !dst.hasOwnMtu && dst.dev.mtu <= IPV4_MAX_PMTU && sk.ns.xfrm === null;
    const mtu = isUsual ? dst.dev.mtu : tcpPathMtu(sk, dst);
    if (mtu !== sk.pmtuCookie) mss = tcpSyncMss(sk, mtu);
  }
  return mss - (TCP_HEADER_BYTES + tcpEstablishedOptionBytes(sk) - sk.tcpHeaderLen);
}

/** How long a datagram of the connection may be by `dst`, which has an interface. */
export function tcpPathMtu(sk: TcpSock, dst: DstEntry): number {
  const { localPort, remotePort } = sk;
  return sockMtu(sk.ns, dst, { protocol: ipv4.PROTO_TCP, localPort, remotePort });
}

/** Twin of tcp_mtup_init. */
export function tcpMtupInit(sk: TcpSock): void {
  const { tcp } = sk.ns.sysctls;
  sk.isMtuProbing = tcp.mtuProbing > 1;
  sk.mtupSearchHigh = sk.rxOpt.mssClamp + IP_AND_TCP_HEADER_BYTES;
  sk.mtupSearchLow = tcpMssToMtu(sk, tcp.baseMssBytes);
}
