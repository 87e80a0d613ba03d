/** Measures garbage without a profiler: by how much the heap grows while some work is done again and again. */

const WARM_UP_ROUNDS = 10;
const MEASURED_ROUNDS = 15;

/**
 * Bytes by which the heap grows in one round of `work`, once warm. The median of many rounds, because a collection, or
 * what the compiler itself needs, may fall into some.
 */
export function heapGrowthOf(work: () => void): number {
  for (let round = 0; round < WARM_UP_ROUNDS; round++) work();
  const grownBytes: number[] = [];
  for (let round = 0; round < MEASURED_ROUNDS; round++) {
    const before = process.memoryUsage().heapUsed;
    work();
    grownBytes.push(process.memoryUsage().heapUsed - before);
  }
  return grownBytes.sort((one, other) => one - other)[MEASURED_ROUNDS >> 1]!;
}
