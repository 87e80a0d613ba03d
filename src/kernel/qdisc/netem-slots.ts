/** netem's slots: frames leave in bursts, as from a radio that has its turn (Linux: get_slot_next in sch_netem.c). */
import { CorrelatedRandom, drawDelay } from '../../link/netem-random.ts';
import type { NetemSlot } from '../../link/netem-settings.ts';
import { distributionTable } from '../../link/netem-tables.ts';
import type { Rng } from '../../sim/rng.ts';

const TWO_32 = 0x1_0000_0000;

export class NetemSlots {
  private readonly slot: NetemSlot;
  private readonly rng: Rng;
  private readonly random: CorrelatedRandom;
  private nextNs: number;
  private packetsLeft: number;
  private bytesLeft: number;

  constructor(slot: NetemSlot, rng: Rng, nowNs: number) {
    this.slot = slot;
    this.rng = rng;
    this.random = new CorrelatedRandom(rng, 0);
    this.nextNs = nowNs;
    this.packetsLeft = slot.maxPackets || Infinity;
    this.bytesLeft = slot.maxBytes || Infinity;
  }

  /** When a frame that is to leave at `timeNs` may. */
  openFor(timeNs: number, nowNs: number): number {
    if (this.nextNs < timeNs) this.begin(nowNs);
    return this.nextNs;
  }

  /** A frame has left in the present slot. */
  sent(bytes: number, nowNs: number): void {
    this.packetsLeft--;
    this.bytesLeft -= bytes;
    if (this.packetsLeft <= 0 || this.bytesLeft <= 0) this.begin(nowNs);
  }

  private begin(nowNs: number): void {
    this.nextNs = nowNs + this.nextDelayNs();
    this.packetsLeft = this.slot.maxPackets || Infinity;
    this.bytesLeft = this.slot.maxBytes || Infinity;
  }

  private nextDelayNs(): number {
    const { distribution, minDelayNs, maxDelayNs, distDelayNs, distJitterNs } = this.slot;
    if (distribution === null) {
      return minDelayNs + Math.floor(((maxDelayNs - minDelayNs) * this.rng.u32()) / TWO_32);
    }
    return Math.max(0, drawDelay(distDelayNs, distJitterNs, this.random, distributionTable(distribution)));
  }
}
