/** redis-server 7.0: its log, its connections, and what is asked of the server itself. */
import { parseIp4 } from '../../base/addr.ts';
import { momentOf } from '../../base/calendar.ts';
import type { ProgramEntry } from '../../kernel/proc/program-registry.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import { TcpSocket } from '../../kernel/socket/tcp/tcp-socket.ts';
import { EventLoop } from '../event-loop.ts';
import { acceptOne, receiveSome, sendAll } from '../stream.ts';
import { formatMoment } from '../text/date-format.ts';
import { commandNames, dataCommand, wrongCount } from './commands.ts';
import { Keyspace } from './keyspace.ts';
import type { Reply } from './resp.ts';
import { array, bulk, failure, integer, OK, replyBytes, RespError, RespReader, status } from './resp.ts';

type Steps<T> = Generator<Wait, T, WakeReason>;

const VERSION = '7.0.15';
const BACKLOG = 511;
const DATABASES = 16;
const LOOPBACK = 127;

const DENIED =
  'DENIED Redis is running in protected mode because protected mode is enabled and no password is set for ' +
  'the default user. In this mode connections are only accepted from the loopback interface. If you want to ' +
  'connect from external computers to Redis you may adopt one of the following solutions: 1) Just disable ' +
  "protected mode sending the command 'CONFIG SET protected-mode no' from the loopback interface by " +
  'connecting to Redis from the same host the server is running, however MAKE SURE Redis is not publicly ' +
  'accessible from internet if you do so. Use CONFIG REWRITE to make this change permanent. 2) Alternatively' +
  ' you can just disable the protected mode by editing the Redis configuration file, and setting the ' +
  "protected mode option to 'no', and then restarting the server. 3) If you started the server manually just" +
  " for testing, restart it with the '--protected-mode no' option. 4) Setup a an authentication password for" +
  ' the default user. NOTE: You only need to do one of the above things in order for the server to start ' +
  'accepting connections from the outside.';

/** What configuration and command line may say; other directives are kept without effect. */
interface Settings {
  port: number;
  bind: string;
  isProtected: boolean;
  password: string;
  configFile: string;
}

function readSettings(proc: Process): Settings {
  const words = proc.argv.slice(1);
  const settings: Settings = { port: 6379, bind: '', isProtected: true, password: '', configFile: '' };
  if (words[0] !== undefined && !words[0].startsWith('-')) {
    settings.configFile = words.shift()!;
    for (const line of (proc.readFile(settings.configFile) ?? '').split('\n')) {
      const [name = '', ...values] = line.trim().split(/\s+/);
      if (!name.startsWith('#')) applySetting(settings, name, values.join(' '));
    }
  }
  for (let i = 0; i < words.length; i++) {
    if (words[i]!.startsWith('--')) applySetting(settings, words[i]!.slice(2), words[i + 1] ?? '');
  }
  return settings;
}

function applySetting(settings: Settings, name: string, value: string): void {
  const plain = value.replace(/^"(.*)"$/, '$1');
  if (name === 'port') settings.port = Number(plain);
  else if (name === 'bind') settings.bind = plain.split(/\s+/).find((each) => parseIp4(each) !== undefined) ?? '';
  else if (name === 'protected-mode') settings.isProtected = plain !== 'no';
  else if (name === 'requirepass') settings.password = plain;
}

class RedisServer {
  private readonly proc: Process;
  private readonly settings: Settings;
  private readonly loop: EventLoop;
  private readonly databases: readonly Keyspace[];
  private isShutDown = false;
  private connections = 0;
  private commands = 0;

  constructor(proc: Process) {
    this.proc = proc;
    this.settings = readSettings(proc);
    this.loop = new EventLoop(proc);
    this.databases = Array.from({ length: DATABASES }, () => new Keyspace(() => this.nowMs));
  }

  private get nowMs(): number {
    return Math.floor(this.proc.now / 1e6);
  }

  *run(): Steps<number> {
    const { proc } = this;
    const socket = new TcpSocket(proc.ns);
    try {
      this.log('C', '#', 'oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo');
      const build = `bits=64, commit=00000000, modified=0, pid=${proc.ownPid}`;
      this.log('C', '#', `Redis version=${VERSION}, ${build}, just started`);
      this.log('C', '#', this.configurationLine());
      this.log('M', '*', 'monotonic clock: POSIX clock_gettime');
      if (!this.listen(socket)) return 1;
      this.log('M', '*', `Running mode=standalone, port=${this.settings.port}.`);
      this.log('M', '#', 'Server initialized');
      this.log('M', '*', 'Ready to accept connections');
      for (const signal of ['SIGTERM', 'SIGINT'] as const) {
        proc.onSignal(signal, () => {
          this.log('S', '#', `Received ${signal} scheduling shutdown...`, true);
          this.shutDown();
        });
      }
      this.loop.add(this.acceptAll(socket));
      yield* this.loop.run(() => this.isShutDown);
      return 0;
    } finally {
      socket.close();
    }
  }

