/** Answers to ICMP queries (RFC 792, RFC 1122 3.2.2.6 and 3.2.2.8; Linux: icmp_echo, icmp_timestamp, icmp_reply). */
import type { DropReason } from '../../link/drop.ts';
import { Drop } from '../../link/drop.ts';
import type { Frame } from '../../link/frame.ts';
import * as icmp from '../../wire/icmp.ts';
import * as ipv4 from '../../wire/ipv4.ts';
import type { Netns } from '../netns.ts';
import { icmpGlobalAllow, icmpPeerAllow, icmpPush, takeIcmpFrame } from './icmp-push.ts';
import { echoOptions } from './ip-options-echo.ts';
import type { IpOptions } from './ip-options.ts';
import { currentTimestamp } from './ip-options.ts';
import { routeForReply } from './output.ts';

/** A timestamp message: its header and three times. */
const TIMESTAMP_BYTES = icmp.HEADER_LEN + 12;

/** Answers an echo request with its own data. */
export function icmpEcho(ns: Netns, request: Frame, isUnicast: boolean): void {
  if (ns.sysctls.icmpEchoIgnoreAll !== 0) return;
  icmpReply(ns, request, isUnicast, icmp.ECHO_REPLY, request.tail - request.l4);
}

/** Answers a timestamp request: when it was sent, when it came, when the answer leaves. */
export function icmpTimestamp(ns: Netns, request: Frame, isUnicast: boolean): DropReason | 0 {
  // The time of sending must be there.
  if (request.tail - request.l4 < icmp.HEADER_LEN + 4) {
    ns.mib.icmpInErrors++;
    return Drop.PKT_TOO_SMALL;
  }
  icmpReply(ns, request, isUnicast, icmp.TIMESTAMP_REPLY, TIMESTAMP_BYTES);
  return 0;
}

/** Twin of icmp_reply: to where the request came from, with its TOS and its options, without DF. */
function icmpReply(ns: Netns, request: Frame, isUnicast: boolean, type: number, messageBytes: number): void {
  const v = request.slab.view;
  const sender = ipv4.src(v, request.l3);
  const options = request.options === null ? null : echoOptions(ns, v, request.l3, request.options as IpOptions);
  if (options === null && request.options !== null) return;
  const limit = icmpGlobalAllow(ns, type, 0, false);
  if (limit === 'denied') return;
  const tos = ipv4.tos(v, request.l3);
  const asked = isUnicast ? ipv4.dst(v, request.l3) : 0;
  const dst = routeForReply(ns, options === null || options.opt.srr === 0 ? sender : options.opt.firstHop, asked, tos);
  if (dst?.dev === undefined || dst.dev === null || !icmpPeerAllow(ns, dst, limit)) return;
  const src = isUnicast ? asked : dst.src;

  const frame = takeIcmpFrame(ns, options?.opt.optlen ?? 0, messageBytes);
  const slab = frame.slab;
  const copied = Math.min(request.tail - request.l4, messageBytes);
  slab.bytes.copyWithin(frame.l4, request.l4, request.l4 + copied);
  icmp.setType(slab.view, frame.l4, type);
  if (type === icmp.TIMESTAMP_REPLY) {
    icmp.setCode(slab.view, frame.l4, 0);
    const now = currentTimestamp(ns);
    slab.view.setUint32(frame.l4 + icmp.HEADER_LEN + 4, now);
    slab.view.setUint32(frame.l4 + icmp.HEADER_LEN + 8, now);
  }
  icmpPush(ns, dst, frame, src, sender, tos, options);
}
