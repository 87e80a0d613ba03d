import assert from 'node:assert/strict';
import { ip4 } from '../../../src/base/addr.ts';
import type { MemberNode } from '../../../src/gossip/delegate.ts';
import { encodeCompound } from '../../../src/gossip/compound.ts';
import { compressPayload } from '../../../src/gossip/compress.ts';
import { Keyring } from '../../../src/gossip/keyring.ts';
import type { MemberlistDrop } from '../../../src/gossip/memberlist/counters.ts';
import { encodeMessage } from '../../../src/gossip/message-codec.ts';
import type { Alive, PacketMessage, PushNodeState, StreamMessage } from '../../../src/gossip/messages.ts';
import { MESSAGE, NODE_STATE } from '../../../src/gossip/messages.ts';
import { addCrc, sealPacket } from '../../../src/gossip/packet.ts';
import { sealStream } from '../../../src/gossip/stream.ts';
import type {
  GossipStream,
  MemberAddress,
  StreamHandler,
  Transport,
  TransportTarget,
} from '../../../src/gossip/transport.ts';
import { Rng } from '../../../src/sim/rng.ts';
import { SECOND } from '../../../src/sim/units.ts';
import { GossipCluster, type ClusterOptions } from '../cluster.ts';

const effort = Number(process.env['DOCKWIRE_EFFORT'] ?? 1);
const VSN = Uint8Array.of(1, 5, 2, 0, 0, 0);
const STRANGER: MemberAddress = { address: ip4('10.0.9.9'), port: 7946 };

/** Two members, and somebody who says what he likes to the first. */
class Bench {
  readonly cluster: GossipCluster;
  readonly answers: Uint8Array[] = [];
  private readonly transport: Transport;

  constructor(options: Partial<ClusterOptions> = {}) {
    this.cluster = new GossipCluster({ size: 2, seed: 1, ...options });
    this.cluster.startAll(SECOND);
    this.cluster.run(2 * SECOND);
    const target: TransportTarget = {
      receivePacket: (payload) => this.answers.push(payload.slice()),
      acceptStream: () => silent(),
    };
    this.transport = this.cluster.network.open(STRANGER, target);
  }

  packet(payload: Uint8Array): void {
    this.transport.sendPacket(this.cluster.addressOf(0), payload);
    this.cluster.run(SECOND / 100);
  }

  message(message: PacketMessage): void {
    this.packet(encodeMessage(message));
  }

  /** Sends bytes over a stream, closes it or leaves it open, and returns what came back in ten seconds and more. */
  stream(bytes: Uint8Array, closes: boolean): Uint8Array[] {
    const received: Uint8Array[] = [];
    this.transport.dial(this.cluster.addressOf(0), SECOND, {
      onOpen: (stream: GossipStream) => {
        stream.send(bytes);
        if (closes) stream.close();
      },
      onData: (data) => received.push(data),
      onEnd: () => received.push(new Uint8Array(0)),
      onError: (reason) => assert.fail(reason),
    });
    this.cluster.run(closes ? SECOND / 100 : 11 * SECOND);
    return received;
  }

  dropped(reason: MemberlistDrop): number {
    return this.cluster.member(0).counters.dropped(reason);
  }

  knows(name: string): MemberNode | undefined {
    return this.cluster.member(0).findNode(name);
  }
}

function alive(changes: Partial<Alive>): Alive {
  const addr = Uint8Array.of(10, 0, 9, 9);
  return { type: MESSAGE.alive, incarnation: 1, node: 'x', addr, port: 7946, meta: null, vsn: VSN, ...changes };
}

function nodeState(changes: Partial<PushNodeState>): PushNodeState {
  const addr = Uint8Array.of(10, 0, 9, 9);
  return { name: 'x', addr, port: 7946, meta: null, incarnation: 1, state: NODE_STATE.alive, vsn: VSN, ...changes };
}

function pushPull(...nodes: PushNodeState[]): StreamMessage {
  return { type: MESSAGE.pushPull, isJoin: true, nodes, userState: new Uint8Array(0) };
}

function sealed(message: StreamMessage, keyring: Keyring | null = null): Uint8Array {
  return sealStream(message, { compress: true, keyring, encryptionVersion: 1, rng: Rng.fromSeed(3) });
}

