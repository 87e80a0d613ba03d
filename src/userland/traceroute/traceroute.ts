/**
 * traceroute 2.1.2 of Debian: probes with growing TTL, several at a time, printed in their order as soon as they are
 * answered or given up (traceroute.c).
 */
import type { Ip4 } from '../../base/addr.ts';
import { formatIp4 } from '../../base/addr.ts';
import { errorText } from '../../kernel/errno.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { ProgramEntry } from '../../kernel/proc/program-registry.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import type { SocketError } from '../../kernel/socket/socket-error.ts';
import * as icmp from '../../wire/icmp.ts';
import { nameOfHost } from '../resolve.ts';
import { giveUp, ToolError } from '../tool-error.ts';
import { reportUnsupported } from '../unsupported.ts';
import type { Arrival, TraceMethod } from './method.ts';
import { fail, IcmpMethod, UdpMethod } from './method.ts';
import type { TracerouteOptions } from './options.ts';
import { checkTraceroute, readTraceroute, refuseTraceroute, TRACEROUTE_SUPPORTED } from './options.ts';
import type { Probe } from './probe.ts';
import { hopOf, hopsOfTtl, isSent, newProbe, settleExpired, timeoutNs, tripUs } from './probe.ts';
import { TcpMethod } from './tcp-method.ts';
import { TcpConnMethod } from './tcpconn-method.ts';
import { TRACEROUTE_USAGE, TRACEROUTE_VERSION } from './usage.ts';

type Steps<T> = Generator<Wait, T, WakeReason>;

function* runTraceroute(proc: Process): Steps<number> {
  try {
    const command = yield* readTraceroute(proc, proc.argv.slice(1));
    if (command.kind === 'usage') proc.writeError(TRACEROUTE_USAGE);
    else if (command.kind === 'version') proc.writeError(TRACEROUTE_VERSION);
    else if (command.kind === 'help') proc.writeError(command.text);
    else if (command.kind === 'trace') yield* trace(proc, command.options);
    else return reportUnsupported(proc, `traceroute ${command.what}`, TRACEROUTE_SUPPORTED);
    return 0;
  } catch (error) {
    return giveUp(proc, error);
  }
}

function* trace(proc: Process, options: TracerouteOptions): Steps<void> {
  const method = methodOf(proc, options);
  try {
    method.open();
    yield* new Trace(proc, options, method).run();
  } finally {
    method.close();
  }
}

function methodOf(proc: Process, options: TracerouteOptions): TraceMethod {
  if (options.method === 'icmp') return new IcmpMethod(proc, options);
  if (options.method === 'tcp') return new TcpMethod(proc, options, options.tcp);
  if (options.method === 'tcpconn') return new TcpConnMethod(proc, options);
  return new UdpMethod(proc, options);
}

class Trace {
  private readonly proc: Process;
  private readonly options: TracerouteOptions;
  private readonly method: TraceMethod;
  private readonly probes: Probe[];
  private readonly headerBytes: number;
  /** What a probe carries behind its headers; shrinks when the way turns out to be narrower. */
  private dataBytes: number;
  /** The next probe to be printed, and the one behind the last. */
  private start: number;
  private end: number;
  private lastSentNs = -Infinity;

  constructor(proc: Process, options: TracerouteOptions, method: TraceMethod) {
    this.proc = proc;
    this.options = options;
    this.method = method;
    const { headerBytes, dataBytes } = method.lengths();
    this.headerBytes = headerBytes;
    this.dataBytes = dataBytes;
    this.probes = Array.from({ length: options.maxHops * options.probesPerHop }, newProbe);
    this.start = (options.firstHop - 1) * options.probesPerHop;
    this.end = this.probes.length;
  }

