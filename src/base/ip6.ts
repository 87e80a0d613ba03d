/** IPv6 addresses as text, for programs and messages that carry them: inet_pton(3) and inet_ntop(3). */
import { formatIp4, parseIp4 } from './addr.ts';

const WORDS = 8;

/** The 16 bytes of an address, or undefined where inet_pton(3) refuses the text. */
export function parseIp6(text: string): Uint8Array | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half) => (half === '' ? [] : wordsOf(half)));
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined;
  // Only the last words of all may be written as an IPv4 address.
  if (tail !== undefined && halves[0]!.includes('.')) return undefined;
  const missing = WORDS - head.length - (tail?.length ?? 0);
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const words = [...head, ...new Array<number>(missing).fill(0), ...(tail ?? [])];
  return Uint8Array.from(words.flatMap((word) => [word >>> 8, word & 0xff]));
}

function wordsOf(text: string): number[] | undefined {
  const words: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (index === parts.length - 1 && part.includes('.')) {
      const address = parseIp4(part);
      if (address === undefined) return undefined;
      words.push(address >>> 16, address & 0xffff);
    } else if (/^[0-9a-f]{1,4}$/i.test(part)) {
      words.push(parseInt(part, 16));
    } else {
      return undefined;
    }
  }
  return words;
}

/** The shortest text (RFC 5952), with `::` for the first of the longest runs of two zero words or more. */
export function formatIp6(bytes: Uint8Array): string {
  const words = Array.from({ length: WORDS }, (_, i) => (bytes[2 * i]! << 8) | bytes[2 * i + 1]!);
  const run = longestZeros(words);
  // ::a.b.c.d and ::ffff:a.b.c.d, as inet_ntop(3) has it.
  const isMapped = run.start === 0 && (run.length === 6 || (run.length === 5 && words[5] === 0xffff));
  if (isMapped) {
    const address = (words[6]! << 16) | words[7]! | 0;
    return `${run.length === 6 ? '::' : '::ffff:'}${formatIp4(address)}`;
  }
  const text = (from: number, to: number): string =>
    words
      .slice(from, to)
      .map((word) => word.toString(16))
      .join(':');
  return run.length < 2 ? text(0, WORDS) : `${text(0, run.start)}::${text(run.start + run.length, WORDS)}`;
}

function longestZeros(words: readonly number[]): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  words.forEach((word, i) => {
    if (word !== 0) start = i + 1;
    else if (i + 1 - start > best.length) best = { start, length: i + 1 - start };
  });
  return best;
}
