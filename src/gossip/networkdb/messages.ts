/**
 * The messages of NetworkDB (networkdb.proto): what each says, and its bytes. All travel in a GossipMessage, which
 * tells the type; several in a compound, which is one, too.
 */
import type { DecodeFailure } from './protobuf.ts';
import { ProtoReader, ProtoWriter } from './protobuf.ts';

/** The type of a GossipMessage. */
export const GOSSIP = {
  networkEvent: 1,
  tableEvent: 2,
  pushPull: 3,
  bulkSync: 4,
  compound: 5,
  nodeEvent: 6,
} as const;

/** What happened to a node, or to a node in a network. */
export const MEMBERSHIP_EVENT = { join: 1, leave: 2 } as const;
/** What happened to an entry of a table. */
export const TABLE_EVENT = { create: 1, update: 2, delete: 3 } as const;

/** The header of every message. */
export interface GossipMessage {
  readonly type: number;
  readonly data: Uint8Array;
}

export interface NodeEvent {
  readonly type: number;
  readonly lTime: number;
  readonly nodeName: string;
}

export interface NetworkEvent {
  readonly type: number;
  readonly lTime: number;
  readonly nodeName: string;
  readonly networkId: string;
}

/** That a node uses a network, as a push/pull tells it. */
export interface NetworkEntry {
  readonly networkId: string;
  readonly lTime: number;
  readonly nodeName: string;
  readonly leaving: boolean;
}

export interface NetworkPushPull {
  readonly lTime: number;
  readonly networks: readonly NetworkEntry[];
  readonly nodeName: string;
}

export interface TableEvent {
  readonly type: number;
  readonly lTime: number;
  readonly nodeName: string;
  readonly networkId: string;
  readonly tableName: string;
  readonly key: string;
  readonly value: Uint8Array;
  /** Seconds after which a deleted entry is forgotten. */
  readonly residualReapTime: number;
}

export interface BulkSyncMessage {
  readonly lTime: number;
  /** It is not an answer, and wants one. */
  readonly unsolicited: boolean;
  readonly nodeName: string;
  readonly networks: readonly string[];
  /** A compound of table events. */
  readonly payload: Uint8Array;
}

/** A message, or why there is none in these bytes. */
export type Decoded<T> = T | DecodeFailure;

/** Whether bytes could not be read. */
export function isFailure(decoded: unknown): decoded is DecodeFailure {
  return typeof decoded === 'string';
}

export function encodeGossip(type: number, data: Uint8Array): Uint8Array {
  return new ProtoWriter().uint64(1, type).raw(2, data).finish();
}

export function decodeGossip(bytes: Uint8Array): Decoded<GossipMessage> {
  const reader = new ProtoReader(bytes);
  let type = 0;
  let data = bytes.subarray(0, 0);
  while (reader.next()) {
    if (reader.field === 1) type = reader.int32();
    else if (reader.field === 2) data = reader.raw();
    else reader.skip();
  }
  return reader.failure ?? { type, data };
}

export function encodeNodeEvent(event: NodeEvent): Uint8Array {
  return new ProtoWriter().int32(1, event.type).uint64(2, event.lTime).text(3, event.nodeName).finish();
}

export function decodeNodeEvent(bytes: Uint8Array): Decoded<NodeEvent> {
  const reader = new ProtoReader(bytes);
  let [type, lTime, nodeName] = [0, 0, ''];
  while (reader.next()) {
    if (reader.field === 1) type = reader.int32();
    else if (reader.field === 2) lTime = reader.uint64();
    else if (reader.field === 3) nodeName = reader.text();
    else reader.skip();
  }
  return reader.failure ?? { type, lTime, nodeName };
}

export function encodeNetworkEvent(event: NetworkEvent): Uint8Array {
  const { type, lTime, nodeName, networkId } = event;
  return new ProtoWriter().int32(1, type).uint64(2, lTime).text(3, nodeName).text(4, networkId).finish();
}

export function decodeNetworkEvent(bytes: Uint8Array): Decoded<NetworkEvent> {
  const reader = new ProtoReader(bytes);
  let [type, lTime, nodeName, networkId] = [0, 0, '', ''];
  while (reader.next()) {
    if (reader.field === 1) type = reader.int32();
    else if (reader.field === 2) lTime = reader.uint64();
    else if (reader.field === 3) nodeName = reader.text();
    else if (reader.field === 4) networkId = reader.text();
    else reader.skip();
  }
  return reader.failure ?? { type, lTime, nodeName, networkId };
}

function encodeNetworkEntry(entry: NetworkEntry): Uint8Array {
  const { networkId, lTime, nodeName, leaving } = entry;
  return new ProtoWriter().text(1, networkId).uint64(2, lTime).text(3, nodeName).bool(4, leaving).finish();
}

