/** One connection of the server: encryption is refused, whoever comes is asked for a password, queries are answered. */
import { utf8Encode } from '../../base/bytes.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import type { TcpSocket } from '../../kernel/socket/tcp/tcp-socket.ts';
import { SECOND } from '../../sim/units.ts';
import { receiveSome, sendAll } from '../stream.ts';
import type { ErrorFields, Field, Message } from './protocol.ts';
import {
  BodyReader,
  CANCEL_REQUEST,
  errorBytes,
  GSS_REQUEST,
  LengthError,
  messageBytes,
  MessageReader,
  PROTOCOL_3,
  SSL_REQUEST,
} from './protocol.ts';
import type { Outcome } from './queries.ts';
import { INT4, runQuery } from './queries.ts';
import type { ServerSettings } from './settings.ts';
import { SERVER_BUILD, SERVER_VERSION } from './settings.ts';

type Steps<T> = Generator<Wait, T, WakeReason>;

/** What a connection needs of its server. */
export interface BackendOptions {
  readonly proc: Process;
  readonly socket: TcpSocket;
  readonly settings: ServerSettings;
  readonly pid: number;
  readonly log: (level: string, text: string) => void;
  readonly isStopping: boolean;
}

/** authentication_timeout */
const LOGIN_NS = 60 * SECOND;
const LOOPBACK = 127;
const CLEARTEXT_PASSWORD = 3;
const NONE_LEFT = -1;
/** Of the extended protocol and of copying: answered or skipped up to the next Sync. */
const EXTENDED = 'PBDECF';
const IGNORED = 'Hdcf';

export class Backend {
  private readonly options: BackendOptions;
  private readonly reader = new MessageReader();
  private readonly untilNs: number;
  private parameters: ReadonlyMap<string, string> = new Map();
  private isSkipping = false;
  /** Written and not sent yet: as in the real one, what belongs together goes out together. */
  private pending: Uint8Array[] = [];

  constructor(options: BackendOptions) {
    this.options = options;
    this.untilNs = options.proc.now + LOGIN_NS;
  }

  *run(): Steps<void> {
    try {
      const startup = yield* this.startup();
      if (startup === null || !(yield* this.logIn(startup))) return;
      for (;;) {
        const message = yield* this.next(() => this.reader.message(), Infinity);
        if (message === null || message.type === 'X') return;
        if (!(yield* this.answer(message))) return;
      }
    } catch (error) {
      if (!(error instanceof LengthError)) throw error;
      this.options.log('LOG', this.parameters.size > 0 ? 'invalid message length' : 'invalid length of startup packet');
    }
  }

  /** The next message; null when the connection has ended or, while nobody is logged in, takes too long. */
  private *next(take: () => Message | null, untilNs: number): Steps<Message | null> {
    const { proc, socket } = this.options;
    for (let message = take(); ; message = take()) {
      if (message !== null) return message;
      const got = yield* receiveSome(proc, socket, untilNs);
      if (got === 'EAGAIN') yield* this.die('57014', 'canceling authentication due to timeout');
      if (typeof got === 'string' || got.length === 0) return null;
      this.reader.add(got);
    }
  }

  /** Twin of ProcessStartupPacket: what the client says of itself; null when it is turned away. */
  private *startup(): Steps<ReadonlyMap<string, string> | null> {
    for (;;) {
      const message = yield* this.next(() => this.reader.startup(), this.untilNs);
      if (message === null) return null;
      const body = new BodyReader(message.body);
      const code = body.int(4);
      if (code === CANCEL_REQUEST) {
        this.options.log('LOG', `PID ${body.int(4)} in cancel request did not match any process`);
        return null;
      }
      if (code !== SSL_REQUEST && code !== GSS_REQUEST) return yield* this.readStartup(code, body, message.body);
      this.pending.push(Uint8Array.of('N'.charCodeAt(0)));
      yield* this.flush();
      if (this.reader.size > 0) {
        const kind = code === SSL_REQUEST ? 'SSL' : 'GSSAPI encryption';
        const detail =
          'This could be either a client-software bug or evidence of an attempted man-in-the-middle attack.';
        yield* this.die('08P01', `received unencrypted data after ${kind} request`, { D: detail });
        return null;
      }
    }
  }

  private *readStartup(code: number, body: BodyReader, bytes: Uint8Array): Steps<ReadonlyMap<string, string> | null> {
    if (code >>> 16 !== PROTOCOL_3 >>> 16) {
      const version = `${code >>> 16}.${code & 0xffff}`;
      yield* this.die('0A000', `unsupported frontend protocol ${version}: server supports 3.0 to 3.0`);
      return null;
    }
    const said = new Map<string, string>();
    for (let name = body.string(); name !== null && name !== ''; name = body.string()) {
      said.set(name, body.string() ?? '');
    }
    if (bytes.at(-1) !== 0 || body.left > 0 || bytes.at(-2) !== 0) {
      yield* this.die('08P01', 'invalid startup packet layout: expected terminator as last byte');
      return null;
    }
    if ((said.get('user') ?? '') === '') {
      yield* this.die('28000', 'no PostgreSQL user name specified in startup packet');
      return null;
    }
    return said;
  }

