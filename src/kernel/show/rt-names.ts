/** Names for numbers as iproute2's tables in /etc/iproute2 give them on Debian: scopes, groups. */
import { readInteger } from '../admin/ip-words.ts';

/** Linux: rt_scope_t. */
export const RT_SCOPE_UNIVERSE = 0;
export const RT_SCOPE_SITE = 200;
export const RT_SCOPE_LINK = 253;
export const RT_SCOPE_HOST = 254;
export const RT_SCOPE_NOWHERE = 255;

const SCOPES: ReadonlyMap<string, number> = new Map([
  ['global', RT_SCOPE_UNIVERSE],
  ['site', RT_SCOPE_SITE],
  ['link', RT_SCOPE_LINK],
  ['host', RT_SCOPE_HOST],
  ['nowhere', RT_SCOPE_NOWHERE],
]);
const SCOPE_MAX = 255;

/** The number of a scope by its name or as written; undefined for neither. */
export function readScope(text: string): number | undefined {
  const named = SCOPES.get(text);
  if (named !== undefined) return named;
  const value = readInteger(text);
  return value !== undefined && value >= 0 && value <= SCOPE_MAX ? value : undefined;
}

export function formatScope(scope: number, isNumeric: boolean): string {
  if (!isNumeric) for (const [name, number] of SCOPES) if (number === scope) return name;
  return String(scope);
}

/** The number of a group of interfaces; Debian's table names only one. */
export function readGroup(text: string): number | undefined {
  if (text === 'default') return 0;
  const value = readInteger(text);
  return value !== undefined && value >= 0 && value < 2 ** 31 ? value : undefined;
}

export function formatGroup(group: number, isNumeric: boolean): string {
  return group === 0 && !isNumeric ? 'default' : String(group);
}
