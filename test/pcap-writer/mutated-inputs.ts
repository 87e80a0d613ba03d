/** Damaged copies of sound inputs, the same for the same seed: bytes changed, stretches cut out, doubled or mixed. */
export class MutatedInputs {
  private readonly samples: readonly Uint8Array[];
  private state: number;

  constructor(samples: readonly Uint8Array[], seed: number) {
    this.samples = samples;
    this.state = seed | 1;
  }

  next(): Uint8Array {
    let bytes: Uint8Array = this.pick(this.samples).slice();
    for (let times = 1 + this.below(4); times > 0; times--) bytes = this.mutate(bytes);
    return bytes;
  }

  private mutate(bytes: Uint8Array): Uint8Array {
    if (bytes.length === 0) return bytes;
    const at = this.below(bytes.length);
    const other = this.pick(this.samples);
    switch (this.below(6)) {
      case 0:
        bytes[at] = this.below(256);
        return bytes;
      case 1:
        // Lengths are where parsers break: small, huge, and off by a little.
        bytes[at] = this.pick([0, 1, 3, 4, 8, 0x7f, 0x80, 0xff]);
        return bytes;
      case 2:
        bytes[at]! ^= 1 << this.below(8);
        return bytes;
      case 3:
        return bytes.slice(0, at);
      case 4:
        return joined(bytes.subarray(0, at), bytes.subarray(at + this.below(16)));
      default:
        return joined(bytes.subarray(0, at), other.subarray(this.below(other.length)));
    }
  }

  private pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  /** xorshift32 (Marsaglia 2003). */
  private below(limit: number): number {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    return (this.state >>> 0) % limit;
  }
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(one.length + other.length);
  bytes.set(one);
  bytes.set(other, one.length);
  return bytes;
}
