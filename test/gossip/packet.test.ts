import { strict as assert } from 'node:assert';
import { encodeCompound } from '../../src/gossip/compound.ts';
import { compressPayload } from '../../src/gossip/compress.ts';
import type { GossipFault } from '../../src/gossip/fault.ts';
import { Keyring } from '../../src/gossip/keyring.ts';
import { encodeMessage } from '../../src/gossip/message-codec.ts';
import type { PacketMessage } from '../../src/gossip/messages.ts';
import { MESSAGE } from '../../src/gossip/messages.ts';
import type { OpenSettings, SealSettings } from '../../src/gossip/packet.ts';
import { addCrc, openPacket, sealPacket } from '../../src/gossip/packet.ts';
import { Rng } from '../../src/sim/rng.ts';
import type { FrameVector } from './frame-tree.ts';
import { encodePacketTree, keyringOf, packetMessagesOf } from './frame-tree.ts';
import { assertBytes, cuts, needVectors, unhex } from './vectors.ts';

const PLAIN: OpenSettings = { keyring: null, verifyIncoming: true };
const KEY = unhex('000102030405060708090a0b0c0d0e0f');

/** What comes out of a payload, faults as they come. */
function open(payload: Uint8Array, settings = PLAIN): (PacketMessage | GossipFault)[] {
  const found: (PacketMessage | GossipFault)[] = [];
  openPacket(payload, settings, { message: (message) => found.push(message), fault: (reason) => found.push(reason) });
  return found;
}

const user = (bytes: Uint8Array): PacketMessage => ({ type: MESSAGE.user, bytes });
const NACK: PacketMessage = { type: MESSAGE.nackResp, seqNo: 7 };

