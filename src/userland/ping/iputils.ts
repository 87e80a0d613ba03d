/**
 * ping of iputils 20221126, Debian 12's: its loop, its output to the letter, its exit codes (ping/ping.c and
 * ping_common.c of iputils). Requests go out on a fixed schedule; a round trip is measured from the time in the payload
 * to the reply's arrival at the socket.
 */
import type { Ip4 } from '../../base/addr.ts';
import { formatIp4 } from '../../base/addr.ts';
import { errorText } from '../../kernel/errno.ts';
import type { Errno } from '../../kernel/errno.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Program } from '../../kernel/proc/program-registry.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import type { EchoReply } from '../../kernel/socket/ping-socket.ts';
import type { SocketError } from '../../kernel/socket/socket-error.ts';
import { MICROSECOND, MILLISECOND, SECOND } from '../../sim/units.ts';
import { REDIRECT } from '../../wire/icmp.ts';
import { nameOfHost } from '../resolve.ts';
import type { Resolver } from '../resolve.ts';
import { giveUp } from '../tool-error.ts';
import { reportUnsupported } from '../unsupported.ts';
import { ECHO_PAYLOAD_MAX, ICMP_HEADER_LEN } from './echo-socket.ts';
import type { EchoSocket, PingSockets } from './echo-socket.ts';
import { icmpErrorText, redirectText } from './icmp-text.ts';
import { OptionWords } from './ip-options.ts';
import { PING_SUPPORTED, checkPing, readPingCommand, versionText } from './options.ts';
import type { PingOptions } from './options.ts';
import { Pace } from './pace.ts';
import { fillPayload, isTimed, readStamp, writeStamp } from './payload.ts';
import { PingStats, formatTripTime, formatUs } from './stats.ts';
import { openTarget } from './target.ts';
import type { PingTarget } from './target.ts';

/** What this host tells itself of a refused request is there within this time. */
const REJECTION_NS = 10 * MICROSECOND;

type Steps<T> = Generator<Wait, T, WakeReason>;

/** Makes the program; the sockets are the kernel's, or a test's. */
export function iputilsPing(sockets: PingSockets, resolve: Resolver): Program {
  return function* ping(proc) {
    const args = proc.argv.slice(1);
    const lack = checkPing(args);
    if (lack !== undefined) return reportUnsupported(proc, `ping ${args[lack.argIndex]!}`, PING_SUPPORTED);
    const socket = sockets.echo(proc.ns);
    try {
      const version = versionText(args);
      if (version !== undefined) {
        proc.write(version);
        return 0;
      }
      const command = readPingCommand(args);
      proc.writeError(command.stderr);
      proc.write(command.stdout);
      const target = yield* openTarget(proc, socket, sockets, command, resolve);
      return yield* new IputilsPing(proc, socket, command.options, target).run();
    } catch (error) {
      return giveUp(proc, error);
    } finally {
      socket.close();
    }
  };
}

class IputilsPing {
  private readonly proc: Process;
  private readonly socket: EchoSocket;
  private readonly options: PingOptions;
  private readonly target: PingTarget;
  private readonly stats = new PingStats();
  private readonly optionWords = new OptionWords();
  private readonly pace: Pace;
  private readonly payload: Uint8Array;
  private readonly startNs: number;
  /** The one alarm clock (ITIMER_REAL): the deadline, or the wait for the last answers. */
  private alarmNs: number;
  private isLingering = false;
  private isExiting = false;
  private isStatusWanted = false;

  constructor(proc: Process, socket: EchoSocket, options: PingOptions, target: PingTarget) {
    this.proc = proc;
    this.socket = socket;
    this.options = options;
    this.target = target;
    this.pace = new Pace(options.intervalMs * MILLISECOND, options.preload);
    this.payload = fillPayload(Math.min(options.size, ECHO_PAYLOAD_MAX + 1), options.pattern);
    this.startNs = proc.now;
    this.alarmNs = options.deadlineSeconds === 0 ? Infinity : proc.now + options.deadlineSeconds * SECOND;
    proc.onSignal('SIGINT', () => {
      this.isExiting = true;
    });
    proc.onSignal('SIGQUIT', () => {
      this.isStatusWanted = true;
    });
  }

  *run(): Steps<number> {
    this.announce();
    while (!this.isOver()) {
      if (this.isStatusWanted) {
        this.proc.writeError(this.stats.statusText());
        this.isStatusWanted = false;
      }
      let untilNs = Math.min(yield* this.sendDue(), this.alarmNs);
      // An error that the last request met at once is noticed when reading times out (SO_RCVTIMEO).
      if (this.isOver()) untilNs = Math.min(untilNs, this.proc.now + this.options.intervalMs * MILLISECOND);
      yield this.proc.waitFor(this.socket, untilNs);
      // What came before the alarm is read, although the program is only woken after it.
      if (!this.isExiting) yield* this.receiveAll();
      if (this.proc.now >= this.alarmNs) this.isExiting = true;
    }
    this.proc.write(this.closingText());
    const { received } = this.stats;
    return received === 0 || (this.options.deadlineSeconds > 0 && received < this.options.count) ? 1 : 0;
  }

