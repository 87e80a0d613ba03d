import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decodeBody } from '../../../../src/docker/swarm/control/body.ts';
import {
  emitMessage,
  MESSAGE_BYTES_MAX,
  MessageReader,
  methodOf,
  requestFields,
  statusOf,
  trailerFields,
} from '../../../../src/docker/swarm/control/grpc-message.ts';
import { HpackEncoder } from '../../../../src/docker/swarm/control/hpack.ts';
import { concat } from '../../../../src/docker/swarm/control/http2.ts';

const SECOND_NS = 1_000_000_000;

describe('messages of gRPC', () => {
  it('come back as they were, at least as long as they shall be, however the bytes come', () => {
    const bytes = concat(emitMessage({ nodeId: 'x' }, 100), emitMessage(null, 0), emitMessage('y'.repeat(70_000), 1));
    assert.equal(emitMessage({ nodeId: 'x' }, 100).length, 105);
    const reader = new MessageReader();
    const read: unknown[] = [];
    for (let at = 0; at < bytes.length; at += 1000) {
      reader.add(bytes.subarray(at, at + 1000));
      for (let next = reader.next(); next !== null; next = reader.next()) {
        assert.ok(next !== 'broken');
        read.push(decodeBody(next));
      }
    }
    assert.deepEqual(read, [{ nodeId: 'x' }, null, 'y'.repeat(70_000)]);
  });

  it('are not compressed, and not longer than swarmkit takes', () => {
    const length = MESSAGE_BYTES_MAX + 1;
    for (const start of [
      [1, 0, 0, 0, 0],
      [0, length >>> 24, (length >>> 16) & 255, (length >>> 8) & 255, length & 255],
    ]) {
      const reader = new MessageReader();
      reader.add(Uint8Array.from(start));
      assert.equal(reader.next(), 'broken');
    }
  });

  it('say in their fields what is called, and how long there is time', () => {
    const fields = requestFields('Dispatcher/Heartbeat', 'swarm-manager', 4.99998 * SECOND_NS);
    assert.equal(methodOf(fields), 'Dispatcher/Heartbeat');
    assert.deepEqual(fields.at(-1), ['grpc-timeout', '4999980u']);
    assert.deepEqual(requestFields('A/B', 'x', 200 * SECOND_NS).at(-1), ['grpc-timeout', '200000m']);
    assert.equal(methodOf([[':path', '/other/B']]), null);
    assert.equal(methodOf([]), null);
    // The recordings: 75 bytes of a later heartbeat's record, of which 17 are the record's, 9 the frame's and 41 data.
    const encoder = new HpackEncoder();
    encoder.encode(fields);
    assert.equal(encoder.encode(fields).length, 75 - 17 - 9 - 41);
    const other = requestFields('Dispatcher/Heartbeat', 'swarm-manager', 4.999973 * SECOND_NS);
    assert.equal(encoder.encode(other).length, 82 - 17 - 9 - 41);
  });

  it('say in their trailers how it went', () => {
    assert.equal(statusOf(trailerFields('OK', '')), null);
    assert.equal(statusOf([[':status', '200']]), undefined);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (description) => {
        const error = statusOf(trailerFields('NotFound', description));
        assert.equal(error?.message, `rpc error: code = NotFound desc = ${description}`);
      }),
    );
    assert.equal(statusOf([['grpc-status', '99']])?.code, 'Unknown');
    assert.equal(
      statusOf([
        ['grpc-status', '2'],
        ['grpc-message', '%ff%zz'],
      ])?.description,
      '%ff%zz',
    );
  });
});
