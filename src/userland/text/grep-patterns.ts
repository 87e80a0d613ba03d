/** The patterns of one grep: several side by side, of which the leftmost longest match counts. */
import { literalRegex, parseRegex } from './posix-regex.ts';
import type { Boundary, Match } from './regex-match.ts';
import { PosixMatcher } from './regex-match.ts';

/** How patterns are read. */
export interface PatternStyle {
  readonly syntax: 'basic' | 'extended' | 'fixed';
  readonly ignoresCase: boolean;
  readonly boundary: Boundary;
}

export class Patterns {
  /** What GNU grep warns of. */
  readonly warnings: readonly string[];
  private readonly matchers: readonly PosixMatcher[];

  /** Throws a RegexError where one of them is bad. */
  constructor(texts: readonly string[], { syntax, ignoresCase, boundary }: PatternStyle) {
    const parsed = texts.map((text) =>
      syntax === 'fixed' ? literalRegex(text) : parseRegex(text, syntax === 'extended'),
    );
    this.warnings = parsed.flatMap(({ warnings }) => warnings);
    this.matchers = parsed.map((regex) => new PosixMatcher(regex, ignoresCase, boundary));
  }

  test(line: string): boolean {
    return this.matchers.some((matcher) => matcher.test(line));
  }

  /** The texts of all matches that are not empty, from left to right. */
  matchesIn(line: string): string[] {
    const found: string[] = [];
    for (let at = 0; at < line.length;) {
      const match = this.find(line, at);
      if (match === null) break;
      if (match.end > match.start) found.push(line.slice(match.start, match.end));
      at = Math.max(match.end, match.start + 1, at + 1);
    }
    return found;
  }

  private find(line: string, from: number): Match | null {
    let best: Match | null = null;
    for (const matcher of this.matchers) {
      const match = matcher.find(line, from);
      if (match === null) continue;
      const isBetter =
        best === null || match.start < best.start || (match.start === best.start && match.end > best.end);
      if (isBetter) best = match;
    }
    return best;
  }
}
