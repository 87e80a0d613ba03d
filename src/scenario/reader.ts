/**
 * Reads one mapping of the file at a time with its schema. Every key is read on its own: a bad one is noted and takes
 * its default, the others still count, so that all mistakes of a file come out in one go.
 */
import type * as z from 'zod';
import type { DiagnosticList, Position } from './diagnostics.ts';
import { WHOLE_MESSAGE } from './field.ts';
import type { SourceEntry, SourceMap, SourceNode } from './source-node.ts';
import { plainValue } from './source-node.ts';
import { quote, showValue, unknownName } from './suggest.ts';

/** A key with a default always has a value; one that is left out, missing or bad is undefined. */
export type Fields<S extends z.ZodRawShape> = {
  readonly [K in keyof S]: undefined extends z.input<S[K]> ? z.output<S[K]> : z.output<S[K]> | undefined;
};

/** A mapping that was read: its values, and where they stand. */
export interface ReadMap<S extends z.ZodRawShape, K extends keyof S = never> {
  readonly fields: Fields<Omit<S, K>>;
  readonly at: Position;
  /** The node of a key's value; undefined when the key is left out. */
  readonly node: (key: keyof S & string) => SourceNode | undefined;
  /** The place of a key's value, or of the mapping when the key is left out. */
  readonly place: (key: keyof S & string) => Position;
}

type Issue = z.core.$ZodIssue;

/**
 * Reads `node` as `what` ("a host"). The keys in `nested` are known, but left to the caller, who reads what is in them.
 * Null counts as a mapping without keys: `node1:` is a host with nothing to say.
 */
export function readMap<S extends z.ZodRawShape, K extends keyof S & string = never>(
  diagnostics: DiagnosticList,
  node: SourceNode,
  what: string,
  schema: z.ZodObject<S>,
  nested: readonly K[] = [],
): ReadMap<S, K> {
  const entries = entriesOf(diagnostics, node, what);
  const known = Object.keys(schema.shape);
  for (const entry of entries.values()) {
    if (!known.includes(entry.name)) diagnostics.add(entry.at, unknownKey(entry.name, what, known));
  }
  const fields: Record<string, unknown> = {};
  for (const key of known) {
    if ((nested as readonly string[]).includes(key)) continue;
    const entry = entries.get(key);
    const field = schema.shape[key] as unknown as z.ZodType;
    fields[key] =
      entry === undefined ? absent(diagnostics, node, what, key, field) : present(diagnostics, entry, field);
  }
  return {
    fields: fields as Fields<Omit<S, K>>,
    at: node,
    node: (key) => entries.get(key)?.value,
    place: (key) => entries.get(key)?.value ?? node,
  };
}

/** The entries of a mapping; a value of another type is noted and has none. */
export function entriesOf(diagnostics: DiagnosticList, node: SourceNode, what: string): SourceMap['entries'] {
  if (node.kind === 'map') return node.entries;
  if (node.kind === 'list' || node.value !== null) {
    diagnostics.add(node, `${what} is ${showValue(plainValue(node))}; expected a mapping`);
  }
  return new Map();
}

/** The items of a list; a value of another type is noted and has none. A key without a value is an empty list. */
export function itemsOf(
  diagnostics: DiagnosticList,
  node: SourceNode | undefined,
  what: string,
): readonly SourceNode[] {
  if (node === undefined) return [];
  if (node.kind === 'list') return node.items;
  if (node.kind === 'map' || node.value !== null) {
    diagnostics.add(node, `${what} is ${showValue(plainValue(node))}; expected a list`);
  }
  return [];
}

/** Reads one value; `label` is how messages call it. Undefined when it is bad, which is noted. */
export function readValue<T extends z.ZodType>(
  diagnostics: DiagnosticList,
  node: SourceNode,
  label: string,
  schema: T,
): z.output<T> | undefined {
  const value = plainValue(node);
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  for (const issue of result.error.issues.flatMap((found) => preciseIssues(found))) {
    const { node: culprit, label: culpritLabel } = descend(node, label, issue.path);
    diagnostics.add(culprit, issueMessage(issue, culprit, culpritLabel));
  }
  return undefined;
}

function unknownKey(name: string, what: string, known: readonly string[]): string {
  return unknownName('key', name, known).replace(';', ` in ${what};`);
}

const defaults = new WeakMap<z.ZodType, { readonly value: unknown } | 'required'>();

/** What a key that is left out stands for. */
function defaultOf(field: z.ZodType): { readonly value: unknown } | 'required' {
  let found = defaults.get(field);
  if (found === undefined) {
    const result = field.safeParse(undefined);
    found = result.success ? { value: result.data } : 'required';
    defaults.set(field, found);
  }
  return found;
}

function absent(diagnostics: DiagnosticList, node: SourceNode, what: string, key: string, field: z.ZodType): unknown {
  const found = defaultOf(field);
  if (found !== 'required') return found.value;
  const isMap = node.kind === 'map' || (node.kind === 'scalar' && node.value === null);
  // that it is no mapping at all was said before
  if (isMap) diagnostics.add(node, `${what} has no ${quote(key)}; expected ${expectedBy(field)}`);
  return undefined;
}

function expectedBy(field: z.ZodType): string {
  const result = field.safeParse(undefined);
  return result.success ? 'it' : (result.error.issues[0]?.message ?? 'it');
}

function present(diagnostics: DiagnosticList, entry: SourceEntry, field: z.ZodType): unknown {
  const value = readValue(diagnostics, entry.value, entry.name, field);
  if (value !== undefined) return value;
  const found = defaultOf(field);
  return found === 'required' ? undefined : found.value;
}

/** Of a union the branch whose type fits: its issues say more than that none of the branches does. */
function preciseIssues(issue: Issue): readonly Issue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const isOther = (inner: Issue): boolean =>
    inner.path.length === 0 && (inner.code === 'invalid_type' || inner.code === 'invalid_value');
  const fitting = issue.errors.find((errors) => !errors.some(isOther));
  if (fitting === undefined) return [issue];
  return fitting.flatMap((inner) => preciseIssues({ ...inner, path: [...issue.path, ...inner.path] }));
}

/** Follows a path of keys and indexes. */
function descend(from: SourceNode, label: string, path: Issue['path']): { node: SourceNode; label: string } {
  let node = from;
  let text = label;
  for (const part of path) {
    const next =
      node.kind === 'map'
        ? node.entries.get(String(part))?.value
        : node.kind === 'list'
          ? node.items[Number(part)]
          : undefined;
    if (next === undefined) break;
    text = node.kind === 'list' ? `${text}[${String(part)}]` : String(part);
    node = next;
  }
  return { node, label: text };
}

function issueMessage(issue: Issue, culprit: SourceNode, label: string): string {
  if (issue.code === 'custom' && issue.params?.['isWholeMessage'] === WHOLE_MESSAGE.isWholeMessage)
    return issue.message;
  return `${label} is ${showValue(plainValue(culprit))}; expected ${issue.message}`;
}
