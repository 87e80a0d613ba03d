/** psql: statements of `-c` or of standard input, their results as tables. */
import { BodyReader, messageBytes, readErrorFields } from './protocol.ts';
import type { ErrorFields } from './protocol.ts';
import type { ProgramEntry } from '../../kernel/proc/program-registry.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import { readAllInput } from '../input.ts';
import type { OptionTable } from '../text/options.ts';
import { lackingMistake, readArguments, supportedOptions, unknownMistake } from '../text/options.ts';
import { giveUp, ToolError } from '../tool-error.ts';
import { reportUnsupported } from '../unsupported.ts';
import type { Connection, ConnectionOptions } from './libpq.ts';
import { applyDatabase, connectDatabase, ConnectionError, environmentOptions } from './libpq.ts';
import type { Table } from './table.ts';
import { tableText } from './table.ts';

type Steps<T> = Generator<Wait, T, WakeReason>;

const OPTIONS: OptionTable = {
  letters: 'aAbc:d:eEf:F:h:HlL:no:p:P:qR:sStT:U:v:VwWxXz01?',
  long: {
    ...{ 'echo-all': 'a', 'no-align': 'A', command: 'c:', dbname: 'd:', 'echo-queries': 'e', 'echo-errors': 'b' },
    ...{ 'echo-hidden': 'E', file: 'f:', 'field-separator': 'F:', host: 'h:', html: 'H', list: 'l', output: 'o:' },
    ...{ 'log-file': 'L:', 'no-readline': 'n', port: 'p:', pset: 'P:', quiet: 'q', 'record-separator': 'R:' },
    ...{ 'single-step': 's', 'single-line': 'S', 'tuples-only': 't', 'table-attr': 'T:', username: 'U:', set: 'v:' },
    ...{ variable: 'v:', version: 'V', 'no-password': 'w', password: 'W', expanded: 'x', 'no-psqlrc': 'X', csv: 'csv' },
    ...{ 'field-separator-zero': 'z', 'record-separator-zero': '0', 'single-transaction': '1', help: '?' },
  },
  lacking: ['csv', ...'a b e E f F H l L n o P R s S T v V W x z 0 1 ?'.split(' ')],
};
const FOLDER = '/usr/lib/postgresql/15/bin';
const EXIT_CONNECTION = 2;
const LOST =
  'server closed the connection unexpectedly\n' +
  '\tThis probably means the server terminated abnormally\n' +
  '\tbefore or while processing the request.\n' +
  'psql: error: connection to server was lost';

interface PsqlOptions {
  readonly connection: ConnectionOptions;
  readonly commands: readonly string[];
  readonly isAligned: boolean;
  readonly isTuplesOnly: boolean;
  readonly isQuiet: boolean;
}

function readOptions(proc: Process): PsqlOptions {
  const { options, operands, error } = readArguments(proc.argv.slice(1), OPTIONS);
  if (error !== null) {
    const hint = 'psql: hint: Try "psql --help" for more information.';
    throw new ToolError(`${FOLDER}/psql: ${error.message}\n${hint}`, 1);
  }
  const connection = environmentOptions(proc);
  for (const { key, value } of options) {
    if (key === 'd') applyDatabase(connection, value);
    else if (key === 'h') connection.host = value;
    else if (key === 'p') connection.port = value;
    else if (key === 'U') connection.user = value;
  }
  const [database, user] = operands.map(({ text }) => text);
  if (database !== undefined) applyDatabase(connection, database);
  if (user !== undefined) connection.user = user;
  if (connection.user === '') connection.user = 'root';
  if (connection.database === '') connection.database = connection.user;
  const has = (letter: string): boolean => options.some(({ key }) => key === letter);
  return {
    connection,
    commands: options.filter(({ key }) => key === 'c').map(({ value }) => value),
    isAligned: !has('A'),
    isTuplesOnly: has('t'),
    isQuiet: has('q'),
  };
}

