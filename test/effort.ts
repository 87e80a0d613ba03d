/** How much of what could be tried is tried: `DOCKWIRE_EFFORT`, 1 unless it is set. */
const EFFORT = Number(process.env['DOCKWIRE_EFFORT'] ?? 1);

/** From here on it is as much as the project promises. */
const FULL_EFFORT = 20;

/** So many of `full`: a hundredth at effort 1, all from effort 20 on. */
export function partOf(full: number): number {
  return EFFORT >= FULL_EFFORT ? full : Math.ceil((full * EFFORT) / 100);
}
