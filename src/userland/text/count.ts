/** Counts of lines and bytes as head and tail take them, with a multiplier behind. */

const KIBI = 1024;
const KILO = 1000;
const GNU_UNITS = 'kMGTPE';
/** Counts beyond this are all of any text. */
const MAX = Number.MAX_SAFE_INTEGER;

/** Reads `20`, `1k`, `2M`, `3b`; undefined if it is none. */
export function parseCount(text: string, isBusybox: boolean): number | undefined {
  const [, digits, suffix] = /^\+?(\d+)(.*)$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const unit = isBusybox ? busyboxUnit(suffix!) : gnuUnit(suffix!);
  return unit === undefined ? undefined : Math.min(Number(digits) * unit, MAX);
}

function busyboxUnit(suffix: string): number | undefined {
  return { '': 1, b: 512, k: KIBI, m: KIBI * KIBI }[suffix];
}

/** GNU xstrtoumax with "bkKmMGTPEZY0": `kB` counts by thousands, `k` and `KiB` by 1,024. */
function gnuUnit(suffix: string): number | undefined {
  if (suffix === '') return 1;
  if (suffix === 'b') return 512;
  const letter = suffix.charAt(0);
  const power = GNU_UNITS.indexOf(letter === 'K' ? 'k' : letter === 'm' ? 'M' : letter) + 1;
  const base = { '': KIBI, iB: KIBI, B: KILO, D: KILO }[suffix.slice(1)];
  return power === 0 || base === undefined ? undefined : base ** power;
}
