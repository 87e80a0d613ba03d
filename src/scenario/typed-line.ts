/** What people type at the prompt of `dockwire shell`: `HOST> command`, `HOST>` alone, or a command for the same. */
import { closest } from '../base/text.ts';
import { parse } from '../userland/sh/parser.ts';
import type { Plan } from './plan.ts';

export interface TypedLine {
  readonly host: string;
  /** '' when nothing is to be run. */
  readonly command: string;
}

const PREFIX = /^\s*([A-Za-z0-9][A-Za-z0-9_.-]*)>(?:\s+|$)/;
const HERE_DOCUMENT = /<<-?\s*(['"]?)([A-Za-z_][A-Za-z0-9_]*)\1/g;

/** Takes a line apart; a text says why it cannot be. */
export function readTypedLine(line: string, currentHost: string, plan: Plan): TypedLine | string {
  const found = PREFIX.exec(line);
  const hosts = plan.hosts.map(({ name }) => name);
  if (found === null) return { host: currentHost, command: bareCommand(line) };
  const name = found[1]!;
  if (hosts.includes(name)) return { host: name, command: bareCommand(line.slice(found[0].length)) };
  const suggestion = closest(name, hosts);
  const hint = suggestion === undefined ? `expected one of ${hosts.join(', ')}` : `did you mean "${suggestion}"?`;
  return `no host "${name}"; ${hint}`;
}

/** A comment is nothing to run. */
function bareCommand(text: string): string {
  const bare = text.trim();
  return bare.startsWith('#') ? '' : bare;
}

/** Whether a command goes on in the next line: an open quote, a loop without its end, a here-document, `&&`, `\`. */
export function isUnfinished(text: string): boolean {
  if (/(?:^|[^\\])(?:\\\\)*\\$/.test(text)) return true;
  const { mistakes } = parse(text);
  if (mistakes.some(({ message }) => /end of file unexpected|Unterminated/.test(message))) return true;
  const lines = text.split('\n').map((line) => line.trim());
  return Array.from(text.matchAll(HERE_DOCUMENT)).some(([, , end]) => !lines.includes(end!));
}
