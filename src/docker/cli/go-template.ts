/**
 * The part of Go's text/template that `--format` is mostly used with: text, `{{.A.B}}` and `{{json .A.B}}`. Values are
 * printed as Go prints them.
 */
import type { Json, JsonObject } from '../inspect/json.ts';

interface Action {
  /** The keys on the way; none for the whole document. */
  readonly path: readonly string[];
  readonly isJson: boolean;
  /** `.A.B` as typed, and where it stands in the template. */
  readonly pathText: string;
  readonly column: number;
}

export interface Template {
  readonly parts: readonly (string | Action)[];
}

const ACTION = /\{\{(.*?)\}\}/gs;
const PATH_ACTION = /^(\s*(?:(json)\s+)?)((?:\.[A-Za-z_]\w*)+|\.)\s*$/;

/** An execution that fails, in the words of the template package. */
export class TemplateError extends Error {}

/** A template that Dockwire cannot print, and what is not supported of it. */
export class UnsupportedTemplateError extends Error {}

/** Reads a template. Throws an UnsupportedTemplateError for an action that is neither a path nor `json` of one. */
export function parseTemplate(source: string): Template {
  const parts: (string | Action)[] = [];
  let end = 0;
  for (const match of source.matchAll(ACTION)) {
    parts.push(source.slice(end, match.index), parseAction(match[1]!, match.index + '{{'.length));
    end = match.index + match[0].length;
  }
  const rest = source.slice(end);
  if (rest.includes('{{')) throw new UnsupportedTemplateError(rest);
  parts.push(rest);
  return { parts };
}

function parseAction(inner: string, column: number): Action {
  const match = PATH_ACTION.exec(inner);
  if (match === null) throw new UnsupportedTemplateError(`{{${inner}}}`);
  const pathText = match[3]!;
  const path = pathText
    .split('.')
    .slice(1)
    .filter((key) => key !== '');
  return { path, isJson: match[2] !== undefined, pathText, column: column + match[1]!.length };
}

/** Prints the document by the template. Throws a TemplateError or an UnsupportedTemplateError. */
export function executeTemplate(template: Template, document: JsonObject): string {
  return template.parts.map((part) => (typeof part === 'string' ? part : execute(part, document))).join('');
}

function execute(action: Action, document: JsonObject): string {
  let value: Json = document;
  for (const key of action.path) value = step(action, value, key);
  if (action.isJson) return JSON.stringify(value);
  return goText(value, action.pathText);
}

function step(action: Action, value: Json, key: string): Json {
  const where = `template parsing error: template: :1:${action.column}: executing "" at <${action.pathText}>`;
  if (value === null) throw new TemplateError(`${where}: nil pointer evaluating interface {}.${key}`);
  if (!isObject(value)) throw new TemplateError(`${where}: can't evaluate field ${key} in type interface {}`);
  // The documents have Go's struct names for keys but for the id, which may be written either way.
  const found = value[key] ?? (key === 'ID' ? value['Id'] : undefined);
  if (found === undefined && !(key in value)) {
    throw new TemplateError(`${where}: map has no entry for key "${key}"`);
  }
  return found ?? null;
}

/** As Go's fmt prints it; a document within the document has no such form that anyone would want. */
function goText(value: Json, pathText: string): string {
  if (value === null) return '<nil>';
  if (isList(value)) return `[${value.map((item) => goText(item, pathText)).join(' ')}]`;
  if (isObject(value)) throw new UnsupportedTemplateError(`{{${pathText}}}`);
  return String(value);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
