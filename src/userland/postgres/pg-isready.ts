/** pg_isready: whether a server answers at all. */
import type { CheckMistake, ProgramEntry } from '../../kernel/proc/program-registry.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import type { OptionTable } from '../text/options.ts';
import { lackingMistake, readArguments, supportedOptions, unknownMistake } from '../text/options.ts';
import { reportUnsupported } from '../unsupported.ts';
import { applyDatabase, connectDatabase, ConnectionError, environmentOptions, hostShown } from './libpq.ts';

type Steps<T> = Generator<Wait, T, WakeReason>;

const OPTIONS: OptionTable = {
  letters: 'd:h:p:qt:U:V?',
  long: {
    ...{ dbname: 'd:', host: 'h:', port: 'p:', quiet: 'q', timeout: 't:', username: 'U:', version: 'V', help: '?' },
  },
  lacking: ['V', '?'],
};
const FOLDER = '/usr/lib/postgresql/15/bin';
const TRY_HELP = 'pg_isready: hint: Try "pg_isready --help" for more information.\n';
/** PQPING_OK, PQPING_REJECT, PQPING_NO_RESPONSE, PQPING_NO_ATTEMPT */
const ANSWERS = ['accepting connections', 'rejecting connections', 'no response', 'no attempt'];
const NO_RESPONSE = 2;
const NO_ATTEMPT = 3;
const CANNOT_CONNECT_NOW = '57P03';
const TIMEOUT_SECONDS = 3;

function* runIsReady(proc: Process): Steps<number> {
  const args = proc.argv.slice(1);
  const given = readArguments(args, OPTIONS);
  if (given.error !== null) {
    proc.writeError(`${FOLDER}/pg_isready: ${given.error.message}\n${TRY_HELP}`);
    return NO_ATTEMPT;
  }
  const lacking = lackingMistake(args, OPTIONS);
  if (lacking !== undefined) {
    return reportUnsupported(proc, `pg_isready ${args[lacking.argIndex]!}`, supportedOptions(OPTIONS));
  }
  const [extra] = given.operands;
  if (extra !== undefined) {
    proc.writeError(`pg_isready: error: too many command-line arguments (first is "${extra.text}")\n${TRY_HELP}`);
    return NO_ATTEMPT;
  }
  const options = environmentOptions(proc);
  options.timeoutSeconds = TIMEOUT_SECONDS;
  let isQuiet = false;
  for (const { key, value } of given.options) {
    if (key === 'd') applyDatabase(options, value);
    else if (key === 'h') options.host = value;
    else if (key === 'p') options.port = value;
    else if (key === 't') options.timeoutSeconds = Number(value) || 0;
    else if (key === 'U') options.user = value;
    else if (key === 'q') isQuiet = true;
  }
  if (options.user === '') options.user = 'root';
  if (options.database === '') options.database = options.user;
  let exit = 0;
  try {
    yield* (yield* connectDatabase(proc, options, 'pg_isready')).finish();
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
    exit = error.fields?.C === CANNOT_CONNECT_NOW ? 1 : error.isAnswered ? 0 : NO_RESPONSE;
  }
  if (!isQuiet) proc.write(`${hostShown(options)}:${options.port} - ${ANSWERS[exit]!}\n`);
  return exit;
}

function check(args: readonly string[]): CheckMistake | undefined {
  return lackingMistake(args, OPTIONS);
}

export const PG_ISREADY: ProgramEntry = {
  name: 'pg_isready',
  run: runIsReady,
  check,
  refusal: (args) => unknownMistake(args, OPTIONS),
};
