/** `--ulimit` (github.com/docker/go-units, ulimit.go). */
import { parseInteger } from './number.ts';
import type { Value } from './value.ts';
import { fault, good, isFault, splitAtEquals } from './value.ts';

export interface Ulimit {
  readonly name: string;
  readonly soft: bigint;
  readonly hard: bigint;
}

const NAMES: readonly string[] = [
  ...['as', 'core', 'cpu', 'data', 'fsize', 'locks', 'memlock', 'msgqueue', 'nice', 'nofile', 'nproc', 'rss'],
  ...['rtprio', 'rttime', 'sigpending', 'stack'],
];

/** `name=soft[:hard]`; -1 is no limit. */
export function parseUlimit(text: string): Value<Ulimit> {
  const [name, limits] = splitAtEquals(text);
  if (limits === undefined) return fault(`invalid ulimit argument: ${text}`);
  if (!NAMES.includes(name)) return fault(`invalid ulimit type: ${name}`);
  const [softText, hardText, ...more] = limits.split(':');
  if (more.length > 0) {
    return fault(`too many limit value arguments - ${limits}, can only have up to two, \`soft[:hard]\``);
  }
  const hard = hardText === undefined ? undefined : parseInteger(hardText, 'decimal');
  if (hard !== undefined && isFault(hard)) return hard;
  const soft = parseInteger(softText!, 'decimal');
  if (isFault(soft)) return soft;
  const ulimit: Ulimit = { name, soft: soft.value, hard: (hard ?? soft).value };
  const wrong = orderFault(ulimit);
  return wrong === undefined
    ? good(ulimit)
    : fault(`ulimit soft limit must be less than or equal to hard limit: ${wrong}`);
}

function orderFault({ soft, hard }: Ulimit): string | undefined {
  if (hard === -1n) return undefined;
  if (soft === -1n) return `soft: -1 (unlimited), hard: ${hard}`;
  return soft > hard ? `${soft} > ${hard}` : undefined;
}
