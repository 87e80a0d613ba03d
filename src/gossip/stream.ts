/**
 * Messages on streams (net.go): one each way, not marked off but by what it says of its own length.
 *
 *   ping, ack, err     as in a datagram
 *   user               0x08 | {UserMsgLen} | so many bytes
 *   push/pull          0x06 | {Join, Nodes, UserStateLen} | so many nodes, a map each | so many bytes
 *   compressed         0x09 | {Algo, Buf}, always when compression is on
 *   encrypted          0x0a | length (32 bits, big-endian) | version, nonce, …; the first five bytes authenticated
 */
import { compressPayload, readCompressed } from './compress.ts';
import type { GossipFault } from './fault.ts';
import type { Keyring } from './keyring.ts';
import { encodeMessage, readAckResp, readErrResp, readPing } from './message-codec.ts';
import type { PushNodeState, PushPull, Slice, StreamMessage, UserMessage } from './messages.ts';
import { MESSAGE } from './messages.ts';
import { MsgpackReader, MsgpackWriter, msgpackKey, structFields } from './msgpack.ts';
import type { SealSettings } from './packet.ts';
import { decryptPayload, encryptedLength, encryptPayload } from './security.ts';

/** The largest state, and here the largest message of any kind (maxPushStateBytes). */
export const MAX_STREAM_BYTES = 20 * 1024 * 1024;
/** No more nodes in a state than fit into that. The library knows no limit. */
const MAX_NODES = MAX_STREAM_BYTES / 64;
const ENCRYPT_HEADER_LENGTH = 5;

const KEY = {
  Addr: msgpackKey('Addr'),
  Incarnation: msgpackKey('Incarnation'),
  Join: msgpackKey('Join'),
  Meta: msgpackKey('Meta'),
  Name: msgpackKey('Name'),
  Nodes: msgpackKey('Nodes'),
  Port: msgpackKey('Port'),
  State: msgpackKey('State'),
  UserMsgLen: msgpackKey('UserMsgLen'),
  UserStateLen: msgpackKey('UserStateLen'),
  Vsn: msgpackKey('Vsn'),
} as const;

/** A message as it stands in a stream, before compression and encryption. */
export function encodeStreamMessage(message: StreamMessage): Uint8Array {
  if (message.type === MESSAGE.user) return encodeUserMessage(message);
  if (message.type !== MESSAGE.pushPull) return encodeMessage(message);
  const writer = new MsgpackWriter(64 + 128 * message.nodes.length + message.userState.length);
  writer.byte(MESSAGE.pushPull);
  writer.map(3);
  writer.key(KEY.Join);
  writer.bool(message.isJoin);
  writer.key(KEY.Nodes);
  writer.uint(message.nodes.length);
  writer.key(KEY.UserStateLen);
  writer.uint(message.userState.length);
  for (const node of message.nodes) writeNode(writer, node);
  writer.append(message.userState);
  return writer.finish();
}

function encodeUserMessage(message: UserMessage): Uint8Array {
  const writer = new MsgpackWriter(32 + message.bytes.length);
  writer.byte(MESSAGE.user);
  writer.map(1);
  writer.key(KEY.UserMsgLen);
  writer.uint(message.bytes.length);
  writer.append(message.bytes);
  return writer.finish();
}

function writeNode(writer: MsgpackWriter, node: PushNodeState): void {
  writer.map(7);
  writer.key(KEY.Addr);
  writer.raw(node.addr);
  writer.key(KEY.Incarnation);
  writer.uint(node.incarnation);
  writer.key(KEY.Meta);
  writer.raw(node.meta);
  writer.key(KEY.Name);
  writer.text(node.name);
  writer.key(KEY.Port);
  writer.uint(node.port);
  writer.key(KEY.State);
  writer.int(node.state);
  writer.key(KEY.Vsn);
  writer.raw(node.vsn);
}

/** The bytes that carry the message over a stream. */
export function sealStream(message: StreamMessage, settings: SealSettings): Uint8Array {
  let payload = encodeStreamMessage(message);
  if (settings.compress) payload = compressPayload(payload) ?? payload;
  return settings.keyring === null ? payload : sealEncrypted(payload, settings.keyring, settings);
}

function sealEncrypted(payload: Uint8Array, keyring: Keyring, settings: SealSettings): Uint8Array {
  const version = settings.encryptionVersion;
  const header = encryptHeader(encryptedLength(version, payload.length));
  return joinBytes(header, encryptPayload(version, keyring, settings.rng, payload, header));
}

