/** Rates as the kernel's schedulers reckon with them (Linux: psched_ratecfg_precompute, psched_l2t_ns). */

/** Nanoseconds that a number of bytes takes, by a multiplication and a shift as in the kernel. */
export class PacketRate {
  readonly bytesPerSecond: number;
  readonly overhead: number;
  /** The least bytes that a frame counts for; kept and shown, the kernel has forgotten it since 3.8. */
  readonly mpu: number;
  private readonly multiplier: number;
  private readonly divisor: number;

  constructor(bytesPerSecond: number, overhead = 0, mpu = 0) {
    this.bytesPerSecond = bytesPerSecond;
    this.overhead = overhead;
    this.mpu = mpu;
    let [factor, shift, multiplier] = [1_000_000_000n, 0, 1n];
    if (bytesPerSecond > 0) {
      for (;;) {
        multiplier = factor / BigInt(bytesPerSecond);
        if ((multiplier & (1n << 31n)) !== 0n || (factor & (1n << 63n)) !== 0n) break;
        factor <<= 1n;
        shift++;
      }
    }
    this.multiplier = Number(multiplier);
    this.divisor = 2 ** shift;
  }

  nsOf(bytes: number): number {
    return Number((BigInt(bytes + this.overhead) * BigInt(this.multiplier)) / BigInt(this.divisor));
  }
}
