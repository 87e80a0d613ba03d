/** A physical network card: the end of a cable of the underlay. */
import type { Mac } from '../../base/addr.ts';
import type { Cable, CableReceiver } from '../../link/cable.ts';
import { Drop } from '../../link/drop.ts';
import type { Frame } from '../../link/frame.ts';
import { resetFlow } from '../../link/frame.ts';
import * as ethernet from '../../wire/ethernet.ts';
import type { LinkKind } from '../netdev.ts';
import { NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';

export class Nic extends NetDevice implements CableReceiver {
  readonly kind: LinkKind = 'ether';
  /** The cable that leads away from the machine; plugged in by the builder of the lab. */
  cable: Cable | null;

  constructor(ns: Netns, name: string, mac: Mac, mtu: number) {
    super(ns, name, mac, mtu, false);
    this.cable = null;
  }

  get hasCarrier(): boolean {
    return this.cable !== null;
  }

  override get readyNs(): number {
    return this.cable === null ? 0 : this.cable.freeNs;
  }

  xmit(frame: Frame): void {
    const cable = this.cable;
    if (cable === null || !cable.hasRoom()) {
      this.refuse(frame);
      return;
    }
    this.accepted(frame);
    // Only the bytes leave the machine.
    if (frame.flows !== null) resetFlow(frame);
    frame.mark = 0;
    frame.hash = 0;
    frame.secPath = null;
    frame.confirmsNeighbour = false;
    cable.send(frame);
  }

  /** No cable, or one with a full queue. Slow path. */
  private refuse(frame: Frame): void {
    this.txDropped++;
    this.ns.machine.stats.queueRefusals++;
    this.ns.machine.stats.drop(frame, this.cable === null ? Drop.X_NO_CARRIER : Drop.QDISC_DROP, this);
  }

  /** A frame has come in from the cable. */
  receive(frame: Frame): void {
    if (this.isUp) {
      if (ethernet.isMulticast(frame.slab.view, frame.head)) this.countMulticast(frame);
      this.arrived(frame);
    } else this.ns.machine.stats.drop(frame, Drop.DEV_READY, this);
  }

  /** Slow path. */
  private countMulticast(frame: Frame): void {
    if (!ethernet.isBroadcast(frame.slab.view, frame.head)) this.multicast++;
  }
}
