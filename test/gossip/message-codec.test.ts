import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { decodeMessage, encodeMessage } from '../../src/gossip/message-codec.ts';
import type { PacketMessage } from '../../src/gossip/messages.ts';
import { MESSAGE } from '../../src/gossip/messages.ts';
import { decodeStreamMessage, encodeStreamMessage } from '../../src/gossip/stream.ts';
import { compressMap } from './compress-map.ts';
import type { Fields } from './frame-tree.ts';
import { messageOf, nodeOf } from './frame-tree.ts';
import { assertBytes, cuts, needVectors, unhex } from './vectors.ts';
import { PLAIN } from '../wire/codec.ts';
import { EFFORT } from '../wire/machine.ts';

interface StructVector {
  readonly name: string;
  readonly hex: string;
  readonly type?: number;
  readonly fields?: Fields;
}

const NAMES = new Map(Object.entries(MESSAGE).map(([name, type]) => [type as number, name]));

/** Reads and writes the map of one of the messages with structs of their own on streams. */
function checkStreamStruct(vector: StructVector, fields: Fields): void {
  const bytes = unhex(vector.hex);
  if (vector.type === MESSAGE.compress) {
    assertBytes(compressMap(fields), bytes, vector.name);
  } else if (vector.type === MESSAGE.pushPull) {
    // Only the header; what it promises may be missing.
    const decoded = decodeStreamMessage(bytes);
    if (fields['Nodes'] !== 0 || fields['UserStateLen'] !== 0) {
      assert.ok(decoded === 'truncated' || decoded === 'tooLarge', vector.name);
      return;
    }
    const isJoin = fields['Join'] === true;
    assert.deepEqual(decoded, { type: MESSAGE.pushPull, isJoin, nodes: [], userState: new Uint8Array(0) });
    assert.ok(typeof decoded !== 'string');
    assertBytes(encodeStreamMessage(decoded), bytes, vector.name);
  } else {
    const length = fields['UserMsgLen'] as number;
    const body = new Uint8Array(Math.min(length, 70_000));
    const message = decodeStreamMessage(Uint8Array.from([...bytes, ...body]));
    if (length !== body.length) {
      assert.ok(message === 'truncated' || message === 'tooLarge', vector.name);
      return;
    }
    assert.deepEqual(message, { type: MESSAGE.user, bytes: body }, vector.name);
    assertBytes(encodeStreamMessage({ type: MESSAGE.user, bytes: body }).slice(0, bytes.length), bytes, vector.name);
  }
}

/** A node of a push/pull stands behind a header that promises one. */
function checkNode(vector: StructVector, fields: Fields): void {
  const node = nodeOf(fields);
  const header = '0683a44a6f696ec2a54e6f64657301ac5573657253746174654c656e00';
  const message = { type: MESSAGE.pushPull, isJoin: false, nodes: [node], userState: new Uint8Array(0) };
  assert.deepEqual(decodeStreamMessage(unhex(header + vector.hex)), message, vector.name);
  assertBytes(encodeStreamMessage(message), header + vector.hex, vector.name);
}

/** An empty address is left out, and comes back as none. */
function withoutEmptySource<T>(message: T): T {
  if (typeof message !== 'object' || message === null || !('sourceAddr' in message)) return message;
  return message.sourceAddr instanceof Uint8Array && message.sourceAddr.length === 0
    ? { ...message, sourceAddr: null }
    : message;
}

const uint32 = fc.integer({ min: 0, max: 0xffff_ffff });
const uint16 = fc.integer({ min: 0, max: 0xffff });
const name = fc.string({ unit: 'grapheme', maxLength: 40 });
const slice = fc.option(fc.uint8Array({ maxLength: 40 }));
/** What is left out when empty comes back as nil. */
const someSlice = fc.option(fc.uint8Array({ minLength: 1, maxLength: 40 }));
const source = { sourceAddr: someSlice, sourcePort: uint16, sourceNode: name };

export const ANY_MESSAGE: fc.Arbitrary<PacketMessage> = fc.oneof(
  fc.record({ type: fc.constant(MESSAGE.ping), seqNo: uint32, node: name, ...source }, PLAIN),
  fc.record(
    {
      type: fc.constant(MESSAGE.indirectPing),
      seqNo: uint32,
      target: slice,
      port: uint16,
      node: name,
      nack: fc.boolean(),
      ...source,
    },
    PLAIN,
  ),
  fc.record({ type: fc.constant(MESSAGE.ackResp), seqNo: uint32, payload: slice }, PLAIN),
  fc.record({ type: fc.constant(MESSAGE.nackResp), seqNo: uint32 }, PLAIN),
  fc.record(
    { type: fc.constantFrom(MESSAGE.suspect, MESSAGE.dead), incarnation: uint32, node: name, from: name },
    PLAIN,
  ),
  fc.record(
    {
      type: fc.constant(MESSAGE.alive),
      incarnation: uint32,
      node: name,
      addr: slice,
      port: uint16,
      meta: slice,
      vsn: slice,
    },
    PLAIN,
  ),
  fc.record({ type: fc.constant(MESSAGE.user), bytes: fc.uint8Array({ maxLength: 60 }) }, PLAIN),
);

describe('gossip/message-codec', () => {
  it('reads and writes every struct of the real library', function () {
    let count = 0;
    for (const vector of needVectors(this, 'msgpack.json') as readonly StructVector[]) {
      if (vector.fields === undefined) continue;
      count++;
      const type = NAMES.get(vector.type ?? -1) ?? 'node';
      if (type === 'node') checkNode(vector, vector.fields);
      else if (type === 'pushPull' || type === 'user' || type === 'compress') checkStreamStruct(vector, vector.fields);
      else {
        const message = messageOf(type, vector.fields);
        assertBytes(encodeMessage(message), vector.hex, vector.name);
        const decode = message.type === MESSAGE.err ? decodeStreamMessage : decodeMessage;
        assert.deepEqual(decode(unhex(vector.hex)), withoutEmptySource(message), vector.name);
      }
    }
    assert.ok(count > 130);
  });

  it('writes the messages of the reference', () => {
    const source = { sourceAddr: Uint8Array.of(192, 168, 65, 3), sourcePort: 7946, sourceNode: 'aaaaaaaaaaaa' };
    const ping = encodeMessage({ type: MESSAGE.ping, seqNo: 1, node: 'bbbbbbbbbbbb', ...source });
    assert.equal(ping.length, 81);
    assertBytes(
      encodeMessage({ type: MESSAGE.ackResp, seqNo: 1, payload: null }),
      '0282a75061796c6f6164c0a55365714e6f01',
    );
  });

  it('reads what it writes, and nothing that was cut short', () => {
    fc.assert(
      fc.property(ANY_MESSAGE, (message) => {
        const bytes = encodeMessage(message);
        assert.deepEqual(decodeMessage(bytes), message);
        if (message.type !== MESSAGE.user) assert.deepEqual(decodeMessage(Uint8Array.from([...bytes, 1, 2])), message);
        if (message.type === MESSAGE.user) return;
        for (const cut of cuts(bytes)) assert.equal(decodeMessage(cut), cut.length === 0 ? 'empty' : 'truncated');
      }),
      { numRuns: 100 * EFFORT },
    );
  });

  it('refuses the types that have no place in a datagram', () => {
    for (const type of [6, 7, 9, 10, 12, 13, 14, 99, 244, 255])
      assert.equal(decodeMessage(Uint8Array.of(type, 0x80)), 'unknownType');
    assert.equal(decodeMessage(unhex('0081a55365714e6fcf0000000100000000')), 'badValue');
  });
});
