/** redis-cli 7.0: one command, or commands from standard input; replies raw or, with --no-raw, as on a terminal. */
import { errorText } from '../../kernel/errno.ts';
import type { CheckMistake, ProgramEntry } from '../../kernel/proc/program-registry.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import { TcpSocket } from '../../kernel/socket/tcp/tcp-socket.ts';
import { SECOND } from '../../sim/units.ts';
import { readAllInput } from '../input.ts';
import { resolveHost } from '../resolve.ts';
import { connectTo, receiveSome, sendAll } from '../stream.ts';
import { ToolError, giveUp } from '../tool-error.ts';
import { reportUnsupported } from '../unsupported.ts';
import type { Reply } from './resp.ts';
import { requestBytes, RespReader } from './resp.ts';

type Steps<T> = Generator<Wait, T, WakeReason>;

interface CliOptions {
  host: string;
  port: number;
  password: string;
  database: number;
  repeat: number;
  intervalSeconds: number;
  isRaw: boolean;
  readsLast: boolean;
  exitsOnError: boolean;
  words: readonly string[];
}

const VALUES: Readonly<Record<string, (options: CliOptions, value: string) => void>> = {
  '-h': (options, value) => (options.host = value),
  '-p': (options, value) => (options.port = Number(value)),
  '-a': (options, value) => (options.password = value),
  '--pass': (options, value) => (options.password = value),
  '-n': (options, value) => (options.database = Number(value)),
  '-r': (options, value) => (options.repeat = Number(value)),
  '-i': (options, value) => (options.intervalSeconds = Number(value)),
};
const FLAGS: Readonly<Record<string, (options: CliOptions) => void>> = {
  '--raw': (options) => (options.isRaw = true),
  '--no-raw': (options) => (options.isRaw = false),
  '--no-auth-warning': () => undefined,
  '-2': () => undefined,
  '-x': (options) => (options.readsLast = true),
  '-e': (options) => (options.exitsOnError = true),
};
const LACKING_VALUES = ['-s', '--user', '-u', '-D', '-d', '--sni', '--cacert', '--cert', '--key', '--pattern'];
const LACKING_FLAGS = [
  ...['--askpass', '-3', '-X', '-c', '--tls', '--insecure', '--quoted-input', '--csv', '--json', '--quoted-json'],
  ...['--stat', '--latency', '--scan', '--bigkeys', '--memkeys', '--hotkeys', '--pipe', '--rdb', '--eval', '--cluster'],
  ...['--help', '--version', '-v'],
];

/** Where the first option stands that Dockwire lacks. */
function lackingAt(args: readonly string[]): number {
  for (let i = 0; i < args.length && args[i]!.startsWith('-'); i++) {
    if (LACKING_FLAGS.includes(args[i]!) || LACKING_VALUES.includes(args[i]!)) return i;
    if (VALUES[args[i]!] !== undefined) i++;
  }
  return -1;
}

function readOptions(args: readonly string[]): CliOptions {
  const options: CliOptions = {
    host: '127.0.0.1',
    port: 6379,
    password: '',
    database: 0,
    repeat: 1,
    intervalSeconds: 0,
    isRaw: true,
    readsLast: false,
    exitsOnError: false,
    words: [],
  };
  let at = 0;
  for (; at < args.length && args[at]!.startsWith('-'); at++) {
    const name = args[at]!;
    const value = args[at + 1];
    if (FLAGS[name] !== undefined) FLAGS[name](options);
    else if (VALUES[name] !== undefined && value !== undefined) {
      VALUES[name](options, value);
      at++;
    } else throw new ToolError(`Unrecognized option or bad number of args for: '${name}'`, 1);
  }
  options.words = args.slice(at);
  return options;
}

function* runCli(proc: Process): Steps<number> {
  const args = proc.argv.slice(1);
  const lacking = lackingAt(args);
  const supported = [...Object.keys(VALUES), ...Object.keys(FLAGS)];
  if (lacking >= 0) return reportUnsupported(proc, `redis-cli ${args[lacking]!}`, supported);
  const socket = new TcpSocket(proc.ns);
  socket.owner = { name: 'redis-cli', pid: proc.pid };
  try {
    const options = readOptions(args);
    yield* connect(proc, socket, options);
    return yield* new Cli(proc, socket, options).run();
  } catch (error) {
    return giveUp(proc, error);
  } finally {
    socket.close();
  }
}

