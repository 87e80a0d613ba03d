/** Lists of positions as `cut` takes them: `1,3-5,7-`, `-2`. */

/** From `first` to `last`, both in, counted from 1; Infinity for an open end. */
export interface PositionRange {
  readonly first: number;
  readonly last: number;
}

/** What is wrong with a list. */
export type RangeMistake =
  | { readonly kind: 'value'; readonly text: string }
  | { readonly kind: 'zero' }
  | { readonly kind: 'decreasing' }
  | { readonly kind: 'open' };

/** Reads a list. */
export function parseRanges(list: string): readonly PositionRange[] | RangeMistake {
  const ranges: PositionRange[] = [];
  for (const word of list.split(/[, \t]/)) {
    const [, first, dash, last] = /^(\d*)(-?)(\d*)$/.exec(word) ?? [];
    if (first === undefined) return { kind: 'value', text: word };
    if (first === '' && last === '') return dash === '-' ? { kind: 'open' } : { kind: 'zero' };
    const from = first === '' ? 1 : Number(first);
    const to = dash === '' ? from : last === '' ? Infinity : Number(last);
    if (from === 0) return { kind: 'zero' };
    if (to < from) return { kind: 'decreasing' };
    ranges.push({ first: from, last: to });
  }
  return ranges;
}

/** Whether one of the ranges holds the position. */
export function isInRanges(ranges: readonly PositionRange[], position: number): boolean {
  return ranges.some(({ first, last }) => position >= first && position <= last);
}

/** Whether a range begins at the position: where `--output-delimiter` goes between characters. */
export function beginsAt(ranges: readonly PositionRange[], position: number): boolean {
  return (
    ranges.some(({ first }) => first === position) &&
    !isInRanges(
      ranges.filter(({ first }) => first < position),
      position,
    )
  );
}
