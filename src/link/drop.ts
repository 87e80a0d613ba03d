/**
 * Why a frame died. The names are those of Linux's `enum skb_drop_reason` without its prefix
 * (include/net/dropreason-core.h); reasons that Linux has no word for begin with `X_`. The numbers index counter
 * arrays: append only.
 */
export const Drop = {
  NO_SOCKET: 1,
  PKT_TOO_SMALL: 2,
  TCP_CSUM: 3,
  SOCKET_FILTER: 4,
  UDP_CSUM: 5,
  NETFILTER_DROP: 6,
  OTHERHOST: 7,
  IP_CSUM: 8,
  IP_INHDR: 9,
  IP_RPFILTER: 10,
  UNICAST_IN_L2_MULTICAST: 11,
  IP_NOPROTO: 12,
  SOCKET_RCVBUFF: 13,
  NEIGH_CREATEFAIL: 14,
  NEIGH_FAILED: 15,
  NEIGH_QUEUEFULL: 16,
  NEIGH_DEAD: 17,
  QDISC_DROP: 18,
  CPU_BACKLOG: 19,
  UNHANDLED_PROTO: 20,
  DEV_HDR: 21,
  DEV_READY: 22,
  FULL_RING: 23,
  NOMEM: 24,
  HDR_TRUNC: 25,
  ICMP_CSUM: 26,
  INVALID_PROTO: 27,
  IP_INADDRERRORS: 28,
  IP_INNOROUTES: 29,
  IP_OUTNOROUTES: 30,
  PKT_TOO_BIG: 31,
  DUP_FRAG: 32,
  FRAG_REASM_TIMEOUT: 33,
  FRAG_TOO_FAR: 34,
  IP_INVALID_SOURCE: 35,
  IP_INVALID_DEST: 36,
  IP_LOCAL_SOURCE: 37,
  ARP_INHDR: 38,
  NO_TX_TARGET: 39,
  /** The queue in front of a switch's outgoing cable was full. */
  X_SWITCH_QUEUE_FULL: 40,
  /** A cable end with nothing plugged in, or a device that went away with frames in its backlog. */
  X_NO_CARRIER: 41,
  /** A layer-2 loop was found; the run ends. */
  X_LAYER2_LOOP: 42,
  IP_LOCALNET: 43,
  MAC_INVALID_SOURCE: 44,
  MAC_IEEE_MAC_CONTROL: 45,
  BRIDGE_INGRESS_STP_STATE: 46,
  /** A sender that a locked port does not know. */
  X_BRIDGE_LOCKED_PORT: 47,
  /** Linux gives no reason here either. */
  NOT_SPECIFIED: 48,
  /** Waited for the rest of a datagram that cannot be whole any more; Linux lets go of it without a reason. */
  X_FRAG_DISCARDED: 49,
  /** netem's loss on a cable. */
  X_CABLE_LOSS: 50,
  /** More frames under way than netem's limit on a cable. */
  X_CABLE_OVERFLOW: 51,
  /** The cable was cut while the frame was on it, or waited for it. */
  X_CABLE_CUT: 52,
  /** The switch passes nothing from one group of hosts to another. */
  X_PARTITION: 53,
  /** The machine that held the frame was switched off. */
  X_POWER_OFF: 54,
  TCP_FLAGS: 55,
  TCP_ABORT_ON_DATA: 56,
  TCP_ZEROWINDOW: 57,
  TCP_OLD_DATA: 58,
  TCP_OVERWINDOW: 59,
  TCP_OFOMERGE: 60,
  TCP_RFC7323_PAWS: 61,
  TCP_RFC7323_PAWS_ACK: 62,
  TCP_RFC7323_TW_PAWS: 63,
  TCP_RFC7323_TSECR: 64,
  TCP_LISTEN_OVERFLOW: 65,
  TCP_OLD_SEQUENCE: 66,
  TCP_INVALID_SEQUENCE: 67,
  TCP_INVALID_END_SEQUENCE: 68,
  TCP_INVALID_ACK_SEQUENCE: 69,
  TCP_RESET: 70,
  TCP_INVALID_SYN: 71,
  TCP_CLOSE: 72,
  TCP_OLD_ACK: 73,
  TCP_TOO_OLD_ACK: 74,
  TCP_ACK_UNSENT_DATA: 75,
  TCP_OFO_QUEUE_PRUNE: 76,
  TCP_OFO_DROP: 77,
  SOCKET_BACKLOG: 78,
  TCP_MINTTL: 79,
  VXLAN_INVALID_HDR: 80,
  VXLAN_VNI_NOT_FOUND: 81,
  VXLAN_ENTRY_EXISTS: 82,
  /** What an interface has sent itself has come back to it. */
  LOCAL_MAC: 83,
  /** A tunnel met congestion, and what it carries cannot be told. */
  IP_TUNNEL_ECN: 84,
  /** A policy of IPsec does not let it pass. */
  XFRM_POLICY: 85,
  /** No security association for it, neither to come in by nor to go out by. */
  X_XFRM_NO_STATES: 86,
  /** A sequence number that was there before, or is too old; or there are none left to send with. */
  X_XFRM_STATE_SEQ: 87,
  /** ESP whose integrity check value, padding or length is wrong. */
  X_XFRM_STATE_PROTO: 88,
  /** Too short for the header of ESP. */
  X_XFRM_HDR: 89,
  /** The security association has had its time, bytes or packets. */
  X_XFRM_STATE_EXPIRED: 90,
} as const;
export type DropReason = (typeof Drop)[keyof typeof Drop];

/** One more than the largest reason: the length of a counter array. */
export const DROP_REASON_COUNT = 91;

const NAMES: readonly string[] = (() => {
  const names = new Array<string>(DROP_REASON_COUNT).fill('NOT_SPECIFIED');
  for (const [name, value] of Object.entries(Drop)) names[value] = name;
  return names;
})();

/** The name under which a reason is counted in `--json` and told by `--explain`. */
export function dropReasonName(reason: number): string {
  return NAMES[reason] ?? 'NOT_SPECIFIED';
}