function* runPsql(proc: Process): Steps<number> {
  const args = proc.argv.slice(1);
  const lacking = lackingMistake(args, OPTIONS);
  if (lacking !== undefined) {
    return reportUnsupported(proc, `psql ${args[lacking.argIndex]!}`, supportedOptions(OPTIONS));
  }
  let connection: Connection | null = null;
  try {
    const options = readOptions(proc);
    connection = yield* connectDatabase(proc, options.connection, 'psql');
    const client = new Client(proc, options, connection);
    const fromInput = options.commands.length === 0;
    const statements = fromInput ? statementsOf(yield* readAllInput(proc)) : options.commands;
    let isFine = true;
    for (const statement of statements) {
      if (statement.startsWith('\\')) {
        return reportUnsupported(proc, `psql: ${statement}`, ['SQL']);
      }
      isFine = yield* client.run(statement);
    }
    yield* connection.finish();
    return isFine || fromInput ? 0 : 1;
  } catch (error) {
    if (!(error instanceof ConnectionError)) return giveUp(proc, error);
    proc.writeError(`psql: error: ${error.message}\n`);
    return EXIT_CONNECTION;
  } finally {
    connection?.close();
  }
}

/** Statements end with a semicolon; commands of psql itself with their line. */
function statementsOf(input: string): string[] {
  const found = input.match(/\\[^\n]*|(?:'[^']*'|"[^"]*"|[^;'"])+;?/g) ?? [];
  return found.map((text) => text.trim()).filter((text) => text !== '');
}

class Client {
  private readonly proc: Process;
  private readonly options: PsqlOptions;
  private readonly connection: Connection;

  constructor(proc: Process, options: PsqlOptions, connection: Connection) {
    this.proc = proc;
    this.options = options;
    this.connection = connection;
  }

  /** Whether all went well. */
  *run(query: string): Steps<boolean> {
    yield* this.connection.send(messageBytes('Q', [query]));
    let table: Table | null = null;
    let isFine = true;
    for (;;) {
      const message = yield* this.connection.next();
      if (message === null || typeof message === 'string') throw new ToolError(LOST, EXIT_CONNECTION);
      const body = new BodyReader(message.body);
      if (message.type === 'Z') return isFine;
      if (message.type === 'T') table = { columns: columnsOf(body), rows: [] };
      else if (message.type === 'D') table?.rows.push(cellsOf(body));
      else if (message.type === 'C') {
        this.show(table, body.string() ?? '');
        table = null;
      } else if (message.type === 'E') {
        isFine = false;
        this.proc.writeError(errorReport(readErrorFields(message.body), query));
      }
    }
  }

  private show(table: Table | null, tag: string): void {
    if (table !== null) this.proc.write(tableText(table, this.options));
    else if (!this.options.isQuiet) this.proc.write(`${tag}\n`);
  }
}

function columnsOf(body: BodyReader): Table['columns'] {
  return Array.from({ length: body.int(2) }, () => {
    const name = body.string() ?? '';
    body.int(4);
    body.int(2);
    const type = body.int(4);
    body.int(2);
    body.int(4);
    body.int(2);
    return { name, type };
  });
}

function cellsOf(body: BodyReader): string[] {
  return Array.from({ length: body.int(2) }, () => {
    const length = body.int(4);
    return length < 0 ? '' : body.text(length);
  });
}

/** Twin of pqBuildErrorMessage3: what is wrong, and where in the query. */
function errorReport(fields: ErrorFields, query: string): string {
  const lines = [`${fields.S ?? ''}:  ${fields.M ?? ''}`];
  const position = Number(fields.P ?? 0);
  if (position > 0) {
    const before = Array.from(query)
      .slice(0, position - 1)
      .join('')
      .split('\n');
    const head = `LINE ${before.length}: `;
    lines.push(head + query.split('\n')[before.length - 1]!);
    lines.push(`${' '.repeat(head.length + Array.from(before.at(-1)!).length)}^`);
  }
  if (fields.D !== undefined) lines.push(`DETAIL:  ${fields.D}`);
  if (fields.H !== undefined) lines.push(`HINT:  ${fields.H}`);
  return lines.map((line) => `${line}\n`).join('');
}

export const PSQL: ProgramEntry = {
  name: 'psql',
  run: runPsql,
  check: (args) => lackingMistake(args, OPTIONS),
  refusal: (args) => unknownMistake(args, OPTIONS),
};