/** What stands before encrypted bytes of that length, and is authenticated with them. */
export function encryptHeader(length: number): Uint8Array {
  const header = new Uint8Array(ENCRYPT_HEADER_LENGTH);
  header[0] = MESSAGE.encrypt;
  new DataView(header.buffer).setUint32(1, length);
  return header;
}

function joinBytes(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}

export interface StreamSettings {
  readonly keyring: Keyring | null;
  /** Whether streams in plain text are refused while there are keys (GossipVerifyIncoming). */
  readonly verifyIncoming: boolean;
}

/**
 * Reads the one message that comes over a stream, from bytes in pieces. What stands behind it is not looked at: the
 * library reads no second one.
 */
export class StreamReader {
  private readonly settings: StreamSettings;
  private received = new Uint8Array(0);
  private length = 0;
  /** How many bytes are needed at least before there is any use in looking again. */
  private needed = 1;
  private body: BodyReader | null = null;

  constructor(settings: StreamSettings) {
    this.settings = settings;
  }

  /** Takes more bytes; the message when it is complete, why it is none, or null for more to come. */
  push(bytes: Uint8Array): StreamMessage | GossipFault | null {
    if (this.length + bytes.length > MAX_STREAM_BYTES + 4096) return 'tooLarge';
    this.keep(bytes);
    if (this.length < this.needed) return null;
    return this.read(this.received.subarray(0, this.length));
  }

  /** The peer has closed: what is left is a message cut short, or 'empty' when there was nothing at all. */
  end(): GossipFault {
    return this.length === 0 ? 'empty' : 'truncated';
  }

  private keep(bytes: Uint8Array): void {
    if (this.length + bytes.length > this.received.length) {
      const wider = new Uint8Array(Math.max(2 * this.received.length, this.length + bytes.length));
      wider.set(this.received.subarray(0, this.length));
      this.received = wider;
    }
    this.received.set(bytes, this.length);
    this.length += bytes.length;
  }

  private read(bytes: Uint8Array): StreamMessage | GossipFault | null {
    const { keyring, verifyIncoming } = this.settings;
    if (bytes[0] !== MESSAGE.encrypt) {
      if (keyring !== null && verifyIncoming) return 'notEncrypted';
      return this.readPlain(bytes);
    }
    if (keyring === null) return 'unexpectedEncryption';
    if (bytes.length < ENCRYPT_HEADER_LENGTH) return this.wait(ENCRYPT_HEADER_LENGTH);
    const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(1);
    if (length > MAX_STREAM_BYTES) return 'tooLarge';
    const end = ENCRYPT_HEADER_LENGTH + length;
    if (bytes.length < end) return this.wait(end);
    const header = bytes.subarray(0, ENCRYPT_HEADER_LENGTH);
    const text = decryptPayload(keyring, bytes.subarray(ENCRYPT_HEADER_LENGTH, end), header);
    return typeof text === 'string' ? text : decodeStreamMessage(text);
  }

  private wait(needed: number): null {
    this.needed = needed;
    return null;
  }

  /** In plain text only reading shows where the message ends: reading too far means that there is more to come. */
  private readPlain(bytes: Uint8Array): StreamMessage | GossipFault | null {
    if (bytes[0] === MESSAGE.compress) {
      const reader = new MsgpackReader(bytes, 1);
      const text = readCompressed(reader, MAX_STREAM_BYTES);
      if (reader.fault === 'truncated') return null;
      return typeof text === 'string' ? text : decodeBody(text);
    }
    this.body ??= new BodyReader();
    const message = this.body.read(bytes);
    return message === 'truncated' ? null : message;
  }
}

/** The message that decrypted bytes are: compressed or not. */
export function decodeStreamMessage(bytes: Uint8Array): StreamMessage | GossipFault {
  if (bytes.length === 0) return 'empty';
  if (bytes[0] !== MESSAGE.compress) return decodeBody(bytes);
  const text = readCompressed(new MsgpackReader(bytes, 1), MAX_STREAM_BYTES);
  return typeof text === 'string' ? text : decodeBody(text);
}

/** Within a compressed message there is no second one. */
function decodeBody(bytes: Uint8Array): StreamMessage | GossipFault {
  return bytes.length === 0 ? 'empty' : new BodyReader().read(bytes);
}

