/**
 * Segments that no full socket sends: resets to what nobody wants, and acknowledgments in the name of requests and of
 * TIME_WAIT (Linux: tcp_v4_send_reset, tcp_v4_send_ack, ip_send_unicast_reply). All have DF and the identification 0.
 */
import { tcpClockMs } from './tcp-timestamp.ts';
import type { Ip4 } from '../../../base/addr.ts';
import type { Frame } from '../../../link/frame.ts';
import { finishSum, sumBytes, sumPseudoHeader } from '../../../wire/checksum.ts';
import * as ipv4 from '../../../wire/ipv4.ts';
import { TIMESTAMP_ALIGNED_LEN, writeTimestamps } from '../../../wire/tcp-options.ts';
import * as tcp from '../../../wire/tcp.ts';
import { echoOptions } from '../../ip/ip-options-echo.ts';
import type { IpOptions } from '../../ip/ip-options.ts';
import { firstHopOf, ipSendOptions } from '../../ip/output-options.ts';
import { ipSend } from '../../ip/output.ts';
import type { DstEntry } from '../../ip/route.ts';
import { DST_LOCAL, ipRouteInput, ipRouteOutput, ipRouteOutputVia } from '../../ip/route.ts';
import type { NetDevice } from '../../netdev.ts';
import type { Netns } from '../../netns.ts';
import type { TcpIncoming } from './tcp-incoming.ts';
import type { TcpRequest } from './tcp-request.ts';
import type { TcpTimeWait } from './tcp-time-wait.ts';

/** The two bits of ECN. */
const ECN_MASK = 3;
const FLAGS_OF_SEQUENCE = tcp.FLAG_SYN | tcp.FLAG_FIN;

/** What such a segment says. */
interface Reply {
  readonly seq: number;
  readonly ack: number;
  readonly flags: number;
  readonly window: number;
  readonly tos: number;
  readonly mark: number;
  /** 0 for the namespace's. */
  readonly ttl: number;
  readonly boundDevice: NetDevice | null;
  /** -1 and 0 for no time stamps. */
  readonly tsval: number;
  readonly tsecr: number;
}

/** Twin of tcp_v4_send_reset; `socketDevice` is that of the socket that was found, undefined when there is none. */
export function tcpSendReset(
  ns: Netns,
  incoming: TcpIncoming,
  hasSocket: boolean,
  boundDevice: NetDevice | null,
): void {
  const { tcpFlags, seq, dataBytes } = incoming;
  const frame = incoming.frame!;
  if ((tcpFlags & tcp.FLAG_RST) !== 0) return;
  const v = frame.slab.view;
  if (!hasSocket && ipRouteInput(ns, ipv4.dst(v, frame.l3)).type !== DST_LOCAL) return;
  const isAck = (tcpFlags & tcp.FLAG_ACK) !== 0;
  let length = dataBytes;
  for (const flag of [tcp.FLAG_SYN, tcp.FLAG_FIN]) if ((tcpFlags & FLAGS_OF_SEQUENCE & flag) !== 0) length++;
  const isSent = sendReply(ns, frame, {
    seq: isAck ? incoming.ackSeq : 0,
    ack: isAck ? 0 : (seq + length) | 0,
    flags: isAck ? tcp.FLAG_RST : tcp.FLAG_RST | tcp.FLAG_ACK,
    window: 0,
    tos: incoming.ipDsfield,
    mark: ns.sysctls.fwmarkReflect === 0 ? 0 : frame.mark,
    ttl: 0,
    boundDevice,
    tsval: 0,
    tsecr: 0,
  });
  if (!isSent) return;
  ns.mib.tcpOutSegs++;
  ns.mib.tcpOutRsts++;
}

