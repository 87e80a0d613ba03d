/** The active side (Linux: tcp_v4_connect, __inet_hash_connect, tcp_twsk_unique). */
import type { Ip4 } from '../../../base/addr.ts';
import type { Errno } from '../../errno.ts';
import { isReservedPort } from '../../reserved-ports.ts';
import type { DstEntry } from '../../ip/route.ts';
import { DST_BROADCAST, DST_MULTICAST, ipRouteOutput, ipRouteOutputVia, routeErrno } from '../../ip/route.ts';
import { tcpSetState } from './tcp-close.ts';
import { tcpConnect } from './tcp-connect.ts';
import type { TcpSock } from './tcp-sock.ts';
import { tcpMstampRefresh } from './tcp-sock.ts';
import { TCP_CLOSE, TCP_FIN_WAIT2, TCP_MSS_DEFAULT, TCP_SYN_SENT } from './tcp-states.ts';
import { killed, TcpTimeWait } from './tcp-time-wait.ts';

const ECN_MASK = 3;
/** 127.0.0.0/8 without its last three bytes. */
const LOOPBACK_NET = 127;
/** How many free ports the search passes over at most, of those in reach. */
const SKIP_MAX = 8;

/** Twin of tcp_v4_connect: '' when the SYN is on its way. */
export function tcpV4Connect(sk: TcpSock, address: Ip4, port: number): Errno {
  const { ns } = sk;
  tcpMstampRefresh(sk);
  const dst = routeTo(sk, address);
  const errno = routeErrno(dst);
  if (errno !== '') {
    if (errno === 'ENETUNREACH') ns.mib.ipOutNoRoutes++;
    return errno;
  }
  if (dst.type === DST_MULTICAST || dst.type === DST_BROADCAST || dst.dev === null) return 'ENETUNREACH';
  const hadAddress = sk.sourceAddress !== 0;
  if (!hadAddress) {
    sk.sourceAddress = dst.src;
    sk.localAddress = dst.src;
  }
  const { rxOpt } = sk;
  if (rxOpt.tsRecentStamp !== 0 && sk.remoteAddress !== dst.dst) {
    rxOpt.tsRecent = 0;
    rxOpt.tsRecentStamp = 0;
    sk.writeSeq = 0;
  }
  // Nobody's address stands for this host.
  sk.remoteAddress = dst.dst;
  sk.remotePort = port;
  rxOpt.mssClamp = TCP_MSS_DEFAULT;
  tcpSetState(sk, TCP_SYN_SENT);
  const failed = hashConnect(sk) || sendSyn(sk, dst);
  if (failed === '') return '';
  tcpSetState(sk, TCP_CLOSE);
  if (!sk.hasBoundAddress) {
    sk.sourceAddress = 0;
    sk.localAddress = 0;
  }
  sk.dst = null;
  sk.remotePort = 0;
  return failed;
}

function routeTo(sk: TcpSock, address: Ip4): DstEntry {
  const { ns, sourceAddress, boundDevice } = sk;
  if (boundDevice !== null) return ipRouteOutputVia(ns, address, boundDevice, sourceAddress);
  return ipRouteOutput(ns, address, sourceAddress, sk.tos & ~ECN_MASK, sk.mark);
}

function sendSyn(sk: TcpSock, dst: DstEntry): Errno {
  const { ns, sourceAddress, localPort, remoteAddress, remotePort } = sk;
  sk.dst = dst;
  const { secrets } = ns.tcp;
  if (sk.writeSeq === 0) {
    sk.writeSeq = secrets.seq(sourceAddress, localPort, remoteAddress, remotePort, ns.machine.sched.now);
  }
  sk.tsOffset = ns.sysctls.tcp.timestamps === 1 ? secrets.tsOffset(sourceAddress, remoteAddress) : 0;
  sk.nextId = ns.machine.rng.below(0x1_0000);
  sk.txHash = ns.tcp.nextTxHash();
  return tcpConnect(sk);
}

/** Twin of inet_hash_connect: a local port, and a place among the connections. */
function hashConnect(sk: TcpSock): Errno {
  const { ns } = sk;
  if (sk.bucket !== null) {
    const tw = checkEstablished(sk, sk.localPort, false);
    if (tw === false) return 'EADDRNOTAVAIL';
    takePlace(sk, tw);
    return '';
  }
  const port = choosePort(sk);
  if (port === 0) return 'EADDRNOTAVAIL';
  const tw = checkEstablished(sk, port, true);
  sk.localPort = port;
  ns.tcp.ports.add(sk, port, true);
  takePlace(sk, tw === false ? null : tw);
  return '';
}

