/**
 * A node's connection to a manager: calls and streams over one TLS connection, which it makes at once. When that is
 * lost all that was open is told, and the client is of no use any more: whoever wants another makes another.
 */
import type { Ip4 } from '../../../base/addr.ts';
import type { Rng } from '../../../sim/rng.ts';
import type { Connection } from '../../connection.ts';
import { dialTcp } from '../../connection.ts';
import { DaemonThreads } from '../../daemon-threads.ts';
import type { Engine } from '../../engine.ts';
import { socketAddressText } from '../../go-net-error.ts';
import { Answer } from '../answer.ts';
import { decodeBody } from './body.ts';
import type { HeaderField } from './hpack.ts';
import { emitMessage, MessageReader, requestFields, statusOf } from './grpc-message.ts';
import { Http2Session } from './http2-session.ts';
import { methodTraits } from './message-sizes.ts';
import type { ControlIdentity, ControlListener, JsonValue } from './rpc.ts';
import { RpcError } from './rpc.ts';
import { TlsConnection } from './tls-connection.ts';
import { Worker } from './worker.ts';

/** swarmkit's dispatcherRPCTimeout and the like. */
export const CALL_TIMEOUT_NS = 5_000_000_000;
/** grpc-go's least time for a connection. */
const CONNECT_TIMEOUT_NS = 20_000_000_000;
const CLOSING = 'transport is closing';
/** What a node has spent of a call's time when it says how much there is. */
const ELAPSED_NS = { least: 7_000, most: 40_000 };

export interface ControlClientOptions {
  /** What the server is called: `swarm-manager`, `swarm-ca` or nothing; made of the identity unless said otherwise. */
  readonly serverName?: string;
  /** Which swarm the server has to be of; that of the identity unless said otherwise. */
  readonly clusterId?: string;
  /** The connection is gone, with why as a call would say it. Not called after `close`. */
  readonly onLost?: (reason: string) => void;
}

interface Pending {
  readonly method: string;
  readonly reader: MessageReader;
  onMessage(body: JsonValue): void;
  /** Null for well. */
  onEnd(error: RpcError | null): void;
}

export class ControlClient {
  private readonly engine: Engine;
  private readonly rng: Rng;
  private readonly worker: Worker;
  private readonly authority: string;
  private readonly lost: (reason: string) => void;
  private readonly hangUp: () => void;
  private readonly streams = new Map<number, Pending>();
  private tls: TlsConnection | null = null;
  private readonly http2: Http2Session;
  /** Calls made before the connection stands. */
  private readonly early: (() => void)[] = [];
  private isOpen = false;
  private failure: RpcError | null = null;
  private lastStream = -1;

  constructor(
    engine: Engine,
    address: Ip4,
    port: number,
    identity: ControlIdentity | null,
    options: ControlClientOptions = {},
  ) {
    this.engine = engine;
    const { host } = engine;
    this.rng = host.rng.fork(`control-client ${connectionsOf(engine)}`);
    this.worker = new Worker(host, this.rng);
    const serverName = options.serverName ?? (identity === null ? '' : 'swarm-manager');
    this.authority = serverName === '' ? socketAddressText({ address, port }) : serverName;
    this.lost = options.onLost ?? ignore;
    this.http2 = this.newSession();
    const trusts = options.clusterId ?? identity?.clusterId ?? null;
    const settings = { isClient: true, identity, trusts, serverName };
    const home = { threads: new DaemonThreads(host), rootNs: host.rootNs, owner: () => engine.socketOwner() };
    this.hangUp = dialTcp(home, { address, port }, CONNECT_TIMEOUT_NS, {
      onOpen: (connection) => {
        this.tls = this.newTls(connection, settings);
      },
      onData: (bytes) => {
        this.tls?.onData(bytes);
      },
      onEnd: () => {
        this.tls?.onEnd();
      },
      onError: (reason) => {
        if (this.tls !== null) this.tls.onError(reason);
        else this.fail(connectionError(`transport: Error while dialing ${reason}`));
      },
    });
  }

  /** No call goes out any more. */
  get isLost(): boolean {
    return this.failure !== null;
  }

  /** Calls a method; the answer is an RpcError when it cannot be had, or not within `timeoutNs`. */
  call(method: string, body: JsonValue, timeoutNs = CALL_TIMEOUT_NS): Answer<JsonValue> {
    const answer = new Answer<JsonValue>();
    let value: JsonValue = null;
    const cancelTimer = this.engine.host.after(timeoutNs, () => {
      end();
      answer.reject(new RpcError('DeadlineExceeded', 'context deadline exceeded'));
    });
    const end = this.begin(method, body, timeoutNs, {
      onMessage: (message) => {
        value = message;
      },
      onEnd: (error) => {
        cancelTimer();
        if (error === null) answer.resolve(value);
        else answer.reject(error);
      },
    });
    return answer;
  }

