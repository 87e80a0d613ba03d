/** What `ip xfrm` shows, for programs that read it. */
import { ipXfrm } from '../admin/ip-xfrm.ts';
import type { Netns } from '../netns.ts';
import { PLAIN } from './options.ts';

/** The lines that `ip xfrm WORDS` prints; words that change nothing. */
export function showXfrm(ns: Netns, words: readonly string[]): string {
  return ipXfrm(ns, words, PLAIN).stdout;
}
