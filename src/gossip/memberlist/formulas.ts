/**
 * How times and counts grow with the cluster (util.go, suspicion.go). Logarithms are made of basic arithmetic here, so
 * that every machine comes to the same last bit; where the library asks for a whole number, integers decide.
 */
import { assert } from '../../base/assert.ts';
import { MILLISECOND, SECOND } from '../../sim/units.ts';

const LN_2 = 0.6931471805599453;
const LN_10 = 2.302585092994046;
const SQRT_2 = 1.4142135623730951;
/** Up to so many members push/pulls are not slowed down. */
const PUSH_PULL_SCALE_THRESHOLD_BITS = 5;

/** The natural logarithm of a positive number: 2 artanh((m - 1) / (m + 1)) + e ln 2 for x = m 2^e, m about 1. */
export function ln(x: number): number {
  assert(x > 0 && x < Infinity, 'ln: the number is positive');
  let mantissa = x;
  let exponent = 0;
  while (mantissa > SQRT_2) {
    mantissa /= 2;
    exponent++;
  }
  while (mantissa < SQRT_2 / 2) {
    mantissa *= 2;
    exponent--;
  }
  const ratio = (mantissa - 1) / (mantissa + 1);
  const square = ratio * ratio;
  // |ratio| < 0.1716, so that the term of 1/25 is below the last bit.
  let series = 0;
  for (let divisor = 25; divisor >= 1; divisor -= 2) series = series * square + 1 / divisor;
  return 2 * ratio * series + exponent * LN_2;
}

/** The smallest d with 10^d >= n. */
function decimalDigitsUpTo(n: number): number {
  let digits = 0;
  for (let power = 1; power < n; power *= 10) digits++;
  return digits;
}

/** floor(1000 log10(n)), exact at powers of ten. */
function milliLog10(n: number): number {
  const digits = decimalDigitsUpTo(n);
  return n === 10 ** digits ? 1000 * digits : Math.floor((1000 * ln(n)) / LN_10);
}

/** The shortest time from suspect to dead in a cluster of `n` (suspicionTimeout). */
export function suspicionTimeoutNs(suspicionMult: number, n: number, probeIntervalNs: number): number {
  const scale1000 = Math.max(1000, milliLog10(Math.max(1, n)));
  return Math.floor((suspicionMult * scale1000 * probeIntervalNs) / 1000);
}

/** How often a broadcast is sent (retransmitLimit). */
export function retransmitLimit(retransmitMult: number, n: number): number {
  return retransmitMult * decimalDigitsUpTo(n + 1);
}

/** The time between push/pulls of one member: twice as long from the 33rd member, thrice from the 65th, and so on. */
export function pushPullScaleNs(intervalNs: number, n: number): number {
  let bits = 0;
  for (let power = 1; power < n; power *= 2) bits++;
  return bits <= PUSH_PULL_SCALE_THRESHOLD_BITS ? intervalNs : (bits - PUSH_PULL_SCALE_THRESHOLD_BITS + 1) * intervalNs;
}

/** Seconds as Go's Duration.Seconds has them: the whole ones and the fraction are added as floating point. */
function seconds(ns: number): number {
  const whole = Math.floor(ns / SECOND);
  return whole + (ns - whole * SECOND) / SECOND;
}

/**
 * What is left of a suspect's time after `confirmations` of `k`, k > 0 (remainingSuspicionTime): it falls with the
 * logarithm of the confirmations from `maxNs` to `minNs`. Negative when it is over.
 */
export function remainingSuspicionTimeNs(
  confirmations: number,
  k: number,
  elapsedNs: number,
  minNs: number,
  maxNs: number,
): number {
  const fraction = ln(confirmations + 1) / ln(k + 1);
  const max = seconds(maxNs);
  const raw = max - fraction * (max - seconds(minNs));
  const timeoutNs = Math.floor(1000 * raw) * MILLISECOND;
  return Math.max(timeoutNs, minNs) - elapsedNs;
}
