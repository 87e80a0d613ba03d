/**
 * ping of busybox 1.35 (networking/ping.c): its loop, its output to the letter, its exit codes. An alarm sends each
 * request, exactly one interval after the last; the payload begins with a 32-bit count of microseconds in the machine's
 * byte order, and a round trip is measured up to the moment at which the program has read the reply.
 */
import type { Ip4 } from '../../base/addr.ts';
import { formatIp4, ip4, parseIp4 } from '../../base/addr.ts';
import { errorText } from '../../kernel/errno.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Program } from '../../kernel/proc/program-registry.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import type { EchoReply } from '../../kernel/socket/ping-socket.ts';
import { MICROSECOND, SECOND } from '../../sim/units.ts';
import type { Resolver } from '../resolve.ts';
import { giveUp, ToolError } from '../tool-error.ts';
import { reportUnsupported } from '../unsupported.ts';
import { BUSYBOX_PING_SUPPORTED, checkBusyboxPing, readBusyboxOptions } from './busybox-options.ts';
import type { BusyboxPingOptions } from './busybox-options.ts';
import { ECHO_PAYLOAD_MAX, ICMP_HEADER_LEN } from './echo-socket.ts';
import type { EchoSocket, PingSockets } from './echo-socket.ts';
import { formatUs } from './stats.ts';

const TWO_32 = 0x1_0000_0000;
const STAMP_LEN = 4;
const SEQUENCES = 0x1_0000;
const LOOPBACK = ip4('127.0.0.1');
/** 2 * tmax in whole seconds, as the tool divides it. */
const TMAX_DIVISOR = 512 * 1024;

/** Makes the program; the sockets are the kernel's, or a test's. */
export function busyboxPing(sockets: PingSockets, resolve: Resolver): Program {
  return function* ping(proc) {
    const args = proc.argv.slice(1);
    const lack = checkBusyboxPing(args);
    if (lack !== undefined) return reportUnsupported(proc, `ping ${args[lack.argIndex]!}`, BUSYBOX_PING_SUPPORTED);
    const socket = sockets.echo(proc.ns);
    try {
      const options = readBusyboxOptions(args);
      const found = yield* resolve(proc, options.destination);
      if (typeof found === 'string') throw new ToolError(`ping: bad address '${options.destination}'`, 1);
      return yield* new BusyboxPing(proc, socket, options, found.address).run();
    } catch (error) {
      return giveUp(proc, error);
    } finally {
      socket.close();
    }
  };
}

class BusyboxPing {
  private readonly proc: Process;
  private readonly socket: EchoSocket;
  private readonly options: BusyboxPingOptions;
  private readonly address: Ip4;
  private readonly payload: Uint8Array;
  private readonly deadlineNs: number;
  private readonly answered = new Uint8Array(SEQUENCES);
  private transmitted = 0;
  private received = 0;
  private repeats = 0;
  private sumUs = 0;
  private minUs = Infinity;
  private maxUs = 0;
  /** The alarm: sends the next request, or gives up on the last answers. */
  private alarmNs = Infinity;
  private isOver = false;

  constructor(proc: Process, socket: EchoSocket, options: BusyboxPingOptions, address: Ip4) {
    this.proc = proc;
    this.socket = socket;
    this.options = options;
    this.address = address;
    this.payload = new Uint8Array(options.size).fill(options.patternByte);
    this.deadlineNs = options.deadlineSeconds === 0 ? Infinity : proc.now + options.deadlineSeconds * SECOND;
    proc.onSignal('SIGINT', () => {
      this.isOver = true;
    });
  }

  *run(): Generator<Wait, number, WakeReason> {
    const { proc, socket } = this;
    this.announce();
    this.sendNext();
    while (!this.isDone()) {
      yield proc.waitFor(socket, this.alarmNs);
      if (!this.isDone()) this.receiveAll();
      if (!this.isDone() && proc.now >= this.alarmNs) this.ringAlarm();
    }
    proc.write(this.closingText());
    const { deadlineSeconds, count } = this.options;
    return this.received === 0 || (deadlineSeconds > 0 && this.received < count) ? 1 : 0;
  }

