/**
 * echo: its arguments and a newline. As in bash and busybox, `-n` leaves the newline out, `-e` makes escapes count and
 * `-E` does not; anything else is text.
 */
import type { ProgramEntry } from '../kernel/proc/program-registry.ts';
import { C_ESCAPES } from './c-escapes.ts';

const OPTION = /^-[neE]+$/;
const ESCAPE = /\\(?:0([0-7]{1,3})|x([0-9a-fA-F]{1,2})|([\s\S]))/g;

/** What echo writes for these arguments. */
export function echoText(args: readonly string[]): string {
  let hasNewline = true;
  let hasEscapes = false;
  let first = 0;
  for (; first < args.length && OPTION.test(args[first]!); first++) {
    for (const letter of args[first]!.slice(1)) {
      if (letter === 'n') hasNewline = false;
      else hasEscapes = letter === 'e';
    }
  }
  const text = args.slice(first).join(' ');
  const end = hasNewline ? '\n' : '';
  if (!hasEscapes) return text + end;
  // `\c` ends the output, the newline included.
  const stop = /(?:^|[^\\])(?:\\\\)*(\\c)/.exec(text);
  if (stop !== null) return unescape(text.slice(0, stop.index + stop[0].length - 2));
  return unescape(text) + end;
}

function unescape(text: string): string {
  return text.replace(ESCAPE, (whole, octal?: string, hexadecimal?: string, char?: string) => {
    if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8) & 0xff);
    if (hexadecimal !== undefined) return String.fromCharCode(parseInt(hexadecimal, 16));
    return C_ESCAPES[char!] ?? whole;
  });
}

export const ECHO: ProgramEntry = {
  name: 'echo',
  run: function* echo(proc) {
    proc.write(echoText(proc.argv.slice(1)));
    return 0;
  },
};
