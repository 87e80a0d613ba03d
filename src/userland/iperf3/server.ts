/** The server of iperf3: one test after the other, each as its client asks for. */
import { formatIp4 } from '../../base/addr.ts';
import { utf8Decode } from '../../base/bytes.ts';
import type { Errno } from '../../kernel/errno.ts';
import { errorText } from '../../kernel/errno.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Waitable } from '../../kernel/proc/wait.ts';
import { TcpSocket } from '../../kernel/socket/tcp/tcp-socket.ts';
import { UdpSocket } from '../../kernel/socket/udp-socket.ts';
import { resolveHost } from '../resolve.ts';
import { compactJson, parseJson } from './cjson.ts';
import { streamNumber, UDP_CONNECT_MESSAGE, UDP_CONNECT_REPLY } from './client.ts';
import type { Steps } from './control.ts';
import * as control from './control.ts';
import { Control, COOKIE_LENGTH, IperfError } from './control.ts';
import { resultsOf, takeResults } from './results.ts';
import type { IperfSettings } from './settings.ts';
import { takeParameters } from './settings.ts';
import { TcpStream, UdpStream } from './stream.ts';
import { IperfTest } from './test.ts';

const BACKLOG = 2_147_483_647;
const RULE = '-----------------------------------------------------------';
const TCP_NUMBERS = [5, 8];
const UDP_NUMBERS = [5, 6, 9];

export class Server {
  private readonly proc: Process;
  private readonly settings: IperfSettings;
  private isInterrupted = false;

  constructor(proc: Process, settings: IperfSettings) {
    this.proc = proc;
    this.settings = settings;
  }

  /** Tests without end, or one. */
  *run(): Steps<number> {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      this.proc.onSignal(signal, () => (this.isInterrupted = true));
    }
    for (let count = 1; ; count++) {
      const session = new Session(this.proc, { ...this.settings }, () => this.isInterrupted);
      session.greet(count);
      let exitCode: number | null = null;
      try {
        exitCode = yield* session.run();
      } catch (error) {
        if (!(error instanceof IperfError)) throw error;
        session.fail(error.message);
        if (error instanceof ListenError) exitCode = 1;
      } finally {
        session.close();
      }
      if (exitCode !== null) return exitCode;
      if (this.settings.isOneOff) return 0;
    }
  }
}

/** The server cannot even listen. */
class ListenError extends IperfError {}

/** From listening to the end of one test. */
class Session {
  private readonly proc: Process;
  private readonly settings: IperfSettings;
  private readonly test: IperfTest;
  private readonly isInterrupted: () => boolean;
  private readonly opened: { close(): void }[] = [];
  private listener: TcpSocket | null = null;
  private udpListener: UdpSocket | null = null;
  private cookie = '';
  private address = 0;
  private state = control.IPERF_START;

  constructor(proc: Process, settings: IperfSettings, isInterrupted: () => boolean) {
    this.proc = proc;
    this.settings = settings;
    this.test = new IperfTest(proc, settings);
    this.isInterrupted = isInterrupted;
  }

  greet(count: number): void {
    const { reporter } = this.test;
    if (count === 1) reporter.versions();
    for (const line of [RULE, `Server listening on ${this.settings.port} (test #${count})`, RULE]) reporter.line(line);
  }

  close(): void {
    for (const socket of this.opened) socket.close();
  }

  fail(message: string): void {
    this.test.reporter.finish(message);
    if (!this.settings.isJson) this.proc.writeError(`iperf3: error - ${message}\n`);
  }

  /** Null when the test is over; the exit code when the server is. */
  *run(): Steps<number | null> {
    const { bindAddress } = this.settings;
    this.address = bindAddress === '' ? 0 : yield* this.resolve(bindAddress);
    this.listener = this.listen();
    while (this.state !== control.IPERF_DONE) {
      if (this.isInterrupted()) return yield* this.test.interrupted();
      const list = this.waitables();
      yield this.proc.waitFor(list, this.test.untilNs);
      yield* this.acceptAll();
      if (this.udpListener !== null) this.acceptUdp(this.udpListener);
      if (this.state === control.CREATE_STREAMS) yield* this.startIfComplete();
      const { control: channel } = this.test;
      if (channel?.socket.readable.isReady() === true) yield* this.obey();
      if (this.test.isRunning) this.test.turn();
    }
    this.test.reporter.finish(null);
    return null;
  }

