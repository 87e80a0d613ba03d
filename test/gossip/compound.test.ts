import { strict as assert } from 'node:assert';
import { hex } from '../../src/base/bytes.ts';
import { decodeCompound, encodeCompound, MAX_COMPOUND_PARTS } from '../../src/gossip/compound.ts';
import { assertBytes, cuts, needVectors, unhex } from './vectors.ts';

interface CompoundVector {
  readonly name: string;
  readonly hex: string;
  readonly parts: readonly string[] | null;
}

function partsOf(bytes: Uint8Array): [string | null, string[]] {
  const parts: string[] = [];
  const fault = decodeCompound(bytes, (part) => parts.push(hex(part)));
  return [fault, parts];
}

describe('gossip/compound', () => {
  it('makes what the real library makes, and reads it', function () {
    for (const vector of needVectors(this, 'compound.json') as readonly CompoundVector[]) {
      const parts = vector.parts ?? [];
      assertBytes(encodeCompound(parts.map(unhex)), vector.hex, vector.name);
      // 256 parts count as none.
      const expected = parts.length > MAX_COMPOUND_PARTS ? [] : parts;
      assert.deepEqual(partsOf(unhex(vector.hex)), [null, expected], vector.name);
    }
  });

  it('reads the parts that are whole', () => {
    const bytes = encodeCompound([unhex('0102'), unhex(''), unhex('03')]);
    const whole = ['0102', '', '03'];
    for (const cut of cuts(bytes)) {
      const [fault, parts] = partsOf(cut);
      assert.equal(fault, 'truncated');
      assert.deepEqual(parts, cut.length < 8 ? [] : cut.length < 10 ? [] : whole.slice(0, 2));
    }
    assert.deepEqual(partsOf(Uint8Array.from([...bytes, 9])), [null, whole]);
  });
});
