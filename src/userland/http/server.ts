/**
 * What servers of HTTP have in common: accepting, reading requests, keeping and closing connections. What is answered,
 * in which pieces it is written and what is logged is the site's.
 */
import type { Ip4 } from '../../base/addr.ts';
import { formatIp4 } from '../../base/addr.ts';
import type { Errno } from '../../kernel/errno.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import { SEND_SHUTDOWN } from '../../kernel/socket/tcp/tcp-states.ts';
import { TcpSocket } from '../../kernel/socket/tcp/tcp-socket.ts';
import { EventLoop } from '../event-loop.ts';
import { acceptOne, receiveSome, sendAll } from '../stream.ts';
import { bodyDecoder, requestFraming } from './body.ts';
import type { BadHead, RequestHead } from './head.ts';
import { hasToken, latin1Encode, parseRequestHead } from './head.ts';
import { HttpStream } from './http-stream.ts';

type Steps<T> = Generator<Wait, T, WakeReason>;

/** Who asks. */
export interface Peer {
  readonly address: string;
  readonly port: number;
  /** Of the connection, from 1. */
  readonly connection: number;
  /** Of the request on it, from 1. */
  readonly request: number;
}

export interface Answer {
  /** Each is one write(2). */
  readonly pieces: readonly Uint8Array[];
  /** The connection ends with it. */
  readonly closes: boolean;
  /** How long the program thinks first. */
  readonly delayNs?: number;
  /** Called when the last piece was taken by the kernel, or with fewer bytes when the peer had gone. */
  readonly logged?: (sentBytes: number) => void;
}

/** Why a request is refused before anybody has looked at what it asks for. */
export type Refusal = BadHead | 'large' | 'timeout';

/** How a program lets go of a connection. */
export type Closing = 'close' | 'shutdown' | 'linger';

/** What a server does with requests, and how long it waits. */
export interface Site {
  answer(request: RequestHead, peer: Peer, body: Uint8Array): Answer;
  /** Null to close without a word. */
  refuse(refusal: Refusal, peer: Peer): Answer | null;
  /** Whether a request may begin with this byte; it is refused at once otherwise, without waiting for its end. */
  readonly mayBegin?: (byte: number) => boolean;
  /** Most bytes of a head. */
  readonly headBytesMax: number;
  /** How much it asks the kernel for at a time. */
  readonly readBytes: number;
  /** How long the first request may take, and every later one after the answer before it. */
  readonly requestNs: number;
  readonly keepAliveNs: number;
  readonly requestsMax: number;
  readonly closing: Closing;
  /** It wants the body before it answers; others answer first and skip it. */
  readonly readsBody?: boolean;
  /** It complains even to a peer that ends before its request does. */
  readonly answersEnds?: boolean;
  /** Called for each accepted socket, for its options. */
  readonly accepted?: (socket: TcpSocket) => void;
  /** Called where a connection is kept after an answer. */
  readonly kept?: (socket: TcpSocket) => void;
}

/** How long a server waits at most for the peer's end once it has said its own, and how often it looks. */
const LINGER_NS = 5_000_000_000;
const LINGER_READ = 4096;
/** A body that nobody wants is read as far as this. */
const BODY_BYTES_MAX = 1 << 24;
const CONTINUE = latin1Encode('HTTP/1.1 100 Continue\r\n\r\n');
const NOTHING = new Uint8Array(0);

/** A listening socket of a process; a text is why there is none. */
export function listenOn(proc: Process, name: string, address: Ip4, port: number, backlog: number): TcpSocket | Errno {
  const socket = new TcpSocket(proc.ns);
  socket.owner = { name, pid: proc.pid };
  socket.setReuseAddress(true);
  const bound = socket.bind(address, port);
  const errno = bound === '' ? socket.listen(backlog) : bound;
  if (errno === '') return socket;
  socket.close();
  return errno;
}

/** One listening socket and the connections that came of it. */
export class HttpService {
  private readonly proc: Process;
  private readonly site: Site;
  private readonly loop: EventLoop;
  private readonly connections = new Set<Connection>();
  private readonly dropListener: (() => void)[] = [];
  private accepted = 0;
  private isStopping = false;
  private isEnded = false;

  /** `loop` is given where others share it, and run it. */
  constructor(proc: Process, site: Site, loop = new EventLoop(proc)) {
    this.proc = proc;
    this.site = site;
    this.loop = loop;
  }

  /** Takes connections from a listening socket, which it closes in the end. */
  listen(listener: TcpSocket): void {
    this.dropListener.push(this.loop.add(this.acceptAll(listener)));
  }

  /** Serves until it is stopped and the last connection has ended. */
  *run(): Steps<void> {
    yield* this.loop.run(() => this.isEnded);
  }

  /** No new connections, and those on which nothing is asked end now; the others end with their answer. */
  stopGracefully(): void {
    this.isStopping = true;
    for (const drop of this.dropListener) drop();
    for (const connection of [...this.connections]) if (connection.isIdle) connection.drop();
  }

  /** All connections end now. */
  stop(): void {
    this.stopGracefully();
    this.isEnded = true;
  }

  private *acceptAll(listener: TcpSocket): Steps<void> {
    try {
      for (;;) {
        const socket = yield* acceptOne(this.proc, listener);
        if (typeof socket === 'string') continue;
        socket.owner = listener.owner;
        this.site.accepted?.(socket);
        this.begin(socket);
      }
    } finally {
      listener.close();
    }
  }

