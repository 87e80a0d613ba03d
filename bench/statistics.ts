/** What a handful of noisy measurements says. */

/** The middle value, the mean of the two middle ones for an even count. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/**
 * Paired ratios: `references` has one measurement before the first value, one after the last and one between any two;
 * each value is divided by the mean of its two neighbours. Returns their median.
 */
export function medianRatio(values: readonly number[], references: readonly number[]): number {
  return median(values.map((value, i) => (2 * value) / (references[i]! + references[i + 1]!)));
}

/** The best value over the best reference: what noise, which only ever adds, spoils least. */
export function bestRatio(values: readonly number[], references: readonly number[]): number {
  return Math.min(...values) / Math.min(...references);
}