  private *logIn(said: ReadonlyMap<string, string>): Steps<boolean> {
    const { settings, pid, isStopping, proc } = this.options;
    const user = said.get('user')!;
    const database = said.get('database') ?? user;
    if (isStopping) return yield* this.die('57P03', 'the database system is shutting down');
    if (!(yield* this.authenticate(user))) return false;
    if (user !== settings.user) return yield* this.die('28000', `role "${user}" does not exist`);
    if (![settings.database, 'postgres', 'template1'].includes(database)) {
      return yield* this.die('3D000', `database "${database}" does not exist`);
    }
    this.parameters = parametersOf(user, said.get('application_name') ?? '');
    for (const [name, value] of this.parameters) this.say('S', [name, value]);
    this.say('K', [
      [pid, 4],
      [proc.rng.below(0x4000_0000), 4],
    ]);
    return yield* this.ready();
  }

  /** In clear text: what the real image asks for is SCRAM, which has the same answers for right and wrong. */
  private *authenticate(user: string): Steps<boolean> {
    const { settings, socket } = this.options;
    const isLocal = socket.remoteAddress >>> 24 === LOOPBACK;
    if (settings.password !== '' && !isLocal) {
      this.say('R', [[CLEARTEXT_PASSWORD, 4]]);
      yield* this.flush();
      const answer = yield* this.next(() => this.reader.message(), this.untilNs);
      if (answer === null) return false;
      if (answer.type !== 'p') {
        return yield* this.die('08P01', `expected password response, got message type ${answer.type.charCodeAt(0)}`);
      }
      const isRight = user === settings.user && new BodyReader(answer.body).string() === settings.password;
      if (!isRight) return yield* this.die('28P01', `password authentication failed for user "${user}"`);
    }
    this.say('R', [[0, 4]]);
    return true;
  }

  /** False when the connection is over. */
  private *answer({ type, body }: Message): Steps<boolean> {
    if (type === 'S') {
      this.isSkipping = false;
      return yield* this.ready();
    }
    if (IGNORED.includes(type) || (this.isSkipping && EXTENDED.includes(type))) return true;
    if (type === 'Q') return yield* this.query(body);
    if (!EXTENDED.includes(type)) {
      return yield* this.die('08P01', `invalid frontend message type ${type.charCodeAt(0)}`);
    }
    this.options.proc.markUnsupported();
    this.isSkipping = type !== 'F';
    const message = 'the extended query protocol is not supported by Dockwire';
    yield* this.complain({ S: 'ERROR', V: 'ERROR', C: '0A000', M: message });
    return this.isSkipping || (yield* this.ready());
  }

  private *query(body: Uint8Array): Steps<boolean> {
    const reader = new BodyReader(body);
    const text = reader.string();
    if (text === null || reader.left > 0) {
      const message = text === null ? 'invalid string in message' : 'invalid message format';
      yield* this.complain({ S: 'ERROR', V: 'ERROR', C: '08P01', M: message });
      return yield* this.ready();
    }
    for (const outcome of runQuery(text, SERVER_BUILD, this.parameters)) yield* this.tell(outcome, text);
    return yield* this.ready();
  }

  private *tell(outcome: Outcome, query: string): Steps<void> {
    if (outcome.kind === 'empty') this.say('I', []);
    else if (outcome.kind === 'error') {
      if (outcome.fields.C === '0A000') this.options.proc.markUnsupported();
      yield* this.complain(outcome.fields);
      this.options.log('STATEMENT', query);
    } else {
      const { column, type, value, tag } = outcome;
      // Of no table and no column; type, its size, no modifier, as text.
      const size = type === INT4 ? 4 : NONE_LEFT;
      this.say('T', [[1, 2], column, [0, 4], [0, 2], [type, 4], [size, 2], [NONE_LEFT, 4], [0, 2]]);
      const bytes = utf8Encode(value);
      this.say('D', [[1, 2], [bytes.length, 4], bytes]);
      this.say('C', [tag]);
    }
  }

  private *ready(): Steps<boolean> {
    this.say('Z', [Uint8Array.of('I'.charCodeAt(0))]);
    return yield* this.flush();
  }

  /** An error, to the client and to the log. */
  private *complain(fields: ErrorFields): Steps<void> {
    const position = fields.P === undefined ? '' : ` at character ${fields.P}`;
    this.options.log(fields.S!, fields.M! + position);
    if (fields.D !== undefined) this.options.log('DETAIL', fields.D);
    if (fields.H !== undefined) this.options.log('HINT', fields.H);
    this.pending.push(errorBytes(fields));
    yield* this.flush();
  }

  /** An error that ends the connection; always false. */
  private *die(code: string, message: string, more: ErrorFields = {}): Steps<false> {
    yield* this.complain({ S: 'FATAL', V: 'FATAL', C: code, M: message, ...more });
    return false;
  }

  private say(type: string, fields: readonly Field[]): void {
    this.pending.push(messageBytes(type, fields));
  }

  /** False when the connection has gone. */
  private *flush(): Steps<boolean> {
    const bytes = Uint8Array.from(this.pending.flatMap((each) => Array.from(each)));
    this.pending = [];
    return (yield* sendAll(this.options.proc, this.options.socket, bytes)) === '';
  }
}

/** What a server of that version reports of itself at the start, in its order. */
function parametersOf(user: string, application: string): ReadonlyMap<string, string> {
  return new Map([
    ['in_hot_standby', 'off'],
    ['integer_datetimes', 'on'],
    ['TimeZone', 'Etc/UTC'],
    ['IntervalStyle', 'postgres'],
    ['is_superuser', 'on'],
    ['application_name', application],
    ['default_transaction_read_only', 'off'],
    ['scram_iterations', '4096'],
    ['DateStyle', 'ISO, MDY'],
    ['standard_conforming_strings', 'on'],
    ['session_authorization', user],
    ['client_encoding', 'UTF8'],
    ['server_version', SERVER_VERSION],
    ['server_encoding', 'UTF8'],
  ]);
}
