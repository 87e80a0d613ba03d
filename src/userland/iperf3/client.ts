/** The client of iperf3: asks the server for a test, opens its streams and reports. */
import { utf8Encode } from '../../base/bytes.ts';
import { errorText } from '../../kernel/errno.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Waitable } from '../../kernel/proc/wait.ts';
import { TcpSocket } from '../../kernel/socket/tcp/tcp-socket.ts';
import { UdpSocket } from '../../kernel/socket/udp-socket.ts';
import { SECOND } from '../../sim/units.ts';
import { resolveHost } from '../resolve.ts';
import { connectTo, sendAll } from '../stream.ts';
import { compactJson, parseJson } from './cjson.ts';
import type { Steps } from './control.ts';
import * as control from './control.ts';
import { Control, cookieBytes, IperfError, makeCookie } from './control.ts';
import { resultsOf, takeResults } from './results.ts';
import type { IperfSettings } from './settings.ts';
import { parametersOf, UDP_BLOCK_BYTES } from './settings.ts';
import { TcpStream, UdpStream } from './stream.ts';
import { IperfTest } from './test.ts';

/** "6789" and "9876" as numbers of 32 bits in little-endian order: what opens a UDP stream, and its answer. */
export const UDP_CONNECT_MESSAGE = utf8Encode('9876');
export const UDP_CONNECT_REPLY = utf8Encode('6789');
/** Descriptors that the streams have in iperf3, beside the control connection, buffers and what it reads besides. */
const FIRST_NUMBERS = [5];
const UDP_WAIT_NS = 30 * SECOND;

/** The descriptor of the n-th stream. */
export function streamNumber(first: readonly number[], index: number): number {
  return first[index] ?? first.at(-1)! + 2 * (index + 1 - first.length);
}

export class Client {
  private readonly test: IperfTest;
  private readonly proc: Process;
  private readonly settings: IperfSettings;
  private readonly cookie: string;
  private readonly opened: { close(): void }[] = [];
  private address = 0;
  private isInterrupted = false;

  constructor(proc: Process, settings: IperfSettings) {
    this.proc = proc;
    this.settings = settings;
    this.test = new IperfTest(proc, settings);
    this.cookie = makeCookie(proc);
  }

