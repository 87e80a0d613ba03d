/** What psql and pg_isready have of libpq: a connection, with its complaints. */
import { formatIp4 } from '../../base/addr.ts';
import type { Errno } from '../../kernel/errno.ts';
import { errorText } from '../../kernel/errno.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import { TcpSocket } from '../../kernel/socket/tcp/tcp-socket.ts';
import { SECOND } from '../../sim/units.ts';
import { resolveHost } from '../resolve.ts';
import { connectTo, receiveSome, sendAll } from '../stream.ts';
import type { ErrorFields, Message } from './protocol.ts';
import {
  BodyReader,
  LengthError,
  messageBytes,
  MessageReader,
  PROTOCOL_3,
  readErrorFields,
  SSL_REQUEST,
} from './protocol.ts';

type Steps<T> = Generator<Wait, T, WakeReason>;

export interface ConnectionOptions {
  /** '' for the socket in the file system. */
  host: string;
  port: string;
  user: string;
  database: string;
  password: string;
  /** 0 for none. */
  timeoutSeconds: number;
}

const SOCKET_FOLDER = '/var/run/postgresql';
const LOOPBACK_ADDRESS = 0x7f00_0001;
const PORT_MAX = 65_535;
const LOST =
  'server closed the connection unexpectedly\n' +
  '\tThis probably means the server terminated abnormally\n' +
  '\tbefore or while processing the request.';
const NOT_RUNNING = '\tIs the server running on that host and accepting TCP/IP connections?';
const NOT_RUNNING_HERE = '\tIs the server running locally and accepting connections on that socket?';
const CLEARTEXT_PASSWORD = 3;

/** Why there is no connection; `fields` when the server has said so, `isUnasked` when nobody could be asked. */
export class ConnectionError extends Error {
  readonly fields: ErrorFields | null;
  readonly isAnswered: boolean;

  constructor(message: string, fields: ErrorFields | null = null, isAnswered = fields !== null) {
    super(message);
    this.fields = fields;
    this.isAnswered = isAnswered;
  }
}

/** Where the server is, as the tools show it. */
export function hostShown({ host }: Pick<ConnectionOptions, 'host'>): string {
  return host === '' ? SOCKET_FOLDER : host;
}

/** What the environment says: PGHOST, PGPORT and so on. */
export function environmentOptions(proc: Process): ConnectionOptions {
  const variable = (name: string): string => proc.env.get(name) ?? '';
  return {
    host: variable('PGHOST'),
    port: variable('PGPORT') || '5432',
    user: variable('PGUSER'),
    database: variable('PGDATABASE'),
    password: variable('PGPASSWORD'),
    timeoutSeconds: Number(variable('PGCONNECT_TIMEOUT')) || 0,
  };
}

const KEYWORDS: Readonly<Record<string, (options: ConnectionOptions, value: string) => void>> = {
  host: (options, value) => (options.host = value),
  hostaddr: (options, value) => (options.host = value),
  port: (options, value) => (options.port = value),
  user: (options, value) => (options.user = value),
  dbname: (options, value) => (options.database = value),
  password: (options, value) => (options.password = value),
  connect_timeout: (options, value) => (options.timeoutSeconds = Number(value) || 0),
};

/** What `-d` says: a name, `host=… user=…`, or `postgresql://user:password@host:port/database?…`. */
export function applyDatabase(options: ConnectionOptions, text: string): void {
  const uri = /^postgres(?:ql)?:\/\/(?:([^:@/]*)(?::([^@/]*))?@)?([^:/?]*)(?::(\d+))?(?:\/([^?]*))?(?:\?(.*))?$/.exec(
    text,
  );
  if (uri !== null) {
    const [, user, password, host, port, dbname, more = ''] = uri;
    for (const [name, value] of Object.entries({ user, password, host, port, dbname })) {
      if (value !== undefined && value !== '') KEYWORDS[name]!(options, decodeURIComponent(value));
    }
    for (const pair of more.split('&')) {
      const [name = '', value = ''] = pair.split('=');
      KEYWORDS[name]?.(options, decodeURIComponent(value));
    }
  } else if (text.includes('=')) {
    for (const [, name, quoted, plain] of text.matchAll(/(\w+)\s*=\s*(?:'([^']*)'|(\S*))/g)) {
      KEYWORDS[name!]?.(options, quoted ?? plain ?? '');
    }
  } else options.database = text;
}

/** A connection that stands: ready for queries. */
export class Connection {
  private readonly proc: Process;
  private readonly socket: TcpSocket;
  private readonly reader = new MessageReader();

  constructor(proc: Process, socket: TcpSocket) {
    this.proc = proc;
    this.socket = socket;
  }

  /** The next message; null when the server has gone. */
  *next(untilNs = Infinity): Steps<Message | null | Errno> {
    try {
      for (let message = this.reader.message(); ; message = this.reader.message()) {
        if (message !== null) return message;
        const got = yield* receiveSome(this.proc, this.socket, untilNs);
        if (typeof got === 'string') return got;
        if (got.length === 0) return null;
        this.reader.add(got);
      }
    } catch (error) {
      if (!(error instanceof LengthError)) throw error;
      return null;
    }
  }

