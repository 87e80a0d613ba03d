/** `iptables-restore`: reads a whole dump. A table takes effect at its COMMIT, and not at all when a line fails. */
import { lookUpNames } from './build-rule.ts';
import { parseCommand } from './command-parser.ts';
import { lineAnswer } from './help.ts';
import { execute, makesTable } from './execute.ts';
import type { ProgramOption } from './program-options.ts';
import { readProgramOptions, versionResult } from './program-options.ts';
import { errnoRefusal, errorResult, refuse } from './xt-error.ts';
import type { ToolResult, ToolSetting } from './tool.ts';
import { plainSetting } from './tool.ts';
import { isTableName, NfTable, sayPolicy } from './table.ts';
import type { NfTables } from './table.ts';
import { checkChainName } from './command-parser.ts';
import { splitWords } from './words.ts';

export interface RestoreOptions {
  readonly hasCounters: boolean;
  readonly keepsOther: boolean;
  readonly isTest: boolean;
  readonly isVerbose: boolean;
  /** '' for all. */
  readonly table: string;
  /** Where the dump is read from, '' for standard input. */
  readonly file: string;
  /** Of options that do nothing. */
  readonly warning: string;
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
  private readonly setting: ToolSetting;
  /** The table between `*name` and COMMIT, '' outside. */
  private name = '';
  private pending: Pending[] = [];

  constructor(tables: NfTables, options: RestoreOptions, setting: ToolSetting) {
    this.tables = tables;
    this.setting = setting;
    this.options = options;
    this.stderr = options.warning;
  }

  read(text: string): ToolResult {
    const lines = text.split('\n');
    if (lines.at(-1) === '') lines.pop();
    for (const line of lines) {
      this.lineNumber++;
      if (line.startsWith('#') && this.options.isVerbose) this.stdout += `${line}\n`;
      if (line === '' || line.startsWith('#')) continue;
      const failure = this.readLine(line);
      if (failure !== null) return failure;
    }
    if (this.name === '') return { exit: 0, stdout: this.stdout, stderr: this.stderr };
    return this.failed(`COMMIT expected at line ${this.lineNumber + 1}`);
  }

  private failed(text: string): ToolResult {
    return { exit: 1, stdout: this.stdout, stderr: `${this.stderr}${this.setting.program}: ${text}\n` };
  }

  /** How the program ends at this line, null when it goes on. */
  private readLine(line: string): ToolResult | null {
    const isWanted = this.options.table === '' || this.options.table === this.name;
    if (this.name === '' && line.startsWith('*')) this.start(line);
    else if (this.name === '') return this.failed(`line ${this.lineNumber} failed`);
    else if (line.trimEnd() === 'COMMIT') this.commit(isWanted);
    else if (!isWanted) return null;
    else if (line.startsWith(':')) this.readChain(line.slice(1));
    else return this.readRule(line);
    return null;
  }

  private start(line: string): void {
    const name = splitWords(line.slice(1))[0] ?? '';
    if (!isTableName(name)) refuse(`${this.setting.program}: line ${this.lineNumber} table name '${name}' invalid`);
    this.name = name;
    this.pending = [];
  }

  /** `:CHAIN POLICY [packets:bytes]`; a user's chain has the policy `-`. */
  private readChain(text: string): void {
    const [name = '', policy, counters] = text.split(/[ \t]+/);
    if (name === '') refuse(`${this.setting.program}: line ${this.lineNumber} chain name invalid`);
    const isBuiltin = new NfTable(this.name).find(name) !== undefined;
    if (!isBuiltin) checkChainName(name);
    if (policy === undefined || policy === '')
      refuse(`${this.setting.program}: line ${this.lineNumber} policy invalid`);
    const found = /^\[(\d+):(\d+)\]$/.exec(counters ?? '');
    if (this.options.hasCounters && isBuiltin && found === null) {
      refuse(`invalid policy counters for chain '${name}'`);
    }
    this.wait((table) => {
      const chain = table.find(name) ?? table.add(name);
      if (!isBuiltin) chain.rules.splice(0);
      else {
        if (policy !== '-' && policy !== 'ACCEPT' && policy !== 'DROP') errnoRefusal('Bad policy name.');
        const counters = this.options.hasCounters ? [Number(found?.[1]), Number(found?.[2])] : [0, 0];
        table.bringBack(name);
        sayPolicy(chain, policy === '-' ? chain.policy : policy, counters);
      }
      return '';
    });
  }

