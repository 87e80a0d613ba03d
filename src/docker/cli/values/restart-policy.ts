/** `--restart` (docker/cli's opts/parse.go). Whether there is a policy of that name, the engine says. */
import { parseInteger } from './number.ts';
import type { Value } from './value.ts';
import { fault, good, isFault } from './value.ts';

export interface RestartPolicyText {
  /** Empty for the default, which is `no`. */
  readonly name: string;
  readonly maximumRetryCount: number;
}

export function parseRestartPolicy(text: string): Value<RestartPolicyText> {
  const [name, count, ...more] = text.split(':');
  if (more.length > 0) return fault('invalid restart policy format');
  if (count === undefined) return good({ name: name!, maximumRetryCount: 0 });
  const number = parseInteger(count, 'decimal');
  if (isFault(number)) return fault('maximum retry count must be an integer');
  return good({ name: name!, maximumRetryCount: Number(number.value) });
}