  private configurationLine(): string {
    if (this.proc.argv.length > 1) return 'Configuration loaded';
    return (
      'Warning: no config file specified, using the default config. In order to specify a config file use ' +
      `${this.proc.argv[0]!} /path/to/redis.conf`
    );
  }

  private listen(socket: TcpSocket): boolean {
    socket.owner = { name: 'redis-server', pid: this.proc.pid, descriptor: 6 };
    socket.setReuseAddress(true);
    const { bind, port } = this.settings;
    const errno = socket.bind(parseIp4(bind === '' ? '0.0.0.0' : bind)!, port) || socket.listen(BACKLOG);
    if (errno === '') return true;
    const why = errno === 'EADDRINUSE' ? 'bind: Address already in use' : 'bind: Cannot assign requested address';
    const where = bind === '' ? '*' : bind;
    this.log('M', '#', `Warning: Could not create server TCP listening socket ${where}:${port}: ${why}`);
    this.log('M', '#', 'Failed listening on port 6379 (TCP), aborting.'.replace('6379', String(port)));
    return false;
  }

  private shutDown(): void {
    this.log('M', '#', 'User requested shutdown...');
    this.log('M', '#', 'Redis is now ready to exit, bye bye...');
    this.isShutDown = true;
  }

  /** `1:M 28 Nov 2026 19:13:19.329 * text`; a handler of a signal says `signal-handler` and seconds instead. */
  private log(role: string, level: string, text: string, isSignal = false): void {
    const { proc } = this;
    const exact = proc.epochSeconds + proc.now / 1e9;
    const seconds = Math.floor(exact);
    if (isSignal) {
      proc.write(`${proc.ownPid}:signal-handler (${seconds}) ${text}\n`);
      return;
    }
    const date = formatMoment('%d %b %Y %H:%M:%S', momentOf(seconds, 0));
    const milliseconds = String(Math.floor((exact - seconds) * 1000)).padStart(3, '0');
    proc.write(`${proc.ownPid}:${role} ${date}.${milliseconds} ${level} ${text}\n`);
  }

  private *acceptAll(listener: TcpSocket): Steps<void> {
    for (;;) {
      const peer = yield* acceptOne(this.proc, listener);
      if (typeof peer === 'string') continue;
      peer.owner = { name: 'redis-server', pid: this.proc.pid, descriptor: 8 };
      this.loop.add(this.converse(peer));
    }
  }

  private *converse(peer: TcpSocket): Steps<void> {
    this.connections++;
    try {
      const isLocal = peer.remoteAddress >>> 24 === LOOPBACK || peer.remoteAddress === peer.localAddress;
      if (this.settings.isProtected && this.settings.bind === '' && this.settings.password === '' && !isLocal) {
        yield* sendAll(this.proc, peer, replyBytes(failure(DENIED)));
        return;
      }
      peer.setNoDelay(true);
      yield* this.answerAll(peer);
    } finally {
      this.connections--;
      peer.close();
    }
  }

  private *answerAll(peer: TcpSocket): Steps<void> {
    const reader = new RespReader();
    const session = new Session(this.settings.password === '');
    while (!session.isOver && !this.isShutDown) {
      const got = yield* receiveSome(this.proc, peer);
      if (typeof got === 'string' || got.length === 0) return;
      reader.add(got);
      try {
        for (let words = reader.request(); words !== null; words = reader.request()) {
          if (words.length === 0) continue;
          this.commands++;
          const reply = this.answer(session, words);
          if (reply === null || (yield* sendAll(this.proc, peer, replyBytes(reply))) !== '') return;
        }
      } catch (error) {
        if (!(error instanceof RespError)) throw error;
        yield* sendAll(this.proc, peer, replyBytes(failure(`ERR Protocol error: ${error.message}`)));
        return;
      }
    }
  }

