/**
 * Where this node lies in the space of round-trip times (coordinate/client.go): Vivaldi with heights, a moving median
 * of the last measurements, an adjustment over a window and a little gravity towards the origin.
 */
import type { Rng } from '../../sim/rng.ts';
import type { Coordinate } from './serf-messages.ts';

const DIMENSIONS = 8;
const ERROR_MAX = 1.5;
const ERROR_GAIN = 0.25;
const FORCE_GAIN = 0.25;
const ADJUSTMENT_WINDOW = 20;
const HEIGHT_MIN = 10e-6;
const LATENCY_FILTER_SIZE = 3;
const GRAVITY_RHO = 150;
const ZERO_THRESHOLD = 1e-6;
const MAX_RTT_SECONDS = 10;

/** Of a node that has measured nothing. */
export const ORIGIN: Coordinate = {
  vec: new Array<number>(DIMENSIONS).fill(0),
  error: ERROR_MAX,
  adjustment: 0,
  height: HEIGHT_MIN,
};

export class Vivaldi {
  private own = ORIGIN;
  private readonly rng: Rng;
  private readonly samples = new Map<string, number[]>();
  private readonly adjustments = new Array<number>(ADJUSTMENT_WINDOW).fill(0);
  private adjustmentIndex = 0;

  constructor(rng: Rng) {
    this.rng = rng;
  }

  get coordinate(): Coordinate {
    return this.own;
  }

  /** A ping to a node at `other` took `rttNs`; whether that was taken into account. */
  update(node: string, other: Coordinate, rttNs: number): boolean {
    const rttSeconds = rttNs / 1e9;
    if (other.vec.length !== DIMENSIONS || !isValid(other)) return false;
    if (rttSeconds < 0 || rttSeconds > MAX_RTT_SECONDS) return false;
    const rtt = this.median(node, rttSeconds);
    this.updatePosition(other, Math.max(rtt, ZERO_THRESHOLD));
    this.updateAdjustment(other, rtt);
    const distance = distanceSeconds(ORIGIN, this.own);
    this.own = this.applyForce(-((distance / GRAVITY_RHO) * (distance / GRAVITY_RHO)), ORIGIN);
    if (!isValid(this.own)) this.own = ORIGIN;
    return true;
  }

  /** The node is gone. */
  forget(node: string): void {
    this.samples.delete(node);
  }

  private median(node: string, rttSeconds: number): number {
    const samples = [...(this.samples.get(node) ?? []), rttSeconds].slice(-LATENCY_FILTER_SIZE);
    this.samples.set(node, samples);
    return samples.toSorted((a, b) => a - b)[samples.length >> 1]!;
  }

  private updatePosition(other: Coordinate, rtt: number): void {
    const distance = distanceSeconds(this.own, other);
    const wrongness = Math.abs(distance - rtt) / rtt;
    const weight = this.own.error / Math.max(this.own.error + other.error, ZERO_THRESHOLD);
    const gain = ERROR_GAIN * weight;
    const error = Math.min(gain * wrongness + this.own.error * (1 - gain), ERROR_MAX);
    this.own = { ...this.own, error };
    this.own = this.applyForce(FORCE_GAIN * weight * (rtt - distance), other);
  }

  private updateAdjustment(other: Coordinate, rtt: number): void {
    this.adjustments[this.adjustmentIndex] = rtt - rawDistanceSeconds(this.own, other);
    this.adjustmentIndex = (this.adjustmentIndex + 1) % ADJUSTMENT_WINDOW;
    let sum = 0;
    for (const sample of this.adjustments) sum += sample;
    this.own = { ...this.own, adjustment: sum / (2 * ADJUSTMENT_WINDOW) };
  }

  private applyForce(force: number, other: Coordinate): Coordinate {
    const { own } = this;
    const offset = own.vec.map((part, i) => part - other.vec[i]!);
    const distance = magnitude(offset);
    const isApart = distance > ZERO_THRESHOLD;
    // Two that lie on each other part in any direction.
    const direction = isApart ? offset : offset.map(() => this.rng.unit() - 0.5);
    const length = isApart ? distance : magnitude(direction);
    const vec = own.vec.map((part, i) => part + (direction[i]! / length) * force);
    const height = isApart ? ((own.height + other.height) * force) / distance + own.height : own.height;
    return { ...own, vec, height: isApart ? Math.max(height, HEIGHT_MIN) : height };
  }
}

/** The round-trip time that is expected between two nodes. */
export function distanceSeconds(a: Coordinate, b: Coordinate): number {
  const raw = rawDistanceSeconds(a, b);
  const adjusted = raw + a.adjustment + b.adjustment;
  return adjusted > 0 ? adjusted : raw;
}

function rawDistanceSeconds(a: Coordinate, b: Coordinate): number {
  return magnitude(a.vec.map((part, i) => part - b.vec[i]!)) + a.height + b.height;
}

function magnitude(vec: readonly number[]): number {
  let sum = 0;
  for (const part of vec) sum += part * part;
  return Math.sqrt(sum);
}

function isValid({ vec, error, adjustment, height }: Coordinate): boolean {
  return [...vec, error, adjustment, height].every((part) => Number.isFinite(part));
}
