/** What serf puts into acknowledgments: a version byte and the node's network coordinate (ping_delegate.go). */
import type { GossipFault } from '../fault.ts';
import { MsgpackReader, MsgpackWriter, msgpackKey, structFields } from '../msgpack.ts';
import type { Coordinate } from './serf-messages.ts';

const PING_VERSION = 1;
const KEY = {
  Adjustment: msgpackKey('Adjustment'),
  Error: msgpackKey('Error'),
  Height: msgpackKey('Height'),
  Vec: msgpackKey('Vec'),
} as const;

export function encodeCoordinate(coordinate: Coordinate): Uint8Array {
  const writer = new MsgpackWriter(160);
  writer.byte(PING_VERSION);
  writer.map(4);
  writer.key(KEY.Adjustment);
  writer.double(coordinate.adjustment);
  writer.key(KEY.Error);
  writer.double(coordinate.error);
  writer.key(KEY.Height);
  writer.double(coordinate.height);
  writer.key(KEY.Vec);
  writer.array(coordinate.vec.length);
  for (const part of coordinate.vec) writer.double(part);
  return writer.finish();
}

const COORDINATE = structFields('Vec', 'Error', 'Adjustment', 'Height');

/** The coordinate in an acknowledgment's payload; 'unknownType' for a version that nobody knows. */
export function decodeCoordinate(payload: Uint8Array): Coordinate | GossipFault {
  if (payload.length === 0) return 'empty';
  if (payload[0] !== PING_VERSION) return 'unknownType';
  const reader = new MsgpackReader(payload, 1);
  const vec: number[] = [];
  let error = 0;
  let adjustment = 0;
  let height = 0;
  for (let size = reader.beginStruct(), i = 0; reader.hasField(size, i); i++) {
    const field = reader.field(COORDINATE, size, i);
    if (field === 0) for (let n = reader.beginList(), k = 0; reader.hasItem(n, k); k++) vec.push(reader.double());
    else if (field === 1) error = reader.double();
    else if (field === 2) adjustment = reader.double();
    else if (field === 3) height = reader.double();
  }
  return reader.fault ?? { vec, error, adjustment, height };
}
