/**
 * A member's tags, which are its metadata (serf.go): 0xff and a msgpack map of strings; of members before protocol
 * version 3, only the role as text.
 */
import { utf8Decode } from '../../base/bytes.ts';
import type { GossipFault } from '../fault.ts';
import { MsgpackReader, MsgpackWriter } from '../msgpack.ts';

const TAG_MAGIC_BYTE = 0xff;

/** The tags as bytes, in the order of the map: a Go map has none. */
export function encodeTags(tags: ReadonlyMap<string, string>): Uint8Array {
  const writer = new MsgpackWriter(64);
  writer.byte(TAG_MAGIC_BYTE);
  writer.map(tags.size);
  for (const [name, value] of tags) {
    writer.text(name);
    writer.text(value);
  }
  return writer.finish();
}

export function decodeTags(meta: Uint8Array): Map<string, string> | GossipFault {
  const tags = new Map<string, string>();
  if (meta.length === 0 || meta[0] !== TAG_MAGIC_BYTE) return tags.set('role', utf8Decode(meta));
  const reader = new MsgpackReader(meta, 1);
  for (let size = reader.beginMap(), i = 0; reader.hasItem(size, i); i++) {
    const name = reader.text();
    tags.set(name, reader.text());
  }
  return reader.fault ?? tags;
}
