/** The numbers by which one namespace speaks of another (Linux: net/core/net_namespace.c). */
import type { Netns } from './netns.ts';

/** What stands for "no number" in netlink (NETNSA_NSID_NOT_ASSIGNED). */
export const NSID_NOT_ASSIGNED = -1;

/** Twin of peernet2id: the number that `ns` has for `other`. */
export function peernetToId(ns: Netns, other: Netns): number {
  return ns.netnsIds.get(other) ?? NSID_NOT_ASSIGNED;
}

/** Twin of peernet2id_alloc: the same; the lowest free number where there is none yet. */
export function peernetToIdAlloc(ns: Netns, other: Netns): number {
  const known = ns.netnsIds.get(other);
  if (known !== undefined) return known;
  const taken = new Set(ns.netnsIds.values());
  let id = 0;
  while (taken.has(id)) id++;
  ns.netnsIds.set(other, id);
  return id;
}

/** Gives `other` a number, null for any; an error when it has one or another has this one (Linux: rtnl_net_newid). */
export function setNetnsId(ns: Netns, other: Netns, id: number | null): 'EEXIST' | 'ENOSPC' | '' {
  if (ns.netnsIds.has(other)) return 'EEXIST';
  if (id === null) peernetToIdAlloc(ns, other);
  else if ([...ns.netnsIds.values()].includes(id)) return 'ENOSPC';
  else ns.netnsIds.set(other, id);
  return '';
}

/** The namespaces that tools find in /run/netns, in the order in which the folder lists them: the newest first. */
export function listedNamespaces(ns: Netns): Netns[] {
  return [...ns.machine.namespaces.values()].filter((other) => !other.isHidden).reverse();
}

/** The `ip netns` name of the namespace that `ns` knows by a number; '' when it has none. */
export function nameFromNsid(ns: Netns, id: number): string {
  for (const [other, otherId] of ns.netnsIds) if (otherId === id) return other.isHidden ? '' : other.name;
  return '';
}