  private waitables(): Waitable[] {
    const list: Waitable[] = [];
    if (this.listener !== null) list.push(this.listener.readable);
    if (this.udpListener !== null) list.push(this.udpListener);
    if (this.test.control !== null) list.push(this.test.control.socket.readable);
    this.test.waitables(list);
    return list;
  }

  private listen(): TcpSocket {
    const { settings } = this;
    const socket = new TcpSocket(this.proc.ns);
    socket.owner = { name: 'iperf3', pid: this.proc.pid, descriptor: 3 };
    this.opened.push(socket);
    this.mustListen(settings.bindDevice === '' ? '' : socket.bindToDevice(settings.bindDevice));
    if (settings.isNoDelay) socket.setNoDelay(true);
    if (settings.mss > 0) socket.setMaxSegment(settings.mss);
    if (settings.windowBytes > 0) {
      socket.setReceiveBuffer(settings.windowBytes);
      socket.setSendBuffer(settings.windowBytes);
    }
    if (settings.congestion !== '') socket.setCongestionControl(settings.congestion);
    socket.setReuseAddress(true);
    this.mustListen(socket.bind(this.address, settings.port));
    this.mustListen(socket.listen(BACKLOG));
    return socket;
  }

  private mustListen(errno: Errno): void {
    if (errno === '') return;
    throw new ListenError(`unable to start listener for connections: ${errorText(errno)}`);
  }

  private *resolve(host: string): Steps<number> {
    const entry = yield* resolveHost(this.proc, host);
    if (typeof entry !== 'string') return entry.address;
    throw new ListenError(`unable to start listener for connections: ${entry}`);
  }

  /** The control connection, its streams, and whoever comes besides. */
  private *acceptAll(): Steps<void> {
    for (let peer = this.listener?.accept() ?? null; peer !== null; peer = this.listener?.accept() ?? null) {
      this.opened.push(peer);
      peer.owner = { name: 'iperf3', pid: this.proc.pid, descriptor: 4 };
      if (this.test.control === null) yield* this.welcome(peer);
      else yield* this.acceptStream(peer);
    }
  }

  private *welcome(peer: TcpSocket): Steps<void> {
    peer.setNoDelay(true);
    const channel = new Control(this.proc, peer);
    const cookie = yield* channel.read(COOKIE_LENGTH + 1);
    if (cookie === null) throw new IperfError('unable to receive cookie at server: Bad file descriptor');
    this.cookie = utf8Decode(cookie.subarray(0, COOKIE_LENGTH));
    this.test.control = channel;
    yield* this.tell(control.PARAM_EXCHANGE);
    const text = yield* channel.readText();
    if (text === null || !takeParameters(this.settings, text)) {
      throw new IperfError('unable to receive parameters from client');
    }
    this.prepareStreams();
    yield* this.tell(control.CREATE_STREAMS);
    this.state = control.CREATE_STREAMS;
    const from = { host: formatIp4(peer.remoteAddress), port: peer.remotePort };
    this.test.reporter.agreed(from, this.cookie, 0);
  }

  /** Streams with options of their own need a listener that has them; UDP needs a socket. */
  private prepareStreams(): void {
    const { isUdp, isNoDelay, mss, windowBytes, congestion } = this.settings;
    if (this.settings.rate > 0) this.test.reporter.start.add({ target_bitrate: this.settings.rate });
    if (isUdp) {
      this.udpListener = this.listenUdp();
      return;
    }
    this.test.reporter.buffers();
    if (!isNoDelay && mss === 0 && windowBytes === 0 && congestion === '') return;
    this.listener!.close();
    this.listener = this.listen();
  }

