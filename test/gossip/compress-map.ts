/** Compressed messages whose fields are those of a vector, whatever they hold. */
import { MESSAGE } from '../../src/gossip/messages.ts';
import { MsgpackWriter, msgpackKey } from '../../src/gossip/msgpack.ts';
import type { Fields } from './frame-tree.ts';
import type { SliceText } from './vectors.ts';
import { sliceOf } from './vectors.ts';

export function compressMap(fields: Fields): Uint8Array {
  const writer = new MsgpackWriter(16);
  writer.byte(MESSAGE.compress);
  writer.map(2);
  writer.key(msgpackKey('Algo'));
  writer.uint(fields['Algo'] as number);
  writer.key(msgpackKey('Buf'));
  writer.raw(sliceOf(fields['Buf'] as SliceText));
  return writer.finish();
}
