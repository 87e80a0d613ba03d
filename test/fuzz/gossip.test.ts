import { strict as assert } from 'node:assert';
import { encodeCompound } from '../../src/gossip/compound.ts';
import { compressPayload } from '../../src/gossip/compress.ts';
import { Keyring } from '../../src/gossip/keyring.ts';
import { decodeMessage, encodeMessage } from '../../src/gossip/message-codec.ts';
import type { PacketMessage, PushNodeState } from '../../src/gossip/messages.ts';
import { MESSAGE } from '../../src/gossip/messages.ts';
import { addCrc, openPacket } from '../../src/gossip/packet.ts';
import { decodeCoordinate, encodeCoordinate } from '../../src/gossip/serf/coordinate-codec.ts';
import { decodeSerfMessage, encodeSerfMessage } from '../../src/gossip/serf/serf-codec.ts';
import { SERF_MESSAGE } from '../../src/gossip/serf/serf-messages.ts';
import { decodeTags, encodeTags } from '../../src/gossip/serf/tags.ts';
import { decryptPayload, encryptPayload } from '../../src/gossip/security.ts';
import { encodeStreamMessage, StreamReader } from '../../src/gossip/stream.ts';
import { Rng } from '../../src/sim/rng.ts';
import { partOf } from '../effort.ts';

const MUTATIONS = partOf(1_000_000);
const rng = Rng.fromSeed(0x5eed_0007);

const KEYRING = new Keyring(rng.bytes(16), [rng.bytes(32)]);
const ADDR = Uint8Array.of(10, 0, 0, 7);
const SOURCE = { sourceAddr: ADDR, sourcePort: 7946, sourceNode: 'aaaaaaaaaaaa' };
const VSN = Uint8Array.of(1, 5, 2, 0, 0, 0);

const COORDINATE = { vec: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8], error: 1.5, adjustment: 0, height: 1e-5 };

const MESSAGES: readonly PacketMessage[] = [
  { type: MESSAGE.ping, seqNo: 70_000, node: 'bbbbbbbbbbbb', ...SOURCE },
  { type: MESSAGE.indirectPing, seqNo: 300, target: ADDR, port: 7946, node: 'cccccccccccc', nack: true, ...SOURCE },
  { type: MESSAGE.ackResp, seqNo: 70_000, payload: encodeCoordinate(COORDINATE) },
  { type: MESSAGE.nackResp, seqNo: 70_000 },
  { type: MESSAGE.suspect, incarnation: 1, node: 'bbbbbbbbbbbb', from: 'aaaaaaaaaaaa' },
  { type: MESSAGE.dead, incarnation: 1, node: 'bbbbbbbbbbbb', from: 'bbbbbbbbbbbb' },
  { type: MESSAGE.alive, incarnation: 900, node: 'b', addr: ADDR, port: 7946, meta: rng.bytes(40), vsn: VSN },
  { type: MESSAGE.user, bytes: rng.bytes(60) },
];

const nodes: PushNodeState[] = Array.from({ length: 5 }, (_, i) => {
  return { name: `node-${i}`, addr: ADDR, port: 7946, meta: null, incarnation: i, state: i % 4, vsn: VSN };
});
const PUSH_PULL = encodeStreamMessage({ type: MESSAGE.pushPull, isJoin: true, nodes, userState: rng.bytes(30) });

const EVENTS = [null, { ltime: 4, events: [{ name: 'e', payload: ADDR }] }, null];
const NO_QUERY = { addr: ADDR, port: 7946, sourceNode: 's', filters: [ADDR], flags: 1, relayFactor: 0, timeoutNs: 1e9 };
const SERF = [
  encodeSerfMessage({ type: SERF_MESSAGE.leave, ltime: 5, node: 's1', prune: false }),
  encodeSerfMessage({ type: SERF_MESSAGE.userEvent, ltime: 5, name: 'jl', payload: ADDR, canCoalesce: true }),
  encodeSerfMessage({ type: SERF_MESSAGE.query, ltime: 5, id: 9, name: 'peerlookup', payload: ADDR, ...NO_QUERY }),
  encodeSerfMessage({
    type: SERF_MESSAGE.pushPull,
    ltime: 7,
    statusLTimes: [['s1', 3]],
    leftMembers: ['s2'],
    eventLTime: 3,
    events: EVENTS,
    queryLTime: 1,
  }),
  encodeTags(new Map([['role', 'web']])),
];

