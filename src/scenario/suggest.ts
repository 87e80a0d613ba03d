/**
 * How a mistake is worded: the value as the author will recognise it, and what could have been meant.
 */
import { closest } from '../base/text.ts';

const SHOWN_CHARS_MAX = 60;
const LISTED_WORDS_MAX = 12;
/** The look for a similar name stops here, so that a file full of mistakes is still answered at once. */
const SEARCHED_WORDS_MAX = 2000;

/** A value of the file in a message. Text that looks like another type says that it is text. */
export function showValue(value: unknown): string {
  if (value === null || value === undefined) return 'empty';
  if (typeof value === 'string') {
    const looksTyped = /^[-+]?\d+(?:\.\d+)?$|^(?:true|false|null|~)$/i.test(value);
    return looksTyped ? `the text ${quote(value)}` : quote(value);
  }
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? 'a list' : 'a mapping';
}

/** In double quotes, shortened when long. */
export function quote(text: string): string {
  return JSON.stringify(text.length > SHOWN_CHARS_MAX ? `${text.slice(0, SHOWN_CHARS_MAX)}…` : text);
}

/** `did you mean "x"?`, or `expected one of …` when nothing is similar. */
export function expectedOneOf(word: string, known: readonly string[]): string {
  if (known.length === 0) return 'expected none, as none are defined';
  const similar = closest(word, known.slice(0, SEARCHED_WORDS_MAX));
  if (similar !== undefined) return `did you mean ${quote(similar)}?`;
  if (known.length === 1) return `expected ${known[0]!}`;
  const listed = known.slice(0, LISTED_WORDS_MAX).join(', ');
  return `expected one of ${listed}${known.length > LISTED_WORDS_MAX ? `, … (${known.length} in all)` : ''}`;
}

/** `unknown host "nod1"; did you mean "node1"?` */
export function unknownName(kind: string, word: string, known: readonly string[]): string {
  return `unknown ${kind} ${quote(word)}; ${expectedOneOf(word, known)}`;
}
