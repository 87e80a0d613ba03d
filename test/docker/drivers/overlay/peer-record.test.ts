import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ip4, mac } from '../../../../src/base/addr.ts';
import { decodePeerRecord, encodePeerRecord } from '../../../../src/docker/drivers/overlay/peer-record.ts';

const effort = Number(process.env['DOCKWIRE_EFFORT'] ?? 1);

const RECORD = {
  address: { address: ip4('10.0.1.5'), prefixLen: 24 },
  mac: mac('02:42:0a:00:01:05'),
  tunnelEndpoint: ip4('192.168.50.12'),
};

describe('a record of overlay_peer_table', () => {
  it('is three texts as protobuf has them', () => {
    const text = String.fromCharCode(...encodePeerRecord(RECORD));
    assert.equal(text, '\n\x0b10.0.1.5/24\x12\x1102:42:0a:00:01:05\x1a\x0d192.168.50.12');
  });

  it('comes back as it was', () => {
    const prefixLen = fc.integer({ min: 0, max: 32 });
    const address = fc.record({ address: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), prefixLen });
    const macs = fc.integer({ min: 0, max: 0xffff_ffff_ffff });
    const records = fc.record({
      address,
      mac: macs,
      tunnelEndpoint: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    });
    fc.assert(
      fc.property(records, (record) => {
        const plain = { ...record, address: { ...record.address } };
        assert.deepEqual(decodePeerRecord(encodePeerRecord(plain)), plain);
      }),
      { numRuns: 200 * effort },
    );
  });

  it('may have fields that nobody knows yet', () => {
    const bytes = encodePeerRecord(RECORD);
    const later = [0x20, 0xff, 0x01, 0x2a, 2, 1, 2, 0x31, 1, 2, 3, 4, 5, 6, 7, 8, 0x3d, 1, 2, 3, 4];
    assert.deepEqual(decodePeerRecord(Uint8Array.from([...later, ...bytes])), RECORD);
    assert.deepEqual(decodePeerRecord(Uint8Array.from([...bytes, ...later])), RECORD);
  });

  it('is none when it is cut, changed or nonsense, and never an exception', () => {
    const bytes = encodePeerRecord(RECORD);
    for (let length = 0; length < bytes.length; length++) {
      assert.equal(decodePeerRecord(bytes.subarray(0, length)), undefined, `${length} bytes`);
    }
    const wrong = ['10.0.1.5', 'no mac', '1.2.3'].map((text, i) => {
      const parts = ['10.0.1.5/24', '02:42:0a:00:01:05', '192.168.50.12'];
      parts[i] = text;
      return parts.flatMap((part, at) => [((at + 1) << 3) | 2, part.length, ...Buffer.from(part)]);
    });
    for (const each of wrong) assert.equal(decodePeerRecord(Uint8Array.from(each)), undefined);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (noise) => {
        decodePeerRecord(noise);
      }),
      { numRuns: 500 * effort },
    );
  });
});