function decodeNetworkEntry(bytes: Uint8Array): Decoded<NetworkEntry> {
  const reader = new ProtoReader(bytes);
  let [networkId, lTime, nodeName, leaving] = ['', 0, '', false];
  while (reader.next()) {
    if (reader.field === 1) networkId = reader.text();
    else if (reader.field === 2) lTime = reader.uint64();
    else if (reader.field === 3) nodeName = reader.text();
    else if (reader.field === 4) leaving = reader.bool();
    else reader.skip();
  }
  return reader.failure ?? { networkId, lTime, nodeName, leaving };
}

export function encodePushPull(pushPull: NetworkPushPull): Uint8Array {
  const writer = new ProtoWriter().uint64(1, pushPull.lTime);
  for (const entry of pushPull.networks) writer.element(2, encodeNetworkEntry(entry));
  return writer.text(3, pushPull.nodeName).finish();
}

export function decodePushPull(bytes: Uint8Array): Decoded<NetworkPushPull> {
  const reader = new ProtoReader(bytes);
  const networks: NetworkEntry[] = [];
  let [lTime, nodeName] = [0, ''];
  while (reader.next()) {
    if (reader.field === 1) lTime = reader.uint64();
    else if (reader.field === 2) {
      const entry = decodeNetworkEntry(reader.raw());
      if (isFailure(entry)) return entry;
      networks.push(entry);
    } else if (reader.field === 3) nodeName = reader.text();
    else reader.skip();
  }
  return reader.failure ?? { lTime, networks, nodeName };
}

export function encodeTableEvent(event: TableEvent): Uint8Array {
  return new ProtoWriter()
    .int32(1, event.type)
    .uint64(2, event.lTime)
    .text(3, event.nodeName)
    .text(4, event.networkId)
    .text(5, event.tableName)
    .text(6, event.key)
    .raw(7, event.value)
    .int32(8, event.residualReapTime)
    .finish();
}

export function decodeTableEvent(bytes: Uint8Array): Decoded<TableEvent> {
  const reader = new ProtoReader(bytes);
  let [type, lTime, nodeName, networkId, tableName, key, residualReapTime] = [0, 0, '', '', '', '', 0];
  let value = bytes.subarray(0, 0);
  while (reader.next()) {
    if (reader.field === 1) type = reader.int32();
    else if (reader.field === 2) lTime = reader.uint64();
    else if (reader.field === 3) nodeName = reader.text();
    else if (reader.field === 4) networkId = reader.text();
    else if (reader.field === 5) tableName = reader.text();
    else if (reader.field === 6) key = reader.text();
    else if (reader.field === 7) value = reader.raw();
    else if (reader.field === 8) residualReapTime = reader.int32();
    else reader.skip();
  }
  return reader.failure ?? { type, lTime, nodeName, networkId, tableName, key, value, residualReapTime };
}

export function encodeBulkSync(sync: BulkSyncMessage): Uint8Array {
  return new ProtoWriter()
    .uint64(1, sync.lTime)
    .bool(2, sync.unsolicited)
    .text(3, sync.nodeName)
    .texts(4, sync.networks)
    .raw(5, sync.payload)
    .finish();
}

export function decodeBulkSync(bytes: Uint8Array): Decoded<BulkSyncMessage> {
  const reader = new ProtoReader(bytes);
  const networks: string[] = [];
  let [lTime, unsolicited, nodeName] = [0, false, ''];
  let payload = bytes.subarray(0, 0);
  while (reader.next()) {
    if (reader.field === 1) lTime = reader.uint64();
    else if (reader.field === 2) unsolicited = reader.bool();
    else if (reader.field === 3) nodeName = reader.text();
    else if (reader.field === 4) networks.push(reader.text());
    else if (reader.field === 5) payload = reader.raw();
    else reader.skip();
  }
  return reader.failure ?? { lTime, unsolicited, nodeName, networks, payload };
}

/** Each message in a SimpleMessage { 1 Payload }, in a CompoundMessage { 1 messages }. */
export function encodeCompound(messages: readonly Uint8Array[]): Uint8Array {
  const writer = new ProtoWriter();
  for (const message of messages) writer.element(1, new ProtoWriter().raw(1, message).finish());
  return writer.finish();
}

export function decodeCompound(bytes: Uint8Array): Decoded<Uint8Array[]> {
  const reader = new ProtoReader(bytes);
  const parts: Uint8Array[] = [];
  while (reader.next()) {
    if (reader.field !== 1) {
      reader.skip();
      continue;
    }
    const part = decodeSimpleMessage(reader.raw());
    if (isFailure(part)) return part;
    parts.push(part);
  }
  return reader.failure ?? parts;
}

function decodeSimpleMessage(bytes: Uint8Array): Decoded<Uint8Array> {
  const reader = new ProtoReader(bytes);
  let payload = bytes.subarray(0, 0);
  while (reader.next()) {
    if (reader.field === 1) payload = reader.raw();
    else reader.skip();
  }
  return reader.failure ?? payload;
}

/** Several messages as one. */
export function makeCompoundMessage(messages: readonly Uint8Array[]): Uint8Array {
  return encodeGossip(GOSSIP.compound, encodeCompound(messages));
}
