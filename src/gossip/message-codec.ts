/**
 * Memberlist's messages as bytes: a byte with the type, then a msgpack map (net.go). Written exactly as the library
 * writes; read as it reads (see msgpack.ts). Byte slices that come out are copies, but for those of user messages,
 * which are views.
 */
import type { GossipFault } from './fault.ts';
import type { AckResp, Alive, Dead, ErrResp, IndirectPing, NackResp, PacketMessage, Ping } from './messages.ts';
import type { Slice, Source, Suspect } from './messages.ts';
import { MESSAGE } from './messages.ts';
import { MsgpackReader, MsgpackWriter, msgpackKey, structFields, writeRaw, writeText, writeUint } from './msgpack.ts';

const KEY = {
  Addr: msgpackKey('Addr'),
  Error: msgpackKey('Error'),
  From: msgpackKey('From'),
  Incarnation: msgpackKey('Incarnation'),
  Meta: msgpackKey('Meta'),
  Nack: msgpackKey('Nack'),
  Node: msgpackKey('Node'),
  Payload: msgpackKey('Payload'),
  Port: msgpackKey('Port'),
  SeqNo: msgpackKey('SeqNo'),
  SourceAddr: msgpackKey('SourceAddr'),
  SourceNode: msgpackKey('SourceNode'),
  SourcePort: msgpackKey('SourcePort'),
  Target: msgpackKey('Target'),
  Vsn: msgpackKey('Vsn'),
} as const;

/** A message as it goes into a datagram or a compound message. Numbers have to be within their fields. */
export function encodeMessage(message: PacketMessage | ErrResp): Uint8Array {
  if (message.type === MESSAGE.user) {
    const bytes = new Uint8Array(1 + message.bytes.length);
    bytes[0] = MESSAGE.user;
    bytes.set(message.bytes, 1);
    return bytes;
  }
  const writer = new MsgpackWriter(128);
  writer.byte(message.type);
  writeBody(writer, message);
  return writer.finish();
}

function writeBody(writer: MsgpackWriter, message: Exclude<PacketMessage | ErrResp, { bytes: Uint8Array }>): void {
  switch (message.type) {
    case MESSAGE.ping:
      writePing(writer, message);
      break;
    case MESSAGE.indirectPing:
      writeIndirectPing(writer, message);
      break;
    case MESSAGE.ackResp:
      writer.map(2);
      writeRaw(writer, KEY.Payload, message.payload);
      writeUint(writer, KEY.SeqNo, message.seqNo);
      break;
    case MESSAGE.nackResp:
      writer.map(1);
      writeUint(writer, KEY.SeqNo, message.seqNo);
      break;
    case MESSAGE.suspect:
    case MESSAGE.dead:
      writer.map(3);
      writeText(writer, KEY.From, message.from);
      writeUint(writer, KEY.Incarnation, message.incarnation);
      writeText(writer, KEY.Node, message.node);
      break;
    case MESSAGE.alive:
      writeAlive(writer, message);
      break;
    case MESSAGE.err:
      writer.map(1);
      writeText(writer, KEY.Error, message.error);
  }
}

/** How many fields of the source are written: those that are not empty. */
function sourceSize(source: Source): number {
  return +hasAddr(source) + +(source.sourcePort !== 0) + +(source.sourceNode !== '');
}

function hasAddr(source: Source): boolean {
  return source.sourceAddr !== null && source.sourceAddr.length > 0;
}

function writeSource(writer: MsgpackWriter, source: Source): void {
  if (hasAddr(source)) writeRaw(writer, KEY.SourceAddr, source.sourceAddr);
  if (source.sourceNode !== '') writeText(writer, KEY.SourceNode, source.sourceNode);
  if (source.sourcePort !== 0) writeUint(writer, KEY.SourcePort, source.sourcePort);
}

function writePing(writer: MsgpackWriter, ping: Ping): void {
  writer.map(2 + sourceSize(ping));
  writeText(writer, KEY.Node, ping.node);
  writeUint(writer, KEY.SeqNo, ping.seqNo);
  writeSource(writer, ping);
}

function writeIndirectPing(writer: MsgpackWriter, ping: IndirectPing): void {
  writer.map(5 + sourceSize(ping));
  writer.key(KEY.Nack);
  writer.bool(ping.nack);
  writeText(writer, KEY.Node, ping.node);
  writeUint(writer, KEY.Port, ping.port);
  writeUint(writer, KEY.SeqNo, ping.seqNo);
  writeSource(writer, ping);
  writeRaw(writer, KEY.Target, ping.target);
}

function writeAlive(writer: MsgpackWriter, alive: Alive): void {
  writer.map(6);
  writeRaw(writer, KEY.Addr, alive.addr);
  writeUint(writer, KEY.Incarnation, alive.incarnation);
  writeRaw(writer, KEY.Meta, alive.meta);
  writeText(writer, KEY.Node, alive.node);
  writeUint(writer, KEY.Port, alive.port);
  writeRaw(writer, KEY.Vsn, alive.vsn);
}

/**
 * The message that the bytes are: of a datagram's kinds, compound, compressed and checked messages taken apart before
 * (packet.ts). What stands behind its map does not matter.
 */
export function decodeMessage(bytes: Uint8Array): PacketMessage | GossipFault {
  if (bytes.length === 0) return 'empty';
  const type = bytes[0]!;
  if (type === MESSAGE.user) return { type: MESSAGE.user, bytes: bytes.subarray(1) };
  const reader = new MsgpackReader(bytes, 1);
  const message = readBody(reader, type);
  return message === null ? 'unknownType' : (reader.fault ?? message);
}

