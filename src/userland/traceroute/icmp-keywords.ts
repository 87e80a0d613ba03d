/** What `-O` says of the socket of `traceroute -I` (mod-icmp.c). */
import { ToolError } from '../tool-error.ts';
import type { Keyword } from './keywords.ts';
import { readKeywords } from './keywords.ts';

const EXIT_USAGE = 2;

const word = (name: string): Keyword => ({ name, valueName: '', mayAbbreviate: false });
const KEYWORDS: readonly Keyword[] = [word('raw'), word('dgram')];

/** The kind of socket that is asked for; '' for any. */
export function readIcmpKeywords(words: readonly string[]): string {
  let kind = '';
  for (const { name, number } of readKeywords(words, KEYWORDS)) {
    if (kind !== '' && kind !== name) {
      const only = 'Only one of:\n    raw | dgram\nmay be specified.';
      throw new ToolError(`Keyword \`${name}' (argc ${number}): ${only}`, EXIT_USAGE);
    }
    kind = name;
  }
  return kind;
}