function* connect(proc: Process, socket: TcpSocket, { host, port }: CliOptions): Steps<void> {
  const fail = (why: string): never => {
    throw new ToolError(`Could not connect to Redis at ${host}:${port}: ${why}`, 1);
  };
  const entry = yield* resolveHost(proc, host);
  if (typeof entry === 'string') return fail(entry);
  const errno = yield* connectTo(proc, socket, entry.address, port);
  if (errno !== '') fail(errorText(errno));
  socket.setNoDelay(true);
  socket.setKeepalive(true, 15, 5, 3);
}

class Cli {
  private readonly proc: Process;
  private readonly socket: TcpSocket;
  private readonly options: CliOptions;
  private readonly reader = new RespReader();
  private hasFailed = false;

  constructor(proc: Process, socket: TcpSocket, options: CliOptions) {
    this.proc = proc;
    this.socket = socket;
    this.options = options;
  }

  *run(): Steps<number> {
    const { password, database, words, readsLast } = this.options;
    if (password !== '') yield* this.ask(['AUTH', password]);
    if (database !== 0) yield* this.ask(['SELECT', String(database)]);
    if (words.length > 0) {
      const last = readsLast ? [yield* readAllInput(this.proc)] : [];
      yield* this.repeat([...words, ...last]);
    } else {
      for (const line of (yield* readAllInput(this.proc)).split('\n')) {
        const typed = wordsOf(line);
        if (typed.length > 0) yield* this.repeat(typed);
      }
    }
    return this.hasFailed ? 1 : 0;
  }

  private *repeat(words: readonly string[]): Steps<void> {
    const { repeat, intervalSeconds, isRaw } = this.options;
    for (let i = 0; i < repeat; i++) {
      const reply = yield* this.ask(words);
      if (reply === null) return;
      if (reply.kind === 'error' && this.options.exitsOnError) {
        this.hasFailed = true;
        this.proc.writeError(`${reply.text}\n`);
        return;
      }
      this.proc.write(isRaw ? rawText(reply) : formattedText(reply));
      if (intervalSeconds > 0) yield this.proc.sleep(Math.round(intervalSeconds * SECOND));
    }
  }

  /** Null when the server has closed the connection because it was told to end. */
  private *ask(words: readonly string[]): Steps<Reply | null> {
    const errno = yield* sendAll(this.proc, this.socket, requestBytes(words));
    for (;;) {
      const reply = this.reader.reply();
      if (reply !== null) return reply;
      const got = yield* receiveSome(this.proc, this.socket);
      if (typeof got !== 'string' && got.length > 0) {
        this.reader.add(got);
        continue;
      }
      if (words[0]!.toLowerCase() === 'shutdown') return null;
      const why = typeof got === 'string' ? errorText(got) : 'Server closed the connection';
      throw new ToolError(`Error: ${errno === '' ? why : errorText(errno)}`, 1);
    }
  }
}

/** Words of a line; quotes hold blanks together. */
function wordsOf(line: string): string[] {
  const words = line.match(/"[^"]*"|'[^']*'|\S+/g) ?? [];
  return words.map((word) => word.replace(/^(["'])(.*)\1$/, '$2'));
}

/** As in a pipe. */
function rawText(reply: Reply): string {
  switch (reply.kind) {
    case 'array':
      return reply.items.length === 0 ? '\n' : reply.items.map(rawText).join('');
    case 'nil':
      return '\n';
    case 'integer':
      return `${reply.value}\n`;
    case 'error':
      return `${reply.text}\n\n`;
    case 'status':
    case 'bulk':
      return `${reply.text}\n`;
  }
}

/** As on a terminal. */
function formattedText(reply: Reply, indent = ''): string {
  switch (reply.kind) {
    case 'array':
      return arrayText(reply.items, indent);
    case 'nil':
      return '(nil)\n';
    case 'integer':
      return `(integer) ${reply.value}\n`;
    case 'error':
      return `(error) ${reply.text}\n`;
    case 'status':
      return `${reply.text}\n`;
    case 'bulk':
      return `${JSON.stringify(reply.text)}\n`;
  }
}

function arrayText(items: readonly Reply[], indent: string): string {
  if (items.length === 0) return '(empty array)\n';
  const width = String(items.length).length;
  return items
    .map((item, i) => {
      const number = `${String(i + 1).padStart(width)}) `;
      const inner = formattedText(item, indent + ' '.repeat(number.length));
      return (i === 0 ? '' : indent) + number + inner;
    })
    .join('');
}

function check(args: readonly string[]): CheckMistake | undefined {
  const at = lackingAt(args);
  if (at < 0) return undefined;
  return { argIndex: at, message: `option ${args[at]!} is not supported by Dockwire` };
}

export const REDIS_CLI: ProgramEntry = { name: 'redis-cli', run: runCli, check };
