/** Whom a query is for (messages.go): a byte with the kind, then a list of names, or a tag and an expression. */
import { MsgpackReader, MsgpackWriter, structFields } from '../msgpack.ts';

const FILTER_NODE = 0;
const FILTER_TAG = 1;
const TAG_FILTER = structFields('Tag', 'Expr');

/** The filter that lets only these nodes answer. */
export function encodeNodeFilter(names: readonly string[]): Uint8Array {
  const writer = new MsgpackWriter(64);
  writer.byte(FILTER_NODE);
  writer.array(names.length);
  for (const name of names) writer.text(name);
  return writer.finish();
}

/** Whether a node of that name and those tags passes all filters (shouldProcessQuery). */
export function isTargeted(
  filters: readonly Uint8Array[] | null,
  name: string,
  tags: ReadonlyMap<string, string>,
): boolean {
  return (filters ?? []).every((filter) => {
    if (filter[0] === FILTER_NODE) return isNamed(filter, name);
    return filter[0] === FILTER_TAG && hasTag(filter, tags);
  });
}

function isNamed(filter: Uint8Array, name: string): boolean {
  const reader = new MsgpackReader(filter, 1);
  let found = false;
  for (let size = reader.beginList(), i = 0; reader.hasItem(size, i); i++) if (reader.text() === name) found = true;
  return found && reader.fault === null;
}

/** Expressions are Go's, of which those that people write mean the same here; others match nothing. */
function hasTag(filter: Uint8Array, tags: ReadonlyMap<string, string>): boolean {
  const reader = new MsgpackReader(filter, 1);
  let tag = '';
  let expression = '';
  for (let size = reader.beginStruct(), i = 0; reader.hasField(size, i); i++) {
    const field = reader.field(TAG_FILTER, size, i);
    if (field === 0) tag = reader.text();
    else if (field === 1) expression = reader.text();
  }
  if (reader.fault !== null) return false;
  try {
    return new RegExp(expression, 'u').test(tags.get(tag) ?? '');
  } catch {
    return false;
  }
}
