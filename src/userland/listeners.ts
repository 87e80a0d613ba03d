/** A server that answers on several ports as somebody has described: HTTP answers, or what has come. */
import type { Process } from '../kernel/proc/process.ts';
import type { ProgramEntry } from '../kernel/proc/program-registry.ts';
import { errorText } from '../kernel/errno.ts';
import type { Wait, WakeReason } from '../kernel/proc/wait.ts';
import type { TcpSocket } from '../kernel/socket/tcp/tcp-socket.ts';
import { UdpSocket } from '../kernel/socket/udp-socket.ts';
import { utf8Encode } from '../base/bytes.ts';
import { SECOND } from '../sim/units.ts';
import { EventLoop } from './event-loop.ts';
import type { RequestHead } from './http/head.ts';
import { isPersistent, latin1Encode, writeHead } from './http/head.ts';
import { httpDate, nowSeconds } from './http/http-date.ts';
import type { Answer, Peer, Refusal, Site } from './http/server.ts';
import { HttpService, listenOn } from './http/server.ts';
import { acceptOne, receiveSome, sendAll } from './stream.ts';

type Steps = Generator<Wait, void, WakeReason>;

export interface Listener {
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  /** The body of an HTTP answer; undefined: it echoes. */
  readonly http?: string | undefined;
  readonly status?: number | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** The body is filled up to so many bytes. */
  readonly sizeBytes?: number | undefined;
  readonly delayNs?: number | undefined;
  /** True unless said otherwise. */
  readonly isKeptAlive?: boolean | undefined;
}

const BACKLOG = 128;
const KEEP_ALIVE_NS = 60 * SECOND;
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz';
const LINE = `${ALPHABET}${ALPHABET.toUpperCase()}0123456789+\n`;
const REASONS: ReadonlyMap<number, string> = new Map([
  [200, 'OK'],
  [201, 'Created'],
  [204, 'No Content'],
  [301, 'Moved Permanently'],
  [302, 'Found'],
  [304, 'Not Modified'],
  [400, 'Bad Request'],
  [401, 'Unauthorized'],
  [403, 'Forbidden'],
  [404, 'Not Found'],
  [408, 'Request Timeout'],
  [429, 'Too Many Requests'],
  [500, 'Internal Server Error'],
  [502, 'Bad Gateway'],
  [503, 'Service Unavailable'],
  [504, 'Gateway Timeout'],
]);

/** The program that serves so. */
export function listenerProgram(name: string, listeners: readonly Listener[]): ProgramEntry {
  return { name, run: (proc) => serve(proc, name, listeners) };
}

function* serve(proc: Process, name: string, listeners: readonly Listener[]): Generator<Wait, number, WakeReason> {
  const loop = new EventLoop(proc);
  let isOver = false;
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGQUIT'] as const) {
    proc.onSignal(signal, () => {
      isOver = true;
    });
  }
  for (const listener of listeners) {
    const failure = open(proc, name, loop, listener);
    if (failure === '') continue;
    proc.writeError(`${name}: ${listener.protocol} port ${listener.port}: ${failure}\n`);
    return 1;
  }
  // Without a port it only waits to be stopped.
  if (listeners.length === 0) loop.add(waitForEver(proc));
  yield* loop.run(() => isOver);
  return 0;
}

function* waitForEver(proc: Process): Steps {
  for (;;) yield proc.waitFor([]);
}

/** Empty, or why the port cannot be had. */
function open(proc: Process, name: string, loop: EventLoop, listener: Listener): string {
  if (listener.protocol === 'udp') {
    const socket = new UdpSocket(proc.ns);
    socket.owner = { name, pid: proc.pid };
    const errno = socket.bind(0, listener.port);
    if (errno !== '') return errorText(errno);
    loop.add(echoDatagrams(proc, socket, listener.delayNs ?? 0));
    return '';
  }
  const socket = listenOn(proc, name, 0, listener.port, BACKLOG);
  if (typeof socket === 'string') return errorText(socket);
  if (listener.http !== undefined) new HttpService(proc, new DescribedSite(proc, listener), loop).listen(socket);
  else loop.add(echoAll(proc, loop, socket, listener.delayNs ?? 0));
  return '';
}

