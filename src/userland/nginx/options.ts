/** The command line of nginx, read as its ngx_get_options does: letters behind one dash, values attached or apart. */
import type { CheckMistake } from '../../kernel/proc/program-registry.ts';
import { NGINX_VERSION } from './pages.ts';

export interface NginxOptions {
  readonly showsVersion: boolean;
  readonly showsHelp: boolean;
  /** -t */
  readonly tests: boolean;
  /** The word behind -s; empty without it. */
  readonly signal: string;
  /** `-g 'daemon off;'` */
  readonly isForeground: boolean;
}

export const VERSION_LINE = `nginx version: nginx/${NGINX_VERSION}\n`;
export const NGINX_SUPPORTED = ['-t', '-q', '-v', '-h', '-s', 'stop|quit', '-g', "'daemon off;'"];
export const NGINX_USAGE = `${VERSION_LINE}Usage: nginx [-?hvVtTq] [-s signal] [-p prefix]
             [-e filename] [-c filename] [-g directives]

Options:
  -?,-h         : this help
  -v            : show version and exit
  -V            : show version and configure options then exit
  -t            : test configuration and exit
  -T            : test configuration, dump it and exit
  -q            : suppress non-error messages during configuration testing
  -s signal     : send signal to a master process: stop, quit, reopen, reload
  -p prefix     : set prefix path (default: /etc/nginx/)
  -e filename   : set error log file (default: /var/log/nginx/error.log)
  -c filename   : set configuration file (default: /etc/nginx/nginx.conf)
  -g directives : set global directives out of configuration file

`;

const VALUES: Readonly<Record<string, string>> = {
  p: 'directory name',
  e: 'file name',
  c: 'file name',
  g: 'parameter',
  s: 'signal name',
};
const DIRECTIVES = /^\s*(?:daemon\s+(?:on|off)\s*;\s*)?$/;

interface Letter {
  readonly letter: string;
  readonly value: string;
  readonly argIndex: number;
}

/** All options in their order, or what nginx finds wrong. */
function lettersOf(args: readonly string[]): { readonly letters: readonly Letter[]; readonly fault?: string } {
  const letters: Letter[] = [];
  for (let argIndex = 0; argIndex < args.length; argIndex++) {
    const arg = args[argIndex]!;
    if (!arg.startsWith('-')) return { letters, fault: `invalid option: "${arg}"` };
    for (let at = 1; at < arg.length; at++) {
      const letter = arg[at]!;
      const valueName = VALUES[letter];
      if (valueName === undefined) {
        if (!'?hvVtTq'.includes(letter)) return { letters, fault: `invalid option: "${letter}"` };
        letters.push({ letter, value: '', argIndex });
        continue;
      }
      const attached = arg.slice(at + 1);
      const value = attached === '' ? args[argIndex + 1] : attached;
      if (value === undefined) return { letters, fault: `option "-${letter}" requires ${valueName}` };
      letters.push({ letter, value, argIndex });
      if (attached === '') argIndex++;
      break;
    }
  }
  return { letters };
}

/** What is asked for; a text is what nginx complains about. */
export function readNginx(args: readonly string[]): NginxOptions | { readonly fault: string } {
  const { letters, fault } = lettersOf(args);
  if (fault !== undefined) return { fault };
  const has = (letter: string): boolean => letters.some((each) => each.letter === letter);
  const last = (letter: string): string => letters.filter((each) => each.letter === letter).at(-1)?.value ?? '';
  const signal = last('s');
  if (has('s') && !['stop', 'quit', 'reopen', 'reload'].includes(signal)) {
    return { fault: `invalid option: "-s ${signal}"` };
  }
  return {
    showsVersion: has('v'),
    showsHelp: has('h') || has('?'),
    tests: has('t'),
    signal,
    isForeground: /daemon\s+off/.test(last('g')),
  };
}

/** Other configurations and what a new one would need. */
export function checkNginx(args: readonly string[]): CheckMistake | undefined {
  const lacking = lettersOf(args).letters.find(
    ({ letter, value }) =>
      'pecVT'.includes(letter) ||
      (letter === 's' && (value === 'reload' || value === 'reopen')) ||
      (letter === 'g' && !DIRECTIVES.test(value)),
  );
  if (lacking === undefined) return undefined;
  const what = 'pecVT'.includes(lacking.letter) ? `-${lacking.letter}` : `-${lacking.letter} ${lacking.value}`;
  return { argIndex: lacking.argIndex, message: `option ${what} is not supported by Dockwire` };
}
