/**
 * What a bridge port may do: its flags (Linux: net_bridge_port.flags, include/linux/if_bridge.h) and its state (IEEE
 * 802.1D clause 8.4; include/uapi/linux/if_bridge.h). Small integers: a frame asks for them with one mask each.
 */

/** Frames may leave by the port they came by. */
export const BR_HAIRPIN_MODE = 1 << 0;
/** A BPDU that comes in closes the port (`guard on`); kept. */
export const BR_BPDU_GUARD = 1 << 1;
/** The port never leads to the root (`root_block on`); kept. */
export const BR_ROOT_BLOCK = 1 << 2;
/** `fastleave on`; kept: it concerns multicast snooping. */
export const BR_MULTICAST_FAST_LEAVE = 1 << 3;
/** The path cost was set by hand. */
export const BR_ADMIN_COST = 1 << 4;
export const BR_LEARNING = 1 << 5;
/** Unicast frames for nobody known leave by this port. */
export const BR_FLOOD = 1 << 6;
/** The bridge answers ARP requests on this port from what it knows; nothing is flooded to it. */
export const BR_PROXYARP = 1 << 8;
/** As BR_PROXYARP; only what was answered is not flooded to it. */
export const BR_PROXYARP_WIFI = 1 << 10;
export const BR_MCAST_FLOOD = 1 << 11;
/** `mcast_to_unicast on`; kept. */
export const BR_MULTICAST_TO_UNICAST = 1 << 12;
/** `vlan_tunnel on`; kept. */
export const BR_VLAN_TUNNEL = 1 << 13;
export const BR_BCAST_FLOOD = 1 << 14;
/** ARP requests that the bridge can answer are not sent out by this port. */
export const BR_NEIGH_SUPPRESS = 1 << 15;
/** Isolated ports do not reach each other. */
export const BR_ISOLATED = 1 << 16;
/** Only senders in the table, on this very port, are let in. */
export const BR_PORT_LOCKED = 1 << 21;

/** What a new port has. */
export const BR_DEFAULT_FLAGS = BR_LEARNING | BR_FLOOD | BR_MCAST_FLOOD | BR_BCAST_FLOOD;
/** Any of these, and ARP on the bridge needs a look. */
export const BR_ARP_FLAGS = BR_PROXYARP | BR_PROXYARP_WIFI | BR_NEIGH_SUPPRESS;

export const BR_STATE_DISABLED = 0;
export const BR_STATE_LISTENING = 1;
export const BR_STATE_LEARNING = 2;
export const BR_STATE_FORWARDING = 3;
export const BR_STATE_BLOCKING = 4;
export type BridgePortState =
  | typeof BR_STATE_DISABLED
  | typeof BR_STATE_LISTENING
  | typeof BR_STATE_LEARNING
  | typeof BR_STATE_FORWARDING
  | typeof BR_STATE_BLOCKING;

/** As the tools write the states. */
export const PORT_STATE_NAMES: readonly string[] = ['disabled', 'listening', 'learning', 'forwarding', 'blocking'];

/** What can be switched on a port, by the words of `ip link` and `bridge link`. */
export const PORT_FLAGS: ReadonlyMap<string, number> = new Map([
  ['hairpin', BR_HAIRPIN_MODE],
  ['guard', BR_BPDU_GUARD],
  ['root_block', BR_ROOT_BLOCK],
  ['fastleave', BR_MULTICAST_FAST_LEAVE],
  ['learning', BR_LEARNING],
  ['flood', BR_FLOOD],
  ['proxy_arp', BR_PROXYARP],
  ['proxy_arp_wifi', BR_PROXYARP_WIFI],
  ['mcast_fast_leave', BR_MULTICAST_FAST_LEAVE],
  ['mcast_flood', BR_MCAST_FLOOD],
  ['bcast_flood', BR_BCAST_FLOOD],
  ['mcast_to_unicast', BR_MULTICAST_TO_UNICAST],
  ['neigh_suppress', BR_NEIGH_SUPPRESS],
  ['vlan_tunnel', BR_VLAN_TUNNEL],
  ['isolated', BR_ISOLATED],
  ['locked', BR_PORT_LOCKED],
]);