describe('gossip/packet', () => {
  it('reads every datagram of the real library, and makes the same bytes of what it has read', function () {
    const vectors = (needVectors(this, 'frames.json') as readonly FrameVector[]).filter(({ via }) => via === 'udp');
    assert.ok(vectors.length > 100);
    for (const vector of vectors) {
      const settings = { keyring: keyringOf(vector), verifyIncoming: true };
      assert.deepEqual(open(unhex(vector.hex), settings), packetMessagesOf(vector.decoded), vector.name);
      assertBytes(encodePacketTree(vector.decoded, vector.keys ?? []), vector.hex, vector.name);
    }
  });

  it('puts the layers on as the library does', () => {
    const settings = (keyring: Keyring | null, compress: boolean): SealSettings => {
      return { compress, keyring, encryptionVersion: 1, rng: Rng.fromSeed(1) };
    };
    const long = encodeMessage(user(new Uint8Array(400).fill(0x75)));
    const short = encodeMessage(NACK);
    assertBytes(sealPacket(short, false, settings(null, true)), short);
    assertBytes(sealPacket(long, false, settings(null, false)), long);
    assertBytes(sealPacket(long, false, settings(null, true)), compressPayload(long)!);
    assertBytes(sealPacket(long, true, settings(null, true)), addCrc(compressPayload(long)!));
    const keyring = new Keyring(KEY);
    const sealed = sealPacket(long, true, settings(keyring, true));
    assert.equal(sealed.length, 29 + 5 + compressPayload(long)!.length);
    assertBytes(sealed.slice(1, 13), Rng.fromSeed(1).bytes(12), 'the nonce');
    assert.deepEqual(open(sealed, { keyring, verifyIncoming: true }), [user(long.slice(1))]);
  });

  it('compresses only what becomes shorter', function () {
    // The library's own decisions, in both directions.
    const vectors = (needVectors(this, 'frames.json') as readonly FrameVector[]).filter(
      ({ name, via }) => via === 'udp' && name.includes('compression on'),
    );
    assert.ok(vectors.length > 10);
    for (const vector of vectors) {
      const messages = packetMessagesOf(vector.decoded).map(encodeMessage);
      const message = messages.length === 1 ? messages[0]! : encodeCompound(messages);
      const settings = { compress: true, keyring: null, encryptionVersion: 1, rng: Rng.fromSeed(1) } as const;
      const packet = sealPacket(message, vector.types.includes('hasCrc'), settings);
      assertBytes(packet, vector.plain ?? vector.hex, vector.name);
    }
  });

  it('drops what another key has made, or takes it for plain text where that is allowed', () => {
    const ours = new Keyring(KEY);
    const theirs = new Keyring(unhex('ff'.repeat(16)));
    const rng = Rng.fromSeed(2);
    const settings = { compress: false, keyring: theirs, encryptionVersion: 1, rng } as const;
    const sealed = sealPacket(encodeMessage(NACK), false, settings);
    assert.deepEqual(open(sealed, { keyring: ours, verifyIncoming: true }), ['noKeyDecrypts']);
    assert.deepEqual(open(encodeMessage(NACK), { keyring: ours, verifyIncoming: true }), ['unsupportedEncryption']);
    assert.deepEqual(open(encodeMessage(NACK), { keyring: ours, verifyIncoming: false }), [NACK]);
  });

  it('goes on behind a part that is none, and stops at a length that is too long', () => {
    const nack = encodeMessage(NACK);
    assert.deepEqual(open(encodeCompound([nack, unhex('0d80'), unhex(''), nack])), [
      NACK,
      'unknownType',
      'empty',
      NACK,
    ]);
    assert.deepEqual(open(encodeCompound([nack, nack]).slice(0, -1)), [NACK, 'truncated']);
    assert.deepEqual(open(unhex('07')), ['truncated']);
    assert.deepEqual(open(unhex('0702000100')), ['truncated']);
  });

  it('says why it drops', () => {
    assert.deepEqual(open(unhex('')), ['empty']);
    assert.deepEqual(open(unhex('f40161')), ['unacceptableLabel']);
    assert.deepEqual(open(unhex('0c0000000008')), ['badChecksum']);
    assert.deepEqual(open(unhex('0c00')), ['unknownType']);
    assert.deepEqual(open(unhex('0682')), ['unknownType']);
    assert.deepEqual(open(unhex('0982a4416c676f01a3427566a3000302')), ['unknownAlgorithm']);
    assert.deepEqual(open(unhex('0982a4416c676f00a3427566a2ff07')), ['badLzw']);
    // Nothing was compressed: version 0.2.2 of the library falls over it.
    assert.deepEqual(open(unhex('0982a4416c676f00a3427566a3000302')), ['empty']);
    // An empty map is a ping of zeros.
    const nothing = { seqNo: 0, node: '', sourceAddr: null, sourcePort: 0, sourceNode: '' };
    assert.deepEqual(open(unhex('0080')), [{ type: MESSAGE.ping, ...nothing }]);
  });

  it('bounds what nests and what grows', () => {
    let nested = encodeMessage(NACK);
    for (let i = 0; i < 8; i++) nested = encodeCompound([nested]);
    assert.deepEqual(open(nested), [NACK]);
    assert.deepEqual(open(encodeCompound([nested])), ['tooDeep']);
    const zeros = compressPayload(encodeMessage(user(new Uint8Array(1 << 21))))!;
    assert.ok(zeros.length < 4000);
    assert.deepEqual(open(zeros), ['tooLarge']);
    const half = compressPayload(encodeMessage(user(new Uint8Array(600_000))))!;
    assert.deepEqual(
      open(encodeCompound([half, half])).map((one) => (typeof one === 'string' ? one : one.type)),
      [MESSAGE.user, 'tooLarge'],
    );
  });

  it('reads no datagram that was cut short, but what was whole in it', function () {
    for (const vector of needVectors(this, 'frames.json') as readonly FrameVector[]) {
      if (vector.via !== 'udp' || vector.hex.length > 1000) continue;
      const settings = { keyring: keyringOf(vector), verifyIncoming: true };
      const whole = packetMessagesOf(vector.decoded);
      for (const cut of cuts(unhex(vector.hex))) {
        const found = open(cut, settings);
        // A user message has no length of its own.
        if (cut[0] === MESSAGE.user) continue;
        assert.equal(typeof found.at(-1), 'string', vector.name);
        assert.deepEqual(found.slice(0, -1), whole.slice(0, found.length - 1), vector.name);
      }
    }
  });
});
