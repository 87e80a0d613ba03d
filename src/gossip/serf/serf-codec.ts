/** Serf's messages as bytes: a byte with the type, then a msgpack map with the fields' Go names in byte order. */
import type { GossipFault } from '../fault.ts';
import type { Slice } from '../messages.ts';
import { MsgpackReader, MsgpackWriter, msgpackKey, structFields, writeRaw, writeText, writeUint } from '../msgpack.ts';
import type { SerfJoin, SerfLeave, SerfMessage, SerfPushPull, SerfQuery, SerfQueryResponse } from './serf-messages.ts';
import type { SerfUserEvent, UserEvents } from './serf-messages.ts';
import { SERF_MESSAGE } from './serf-messages.ts';

const KEY = {
  Addr: msgpackKey('Addr'),
  CC: msgpackKey('CC'),
  EventLTime: msgpackKey('EventLTime'),
  Events: msgpackKey('Events'),
  Filters: msgpackKey('Filters'),
  Flags: msgpackKey('Flags'),
  From: msgpackKey('From'),
  ID: msgpackKey('ID'),
  LTime: msgpackKey('LTime'),
  LeftMembers: msgpackKey('LeftMembers'),
  Name: msgpackKey('Name'),
  Node: msgpackKey('Node'),
  Payload: msgpackKey('Payload'),
  Port: msgpackKey('Port'),
  Prune: msgpackKey('Prune'),
  QueryLTime: msgpackKey('QueryLTime'),
  RelayFactor: msgpackKey('RelayFactor'),
  SourceNode: msgpackKey('SourceNode'),
  StatusLTimes: msgpackKey('StatusLTimes'),
  Timeout: msgpackKey('Timeout'),
} as const;

/** The bytes of a message, as a user message or a user state holds them. */
export function encodeSerfMessage(message: SerfMessage): Uint8Array {
  const writer = new MsgpackWriter(message.type === SERF_MESSAGE.pushPull ? 1024 : 128);
  writer.byte(message.type);
  writeBody(writer, message);
  return writer.finish();
}

function writeBody(writer: MsgpackWriter, message: SerfMessage): void {
  switch (message.type) {
    case SERF_MESSAGE.leave:
      writer.map(3);
      writeUint(writer, KEY.LTime, message.ltime);
      writeText(writer, KEY.Node, message.node);
      writer.key(KEY.Prune);
      writer.bool(message.prune);
      break;
    case SERF_MESSAGE.join:
      writer.map(2);
      writeUint(writer, KEY.LTime, message.ltime);
      writeText(writer, KEY.Node, message.node);
      break;
    case SERF_MESSAGE.pushPull:
      writePushPull(writer, message);
      break;
    case SERF_MESSAGE.userEvent:
      writer.map(4);
      writer.key(KEY.CC);
      writer.bool(message.canCoalesce);
      writeUint(writer, KEY.LTime, message.ltime);
      writeText(writer, KEY.Name, message.name);
      writeRaw(writer, KEY.Payload, message.payload);
      break;
    case SERF_MESSAGE.query:
      writeQuery(writer, message);
      break;
    case SERF_MESSAGE.queryResponse:
      writer.map(5);
      writeUint(writer, KEY.Flags, message.flags);
      writeText(writer, KEY.From, message.from);
      writeUint(writer, KEY.ID, message.id);
      writeUint(writer, KEY.LTime, message.ltime);
      writeRaw(writer, KEY.Payload, message.payload);
  }
}

function writePushPull(writer: MsgpackWriter, message: SerfPushPull): void {
  writer.map(6);
  writeUint(writer, KEY.EventLTime, message.eventLTime);
  writer.key(KEY.Events);
  writer.array(message.events.length);
  for (const events of message.events) writeEvents(writer, events);
  writeUint(writer, KEY.LTime, message.ltime);
  writer.key(KEY.LeftMembers);
  writer.array(message.leftMembers.length);
  for (const name of message.leftMembers) writer.text(name);
  writeUint(writer, KEY.QueryLTime, message.queryLTime);
  writer.key(KEY.StatusLTimes);
  writer.map(message.statusLTimes.length);
  for (const [node, ltime] of message.statusLTimes) {
    writer.text(node);
    writer.uint(ltime);
  }
}

function writeEvents(writer: MsgpackWriter, events: UserEvents | null): void {
  if (events === null) {
    writer.nil();
    return;
  }
  writer.map(2);
  writer.key(KEY.Events);
  writer.array(events.events.length);
  for (const { name, payload } of events.events) {
    writer.map(2);
    writeText(writer, KEY.Name, name);
    writeRaw(writer, KEY.Payload, payload);
  }
  writeUint(writer, KEY.LTime, events.ltime);
}

