/**
 * tcpdump 4.99: shows or saves the frames of an interface, or of all, on a packet socket. Without -p the interface is
 * promiscuous meanwhile, with all that this does.
 */
import type { CheckMistake, ProgramEntry } from '../../kernel/proc/program-registry.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import type { SeenFrame } from '../../kernel/socket/packet-socket.ts';
import { ETH_P_ALL, PacketSocket, PACKET_OUTGOING } from '../../kernel/socket/packet-socket.ts';
import type { PcapWriter } from '../../pcap-writer/index.ts';
import * as ethernet from '../../wire/ethernet.ts';
import type { Filter } from '../../wire/filter.ts';
import { compileFilter } from '../../wire/filter.ts';
import { FilterError } from '../../wire/filter-token.ts';
import { lookupAddress, lookupHosts } from '../dns/etc-hosts.ts';
import { ToolError } from '../tool-error.ts';
import { EXIT_UNSUPPORTED, reportUnsupported } from '../unsupported.ts';
import { openForWriting, readSaved, writePacket } from './capture-file.ts';
import type { TcpdumpOptions } from './options.ts';
import { BANNER, lackingOf, readOptions, scanOptions, USAGE } from './options.ts';
import type { Packet } from './printer.ts';
import { namesFor, PacketPrinter } from './printer.ts';

type Device = NonNullable<PacketSocket['device']>;

const SECOND_NS = 1_000_000_000;
/** What libpcap asks for (its ring). */
const BUFFER_BYTES = 2 * 1024 * 1024;
const COOKED_HEADER_BYTES = 20;
/** ARPHRD_ETHER and ARPHRD_LOOPBACK */
const HARDWARE_ETHERNET = 1;
const HARDWARE_LOOPBACK = 772;
const USERS: ReadonlySet<string> = new Set(['root', 'tcpdump', 'nobody', 'daemon']);
const SUPPORTED =
  '-A -c -D -e -i -l -n -p -q -Q -r -s -S -t -U -v -w -x -X -Z -# --immediate-mode --nano --micro'.split(' ');

function* run(proc: Process): Generator<Wait, number, WakeReason> {
  try {
    const lacking = lackingOf(scanOptions(proc.argv.slice(1)));
    if (lacking !== undefined) return reportUnsupported(proc, `tcpdump -${lacking.name}`, SUPPORTED);
    const options = readOptions(proc.argv.slice(1));
    if (options.wantsHelp || options.wantsVersion) {
      proc.write(options.wantsHelp ? USAGE : BANNER);
      return 0;
    }
    if (options.listsInterfaces) {
      proc.write(listInterfaces(proc));
      return 0;
    }
    if (options.readFile !== null) return printSaved(proc, options, options.readFile);
    return yield* new LiveCapture(proc, options).run();
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    proc.writeError(`${error.message}\n`);
    if (error.exitCode === EXIT_UNSUPPORTED) proc.markUnsupported();
    return error.exitCode;
  }
}

/** The words of libpcap's compiler, or of whoever found no name. */
function compile(proc: Process, text: string): Filter {
  try {
    return compileFilter(text, (name) => lookupHosts(proc.files, name)?.address);
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    throw new ToolError(`tcpdump: ${filterComplaint(error.message)}`, 1);
  }
}

function filterComplaint(message: string): string {
  if (message.startsWith('syntax error') || message.includes('has no meaning in a filter')) {
    return "can't parse filter expression: syntax error";
  }
  return message.replace(/^unknown protocol: (.*)$/, "unknown ip proto '$1'");
}

function printerFor(proc: Process, options: TcpdumpOptions): PacketPrinter {
  return new PacketPrinter(
    options,
    namesFor((ip) => lookupAddress(proc.files, ip)),
  );
}

