/** Text for people: aligned columns, the nearest known word for "did you mean", plurals. All of it is cold. */

/**
 * Left-aligned columns with `gap` blanks between them, one line per row, each ended by a newline. The last cell of a
 * row is not padded and a line never ends in blanks; rows may differ in length.
 */
export function textTable(rows: readonly (readonly string[])[], gap = 2): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  }
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column]! + gap)).join(''));
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}

/** The least number of inserted, deleted, replaced or swapped neighbouring characters (optimal string alignment). */
export function editDistance(left: string, right: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let i = 1; i <= left.length; i++) {
    const row = [i];
    for (let k = 1; k <= right.length; k++) {
      const same = left[i - 1] === right[k - 1];
      let cost = Math.min(last[k]! + 1, row[k - 1]! + 1, last[k - 1]! + (same ? 0 : 1));
      const swapped = i > 1 && k > 1 && left[i - 1] === right[k - 2] && left[i - 2] === right[k - 1];
      if (swapped) cost = Math.min(cost, beforeLast[k - 2]! + 1);
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[right.length]!;
}

/**
 * The candidate that someone who typed `word` most likely meant: at most a third of the word's letters differ (one
 * is always allowed), upper and lower case count as equal, the first of equally near ones wins.
 */
export function closest(word: string, candidates: Iterable<string>): string | undefined {
  const allowed = Math.max(1, Math.floor(word.length / 3));
  let best: string | undefined;
  let bestDistance = allowed + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= bestDistance) continue;
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    // A one-letter word is at distance 1 from any other one: nothing of it would be left.
    if (distance < bestDistance && distance < candidate.length) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** `1 host`, `2 hosts`; irregular plurals are given. */
export function plural(count: number, noun: string, nouns = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : nouns}`;
}
