/**
 * Modules of the kernel (kmod: libkmod). All that Dockwire has is built in and works without being asked for, which
 * scripts do all the same; what they load is remembered, so that lsmod lists it.
 */
import type { Netns } from '../netns.ts';

const FAMILIES =
  'arp_tables arptable_ arpt_ bridge br_netfilter act_ bonding cls_ dummy 8021q ebt_ ebtable ebtables gre ifb ip_gre ' +
  'ip_set ip_tables ip_vs ip6_tables ip6t_ ip6table_ ipip ipt_ iptable_ ipvlan l2tp_ macvlan macvtap mpls_ netem nf_ ' +
  'nfnetlink nft_ sch_ sctp tcp_ tun veth vrf vxlan wireguard x_tables xfrm_ xt_';
const PREFIXES: readonly string[] = FAMILIES.split(' ');

/** The kernel takes `-` for `_` in names. */
function moduleName(word: string): string {
  return word.replaceAll('-', '_');
}

/** Whether a real kernel has a module of that name. */
export function isModule(word: string): boolean {
  const name = moduleName(word);
  return PREFIXES.some((prefix) => (/[_a-z]_$/.test(prefix) ? name.startsWith(prefix) : startsAsWord(name, prefix)));
}

/** `ip_set` and `ip_set_hash_ip`, but not `ip_settings`. */
function startsAsWord(name: string, prefix: string): boolean {
  return name === prefix || name.startsWith(`${prefix}_`);
}

export function loadModule({ machine }: Netns, word: string): void {
  machine.modules.add(moduleName(word));
}

/** False when it was not loaded. */
export function unloadModule({ machine }: Netns, word: string): boolean {
  return machine.modules.delete(moduleName(word));
}

/** Names, the last one loaded first, as in /proc/modules. */
export function loadedModules({ machine }: Netns): string[] {
  return [...machine.modules].reverse();
}