  private announce(): void {
    const { proc, socket, options } = this;
    const source = options.source === '' ? undefined : parseIp4(options.source);
    if (options.source !== '' && source === undefined && socket.bindToDevice(options.source) !== '') {
      throw new ToolError(`ping: bad address '${options.source}'`, 1);
    }
    const from = source === undefined ? '' : ` from ${formatIp4(source)}`;
    proc.write(`PING ${options.destination} (${formatIp4(this.address)})${from}: ${options.size} data bytes\n`);
    if (source !== undefined && socket.bind(source, 0) !== '') {
      throw new ToolError("ping: can't set multicast source interface", 1);
    }
    // setsockopt(2) refuses others, and the tool does not look.
    if (options.ttl <= 255) socket.ttl = options.ttl;
    socket.broadcast = true;
  }

  private isDone(): boolean {
    return this.isOver;
  }

  private get hasSentAll(): boolean {
    return this.options.count > 0 && this.transmitted >= this.options.count;
  }

  private ringAlarm(): void {
    if (this.hasSentAll) this.isOver = true;
    else this.sendNext();
  }

  private sendNext(): void {
    const { proc, options } = this;
    // The deadline is looked at only when a request is due.
    if (proc.now >= this.deadlineNs) {
      this.isOver = true;
      return;
    }
    this.answered[this.transmitted % SEQUENCES] = 0;
    this.send(this.transmitted % SEQUENCES);
    this.transmitted++;
    if (!this.hasSentAll) {
      // setitimer(2) with nothing on the clock stops it: `-i 0` sends one request.
      this.alarmNs = options.intervalNs === 0 ? Infinity : proc.now + options.intervalNs;
      return;
    }
    const lingerSeconds =
      this.received > 0 ? Math.max(Math.floor(this.maxUs / TMAX_DIVISOR), 1) : options.timeoutSeconds;
    this.alarmNs = lingerSeconds === 0 ? Infinity : proc.now + lingerSeconds * SECOND;
  }

  private send(seq: number): void {
    const { payload, socket } = this;
    if (payload.length >= STAMP_LEN) new DataView(payload.buffer).setUint32(0, this.clockUs(), true);
    const address = this.address === 0 ? LOOPBACK : this.address;
    const errno = payload.length > ECHO_PAYLOAD_MAX ? 'EMSGSIZE' : socket.sendEcho(address, seq, payload);
    if (errno !== '') throw new ToolError(`ping: sendto: ${errorText(errno)}`, 1);
  }

  /** Microseconds since the machine started, 32 bits. */
  private clockUs(): number {
    return Math.floor(this.proc.now / MICROSECOND) % TWO_32;
  }

  private receiveAll(): void {
    // ICMP errors do not reach the tool's raw socket.
    while (this.socket.receiveError() !== null);
    for (let reply = this.socket.receive(); reply !== null; reply = this.socket.receive()) {
      if (reply.payload.length >= this.options.size) this.handleReply(reply);
      if (this.options.count > 0 && this.received >= this.options.count) {
        this.isOver = true;
        return;
      }
      if (this.options.isAdaptive && !this.hasSentAll) this.sendNext();
    }
  }

  private handleReply(reply: EchoReply): void {
    const { payload, seq } = reply;
    let time = '';
    if (payload.length >= STAMP_LEN) {
      const sentUs = new DataView(payload.buffer, payload.byteOffset).getUint32(0, true);
      const tripUs = (this.clockUs() - sentUs + TWO_32) % TWO_32;
      this.sumUs += tripUs;
      this.minUs = Math.min(this.minUs, tripUs);
      this.maxUs = Math.max(this.maxUs, tripUs);
      time = ` time=${formatUs(tripUs)} ms`;
    }
    const isRepeat = this.answered[seq] === 1;
    this.answered[seq] = 1;
    if (isRepeat) this.repeats++;
    else this.received++;
    if (this.options.isQuiet) return;
    const bytes = payload.length + ICMP_HEADER_LEN;
    const from = formatIp4(reply.from);
    this.proc.write(`${bytes} bytes from ${from}: seq=${seq} ttl=${reply.ttl}${time}${isRepeat ? ' (DUP!)' : ''}\n`);
  }

  private closingText(): string {
    const { transmitted, received, repeats } = this;
    let text = `\n--- ${this.options.destination} ping statistics ---\n`;
    text += `${transmitted} packets transmitted, ${received} packets received, `;
    if (repeats > 0) text += `${repeats} duplicates, `;
    const loss = transmitted === 0 ? 0 : Math.floor(((transmitted - received) * 100) / transmitted);
    text += `${loss}% packet loss\n`;
    if (this.minUs === Infinity) return text;
    const times = [this.minUs, Math.floor(this.sumUs / (received + repeats)), this.maxUs];
    return `${text}round-trip min/avg/max = ${times.map(formatUs).join('/')} ms\n`;
  }
}
