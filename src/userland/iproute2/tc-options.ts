/** The options before the object of a `tc` command line (iproute2 6.1: tc/tc.c, main). */
import type { AdminResult } from '../../kernel/admin/result.ts';
import { failure, notSupported } from '../../kernel/admin/result.ts';
import { isShortFor } from '../../kernel/admin/tc-words.ts';
import type { ShowOptions } from '../../kernel/show/options.ts';

export const TC_USAGE = `Usage:	tc [ OPTIONS ] OBJECT { COMMAND | help }
	tc [-force] -batch filename
where  OBJECT := { qdisc | class | filter | chain |
		    action | monitor | exec }
       OPTIONS := { -V[ersion] | -s[tatistics] | -d[etails] | -r[aw] |
		    -o[neline] | -j[son] | -p[retty] | -c[olor]
		    -b[atch] [filename] | -n[etns] name | -N[umeric] |
		     -nm | -nam[es] | { -cf | -conf } path
		     -br[ief] }
`;

const VERSION = 'tc utility, iproute2-6.1.0, libbpf 1.1.2\n';
const EXIT_AT_ONCE = 255;

export interface TcOptions {
  readonly show: ShowOptions;
  readonly isRaw: boolean;
  /** The namespace of `-n`; null: the process's own. */
  readonly netns: string | null;
}

interface Draft {
  statistics: number;
  details: boolean;
  isRaw: boolean;
  pretty: boolean;
  json: boolean;
  oneline: boolean;
  brief: boolean;
  numeric: boolean;
  netns: string | null;
}

/** Options in the order in which tc tries them on an abbreviation, and what each sets. */
const FLAGS: readonly [name: string, set: (draft: Draft) => unknown][] = [
  ['-stats', (draft) => (draft.statistics += 1)],
  ['-statistics', (draft) => (draft.statistics += 1)],
  ['-details', (draft) => void (draft.details = true)],
  ['-raw', (draft) => void (draft.isRaw = true)],
  ['-pretty', (draft) => void (draft.pretty = true)],
];
const LATER_FLAGS: typeof FLAGS = [
  // no effect on what Dockwire shows
  ['-timestamp', () => undefined],
  ['-tshort', () => undefined],
  ['-json', (draft) => void (draft.json = true)],
  ['-oneline', (draft) => void (draft.oneline = true)],
  ['-brief', (draft) => void (draft.brief = true)],
];

/** The options and what follows them; or what tc answers at once, and at which word. */
export type TcOptionsRead =
  | { readonly options: TcOptions; readonly rest: readonly string[] }
  | { readonly result: AdminResult; readonly at: number };

export function readTcOptions(args: readonly string[]): TcOptionsRead {
  const draft: Draft = {
    statistics: 0,
    details: false,
    isRaw: false,
    pretty: false,
    json: false,
    oneline: false,
    brief: false,
    numeric: false,
    netns: null,
  };
  let at = 0;
  for (; args[at]?.startsWith('-') === true; at++) {
    const word = args[at]!;
    const flag = FLAGS.find(([name]) => isShortFor(word, name));
    if (flag !== undefined) flag[1](draft);
    else if (isShortFor(word, '-graph') || isShortFor(word, '-force')) continue;
    else if (isShortFor(word, '-Version')) return { result: { exit: 0, stdout: VERSION, stderr: '' }, at };
    else if (isShortFor(word, '-help')) return { result: { exit: 0, stdout: '', stderr: TC_USAGE }, at };
    else if (isShortFor(word, '-netns')) draft.netns = args[++at] ?? '(null)';
    else if (isShortFor(word, '-Numeric')) draft.numeric = true;
    else if (isLacking(word)) return { result: notSupported(`tc ${word}`, SUPPORTED), at };
    else {
      const later = LATER_FLAGS.find(([name]) => isShortFor(word, name));
      if (later === undefined) {
        return { result: failure(EXIT_AT_ONCE, `Option "${word}" is unknown, try "tc -help".`), at };
      }
      later[1](draft);
    }
  }
  const { isRaw, netns, ...shown } = draft;
  return { options: { show: { ...shown, family: '' }, isRaw, netns }, rest: args.slice(at) };
}

const SUPPORTED = '-s, -d, -r, -j, -p, -o, -n, -N, -br, -V';

function isLacking(word: string): boolean {
  const lacking = ['-iec', '-batch', '-names', '-nm', '-cf', '-conf', '-color'];
  return lacking.some((name) => isShortFor(word, name)) || word.startsWith('-color=');
}
