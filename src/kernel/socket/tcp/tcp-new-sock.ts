/** Sockets as socket(2) makes them (Linux: tcp_init_sock). */
import type { Netns } from '../../netns.ts';
import { tcpDefaultCongestionControl } from './tcp-cong.ts';
import { TcpSock } from './tcp-sock.ts';
import { tcpInitXmitTimer } from './tcp-timer.ts';

/** One that is not connected. */
export function tcpNewSock(ns: Netns): TcpSock {
  const { congestionControl, reordering } = ns.sysctls.tcp;
  const sk = new TcpSock(ns, tcpDefaultCongestionControl(congestionControl), tcpInitXmitTimer);
  sk.reordering = reordering;
  // Until the first acknowledgment there is a bubble in the pipe.
  sk.appLimited = -1;
  sk.rateAppLimited = true;
  return sk;
}

/** What a program has set at one socket holds for another: the child of a listener, or one that starts afresh. */
export function tcpCopySettings(from: TcpSock, to: TcpSock): void {
  to.caOps = from.caOps;
  to.boundDevice = from.boundDevice;
  to.tos = from.tos;
  to.ttl = from.ttl;
  to.mark = from.mark;
  to.pmtuDiscovery = from.pmtuDiscovery;
  to.account = from.account;
  to.isLingering = from.isLingering;
  to.lingerNs = from.lingerNs;
  to.keepOpen = from.keepOpen;
  to.keepaliveTimeNs = from.keepaliveTimeNs;
  to.keepaliveIntvlNs = from.keepaliveIntvlNs;
  to.keepaliveProbes = from.keepaliveProbes;
  to.linger2 = from.linger2;
  to.userTimeoutMs = from.userTimeoutMs;
  to.synRetries = from.synRetries;
  to.reuseAddress = from.reuseAddress;
  to.reusePort = from.reusePort;
  to.sndbufBytes = from.sndbufBytes;
  to.isSndbufLocked = from.isSndbufLocked;
  to.rcvbufBytes = from.rcvbufBytes;
  to.isRcvbufLocked = from.isRcvbufLocked;
  to.nonagle = from.nonagle;
  to.rcvlowat = from.rcvlowat;
  to.rxOpt.userMss = from.rxOpt.userMss;
}
