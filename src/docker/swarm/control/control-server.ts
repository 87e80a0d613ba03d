/** The managers' server on 2377/tcp: takes the connections of nodes and hands their calls to whoever answers them. */
import type { Ip4 } from '../../../base/addr.ts';
import type { Process } from '../../../kernel/proc/process.ts';
import type { Program } from '../../../kernel/proc/program-registry.ts';
import { TcpSocket } from '../../../kernel/socket/tcp/tcp-socket.ts';
import type { Rng } from '../../../sim/rng.ts';
import type { Connection, ConnectionHome } from '../../connection.ts';
import { serveAccepted } from '../../connection.ts';
import { DaemonThreads } from '../../daemon-threads.ts';
import type { Engine } from '../../engine.ts';
import { DaemonError } from '../../errors.ts';
import { listenErrorText } from '../../go-net-error.ts';
import type { Answer } from '../answer.ts';
import { decodeBody } from './body.ts';
import { emitMessage, MessageReader, methodOf, RESPONSE_FIELDS, trailerFields } from './grpc-message.ts';
import { Http2Session } from './http2-session.ts';
import { isStreaming, methodTraits } from './message-sizes.ts';
import type { ControlHandler, ControlIdentity, ControlPeer, ControlStream, JsonValue } from './rpc.ts';
import { RpcError } from './rpc.ts';
import { TlsConnection } from './tls-connection.ts';
import { Worker } from './worker.ts';

const BACKLOG = 4096;
/** grpc-go's time for the handshake of a connection. */
const HANDSHAKE_TIMEOUT_NS = 120_000_000_000;
/** Calls of one connection at a time. */
const STREAMS_MAX = 1000;

/** Listens until it is closed. Throws a DaemonError when the port is taken or the address not ours. */
export class ControlServer {
  private readonly engine: Engine;
  private readonly handler: ControlHandler;
  private readonly listener: TcpSocket;
  private readonly home: ConnectionHome;
  private readonly rng: Rng;
  private readonly sessions = new Set<ServerSession>();
  private accepted = 0;

  constructor(engine: Engine, listenAddress: Ip4, port: number, handler: ControlHandler) {
    this.engine = engine;
    this.handler = handler;
    const { rootNs } = engine.host;
    this.rng = engine.host.rng.fork('control-server');
    this.home = { threads: new DaemonThreads(engine.host), rootNs, owner: () => engine.socketOwner() };
    this.listener = new TcpSocket(rootNs);
    this.listener.owner = engine.socketOwner();
    this.listener.setReuseAddress(true);
    const errno = this.listener.bind(listenAddress, port) || this.listener.listen(BACKLOG);
    if (errno !== '') {
      this.listener.close();
      throw new DaemonError(listenErrorText('tcp', { address: listenAddress, port }, errno));
    }
    this.home.threads.start((proc) => this.accept(proc));
  }

  /** Says goodbye to all nodes and listens no more. */
  close(): void {
    this.listener.close();
    for (const session of [...this.sessions]) session.close();
  }

  private *accept(proc: Process): ReturnType<Program> {
    const { listener } = this;
    for (;;) {
      yield proc.waitFor(listener.readable);
      if (listener.sk === null) return 0;
      for (let peer = listener.accept(); peer !== null; peer = listener.accept()) {
        serveAccepted(this.home, peer, (connection) => this.begin(connection));
      }
    }
  }

  private begin(connection: Connection): TlsConnection {
    const rng = this.rng.fork(String(++this.accepted));
    const session = new ServerSession(this.engine, connection, this.handler, rng, () => {
      this.sessions.delete(session);
    });
    this.sessions.add(session);
    return session.tls;
  }
}

/** One call of a client, as far as it has come. */
interface ServerStream {
  readonly method: string;
  readonly reader: MessageReader;
  /** What tells the handler that nobody listens any more; null where there is nothing to tell. */
  cancel: (() => void) | null;
  hasSentHeaders: boolean;
}

class ServerSession {
  readonly tls: TlsConnection;
  private readonly handler: ControlHandler;
  private readonly connection: Connection;
  private readonly engine: Engine;
  private readonly rng: Rng;
  private readonly http2: Http2Session;
  private readonly streams = new Map<number, ServerStream>();
  private readonly gone: () => void;
  private cancelTimeout: (() => void) | null;
  private identity: ControlIdentity | null = null;

