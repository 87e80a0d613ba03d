import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  emitRecord,
  RECORD_APPLICATION_DATA,
  RECORD_HANDSHAKE,
  RecordCipher,
  RecordReader,
} from '../../../../src/docker/swarm/control/tls-record.ts';

function secrets(fill: number): ConstructorParameters<typeof RecordCipher>[1] {
  const bytes = new Uint8Array(32).fill(fill);
  return { random: bytes, sessionId: bytes, keyShare: bytes };
}

function cipher(direction: 'client' | 'server' = 'client', server = 2): RecordCipher {
  return new RecordCipher(direction, secrets(1), secrets(server));
}

describe('records of TLS', () => {
  it('are sealed so that the other end opens them, in their order only', () => {
    const texts = fc.array(fc.uint8Array({ maxLength: 200 }), { minLength: 2, maxLength: 300 });
    fc.assert(
      fc.property(texts, (all) => {
        const [sealing, opening, reader] = [cipher(), cipher(), new RecordReader()];
        for (const text of all) {
          reader.add(sealing.seal(RECORD_HANDSHAKE, text));
          const record = reader.next();
          assert.ok(record !== null && record !== 'broken');
          assert.equal(record.type, RECORD_APPLICATION_DATA);
          assert.equal(record.body.length, text.length + 17);
          assert.deepEqual(opening.open(record.body), { type: RECORD_HANDSHAKE, body: text });
        }
        assert.equal(reader.next(), null);
      }),
      { numRuns: 10 },
    );
    const [first, second] = [1, 2].map((byte) => cipher().seal(23, Uint8Array.of(byte)).subarray(5));
    const opening = cipher();
    assert.ok(opening.open(first!) !== null);
    assert.equal(opening.open(second!), null, 'it was the first of its connection, too');
  });

  it('are opened by nobody who has not seen the same hellos', () => {
    const body = cipher()
      .seal(23, Uint8Array.of(1, 2, 3))
      .subarray(5);
    for (const other of [cipher('server'), cipher('client', 3)]) assert.equal(other.open(body), null);
    const changed = body.slice();
    changed[0]! ^= 1;
    assert.equal(cipher().open(changed), null);
    assert.equal(cipher().open(body.subarray(1)), null);
    assert.equal(cipher().open(new Uint8Array(0)), null);
  });

  it('are read from pieces, and refused where they are none', () => {
    const reader = new RecordReader();
    const bytes = emitRecord(RECORD_HANDSHAKE, Uint8Array.of(7, 8), true);
    assert.deepEqual([...bytes], [22, 3, 1, 0, 2, 7, 8]);
    for (const byte of bytes.subarray(0, -1)) {
      reader.add(Uint8Array.of(byte));
      assert.equal(reader.next(), null);
    }
    reader.add(bytes.subarray(-1));
    assert.deepEqual(reader.next(), { type: RECORD_HANDSHAKE, body: Uint8Array.of(7, 8) });
    for (const start of ['GET /', '\x16\x03\x03\xff\xff', '\x30\x03\x03\x00\x01']) {
      const broken = new RecordReader();
      broken.add(Uint8Array.from(start, (character) => character.charCodeAt(0)));
      assert.equal(broken.next(), 'broken');
    }
  });
});
