/** `--link` (docker/cli's opts/opts.go, ParseLink). */
import type { Value } from './value.ts';
import { fault, good } from './value.ts';

export interface LinkText {
  readonly container: string;
  readonly alias: string;
}

/** `CONTAINER` or `CONTAINER:ALIAS`; by itself it is its own alias. */
export function parseLink(text: string): Value<LinkText> {
  if (text === '') return fault('empty string specified for links');
  const [container, alias, ...more] = text.split(':');
  if (more.length > 0) return fault(`bad format for links: ${text}`);
  return good({ container: container!, alias: alias ?? container! });
}