  private listenUdp(): UdpSocket {
    const socket = new UdpSocket(this.proc.ns);
    const number = streamNumber(UDP_NUMBERS, this.test.streams.length);
    socket.owner = { name: 'iperf3', pid: this.proc.pid, descriptor: number };
    this.opened.push(socket);
    socket.reuseAddress = true;
    const errno = socket.bind(this.address, this.settings.port);
    if (errno !== '') throw new IperfError(`unable to create a new stream: ${errorText(errno)}`);
    return socket;
  }

  private *acceptStream(peer: TcpSocket): Steps<void> {
    const channel = new Control(this.proc, peer);
    const cookie = yield* channel.read(COOKIE_LENGTH + 1);
    const isOurs = cookie !== null && utf8Decode(cookie.subarray(0, COOKIE_LENGTH)) === this.cookie;
    if (!isOurs || this.settings.isUdp || this.state !== control.CREATE_STREAMS) {
      yield* channel.sendState(control.ACCESS_DENIED);
      peer.close();
      return;
    }
    const { test, settings } = this;
    const { length } = test.streams;
    if (settings.tos > 0) peer.setTos(settings.tos);
    const number = streamNumber(TCP_NUMBERS, length);
    test.streams.push(new TcpStream(number, test.nextId(), test.plan[length]!, peer, test.blockPayload()));
  }

  /** Each first datagram of a client's socket makes a stream of its own. */
  private acceptUdp(listener: UdpSocket): void {
    const { test, settings } = this;
    const first = listener.receive();
    if (first === null) return;
    if (utf8Decode(first.payload) !== utf8Decode(UDP_CONNECT_MESSAGE)) return;
    listener.connect(first.from, first.fromPort);
    const { length } = test.streams;
    const numbers = { number: streamNumber(UDP_NUMBERS, length), id: test.nextId() };
    if (settings.tos > 0) listener.tos = settings.tos;
    const payload = test.blockPayload();
    test.streams.push(new UdpStream(numbers, test.plan[length]!, listener, payload, settings.has64BitCounters));
    test.reporter.buffers();
    this.udpListener = test.streams.length < test.plan.length ? this.listenUdp() : null;
    listener.send(UDP_CONNECT_REPLY);
  }

  private *startIfComplete(): Steps<void> {
    const { test } = this;
    if (test.streams.length < test.plan.length) return;
    test.reporter.started(test.streams);
    yield* this.tell(control.TEST_START);
    test.begin();
    yield* this.tell(control.TEST_RUNNING);
    this.state = control.TEST_RUNNING;
  }

  private *tell(state: number): Steps<void> {
    if (!(yield* this.test.control!.sendState(state))) this.lost();
  }

  private lost(): never {
    throw new IperfError('the client has unexpectedly closed the connection');
  }

  private *obey(): Steps<void> {
    const state = yield* this.test.control!.readState();
    switch (state) {
      case control.TEST_END:
        yield* this.end();
        return;
      case control.IPERF_DONE:
        this.state = control.IPERF_DONE;
        return;
      case control.CLIENT_TERMINATE:
        this.reportWhatIsKnown();
        throw new IperfError('the client has terminated');
      case null:
        this.reportWhatIsKnown();
        return this.lost();
      default:
        throw new IperfError('received an unknown control message (ensure other side is iperf3 and not iperf)');
    }
  }

  private reportWhatIsKnown(): void {
    const { test } = this;
    if (!test.isRunning) return;
    test.takeLastInterval();
    test.tellInterval();
    test.reporter.summary(test.streams, test.facts(), null);
  }

  /** The server reports before it knows what the client has counted. */
  private *end(): Steps<void> {
    const { test } = this;
    const channel = test.control!;
    this.reportWhatIsKnown();
    const facts = test.facts();
    test.closeStreams();
    yield* this.tell(control.EXCHANGE_RESULTS);
    const answer = yield* channel.readText();
    test.remote = answer === null ? null : takeResults(test.streams, parseJson(answer));
    if (test.remote === null) throw new IperfError('unable to receive results');
    if (!(yield* channel.sendText(compactJson(resultsOf(test.streams, facts))))) {
      throw new IperfError('unable to send results');
    }
    yield* this.tell(control.DISPLAY_RESULTS);
  }
}