  private begin(socket: TcpSocket): void {
    const connection = new Connection(this.proc, this.site, socket, ++this.accepted);
    this.connections.add(connection);
    connection.drop = this.loop.add(this.serve(connection));
  }

  private *serve(connection: Connection): Steps<void> {
    try {
      while ((yield* connection.serveRequest()) && !this.isStopping);
      yield* connection.finish();
    } finally {
      connection.socket.close();
      this.connections.delete(connection);
    }
  }
}

class Connection {
  readonly socket: TcpSocket;
  /** Nothing is asked at the moment. */
  isIdle = false;
  /** Ends it. */
  drop: () => void = () => {
    // Set when it has begun.
  };
  private readonly proc: Process;
  private readonly site: Site;
  private readonly stream: HttpStream;
  private readonly number: number;
  private readonly address: string;
  private readonly port: number;
  private requests = 0;
  /** The peer may still be sending what nobody reads. */
  private hasUnread = false;

  constructor(proc: Process, site: Site, socket: TcpSocket, number: number) {
    this.proc = proc;
    this.site = site;
    this.socket = socket;
    this.number = number;
    this.address = formatIp4(socket.remoteAddress);
    this.port = socket.remotePort;
    this.stream = new HttpStream(proc, socket, site.readBytes);
  }

  /** Answers one request; whether another one may follow. */
  *serveRequest(): Steps<boolean> {
    const { site, proc, stream } = this;
    const waitNs = this.requests === 0 ? site.requestNs : site.keepAliveNs;
    this.isIdle = this.requests > 0 && stream.waiting === 0;
    const text = yield* stream.readHead(site.headBytesMax, proc.now + waitNs, site.mayBegin);
    this.isIdle = false;
    this.requests++;
    if (typeof text !== 'string') {
      if (text.kind === 'large') yield* this.refuse('large');
      else if (text.kind === 'end' && site.answersEnds === true) yield* this.refuse({ fault: 'syntax', line: '' });
      else if (text.kind === 'alien') yield* this.refuse({ fault: 'syntax', line: text.line });
      else if (text.kind === 'error' && text.errno === 'EAGAIN' && (text.hadBytes || this.requests === 1)) {
        yield* this.refuse('timeout');
      }
      return false;
    }
    const request = parseRequestHead(text);
    const framing = 'fault' in request ? 'bad' : requestFraming(request);
    if ('fault' in request || framing === 'bad') {
      yield* this.refuse('fault' in request ? request : { fault: 'syntax', line: request.line });
      return false;
    }
    return yield* this.answer(request, framing);
  }

  /** Closes in the way of the program. */
  *finish(): Steps<void> {
    const { closing } = this.site;
    if (closing === 'close' && !this.hasUnread) return;
    this.socket.shutdown(SEND_SHUTDOWN);
    if (closing === 'shutdown') return;
    const untilNs = this.proc.now + LINGER_NS;
    for (;;) {
      const got = yield* receiveSome(this.proc, this.socket, untilNs, LINGER_READ);
      if (typeof got === 'string' || got.length === 0) return;
    }
  }

  private *answer(request: RequestHead, framing: number | 'chunked' | 'rest'): Steps<boolean> {
    const { site } = this;
    const decoder = bodyDecoder(framing);
    const skip = (): void => {
      // Nobody wants it.
    };
    const pieces: Uint8Array[] = [];
    if (site.readsBody === true && !decoder.isComplete) {
      if (hasToken(request, 'expect', '100-continue')) yield* sendAll(this.proc, this.socket, CONTINUE);
      if (!(yield* this.readBody(decoder, (piece) => pieces.push(piece.slice())))) return false;
    }
    const answer = site.answer(request, this.peer, joined(pieces));
    if (!(yield* this.send(answer))) return false;
    this.hasUnread = !decoder.isComplete;
    if (answer.closes || this.requests >= site.requestsMax) return false;
    if (!decoder.isComplete && !(yield* this.readBody(decoder, skip))) return false;
    this.hasUnread = false;
    site.kept?.(this.socket);
    return true;
  }

  private *readBody(decoder: ReturnType<typeof bodyDecoder>, emit: (piece: Uint8Array) => void): Steps<boolean> {
    let total = 0;
    const count = (piece: Uint8Array): void => {
      total += piece.length;
      emit(piece);
    };
    while (!decoder.isComplete && total < BODY_BYTES_MAX && !decoder.isBroken) {
      const untilNs = this.proc.now + this.site.requestNs;
      if ((yield* this.stream.readBody(decoder, count, untilNs)) !== true) return false;
    }
    return decoder.isComplete;
  }

  private *refuse(refusal: Refusal): Steps<void> {
    const answer = this.site.refuse(refusal, this.peer);
    if (answer === null) return;
    this.hasUnread = true;
    yield* this.send(answer);
  }

  /** False when the peer does not take it. */
  private *send({ pieces, delayNs = 0, logged }: Answer): Steps<boolean> {
    if (delayNs > 0) yield this.proc.sleep(delayNs);
    let sent = 0;
    for (const piece of pieces) {
      const errno = yield* sendAll(this.proc, this.socket, piece);
      if (errno !== '') {
        logged?.(sent);
        return false;
      }
      sent += piece.length;
    }
    logged?.(sent);
    return true;
  }

  private get peer(): Peer {
    return { address: this.address, port: this.port, connection: this.number, request: this.requests };
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  if (pieces.length === 0) return NOTHING;
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
