import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decodeBody, encodeBody } from '../../../../src/docker/swarm/control/body.ts';
import type { JsonValue } from '../../../../src/docker/swarm/control/rpc.ts';

describe('bodies of calls', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const body = JSON.parse(JSON.stringify(value)) as JsonValue;
        const bytes = encodeBody(body);
        assert.deepEqual(decodeBody(bytes), body);
        assert.deepEqual(decodeBody(Uint8Array.from([...bytes, 0, 0, 0])), body, 'zeros behind it do not count');
      }),
    );
    for (const number of [
      0,
      127,
      128,
      255,
      256,
      65_535,
      65_536,
      -1,
      2 ** 32 - 1,
      2 ** 32,
      -(2 ** 53) + 1,
      0.1,
      1e300,
    ]) {
      assert.equal(decodeBody(encodeBody(number)), number);
    }
    const long = Array.from({ length: 300 }, (_, i) => 'x'.repeat(i));
    assert.deepEqual(decodeBody(encodeBody(long)), long);
  });

  it('are about as long as swarmkit’s: a heartbeat has 27 bytes there', () => {
    assert.equal(encodeBody({ sessionId: 'x'.repeat(25) }).length, 27);
    assert.equal(encodeBody({}).length, 0);
  });

  it('are refused when cut off, and read or refused when anything is changed', () => {
    const bytes = encodeBody({ nodeId: 'abc', networks: [1, 300, -7, 2.5, null, true, { own: 'y'.repeat(40) }] });
    for (let length = 0; length < bytes.length; length++) {
      const cut = decodeBody(bytes.subarray(0, length));
      // Fields in front may be whole.
      assert.ok(cut === undefined || JSON.stringify(cut).length <= '{"nodeId":"abc"}'.length);
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (garbage) => {
        decodeBody(garbage);
      }),
      { numRuns: 500 },
    );
    assert.equal(
      decodeBody(Uint8Array.of(0xc1, ...new Uint8Array(10_000).fill(0x91))),
      undefined,
      'nested without end',
    );
  });
});
