/** Drives netem without a machine around it: frames at even distances, and what became of each. */
import { Slab } from '../../src/link/frame.ts';
import type { Frame } from '../../src/link/frame.ts';
import type { NetemQueue } from '../../src/link/netem.ts';
import { Netem } from '../../src/link/netem.ts';
import type { LossModel, NetemSettings } from '../../src/link/netem-settings.ts';
import { ALWAYS, NETEM_DEFAULTS } from '../../src/link/netem-settings.ts';
import { Rng } from '../../src/sim/rng.ts';

/** As netem takes a percentage. */
export function percent(value: number): number {
  return Math.round((value / 100) * ALWAYS);
}

export function randomLoss(value: number, correlation = 0): LossModel {
  return { kind: 'random', probability: percent(value), correlation: percent(correlation) };
}

export function gemodel(p: number, r = 100 - p, oneMinusH = 100, oneMinusK = 0): LossModel {
  return {
    kind: 'gemodel',
    p: percent(p),
    r: percent(r),
    h: ALWAYS - percent(oneMinusH),
    oneMinusK: percent(oneMinusK),
  };
}

export function stateModel(p13: number, p31 = 100 - p13, p32 = 0, p23 = 100, p14 = 0): LossModel {
  return {
    kind: 'state',
    p13: percent(p13),
    p31: percent(p31),
    p32: percent(p32),
    p23: percent(p23),
    p14: percent(p14),
  };
}

/** One frame that left. */
export interface Sent {
  /** The frame's number in the order of sending; a copy has that of its original. */
  readonly number: number;
  readonly enteredNs: number;
  readonly leftNs: number;
  readonly isCopy: boolean;
}

/** A queue that lets each frame go at its time, and remembers. */
export class NetemLane implements NetemQueue {
  readonly netem: Netem;
  readonly sent: Sent[] = [];
  readonly lost: number[] = [];
  readonly overflown: number[] = [];
  corrupted = 0;
  overtaking = 0;
  duplicated = 0;
  private readonly slab = new Slab(4);
  private readonly frame: Frame;
  private readonly times: number[] = [];
  private nowNs = 0;
  private number = 0;
  private isCopy = false;

  constructor(settings: Partial<NetemSettings>, seed = 1) {
    this.netem = new Netem(Rng.fromSeed(seed).fork('netem'), { ...NETEM_DEFAULTS, ...settings });
    this.frame = this.slab.take(1500);
  }

  /** Sends `count` frames of so many bytes, one every `intervalNs`. */
  pass(count: number, intervalNs: number, bytes = 106): this {
    const { frame, slab } = this;
    frame.tail = frame.head + bytes;
    for (let i = 0; i < count; i++) {
      this.release();
      this.isCopy = false;
      slab.bytes.fill(0, frame.head, frame.tail);
      this.netem.enqueue(frame, this.nowNs, this, false);
      if (slab.bytes.subarray(frame.head, frame.tail).some((byte) => byte !== 0)) this.corrupted++;
      this.number++;
      this.nowNs += intervalNs;
    }
    return this;
  }

  /** By sending number, whether it was lost. */
  lossPattern(): boolean[] {
    const pattern = new Array<boolean>(this.number).fill(false);
    for (const number of this.lost) pattern[number] = true;
    return pattern;
  }

  get length(): number {
    return this.times.length;
  }

  get lastNs(): number {
    return Math.max(...this.times);
  }

  lose(): void {
    this.lost.push(this.number);
  }

  overflow(): void {
    this.overflown.push(this.number);
  }

  copy(frame: Frame): Frame {
    this.duplicated++;
    return frame;
  }

  reenter(copy: Frame): void {
    this.isCopy = true;
    this.netem.enqueue(copy, this.nowNs, this, true);
    this.isCopy = false;
  }

  discard(): void {
    this.duplicated--;
  }

  push(_frame: Frame, timeNs: number): void {
    if (this.netem.settings.limit < 1_000_000 || this.netem.settings.rateBytesPerSecond > 0) this.times.push(timeNs);
    this.note(timeNs);
  }

  pushHead(): void {
    this.overtaking++;
    this.note(this.nowNs);
  }

  private note(timeNs: number): void {
    const leftNs = Math.max(timeNs, this.nowNs);
    this.sent.push({ number: this.number, enteredNs: this.nowNs, leftNs, isCopy: this.isCopy });
  }

  private release(): void {
    let kept = 0;
    for (const time of this.times) if (time > this.nowNs) this.times[kept++] = time;
    this.times.length = kept;
  }
}

/** How many runs of lost frames there are of each length, from 1. */
export function burstLengths(pattern: readonly boolean[]): Map<number, number> {
  const lengths = new Map<number, number>();
  let run = 0;
  for (const isLost of [...pattern, false]) {
    if (isLost) run++;
    else if (run > 0) {
      lengths.set(run, (lengths.get(run) ?? 0) + 1);
      run = 0;
    }
  }
  return lengths;
}

/** Half the width of the 99.9 % interval of a ratio. */
export function ratioBound(ratio: number, count: number): number {
  return 3.29 * Math.sqrt((ratio * (1 - ratio)) / count);
}