  *run(): Steps<void> {
    const { targetName, target, maxHops } = this.options;
    const size = `${this.headerBytes + this.dataBytes} byte packets`;
    this.proc.write(`traceroute to ${targetName} (${formatIp4(target)}), ${maxHops} hops max, ${size}`);
    while (this.start < this.end) {
      const untilNs = yield* this.advance();
      if (untilNs === null) continue;
      yield this.proc.waitFor(this.method.waitables(), untilNs);
      for (const arrival of this.method.receive()) this.arrived(arrival);
    }
    this.proc.write('\n');
  }

  /** Prints what is done, sends what may be sent; until when to wait, null for not at all. */
  private *advance(): Steps<number | null> {
    const now = this.proc.now;
    let untilNs: number | null = null;
    let underWay = 0;
    for (let index = this.start; index < this.end; index++) {
      const probe = this.probes[index]!;
      if (index === this.start && !probe.isDone && isSent(probe)) {
        const expiresNs = this.expiryNs(index);
        if (expiresNs > now) untilNs = expiresNs;
        else this.expire(index);
      }
      if (probe.isDone) {
        if (index === this.start) yield* this.print(this.start++);
        if (probe.isFinal) this.end = hopOf(this.options, index) * this.options.probesPerHop;
        continue;
      }
      if (!isSent(probe)) {
        const nextSendNs = this.lastSentNs + this.options.sendGapNs;
        if (nextSendNs > now) return nextSendNs;
        if (!this.send(index)) {
          if (untilNs === null) fail('send probe', 'EAGAIN');
          return untilNs;
        }
      }
      untilNs ??= this.expiryNs(index);
      if (++underWay >= this.options.simultaneous) break;
    }
    return untilNs;
  }

  private expiryNs(index: number): number {
    return Math.ceil(this.probes[index]!.sentNs + timeoutNs(this.probes, index, this.options));
  }

  private expire(index: number): void {
    this.finish(this.probes[index]!);
    settleExpired(this.probes, index, this.options);
  }

  private send(index: number): boolean {
    const probe = this.probes[index]!;
    if (!this.method.send(probe, hopOf(this.options, index), this.dataBytes)) return false;
    this.lastSentNs = probe.sentNs;
    return true;
  }

  private finish(probe: Probe): void {
    this.method.finish(probe);
    probe.isDone = true;
  }

  /** Twin of recv_reply. */
  private arrived(arrival: Arrival): void {
    if ('reply' in arrival) {
      const { probe, reply } = arrival;
      probe.isFinal = true;
      probe.from = reply.from;
      probe.receivedTtl = reply.ttl;
      probe.receivedNs = reply.timeNs;
      this.finish(probe);
      return;
    }
    const { error } = arrival;
    const probe = arrival.probe ?? this.firstProbe(error);
    if (probe === null) return;
    probe.receivedTtl = error.ttl;
    if (error.origin === 'local') this.localError(probe, error);
    else {
      probe.from = error.offender;
      probe.receivedNs = error.timeNs;
      this.readIcmp(probe, error);
    }
    if (!this.shrink(probe, error)) this.finish(probe);
  }

  /** An error that names no probe is about the first one, if that still waits and may be too long. */
  private firstProbe(error: SocketError): Probe | null {
    const first = this.probes[(this.options.firstHop - 1) * this.options.probesPerHop]!;
    return error.origin === 'local' && this.options.dontFragment && !first.isDone ? first : null;
  }

  private localError(probe: Probe, error: SocketError): void {
    probe.receivedNs = this.proc.now;
    if (error.errno !== 'EMSGSIZE' || error.info === 0) {
      throw new ToolError(`\nlocal recverr: ${errorText(error.errno)}`, 1);
    }
    probe.errorText += `!F-${error.info}`;
    probe.isFinal = true;
  }

  private readIcmp(probe: Probe, { type, code, info }: SocketError): void {
    if (type === icmp.TIME_EXCEEDED && code === icmp.TTL_EXCEEDED) return;
    probe.errorText += type === icmp.DEST_UNREACH ? unreachText(code, info) : `!<${type}-${code}>`;
    probe.isFinal = true;
  }