const encoded = MESSAGES.map(encodeMessage);
const compound = encodeCompound(encoded);
const SAMPLES: readonly Uint8Array[] = [
  ...encoded,
  compound,
  compressPayload(compound)!,
  addCrc(compound),
  PUSH_PULL,
  compressPayload(PUSH_PULL)!,
  encodeStreamMessage({ type: MESSAGE.user, bytes: rng.bytes(50) }),
  encodeStreamMessage({ type: MESSAGE.err, error: 'No installed keys could decrypt the message' }),
  encryptPayload(1, KEYRING, rng, compound, new Uint8Array(0)),
  encryptPayload(0, KEYRING, rng, encoded[0]!, new Uint8Array(0)),
  encodeCoordinate(COORDINATE),
  ...SERF,
];

/** Bytes that lengths and kinds of values stumble over. */
const EDGES = [
  0, 1, 6, 7, 9, 10, 12, 0x7f, 0x80, 0x8f, 0x90, 0xa0, 0xc0, 0xc4, 0xcf, 0xd9, 0xdb, 0xdd, 0xdf, 0xe0, 0xff,
];

function mutated(): Uint8Array {
  let bytes = SAMPLES[rng.below(SAMPLES.length)]!.slice();
  for (let changes = rng.between(1, 5); changes > 0 && bytes.length > 0; changes--) {
    const at = rng.below(rng.chance(0.3) ? Math.min(8, bytes.length) : bytes.length);
    const kind = rng.below(8);
    if (kind < 3) bytes[at] = EDGES[rng.below(EDGES.length)]!;
    else if (kind < 5) bytes[at]! ^= 1 << rng.below(8);
    else if (kind === 5) bytes.copyWithin(at, rng.below(bytes.length));
    else if (kind === 6) bytes = bytes.slice(0, at);
    else bytes = Uint8Array.from([...bytes, ...rng.bytes(rng.below(30))]);
  }
  return bytes;
}

const NONE = new Uint8Array(0);

/** Asks everything that reads bytes of others; each answers, be it with a fault. */
function readAll(bytes: Uint8Array): number {
  let answers = 0;
  for (const keyring of [null, KEYRING]) {
    for (const verifyIncoming of [true, false]) {
      const sink = {
        message: (message: PacketMessage) => {
          assert.equal(typeof message.type, 'number');
          answers++;
        },
        fault: (reason: string) => {
          assert.equal(typeof reason, 'string');
          answers++;
        },
      };
      openPacket(bytes, { keyring, verifyIncoming }, sink);
      const reader = new StreamReader({ keyring, verifyIncoming });
      const half = reader.push(bytes.subarray(0, bytes.length >> 1));
      if (half === null && reader.push(bytes.subarray(bytes.length >> 1)) === null)
        assert.equal(typeof reader.end(), 'string');
    }
  }
  for (const decode of [decodeMessage, decodeSerfMessage, decodeCoordinate, decodeTags]) {
    assert.match(typeof decode(bytes), /^(string|object)$/);
  }
  assert.match(typeof decryptPayload(KEYRING, bytes, NONE), /^(string|object)$/);
  return answers;
}

describe('fuzz: gossip', () => {
  it('is read without an exception, whatever was done to it, and quickly', () => {
    let longestMs = 0;
    for (let i = 0; i < MUTATIONS; i++) {
      const bytes = mutated();
      const startMs = performance.now();
      readAll(bytes);
      longestMs = Math.max(longestMs, performance.now() - startMs);
    }
    // Bytes of others must not hold the simulation up; a pause of the garbage collector is no fault of theirs.
    assert.ok(longestMs < 1000, `${longestMs} ms for one message`);
  });

  it('is not held up by what unpacks to much', () => {
    const zeros = compressPayload(encodeMessage({ type: MESSAGE.user, bytes: new Uint8Array(900_000) }))!;
    const many = encodeCompound(Array.from({ length: 24 }, () => zeros));
    const startMs = performance.now();
    assert.ok(readAll(many) >= 24);
    assert.ok(performance.now() - startMs < 2000);
  });
});