  private readRule(line: string): ToolResult | null {
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
    // With --noflush the real tool forgets that it was asked for more words.
    const isVerbose = this.options.isVerbose && !this.options.keepsOther;
    const command = parseCommand(
      ['-t', this.name, ...(isVerbose ? ['-v'] : []), ...words],
      this.setting,
      this.setting.program,
    );
    if (command.isForOther) return null;
    const answer = lineAnswer(command, this.setting.program);
    if (answer !== null) return { exit: 0, stdout: `${this.stdout}${answer}`, stderr: this.stderr };
    lookUpNames(command.rule, this.tables.home);
    if (this.options.hasCounters && counters.length === 2 && command.rule.packets === 0) {
      command.rule.packets = Number(counters[0]);
      command.rule.bytes = Number(counters[1]);
    }
    this.stderr += command.warning;
    this.wait((table) => execute(command, table, { isNew: false, names: this.setting.names }), !makesTable(command));
    return null;
  }

  private refuseTable(words: readonly string[]): void {
    const isTable = (word: string, i: number): boolean => {
      return (
        (word === '-t' || word.startsWith('--tab')) && words[i - 1] !== '--comment' && words[i - 1] !== '--log-prefix'
      );
    };
    if (words.some(isTable)) refuse(`The -t option cannot be used in ${this.setting.program}.\n`);
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
    // A table that is only looked at is gone until somebody needs it; so is none that is kept or told of.
    const isLeft = before !== undefined && (this.options.keepsOther || this.options.isVerbose);
    if (!isLeft && this.pending.every(({ makesNone }) => makesNone)) this.tables.forget(name);
    else this.tables.replace(table);
    this.tables.changed();
  }

  /** The line of which the kernel's refusal is told. */
  failedAt = 0;
}

function flushedText(table: NfTable): string {
  const chains = table.chains();
  const flushed = chains.map(({ name }) => `Flushing chain \`${name}'\n`);
  const deleted = chains.flatMap(({ name, isBuiltin }) => (isBuiltin ? [] : [`Deleting chain \`${name}'\n`]));
  return [...flushed, ...deleted].join('');
}

/** `iptables-restore WORDS…` with `input` from the file that they name or from standard input. */
export function iptablesRestore(
  tables: NfTables,
  words: readonly string[],
  input: string,
  setting = plainSetting('iptables-restore'),
): ToolResult {
  const options = readRestoreWords(words, setting.program);
  if ('exit' in options) return options;
  const restorer = new Restorer(tables, options, setting);
  try {
    return restorer.read(input);
  } catch (error) {
    const failure = errorResult(error, setting.program, restorer.lineNumber, restorer.failedAt);
    return { ...failure, stdout: restorer.stdout, stderr: `${restorer.stderr}${failure.stderr}` };
  }
}

const RESTORE_OPTIONS: readonly ProgramOption[] = [
  { letter: 'c', name: 'counters', argument: 'none' },
  { letter: 'v', name: 'verbose', argument: 'none' },
  { letter: 'V', name: 'version', argument: 'none' },
  { letter: 't', name: 'test', argument: 'none' },
  { letter: 'h', name: 'help', argument: 'none' },
  { letter: 'n', name: 'noflush', argument: 'none' },
  { letter: 'M', name: 'modprobe', argument: 'required' },
  { letter: 'T', name: 'table', argument: 'required' },
  { letter: 'w', name: 'wait', argument: 'optional' },
  { letter: 'W', name: 'wait-interval', argument: 'required' },
  { letter: 'b', name: 'binary', argument: 'none' },
];
const USAGE = `[-c] [-v] [-V] [-t] [-h] [-n] [-T table] [-M command] [-4] [-6] [file]
\t   [ --counters ]
\t   [ --verbose ]
\t   [ --version]
\t   [ --test ]
\t   [ --help ]
\t   [ --noflush ]
\t   [ --table=<TABLE> ]
\t   [ --modprobe=<command> ]
\t   [ --ipv4 ]
\t   [ --ipv6 ]
`;

/** What the words behind `iptables-restore` ask for, or how it ends at once. */
export function readRestoreWords(words: readonly string[], program: string): RestoreOptions | ToolResult {
  const { options, operands, mistake } = readProgramOptions(words, RESTORE_OPTIONS);
  const has = (letter: string): boolean => options.some(([each]) => each === letter);
  const ending = options.find(([letter]) => letter === 'V' || letter === 'h');
  const advice = `Try \`${program} -h' for more information.\n`;
  const warning = has('b') ? '-b/--binary option is not implemented\n' : '';
  if (ending !== undefined)
    return ending[0] === 'V' ? versionResult(program) : { exit: 0, stdout: '', stderr: `Usage: ${program} ${USAGE}` };
  if (mistake !== '') return { exit: 1, stdout: '', stderr: `${warning}${program}: ${mistake}\n${advice}` };
  if (operands.length > 1) return { exit: 1, stdout: '', stderr: 'Unknown arguments found on commandline\n' };
  return {
    hasCounters: has('c'),
    keepsOther: has('n'),
    isTest: has('t'),
    isVerbose: has('v'),
    table: options.findLast(([letter]) => letter === 'T')?.[1] ?? '',
    file: operands[0] ?? '',
    warning,
  };
}
