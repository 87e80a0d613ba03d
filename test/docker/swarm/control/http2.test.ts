import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Http2Frame } from '../../../../src/docker/swarm/control/http2.ts';
import {
  cancelFrame,
  concat,
  emitFrame,
  FrameReader,
  pingFrame,
  PREFACE,
  SETTINGS_ACK,
  settingsFrame,
  windowUpdateFrame,
} from '../../../../src/docker/swarm/control/http2.ts';

describe('frames of HTTP/2', () => {
  it('have the lengths that the recordings show, 17 bytes of the record’s own aside', () => {
    assert.equal(PREFACE.length, 41 - 17);
    assert.equal(emitFrame(settingsFrame(false)).length, 26 - 17);
    assert.equal(emitFrame(settingsFrame(true)).length, 32 - 17);
    assert.equal(emitFrame(SETTINGS_ACK).length, 26 - 17);
    const measure = [windowUpdateFrame(1), pingFrame(new Uint8Array(8), false)];
    assert.equal(concat(...measure.map(emitFrame)).length, 47 - 17);
    assert.equal(emitFrame(cancelFrame(1)).length * 3, 56 - 17);
  });

  it('come back as they were, however the bytes come', () => {
    const fields = {
      type: fc.nat(9),
      flags: fc.nat(255),
      streamId: fc.nat(0x7fff_ffff),
      payload: fc.uint8Array({ maxLength: 300 }),
    };
    const frame = fc.record(fields, { noNullPrototype: true });
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 8 }), fc.integer({ min: 1, max: 50 }), (frames, size) => {
        const bytes = concat(...frames.map(emitFrame));
        const reader = new FrameReader();
        const read: Http2Frame[] = [];
        for (let at = 0; at < bytes.length; at += size) {
          reader.add(bytes.subarray(at, at + size));
          for (let next = reader.next(); next !== null && next !== 'broken'; next = reader.next()) read.push(next);
        }
        assert.deepEqual(read, frames);
      }),
      { numRuns: 30 },
    );
  });

  it('are not longer than agreed upon', () => {
    const reader = new FrameReader();
    reader.add(Uint8Array.of(0, 0x40, 1, 0, 0, 0, 0, 0, 1));
    assert.equal(reader.next(), 'broken');
    assert.equal(reader.next(), 'broken');
    assert.equal(reader.takeRaw(10), null);
  });
});
