/**
 * A pair of virtual Ethernet interfaces (Linux: drivers/net/veth.c): what one end sends arrives in the other end's
 * backlog.
 */
import type { Mac } from '../../base/addr.ts';
import { Drop } from '../../link/drop.ts';
import type { Frame } from '../../link/frame.ts';
import { resetFlow } from '../../link/frame.ts';
import type { LinkKind } from '../netdev.ts';
import { isForwardable, NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';

const ETHERNET_MTU = 1500;

export class Veth extends NetDevice {
  readonly kind: LinkKind = 'veth';
  /** The other end; null once the pair is being deleted. */
  peer: Veth | null;

  constructor(ns: Netns, name: string, mac: Mac) {
    super(ns, name, mac, ETHERNET_MTU, false);
    this.peer = null;
  }

  get hasCarrier(): boolean {
    return this.peer?.isUp === true;
  }

  /** Twin of veth_xmit; what the other end does not take counts at both ends (__dev_forward_skb). */
  xmit(frame: Frame): void {
    const peer = this.peer;
    if (peer === null || !isForwardable(peer, frame)) {
      this.txDropped++;
      if (peer !== null) peer.rxDropped++;
      const reason = peer?.isUp === true ? Drop.PKT_TOO_BIG : Drop.DEV_READY;
      this.ns.machine.stats.drop(frame, reason, this);
      return;
    }
    this.accepted(frame);
    peer.receive(frame, peer.ns === this.ns);
  }

  /** What its sender thought of the frame stays with the sender (Linux: skb_scrub_packet). */
  private receive(frame: Frame, isOwnNetns: boolean): void {
    if (frame.flows !== null) resetFlow(frame);
    frame.secPath = null;
    if (!isOwnNetns) frame.mark = 0;
    this.arrived(frame);
  }
}
