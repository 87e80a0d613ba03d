/** The loopback interface (Linux: drivers/net/loopback.c): what is sent arrives in the same namespace's backlog. */
import type { Frame } from '../../link/frame.ts';
import { orphan } from '../../link/frame.ts';
import * as ethernet from '../../wire/ethernet.ts';
import type { LinkKind } from '../netdev.ts';
import { NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';

const LOOPBACK_MTU = 65_536;

export class Loopback extends NetDevice {
  readonly kind: LinkKind = 'loopback';

  constructor(ns: Netns) {
    super(ns, 'lo', 0, LOOPBACK_MTU, true);
  }

  get hasCarrier(): boolean {
    return true;
  }

  /** Linux counts without the Ethernet header here: eth_type_trans has taken it off by then. */
  xmit(frame: Frame): void {
    this.accepted(frame);
    this.txBytes -= ethernet.HEADER_LEN;
    this.rxBytes -= ethernet.HEADER_LEN;
    if (frame.sender !== null) orphan(frame);
    this.arrived(frame);
  }
}
