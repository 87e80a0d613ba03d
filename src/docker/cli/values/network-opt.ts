/** `--network` with its long form, and options for network drivers (docker/cli's opts/network.go). */
import { parseCsv } from './csv.ts';
import type { Pair } from './pair.ts';
import type { Value } from './value.ts';
import { fault, good, isFault, splitAtEquals } from './value.ts';

export interface NetworkAttachment {
  /** The name or id of a network, or a mode such as `host`. */
  readonly target: string;
  readonly aliases: readonly string[];
  /** In the order of typing; a later one of the same name replaces an earlier one. */
  readonly driverOptions: ReadonlyMap<string, string>;
}

const LONG_FORM = /\w+=\w+(?:,\w+=\w+)*/;
/** Of the same kind in `docker run`. */
const RUN_FAULT = 'invalid key value pair format in driver options';
const CONNECT_FAULT = 'invalid key/value pair format in driver options';

/** `NETWORK`, or `name=NETWORK,alias=…,driver-opt=…`, whose values are taken in small letters. */
export function parseNetworkOpt(text: string): Value<NetworkAttachment> {
  if (!LONG_FORM.test(text)) return good({ target: text, aliases: [], driverOptions: new Map() });
  const fields = parseCsv(text);
  if (isFault(fields)) return fields;
  let target = '';
  const aliases: string[] = [];
  const driverOptions = new Map<string, string>();
  for (const field of fields.value) {
    const [key, value] = splitAtEquals(field);
    if (value === undefined) return fault(`invalid field ${field}`);
    const name = small(key);
    if (name === 'name') target = small(value);
    else if (name === 'alias') aliases.push(small(value));
    else if (name !== 'driver-opt') return fault(`invalid field key ${name}`);
    else {
      const option = driverOption(small(value), RUN_FAULT);
      if (isFault(option)) return option;
      driverOptions.set(option.value.name, option.value.value);
    }
  }
  return target === '' ? fault('network name/id is not specified') : good({ target, aliases, driverOptions });
}

/** `docker network connect --driver-opt`: here the letters stay as they are. */
export function parseDriverOpt(text: string): Value<Pair> {
  return driverOption(text, CONNECT_FAULT);
}

function driverOption(text: string, complaint: string): Value<Pair> {
  const [name, value] = splitAtEquals(text);
  return value === undefined ? fault(complaint) : good({ name: name.trim(), value: value.trim() });
}

function small(text: string): string {
  return text.toLowerCase().trim();
}
