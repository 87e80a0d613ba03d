/** The syntax tree of a jq program. */
import type { JqValue } from './value.ts';

export type Filter =
  | { readonly kind: 'identity' }
  | { readonly kind: 'recurse' }
  | { readonly kind: 'literal'; readonly value: JqValue }
  /** `"a\(.b)"`, of which each inserted value goes through the format. */
  | { readonly kind: 'string'; readonly format: string; readonly parts: readonly (string | Filter)[] }
  | { readonly kind: 'format'; readonly name: string }
  | { readonly kind: 'index'; readonly target: Filter; readonly key: Filter }
  | { readonly kind: 'slice'; readonly target: Filter; readonly from: Filter | null; readonly to: Filter | null }
  | { readonly kind: 'iterate'; readonly target: Filter }
  | { readonly kind: 'try'; readonly body: Filter; readonly handler: Filter | null }
  | { readonly kind: 'pipe' | 'comma' | 'and' | 'or' | 'alternative'; readonly left: Filter; readonly right: Filter }
  | { readonly kind: 'operator' | 'assign'; readonly operator: string; readonly left: Filter; readonly right: Filter }
  | { readonly kind: 'negate'; readonly body: Filter }
  | { readonly kind: 'array'; readonly body: Filter | null }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [Filter, Filter])[] }
  | { readonly kind: 'if'; readonly condition: Filter; readonly then: Filter; readonly otherwise: Filter }
  | {
      readonly kind: 'reduce' | 'foreach';
      readonly source: Filter;
      readonly pattern: Pattern;
      readonly init: Filter;
      readonly update: Filter;
      readonly extract: Filter | null;
    }
  | { readonly kind: 'as'; readonly source: Filter; readonly pattern: Pattern; readonly body: Filter }
  | { readonly kind: 'define'; readonly definition: Definition; readonly body: Filter }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Filter[]; readonly offset: number }
  | { readonly kind: 'variable'; readonly name: string; readonly offset: number }
  | { readonly kind: 'label'; readonly name: string; readonly body: Filter }
  | { readonly kind: 'break'; readonly name: string; readonly offset: number };

/** `def name(f; $x): body;` */
export interface Definition {
  readonly name: string;
  /** Those with a dollar sign take values. */
  readonly parameters: readonly string[];
  readonly body: Filter;
}

/** What `as` takes apart: `$x`, `[$a, $b]`, `{a: $x, $y}`. */
export type Pattern =
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'array'; readonly items: readonly Pattern[] }
  | { readonly kind: 'object'; readonly entries: readonly PatternEntry[] };

export interface PatternEntry {
  readonly key: Filter;
  /** `$name:` binds the value to the name too. */
  readonly variable: string | null;
  readonly pattern: Pattern | null;
}

/** A program that does not compile; each message stands with the line it is about. */
export class CompileError extends Error {
  readonly mistakes: readonly CompileMistake[];

  constructor(mistakes: readonly CompileMistake[]) {
    super(mistakes.map(({ message }) => message).join('; '));
    this.name = 'CompileError';
    this.mistakes = mistakes;
  }
}

export interface CompileMistake {
  readonly message: string;
  readonly offset: number;
}

/** All variables of a pattern. */
export function variablesOf(pattern: Pattern): string[] {
  switch (pattern.kind) {
    case 'variable':
      return [pattern.name];
    case 'array':
      return pattern.items.flatMap(variablesOf);
    case 'object':
      return pattern.entries.flatMap((entry) => [
        ...(entry.variable === null ? [] : [entry.variable]),
        ...(entry.pattern === null ? [] : variablesOf(entry.pattern)),
      ]);
  }
}