function writeQuery(writer: MsgpackWriter, query: SerfQuery): void {
  writer.map(11);
  writeRaw(writer, KEY.Addr, query.addr);
  writer.key(KEY.Filters);
  if (query.filters === null) writer.nil();
  else {
    writer.array(query.filters.length);
    for (const filter of query.filters) writer.raw(filter);
  }
  writeUint(writer, KEY.Flags, query.flags);
  writeUint(writer, KEY.ID, query.id);
  writeUint(writer, KEY.LTime, query.ltime);
  writeText(writer, KEY.Name, query.name);
  writeRaw(writer, KEY.Payload, query.payload);
  writeUint(writer, KEY.Port, query.port);
  writeUint(writer, KEY.RelayFactor, query.relayFactor);
  writeText(writer, KEY.SourceNode, query.sourceNode);
  writer.key(KEY.Timeout);
  writer.int(query.timeoutNs);
}

/** The message that the bytes are. Responses to serf's own queries and relayed messages have no place here. */
export function decodeSerfMessage(bytes: Uint8Array): SerfMessage | GossipFault {
  if (bytes.length === 0) return 'empty';
  const reader = new MsgpackReader(bytes, 1);
  const message = readBody(reader, bytes[0]!);
  return message === null ? 'unknownType' : (reader.fault ?? message);
}

function readBody(reader: MsgpackReader, type: number): SerfMessage | null {
  switch (type) {
    case SERF_MESSAGE.leave:
      return readLeave(reader);
    case SERF_MESSAGE.join:
      return readJoin(reader);
    case SERF_MESSAGE.pushPull:
      return readPushPull(reader);
    case SERF_MESSAGE.userEvent:
      return readUserEvent(reader);
    case SERF_MESSAGE.query:
      return readQuery(reader);
    case SERF_MESSAGE.queryResponse:
      return readQueryResponse(reader);
    default:
      return null;
  }
}

const LEAVE = structFields('LTime', 'Node', 'Prune');

function readLeave(reader: MsgpackReader): SerfLeave {
  let ltime = 0;
  let node = '';
  let prune = false;
  for (let size = reader.beginStruct(), i = 0; reader.hasField(size, i); i++) {
    const field = reader.field(LEAVE, size, i);
    if (field === 0) ltime = reader.uint(53);
    else if (field === 1) node = reader.text();
    else if (field === 2) prune = reader.bool();
  }
  return { type: SERF_MESSAGE.leave, ltime, node, prune };
}

const JOIN = structFields('LTime', 'Node');

function readJoin(reader: MsgpackReader): SerfJoin {
  let ltime = 0;
  let node = '';
  for (let size = reader.beginStruct(), i = 0; reader.hasField(size, i); i++) {
    const field = reader.field(JOIN, size, i);
    if (field === 0) ltime = reader.uint(53);
    else if (field === 1) node = reader.text();
  }
  return { type: SERF_MESSAGE.join, ltime, node };
}

const PUSH_PULL = structFields('LTime', 'StatusLTimes', 'LeftMembers', 'EventLTime', 'Events', 'QueryLTime');

function readPushPull(reader: MsgpackReader): SerfPushPull {
  let ltime = 0;
  let statusLTimes: [string, number][] = [];
  let leftMembers: string[] = [];
  let eventLTime = 0;
  let events: (UserEvents | null)[] = [];
  let queryLTime = 0;
  for (let size = reader.beginStruct(), i = 0; reader.hasField(size, i); i++) {
    const field = reader.field(PUSH_PULL, size, i);
    if (field === 0) ltime = reader.uint(53);
    else if (field === 1) statusLTimes = readStatusLTimes(reader);
    else if (field === 2) leftMembers = readList(reader, () => reader.text());
    else if (field === 3) eventLTime = reader.uint(53);
    else if (field === 4) events = readList(reader, () => (reader.nil() ? null : readEvents(reader)));
    else if (field === 5) queryLTime = reader.uint(53);
  }
  return { type: SERF_MESSAGE.pushPull, ltime, statusLTimes, leftMembers, eventLTime, events, queryLTime };
}

function readList<T>(reader: MsgpackReader, read: () => T): T[] {
  const list: T[] = [];
  for (let size = reader.beginList(), i = 0; reader.hasItem(size, i); i++) list.push(read());
  return list;
}

