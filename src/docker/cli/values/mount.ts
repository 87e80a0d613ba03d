/** `--mount` (docker/cli's opts/mount.go). Only its form is looked at: containers here mount nothing. */
import { parseCsv } from './csv.ts';
import { parseBool, parseUnsigned } from './number.ts';
import { parseBytes } from './size.ts';
import type { Value } from './value.ts';
import { fault, good, isFault, splitAtEquals } from './value.ts';

const BOOLEAN_KEYS: readonly string[] = ['readonly', 'ro', 'volume-nocopy', 'bind-nonrecursive'];
const TEXT_KEYS: readonly string[] = [
  ...['type', 'source', 'src', 'target', 'dst', 'destination', 'consistency', 'bind-propagation'],
  ...['volume-label', 'volume-driver', 'volume-opt'],
];

/** `type=bind,src=/a,dst=/b`; the text itself. */
export function parseMount(text: string): Value<string> {
  const fields = parseCsv(text);
  if (isFault(fields)) return fields;
  const given = new Map<string, string>();
  for (const field of fields.value) {
    const [typedKey, value] = splitAtEquals(field);
    const key = typedKey.toLowerCase();
    const wrong = fieldFault(key, value, field);
    if (wrong !== undefined) return fault(wrong);
    given.set(key, value ?? '');
  }
  const wrong = mountFault(given);
  return wrong === undefined ? good(text) : fault(wrong);
}

function fieldFault(key: string, value: string | undefined, field: string): string | undefined {
  if (value === undefined) {
    return BOOLEAN_KEYS.includes(key) ? undefined : `invalid field '${field}' must be a key=value pair`;
  }
  if (TEXT_KEYS.includes(key)) return undefined;
  const read = readerOf(key)?.(value);
  if (read === undefined) return `unexpected key '${key}' in '${field}'`;
  return isFault(read) ? `invalid value for ${key}: ${value}` : undefined;
}

function readerOf(key: string): ((text: string) => Value<unknown>) | undefined {
  if (BOOLEAN_KEYS.includes(key)) return parseBool;
  if (key === 'tmpfs-size') return parseBytes;
  if (key === 'tmpfs-mode') return (text) => parseUnsigned(text, 32, 'octal');
  return undefined;
}

function mountFault(given: ReadonlyMap<string, string>): string | undefined {
  const type = given.has('type') ? given.get('type')!.toLowerCase() : 'volume';
  if (type === '') return 'type is required';
  const keys = [...given.keys()];
  const target = keys.filter((key) => ['target', 'dst', 'destination'].includes(key)).at(-1);
  if (target === undefined || given.get(target) === '') return 'target is required';
  const other = ['volume', 'bind', 'tmpfs'].find(
    (each) => each !== type && keys.some((key) => key.startsWith(`${each}-`)),
  );
  return other === undefined ? undefined : `cannot mix '${other}-*' options with mount type '${type}'`;
}
