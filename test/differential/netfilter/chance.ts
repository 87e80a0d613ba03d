/** Draws from lists, weighted and with exceptions, for the generators. */
import { Rng } from '../../../src/sim/rng.ts';

export class Chance {
  private readonly rng: Rng;

  constructor(rng: Rng) {
    this.rng = rng;
  }

  static of(seed: number, name: string): Chance {
    return new Chance(Rng.fromSeed(seed).fork(name));
  }

  below(limit: number): number {
    return this.rng.below(limit);
  }

  /** True once in so many times. */
  once(times: number): boolean {
    return this.rng.below(times) === 0;
  }

  among<T>(list: readonly T[]): T {
    return list[this.rng.below(list.length)]!;
  }

  /** One of them by weight. */
  weighted<T>(list: readonly (readonly [weight: number, value: T])[]): T {
    let draw = this.rng.below(list.reduce((sum, [weight]) => sum + weight, 0));
    for (const [weight, value] of list) {
      if (draw < weight) return value;
      draw -= weight;
    }
    return list.at(-1)![1];
  }

  /** Some of them in their order, at least one. */
  some<T>(list: readonly T[]): T[] {
    const chosen = list.filter(() => this.once(2));
    return chosen.length > 0 ? chosen : [this.among(list)];
  }

  /** `! ` now and then. */
  not(times = 5): string {
    return this.once(times) ? '! ' : '';
  }
}