  constructor(engine: Engine, connection: Connection, handler: ControlHandler, rng: Rng, gone: () => void) {
    this.handler = handler;
    this.connection = connection;
    this.gone = gone;
    this.engine = engine;
    this.rng = rng;
    const worker = new Worker(engine.host, rng);
    const settings = {
      isClient: false,
      identity: handler.identity,
      trusts: handler.identity.clusterId,
      serverName: '',
    };
    this.cancelTimeout = engine.host.after(HANDSHAKE_TIMEOUT_NS, () => {
      this.cancelTimeout = null;
      this.close();
    });
    this.tls = new TlsConnection(connection, settings, rng, worker, {
      onOpen: (peer) => {
        this.stopWaiting();
        this.identity = peer;
        this.http2.start();
      },
      onText: (text) => {
        this.http2.onText(text);
      },
      onClosed: () => {
        this.lose();
      },
    });
    this.http2 = new Http2Session(true, worker, {
      write: (text) => {
        this.tls.send(text);
      },
      onHeaders: (streamId, fields) => {
        this.begin(streamId, methodOf(fields));
      },
      onStreamData: (streamId, bytes) => {
        this.onData(streamId, bytes);
      },
      onReset: (streamId) => {
        this.forget(streamId);
      },
      onBroken: () => {
        this.close();
      },
    });
  }

  close(): void {
    this.http2.flush();
    this.tls.close();
    this.lose();
  }

  private stopWaiting(): void {
    this.cancelTimeout?.();
    this.cancelTimeout = null;
  }

  private lose(): void {
    this.stopWaiting();
    for (const streamId of [...this.streams.keys()]) this.forget(streamId);
    this.gone();
  }

  private get peer(): ControlPeer {
    return { ...this.connection.remote, identity: this.identity };
  }

  private begin(streamId: number, method: string | null): void {
    if (this.streams.has(streamId) || this.streams.size >= STREAMS_MAX) this.http2.cancel(streamId);
    else if (method === null) this.fail(streamId, new RpcError('Unimplemented', 'malformed method name'));
    else this.streams.set(streamId, { method, reader: new MessageReader(), cancel: null, hasSentHeaders: false });
  }

  private onData(streamId: number, bytes: Uint8Array): void {
    const stream = this.streams.get(streamId);
    if (stream === undefined) return;
    stream.reader.add(bytes);
    const message = stream.reader.next();
    if (message === null) return;
    const body = message === 'broken' ? undefined : decodeBody(message);
    if (body === undefined) {
      this.fail(streamId, new RpcError('Internal', 'grpc: error unmarshalling request'));
      return;
    }
    const { leastNs, mostNs } = methodTraits(stream.method);
    // Each call has a goroutine of its own.
    const worker = new Worker(this.engine.host, this.rng);
    worker.later(
      () => {
        if (this.streams.get(streamId) === stream) this.handle(streamId, stream, body);
      },
      leastNs,
      mostNs,
    );
  }

  private handle(streamId: number, stream: ServerStream, body: JsonValue): void {
    const { method } = stream;
    if (isStreaming(method)) {
      const cancel = this.handler.open(this.peer, method, body, this.streamOf(streamId, stream));
      if (this.streams.get(streamId) === stream) stream.cancel = cancel;
      else cancel();
      return;
    }
    this.handler.call(this.peer, method, body).then((answer) => {
      if (this.streams.get(streamId) === stream) this.answer(streamId, stream, answer);
    });
  }

  private streamOf(streamId: number, stream: ServerStream): ControlStream {
    const isOpen = (): boolean => this.streams.get(streamId) === stream;
    return {
      push: (message) => {
        if (isOpen()) this.sendMessage(streamId, stream, message);
      },
      end: (reason) => {
        if (!isOpen()) return;
        if (reason === null) this.finish(streamId, stream);
        else this.fail(streamId, reason);
      },
    };
  }

  private answer(streamId: number, stream: ServerStream, answer: Answer<JsonValue>): void {
    try {
      const body = answer.get();
      this.sendMessage(streamId, stream, body);
      this.finish(streamId, stream);
    } catch (error) {
      if (!(error instanceof DaemonError)) throw error;
      this.fail(streamId, error);
    }
  }

  private sendMessage(streamId: number, stream: ServerStream, body: JsonValue): void {
    this.sendHeaders(streamId, stream);
    this.http2.sendData(streamId, emitMessage(body, methodTraits(stream.method).response), false);
  }

  private sendHeaders(streamId: number, stream: ServerStream): void {
    if (!stream.hasSentHeaders) this.http2.sendHeaders(streamId, RESPONSE_FIELDS, false);
    stream.hasSentHeaders = true;
  }

  private finish(streamId: number, stream: ServerStream): void {
    this.sendHeaders(streamId, stream);
    this.streams.delete(streamId);
    this.http2.sendHeaders(streamId, trailerFields('OK', ''), true);
  }

  private fail(streamId: number, error: DaemonError): void {
    const isOpened = this.streams.get(streamId)?.hasSentHeaders === true;
    const [code, text] =
      error instanceof RpcError ? [error.code, error.description] : ['Unknown' as const, error.message];
    const trailers = trailerFields(code, text);
    this.streams.delete(streamId);
    this.http2.sendHeaders(streamId, isOpened ? trailers : [...RESPONSE_FIELDS, ...trailers], true);
  }

  private forget(streamId: number): void {
    const stream = this.streams.get(streamId);
    this.streams.delete(streamId);
    stream?.cancel?.();
  }
}
