/** `iptables-restore`: reads a whole dump. A table takes effect at its COMMIT, and not at all when a line fails. */
import { parseCommand } from './command-parser.ts';
import { execute, makesTable } from './execute.ts';
import { errnoRefusal, errorResult, refuse, UNSUPPORTED } from './xt-error.ts';
import type { ToolResult } from './tool.ts';
import { VERSION } from './tool.ts';
import { isTableName, NfTable } from './table.ts';
import type { NfTables } from './table.ts';
import { checkChainName } from './command-parser.ts';
import { splitWords } from './words.ts';

const NAME = 'iptables-restore';

interface RestoreOptions {
  hasCounters: boolean;
  keepsOther: boolean;
  isTest: boolean;
  isVerbose: boolean;
  /** '' for all. */
  table: string;
}

/** A line that waits for COMMIT, with its number. */
interface Pending {
  readonly number: number;
  readonly run: (table: NfTable) => string;
  /** It needs no table. */
  readonly makesNone: boolean;
}

class Restorer {
  /** The number of the line that is read or, at COMMIT, done. */
  lineNumber = 0;
  stdout = '';
  stderr = '';
  private readonly tables: NfTables;
  private readonly options: RestoreOptions;
  /** The table between `*name` and COMMIT, '' outside. */
  private name = '';
  private pending: Pending[] = [];

  constructor(tables: NfTables, options: RestoreOptions) {
    this.tables = tables;
    this.options = options;
  }

  read(text: string): ToolResult {
    const lines = text.split('\n');
    if (lines.at(-1) === '') lines.pop();
    for (const line of lines) {
      this.lineNumber++;
      if (line === '' || line.startsWith('#')) continue;
      const failure = this.readLine(line);
      if (failure !== null) return failure;
    }
    if (this.name === '') return { exit: 0, stdout: this.stdout, stderr: this.stderr };
    return this.failed(`COMMIT expected at line ${this.lineNumber + 1}`);
  }

  private failed(text: string): ToolResult {
    return { exit: 1, stdout: this.stdout, stderr: `${this.stderr}${NAME}: ${text}\n` };
  }

  private readLine(line: string): ToolResult | null {
    const isWanted = this.options.table === '' || this.options.table === this.name;
    if (this.name === '' && line.startsWith('*')) this.start(line);
    else if (this.name === '') return this.failed(`line ${this.lineNumber} failed`);
    else if (line.trimEnd() === 'COMMIT') this.commit(isWanted);
    else if (!isWanted) return null;
    else if (line.startsWith(':')) this.readChain(line.slice(1));
    else this.readRule(line);
    return null;
  }

  private start(line: string): void {
    const name = splitWords(line.slice(1))[0] ?? '';
    if (!isTableName(name)) refuse(`${NAME}: line ${this.lineNumber} table name '${name}' invalid`);
    this.name = name;
    this.pending = [];
  }

  /** `:CHAIN POLICY [packets:bytes]`; a user's chain has the policy `-`. */
  private readChain(text: string): void {
    const [name = '', policy, counters] = text.split(/[ \t]+/);
    if (name === '') refuse(`${NAME}: line ${this.lineNumber} chain name invalid`);
    const isBuiltin = new NfTable(this.name).find(name) !== undefined;
    if (!isBuiltin) checkChainName(name);
    if (policy === undefined || policy === '') refuse(`${NAME}: line ${this.lineNumber} policy invalid`);
    const found = /^\[(\d+):(\d+)\]$/.exec(counters ?? '');
    if (this.options.hasCounters && isBuiltin && found === null) {
      refuse(`invalid policy counters for chain '${name}'`);
    }
    this.wait((table) => {
      const chain = table.find(name) ?? table.add(name);
      if (!isBuiltin) chain.rules.splice(0);
      else if (policy !== '-') {
        if (policy !== 'ACCEPT' && policy !== 'DROP') errnoRefusal('Bad policy name.');
        chain.policy = policy;
        if (this.options.hasCounters) chain.counters.set([Number(found?.[1]), Number(found?.[2])]);
      }
      return '';
    });
  }

