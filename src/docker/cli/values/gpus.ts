/** `--gpus` (docker/cli's opts/gpus.go). Only its form is looked at: no engine here has one. */
import { parseCsv } from './csv.ts';
import { goQuote } from './go-quote.ts';
import { parseInteger } from './number.ts';
import type { Fault, Value } from './value.ts';
import { fault, good, isFault, splitAtEquals } from './value.ts';

const KEYS: readonly string[] = ['driver', 'count', 'device', 'capabilities', 'options'];

/** `all`, a number, or `device=0,capabilities=utility`; the text itself. */
export function parseGpus(text: string): Value<string> {
  const fields = parseCsv(text);
  if (isFault(fields)) return fields;
  const seen = new Set<string>();
  for (const field of fields.value) {
    const [key, value] = splitAtEquals(field);
    if (seen.has(key)) return fault(`gpu request key '${key}' can be specified only once`);
    seen.add(key);
    if (value === undefined) seen.add('count');
    const wrong = value === undefined ? countFault(key) : fieldFault(key, value, field);
    if (wrong !== undefined) return wrong;
  }
  return good(text);
}

function fieldFault(key: string, value: string, field: string): Fault | undefined {
  if (!KEYS.includes(key)) return fault(`unexpected key '${key}' in '${field}'`);
  if (key === 'count') return countFault(value);
  if (key !== 'options') return undefined;
  const options = parseCsv(value);
  return isFault(options) ? fault(`failed to read gpu options: ${options.fault}`) : undefined;
}

function countFault(text: string): Fault | undefined {
  if (text === 'all' || !isFault(parseInteger(text, 'decimal'))) return undefined;
  return fault(`count must be an integer: strconv.Atoi: parsing ${goQuote(text)}: invalid syntax`);
}
