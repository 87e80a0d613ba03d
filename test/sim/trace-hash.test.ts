import assert from 'node:assert/strict';
import { Rng } from '../../src/sim/rng.ts';
import { Hash64 } from '../../src/sim/trace-hash.ts';

function hashOf(bytes: Uint8Array): string {
  const hash = new Hash64();
  hash.updateBytes(new DataView(bytes.buffer, bytes.byteOffset), 0, bytes.length);
  return hash.digest();
}

function differingBits(left: string, right: string): number {
  let bits = 0;
  for (let rest = BigInt(`0x${left}`) ^ BigInt(`0x${right}`); rest !== 0n; rest &= rest - 1n) bits++;
  return bits;
}

describe('sim/trace-hash', () => {
  it('gives 16 digits that depend on what was folded in and nothing else', () => {
    const hash = new Hash64();
    const empty = hash.digest();
    assert.match(empty, /^[0-9a-f]{16}$/);
    assert.equal(hash.digest(), empty);
    hash.update32(1);
    assert.notEqual(hash.digest(), empty);
    hash.reset();
    assert.equal(hash.digest(), empty);
    const signed = new Hash64();
    signed.update32(-1);
    const unsigned = new Hash64();
    unsigned.update32(0xffffffff);
    assert.equal(signed.digest(), unsigned.digest());
  });

  it('stays the same from version to version and from machine to machine', () => {
    assert.equal(hashOf(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9)), '49c62c8e6aac6653');
  });

  it('does not depend on where in its view a frame lies', () => {
    const rng = Rng.fromSeed(1);
    for (const length of [0, 1, 2, 3, 4, 5, 60, 61, 62, 63, 1514]) {
      const bytes = rng.bytes(length);
      for (const shift of [1, 2, 3, 7]) {
        const moved = new Uint8Array(length + 16).fill(0xee);
        moved.set(bytes, shift);
        const hash = new Hash64();
        hash.updateBytes(new DataView(moved.buffer), shift, shift + length);
        assert.equal(hash.digest(), hashOf(bytes), `${length} bytes at ${shift}`);
      }
    }
  });

  it('tells lengths of zero bytes, orders and the halves of long numbers apart', () => {
    const digests = new Set<string>();
    for (let length = 0; length <= 64; length++) digests.add(hashOf(new Uint8Array(length)));
    assert.equal(digests.size, 65);
    for (const numbers of [
      [1, 2],
      [2, 1],
      [2 ** 32 + 1, 2],
      [1, 2 ** 32 + 2],
      [2 ** 53 - 1, 0],
      [0, 2 ** 53 - 1],
    ]) {
      const hash = new Hash64();
      for (const x of numbers) hash.updateNumber(x);
      digests.add(hash.digest());
    }
    assert.equal(digests.size, 71);
  });

  it('changes about half of its bits for each input bit that changes', () => {
    const bytes = Rng.fromSeed(2).bytes(64);
    const before = hashOf(bytes);
    const changedBy = new Array<number>(64).fill(0);
    for (let bit = 0; bit < 512; bit++) {
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      const after = hashOf(bytes);
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      const differing = differingBits(before, after);
      assert(differing >= 12 && differing <= 52, `bit ${bit} changes ${differing} bits`);
      const changes = BigInt(`0x${before}`) ^ BigInt(`0x${after}`);
      for (let i = 0; i < 64; i++) if (((changes >> BigInt(i)) & 1n) === 1n) changedBy[i]!++;
    }
    // Each output bit is changed by about half of the 512 input bits: 256 +- 11, six deviations.
    for (const [i, count] of changedBy.entries()) assert(Math.abs(count - 256) < 70, `output bit ${i}: ${count}`);
  });

  it('does not meet itself among frames that differ in one or two places', () => {
    const digests = new Set<string>();
    const bytes = new Uint8Array(60);
    let frames = 0;
    for (let first = 0; first < 60; first += 3) {
      for (let second = first + 1; second < 60; second++) {
        for (const [left, right] of [
          [1, 1],
          [0x80, 0x80],
          [1, 0xff],
          [0x80, 1],
        ] as const) {
          bytes[first] = left;
          bytes[second] = right;
          digests.add(hashOf(bytes));
          bytes[first] = 0;
          bytes[second] = 0;
          frames++;
        }
      }
    }
    assert.equal(digests.size, frames);
  });
});
