/**
 * A partition of a LAN: groups of machines between which no switch passes anything, while every cable keeps its
 * carrier. Where a frame came by the cable of another switch, its sender is known by its address.
 */
import type { Mac } from '../base/addr.ts';
import { macFrom } from '../base/addr.ts';
import * as ethernet from '../wire/ethernet.ts';
import type { Frame } from './frame.ts';

export class LanPartition {
  /** By the number of the port; what is not there belongs to no group. */
  private readonly portGroups: ReadonlyMap<number, number>;
  private readonly macGroups: ReadonlyMap<Mac, number>;

  constructor(portGroups: ReadonlyMap<number, number>, macGroups: ReadonlyMap<Mac, number>) {
    this.portGroups = portGroups;
    this.macGroups = macGroups;
  }

  /** Whether a frame that came in by one port may not go out by the other. Who is in no group hears everybody. */
  separates(frame: Frame, inPort: number, outPort: number): boolean {
    const to = this.portGroups.get(outPort);
    if (to === undefined) return false;
    const from = this.portGroups.get(inPort) ?? this.groupOfSender(frame);
    return from !== undefined && from !== to;
  }

  private groupOfSender(frame: Frame): number | undefined {
    const { view } = frame.slab;
    return this.macGroups.get(macFrom(ethernet.srcHi(view, frame.head), ethernet.srcLo(view, frame.head)));
  }
}