  *run(): Steps<number> {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      this.proc.onSignal(signal, () => (this.isInterrupted = true));
    }
    try {
      yield* this.connect();
      return yield* this.follow();
    } catch (error) {
      if (!(error instanceof IperfError)) throw error;
      this.test.reporter.finish(error.message);
      // The JSON report tells of the error, and counts as success.
      if (this.settings.isJson) return 0;
      this.proc.writeError(`iperf3: error - ${error.message}\n`);
      return 1;
    } finally {
      for (const socket of this.opened) socket.close();
    }
  }

  private *connect(): Steps<void> {
    const { reporter } = this.test;
    reporter.versions();
    this.address = yield* this.resolve(this.settings.host);
    const socket = this.newTcpSocket();
    yield* this.bind(socket, 0);
    const { connectTimeoutMs, port } = this.settings;
    const untilNs = connectTimeoutMs > 0 ? this.proc.now + connectTimeoutMs * 1e6 : Infinity;
    const errno = yield* connectTo(this.proc, socket, this.address, port, untilNs);
    if (errno !== '') {
      const why = errorText(errno === 'EINPROGRESS' ? 'ETIMEDOUT' : errno);
      throw new IperfError(`unable to connect to server: ${why}`);
    }
    socket.setNoDelay(true);
    this.test.control = new Control(this.proc, socket);
    if ((yield* sendAll(this.proc, socket, cookieBytes(this.cookie))) !== '') this.lost();
    const mss = socket.sk?.mssCache ?? 0;
    reporter.verbose(`Control connection MSS ${mss}`);
    if (this.settings.isUdp && this.settings.blockBytes === 0) {
      this.settings.blockBytes = mss > 0 ? mss : UDP_BLOCK_BYTES;
      reporter.verbose(`Setting UDP block size to ${this.settings.blockBytes}`);
    }
  }

  /** Does what the server says, until it is over. */
  private *follow(): Steps<number> {
    const { test } = this;
    const { socket } = test.control!;
    let state = control.IPERF_START;
    while (state !== control.IPERF_DONE) {
      if (this.isInterrupted) return yield* test.interrupted();
      const list: Waitable[] = [socket.readable];
      test.waitables(list);
      yield this.proc.waitFor(list, test.untilNs);
      if (socket.readable.isReady()) state = yield* this.obey(state);
      if (test.isDraining) test.receive();
      if (test.isRunning && test.turn()) {
        test.takeLastInterval();
        test.isDraining = true;
        yield* this.tell(control.TEST_END);
      }
    }
    for (const line of ['', 'iperf Done.']) test.reporter.line(line);
    test.reporter.finish(null);
    return 0;
  }

  private *obey(before: number): Steps<number> {
    const { test } = this;
    const state = yield* test.control!.readState();
    switch (state) {
      case control.PARAM_EXCHANGE:
        yield* this.exchangeParameters();
        return state;
      case control.CREATE_STREAMS:
        yield* this.createStreams();
        return state;
      case control.TEST_START:
        return state;
      case control.TEST_RUNNING:
        test.begin();
        return state;
      case control.EXCHANGE_RESULTS:
        test.isDraining = false;
        yield* this.exchangeResults();
        return state;
      case control.DISPLAY_RESULTS:
        yield* this.end();
        return control.IPERF_DONE;
      default:
        return this.giveUp(state, before);
    }
  }

  private giveUp(state: number | null, before: number): number {
    const { test } = this;
    if (state === control.ACCESS_DENIED) {
      throw new IperfError('the server is busy running a test. try again later');
    }
    if (state === control.SERVER_TERMINATE) {
      if (test.isRunning) {
        test.takeLastInterval();
        test.tellInterval();
        test.reporter.summary(test.streams, test.facts(), null);
      }
      throw new IperfError('the server has terminated');
    }
    if (state !== null)
      throw new IperfError('received an unknown control message (ensure other side is iperf3 and not iperf)');
    if (before === control.IPERF_START)
      throw new IperfError('unable to receive control message: Connection reset by peer');
    return this.lost();
  }

  private lost(): never {
    throw new IperfError('control socket has closed unexpectedly');
  }

  private *tell(state: number): Steps<void> {
    if (!(yield* this.test.control!.sendState(state))) this.lost();
  }

  private *exchangeParameters(): Steps<void> {
    const { test, settings } = this;
    if (!(yield* test.control!.sendText(compactJson(parametersOf(settings))))) this.lost();
    const mss = test.control!.socket.sk?.mssCache ?? 0;
    test.reporter.agreed({ host: settings.host, port: settings.port }, this.cookie, mss);
    test.reporter.buffers();
  }

  private *createStreams(): Steps<void> {
    const { test, settings } = this;
    for (const [index, isSender] of test.plan.entries()) {
      const number = streamNumber(FIRST_NUMBERS, index);
      // Only the first stream gets the port that was asked for; the others the next ones.
      const port = settings.clientPort > 0 ? settings.clientPort + index : 0;
      const id = test.nextId();
      test.streams.push(
        yield* settings.isUdp ? this.openUdp({ number, id }, isSender, port) : this.openTcp(number, id, isSender, port),
      );
    }
    test.reporter.started(test.streams);
  }

  private *openTcp(number: number, id: number, isSender: boolean, port: number): Steps<TcpStream> {
    const { settings } = this;
    const socket = this.newTcpSocket();
    if (port > 0 || settings.bindAddress !== '') yield* this.bind(socket, port);
    if (settings.isNoDelay) socket.setNoDelay(true);
    if (settings.mss > 0) socket.setMaxSegment(settings.mss);
    if (settings.windowBytes > 0) {
      socket.setReceiveBuffer(settings.windowBytes);
      socket.setSendBuffer(settings.windowBytes);
    }
    if (settings.sendTimeoutMs > 0) socket.setUserTimeout(settings.sendTimeoutMs);
    if (settings.congestion !== '' && socket.setCongestionControl(settings.congestion) !== '') {
      throw new IperfError(
        'unable to set TCP_CONGESTION: Supplied congestion control algorithm not supported on this host',
      );
    }
    const errno = yield* connectTo(this.proc, socket, this.address, settings.port);
    if (errno !== '') throw new IperfError(`unable to connect stream: ${errorText(errno)}`);
    if ((yield* sendAll(this.proc, socket, cookieBytes(this.cookie))) !== '') this.lost();
    if (settings.tos > 0) socket.setTos(settings.tos);
    return new TcpStream(number, id, isSender, socket, this.test.blockPayload());
  }

  private *openUdp(
    numbers: { readonly number: number; readonly id: number },
    isSender: boolean,
    port: number,
  ): Steps<UdpStream> {
    const { settings } = this;
    const socket = new UdpSocket(this.proc.ns);
    socket.owner = { name: 'iperf3', pid: this.proc.pid, descriptor: numbers.number };
    this.opened.push(socket);
    yield* this.bind(socket, port);
    if (socket.connect(this.address, settings.port) !== '') throw new IperfError('unable to connect stream');
    socket.send(UDP_CONNECT_MESSAGE);
    const untilNs = this.proc.now + UDP_WAIT_NS;
    while (socket.receive() === null) {
      const errno = socket.takeError();
      if (errno !== '' || this.proc.now >= untilNs) {
        const why = errorText(errno === '' ? 'EAGAIN' : errno);
        throw new IperfError(`unable to read from stream socket: ${why}`);
      }
      yield this.proc.waitFor(socket, untilNs);
    }
    if (settings.tos > 0) socket.tos = settings.tos;
    return new UdpStream(numbers, isSender, socket, this.test.blockPayload(), settings.has64BitCounters);
  }

  private *exchangeResults(): Steps<void> {
    const { test } = this;
    const results = compactJson(resultsOf(test.streams, test.facts()));
    if (!(yield* test.control!.sendText(results))) throw new IperfError('unable to send results');
    const answer = yield* test.control!.readText();
    test.remote = answer === null ? null : takeResults(test.streams, parseJson(answer));
    if (test.remote === null) throw new IperfError('unable to receive results');
  }

  private *end(): Steps<void> {
    const { test } = this;
    test.tellInterval();
    test.reporter.summary(test.streams, test.facts(), test.remote);
    test.closeStreams();
    yield* this.tell(control.IPERF_DONE);
  }

  private newTcpSocket(): TcpSocket {
    const socket = new TcpSocket(this.proc.ns);
    socket.owner = { name: 'iperf3', pid: this.proc.pid, descriptor: this.opened.length === 0 ? 4 : 5 };
    this.opened.push(socket);
    if (this.settings.bindDevice !== '' && socket.bindToDevice(this.settings.bindDevice) !== '') {
      throw new IperfError('unable to bind to device: No such device');
    }
    return socket;
  }

  private *bind(socket: TcpSocket | UdpSocket, port: number): Steps<void> {
    const { bindAddress } = this.settings;
    if (bindAddress === '' && port === 0) return;
    const errno = socket.bind(bindAddress === '' ? 0 : yield* this.resolve(bindAddress), port);
    if (errno !== '') throw new IperfError(`unable to connect to server: ${errorText(errno)}`);
  }

  private *resolve(host: string): Steps<number> {
    const entry = yield* resolveHost(this.proc, host);
    if (typeof entry !== 'string') return entry.address;
    throw new IperfError(`unable to connect to server: ${entry}`);
  }
}
