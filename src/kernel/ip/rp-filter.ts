/**
 * Whether a source address may have come by an interface: martians, this host's own addresses, reverse path (RFC 1812
 * 5.3.7, RFC 3704; Linux: ip_route_input_slow and fib_validate_source).
 */
import type { Ip4 } from '../../base/addr.ts';
import { isLoopbackIp4, isMulticastIp4 } from '../../base/addr.ts';
import type { DropReason } from '../../link/drop.ts';
import { Drop } from '../../link/drop.ts';
import type { NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import { inDevAcceptLocal, inDevRouteLocalnet, inDevRpFilter } from '../sysctl-conf.ts';
import { flowTo } from './flow.ts';
import type { DstEntry } from './route.ts';
import { DST_BROADCAST, DST_LOCAL, DST_MULTICAST, DST_UNICAST } from './route.ts';

/** 0.0.0.0 alone: Linux takes the rest of 0.0.0.0/8 for addresses as good as any (ipv4_is_zeronet since 5.3). */
function isZeronetIp4(ip: Ip4): boolean {
  return ip === 0;
}

/** Why a pair of addresses cannot come over a wire, whatever the routes say; 0 when it can. */
export function martianAddresses(dev: NetDevice, src: Ip4, dst: Ip4): DropReason | 0 {
  if (isMulticastIp4(src) || src === -1) return Drop.IP_INVALID_SOURCE;
  if (dst === -1 || (src === 0 && dst === 0)) return 0;
  if (isZeronetIp4(src)) return Drop.IP_INVALID_SOURCE;
  if (isZeronetIp4(dst)) return Drop.IP_INVALID_DEST;
  if (isLoopbackIp4(dst) || isLoopbackIp4(src)) return inDevRouteLocalnet(dev) ? 0 : Drop.IP_LOCALNET;
  return 0;
}

/** 224.0.0.0/24, the groups that no router forwards (RFC 5771), and the protocol about groups. */
const LOCAL_GROUPS = 0xe00000;
const PROTO_IGMP = 2;

/** Who cannot have sent to a group: nobody's address may, to neighbours (the first half of ip_mc_validate_source). */
export function martianToGroup(dev: NetDevice, src: Ip4, group: Ip4, protocol: number): DropReason | 0 {
  if (isMulticastIp4(src) || src === -1) return Drop.IP_INVALID_SOURCE;
  if (isLoopbackIp4(src) && !inDevRouteLocalnet(dev)) return Drop.IP_LOCALNET;
  const isNear = group >>> 8 === LOCAL_GROUPS || protocol === PROTO_IGMP;
  return isZeronetIp4(src) && !isNear ? Drop.IP_INVALID_SOURCE : 0;
}

/** What is known of a datagram beside its addresses, for rules that look at it. */
export interface Marks {
  readonly tos: number;
  readonly mark: number;
}

/** Why nothing may come from `src` to `entry.dst` by `dev`, 0 when it may. Slow path. */
export function validateSource(ns: Netns, dev: NetDevice, src: Ip4, entry: DstEntry, marks: Marks): DropReason | 0 {
  const { type } = entry;
  if (type !== DST_LOCAL && type !== DST_BROADCAST && type !== DST_MULTICAST) {
    // A host that does not forward has no use for it, wherever it came from.
    if (type !== DST_UNICAST || dev.conf.forwarding === 0) return 0;
  } else if (isZeronetIp4(src)) return 0;
  const rpFilter = inDevRpFilter(dev);
  if (rpFilter === 0 && ns.fib.isPlain && !ns.fib.hasCustomLocalRoutes) {
    if (inDevAcceptLocal(dev)) return 0;
    return ns.localAddresses.has(src) ? Drop.IP_LOCAL_SOURCE : 0;
  }
  const isForAll = type === DST_BROADCAST || type === DST_MULTICAST;
  return fullCheck(ns, dev, src, isForAll ? 0 : entry.dst, marks, rpFilter);
}

/** Twin of __fib_validate_source: the way back has to be the way by which it came (1), or be at all (2). */
function fullCheck(ns: Netns, dev: NetDevice, src: Ip4, dst: Ip4, marks: Marks, rpFilter: number): DropReason | 0 {
  const hasNoAddress = dev.addresses.length === 0;
  const mark = dev.conf.srcValidMark !== 0 || ns.sysctls.confAll.srcValidMark !== 0 ? marks.mark : 0;
  const back = ns.fib.lookup(flowTo(src, { src: dst, tos: marks.tos, mark }));
  if (typeof back === 'string' || back.hop === null) return rpFilter === 0 ? 0 : Drop.IP_RPFILTER;
  const { route } = back;
  if (route.type === 'local') {
    if (!inDevAcceptLocal(dev)) return Drop.IP_LOCAL_SOURCE;
  } else if (route.type !== 'unicast') return Drop.IP_INVALID_SOURCE;
  if (route.nexthops.some((hop) => hop.dev === dev) || (route.type === 'local' && dev.isLoopback)) return 0;
  if (hasNoAddress) return rpFilter === 0 ? 0 : Drop.IP_RPFILTER;
  return rpFilter === 1 ? Drop.IP_RPFILTER : 0;
}
