import { strict as assert } from 'node:assert';
import type { GossipFault } from '../../src/gossip/fault.ts';
import { Keyring } from '../../src/gossip/keyring.ts';
import type { PushNodeState, StreamMessage } from '../../src/gossip/messages.ts';
import { MESSAGE } from '../../src/gossip/messages.ts';
import { decodeStreamMessage, encodeStreamMessage, sealStream, StreamReader } from '../../src/gossip/stream.ts';
import { MAX_STREAM_BYTES } from '../../src/gossip/stream.ts';
import { Rng } from '../../src/sim/rng.ts';
import type { FrameVector } from './frame-tree.ts';
import { encodeStreamTree, keyringOf, streamMessageOf } from './frame-tree.ts';
import { assertBytes, cuts, needVectors, unhex } from './vectors.ts';

const PLAIN = { keyring: null, verifyIncoming: true };

/** What comes of the bytes in pieces of that size; the reader may not be done before the last one. */
function read(bytes: Uint8Array, settings: ConstructorParameters<typeof StreamReader>[0], size: number): unknown {
  const reader = new StreamReader(settings);
  for (let at = 0; at < bytes.length; at += size) {
    const found = reader.push(bytes.slice(at, at + size));
    if (found === null) continue;
    if (typeof found !== 'string') assert.ok(at + size >= bytes.length, 'the message is read before its end');
    return found;
  }
  return reader.end();
}

function nodes(count: number): PushNodeState[] {
  return Array.from({ length: count }, (_, i) => ({
    name: `node-${i}`,
    addr: Uint8Array.of(10, 0, i >> 8, i & 255),
    port: 7946,
    meta: new Uint8Array(0),
    incarnation: i,
    state: i % 4,
    vsn: Uint8Array.of(1, 5, 2, 0, 0, 0),
  }));
}

const STATE: StreamMessage = {
  type: MESSAGE.pushPull,
  isJoin: true,
  nodes: nodes(1000),
  userState: new Uint8Array(99),
};

describe('gossip/stream', () => {
  it('reads every stream of the real library, and makes the same bytes of what it has read', function () {
    const vectors = (needVectors(this, 'frames.json') as readonly FrameVector[]).filter(({ via }) => via === 'tcp');
    assert.ok(vectors.length > 100);
    for (const vector of vectors) {
      const settings = { keyring: keyringOf(vector), verifyIncoming: true };
      const bytes = unhex(vector.hex);
      const expected = streamMessageOf(vector.decoded);
      for (const size of [1, 7, bytes.length]) assert.deepEqual(read(bytes, settings, size), expected, vector.name);
      assertBytes(encodeStreamTree(vector.decoded, vector.keys ?? []), vector.hex, vector.name);
    }
  });

  it('waits for the rest of a stream that was cut anywhere', function () {
    for (const vector of needVectors(this, 'frames.json') as readonly FrameVector[]) {
      if (vector.via !== 'tcp' || vector.hex.length > 800) continue;
      const settings = { keyring: keyringOf(vector), verifyIncoming: true };
      for (const cut of cuts(unhex(vector.hex))) {
        const reader = new StreamReader(settings);
        assert.equal(cut.length === 0 ? null : reader.push(cut), null, vector.name);
        assert.equal(reader.end(), cut.length === 0 ? 'empty' : 'truncated');
      }
    }
  });

  it('reads what it seals, whatever is on, in segments of TCP', () => {
    const rng = Rng.fromSeed(3);
    for (const keyring of [null, new Keyring(rng.bytes(32))]) {
      for (const compress of [false, true]) {
        for (const encryptionVersion of [0, 1] as const) {
          const bytes = sealStream(STATE, { compress, keyring, encryptionVersion, rng });
          assert.deepEqual(read(bytes, { keyring, verifyIncoming: true }, 1448), STATE);
        }
      }
    }
  });

  it('does not look at what stands behind the message', () => {
    const ack: StreamMessage = { type: MESSAGE.ackResp, seqNo: 3, payload: null };
    assert.deepEqual(new StreamReader(PLAIN).push(Uint8Array.from([...encodeStreamMessage(ack), 1, 2])), ack);
  });

  it('says why it reads no further', () => {
    const keyring = new Keyring(unhex('00'.repeat(16)));
    const keyed = { keyring, verifyIncoming: true };
    const refused: [string, ConstructorParameters<typeof StreamReader>[0], GossipFault][] = [
      ['0281', keyed, 'notEncrypted'],
      ['0a00000010', PLAIN, 'unexpectedEncryption'],
      ['0a01400001', keyed, 'tooLarge'],
      [`0a0000001d01${'00'.repeat(28)}`, keyed, 'noKeyDecrypts'],
      ['0a0000000101', keyed, 'tooSmallToDecrypt'],
      ['0a0000000102', keyed, 'unsupportedEncryption'],
      ['0a00000000', keyed, 'empty'],
      ['03', PLAIN, 'unknownType'],
      ['f40161', PLAIN, 'unacceptableLabel'],
      ['02c3', PLAIN, 'badValue'],
      ['0982a4416c676f00a3427566a3000302', PLAIN, 'empty'],
      ['0982a4416c676f00a3427566a2ff07', PLAIN, 'badLzw'],
      ['0881aa557365724d73674c656ece7fffffff', PLAIN, 'tooLarge'],
      ['0681a54e6f646573ce7fffffff', PLAIN, 'tooLarge'],
      ['0681ac5573657253746174654c656ece7fffffff', PLAIN, 'tooLarge'],
      ['0681a54e6f646573ff', PLAIN, 'badValue'],
    ];
    for (const [text, settings, fault] of refused)
      assert.equal(new StreamReader(settings).push(unhex(text)), fault, text);
    assert.equal(new StreamReader(PLAIN).push(new Uint8Array(MAX_STREAM_BYTES + 5000)), 'tooLarge');
    assert.equal(decodeStreamMessage(new Uint8Array(0)), 'empty');
  });
});
