/** Values of the form `name=value`: labels, variables, filters, entries of a map (docker/cli's opts package). */
import type { Value } from './value.ts';
import { fault, good, splitAtEquals } from './value.ts';

export interface Pair {
  readonly name: string;
  readonly value: string;
}

/** A label; without `=` its value is empty. */
export function parseLabel(text: string): Value<Pair> {
  const [typed, value = ''] = splitAtEquals(text);
  const name = typed.replace(/^[ \t]+/, '');
  if (name === '') return fault(`invalid label '${text}': empty name`);
  return /[ \t]/.test(name) ? fault(`label '${name}' contains whitespaces`) : good({ name, value });
}

/** A variable for a container; without `=` its value is the client's own, if it has one. */
export function parseEnvironment(text: string): Value<{ readonly name: string; readonly value: string | undefined }> {
  const [name, value] = splitAtEquals(text);
  return name === '' ? fault(`invalid environment variable: ${text}`) : good({ name, value });
}

/** What a variable becomes in the request: `NAME=value`, or `NAME` alone when nobody knows a value. */
export function environmentEntry(text: string, lookup: (name: string) => string | undefined): string {
  const [name, given] = splitAtEquals(text);
  const value = given ?? lookup(name);
  return value === undefined ? name : `${name}=${value}`;
}

/** A filter of a list; undefined for the empty text, which filters nothing. */
export function parseFilter(text: string): Value<Pair | undefined> {
  if (text === '') return good(undefined);
  const [name, value] = splitAtEquals(text);
  if (value === undefined) return fault('bad format of filter (expected name=value)');
  return good({ name: name.trim().toLowerCase(), value: value.trim() });
}

/** An entry of a map such as `--opt`; without `=` its value is empty. */
export function parseMapEntry(text: string): Pair {
  const [name, value = ''] = splitAtEquals(text);
  return { name, value };
}

const SYSCTLS: readonly string[] = [
  ...['kernel.msgmax', 'kernel.msgmnb', 'kernel.msgmni', 'kernel.sem'],
  ...['kernel.shmall', 'kernel.shmmax', 'kernel.shmmni', 'kernel.shm_rmid_forced'],
];

/** `--sysctl`: only what belongs to a namespace of the container's own. */
export function parseSysctl(text: string): Value<Pair> {
  const [name, value] = splitAtEquals(text);
  if (value === undefined || !(SYSCTLS.includes(name) || /^(?:net|fs\.mqueue)\./.test(name))) {
    return fault(`sysctl '${text}' is not whitelisted`);
  }
  return good({ name, value });
}