const PUSH_PULL_HEADER = structFields('Nodes', 'UserStateLen', 'Join');
const USER_MSG_HEADER = structFields('UserMsgLen');
const PUSH_NODE_STATE = structFields('Name', 'Addr', 'Port', 'Meta', 'Incarnation', 'State', 'Vsn');

/** Reads a message in plain text; of a push/pull it remembers the nodes that it has, for when there is more to come. */
class BodyReader {
  private readonly nodes: PushNodeState[] = [];
  /** Where the next node begins; 0 before the header was read. */
  private at = 0;
  private nodeCount = 0;
  private userStateLen = 0;
  private isJoin = false;

  /** Always called with the same bytes and more of them. */
  read(bytes: Uint8Array): StreamMessage | GossipFault {
    const type = bytes[0]!;
    if (type === MESSAGE.pushPull) return this.readPushPull(bytes);
    const reader = new MsgpackReader(bytes, 1);
    if (type === MESSAGE.user) return readUserMessage(reader, bytes);
    if (type === MESSAGE.ping) return orFault(reader, readPing(reader));
    if (type === MESSAGE.ackResp) return orFault(reader, readAckResp(reader));
    if (type === MESSAGE.err) return orFault(reader, readErrResp(reader));
    return type === MESSAGE.hasLabel ? 'unacceptableLabel' : 'unknownType';
  }

  private readPushPull(bytes: Uint8Array): PushPull | GossipFault {
    const fault = this.at === 0 ? this.readHeader(bytes) : null;
    if (fault !== null) return fault;
    while (this.nodes.length < this.nodeCount) {
      const reader = new MsgpackReader(bytes, this.at);
      const node = readNode(reader);
      if (reader.fault !== null) return reader.fault;
      this.nodes.push(node);
      this.at = reader.at;
    }
    const end = this.at + this.userStateLen;
    if (bytes.length < end) return 'truncated';
    const userState = bytes.slice(this.at, end);
    return { type: MESSAGE.pushPull, isJoin: this.isJoin, nodes: this.nodes, userState };
  }

  private readHeader(bytes: Uint8Array): GossipFault | null {
    const reader = new MsgpackReader(bytes, 1);
    for (let size = reader.beginStruct(), i = 0; reader.hasField(size, i); i++) {
      const field = reader.field(PUSH_PULL_HEADER, size, i);
      if (field === 0) this.nodeCount = reader.uint(53);
      else if (field === 1) this.userStateLen = reader.uint(53);
      else if (field === 2) this.isJoin = reader.bool();
    }
    if (reader.fault !== null) return reader.fault;
    if (this.nodeCount > MAX_NODES || this.userStateLen > MAX_STREAM_BYTES) return 'tooLarge';
    this.at = reader.at;
    return null;
  }
}

function orFault<T>(reader: MsgpackReader, message: T): T | GossipFault {
  return reader.fault ?? message;
}

function readUserMessage(reader: MsgpackReader, bytes: Uint8Array): UserMessage | GossipFault {
  let length = 0;
  for (let size = reader.beginStruct(), i = 0; reader.hasField(size, i); i++) {
    if (reader.field(USER_MSG_HEADER, size, i) === 0) length = reader.uint(53);
  }
  if (reader.fault !== null) return reader.fault;
  if (length > MAX_STREAM_BYTES) return 'tooLarge';
  const end = reader.at + length;
  return bytes.length < end ? 'truncated' : { type: MESSAGE.user, bytes: bytes.subarray(reader.at, end) };
}

function readNode(reader: MsgpackReader): PushNodeState {
  let name = '';
  let addr: Slice = null;
  let port = 0;
  let meta: Slice = null;
  let incarnation = 0;
  let state = 0;
  let vsn: Slice = null;
  for (let size = reader.beginStruct(), i = 0; reader.hasField(size, i); i++) {
    const field = reader.field(PUSH_NODE_STATE, size, i);
    if (field === 0) name = reader.text();
    else if (field === 1) addr = reader.raw();
    else if (field === 2) port = reader.uint(16);
    else if (field === 3) meta = reader.raw();
    else if (field === 4) incarnation = reader.uint(32);
    else if (field === 5) state = reader.int();
    else if (field === 6) vsn = reader.raw();
  }
  return { name, addr, port, meta, incarnation, state, vsn };
}