  *send(bytes: Uint8Array): Steps<Errno> {
    return yield* sendAll(this.proc, this.socket, bytes);
  }

  /** Says farewell. */
  *finish(): Steps<void> {
    yield* this.send(messageBytes('X', []));
    this.socket.close();
  }

  close(): void {
    this.socket.close();
  }

  /** From the request for encryption to ReadyForQuery. */
  *start(options: ConnectionOptions, application: string, untilNs: number): Steps<void> {
    yield* this.send(messageBytes('', [[SSL_REQUEST, 4]]));
    yield* this.encryptionRefused(untilNs);
    const { user, database } = options;
    const said = ['user', user, 'database', database, 'application_name', application];
    yield* this.send(messageBytes('', [[PROTOCOL_3, 4], ...said, [0, 1]]));
    for (;;) {
      const message = yield* this.next(untilNs);
      if (message === null || typeof message === 'string') throw new ConnectionError(lossText(message));
      if (message.type === 'Z') return;
      if (message.type === 'E') {
        const fields = readErrorFields(message.body);
        throw new ConnectionError(`${fields.S ?? ''}:  ${fields.M ?? ''}`, fields);
      }
      if (message.type === 'R') yield* this.authenticate(new BodyReader(message.body).int(4), options.password);
    }
  }

  private *encryptionRefused(untilNs: number): Steps<void> {
    let answer = this.reader.byte();
    while (answer === null) {
      const got = yield* receiveSome(this.proc, this.socket, untilNs);
      if (typeof got === 'string' || got.length === 0)
        throw new ConnectionError(lossText(typeof got === 'string' ? got : null));
      this.reader.add(got);
      answer = this.reader.byte();
    }
    const letter = String.fromCharCode(answer);
    if (letter !== 'N') throw new ConnectionError(`received invalid response to SSL negotiation: ${letter}`);
  }

  private *authenticate(method: number, password: string): Steps<void> {
    if (method === 0) return;
    if (password === '') throw new ConnectionError('fe_sendauth: no password supplied', null, true);
    if (method !== CLEARTEXT_PASSWORD) {
      throw new ConnectionError(`authentication method ${method} not supported`, null, true);
    }
    yield* this.send(messageBytes('p', [password]));
  }
}

function lossText(errno: Errno | null): string {
  if (errno === null) return LOST;
  return errno === 'EAGAIN' ? 'timeout expired' : `could not receive data from server: ${errorText(errno)}`;
}

/** PQconnectdb: to the first address that takes a connection; what it throws has the complaints of all. */
export function* connectDatabase(proc: Process, options: ConnectionOptions, application: string): Steps<Connection> {
  const { host } = options;
  const port = portOf(options.port);
  const entry = yield* resolveHost(proc, host === '' ? '127.0.0.1' : host);
  if (typeof entry === 'string')
    throw new ConnectionError(`could not translate host name "${host}" to address: ${entry}`);
  const complaints: string[] = [];
  for (const address of host === '' ? [LOOPBACK_ADDRESS] : entry.addresses) {
    const shown = entry.isNumeric || formatIp4(address) === host ? `"${host}"` : `"${host}" (${formatIp4(address)})`;
    const where =
      host === ''
        ? `connection to server on socket "${SOCKET_FOLDER}/.s.PGSQL.${port}" failed`
        : `connection to server at ${shown}, port ${port} failed`;
    const socket = new TcpSocket(proc.ns);
    socket.owner = { name: application, pid: proc.pid };
    const connection = new Connection(proc, socket);
    let isStanding = false;
    try {
      // Two seconds are the least that it waits.
      const { timeoutSeconds } = options;
      const untilNs = timeoutSeconds > 0 ? proc.now + Math.max(timeoutSeconds, 2) * SECOND : Infinity;
      const errno = yield* connectTo(proc, socket, address, port, untilNs);
      if (errno !== '') throw new ConnectionError(refusalText(errno, host === ''));
      socket.setNoDelay(true);
      socket.setKeepalive(true);
      yield* connection.start(options, application, untilNs);
      isStanding = true;
      return connection;
    } catch (error) {
      if (!(error instanceof ConnectionError)) throw error;
      complaints.push(`${where}: ${error.message}`);
      // What a server says is the last word.
      if (error.isAnswered) throw new ConnectionError(complaints.join('\n'), error.fields, true);
    } finally {
      if (!isStanding) connection.close();
    }
  }
  throw new ConnectionError(complaints.join('\n'));
}

function portOf(text: string): number {
  if (!/^\s*[+-]?\d+\s*$/.test(text)) {
    throw new ConnectionError(`invalid integer value "${text}" for connection option "port"`);
  }
  const port = Number(text);
  if (port < 1 || port > PORT_MAX) throw new ConnectionError(`invalid port number: "${text}"`);
  return port;
}

function refusalText(errno: Errno, isSocket: boolean): string {
  if (errno === 'EINPROGRESS') return 'timeout expired';
  // The socket in the file system is where the server listens on loopback.
  return isSocket ? `No such file or directory\n${NOT_RUNNING_HERE}` : `${errorText(errno)}\n${NOT_RUNNING}`;
}
