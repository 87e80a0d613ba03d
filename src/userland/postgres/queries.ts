/** What the server knows of SQL: constants, its version and its settings. There are no tables. */
import type { ErrorFields } from './protocol.ts';

/** Numbers of types in pg_type. */
export const INT4 = 23;
export const TEXT = 25;

/** One statement's outcome. */
export type Outcome =
  | { readonly kind: 'empty' }
  | {
      readonly kind: 'row';
      readonly column: string;
      readonly type: number;
      readonly value: string;
      readonly tag: string;
    }
  | { readonly kind: 'error'; readonly fields: ErrorFields };

const KEYWORDS: ReadonlySet<string> = new Set(
  (
    'abort alter analyze begin call checkpoint close cluster comment commit copy create deallocate ' +
    'declare delete discard do drop end execute explain fetch grant import insert listen load lock ' +
    'merge move notify prepare reassign refresh reindex release reset revoke rollback savepoint ' +
    'security select set show start table truncate unlisten update vacuum values with'
  ).split(' '),
);
const INT4_MAX = 2_147_483_647;

/** Runs a simple query: its statements up to the first that fails. A slip in any of them is found before. */
export function runQuery(query: string, version: string, settings: ReadonlyMap<string, string>): Outcome[] {
  const statements = splitStatements(query);
  for (const { text, at } of statements) {
    const word = /^\(?\s*([^\s;(),]+)/.exec(text)?.[1] ?? text;
    if (!KEYWORDS.has(word.toLowerCase())) return [syntaxError(word, query, at)];
  }
  const outcomes: Outcome[] = [];
  for (const { text } of statements) {
    const outcome = runStatement(text, version, settings);
    outcomes.push(outcome);
    if (outcome.kind === 'error') break;
  }
  return outcomes.length === 0 ? [{ kind: 'empty' }] : outcomes;
}

/** Statements that are not empty, each with its offset; semicolons in quotes divide nothing. */
function splitStatements(query: string): { text: string; at: number }[] {
  const statements: { text: string; at: number }[] = [];
  for (const match of query.matchAll(/(?:'[^']*'|"[^"]*"|--[^\n]*|[^;])+/g)) {
    const trimmed = match[0].replace(/^(?:\s|--[^\n]*)+/, '');
    if (trimmed !== '')
      statements.push({ text: trimmed.trimEnd(), at: match.index + match[0].length - trimmed.length });
  }
  return statements;
}

function runStatement(text: string, version: string, settings: ReadonlyMap<string, string>): Outcome {
  const constant = /^select\s+(?:(-?\d{1,10})|'([^']*)')(?:\s+as\s+(\w+))?$/i.exec(text);
  if (constant !== null && Math.abs(Number(constant[1] ?? 0)) <= INT4_MAX) {
    const [, number, string = ''] = constant;
    const isNumber = number !== undefined;
    const value = isNumber ? String(Number(number)) : string;
    return row(constant[3]?.toLowerCase() ?? '?column?', isNumber ? INT4 : TEXT, value, 'SELECT 1');
  }
  if (/^select\s+(?:pg_catalog\.)?version\s*\(\s*\)$/i.test(text)) return row('version', TEXT, version, 'SELECT 1');
  const shown = /^show\s+(?:"([^"]+)"|(\w+))$/i.exec(text);
  if (shown !== null) {
    const name = shown[1] ?? shown[2]!;
    for (const [known, value] of settings) {
      if (known.toLowerCase() === name.toLowerCase()) return row(known, TEXT, value, 'SHOW');
    }
    return failure('42704', `unrecognized configuration parameter "${name.toLowerCase()}"`, {});
  }
  const hint = "There are: select NUMBER, select 'TEXT', select version(), show SETTING.";
  return failure('0A000', 'this statement is not supported by Dockwire', { H: hint });
}

function row(column: string, type: number, value: string, tag: string): Outcome {
  return { kind: 'row', column, type, value, tag };
}

function syntaxError(word: string, query: string, at: number): Outcome {
  // Positions are counted in characters.
  const position = String(Array.from(query.slice(0, at)).length + 1);
  return failure('42601', `syntax error at or near "${word}"`, { P: position, F: 'scan.l', R: 'scanner_yyerror' });
}

function failure(code: string, message: string, more: ErrorFields): Outcome {
  return { kind: 'error', fields: { S: 'ERROR', V: 'ERROR', C: code, M: message, ...more } };
}
