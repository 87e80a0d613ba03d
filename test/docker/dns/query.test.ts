import assert from 'node:assert/strict';
import { readQuery } from '../../../src/docker/dns/query.ts';
import * as dns from '../../../src/wire/dns.ts';

const CB = [2, 0x63, 0x62, 0, 0, 1, 0, 1];

/** With these flags and counts, in that order. */
function bytes(flags: number, counts: readonly number[], rest: readonly number[]): Uint8Array {
  return Uint8Array.from([0x12, 0x34, flags >> 8, flags & 0xff, ...counts.flatMap((n) => [0, n]), ...rest]);
}

/** In hexadecimal: what a real engine 20.10 answers at once; `question` for what it goes on to look up. */
function answerTo(query: Uint8Array): string {
  const read = readQuery(query);
  if (read === null) return '';
  return read.isRejected ? Buffer.from(dns.emit(read.message, 'none')).toString('hex') : 'question';
}

describe('bytes that come to the embedded DNS server', () => {
  it('are a question when there is one, with the records of EDNS and the like', () => {
    const opt = [0, 0, 41, 4, 0xd0, 0, 0, 0, 0, 0, 0];
    assert.equal(answerTo(bytes(0x0100, [1, 0, 0, 0], CB)), 'question');
    assert.equal(answerTo(bytes(0x2100, [1, 0, 0, 0], CB)), 'question');
    assert.equal(answerTo(bytes(0x0100, [1, 0, 0, 1], [...CB, ...opt])), 'question');
    assert.equal(answerTo(bytes(0x0100, [1, 1, 1, 2], [...CB, ...opt])), 'question');
    assert.equal(answerTo(bytes(0x0100, [1, 0, 0, 0], [...CB, 1, 2])), 'question');
  });

  it('get no answer when they are one, or too short for anything', () => {
    assert.equal(answerTo(bytes(0x8100, [1, 0, 0, 0], CB)), '');
    assert.equal(answerTo(bytes(0x0100, [1, 0, 0, 0], [])), '');
    const whole = bytes(0x0100, [1, 0, 0, 0], CB);
    for (let length = 0; length < 12; length++) assert.equal(answerTo(whole.slice(0, length)), '');
  });

  it('may end where the name or the type does', () => {
    const cut = (length: number): string => answerTo(bytes(0x0100, [1, 0, 0, 0], CB.slice(0, length)));
    const told = [1, 2, 3, 4, 5, 6, 7].map((length) => cut(length));
    const fault = '123481010000000000000000';
    assert.deepEqual(told, [fault, fault, fault, 'question', fault, 'question', 'question']);
  });

  it('are sent back with what is wrong, as far as they were understood', () => {
    const cases: readonly (readonly [Uint8Array, string])[] = [
      [bytes(0x0800, [1, 0, 0, 0], CB), '123488040000000000000000'],
      [bytes(0x0ff0, [1, 0, 0, 0], CB), '12348bb40000000000000000'],
      [bytes(0x7fff, [1, 0, 0, 0], CB), '1234fbb40000000000000000'],
      [bytes(0x0100, [0, 0, 0, 0], []), '123481010000000000000000'],
      [bytes(0x0100, [2, 0, 0, 0], [...CB, ...CB]), '123481010000000000000000'],
      [bytes(0x0100, [1, 2, 0, 0], CB), '123481010000000000000000'],
      [bytes(0x0100, [1, 0, 2, 0], CB), '123481010000000000000000'],
      [bytes(0x0100, [1, 0, 0, 3], CB), '123481010000000000000000'],
      [bytes(0x0100, [1, 0, 0, 0], [0xc0, 0x0c, 0, 1, 0, 1]), '123481010000000000000000'],
      [bytes(0x0100, [1, 0, 0, 0], [0x40, 0x78, 0, 0, 1, 0, 1]), '123481010000000000000000'],
      [bytes(0x0100, [1, 0, 0, 1], [...CB, 0, 0, 41, 4]), '1234810100010000000000000263620000010001'],
    ];
    for (const [query, answer] of cases) assert.equal(answerTo(query), answer, Buffer.from(query).toString('hex'));
  });
});