  /** `--mtu`: a way that takes less is tried again with less; true when the probe is to be sent again. */
  private shrink(probe: Probe, error: SocketError): boolean {
    const { info } = error;
    const isNarrower = info >= this.headerBytes && info < this.headerBytes + this.dataBytes;
    if (!this.options.findsMtu || !isNarrower) return false;
    this.dataBytes = info - this.headerBytes;
    this.method.finish(probe);
    Object.assign(probe, newProbe(), { errorText: `F=${info}` });
    return true;
  }

  private *print(index: number): Steps<void> {
    const probe = this.probes[index]!;
    const place = index % this.options.probesPerHop;
    let text = place === 0 ? `\n${String(hopOf(this.options, index)).padStart(2)} ` : '';
    if (probe.from === null) text += ' *';
    else if (place === 0 || this.differsFromBefore(index, probe.from))
      text += yield* this.addressText(index, probe.from);
    if (!Number.isNaN(probe.receivedNs)) text += `  ${(tripUs(probe) / 1000).toFixed(3)} ms`;
    if (probe.errorText !== '') text += ` ${probe.errorText}`;
    this.proc.write(text);
  }

  /** Whether the last answer of the same hop came from somebody else. */
  private differsFromBefore(index: number, from: Ip4): boolean {
    const hopStart = index - (index % this.options.probesPerHop);
    for (let before = index - 1; before >= hopStart; before--) {
      const probe = this.probes[before]!;
      if (probe.from === null) continue;
      const { receivedTtl, extraText } = this.probes[index]!;
      const isOtherWay = this.options.showsBackward && probe.receivedTtl !== receivedTtl;
      return probe.from !== from || probe.extraText !== extraText || isOtherWay;
    }
    return true;
  }

  private *addressText(index: number, from: Ip4): Steps<string> {
    const address = formatIp4(from);
    let text = ` ${address}`;
    if (!this.options.isNumeric) text = ` ${(yield* nameOfHost(this.proc, from)) ?? address} (${address})`;
    const { receivedTtl, extraText } = this.probes[index]!;
    if (extraText !== '') text += ` ${extraText}`;
    if (this.options.showsBackward && receivedTtl !== 0) {
      const hops = hopsOfTtl(receivedTtl);
      if (hops !== hopOf(this.options, index)) text += ` '-${hops}'`;
    }
    return text;
  }
}

const UNREACH_TEXTS: Readonly<Record<number, string>> = {
  [icmp.NET_UNREACH]: '!N',
  [icmp.NET_UNKNOWN]: '!N',
  [icmp.HOST_ISOLATED]: '!N',
  [icmp.NET_UNREACH_TOS]: '!N',
  [icmp.HOST_UNREACH]: '!H',
  [icmp.HOST_UNKNOWN]: '!H',
  [icmp.HOST_UNREACH_TOS]: '!H',
  [icmp.NET_PROHIBITED]: '!X',
  [icmp.HOST_PROHIBITED]: '!X',
  [icmp.ADMIN_PROHIBITED]: '!X',
  // The target itself.
  [icmp.PORT_UNREACH]: '',
  [icmp.PROTOCOL_UNREACH]: '!P',
  [icmp.SOURCE_ROUTE_FAILED]: '!S',
  [icmp.HOST_PRECEDENCE_VIOLATION]: '!V',
  [icmp.PRECEDENCE_CUTOFF]: '!C',
};

function unreachText(code: number, mtu: number): string {
  return code === icmp.FRAG_NEEDED ? `!F-${mtu}` : (UNREACH_TEXTS[code] ?? `!<${code}>`);
}

export const TRACEROUTE: ProgramEntry = {
  name: 'traceroute',
  run: runTraceroute,
  check: checkTraceroute,
  refusal: refuseTraceroute,
};