/** Twin of tcp_v4_timewait_ack. */
export function tcpTimewaitAck(tw: TcpTimeWait, incoming: TcpIncoming): void {
  const { ns } = tw;
  const isSent = sendReply(ns, incoming.frame!, {
    seq: tw.sndNxt,
    ack: tw.rcvNxt,
    flags: tcp.FLAG_ACK,
    window: tw.rcvWnd >> tw.rcvWscale,
    tos: tw.tos & ~ECN_MASK,
    mark: tw.mark,
    ttl: tw.ttl,
    boundDevice: tw.boundDevice,
    tsval: (tcpClockMs(ns) + tw.tsOffset) | 0,
    tsecr: tw.tsRecent,
  });
  if (isSent) ns.mib.tcpOutSegs++;
}

/** Twin of tcp_v4_reqsk_send_ack. */
export function tcpRequestAck(req: TcpRequest, incoming: TcpIncoming): void {
  const { ns } = req.listener;
  const isSent = sendReply(ns, incoming.frame!, {
    seq: (req.sntIsn + 1) | 0,
    ack: req.rcvNxt,
    flags: tcp.FLAG_ACK,
    window: req.rcvWnd >> req.rcvWscale,
    tos: incoming.ipDsfield,
    mark: req.mark,
    ttl: 0,
    boundDevice: req.boundDevice,
    tsval: (tcpClockMs(ns) + req.tsOffset) | 0,
    tsecr: req.tsRecent,
  });
  if (isSent) ns.mib.tcpOutSegs++;
}

/** Twin of ip_send_unicast_reply: back to where `about` came from. False without a route. */
function sendReply(ns: Netns, about: Frame, reply: Reply): boolean {
  const from = about.slab.view;
  const [src, dst] = [ipv4.dst(from, about.l3), ipv4.src(from, about.l3)];
  const [srcPort, dstPort] = [tcp.dstPort(from, about.l4), tcp.srcPort(from, about.l4)];
  const options = about.options === null ? null : echoOptions(ns, from, about.l3, about.options as IpOptions);
  if (options === null && about.options !== null) return false;
  const way = routeBack(ns, src, firstHopOf(options, dst), reply);
  if (way.dev === null) return false;
  const headerLen = tcp.HEADER_LEN + (reply.tsecr === 0 ? 0 : TIMESTAMP_ALIGNED_LEN);
  const ipBytes = ipv4.HEADER_LEN + (options?.opt.optlen ?? 0);
  const frame = ns.machine.stats.take(ipBytes + headerLen);
  const v = frame.slab.view;
  const l4 = frame.l3 + ipBytes;
  frame.l4 = l4;
  frame.tail = l4 + headerLen;
  frame.mark = reply.mark;
  const { flags, window } = reply;
  const [seq, ack] = [reply.seq >>> 0, reply.ack >>> 0];
  tcp.emit(v, l4, { srcPort, dstPort, seq, ack, headerLen, flags, window, checksum: 0, urgent: 0 });
  if (reply.tsecr !== 0) writeTimestamps(v, l4 + tcp.HEADER_LEN, reply.tsval, reply.tsecr);
  const sum = sumBytes(frame.slab, l4, headerLen, sumPseudoHeader(src, dst, ipv4.PROTO_TCP, headerLen));
  tcp.setChecksum(v, l4, finishSum(sum));
  frame.hasGoodSum = true;
  const ttl = reply.ttl === 0 ? ns.sysctls.ipDefaultTtl : reply.ttl;
  if (options === null) ipSend(ns, way, frame, src, ipv4.PROTO_TCP, reply.tos, ttl, ipv4.DF, 0);
  else ipSendOptions(ns, way, frame, src, ipv4.PROTO_TCP, reply.tos, ttl, ipv4.DF, 0, options, dst);
  return true;
}

function routeBack(ns: Netns, src: Ip4, dst: Ip4, reply: Reply): DstEntry {
  if (reply.boundDevice !== null) return ipRouteOutputVia(ns, dst, reply.boundDevice, src);
  return ipRouteOutput(ns, dst, src, reply.tos & ~ECN_MASK, reply.mark);
}
