/**
 * Finding what a POSIX expression matches: the leftmost place, and there the longest text. JavaScript's matcher finds
 * the place; it takes the first way that works, so the longest end is looked for by following all ways at once.
 */
import type { ParsedRegex, RegexNode } from './posix-regex.ts';
import { sourceOf } from './posix-regex.ts';

export interface Match {
  readonly start: number;
  readonly end: number;
}

/** What must stand around a match. */
export type Boundary = 'none' | 'words' | 'line';

const WORD = /[A-Za-z0-9_]/;
const AROUND: Readonly<Record<Boundary, readonly [string, string]>> = {
  none: ['', ''],
  words: ['(?<![A-Za-z0-9_])', '(?![A-Za-z0-9_])'],
  line: ['(?<![\\s\\S])', '(?![\\s\\S])'],
};

export class PosixMatcher {
  private readonly root: RegexNode;
  private readonly regex: RegExp;
  private readonly boundary: Boundary;
  private readonly flags: string;
  private readonly characters = new Map<string, RegExp>();
  /** With back references the first way that works has to do. */
  private readonly isFirstEnough: boolean;

  constructor(parsed: ParsedRegex, ignoresCase: boolean, boundary: Boundary) {
    const [before, after] = AROUND[boundary];
    this.root = parsed.root;
    this.boundary = boundary;
    this.flags = ignoresCase ? 'iuy' : 'uy';
    this.regex = new RegExp(`${before}(?:${sourceOf(parsed.root)})${after}`, ignoresCase ? 'giu' : 'gu');
    this.isFirstEnough = parsed.hasReference || boundary === 'line';
  }

  /** Whether the line has a match. */
  test(line: string): boolean {
    this.regex.lastIndex = 0;
    return this.regex.test(line);
  }

  /** The leftmost longest match from an index on. */
  find(line: string, from: number): Match | null {
    this.regex.lastIndex = from;
    const found = this.regex.exec(line);
    if (found === null) return null;
    const start = found.index;
    const end = start + found[0].length;
    return { start, end: this.isFirstEnough ? end : this.longestEnd(line, start, end) };
  }

  private longestEnd(line: string, start: number, known: number): number {
    let longest = known;
    for (const end of this.ends(this.root, line, new Set([start]))) {
      const isBounded = this.boundary === 'none' || !WORD.test(line.charAt(end));
      if (end > longest && isBounded) longest = end;
    }
    return longest;
  }

  /** All places at which the piece can end that begins at one of the starts. */
  private ends(node: RegexNode, line: string, starts: ReadonlySet<number>): ReadonlySet<number> {
    switch (node.kind) {
      case 'character':
      case 'anchor':
        return this.endsOfSource(node.source, line, starts);
      case 'sequence':
        return node.items.reduce((ends, item) => this.ends(item, line, ends), starts);
      case 'choice':
        return new Set(node.items.flatMap((item) => [...this.ends(item, line, starts)]));
      case 'group':
        return this.ends(node.item, line, starts);
      case 'repeat':
        return this.endsOfRepeat(node, line, starts);
      case 'reference':
        return starts;
    }
  }

  private endsOfSource(source: string, line: string, starts: ReadonlySet<number>): ReadonlySet<number> {
    let regex = this.characters.get(source);
    if (regex === undefined) this.characters.set(source, (regex = new RegExp(source, this.flags)));
    const ends = new Set<number>();
    for (const start of starts) {
      regex.lastIndex = start;
      const found = regex.exec(line);
      if (found !== null) ends.add(start + found[0].length);
    }
    return ends;
  }

  private endsOfRepeat(
    node: Extract<RegexNode, { kind: 'repeat' }>,
    line: string,
    starts: ReadonlySet<number>,
  ): ReadonlySet<number> {
    const all = new Set<number>(node.min === 0 ? starts : []);
    let current = starts;
    for (let round = 1; round <= node.max && current.size > 0; round++) {
      current = this.ends(node.item, line, current);
      if (round < node.min) continue;
      const known = all.size;
      for (const end of current) all.add(end);
      if (all.size === known) break;
    }
    return all;
  }
}