function takePlace(sk: TcpSock, tw: TcpTimeWait | null): void {
  if (tw !== null) takeOver(sk, tw);
  sk.ns.tcp.established.add(sk);
}

/** The part of tcp_twsk_unique that sets: the connection goes on where that in TIME_WAIT ended. */
function takeOver(sk: TcpSock, tw: TcpTimeWait): void {
  sk.writeSeq = (tw.sndNxt + 65_535 + 2) | 0;
  if (sk.writeSeq === 0) sk.writeSeq = 1;
  sk.rxOpt.tsRecent = tw.tsRecent;
  sk.rxOpt.tsRecentStamp = tw.tsRecentStamp;
  sk.ns.mib.tcpExt.TWRecycled++;
  killed(tw);
}

/**
 * Twin of __inet_check_established: null when nobody has this four-tuple, what is in TIME_WAIT there and may go, or
 * false. `isSearch` says that the port was not named by the program.
 */
function checkEstablished(sk: TcpSock, port: number, isSearch: boolean): TcpTimeWait | null | false {
  const { remoteAddress, remotePort, localAddress, boundDevice } = sk;
  const entry = sk.ns.tcp.established.find(localAddress, port, remoteAddress, remotePort, boundDevice);
  if (entry === null) return null;
  if (!(entry instanceof TcpTimeWait)) return false;
  return isUnique(entry, isSearch) ? entry : false;
}

/** The part of tcp_twsk_unique that decides: with time stamps nothing is mistaken (RFC 6191). */
function isUnique(tw: TcpTimeWait, isSearch: boolean): boolean {
  const { twReuse, twReuseDelayMs } = tw.ns.sysctls.tcp;
  let reuse = tw.substate === TCP_FIN_WAIT2 ? 0 : twReuse;
  const isLoopback =
    tw.boundDevice?.isLoopback === true ||
    tw.remoteAddress >>> 24 === LOOPBACK_NET ||
    tw.localAddress >>> 24 === LOOPBACK_NET;
  if (reuse === 2 && !isLoopback) reuse = 0;
  if (tw.tsRecentStamp === 0) return false;
  const nowMs = Math.floor(tw.ns.machine.sched.now / 1_000_000);
  return !isSearch || (reuse !== 0 && nowMs > tw.entryMs + twReuseDelayMs);
}

/**
 * Twin of __inet_hash_connect's search: ports of the range's first parity, from one on that depends on the destination
 * and moves on with each connection; then those of the other. 0 when there is none.
 */
function choosePort(sk: TcpSock): number {
  const { ns, localAddress, remoteAddress, remotePort } = sk;
  const { ipLocalPortMin: low, ipLocalPortMax } = ns.sysctls;
  const high = ipLocalPortMax + 1;
  let remaining = high - low;
  if (remaining > 1) remaining &= ~1;
  const perturb = ns.tcp.perturbTable();
  const { secrets } = ns.tcp;
  const index = secrets.portOffset(localAddress, remoteAddress, remotePort, false) % perturb.length;
  const start = (perturb[index]! + secrets.portOffset(localAddress, remoteAddress, remotePort, true)) >>> 0;
  const offset = (start % remaining) & ~1;
  for (const parity of remaining > 1 ? [0, 1] : [0]) {
    for (let i = 0; i < remaining; i += 2) {
      let port = low + offset + parity + i;
      if (port >= high) port -= remaining;
      if (!isFree(sk, port)) continue;
      const skipped = Math.max(i, ns.tcp.rng.below(SKIP_MAX) * 2);
      perturb[index] = (perturb[index]! + skipped + 2) | 0;
      return port;
    }
  }
  return 0;
}

function isFree(sk: TcpSock, port: number): boolean {
  if (isReservedPort(sk.ns.sysctls, port)) return false;
  const bucket = sk.ns.tcp.ports.bucketOf(port);
  if (bucket === null) return true;
  return bucket.isOfConnects && checkEstablished(sk, port, true) !== false;
}