describe('gossip/memberlist with bad input', () => {
  const packets: readonly [string, MemberlistDrop, Uint8Array][] = [
    ['nothing', 'empty', new Uint8Array(0)],
    ['a type that is none', 'unknownType', Uint8Array.of(99, 1, 2)],
    ['a message of streams', 'unknownType', Uint8Array.of(MESSAGE.pushPull, 0x80)],
    ['half a ping', 'truncated', encodeMessage({ ...ping('n0'), seqNo: 70_000 }).slice(0, 20)],
    ['a label', 'unacceptableLabel', Uint8Array.of(MESSAGE.hasLabel, 3, 97, 98, 99, 0)],
    ['a wrong checksum', 'badChecksum', addCrc(encodeMessage(ping('n0'))).with(3, 1)],
    ['a compound message without its parts', 'truncated', Uint8Array.of(MESSAGE.compound, 9, 0, 1)],
    ['an empty compressed message', 'badLzw', Uint8Array.of(MESSAGE.compress, 0x80)],
    ['a ping for somebody else', 'wrongNode', encodeMessage(ping('n1'))],
    [
      'an acknowledgment of nothing',
      'unexpectedAck',
      encodeMessage({ type: MESSAGE.ackResp, seqNo: 9, payload: null }),
    ],
    ['the absence of one', 'unexpectedAck', encodeMessage({ type: MESSAGE.nackResp, seqNo: 9 })],
    ['an address of no kind', 'badAddress', encodeMessage(alive({ addr: Uint8Array.of(1, 2, 3) }))],
    ['no address', 'badAddress', encodeMessage(alive({ addr: null }))],
    ['versions that do not exist', 'badVersion', encodeMessage(alive({ vsn: Uint8Array.of(0, 5, 2, 0, 0, 0) }))],
    ['versions the wrong way round', 'badVersion', encodeMessage(alive({ vsn: Uint8Array.of(4, 3, 2, 0, 0, 0) }))],
    ['half of the versions', 'badVersion', encodeMessage(alive({ vsn: Uint8Array.of(1, 5, 2) }))],
    ['a name that another has', 'conflict', encodeMessage(alive({ node: 'n1', incarnation: 9 }))],
    ['compound messages in each other', 'tooDeep', nested(40)],
  ];
  for (const [what, reason, payload] of packets) {
    it(`drops a datagram with ${what}`, () => {
      const bench = new Bench();
      bench.packet(payload);
      assert.equal(bench.dropped(reason), 1, JSON.stringify(bench.cluster.member(0).counters.drops()));
      assert.equal(bench.knows('x'), undefined);
      assert.equal(bench.answers.length, 0);
      assert.ok(bench.cluster.agrees());
    });
  }

  it('takes what is odd but good: no versions, a mapped address, no port', () => {
    const bench = new Bench();
    bench.message(alive({ vsn: null }));
    const mapped = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 10, 0, 9, 8);
    bench.message(alive({ node: 'y', addr: mapped, port: 0 }));
    assert.equal(bench.knows('x')!.address, STRANGER.address);
    assert.deepEqual([bench.knows('y')!.address, bench.knows('y')!.port], [ip4('10.0.9.8'), 7946]);
  });

  it('ignores news of nobody, and old news', () => {
    const bench = new Bench();
    bench.message({ type: MESSAGE.dead, incarnation: 9, node: 'nobody', from: 'x' });
    bench.message({ type: MESSAGE.suspect, incarnation: 9, node: 'nobody', from: 'x' });
    bench.message({ type: MESSAGE.dead, incarnation: 0, node: 'n1', from: 'x' });
    assert.ok(bench.cluster.agrees());
    assert.deepEqual(bench.cluster.member(0).counters.drops(), []);
  });

  it('refutes lies about itself, replays too, with an ever higher incarnation', () => {
    const bench = new Bench();
    const lie = encodeMessage({ type: MESSAGE.dead, incarnation: 0xffff_fff0, node: 'n0', from: 'n0' });
    bench.packet(lie);
    bench.packet(lie);
    bench.cluster.run(2 * SECOND);
    assert.ok(bench.cluster.agrees());
    assert.equal(bench.cluster.member(0).counters.refutations, 1);
    const self = bench.cluster.member(1).membership.nodes.find('n0')!;
    assert.equal(self.incarnation, 0xffff_fff1);
  });

  it('handles no more messages of a datagram than may wait', () => {
    const bench = new Bench({ settings: { handoffQueueDepth: 10 } });
    const parts = Array.from({ length: 15 }, (_, i) => encodeMessage(alive({ node: `x${i}` })));
    bench.packet(encodeCompound(parts));
    assert.equal(bench.dropped('handoffQueueFull'), 5);
    assert.equal(bench.cluster.member(0).numMembers(), 12);
  });

  it('lets only addresses in that it may', () => {
    const cidrsAllowed = [{ address: ip4('10.0.0.0'), prefixLen: 24 }];
    const bench = new Bench({ settings: { cidrsAllowed } });
    bench.message(alive({}));
    assert.equal(bench.dropped('badAddress'), 1);
    bench.stream(sealed(pushPull(nodeState({}))), false);
    assert.equal(bench.dropped('badAddress'), 2);
    assert.equal(bench.knows('x'), undefined);
  });

  it('is deaf to other keys, to changed bytes and to plain text', () => {
    const keyring = new Keyring(new Uint8Array(16).fill(1));
    const bench = new Bench({ keyring });
    const seal = (keys: Keyring | null): Uint8Array =>
      sealPacket(encodeMessage(alive({})), false, {
        compress: true,
        keyring: keys,
        encryptionVersion: 1,
        rng: Rng.fromSeed(4),
      });
    bench.packet(seal(new Keyring(new Uint8Array(16).fill(2))));
    bench.packet(seal(keyring).with(30, 77));
    assert.equal(bench.dropped('noKeyDecrypts'), 2);
    bench.packet(seal(null));
    assert.equal(bench.dropped('unsupportedEncryption'), 1);
    bench.packet(Uint8Array.of(1, 2, 3));
    assert.equal(bench.dropped('tooSmallToDecrypt'), 1);
    const [answer] = bench.stream(sealed(pushPull(nodeState({}))), false);
    assert.equal(bench.dropped('notEncrypted'), 1);
    // The library says why, encrypted as all that it says.
    assert.equal(answer![0], MESSAGE.encrypt);
    assert.equal(bench.knows('x'), undefined);
    bench.packet(seal(keyring));
    assert.ok(bench.knows('x') !== undefined);
  });

  const streams: readonly [string, MemberlistDrop, Uint8Array][] = [
    ['a type that is none', 'unknownType', Uint8Array.of(99)],
    [
      'an acknowledgment that nobody waits for',
      'unknownType',
      encodeMessage({ type: MESSAGE.ackResp, seqNo: 1, payload: null }),
    ],
    ['encryption without keys', 'unexpectedEncryption', Uint8Array.of(MESSAGE.encrypt, 0, 0, 0, 1, 1)],
    ['a ping for somebody else', 'wrongNode', sealed({ ...ping('n1') })],
    [
      'more nodes than fit anywhere',
      'tooLarge',
      Uint8Array.of(6, 0x81, 0xa5, 78, 111, 100, 101, 115, 0xce, 255, 255, 255, 255),
    ],
    [
      'versions that none of us speaks',
      'badVersion',
      sealed(pushPull(nodeState({ vsn: Uint8Array.of(3, 3, 3, 0, 0, 0) }))),
    ],
    ['half of the versions', 'badVersion', sealed(pushPull(nodeState({ vsn: Uint8Array.of(3, 3) })))],
  ];
  for (const [what, reason, bytes] of streams) {
    it(`refuses a stream with ${what}`, () => {
      const bench = new Bench();
      bench.stream(bytes, false);
      assert.equal(bench.dropped(reason), 1, JSON.stringify(bench.cluster.member(0).counters.drops()));
      assert.equal(bench.knows('x'), undefined);
      assert.ok(bench.cluster.agrees());
    });
  }

  it('lets go of a stream that ends, breaks or falls silent in the middle', () => {
    const bench = new Bench();
    const bytes = sealed(pushPull(nodeState({})));
    bench.stream(bytes.slice(0, 9), true);
    assert.equal(bench.dropped('streamCutShort'), 1);
    const received = bench.stream(bytes.slice(0, 9), false);
    assert.equal(bench.dropped('streamCutShort'), 2);
    assert.deepEqual(received, [new Uint8Array(0)]);
    // Nothing at all is no fault: somebody looks whether the port is open.
    bench.stream(new Uint8Array(0), true);
    assert.equal(bench.dropped('streamCutShort'), 2);
    assert.equal(bench.knows('x'), undefined);
  });

  it('answers no more push/pulls at once than the library', () => {
    const bench = new Bench();
    const plain = sealStream(pushPull(nodeState({})), {
      compress: false,
      keyring: null,
      encryptionVersion: 1,
      rng: Rng.fromSeed(1),
    });
    const target = bench.cluster.addressOf(0);
    const transport = bench.cluster.network.open({ address: ip4('10.0.9.10'), port: 7946 }, unheard());
    for (let i = 0; i < 130; i++) {
      transport.dial(target, SECOND, {
        onOpen: (stream) => {
          stream.send(plain.slice(0, 12));
        },
        onData: () => assert.fail('nothing is answered'),
        onEnd: () => undefined,
        onError: (reason) => assert.fail(reason),
      });
    }
    bench.cluster.run(SECOND);
    assert.equal(bench.dropped('tooManyPushPulls'), 3);
  });

  it('survives mutated messages of every kind, and stays what it was', () => {
    const rng = Rng.fromSeed(5);
    const bench = new Bench();
    const member = bench.cluster.member(0);
    const samples = sampleMessages().map(encodeMessage);
    samples.push(encodeCompound(samples), compressPayload(encodeCompound(samples))!, addCrc(samples[3]!));
    for (let round = 0; round < 20_000 * effort; round++) {
      const bytes = samples[rng.below(samples.length)]!.slice();
      for (let changes = rng.between(1, 3); changes > 0; changes--) bytes[rng.below(bytes.length)] = rng.below(256);
      member.receivePacket(bytes.subarray(0, rng.between(0, bytes.length)), STRANGER);
      if (round % 1000 === 0) bench.cluster.run(SECOND);
    }
    bench.cluster.run(5 * SECOND);
    assert.equal(member.localNode().state, NODE_STATE.alive);
    const reasons = member.counters.drops().map(([reason]) => reason);
    for (const reason of ['truncated', 'unknownType', 'badValue', 'badChecksum'] as const) {
      assert.ok(reasons.includes(reason), `${reason}: ${reasons.join()}`);
    }
  });
});

