/** Values of options of `docker run` and `docker create` that Docker takes and Dockwire lacks. */
import { isForNetworks } from '../daemon/capabilities.ts';
import type { Lack } from './command.ts';
import type { Flags } from './flags.ts';
import { isLackingUser } from './user.ts';

interface LackingValue {
  readonly option: string;
  readonly supported: string;
  readonly isLacking: (value: string) => boolean;
}

const oneOf =
  (...values: readonly string[]) =>
  (value: string): boolean =>
    !values.includes(value);

const LACKING: readonly LackingValue[] = [
  { option: 'cap-drop', supported: 'capabilities that no network program needs', isLacking: isForNetworks },
  { option: 'disable-content-trust', supported: 'true', isLacking: oneOf('true') },
  { option: 'group-add', supported: 'numbers of groups', isLacking: (value) => !/^\d+$/.test(value) },
  {
    option: 'ipc',
    supported: 'private, shareable, host, none',
    isLacking: oneOf('', 'private', 'shareable', 'host', 'none'),
  },
  { option: 'log-driver', supported: 'json-file', isLacking: oneOf('', 'json-file') },
  { option: 'user', supported: 'root', isLacking: isLackingUser },
];

/** The first of them, with its place. */
export function containerLack(path: string, flags: Flags): Lack | undefined {
  for (const { option, supported, isLacking } of LACKING) {
    const values = option === 'disable-content-trust' ? [String(flags.isSet(option, true))] : flags.texts(option);
    const value = values.find(isLacking);
    if (value === undefined) continue;
    return { name: `docker ${path} --${option} ${value}`, supported, argIndex: flags.indexOf(option) ?? 0 };
  }
  return undefined;
}
