/**
 * What the arp_* settings decide: which questions are answered, for whom else, with which source, and who is believed
 * unasked (Linux: arp_ignore, arp_filter, arp_fwd_proxy, arp_fwd_pvlan, arp_accept, arp_solicit in net/ipv4/arp.c).
 */
import type { Ip4 } from '../../base/addr.ts';
import { cidrContains } from '../../base/addr.ts';
import type { InterfaceAddress, NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import {
  inDevArpAccept,
  inDevArpAnnounce,
  inDevArpFilter,
  inDevArpIgnore,
  inDevProxyArp,
  inDevProxyArpPvlan,
} from '../sysctl-conf.ts';
import { RT_SCOPE_HOST, RT_SCOPE_LINK } from './fib.ts';
import { flowTo } from './flow.ts';
import type { DstEntry } from './route.ts';
import { inetSelectAddr, ipRouteOutput } from './route.ts';

/** Whether a question of `sender` (0: nobody) for this host's address `target` stays without an answer. */
export function arpIgnores(ns: Netns, dev: NetDevice, sender: Ip4, target: Ip4): boolean {
  switch (inDevArpIgnore(dev)) {
    case 1:
      return !hasAddress([dev], target, 0, RT_SCOPE_HOST);
    case 2:
      return !hasAddress([dev], target, sender, RT_SCOPE_HOST);
    case 3:
      return !hasAddress(ns.listDevices(), target, 0, RT_SCOPE_LINK);
    case 8:
      return true;
    default:
      return false;
  }
}

/** Twin of inet_confirm_addr: one of the interfaces has the address, within `scope`, in one subnet with `peer`. */
function hasAddress(devices: readonly NetDevice[], address: Ip4, peer: Ip4, scope: number): boolean {
  return devices.some((dev) => {
    const entry = dev.addresses.find((each) => each.address === address && each.scope <= scope);
    return entry !== undefined && (peer === 0 || dev.addresses.some((each) => holdsBoth(each, address, peer)));
  });
}

function holdsBoth(entry: InterfaceAddress, first: Ip4, second: Ip4): boolean {
  const subnet = { address: entry.peer, prefixLen: entry.prefixLen };
  return cidrContains(subnet, first) && cidrContains(subnet, second);
}

/** arp_filter: only the interface by which the sender would be answered answers. */
export function arpFilters(ns: Netns, dev: NetDevice, sender: Ip4, target: Ip4): boolean {
  return inDevArpFilter(dev) && ipRouteOutput(ns, sender, target).dev !== dev;
}

/** Whether this host answers for a stranger that it would forward to by `entry`. */
export function arpProxies(ns: Netns, dev: NetDevice, entry: DstEntry, sender: Ip4, target: Ip4): boolean {
  if (entry.dev === dev) return sender !== target && inDevProxyArpPvlan(dev);
  if (inDevProxyArp(dev) && isOtherMedium(dev, entry.dev)) return true;
  return ns.neighbours.proxies.some((proxy) => proxy.ip === target && (proxy.dev === null || proxy.dev === dev));
}

function isOtherMedium(dev: NetDevice, out: NetDevice | null): boolean {
  const medium = dev.conf.mediumId;
  if (medium === 0) return true;
  const outMedium = out?.conf.mediumId ?? 0;
  return medium !== -1 && outMedium !== medium && outMedium !== -1;
}

/** Whether an entry is made for who speaks without having been asked. */
export function arpAccepts(dev: NetDevice, sender: Ip4): boolean {
  const setting = inDevArpAccept(dev);
  if (setting === 1) return true;
  return setting === 2 && dev.addresses.some((entry) => cidrContains(entry, sender));
}

/** With which address this host asks for `target`; `parkedSource` is that of the datagram that waits, 0 for none. */
export function arpSource(ns: Netns, dev: NetDevice, target: Ip4, parkedSource: Ip4): Ip4 {
  const announce = inDevArpAnnounce(dev);
  if (parkedSource !== 0 && announce < 2 && ns.localAddresses.has(parkedSource)) {
    const isKnownThere = dev.addresses.some((entry) => !entry.isSecondary && holdsBoth(entry, target, parkedSource));
    if (announce <= 0 || isKnownThere) return parkedSource;
  }
  return inetSelectAddr(dev, target, RT_SCOPE_LINK);
}

/** The question of the tables that a request of `sender` for `target` stands for. */
export function arpFlow(dev: NetDevice, sender: Ip4, target: Ip4): ReturnType<typeof flowTo> {
  return flowTo(target, { src: sender, iif: dev });
}
