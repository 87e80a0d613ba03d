import assert from 'node:assert/strict';
import fc from 'fast-check';
import { TelnetReader } from '../../../src/userland/telnet/protocol.ts';

/** Text and commands of bytes that come in two pieces. */
function readCut(bytes: Uint8Array, cut: number): { text: number[]; commands: number[][] } {
  const text: number[] = [];
  const commands: number[][] = [];
  const reader = new TelnetReader({
    negotiated: (verb, option) => commands.push([verb, option]),
    asked: (suboption) => commands.push([...suboption]),
  });
  for (const piece of [bytes.subarray(0, cut), bytes.subarray(cut)]) reader.read(piece, (byte) => text.push(byte));
  return { text, commands };
}

describe('userland/telnet: the protocol', () => {
  it('finds commands, however they are cut', () => {
    const bytes = Uint8Array.of(65, 255, 253, 1, 255, 255, 255, 241, 66, 255, 250, 24, 1, 255, 255, 255, 240, 67);
    for (let cut = 0; cut <= bytes.length; cut++) {
      const expected = {
        text: [65, 255, 66, 67],
        commands: [
          [253, 1],
          [24, 1, 255],
        ],
      };
      assert.deepEqual(readCut(bytes, cut), expected, String(cut));
    }
  });

  it('takes any bytes, and keeps little of endless suboptions', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(200), (bytes, cut) => {
        assert.deepEqual(readCut(bytes, cut), readCut(bytes, 0));
      }),
      { numRuns: 200 },
    );
    const endless = new Uint8Array(5000).fill(7);
    endless.set([255, 250]);
    endless.set([255, 240], 4998);
    assert.equal(readCut(endless, 0).commands[0]!.length, 256);
  });
});
