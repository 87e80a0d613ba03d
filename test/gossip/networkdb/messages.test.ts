import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { hex, utf8Encode } from '../../../src/base/bytes.ts';
import * as messages from '../../../src/gossip/networkdb/messages.ts';
import { GOSSIP, MEMBERSHIP_EVENT, TABLE_EVENT } from '../../../src/gossip/networkdb/messages.ts';

const [H1, H2, H3] = ['ede080c9fd24', 'f77ccca257d2', '3459be3b9a77'];
const [INGRESS, OV1] = ['odt77yq3axpvbc9kfal3804g5', 'p169ya3ph8d1b6hxwrzmysigl'];
/** How a message is coded, by its type in the header. */
const CODECS: Readonly<Record<number, readonly [(bytes: Uint8Array) => unknown, (message: never) => Uint8Array]>> = {
  [GOSSIP.networkEvent]: [messages.decodeNetworkEvent, messages.encodeNetworkEvent],
  [GOSSIP.tableEvent]: [messages.decodeTableEvent, messages.encodeTableEvent],
  [GOSSIP.pushPull]: [messages.decodePushPull, messages.encodePushPull],
  [GOSSIP.bulkSync]: [messages.decodeBulkSync, messages.encodeBulkSync],
  [GOSSIP.compound]: [messages.decodeCompound, messages.encodeCompound],
  [GOSSIP.nodeEvent]: [messages.decodeNodeEvent, messages.encodeNodeEvent],
};

interface Vector {
  readonly digits: string;
  readonly type: number;
  readonly message: object;
}

/** From the 7946 of three engines of 20.10.24, deciphered. */
const REAL: readonly Vector[] = [
  {
    digits: '08061212080110041a0c663737636363613235376432',
    type: GOSSIP.nodeEvent,
    message: { type: MEMBERSHIP_EVENT.join, lTime: 4, nodeName: H2 },
  },
  {
    digits: '0801122d080210131a0c33343539626533623961373722197031363979613370683864316236687877727a6d797369676c',
    type: GOSSIP.networkEvent,
    message: { type: MEMBERSHIP_EVENT.leave, lTime: 19, nodeName: H3, networkId: OV1 },
  },
  {
    digits:
      '0803123d0802122b0a196f64743737797133617870766263396b66616c33383034673510021a0c656465303830633966643234' +
      '1a0c656465303830633966643234',
    type: GOSSIP.pushPull,
    message: {
      lTime: 2,
      networks: [{ networkId: INGRESS, lTime: 2, nodeName: H1, leaving: false }],
      nodeName: H1,
    },
  },
  {
    digits: '0804122f10011a0c66373763636361323537643222196f64743737797133617870766263396b66616c3338303467352a020805',
    type: GOSSIP.bulkSync,
    message: {
      lTime: 0,
      unsolicited: true,
      nodeName: H2,
      networks: [INGRESS],
      payload: messages.makeCompoundMessage([]),
    },
  },
  {
    digits:
      '080212b701080310211a0c33343539626533623961373722197031363979613370683864316236687877727a6d797369676c2a126f76' +
      '65726c61795f706565725f7461626c653240356636373334363136343361633761313639633538373261366266346336363736343866' +
      '656262633066336533613732313733613164393266376163396232343a2f0a0b31302e302e312e362f3234121130323a34323a30613a' +
      '30303a30313a30361a0d3139322e3136382e35302e313340880e',
    type: GOSSIP.tableEvent,
    message: {
      type: TABLE_EVENT.delete,
      lTime: 33,
      nodeName: H3,
      networkId: OV1,
      tableName: 'overlay_peer_table',
      key: '5f673461643ac7a169c5872a6bf4c667648febbc0f3e3a72173a1d92f7ac9b24',
      value: utf8Encode('\n\x0b10.0.1.6/24\x12\x1102:42:0a:00:01:06\x1a\r192.168.50.13'),
      residualReapTime: 1800,
    },
  },
];

const bytesOf = (digits: string): Uint8Array => new Uint8Array(Buffer.from(digits, 'hex'));
/** Without the difference between a part of an array and one of its own. */
const plain = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, each: unknown) => (each instanceof Uint8Array ? hex(each) : each)));

