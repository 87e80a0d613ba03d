/**
 * Takes gossip apart down to the last field and puts it together again: the judge of recordings, which have to come
 * out as they went in. Whatever is not understood fails.
 */
import { strict as assert } from 'node:assert';
import { compressPayload, readCompressed } from '../../src/gossip/compress.ts';
import { decodeCompound, encodeCompound } from '../../src/gossip/compound.ts';
import { decodeMessage, encodeMessage } from '../../src/gossip/message-codec.ts';
import type { PushNodeState } from '../../src/gossip/messages.ts';
import { MESSAGE } from '../../src/gossip/messages.ts';
import { MsgpackReader } from '../../src/gossip/msgpack.ts';
import { addCrc } from '../../src/gossip/packet.ts';
import { decodeCoordinate, encodeCoordinate } from '../../src/gossip/serf/coordinate-codec.ts';
import { decodeSerfMessage, encodeSerfMessage } from '../../src/gossip/serf/serf-codec.ts';
import { SERF_MESSAGE } from '../../src/gossip/serf/serf-messages.ts';
import { decodeTags, encodeTags } from '../../src/gossip/serf/tags.ts';
import { decodeStreamMessage, encodeStreamMessage } from '../../src/gossip/stream.ts';

/** How often each kind of message was seen. */
export type Counts = Map<string, number>;

const NAMES = new Map(Object.entries(MESSAGE).map(([name, type]) => [type as number, name]));
const SERF_NAMES = new Map(Object.entries(SERF_MESSAGE).map(([name, type]) => [type as number, `serf ${name}`]));

function count(counts: Counts, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** Narrows away the faults. */
function known<T>(value: T): Exclude<T, string> {
  assert.ok(typeof value !== 'string', `not understood: ${String(value)}`);
  return value as Exclude<T, string>;
}

/** A datagram's payload in plain text; serf's messages are in it. */
export function packetAgain(bytes: Uint8Array, counts: Counts): Uint8Array {
  count(counts, NAMES.get(bytes[0]!) ?? 'unknown');
  if (bytes[0] === MESSAGE.hasCrc) return addCrc(packetAgain(bytes.slice(5), counts));
  if (bytes[0] === MESSAGE.compress) {
    const text = known(readCompressed(new MsgpackReader(bytes, 1), 1 << 20));
    return compressPayload(packetAgain(text, counts))!;
  }
  if (bytes[0] === MESSAGE.compound) {
    const parts: Uint8Array[] = [];
    assert.equal(
      decodeCompound(bytes, (part) => parts.push(packetAgain(part, counts))),
      null,
    );
    return encodeCompound(parts);
  }
  const message = known(decodeMessage(bytes));
  if (message.type === MESSAGE.user) return encodeMessage({ ...message, bytes: serfAgain(message.bytes, counts) });
  if (message.type === MESSAGE.alive) return encodeMessage({ ...message, meta: metaAgain(message.meta) });
  if (message.type !== MESSAGE.ackResp || message.payload === null) return encodeMessage(message);
  count(counts, 'coordinate');
  return encodeMessage({ ...message, payload: encodeCoordinate(known(decodeCoordinate(message.payload))) });
}

function serfAgain(bytes: Uint8Array, counts: Counts): Uint8Array {
  count(counts, SERF_NAMES.get(bytes[0]!) ?? 'unknown');
  return encodeSerfMessage(known(decodeSerfMessage(bytes)));
}

function metaAgain(meta: Uint8Array | null): Uint8Array | null {
  return meta === null || meta[0] !== 0xff ? meta : encodeTags(known(decodeTags(meta)));
}

/** What one side of a connection has sent, in plain text. */
export function streamAgain(bytes: Uint8Array, counts: Counts): Uint8Array {
  count(counts, NAMES.get(bytes[0]!) ?? 'unknown');
  if (bytes[0] === MESSAGE.compress) {
    const text = known(readCompressed(new MsgpackReader(bytes, 1), 1 << 20));
    return compressPayload(streamAgain(text, counts))!;
  }
  const message = known(decodeStreamMessage(bytes));
  if (message.type !== MESSAGE.pushPull) return encodeStreamMessage(message);
  const nodes = message.nodes.map((node): PushNodeState => ({ ...node, meta: metaAgain(node.meta) }));
  return encodeStreamMessage({ ...message, nodes, userState: serfAgain(message.userState, counts) });
}