function ping(node: string): Extract<PacketMessage, { type: typeof MESSAGE.ping }> {
  return { type: MESSAGE.ping, seqNo: 7, node, sourceAddr: null, sourcePort: 0, sourceNode: '' };
}

function nested(depth: number): Uint8Array {
  let bytes = encodeMessage(ping('n0'));
  for (let level = 0; level < depth; level++) bytes = encodeCompound([bytes]);
  return bytes;
}

function unheard(): TransportTarget {
  return {
    receivePacket: () => {
      // What is said to it does not matter.
    },
    acceptStream: () => silent(),
  };
}

/** Whoever calls is not answered. */
function silent(): StreamHandler {
  return {
    onData: () => undefined,
    onEnd: () => undefined,
    onError: () => undefined,
  };
}

function sampleMessages(): PacketMessage[] {
  const source = { sourceAddr: Uint8Array.of(10, 0, 0, 2), sourcePort: 7946, sourceNode: 'n1' };
  return [
    { type: MESSAGE.ping, seqNo: 3, node: 'n0', ...source },
    {
      type: MESSAGE.indirectPing,
      seqNo: 4,
      node: 'n1',
      target: Uint8Array.of(10, 0, 0, 2),
      port: 7946,
      nack: true,
      ...source,
    },
    { type: MESSAGE.ackResp, seqNo: 5, payload: Uint8Array.of(1, 2) },
    { type: MESSAGE.nackResp, seqNo: 6 },
    { type: MESSAGE.suspect, incarnation: 1, node: 'n1', from: 'x' },
    { type: MESSAGE.dead, incarnation: 1, node: 'n0', from: 'x' },
    alive({ incarnation: 3 }),
    { type: MESSAGE.user, bytes: Uint8Array.of(1, 2, 3) },
  ];
}