  private announce(): void {
    const { options, target } = this;
    const from = target.fromText === '' ? '' : `from ${target.fromText}: `;
    const total = options.size + ICMP_HEADER_LEN + target.optionBytes + 20;
    this.proc.write(
      `PING ${target.hostname} (${formatIp4(target.address)}) ${from}${options.size}(${total}) bytes of data.\n`,
    );
  }

  private isOver(): boolean {
    const { count, deadlineSeconds } = this.options;
    const { received, errors } = this.stats;
    return this.isExiting || (count > 0 && received + errors >= count) || (deadlineSeconds > 0 && errors > 0);
  }

  /** With a deadline, requests go on until so many were answered; without, so many are sent. */
  private get hasSentAll(): boolean {
    const { count, deadlineSeconds } = this.options;
    return count > 0 && deadlineSeconds === 0 && this.stats.transmitted >= count;
  }

  /** Sends what is due; returns when the next request is. */
  private *sendDue(): Generator<Wait, number, WakeReason> {
    const { proc, pace, stats } = this;
    while (!this.hasSentAll) {
      const dueNs = pace.dueNs(proc.now, stats.inFlight);
      if (dueNs > proc.now) return dueNs;
      this.reportOutstanding();
      yield* this.sendProbe();
    }
    this.startLinger();
    return Infinity;
  }

  /** After the last request: twice the longest round trip but at least an interval, or `-W` if there was no answer. */
  private startLinger(): void {
    if (this.isLingering) return;
    this.isLingering = true;
    const { stats, options, pace } = this;
    const lingerNs =
      stats.received > 0 ? Math.max(2 * stats.maxUs * MICROSECOND, pace.intervalNs) : options.lingerMs * MILLISECOND;
    // setitimer(2) with nothing on the clock stops it.
    if (lingerNs > 0) this.alarmNs = this.proc.now + lingerNs;
  }

  private reportOutstanding(): void {
    const { transmitted } = this.stats;
    if (!this.options.reportsOutstanding || transmitted === 0 || this.stats.hasAnswer(transmitted)) return;
    this.proc.write(`${this.timestamp()}no answer yet for icmp_seq=${transmitted & 0xffff}\n`);
  }

  private *sendProbe(): Generator<Wait, void, WakeReason> {
    const { proc, stats, pace, options } = this;
    const seq = (stats.transmitted + 1) & 0xffff;
    stats.expect(seq);
    if (isTimed(this.payload)) writeStamp(this.payload, this.microsecondsAt(proc.now));
    const { address } = this.target;
    const errno: Errno =
      options.size > ECHO_PAYLOAD_MAX ? 'EMSGSIZE' : this.socket.sendEcho(address, seq, this.payload);
    if (errno === '') {
      stats.countTransmitted();
      pace.markSent(proc.now);
      if (options.isFlood && !options.isQuiet) proc.write('.');
      return;
    }
    // A real kernel has delivered what it sends to itself when the call returns.
    if (errno === 'EPERM') yield proc.waitFor(this.socket, proc.now + REJECTION_NS);
    const error = this.socket.receiveError();
    if (error !== null) yield* this.handleError(error);
    stats.countTransmitted();
    pace.markFailed(proc.now);
    // Without anything in the error queue the real one keeps silent and counts the request as sent.
    if (error?.origin === 'icmp' && !options.isQuiet) {
      if (options.isFlood) proc.write('E');
      else proc.writeError(`ping: sendmsg: ${errorText(errno)}\n`);
    }
  }

  /** Reads what has come until nothing is left or nothing is under way. */
  private *receiveAll(): Steps<void> {
    for (;;) {
      const error = this.socket.receiveError();
      if (error !== null) yield* this.handleError(error);
      else {
        const reply = this.socket.receive();
        if (reply === null) return;
        yield* this.handleReply(reply);
      }
      if (this.stats.inFlight === 0) return;
    }
  }

  private *handleError(error: SocketError): Steps<void> {
    if (error.origin === 'local') this.handleLocalError(error);
    else if (error.dst === this.target.address) yield* this.handleIcmpError(error);
  }

  private handleLocalError(error: SocketError): void {
    const { proc, options } = this;
    // The real one forgets to count it when it is quiet.
    if (options.isQuiet) return;
    if (options.isFlood) proc.write('E');
    else if (error.errno === 'EMSGSIZE') {
      proc.writeError(`ping: local error: message too long, mtu=${error.info}\n`);
    } else proc.writeError(`ping: local error: ${errorText(error.errno)}\n`);
    this.stats.errors++;
  }

