/** Compressed messages: 0x09 and a map with the algorithm (0, LZW) and the compressed message (util.go). */
import type { GossipFault } from './fault.ts';
import { lzwCompress, lzwDecompress } from './lzw.ts';
import type { Slice } from './messages.ts';
import { MESSAGE } from './messages.ts';
import type { MsgpackReader } from './msgpack.ts';
import { MsgpackWriter, msgpackKey, structFields } from './msgpack.ts';

const LZW_ALGORITHM = 0;
const ALGO_KEY = msgpackKey('Algo');
const BUF_KEY = msgpackKey('Buf');
/** Type, map, both keys and the algorithm; the slice's head has at least one byte more. */
const HEAD_LENGTH = 1 + 1 + 5 + 1 + 4;

/** The compressed message, or null when it would not be shorter than `limit` bytes. */
export function compressPayload(payload: Uint8Array, limit = Infinity): Uint8Array | null {
  const packed = lzwCompress(payload, limit - HEAD_LENGTH - 1);
  if (packed === null) return null;
  const writer = new MsgpackWriter(packed.length + HEAD_LENGTH + 5);
  writer.byte(MESSAGE.compress);
  writer.map(2);
  writer.key(ALGO_KEY);
  writer.uint(LZW_ALGORITHM);
  writer.key(BUF_KEY);
  writer.raw(packed);
  const bytes = writer.finish();
  return bytes.length < limit ? bytes : null;
}

const COMPRESS = structFields('Algo', 'Buf');

/**
 * Reads the map behind the type and unpacks at most `limit` bytes. A fault of the reader itself is left in it, so that
 * a stream can tell that there is more to come.
 */
export function readCompressed(reader: MsgpackReader, limit: number): Uint8Array | GossipFault {
  let algorithm = 0;
  let packed: Slice = null;
  for (let size = reader.beginStruct(), i = 0; reader.hasField(size, i); i++) {
    const field = reader.field(COMPRESS, size, i);
    if (field === 0) algorithm = reader.uint(8);
    else if (field === 1) packed = reader.raw();
  }
  if (reader.fault !== null) return reader.fault;
  if (algorithm !== LZW_ALGORITHM) return 'unknownAlgorithm';
  return lzwDecompress(packed ?? new Uint8Array(0), limit);
}
