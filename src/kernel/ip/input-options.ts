/** Options of datagrams that come in (Linux: ip_rcv_options, ip_options_rcv_srr). Slow path. */
import type { Ip4 } from '../../base/addr.ts';
import { Drop } from '../../link/drop.ts';
import type { Frame } from '../../link/frame.ts';
import { PACKET_HOST } from '../../link/frame.ts';
import * as icmp from '../../wire/icmp.ts';
import * as ipv4 from '../../wire/ipv4.ts';
import type { NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import { inDevSourceRoute } from '../sysctl-conf.ts';
import { RT_SCOPE_LINK } from './fib.ts';
import { icmpSend } from './icmp-send.ts';
import type { IpOptions } from './ip-options.ts';
import { compileOptions, makeIpOptions } from './ip-options.ts';
import type { DstEntry } from './route.ts';
import { DST_LOCAL, DST_UNICAST, ipRouteInput, ipRouteOutput, inetSelectAddr } from './route.ts';
import { martianAddresses, validateSource } from './rp-filter.ts';

/** The pointer of a parameter problem: the upper byte of the second word. */
const POINTER_SHIFT = 24;
/** Where the destination address stands in the header. */
const DESTINATION_AT = 16;

/**
 * Reads and fills in the options of a frame that goes by `entry`. Answers where it goes then, which a source route may
 * change; null when it died.
 */
export function ipRcvOptions(ns: Netns, dev: NetDevice, frame: Frame, entry: DstEntry): DstEntry | null {
  const opt = makeIpOptions(frame.l4 - frame.l3 - ipv4.HEADER_LEN);
  frame.options = opt;
  const bad = compileOptions(ns, frame.slab.view, frame.l3, opt, specificDestination(ns, dev, frame, entry));
  if (bad !== 0) {
    icmpSend(ns, frame, icmp.PARAMETER_PROBLEM, 0, bad << POINTER_SHIFT);
    ns.mib.ipInHdrErrors++;
    ns.machine.stats.drop(frame, Drop.IP_INHDR, dev);
    return null;
  }
  if (opt.srr === 0) return entry;
  const routed = inDevSourceRoute(dev) ? followSourceRoute(ns, dev, frame, opt, entry) : null;
  if (routed === null) ns.machine.stats.drop(frame, Drop.NOT_SPECIFIED, dev);
  return routed;
}

/** Twin of fib_compute_spec_dst: under which address this host was meant. */
function specificDestination(ns: Netns, dev: NetDevice, frame: Frame, entry: DstEntry): Ip4 {
  const v = frame.slab.view;
  if (entry.type === DST_LOCAL) return ipv4.dst(v, frame.l3);
  const src = ipv4.src(v, frame.l3);
  if (src === 0) return inetSelectAddr(dev, src, RT_SCOPE_LINK);
  const back = ipRouteOutput(ns, src);
  return back.dev === null ? inetSelectAddr(dev, src, RT_SCOPE_LINK) : back.src;
}

/** What ip_route_input looks at beside the routes. */
function isMartian(ns: Netns, dev: NetDevice, frame: Frame, nextHop: Ip4, next: DstEntry): boolean {
  const v = frame.slab.view;
  const src = ipv4.src(v, frame.l3);
  if (martianAddresses(dev, src, nextHop) !== 0) return true;
  return validateSource(ns, dev, src, next, { tos: ipv4.tos(v, frame.l3), mark: frame.mark }) !== 0;
}

/** Twin of ip_options_rcv_srr: places that are this host are passed at once; null when the datagram dies. */
function followSourceRoute(ns: Netns, dev: NetDevice, frame: Frame, opt: IpOptions, entry: DstEntry): DstEntry | null {
  if (frame.packetType !== PACKET_HOST) return null;
  if (entry.type === DST_UNICAST) {
    if (!opt.isStrictRoute) return entry;
    icmpSend(ns, frame, icmp.PARAMETER_PROBLEM, 0, DESTINATION_AT << POINTER_SHIFT);
    return null;
  }
  if (entry.type !== DST_LOCAL) return null;
  const v = frame.slab.view;
  const at = frame.l3 + opt.srr;
  const length = v.getUint8(at + 1);
  for (let pointer = v.getUint8(at + 2); pointer <= length; pointer += 4) {
    if (pointer + 3 > length) {
      icmpSend(ns, frame, icmp.PARAMETER_PROBLEM, 0, (opt.srr + 2) << POINTER_SHIFT);
      return null;
    }
    const nextHop = v.getInt32(at + pointer - 1);
    const next = ipRouteInput(ns, nextHop);
    if (isMartian(ns, dev, frame, nextHop, next)) return null;
    if (next.type !== DST_UNICAST && next.type !== DST_LOCAL) return null;
    if (next.type === DST_UNICAST) {
      opt.srrIsHit = true;
      opt.nextHop = nextHop;
      return next;
    }
    ipv4.setDst(v, frame.l3, nextHop);
  }
  return entry;
}