function readBody(reader: MsgpackReader, type: number): PacketMessage | null {
  switch (type) {
    case MESSAGE.ping:
      return readPing(reader);
    case MESSAGE.indirectPing:
      return readIndirectPing(reader);
    case MESSAGE.ackResp:
      return readAckResp(reader);
    case MESSAGE.nackResp:
      return readNackResp(reader);
    case MESSAGE.suspect:
    case MESSAGE.dead:
      return readSuspicion(reader, type);
    case MESSAGE.alive:
      return readAlive(reader);
    default:
      return null;
  }
}

const PING = structFields('SeqNo', 'Node', 'SourceAddr', 'SourcePort', 'SourceNode');

/** Reads a ping's map. */
export function readPing(reader: MsgpackReader): Ping {
  let seqNo = 0;
  let node = '';
  let sourceAddr: Slice = null;
  let sourcePort = 0;
  let sourceNode = '';
  for (let size = reader.beginStruct(), i = 0; reader.hasField(size, i); i++) {
    const field = reader.field(PING, size, i);
    if (field === 0) seqNo = reader.uint(32);
    else if (field === 1) node = reader.text();
    else if (field === 2) sourceAddr = reader.raw();
    else if (field === 3) sourcePort = reader.uint(16);
    else if (field === 4) sourceNode = reader.text();
  }
  return { type: MESSAGE.ping, seqNo, node, sourceAddr, sourcePort, sourceNode };
}

const INDIRECT_PING = structFields(
  ...['SeqNo', 'Target', 'Port', 'Node', 'Nack', 'SourceAddr', 'SourcePort', 'SourceNode'],
);

function readIndirectPing(reader: MsgpackReader): IndirectPing {
  let seqNo = 0;
  let target: Slice = null;
  let port = 0;
  let node = '';
  let nack = false;
  let sourceAddr: Slice = null;
  let sourcePort = 0;
  let sourceNode = '';
  for (let size = reader.beginStruct(), i = 0; reader.hasField(size, i); i++) {
    const field = reader.field(INDIRECT_PING, size, i);
    if (field === 0) seqNo = reader.uint(32);
    else if (field === 1) target = reader.raw();
    else if (field === 2) port = reader.uint(16);
    else if (field === 3) node = reader.text();
    else if (field === 4) nack = reader.bool();
    else if (field === 5) sourceAddr = reader.raw();
    else if (field === 6) sourcePort = reader.uint(16);
    else if (field === 7) sourceNode = reader.text();
  }
  return { type: MESSAGE.indirectPing, seqNo, target, port, node, nack, sourceAddr, sourcePort, sourceNode };
}

const ACK_RESP = structFields('SeqNo', 'Payload');

/** Reads an acknowledgment's map. */
export function readAckResp(reader: MsgpackReader): AckResp {
  let seqNo = 0;
  let payload: Slice = null;
  for (let size = reader.beginStruct(), i = 0; reader.hasField(size, i); i++) {
    const field = reader.field(ACK_RESP, size, i);
    if (field === 0) seqNo = reader.uint(32);
    else if (field === 1) payload = reader.raw();
  }
  return { type: MESSAGE.ackResp, seqNo, payload };
}

const NACK_RESP = structFields('SeqNo');

function readNackResp(reader: MsgpackReader): NackResp {
  let seqNo = 0;
  for (let size = reader.beginStruct(), i = 0; reader.hasField(size, i); i++) {
    if (reader.field(NACK_RESP, size, i) === 0) seqNo = reader.uint(32);
  }
  return { type: MESSAGE.nackResp, seqNo };
}

const SUSPICION = structFields('Incarnation', 'Node', 'From');

function readSuspicion(reader: MsgpackReader, type: Suspect['type'] | Dead['type']): Suspect | Dead {
  let incarnation = 0;
  let node = '';
  let from = '';
  for (let size = reader.beginStruct(), i = 0; reader.hasField(size, i); i++) {
    const field = reader.field(SUSPICION, size, i);
    if (field === 0) incarnation = reader.uint(32);
    else if (field === 1) node = reader.text();
    else if (field === 2) from = reader.text();
  }
  return { type, incarnation, node, from };
}

const ALIVE = structFields('Incarnation', 'Node', 'Addr', 'Port', 'Meta', 'Vsn');

function readAlive(reader: MsgpackReader): Alive {
  let incarnation = 0;
  let node = '';
  let addr: Slice = null;
  let port = 0;
  let meta: Slice = null;
  let vsn: Slice = null;
  for (let size = reader.beginStruct(), i = 0; reader.hasField(size, i); i++) {
    const field = reader.field(ALIVE, size, i);
    if (field === 0) incarnation = reader.uint(32);
    else if (field === 1) node = reader.text();
    else if (field === 2) addr = reader.raw();
    else if (field === 3) port = reader.uint(16);
    else if (field === 4) meta = reader.raw();
    else if (field === 5) vsn = reader.raw();
  }
  return { type: MESSAGE.alive, incarnation, node, addr, port, meta, vsn };
}

const ERR_RESP = structFields('Error');

/** Reads the map of an error that a stream was answered with. */
export function readErrResp(reader: MsgpackReader): ErrResp {
  let error = '';
  for (let size = reader.beginStruct(), i = 0; reader.hasField(size, i); i++) {
    if (reader.field(ERR_RESP, size, i) === 0) error = reader.text();
  }
  return { type: MESSAGE.err, error };
}
