/**
 * What a socket's IP_MTU_DISCOVER makes of a path's MTU (Linux: ip_sk_use_pmtu, ip_sk_ignore_df, ip_dont_fragment, and
 * __ip_make_skb, which sets DF).
 */
import type { Netns } from '../netns.ts';
import type { SocketFlow } from './fnhe.ts';
import { interfaceMtu, isMtuLocked, sockMtu } from './fnhe.ts';
import { PMTUDISC_DO, PMTUDISC_OMIT, PMTUDISC_PROBE, PMTUDISC_WANT } from './output.ts';
import { DstEntry } from './route.ts';

/** The MTU that counts for a socket: the path's, or the interface's. `entry` has an interface. */
export function sendMtu(ns: Netns, entry: DstEntry, pmtuDiscovery: number, flow: SocketFlow): number {
  return pmtuDiscovery < PMTUDISC_PROBE ? sockMtu(ns, entry, flow) : interfaceMtu(entry.dev!);
}

/** Whether the socket's datagrams are fragmented where they are too long, DF or not. */
export function ignoresDf(pmtuDiscovery: number): boolean {
  return pmtuDiscovery < PMTUDISC_DO || pmtuDiscovery === PMTUDISC_OMIT;
}

/** Whether a datagram of `totalBytes` with its IP header gets DF. */
export function setsDf(
  ns: Netns,
  entry: DstEntry,
  pmtuDiscovery: number,
  totalBytes: number,
  flow: SocketFlow,
): boolean {
  if (pmtuDiscovery === PMTUDISC_DO || pmtuDiscovery === PMTUDISC_PROBE) return true;
  return pmtuDiscovery === PMTUDISC_WANT && totalBytes <= sockMtu(ns, entry, flow) && !isMtuLocked(entry);
}

/** The way for a socket's datagrams: for those that do not trust what was learned, the interface's MTU alone counts. */
export function entryFor(entry: DstEntry, pmtuDiscovery: number): DstEntry {
  if (!entry.hasOwnMtu || pmtuDiscovery < PMTUDISC_PROBE) return entry;
  return new DstEntry(entry.type, entry.dst, entry.dev, entry.gateway, entry.src, entry.generation);
}
