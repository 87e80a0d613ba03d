/**
 * What a rule of the table raw says about the connection of a packet before that is looked for (Linux: the template
 * that xt_CT attaches, struct nf_conntrack_zone). The same addresses and ports are another connection in another zone.
 */
import type { Frame, FrameFlows } from '../../../link/frame.ts';

/** In which directions a zone counts, as bits: only questions, only answers, or both. */
export const ZONE_ORIGINAL = 1;
export const ZONE_REPLY = 2;
export const ZONE_BOTH = ZONE_ORIGINAL | ZONE_REPLY;

/** Of a connection, everything is told. */
export const ALL_EVENTS = -1;

const ZONE_MASK = 0xffff;

/** Frames point at one as they do at their connection's table; it belongs to its rule and counts nothing. */
export class CtTemplate implements FrameFlows {
  private readonly zone: number;
  private readonly directions: number;
  private readonly isZoneOfMark: boolean;
  /** What is told of a new connection, as bits IPCT_…. */
  readonly events: number;

  /** With `isZoneOfMark` the frame's mark is the zone. */
  constructor(zone: number, directions: number, isZoneOfMark = false, events = ALL_EVENTS) {
    this.zone = zone;
    this.directions = directions;
    this.isZoneOfMark = isZoneOfMark;
    this.events = events;
  }

  hold(): void {
    // Templates live as long as their rules.
  }

  put(): void {
    // Templates live as long as their rules.
  }

  /** The zone of what is looked for as a question. Linux: nf_ct_zone_id(). */
  originalZone(frame: Frame): number {
    return (this.directions & ZONE_ORIGINAL) === 0 ? 0 : this.zoneFor(frame);
  }

  /** The zone of what is looked for as an answer. */
  replyZone(frame: Frame): number {
    return (this.directions & ZONE_REPLY) === 0 ? 0 : this.zoneFor(frame);
  }

  private zoneFor(frame: Frame): number {
    return this.isZoneOfMark ? frame.mark & ZONE_MASK : this.zone;
  }
}
