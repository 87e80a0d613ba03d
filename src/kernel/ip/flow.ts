/** What is asked of the routing tables: where a datagram with these marks may go (Linux: struct flowi4). */
import type { Ip4 } from '../../base/addr.ts';
import type { NetDevice } from '../netdev.ts';

export interface Flow {
  readonly dst: Ip4;
  /** 0 where the source is yet to be chosen. */
  readonly src: Ip4;
  readonly tos: number;
  readonly mark: number;
  /** By which interface it came; null for what this host itself sends. */
  readonly iif: NetDevice | null;
  /** The interface that a socket is bound to. */
  readonly oif: NetDevice | null;
  /** Routes of a smaller scope do not count. */
  readonly scope: number;
  readonly protocol: number;
  readonly srcPort: number;
  readonly dstPort: number;
  /** Interfaces without a carrier count as the others. */
  readonly ignoresLinkState: boolean;
}

/** A question about a destination alone; `marks` says what else is known. */
export function flowTo(dst: Ip4, marks: Partial<Flow> = {}): Flow {
  return {
    dst,
    src: 0,
    tos: 0,
    mark: 0,
    iif: null,
    oif: null,
    scope: 0,
    protocol: 0,
    srcPort: 0,
    dstPort: 0,
    ignoresLinkState: false,
    ...marks,
  };
}