function readStatusLTimes(reader: MsgpackReader): [string, number][] {
  const pairs: [string, number][] = [];
  for (let size = reader.beginMap(), i = 0; reader.hasItem(size, i); i++) {
    const node = reader.text();
    pairs.push([node, reader.uint(53)]);
  }
  return pairs;
}

const USER_EVENTS = structFields('LTime', 'Events');
const USER_EVENT_IN_LIST = structFields('Name', 'Payload');

function readEvents(reader: MsgpackReader): UserEvents {
  let ltime = 0;
  let events: { name: string; payload: Slice }[] = [];
  for (let size = reader.beginStruct(), i = 0; reader.hasField(size, i); i++) {
    const field = reader.field(USER_EVENTS, size, i);
    if (field === 0) ltime = reader.uint(53);
    else if (field === 1) events = readList(reader, () => readEventInList(reader));
  }
  return { ltime, events };
}

function readEventInList(reader: MsgpackReader): { name: string; payload: Slice } {
  let name = '';
  let payload: Slice = null;
  for (let size = reader.beginStruct(), i = 0; reader.hasField(size, i); i++) {
    const field = reader.field(USER_EVENT_IN_LIST, size, i);
    if (field === 0) name = reader.text();
    else if (field === 1) payload = reader.raw();
  }
  return { name, payload };
}

const USER_EVENT = structFields('LTime', 'Name', 'Payload', 'CC');

function readUserEvent(reader: MsgpackReader): SerfUserEvent {
  let ltime = 0;
  let name = '';
  let payload: Slice = null;
  let canCoalesce = false;
  for (let size = reader.beginStruct(), i = 0; reader.hasField(size, i); i++) {
    const field = reader.field(USER_EVENT, size, i);
    if (field === 0) ltime = reader.uint(53);
    else if (field === 1) name = reader.text();
    else if (field === 2) payload = reader.raw();
    else if (field === 3) canCoalesce = reader.bool();
  }
  return { type: SERF_MESSAGE.userEvent, ltime, name, payload, canCoalesce };
}

const QUERY = structFields(
  ...['LTime', 'ID', 'Addr', 'Port', 'SourceNode', 'Filters', 'Flags', 'RelayFactor', 'Timeout', 'Name', 'Payload'],
);

function readQuery(reader: MsgpackReader): SerfQuery {
  const query = { ...EMPTY_QUERY };
  for (let size = reader.beginStruct(), i = 0; reader.hasField(size, i); i++) {
    const field = reader.field(QUERY, size, i);
    if (field === 0) query.ltime = reader.uint(53);
    else if (field === 1) query.id = reader.uint(32);
    else if (field === 2) query.addr = reader.raw();
    else if (field === 3) query.port = reader.uint(16);
    else if (field === 4) query.sourceNode = reader.text();
    else if (field === 5) query.filters = readFilters(reader);
    else if (field === 6) query.flags = reader.uint(32);
    else if (field === 7) query.relayFactor = reader.uint(8);
    else if (field === 8) query.timeoutNs = reader.int();
    else if (field === 9) query.name = reader.text();
    else if (field === 10) query.payload = reader.raw();
  }
  return query;
}

const EMPTY_QUERY: { -readonly [field in keyof SerfQuery]: SerfQuery[field] } = {
  type: SERF_MESSAGE.query,
  ltime: 0,
  id: 0,
  addr: null,
  port: 0,
  sourceNode: '',
  filters: null,
  flags: 0,
  relayFactor: 0,
  timeoutNs: 0,
  name: '',
  payload: null,
};

function readFilters(reader: MsgpackReader): Uint8Array[] | null {
  if (reader.nil()) return null;
  return readList(reader, () => reader.raw() ?? new Uint8Array(0));
}

const QUERY_RESPONSE = structFields('LTime', 'ID', 'From', 'Flags', 'Payload');

function readQueryResponse(reader: MsgpackReader): SerfQueryResponse {
  let ltime = 0;
  let id = 0;
  let from = '';
  let flags = 0;
  let payload: Slice = null;
  for (let size = reader.beginStruct(), i = 0; reader.hasField(size, i); i++) {
    const field = reader.field(QUERY_RESPONSE, size, i);
    if (field === 0) ltime = reader.uint(53);
    else if (field === 1) id = reader.uint(32);
    else if (field === 2) from = reader.text();
    else if (field === 3) flags = reader.uint(32);
    else if (field === 4) payload = reader.raw();
  }
  return { type: SERF_MESSAGE.queryResponse, ltime, id, from, flags, payload };
}
