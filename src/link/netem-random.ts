/**
 * netem's random numbers: correlated draws, the three models of loss, and draws from a table (Linux:
 * net/sched/sch_netem.c, get_crandom, loss_event, tabledist). Each takes exactly as many numbers from the generator as
 * the kernel does, in its order.
 */
import type { Rng } from '../sim/rng.ts';
import type { LossModel } from './netem-settings.ts';
import { DIST_SCALE } from './netem-tables.ts';

const TWO_16 = 0x1_0000;

/** Twin of struct crndstate: draws of 32 bits, each drawn towards the one before. */
export class CorrelatedRandom {
  private readonly rng: Rng;
  /** The correlation, 0 to 2^32 - 1. */
  private readonly rho: number;
  private last: number;

  /** Twin of init_crandom. */
  constructor(rng: Rng, rho: number) {
    this.rng = rng;
    this.rho = rho;
    this.last = rho === 0 ? 0 : rng.u32();
  }

  /** Twin of get_crandom: (value * (2^32 - rho') + last * rho') >> 32, where rho' is rho + 1. */
  next(): number {
    const value = this.rng.u32();
    if (this.rho === 0) return value;
    this.last = value + highHalf(this.last - value, this.rho + 1);
    return this.last;
  }
}

/** floor(difference * rho / 2^32), exactly: the product has up to 65 bits. */
function highHalf(difference: number, rho: number): number {
  const rhoLow = rho % TWO_16;
  const rhoHigh = (rho - rhoLow) / TWO_16;
  return Math.floor((difference * rhoHigh + Math.floor((difference * rhoLow) / TWO_16)) / TWO_16);
}

/** Decides for one frame after the other whether it is lost. */
export interface LossGenerator {
  isLost(): boolean;
}

/** The generator of a model (Linux: loss_event). */
export function makeLoss(rng: Rng, model: LossModel): LossGenerator {
  if (model.kind === 'state') return new FourStates(rng, model);
  if (model.kind === 'gemodel') return new GilbertElliott(rng, model);
  return new IndependentLoss(rng, model);
}

class IndependentLoss implements LossGenerator {
  private readonly random: CorrelatedRandom;
  private readonly probability: number;

  constructor(rng: Rng, model: LossModel & { kind: 'random' }) {
    this.random = new CorrelatedRandom(rng, model.correlation);
    this.probability = model.probability;
  }

  isLost(): boolean {
    return this.probability > 0 && this.probability >= this.random.next();
  }
}

type GapState = 'tx in gap' | 'tx in burst' | 'lost in burst' | 'lost in gap';

/** Twin of loss_4state: the state says what happens to the frame that leads into it. */
class FourStates implements LossGenerator {
  private readonly rng: Rng;
  private readonly model: LossModel & { kind: 'state' };
  private state: GapState = 'tx in gap';

  constructor(rng: Rng, model: LossModel & { kind: 'state' }) {
    this.rng = rng;
    this.model = model;
  }

  isLost(): boolean {
    this.state = this.nextState(this.rng.u32());
    return this.state === 'lost in burst' || this.state === 'lost in gap';
  }

  private nextState(draw: number): GapState {
    const { p13, p31, p32, p23, p14 } = this.model;
    switch (this.state) {
      case 'tx in gap':
        if (draw < p14) return 'lost in gap';
        return draw < (p13 + p14) >>> 0 ? 'lost in burst' : 'tx in gap';
      case 'tx in burst':
        return draw < p23 ? 'lost in burst' : 'tx in burst';
      case 'lost in burst':
        if (draw < p32) return 'tx in burst';
        return draw < (p31 + p32) >>> 0 ? 'tx in gap' : 'lost in burst';
      case 'lost in gap':
        return 'tx in gap';
    }
  }
}

/** Twin of loss_gilb_ell: a frame is judged by the state in which it found the channel. */
class GilbertElliott implements LossGenerator {
  private readonly rng: Rng;
  private readonly model: LossModel & { kind: 'gemodel' };
  private isGood = true;

  constructor(rng: Rng, model: LossModel & { kind: 'gemodel' }) {
    this.rng = rng;
    this.model = model;
  }

  isLost(): boolean {
    const { p, r, h, oneMinusK } = this.model;
    if (this.isGood) {
      if (this.rng.u32() < p) this.isGood = false;
      return this.rng.u32() < oneMinusK;
    }
    if (this.rng.u32() < r) this.isGood = true;
    return this.rng.u32() > h;
  }
}

/** Twin of tabledist: `mean` ± `jitter`, uniform without a table. A drawn delay may be negative. */
export function drawDelay(mean: number, jitter: number, random: CorrelatedRandom, table: Int16Array | null): number {
  if (jitter === 0) return mean;
  const draw = random.next();
  if (table === null) return (draw % (2 * jitter)) + mean - jitter;
  const value = table[draw % table.length]!;
  const rest = (jitter % DIST_SCALE) * value;
  const rounded = Math.trunc((rest + (rest >= 0 ? DIST_SCALE / 2 : -DIST_SCALE / 2)) / DIST_SCALE);
  return rounded + Math.floor(jitter / DIST_SCALE) * value + mean;
}

/** The least that `drawDelay` can answer. */
export function leastDelay(mean: number, jitter: number, table: Int16Array | null): number {
  if (table === null) return mean - jitter;
  const least = table.reduce((smallest, value) => Math.min(smallest, value), 0);
  return Math.floor(mean + (jitter * least) / DIST_SCALE) - 1;
}
