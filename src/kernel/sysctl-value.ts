/**
 * Numbers in the files of /proc/sys, as `proc_dointvec` and its kin read and print them (Linux: kernel/sysctl.c). A
 * value that the kernel refuses is null here: the write answers EINVAL.
 */

/** Jiffies a second, as Debian's kernel has it: times that a file takes are kept in these steps. */
const HZ = 250;
/** What user space is told a tick is (USER_HZ), so that its files need not know HZ. */
const USER_HZ = 100;
const JIFFY_NS = 1_000_000_000 / HZ;
const MILLISECOND_NS = 1_000_000;
const INT_MAX = 2 ** 31 - 1;
/** What a buffer of an Ethernet frame costs its receiver: SKB_TRUESIZE(ETH_FRAME_LEN). */
const ETH_FRAME_TRUESIZE = 2090;

/** A decimal, hexadecimal or octal number (`simple_strtoul` with base 0). */
const NUMBER = /^-?(?:0x[\da-f]+|0[0-7]*|[1-9]\d*)$/i;

/** The numbers of a text, up to `count` of them; what stands behind is not looked at. Null for no number at all. */
export function readNumbers(text: string, count: number): number[] | null {
  const words = text.split(/[ \t\n]+/).filter((word) => word !== '');
  if (words.length === 0) return null;
  const numbers: number[] = [];
  for (const word of words.slice(0, count)) {
    if (!NUMBER.test(word)) return null;
    const digits = word.replace('-', '');
    const isOctal = digits.length > 1 && digits.startsWith('0') && !/x/i.test(digits);
    const value = isOctal ? Number.parseInt(digits, 8) : Number(digits);
    numbers.push(word.startsWith('-') ? -value : value);
  }
  return numbers;
}

/** One kind of file: how its number is read and shown; null for what it refuses. */
export interface NumberKind {
  /** From the number that was written to the one that is kept. */
  readonly keep: (written: number) => number | null;
  readonly show: (kept: number) => number;
}

/** A number in `min..max`, kept as it is. */
export function rangeKind(min: number, max: number): NumberKind {
  return { keep: (n) => (n < min || n > max ? null : n + 0), show: (n) => n };
}

/** Milliseconds, kept as ns of whole jiffies (proc_dointvec_ms_jiffies). */
export const MS_KIND: NumberKind = {
  keep: (n) => (n < 0 || n > INT_MAX ? null : Math.ceil((n * MILLISECOND_NS) / JIFFY_NS) * JIFFY_NS),
  show: (ns) => ns / MILLISECOND_NS,
};

/** The same where 0 makes no sense. */
export const POSITIVE_MS_KIND: NumberKind = { keep: (n) => (n < 1 ? null : MS_KIND.keep(n)), show: MS_KIND.show };

/** Seconds, kept as ns (proc_dointvec_jiffies). */
export const SECOND_KIND: NumberKind = {
  keep: (n) => (n < -INT_MAX / HZ || n > INT_MAX / HZ ? null : n * 1_000_000_000),
  show: (ns) => ns / 1_000_000_000,
};

/** Hundredths of a second, kept as ns of whole jiffies (proc_dointvec_userhz_jiffies). */
export const USER_HZ_KIND: NumberKind = {
  keep: (n) => (n < 0 || n > INT_MAX ? null : Math.floor((n * HZ) / USER_HZ) * JIFFY_NS),
  show: (ns) => Math.floor((ns / JIFFY_NS) * (USER_HZ / HZ)),
};

/** A number of parked packets, kept as bytes (proc_unres_qlen). */
export const QUEUE_LENGTH_KIND: NumberKind = {
  keep: (n) => (n < 0 || n > INT_MAX / ETH_FRAME_TRUESIZE ? null : n * ETH_FRAME_TRUESIZE),
  show: (bytes) => Math.floor(bytes / ETH_FRAME_TRUESIZE),
};

/** A switch that any number but 0 turns on, and that shows as 1 (brnf_sysctl_call_tables). */
export const SWITCH_KIND: NumberKind = {
  keep: (n) => (n < -(2 ** 31) || n > INT_MAX ? null : n === 0 ? 0 : 1),
  show: (n) => n,
};

/** Any int. */
export const INT_KIND = rangeKind(-(2 ** 31), INT_MAX);
/** An int that is not negative. */
export const NATURAL_KIND = rangeKind(0, INT_MAX);
