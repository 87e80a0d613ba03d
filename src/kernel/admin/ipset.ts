/** `ipset` over the sets of a namespace. */
import type { Netns } from '../netns.ts';
import { ipset } from '../nf/ipset/ipset.ts';
import { tablesOf } from '../nf/table-hooks.ts';
import type { AdminResult } from './result.ts';

export function ipsetProgram(ns: Netns, args: readonly string[]): AdminResult {
  return ipset(tablesOf(ns).home!, args);
}