  /** Null when the connection ends without an answer. */
  private answer(session: Session, words: readonly string[]): Reply | null {
    const name = words[0]!.toLowerCase();
    if (!session.isAuthenticated && !['auth', 'hello', 'quit'].includes(name)) {
      return failure('NOAUTH Authentication required.');
    }
    if (name === 'shutdown') {
      this.shutDown();
      return null;
    }
    const own = this.serverCommand(session, name, words);
    const reply = own ?? dataCommand(this.databases[session.database]!, words, this.nowMs);
    if (reply !== undefined) return reply;
    const shown = words.slice(1).map((word) => `'${word}' `);
    return failure(`ERR unknown command '${words[0]!}', with args beginning with: ${shown.join('')}`);
  }

  private serverCommand(session: Session, name: string, words: readonly string[]): Reply | undefined {
    const [, first, second] = words;
    switch (name) {
      case 'ping':
        return wrongCount(name, Math.max(words.length, 2), 2) ?? (first === undefined ? status('PONG') : bulk(first));
      case 'echo':
        return wrongCount(name, words.length, 2) ?? bulk(first!);
      case 'quit':
        session.isOver = true;
        return OK;
      case 'select':
        return this.select(session, first ?? '');
      case 'auth':
        return this.authenticate(session, words);
      case 'info':
        return bulk(this.info(first?.toLowerCase() ?? ''));
      case 'time':
        return array([bulk(String(Math.floor(this.proc.epochSeconds + this.proc.now / 1e9))), bulk('0')]);
      case 'config':
        return this.config(first ?? '', second ?? '');
      case 'client':
        return first?.toLowerCase() === 'id' ? integer(1) : OK;
      case 'command':
        return first?.toLowerCase() === 'count' ? integer(commandNames().length) : array([]);
      default:
        return undefined;
    }
  }

  private select(session: Session, text: string): Reply {
    const index = Number(text);
    if (!/^-?\d+$/.test(text)) return failure('ERR value is not an integer or out of range');
    if (index < 0 || index >= DATABASES) return failure('ERR DB index is out of range');
    session.database = index;
    return OK;
  }

  private authenticate(session: Session, words: readonly string[]): Reply {
    if (this.settings.password === '') {
      return failure(
        'ERR AUTH <password> called without any password configured for the default user. Are you sure your ' +
          'configuration is correct?',
      );
    }
    if (words.at(-1) !== this.settings.password) {
      return failure('WRONGPASS invalid username-password pair or user is disabled.');
    }
    session.isAuthenticated = true;
    return OK;
  }

  private config(verb: string, name: string): Reply {
    if (verb.toLowerCase() !== 'get') return OK;
    const known: Readonly<Record<string, string>> = {
      port: String(this.settings.port),
      bind: this.settings.bind,
      'protected-mode': this.settings.isProtected ? 'yes' : 'no',
      databases: String(DATABASES),
    };
    const value = known[name.toLowerCase()];
    return array(value === undefined ? [] : [bulk(name), bulk(value)]);
  }

  /** The sections that people look at, short. */
  private info(section: string): string {
    const uptime = Math.floor((this.proc.now - this.proc.startedNs) / 1e9);
    const databases = this.databases.flatMap((keys, i) => {
      const count = keys.keys().length;
      return count === 0 ? [] : [`db${i}:keys=${count},expires=${keys.expiring},avg_ttl=0`];
    });
    const sections: Readonly<Record<string, readonly string[]>> = {
      Server: [
        `redis_version:${VERSION}`,
        'redis_mode:standalone',
        'arch_bits:64',
        `process_id:${this.proc.ownPid}`,
        `tcp_port:${this.settings.port}`,
        `uptime_in_seconds:${uptime}`,
        `config_file:${this.settings.configFile}`,
      ],
      Clients: [`connected_clients:${this.connections}`],
      Stats: [`total_commands_processed:${this.commands}`],
      Replication: ['role:master', 'connected_slaves:0'],
      Keyspace: databases,
    };
    return Object.entries(sections)
      .filter(([name]) => section === '' || name.toLowerCase() === section)
      .map(([name, lines]) => [`# ${name}`, ...lines].map((line) => `${line}\r\n`).join(''))
      .join('\r\n');
  }
}

/** What a connection has said of itself. */
class Session {
  database = 0;
  isAuthenticated: boolean;
  isOver = false;

  constructor(isAuthenticated: boolean) {
    this.isAuthenticated = isAuthenticated;
  }
}

function* runServer(proc: Process): Steps<number> {
  if (['--version', '-v'].includes(proc.argv[1] ?? '')) {
    proc.write(`Redis server v=${VERSION} sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=ae4d7c971a948f0\n`);
    return 0;
  }
  return yield* new RedisServer(proc).run();
}

export const REDIS_SERVER: ProgramEntry = { name: 'redis-server', run: runServer };