  /** Asks for a stream of messages; the function returned ends it. */
  open(method: string, body: JsonValue, listener: ControlListener): () => void {
    return this.begin(method, body, Infinity, {
      onMessage: (message) => {
        listener.onMessage(message);
      },
      onEnd: (error) => {
        listener.onLost(error === null ? 'EOF' : error.message);
      },
    });
  }

  /** Ends all that is open, without telling it, and the connection. */
  close(): void {
    if (this.failure !== null) return;
    for (const streamId of this.streams.keys()) this.http2.cancel(streamId);
    this.streams.clear();
    this.early.length = 0;
    this.failure = new RpcError('Canceled', 'grpc: the client connection is closing');
    const { tls } = this;
    if (tls === null) {
      this.hangUp();
      return;
    }
    this.worker.later(() => {
      this.http2.flush();
      tls.close();
    });
  }

  /** The function returned stops listening, and says so to the server. */
  private begin(
    method: string,
    body: JsonValue,
    timeoutNs: number,
    { onMessage, onEnd }: Pick<Pending, 'onMessage' | 'onEnd'>,
  ): () => void {
    const pending = { method, reader: new MessageReader(), onMessage, onEnd };
    let streamId = -1;
    let isOver = false;
    const start = (): void => {
      if (isOver) return;
      if (this.failure !== null) {
        onEnd(this.failure);
        return;
      }
      this.lastStream += 2;
      streamId = this.lastStream;
      this.streams.set(streamId, pending);
      const elapsedNs = ELAPSED_NS.least + this.rng.below(ELAPSED_NS.most - ELAPSED_NS.least);
      this.http2.sendHeaders(streamId, requestFields(method, this.authority, timeoutNs - elapsedNs), false);
      this.http2.sendData(streamId, emitMessage(body, methodTraits(method).request), true);
    };
    if (this.isOpen || this.failure !== null) start();
    else this.early.push(start);
    return () => {
      isOver = true;
      if (this.streams.delete(streamId)) this.http2.cancel(streamId);
    };
  }

  private newTls(connection: Connection, settings: ConstructorParameters<typeof TlsConnection>[1]): TlsConnection {
    return new TlsConnection(connection, settings, this.rng, this.worker, {
      onOpen: () => {
        this.http2.start();
        this.worker.later(() => {
          this.isOpen = true;
          for (const start of this.early.splice(0)) start();
        });
      },
      onText: (text) => {
        this.http2.onText(text);
      },
      onClosed: (reason) => {
        const isStanding = this.isOpen;
        this.fail(isStanding ? CLOSING : connectionError(`transport: authentication handshake failed: ${reason}`));
      },
    });
  }

  private newSession(): Http2Session {
    return new Http2Session(false, this.worker, {
      write: (text) => {
        this.tls?.send(text);
      },
      onHeaders: (streamId, fields) => {
        this.onHeaders(streamId, fields);
      },
      onStreamData: (streamId, bytes) => {
        this.onData(streamId, bytes);
      },
      onReset: (streamId) => {
        this.end(streamId, new RpcError('Internal', 'stream terminated by RST_STREAM'));
      },
      onBroken: () => {
        this.tls?.close();
        this.fail(CLOSING);
      },
    });
  }

  private onHeaders(streamId: number, fields: readonly HeaderField[]): void {
    const status = statusOf(fields);
    if (status !== undefined) this.end(streamId, status);
  }

  private onData(streamId: number, bytes: Uint8Array): void {
    const stream = this.streams.get(streamId);
    if (stream === undefined) return;
    stream.reader.add(bytes);
    for (let message = stream.reader.next(); message !== null; message = stream.reader.next()) {
      const body = message === 'broken' ? undefined : decodeBody(message);
      if (body === undefined) {
        this.end(streamId, new RpcError('Internal', 'grpc: failed to unmarshal the received message'));
        return;
      }
      if (this.streams.get(streamId) === stream) stream.onMessage(body);
    }
  }

  private end(streamId: number, error: RpcError | null): void {
    const stream = this.streams.get(streamId);
    this.streams.delete(streamId);
    stream?.onEnd(error);
  }

  /** Tells all that is open. */
  private fail(description: string): void {
    if (this.failure !== null) return;
    this.failure = new RpcError('Unavailable', description);
    for (const streamId of [...this.streams.keys()]) this.end(streamId, this.failure);
    for (const start of this.early.splice(0)) start();
    this.lost(this.failure.message);
  }
}

function connectionError(description: string): string {
  return `connection error: desc = "${description}"`;
}

/** Numbers an engine's clients, so that each has a generator of its own. */
function connectionsOf(engine: Engine): number {
  const count = (COUNTS.get(engine) ?? 0) + 1;
  COUNTS.set(engine, count);
  return count;
}

const COUNTS = new WeakMap<Engine, number>();

function ignore(): void {
  // Nobody wants to know.
}
