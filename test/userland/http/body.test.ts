import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { BodyDecoder } from '../../../src/userland/http/body.ts';
import { bodyDecoder, requestFraming, responseFraming, writeChunkHead } from '../../../src/userland/http/body.ts';
import { latin1Decode, latin1Encode } from '../../../src/userland/http/head.ts';

/** Gives a decoder bytes in pieces of that size; the body, and how many bytes it took. */
function feed(decoder: BodyDecoder, text: string, pieceSize: number): { body: string; taken: number } {
  const bytes = latin1Encode(text);
  let [body, taken] = ['', 0];
  for (let at = 0; at < bytes.length; at += pieceSize) {
    const end = Math.min(at + pieceSize, bytes.length);
    const got = decoder.push(bytes.subarray(0, end), at, (piece) => (body += latin1Decode(piece)));
    taken += got;
    if (got < end - at) break;
  }
  return { body, taken };
}

const withHeaders = (...pairs: readonly (readonly [string, string])[]) => ({
  status: 200,
  headers: pairs.map(([name, value]) => ({ name, value })),
});

describe('userland/http/body', () => {
  it('says how a body is delimited', () => {
    assert.equal(requestFraming(withHeaders()), 0);
    assert.equal(responseFraming(withHeaders(), 'GET'), 'rest');
    assert.equal(responseFraming(withHeaders(['content-length', '12']), 'GET'), 12);
    assert.equal(responseFraming(withHeaders(['Content-Length', '12']), 'HEAD'), 0);
    assert.equal(responseFraming({ ...withHeaders(['Content-Length', '12']), status: 304 }, 'GET'), 0);
    assert.equal(responseFraming({ ...withHeaders(), status: 100 }, 'GET'), 0);
    const both = withHeaders(['Content-Length', '12'], ['Transfer-Encoding', 'Chunked']);
    assert.equal(requestFraming(both), 'chunked');
    assert.equal(requestFraming(withHeaders(['Transfer-Encoding', 'gzip'])), 'bad');
    assert.equal(requestFraming(withHeaders(['Content-Length', '1'], ['Content-Length', '1'])), 1);
    assert.equal(requestFraming(withHeaders(['Content-Length', '1'], ['Content-Length', '2'])), 'bad');
    for (const value of ['', '-1', '+1', '1 2', '0x10', '1e3', '9'.repeat(30)]) {
      assert.equal(requestFraming(withHeaders(['Content-Length', value])), 'bad', value);
    }
  });

  it('takes as many bytes as the length says', () => {
    for (const size of [1, 3, 100]) {
      const decoder = bodyDecoder(5);
      assert.deepEqual(feed(decoder, 'helloGET /', size), { body: 'hello', taken: 5 });
      assert.ok(decoder.isComplete);
    }
    const rest = bodyDecoder('rest');
    assert.equal(feed(rest, 'all of it', 2).body, 'all of it');
    assert.deepEqual([rest.isComplete, rest.endsWithConnection], [false, true]);
    assert.ok(bodyDecoder(0).isComplete);
  });

  it('puts chunks together, whatever the pieces', () => {
    const wire = '5\r\nhello\r\n6;ext="a"\r\n world\r\n0\r\nTrailer: x\r\n\r\n';
    for (let size = 1; size <= wire.length + 3; size++) {
      const decoder = bodyDecoder('chunked');
      assert.deepEqual(feed(decoder, `${wire}HTT`, size), { body: 'hello world', taken: wire.length });
      assert.ok(decoder.isComplete && !decoder.isBroken);
    }
  });

  it('refuses what is no chunk', () => {
    const bad = ['\r\n', 'g\r\n', '-1\r\n', '5 5\r\n', '2\r\nabc\r\n', '0x5\r\n', `${'f'.repeat(20)}\r\n`];
    for (const text of [...bad, 'a'.repeat(5000)]) {
      const decoder = bodyDecoder('chunked');
      feed(decoder, text, 7);
      assert.ok(decoder.isBroken && !decoder.isComplete, text);
    }
  });

  it('reads what it writes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary-ascii', minLength: 1 })),
        fc.integer({ min: 1, max: 50 }),
        (pieces, size) => {
          const wire =
            pieces.map((piece) => `${writeChunkHead(piece.length)}${piece}\r\n`).join('') + writeChunkHead(0);
          const decoder = bodyDecoder('chunked');
          assert.equal(feed(decoder, wire, size).body, pieces.join(''));
          assert.ok(decoder.isComplete);
        },
      ),
      { numRuns: 100 },
    );
  });
});
