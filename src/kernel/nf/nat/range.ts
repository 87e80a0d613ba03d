/** What a rule makes of addresses and ports (struct nf_nat_range2), and which of the two sides it means. */
import type { Ip4 } from '../../../base/addr.ts';
import { IPS_DST_NAT, IPS_SRC_NAT } from '../conntrack/status.ts';
import type { NfHookPoint } from '../hooks.ts';
import { NF_INET_LOCAL_IN, NF_INET_POST_ROUTING } from '../hooks.ts';

/** The source is translated: behind the routing decision. */
export const MANIP_SRC = 0;
/** The destination is translated: before it. */
export const MANIP_DST = 1;

/** Which side a hook point translates (Linux: HOOK2MANIP). */
export function manipAt(hook: NfHookPoint): number {
  return hook === NF_INET_POST_ROUTING || hook === NF_INET_LOCAL_IN ? MANIP_SRC : MANIP_DST;
}

/**
 * Ports are host-order numbers; of ICMP they are identifiers. A rule makes one when it is made, and changes the
 * addresses in it where a packet decides about them.
 */
export interface NatRange {
  /** Both, or neither: the addresses to choose from. */
  minAddress?: Ip4;
  maxAddress?: Ip4;
  /** Both, or neither: the ports to choose from. */
  readonly minPort?: number;
  readonly maxPort?: number;
  /** The port that the first one of the range stands for: ports keep their distance to it. */
  readonly basePort?: number;
  /** `--random` and `--random-fully`: the port is always drawn. */
  readonly isRandom?: boolean;
  /** `--persistent`: a client keeps its address whatever it talks to. */
  readonly isPersistent?: boolean;
}

/** The bit of a status which says that packets of this direction are translated so: the reply is so the other way. */
export function natStatusBit(manip: number, dir: number): number {
  return manip === dir ? IPS_SRC_NAT : IPS_DST_NAT;
}