function* echoDatagrams(proc: Process, socket: UdpSocket, delayNs: number): Steps {
  try {
    for (;;) {
      const got = socket.receive();
      if (got === null) {
        yield proc.waitFor(socket);
        continue;
      }
      if (delayNs > 0) yield proc.sleep(delayNs);
      socket.sendTo(got.from, got.fromPort, got.payload);
    }
  } finally {
    socket.close();
  }
}

function* echoAll(proc: Process, loop: EventLoop, listener: TcpSocket, delayNs: number): Steps {
  try {
    for (;;) {
      const socket = yield* acceptOne(proc, listener);
      if (typeof socket !== 'string') loop.add(echoStream(proc, socket, delayNs));
    }
  } finally {
    listener.close();
  }
}

function* echoStream(proc: Process, socket: TcpSocket, delayNs: number): Steps {
  try {
    for (;;) {
      const got = yield* receiveSome(proc, socket);
      if (typeof got === 'string' || got.length === 0) return;
      if (delayNs > 0) yield proc.sleep(delayNs);
      if ((yield* sendAll(proc, socket, got)) !== '') return;
    }
  } finally {
    socket.close();
  }
}

class DescribedSite implements Site {
  readonly headBytesMax = 65_536;
  readonly readBytes = 65_536;
  readonly requestNs = KEEP_ALIVE_NS;
  readonly keepAliveNs = KEEP_ALIVE_NS;
  readonly requestsMax = Infinity;
  readonly closing = 'close';
  readonly readsBody = true;
  private readonly proc: Process;
  private readonly listener: Listener;
  private readonly body: Uint8Array;

  constructor(proc: Process, listener: Listener) {
    this.proc = proc;
    this.listener = listener;
    this.body = bodyOf(listener);
  }

  answer(request: RequestHead, peer: Peer): Answer {
    const { status = 200, delayNs = 0, isKeptAlive = true } = this.listener;
    const closes = !isKeptAlive || !isPersistent(request);
    return { ...this.reply(request.line, peer, status, this.body, closes, request.method !== 'HEAD'), delayNs };
  }

  refuse(refusal: Refusal, peer: Peer): Answer | null {
    if (refusal === 'timeout') return null;
    const line = typeof refusal === 'string' ? '' : refusal.line;
    return this.reply(line, peer, 400, latin1Encode('Bad Request\n'), true, true);
  }

  private reply(
    line: string,
    peer: Peer,
    status: number,
    body: Uint8Array,
    closes: boolean,
    showsBody: boolean,
  ): Answer {
    const own = Object.entries(this.listener.headers ?? {}).map(([name, value]) => ({ name, value }));
    const isOwn = (name: string): boolean => own.some((each) => each.name.toLowerCase() === name.toLowerCase());
    const usual = [
      { name: 'Date', value: httpDate(nowSeconds(this.proc)) },
      { name: 'Content-Type', value: 'text/plain; charset=utf-8' },
      { name: 'Content-Length', value: String(body.length) },
      { name: 'Connection', value: closes ? 'close' : 'keep-alive' },
    ];
    const headers = [...usual.filter(({ name }) => !isOwn(name)), ...own];
    const head = latin1Encode(writeHead(`HTTP/1.1 ${status} ${REASONS.get(status) ?? 'Unknown'}`, headers));
    const hasBody = showsBody && status !== 204 && status !== 304;
    const whole = new Uint8Array(head.length + (hasBody ? body.length : 0));
    whole.set(head);
    if (hasBody) whole.set(body, head.length);
    const logged = (sent: number): void => {
      this.proc.write(`${peer.address} "${line}" ${status} ${Math.max(sent - head.length, 0)}\n`);
    };
    return { pieces: [whole], closes, logged };
  }
}

/** The text, and lines of letters behind it where it is to be longer. */
function bodyOf({ http = '', sizeBytes }: Listener): Uint8Array {
  const text = utf8Encode(http);
  if (sizeBytes === undefined) return text;
  const filler = latin1Encode(LINE);
  const body = new Uint8Array(sizeBytes);
  for (let at = 0; at < sizeBytes; at += filler.length) body.set(filler.subarray(0, sizeBytes - at), at);
  body.set(text.subarray(0, sizeBytes));
  return body;
}