function printSaved(proc: Process, options: TcpdumpOptions, name: string): number {
  const filter = compile(proc, options.filter);
  const { packets, snaplen } = readSaved(proc, name);
  proc.writeError(`reading from file ${name}, link-type EN10MB (Ethernet), snapshot length ${snaplen}\n`);
  const printer = printerFor(proc, options);
  const taken = packets
    .filter(({ bytes }) =>
      filter.matches(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0, bytes.length),
    )
    .slice(0, options.count);
  if (options.onlyCount) proc.write(`${plural(taken.length, 'packet')}\n`);
  else if (options.writeFile === null) for (const packet of taken) proc.write(printer.print(packet));
  else {
    const writer = openForWriting(proc, options, false);
    for (const packet of taken) writePacket(writer, packet);
    writer.flush();
  }
  return 0;
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

/** -D: numbers, names, states; with the pseudo interfaces that libpcap has beside those of the machine. */
function listInterfaces(proc: Process): string {
  const devices = proc.ns.listDevices();
  const isRunning = (dev: Device): boolean => dev.isUp && dev.hasCarrier && !dev.isLoopback;
  const lines = devices.filter(isRunning).map((dev) => `${dev.name} [Up, Running, Connected]`);
  lines.push('any (Pseudo-device that captures on all interfaces) [Up, Running]');
  for (const dev of devices) if (dev.isLoopback && dev.isUp) lines.push(`${dev.name} [Up, Running, Loopback]`);
  for (const dev of devices) {
    if (!dev.isLoopback && dev.isUp && !dev.hasCarrier) lines.push(`${dev.name} [Up, Disconnected]`);
  }
  lines.push(
    'bluetooth-monitor (Bluetooth Linux Monitor) [Wireless]',
    'nflog (Linux netfilter log (NFLOG) interface) [none]',
    'nfqueue (Linux netfilter queue (NFQUEUE) interface) [none]',
    'dbus-system (D-Bus system bus) [none]',
    'dbus-session (D-Bus session bus) [none]',
  );
  for (const dev of devices) {
    if (!dev.isUp) lines.push(`${dev.name} [${dev.isLoopback ? 'Loopback' : 'none, Disconnected'}]`);
  }
  return lines.map((line, i) => `${i + 1}.${line}\n`).join('');
}

class LiveCapture {
  private readonly proc: Process;
  private readonly options: TcpdumpOptions;
  /** Null: all interfaces. */
  private readonly device: Device | null;
  private readonly socket: PacketSocket;
  private readonly printer: PacketPrinter | null;
  private readonly writer: PcapWriter | null;
  private captured = 0;
  private isInterrupted = false;
  private hasReported = false;

  constructor(proc: Process, options: TcpdumpOptions) {
    this.proc = proc;
    this.options = options;
    this.device = chooseDevice(proc, options.interface);
    if (this.device?.isUp === false) throw new ToolError(`tcpdump: ${this.device.name}: That device is not up`, 1);
    if (options.user !== null && !USERS.has(options.user)) {
      throw new ToolError(`tcpdump: Couldn't find user '${options.user}'`, 1);
    }
    const filter = compile(proc, options.filter);
    this.writer = options.writeFile === null ? null : openForWriting(proc, options, this.device === null);
    this.printer = this.writer === null || options.printsToo ? printerFor(proc, options) : null;
    this.socket = new PacketSocket(proc.ns, 'raw', ETH_P_ALL);
    this.socket.filter = filter;
    this.socket.snapBytes = options.snaplen;
    this.socket.receiveBufferBytes = BUFFER_BYTES;
    this.socket.bind(this.device);
    if (this.device !== null && options.isPromiscuous) this.socket.addPromiscuous(this.device);
  }

  *run(): Generator<Wait, number, WakeReason> {
    const { proc, socket } = this;
    this.announce();
    const stop = (): void => {
      this.isInterrupted = true;
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) proc.onSignal(signal, stop);
    let exit = 0;
    try {
      while (!this.isInterrupted && this.captured < this.options.count) {
        yield proc.waitFor(socket);
        this.drain();
        const errno = socket.takeError();
        if (errno === '') continue;
        exit = 1;
        this.finish();
        proc.writeError('tcpdump: pcap_loop: The interface disappeared\n');
        break;
      }
    } finally {
      this.finish();
    }
    return exit;
  }

  /** What was captured is complete, also when the process is killed. */
  private finish(): void {
    if (this.hasReported) return;
    this.hasReported = true;
    this.drain();
    this.writer?.flush();
    const { packets, drops } = this.socket.statistics();
    this.socket.close();
    if (this.writer === null && this.captured < this.options.count) this.proc.write('\n');
    this.proc.writeError(
      `${plural(this.captured, 'packet')} captured\n${plural(packets, 'packet')} received by filter\n` +
        `${plural(drops, 'packet')} dropped by kernel\n`,
    );
  }

  private announce(): void {
    const where = this.device?.name ?? 'any';
    const link = this.device === null ? 'LINUX_SLL2 (Linux cooked v2)' : 'EN10MB (Ethernet)';
    const listening = `listening on ${where}, link-type ${link}, snapshot length ${this.options.snaplen} bytes\n`;
    const isAny = this.device === null && this.options.interface !== null;
    const note = isAny ? 'tcpdump: data link type LINUX_SLL2\n' : '';
    const isQuiet = this.writer === null && this.options.verbose === 0;
    const hint = 'tcpdump: verbose output suppressed, use -v[v]... for full protocol decode\n';
    this.proc.writeError(note + (isQuiet ? hint + listening : `tcpdump: ${listening}`));
  }

  private drain(): void {
    for (;;) {
      if (this.captured >= this.options.count) break;
      const seen = this.socket.receive();
      if (seen === null) break;
      if (!this.isWanted(seen)) continue;
      this.captured++;
      const packet = this.packetOf(seen);
      if (this.writer !== null) writePacket(this.writer, packet);
      if (this.printer !== null) this.proc.write(this.printer.print(packet));
    }
    this.writer?.flush();
  }

  /** On lo a packet is seen as it comes in only (libpcap: linux_check_direction). */
  private isWanted(seen: SeenFrame): boolean {
    const isOutgoing = seen.packetType === PACKET_OUTGOING;
    if (isOutgoing && this.proc.ns.devices[seen.ifIndex]?.isLoopback === true) return false;
    return this.options.direction === 'inout' || (this.options.direction === 'out') === isOutgoing;
  }

  private packetOf(seen: SeenFrame): Packet {
    const seconds = Math.floor(seen.atNs / SECOND_NS);
    const stamp = { seconds: this.proc.epochSeconds + seconds, nanoseconds: seen.atNs - seconds * SECOND_NS };
    if (this.device !== null) return { stamp, bytes: seen.bytes, originalLength: seen.originalLength, cooked: null };
    const dev = this.proc.ns.devices[seen.ifIndex];
    const cooked = {
      interfaceName: dev?.name ?? '?',
      ifIndex: seen.ifIndex,
      packetType: seen.packetType,
      sourceMac: seen.sourceMac,
      etherType: seen.etherType,
      header: cookedHeader(seen, dev?.isLoopback === true),
    };
    const bytes = seen.bytes.subarray(Math.min(ethernet.HEADER_LEN, seen.bytes.length));
    return { stamp, bytes, originalLength: seen.originalLength - ethernet.HEADER_LEN, cooked };
  }
}

/**
 * LINKTYPE_LINUX_SLL2:
 *
 *   0          2     4         8          10     11       12
 *   | protocol | 0   | ifindex | hardware | type | length | address, 8 bytes
 */
function cookedHeader(seen: SeenFrame, isLoopback: boolean): Uint8Array {
  const bytes = new Uint8Array(COOKED_HEADER_BYTES);
  const v = new DataView(bytes.buffer);
  v.setUint16(0, seen.etherType);
  v.setUint32(4, seen.ifIndex);
  v.setUint16(8, isLoopback ? HARDWARE_LOOPBACK : HARDWARE_ETHERNET);
  v.setUint8(10, seen.packetType);
  v.setUint8(11, 6);
  v.setUint16(12, Math.floor(seen.sourceMac / 0x1_0000_0000));
  v.setUint32(14, seen.sourceMac % 0x1_0000_0000);
  return bytes;
}

/** By name, by its number in -D, or the first that works. */
function chooseDevice(proc: Process, name: string | null): Device | null {
  const devices = proc.ns.listDevices();
  if (name === null) return devices.find((dev) => !dev.isLoopback && dev.isUp && dev.hasCarrier) ?? null;
  if (name === 'any') return null;
  const found = proc.ns.deviceByName(name);
  if (found !== null) return found;
  if (/^\d+$/.test(name)) {
    const line = listInterfaces(proc).split('\n')[Number(name) - 1] ?? '';
    const listed = /^\d+\.(\S+)/.exec(line)?.[1];
    if (listed === undefined) throw new ToolError('tcpdump: Invalid adapter index', 1);
    return chooseDevice(proc, listed);
  }
  throw new ToolError(`tcpdump: ${name}: No such device exists\n(No such device exists)`, 1);
}

function check(args: readonly string[]): CheckMistake | undefined {
  const lacking = lackingOf(scanOptions(args));
  if (lacking === undefined) return undefined;
  return { argIndex: lacking.argIndex, message: `option -${lacking.name} is not supported by Dockwire` };
}

function refusal(args: readonly string[]): CheckMistake | undefined {
  const scan = scanOptions(args);
  if (scan.error !== null) return scan.error;
  // Names may only be known when the command runs, and a word that is no literal is ''.
  if (scan.words.length === 0 || scan.words.includes('')) return undefined;
  try {
    compileFilter(scan.words.join(' '), () => 0);
    return undefined;
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    return { argIndex: scan.wordsAt, message: filterComplaint(error.message) };
  }
}

export const TCPDUMP: ProgramEntry = { name: 'tcpdump', run, check, refusal };
