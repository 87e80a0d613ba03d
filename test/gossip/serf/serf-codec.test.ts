import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { decodeSerfMessage, encodeSerfMessage } from '../../../src/gossip/serf/serf-codec.ts';
import type { SerfMessage } from '../../../src/gossip/serf/serf-messages.ts';
import { SERF_MESSAGE } from '../../../src/gossip/serf/serf-messages.ts';
import { PLAIN } from '../../wire/codec.ts';
import { EFFORT } from '../../wire/machine.ts';
import { assertBytes, cuts, unhex } from '../vectors.ts';

const ltime = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const uint32 = fc.integer({ min: 0, max: 0xffff_ffff });
const name = fc.string({ unit: 'grapheme', maxLength: 20 });
const slice = fc.option(fc.uint8Array({ maxLength: 40 }));
const events = fc.array(fc.record({ name, payload: slice }, PLAIN), { maxLength: 3 });

const ANY_SERF_MESSAGE: fc.Arbitrary<SerfMessage> = fc.oneof(
  fc.record({ type: fc.constant(SERF_MESSAGE.leave), ltime, node: name, prune: fc.boolean() }, PLAIN),
  fc.record({ type: fc.constant(SERF_MESSAGE.join), ltime, node: name }, PLAIN),
  fc.record(
    {
      type: fc.constant(SERF_MESSAGE.pushPull),
      ltime,
      statusLTimes: fc.array(fc.tuple(name, ltime), { maxLength: 4 }),
      leftMembers: fc.array(name, { maxLength: 4 }),
      eventLTime: ltime,
      events: fc.array(fc.option(fc.record({ ltime, events }, PLAIN)), { maxLength: 5 }),
      queryLTime: ltime,
    },
    PLAIN,
  ),
  fc.record(
    { type: fc.constant(SERF_MESSAGE.userEvent), ltime, name, payload: slice, canCoalesce: fc.boolean() },
    PLAIN,
  ),
  fc.record(
    {
      type: fc.constant(SERF_MESSAGE.query),
      ltime,
      id: uint32,
      addr: slice,
      port: fc.nat(0xffff),
      sourceNode: name,
      filters: fc.option(fc.array(fc.uint8Array({ maxLength: 9 }), { maxLength: 3 })),
      flags: uint32,
      relayFactor: fc.nat(255),
      timeoutNs: ltime,
      name,
      payload: slice,
    },
    PLAIN,
  ),
  fc.record(
    { type: fc.constant(SERF_MESSAGE.queryResponse), ltime, id: uint32, from: name, flags: uint32, payload: slice },
    PLAIN,
  ),
);

describe('gossip/serf/serf-codec', () => {
  it('reads what it writes, and nothing that was cut short', () => {
    fc.assert(
      fc.property(ANY_SERF_MESSAGE, (message) => {
        const bytes = encodeSerfMessage(message);
        assert.deepEqual(decodeSerfMessage(bytes), message);
        for (const cut of cuts(bytes)) assert.equal(decodeSerfMessage(cut), cut.length === 0 ? 'empty' : 'truncated');
      }),
      { numRuns: 100 * EFFORT },
    );
  });

  it('writes the fields in the order of their bytes', () => {
    const join = encodeSerfMessage({ type: SERF_MESSAGE.join, ltime: 2, node: 's1' });
    assertBytes(join, '0182a54c54696d6502a44e6f6465a27331');
    const event = { ltime: 3, name: 'jl', payload: unhex('6a6f696e'), canCoalesce: true };
    assertBytes(
      encodeSerfMessage({ type: SERF_MESSAGE.userEvent, ...event }),
      '0384a24343c3a54c54696d6503a44e616d65a26a6ca75061796c6f6164a46a6f696e',
    );
  });

  it('refuses what is no message here', () => {
    for (const type of [6, 7, 8, 9, 10, 255]) assert.equal(decodeSerfMessage(Uint8Array.of(type, 0x80)), 'unknownType');
    assert.equal(decodeSerfMessage(unhex('0181a54c54696d65a0')), 'badValue');
    assert.equal(decodeSerfMessage(unhex('0281a64576656e7473ddffffffff')), 'truncated');
    assert.equal(decodeSerfMessage(unhex('0281ac5374617475734c54696d657390')), 'badValue');
  });
});
