/**
 * Redirects (RFC 792, RFC 1812 5.2.7.2, RFC 1122 3.2.2.2): a router tells a host of a shorter way, a host believes it
 * for that destination (Linux: ip_mkroute_input, ip_rt_send_redirect, __ip_do_redirect).
 */
import type { Ip4 } from '../../base/addr.ts';
import { isMulticastIp4, networkOf } from '../../base/addr.ts';
import type { Frame } from '../../link/frame.ts';
import * as icmp from '../../wire/icmp.ts';
import * as ipv4 from '../../wire/ipv4.ts';
import type { NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import { inDevRxRedirects, inDevSecRedirects, inDevSharedMedia, inDevTxRedirects } from '../sysctl-conf.ts';
import { REDIRECT_LIFE_NS } from './fnhe.ts';
import { icmpSend } from './icmp-send.ts';
import { NUD_VALID } from './neigh.ts';
import { createNeighbour } from './output.ts';
import type { DstEntry } from './route.ts';
import { DST_UNICAST, ipRouteInput, ipRouteOutput } from './route.ts';

/** A datagram leaves by the interface it came in by: tells its sender of the next hop if that is a better way. */
export function sendRedirect(ns: Netns, dev: NetDevice, frame: Frame, entry: DstEntry): void {
  if (!inDevTxRedirects(dev)) return;
  const src = ipv4.src(frame.slab.view, frame.l3);
  // Only a neighbour on this interface can use the shorter way.
  const back = ipRouteOutput(ns, src);
  if (back.type !== DST_UNICAST || back.dev !== dev || back.gateway !== 0) return;
  if (!inDevSharedMedia(dev) && !isOnLink(dev, src, entry.gateway)) return;
  if (!ns.icmpLimits.allowRedirect(src, ns.machine.sched.now)) return;
  icmpSend(ns, frame, icmp.REDIRECT, icmp.REDIRECT_HOST, entry.nextHop);
}

/** Twin of inet_addr_onlink: whether one subnet of the interface has both; 0 is in each. */
function isOnLink(dev: NetDevice, address: Ip4, other: Ip4): boolean {
  return dev.addresses.some((entry) => {
    const { prefixLen } = entry;
    const has = (ip: Ip4): boolean => networkOf({ address: ip, prefixLen }) === networkOf(entry);
    return has(address) && (other === 0 || has(other));
  });
}

/**
 * Twin of ip_do_redirect: `frame` is a redirect about a datagram that went by `entry`. The new gateway must answer to
 * ARP before it is used, so the first redirect only asks for it.
 */
export function doRedirect(ns: Netns, frame: Frame, entry: DstEntry): void {
  const v = frame.slab.view;
  const dev = frame.dev as NetDevice | null;
  const newGateway = icmp.gateway(v, frame.l4);
  const oldGateway = ipv4.src(v, frame.l3);
  if ((icmp.code(v, frame.l4) & 7) > icmp.REDIRECT_HOST_TOS) return;
  if (dev === null || entry.dev === null || entry.route === null || entry.gateway !== oldGateway) return;
  if (newGateway === oldGateway || !isAcceptable(ns, dev, newGateway, oldGateway)) return;
  const neighbour = ns.neighbours.find(entry.dev, newGateway) ?? createNeighbour(ns, entry.dev, newGateway);
  if (neighbour === null) return;
  if ((neighbour.state & NUD_VALID) === 0) {
    ns.neighbours.eventSend(neighbour, null);
    return;
  }
  const exception = ns.exceptions.open(entry.route, entry.dst);
  exception.gateway = newGateway;
  exception.expiresNs = ns.machine.sched.now + REDIRECT_LIFE_NS;
  ns.routes.flush();
}

function isAcceptable(ns: Netns, dev: NetDevice, newGateway: Ip4, oldGateway: Ip4): boolean {
  if (!inDevRxRedirects(dev)) return false;
  if (isMulticastIp4(newGateway) || newGateway === -1 || newGateway === 0) return false;
  if (inDevSharedMedia(dev)) {
    const { type } = ipRouteInput(ns, newGateway);
    return type === DST_UNICAST;
  }
  if (!isOnLink(dev, newGateway, oldGateway)) return false;
  return !inDevSecRedirects(dev) || isKnownGateway(ns, dev, newGateway);
}

/** Twin of ip_fib_check_default: whether a route leads over this gateway already. */
function isKnownGateway(ns: Netns, dev: NetDevice, gateway: Ip4): boolean {
  return ns.fib.list().some((route) => route.dev === dev && route.gateway === gateway);
}