  private *handleIcmpError(error: SocketError): Steps<void> {
    const { proc, options } = this;
    if (error.type === REDIRECT) {
      yield* this.tellRedirect(error);
      return;
    }
    this.stats.acknowledge(error.seq);
    this.stats.errors++;
    if (options.isQuiet) return;
    if (options.isFlood) {
      proc.write('\bE');
      return;
    }
    const text = icmpErrorText(error.type, error.code, error.info);
    const from = yield* this.nameOf(error.offender);
    proc.write(`${this.timestamp()}From ${from} icmp_seq=${error.seq} ${text}\n`);
  }

  /** Of a better way there is only a line: the request went on, and its answer will come. */
  private *tellRedirect(error: SocketError): Steps<void> {
    if (this.options.isQuiet || this.options.isFlood) return;
    const from = yield* this.nameOf(error.offender);
    const text = redirectText(error.code, yield* this.nameOf(error.info));
    this.proc.write(`${this.timestamp()}From ${from}: icmp_seq=${error.seq} ${text}\n`);
  }

  private *handleReply(reply: EchoReply): Steps<void> {
    const { stats, options, proc } = this;
    stats.acknowledge(reply.seq);
    let tripUs = -1;
    if (isTimed(this.payload) && isTimed(reply.payload)) {
      const arrivedNs = options.isUserLatency ? proc.now : reply.timeNs;
      tripUs = Math.max(this.microsecondsAt(arrivedNs) - readStamp(reply.payload), 0);
      stats.addRoundTrip(tripUs);
      if (options.isAdaptive)
        this.pace.intervalNs = Math.floor((Math.floor(stats.ewma / 8) + 500) / 1000) * MILLISECOND;
    }
    const isRepeat = stats.countReply(reply.seq);
    if (options.isQuiet) return;
    proc.write(options.isFlood ? '\b \b' : yield* this.replyText(reply, tripUs, isRepeat));
  }

  private *replyText(reply: EchoReply, tripUs: number, isRepeat: boolean): Steps<string> {
    const { options, target } = this;
    const from = yield* this.nameOf(reply.from);
    let text = `${this.timestamp()}${reply.payload.length + ICMP_HEADER_LEN} bytes from ${from}:`;
    text += ` icmp_seq=${reply.seq}`;
    if (options.isVerbose) text += ` ident=${this.socket.id}`;
    text += ` ttl=${reply.ttl}`;
    if (reply.payload.length < options.size) return `${text} (truncated)\n`;
    if (tripUs >= 0) text += ` time=${formatTripTime(tripUs)} ms`;
    if (isRepeat) text += ' (DUP!)';
    if (!target.isBroadcast && reply.from !== target.address) text += ' (DIFFERENT ADDRESS!)';
    if (options.isAudible) text += '\x07';
    return `${text}${yield* this.optionWords.describe(reply.options, (address) => this.nameOf(address), false)}\n`;
  }

  private closingText(): string {
    const { stats, pace, options } = this;
    const lastNs = pace.lastSendNs < 0 ? 0 : pace.lastSendNs - this.startNs;
    let text = stats.countsText(this.target.hostname, Math.floor((lastNs + MILLISECOND / 2) / MILLISECOND));
    const parts = [stats.roundTripText()];
    if (stats.pipeSize > 1) parts.push(`pipe ${stats.pipeSize}`);
    const isPaced = options.intervalMs > 0 && !options.isFlood && !options.isAdaptive;
    if (stats.received > 0 && !isPaced && stats.transmitted > 1) {
      const gapUs = Math.floor(lastNs / MICROSECOND / (stats.transmitted - 1));
      const ewma = `${Math.floor(stats.ewma / 8000)}.${String(Math.floor(stats.ewma / 8) % 1000).padStart(3, '0')}`;
      parts.push(`ipg/ewma ${formatUs(gapUs)}/${ewma} ms`);
    }
    text += parts.filter((part) => part !== '').join(', ');
    return `${text}\n`;
  }

  /** `-D`: the wall clock in brackets. */
  private timestamp(): string {
    if (!this.options.printsTimestamps) return '';
    const us = this.microsecondsAt(this.proc.now);
    return `[${Math.floor(us / 1_000_000)}.${String(us % 1_000_000).padStart(6, '0')}] `;
  }

  /** The wall clock at a virtual time, in microseconds since 1970. */
  private microsecondsAt(timeNs: number): number {
    return this.proc.epochSeconds * 1_000_000 + Math.floor(timeNs / MICROSECOND);
  }

  /** An address, after its name if the target was given by name. */
  private *nameOf(address: Ip4): Steps<string> {
    const text = formatIp4(address);
    if (this.options.isNumeric || this.target.isNumeric) return text;
    const name = yield* nameOfHost(this.proc, address);
    return name === undefined ? text : `${name} (${text})`;
  }
}