  private readRule(line: string): void {
    let rest = line;
    let counters: string[] = [];
    if (line.startsWith('[')) {
      const end = line.indexOf(']');
      if (end < 0) refuse(`Bad line ${this.lineNumber}: need ]`);
      counters = line.slice(1, end).split(':');
      rest = line.slice(end + 1);
    }
    const words = splitWords(rest);
    if (words.some((word) => /^-[^-]*t/.test(word) || word.startsWith('--tab'))) this.refuseTable(words);
    const typed = this.options.isVerbose ? ['-v', ...words] : words;
    const command = parseCommand(['-t', this.name, ...typed]);
    if (this.options.hasCounters && counters.length === 2 && command.rule.packets === 0) {
      command.rule.packets = Number(counters[0]);
      command.rule.bytes = Number(counters[1]);
    }
    this.stderr += command.warning;
    this.wait((table) => execute(command, table, false), !makesTable(command));
  }

  private refuseTable(words: readonly string[]): void {
    const isTable = (word: string, i: number): boolean => {
      return (
        (word === '-t' || word.startsWith('--tab')) && words[i - 1] !== '--comment' && words[i - 1] !== '--log-prefix'
      );
    };
    if (words.some(isTable)) refuse(`The -t option cannot be used in ${NAME}.\n`);
  }

  private wait(run: Pending['run'], makesNone = false): void {
    this.pending.push({ number: this.lineNumber, run, makesNone });
  }

  private commit(isWanted: boolean): void {
    const { name, lineNumber } = this;
    this.name = '';
    if (!isWanted) return;
    const before = this.tables.find(name);
    const table = this.options.keepsOther && before !== undefined ? before.clone() : new NfTable(name);
    if (!this.options.keepsOther && this.options.isVerbose) this.stdout += flushedText(before ?? table);
    for (const { number, run } of this.pending) {
      this.failedAt = number;
      this.stdout += run(table);
    }
    this.failedAt = lineNumber;
    if (this.options.isTest) return;
    // A table that is only looked at is gone until somebody needs it.
    if (this.pending.every(({ makesNone }) => makesNone)) this.tables.forget(name);
    else this.tables.replace(table);
    this.tables.changed();
  }

  /** The line of which the kernel's refusal is told. */
  failedAt = 0;
}

function flushedText(table: NfTable): string {
  return table
    .chains()
    .map(({ name }) => `Flushing chain \`${name}'\n`)
    .join('');
}

/** `iptables-restore WORDS…` with `input` from standard input. */
export function iptablesRestore(tables: NfTables, words: readonly string[], input: string): ToolResult {
  const options = readWords(words);
  if ('exit' in options) return options;
  const restorer = new Restorer(tables, options);
  try {
    return restorer.read(input);
  } catch (error) {
    const failure = errorResult(error, NAME, restorer.lineNumber, restorer.failedAt);
    return { ...failure, stdout: restorer.stdout, stderr: `${restorer.stderr}${failure.stderr}` };
  }
}

const FLAGS: Readonly<Record<string, keyof Omit<RestoreOptions, 'table'>>> = {
  '-c': 'hasCounters',
  '--counters': 'hasCounters',
  '-n': 'keepsOther',
  '--noflush': 'keepsOther',
  '-t': 'isTest',
  '--test': 'isTest',
  '-v': 'isVerbose',
  '--verbose': 'isVerbose',
};

function readWords(words: readonly string[]): RestoreOptions | ToolResult {
  const options: RestoreOptions = { hasCounters: false, keepsOther: false, isTest: false, isVerbose: false, table: '' };
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    const flag = FLAGS[word];
    if (flag !== undefined) options[flag] = true;
    else if (word === '-T' || word === '--table') options.table = words[++i] ?? '';
    else if (word === '-w' || word === '--wait') i += /^\d+$/.test(words[i + 1] ?? '') ? 1 : 0;
    else if (word === '-V' || word === '--version') return { exit: 0, stdout: `${NAME} ${VERSION}\n`, stderr: '' };
    else if (word.startsWith('-')) return badWord(word);
    else
      return {
        exit: UNSUPPORTED,
        stdout: '',
        stderr: `${NAME} FILE: not supported by Dockwire; supported: standard input\n`,
      };
  }
  return options;
}

function badWord(word: string): ToolResult {
  const what = word.startsWith('--') ? `unrecognized option '${word}'` : `invalid option -- '${word.charAt(1)}'`;
  return { exit: 1, stdout: '', stderr: `${NAME}: ${what}\nTry \`${NAME} -h' for more information.\n` };
}
