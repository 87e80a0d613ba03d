/**
 * What netem is told to do, in the kernel's own numbers (Linux: struct tc_netem_qopt and its attributes): probabilities
 * and correlations are shares of 2^32 - 1.
 */
import type { Distribution } from './netem-tables.ts';

/** All that a probability can be: 100 %. */
export const ALWAYS = 0xffff_ffff;
/** TCA_NETEM's default queue, in frames. */
export const NETEM_LIMIT = 1000;

/** The four states of the general and intuitive model: transitions between gap and burst periods. */
export interface FourStateLoss {
  readonly kind: 'state';
  readonly p13: number;
  readonly p31: number;
  readonly p32: number;
  readonly p23: number;
  readonly p14: number;
}

/** Gilbert, Elliott: from good to bad `p`, back `r`; `h` passes in the bad state, `oneMinusK` is lost in the good. */
export interface GilbertElliottLoss {
  readonly kind: 'gemodel';
  readonly p: number;
  readonly r: number;
  readonly h: number;
  readonly oneMinusK: number;
}

/** Each frame by itself, or with a memory of the last draw. */
export interface RandomLoss {
  readonly kind: 'random';
  readonly probability: number;
  readonly correlation: number;
}

export type LossModel = RandomLoss | FourStateLoss | GilbertElliottLoss;

/** Frames leave in bursts, at times that lie between two delays apart (Linux: struct tc_netem_slot). */
export interface NetemSlot {
  readonly minDelayNs: number;
  readonly maxDelayNs: number;
  /** Instead of the two delays: a mean, a jitter and the name of their distribution. */
  readonly distribution: Distribution | null;
  readonly distDelayNs: number;
  readonly distJitterNs: number;
  /** 0: no bound. */
  readonly maxPackets: number;
  readonly maxBytes: number;
}

export interface NetemSettings {
  readonly limit: number;
  readonly latencyNs: number;
  readonly jitterNs: number;
  readonly delayCorrelation: number;
  /** null: uniform. */
  readonly distribution: Distribution | null;
  readonly loss: LossModel;
  /** Marks instead of drops; kept and shown, without effect. */
  readonly ecn: boolean;
  readonly duplicate: number;
  readonly duplicateCorrelation: number;
  readonly corrupt: number;
  readonly corruptCorrelation: number;
  /** Of each `gap` frames, one overtakes with this probability. */
  readonly reorder: number;
  readonly reorderCorrelation: number;
  readonly gap: number;
  /** 0: no limit. */
  readonly rateBytesPerSecond: number;
  readonly packetOverhead: number;
  readonly cellSize: number;
  readonly cellOverhead: number;
  readonly slot: NetemSlot | null;
}

/** Lets everything pass. */
export const NETEM_DEFAULTS: NetemSettings = {
  limit: NETEM_LIMIT,
  latencyNs: 0,
  jitterNs: 0,
  delayCorrelation: 0,
  distribution: null,
  loss: { kind: 'random', probability: 0, correlation: 0 },
  ecn: false,
  duplicate: 0,
  duplicateCorrelation: 0,
  corrupt: 0,
  corruptCorrelation: 0,
  reorder: 0,
  reorderCorrelation: 0,
  gap: 0,
  rateBytesPerSecond: 0,
  packetOverhead: 0,
  cellSize: 0,
  cellOverhead: 0,
  slot: null,
};
