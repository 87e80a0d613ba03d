/** Numbers of nf_conntrack_common.h: how a packet stands to its connection, and what is known of that. */

/** The first direction seen, and the answers to it. */
export const DIR_ORIGINAL = 0;
export const DIR_REPLY = 1;

/** A packet of a connection that has been seen in both directions, in the direction of the first packet. */
export const CT_ESTABLISHED = 0;
/** An ICMP error about a connection. */
export const CT_RELATED = 1;
/** No answer has been seen yet. */
export const CT_NEW = 2;
/** Added to the states above in the direction of the answers. */
export const CT_IS_REPLY = 3;
export const CT_ESTABLISHED_REPLY = CT_ESTABLISHED + CT_IS_REPLY;
export const CT_RELATED_REPLY = CT_RELATED + CT_IS_REPLY;
/** The rules said that this packet is not to be tracked. */
export const CT_UNTRACKED = 7;

/** It was expected by a helper; there are none here. */
export const IPS_EXPECTED = 1 << 0;
export const IPS_SEEN_REPLY = 1 << 1;
/** Not to be dropped early when the table is full. */
export const IPS_ASSURED = 1 << 2;
/** Its first packet has left the machine: it stands in the table. */
export const IPS_CONFIRMED = 1 << 3;
export const IPS_SRC_NAT = 1 << 4;
export const IPS_DST_NAT = 1 << 5;
export const IPS_SRC_NAT_DONE = 1 << 7;
export const IPS_DST_NAT_DONE = 1 << 8;
/** It has left the table. */
export const IPS_DYING = 1 << 9;
/** Packets do not move its deadline. */
export const IPS_FIXED_TIMEOUT = 1 << 10;

/** What is told of an entry: kinds of nf_conntrack events, as bits. */
export const IPCT_NEW = 1 << 0;
export const IPCT_DESTROY = 1 << 2;
export const IPCT_REPLY = 1 << 3;
export const IPCT_ASSURED = 1 << 4;
export const IPCT_PROTOINFO = 1 << 5;
export const IPCT_MARK = 1 << 7;

/** Bits of this program's own, above Linux's: the address is an interface's, see `Nat.bindToInterface`. */
export const IPS_MASQUERADED = 1 << 28;
/** The entry keeps when it began. */
export const IPS_HAS_TIMES = 1 << 27;
/** Whether the entry counts packets, and whether anybody is told of it. */
export const IPS_HAS_COUNTERS = 1 << 29;
export const IPS_HAS_EVENTS = 1 << 30;