const name = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 30 }), fc.constantFrom('', H1, OV1));
const lTime = fc.oneof(fc.nat(300), fc.maxSafeNat());
const type = fc.integer({ min: 0, max: 4 });
const raw = fc.uint8Array({ maxLength: 300 });
const entry = fc.record({ networkId: name, lTime, nodeName: name, leaving: fc.boolean() });
const MESSAGES: Readonly<Record<number, fc.Arbitrary<unknown>>> = {
  [GOSSIP.networkEvent]: fc.record({ type, lTime, nodeName: name, networkId: name }),
  [GOSSIP.tableEvent]: fc.record({
    type,
    lTime,
    nodeName: name,
    networkId: name,
    tableName: name,
    key: name,
    value: raw,
    residualReapTime: fc.integer(),
  }),
  [GOSSIP.pushPull]: fc.record({ lTime, networks: fc.array(entry, { maxLength: 6 }), nodeName: name }),
  [GOSSIP.bulkSync]: fc.record({
    lTime,
    unsolicited: fc.boolean(),
    nodeName: name,
    networks: fc.array(name, { maxLength: 4 }),
    payload: raw,
  }),
  [GOSSIP.compound]: fc.array(raw, { maxLength: 5 }),
  [GOSSIP.nodeEvent]: fc.record({ type, lTime, nodeName: name }),
};
const ofAnyType = fc
  .constantFrom(...Object.values(GOSSIP))
  .chain((each) => fc.tuple(fc.constant(each), MESSAGES[each]!));

describe('NetworkDB messages', () => {
  it('reads what real engines have sent, and writes the same bytes', () => {
    for (const { digits, type: header, message } of REAL) {
      const gossip = messages.decodeGossip(bytesOf(digits));
      assert.ok(!messages.isFailure(gossip));
      assert.equal(gossip.type, header);
      const [decode, encode] = CODECS[header]!;
      assert.deepEqual(plain(decode(gossip.data)), plain(message));
      assert.equal(hex(messages.encodeGossip(header, encode(message as never))), digits);
    }
  });

  it('reads back what it writes', () => {
    fc.assert(
      fc.property(ofAnyType, ([header, message]) => {
        const [decode, encode] = CODECS[header]!;
        assert.deepEqual(plain(decode(encode(message as never))), plain(message));
      }),
      { numRuns: 400 },
    );
  });

  it('takes a message that was cut for a shorter one or says that it is none, at every length', () => {
    for (const { digits } of REAL) {
      const whole = bytesOf(digits);
      for (let length = 0; length < whole.length; length++) {
        const gossip = messages.decodeGossip(whole.subarray(0, length));
        // The header says how long the message is, so that only nothing at all and the bare type are whole.
        assert.equal(messages.isFailure(gossip), length !== 0 && length !== 2, `${digits} cut at ${length}`);
      }
      const { type: header, data } = messages.decodeGossip(whole) as messages.GossipMessage;
      for (let length = 0; length < data.length; length++) {
        const cut = CODECS[header]![0](data.slice(0, length));
        assert.ok(messages.isFailure(cut) || typeof cut === 'object');
      }
    }
  });

  it('survives every mutation', () => {
    fc.assert(
      fc.property(ofAnyType, fc.nat(), fc.integer({ min: 1, max: 255 }), ([header, message], at, flip) => {
        const [decode, encode] = CODECS[header]!;
        const bytes = encode(message as never);
        if (bytes.length > 0) bytes[at % bytes.length]! ^= flip;
        const decoded = decode(bytes);
        assert.ok(messages.isFailure(decoded) || typeof decoded === 'object');
      }),
      { numRuns: 1000 },
    );
  });

  it('makes one message of several', () => {
    const parts = [bytesOf('0806'), bytesOf('')];
    const gossip = messages.decodeGossip(messages.makeCompoundMessage(parts)) as messages.GossipMessage;
    assert.equal(gossip.type, GOSSIP.compound);
    assert.deepEqual(plain(messages.decodeCompound(gossip.data)), ['0806', '']);
    assert.equal(hex(messages.makeCompoundMessage([])), '0805');
  });
});
