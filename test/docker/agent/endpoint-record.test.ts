import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { hex } from '../../../src/base/bytes.ts';
import type { EndpointRecord } from '../../../src/docker/agent/endpoint-record.ts';
import { NO_IP, decodeEndpointRecord, encodeEndpointRecord } from '../../../src/docker/agent/endpoint-record.ts';

/** Of a container with an alias, from the gossip of a real engine 20.10.24. */
const REAL = '0a026f3222053c6e696c3e2a0831302e302e312e344202616c420c323933633661613438386533';
const RECORD: EndpointRecord = {
  name: 'o2',
  serviceName: '',
  serviceId: '',
  virtualIp: NO_IP,
  endpointIp: '10.0.1.4',
  ingressPorts: [],
  aliases: [],
  taskAliases: ['al', '293c6aa488e3'],
  serviceDisabled: false,
};

const name = fc.string({ unit: 'grapheme', maxLength: 12 });
const port = fc.record({
  name,
  protocol: fc.nat(2),
  targetPort: fc.nat(65_535),
  publishedPort: fc.nat(65_535),
});
const records: fc.Arbitrary<EndpointRecord> = fc.record({
  name,
  serviceName: name,
  serviceId: name,
  virtualIp: name,
  endpointIp: name,
  ingressPorts: fc.array(port, { maxLength: 3 }),
  aliases: fc.array(name, { maxLength: 3 }),
  taskAliases: fc.array(name, { maxLength: 3 }),
  serviceDisabled: fc.boolean(),
});

describe('EndpointRecord', () => {
  it('has the bytes of a real one', () => {
    assert.equal(hex(encodeEndpointRecord(RECORD)), REAL);
    assert.deepEqual(decodeEndpointRecord(new Uint8Array(Buffer.from(REAL, 'hex'))), RECORD);
  });

  it('comes back as it was written', () => {
    fc.assert(
      fc.property(records, (record) => {
        assert.deepEqual(decodeEndpointRecord(encodeEndpointRecord(record)), structuredClone(record));
      }),
    );
  });

  it('is one or none, whatever the bytes, and passes over what nobody knows', () => {
    fc.assert(
      fc.property(records, fc.nat(), fc.nat(255), (record, at, byte) => {
        const bytes = encodeEndpointRecord(record);
        if (bytes.length > 0) bytes[at % bytes.length] = byte;
        decodeEndpointRecord(bytes);
        decodeEndpointRecord(bytes.subarray(0, at % (bytes.length + 1)));
      }),
      { numRuns: 500 },
    );
    assert.equal(decodeEndpointRecord(new Uint8Array([0x0a, 5, 0x61])), undefined);
    assert.equal(decodeEndpointRecord(new Uint8Array([0x32, 1, 0x80])), undefined);
    assert.equal(decodeEndpointRecord(new Uint8Array([0x0a, 1, 0x61, 0x50, 1]))!.name, 'a');
  });
});
