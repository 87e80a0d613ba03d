/**
 * arping of Thomas Habets, 2.23: asks for an address by ARP, or a MAC address by an echo request, and sees the answers
 * on a packet socket. Its frames are 16 bytes longer than need be, as the real one's are.
 */
import type { Mac } from '../../base/addr.ts';
import { BROADCAST_MAC, formatIp4, formatMac, macHi, macLo } from '../../base/addr.ts';
import { errorText } from '../../kernel/errno.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { ProgramEntry } from '../../kernel/proc/program-registry.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import type { SeenFrame } from '../../kernel/socket/packet-socket.ts';
import { ETH_P_ALL, PacketSocket } from '../../kernel/socket/packet-socket.ts';
import { MILLISECOND } from '../../sim/units.ts';
import * as arp from '../../wire/arp.ts';
import * as ethernet from '../../wire/ethernet.ts';
import { compileFilter } from '../../wire/filter.ts';
import * as icmp from '../../wire/icmp.ts';
import * as ipv4 from '../../wire/ipv4.ts';
import { echoRequest } from '../icmp-echo.ts';
import { resolveIp4Host } from '../resolve.ts';
import { ToolError } from '../tool-error.ts';
import { reportUnsupported } from '../unsupported.ts';
import type { ArpingOptions } from './options.ts';
import { ARPING_SUPPORTED, checkArping, readArping, refuseArping } from './options.ts';

type Device = NonNullable<ReturnType<Process['ns']['deviceByName']>>;

/** The library leaves room for an address of 16 bytes more behind the ARP packet. */
const ARP_EXTRA_BYTES = 16;
const ECHO_TTL = 64;
/** struct timespec of a 64-bit machine, and four random bytes. */
const PAYLOAD_BYTES = 20;
const SECRET_OFFSET = 16;
const NANOSECONDS = 1_000_000_000;

function* runArping(proc: Process): Generator<Wait, number, WakeReason> {
  const args = proc.argv.slice(1);
  const lack = checkArping(args);
  if (lack !== undefined) return reportUnsupported(proc, `arping ${args[lack.argIndex]!}`, ARPING_SUPPORTED);
  const sender = new PacketSocket(proc.ns, 'raw', 0);
  const receiver = new PacketSocket(proc.ns, 'raw', 0);
  try {
    const command = yield* readArping(proc, args, resolveIp4Host);
    if ('text' in command) {
      proc.write(command.text);
      return command.exit;
    }
    const { options } = command;
    const dev = openDevice(proc, options);
    receiver.bind(dev, ETH_P_ALL);
    receiver.filter = compileFilter(options.mode === 'ip' ? 'arp' : 'icmp');
    if (options.isPromiscuous) receiver.addPromiscuous(dev);
    return yield* new Arping(proc, options, dev, sender, receiver).run();
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    proc.writeError(error.message.endsWith('ping IPs') ? error.message : `${error.message}\n`);
    return error.exitCode;
  } finally {
    sender.close();
    receiver.close();
  }
}

/** libnet_init() and what follows it: the interface is there, is up, and has an address unless one was given. */
function openDevice(proc: Process, options: ArpingOptions): Device {
  const { device } = options;
  const init = `arping: libnet_init(LIBNET_LINK, ${device}): libnet_check_iface()`;
  const dev = proc.ns.deviceByName(device);
  if (dev === null) throw new ToolError(`${init} ioctl: No such device`, 1);
  if (!dev.isUp) throw new ToolError(`${init}: ${device} is down`, 1);
  if (Number.isNaN(options.sourceMac)) options.sourceMac = dev.mac;
  if (!Number.isNaN(options.source)) return dev;
  const first = dev.addresses[0];
  if (first === undefined) {
    throw new ToolError(
      `arping: Unable to get the IPv4 address of interface ${device}:\n` +
        'arping: libnet_get_ipaddr4(): ioctl(): Cannot assign requested address\n' +
        'arping: Use -S to specify address manually.',
      1,
    );
  }
  options.source = first.address;
  return dev;
}

class Arping {
  private readonly proc: Process;
  private readonly options: ArpingOptions;
  private readonly dev: Device;
  private readonly sender: PacketSocket;
  private readonly receiver: PacketSocket;
  private readonly secret: number;
  private sent = 0;
  private received = 0;
  private lastSentNs = 0;
  private lastMac: Mac = 0;
  private isDuplicateFound = false;
  private isDying = false;
  private readonly tripsNs: number[] = [];

  constructor(proc: Process, options: ArpingOptions, dev: Device, sender: PacketSocket, receiver: PacketSocket) {
    this.proc = proc;
    this.options = options;
    this.dev = dev;
    this.sender = sender;
    this.receiver = receiver;
    this.secret = proc.rng.u32();
    proc.onSignal('SIGINT', () => {
      this.isDying = true;
    });
  }

  *run(): Generator<Wait, number, WakeReason> {
    const { proc, options } = this;
    if (options.isVerbose) this.announce();
    if (options.display === 'normal') proc.write(`ARPING ${options.target}\n`);
    for (let turn = 0; (options.count < 0 || turn < options.count) && !this.isDying; turn++) {
      this.sendOne(turn);
      const untilNs = this.waitUntil();
      if (untilNs <= proc.now) break;
      yield* this.listen(untilNs);
    }
    proc.write(this.closingText());
    if (options.findsDuplicates) return this.isDuplicateFound ? 1 : 0;
    return this.received === 0 ? 1 : 0;
  }

  private announce(): void {
    const { options } = this;
    // The real one looks for a user to become; on a machine without it, this is what it says.
    this.proc.write('arping: getpwnam(sshd): Success\n');
    const address = formatIp4(this.dev.addresses[0]?.address ?? -1);
    const mac = formatMac(options.sourceMac);
    this.proc.write(`This box:   Interface: ${options.device}  IP: ${address}   MAC address: ${mac}\n`);
  }

  private waitUntil(): number {
    const { deadlineNs, waitNs } = this.options;
    const untilNs = this.proc.now + waitNs;
    return deadlineNs < 0 ? untilNs : Math.min(untilNs, deadlineNs);
  }

  private *listen(untilNs: number): Generator<Wait, void, WakeReason> {
    const { proc, options } = this;
    const before = this.received;
    while (!this.isDying) {
      const reason = yield proc.waitFor(this.receiver, untilNs);
      for (let seen = this.receiver.receive(); seen !== null; seen = this.receiver.receive()) this.handle(seen);
      if (reason !== 'timer' && proc.now < untilNs) continue;
      if (this.received > before) return;
      if (options.isAudibleWhenMissing) proc.write('\x07');
      if (options.display === 'normal') proc.write('Timeout\n');
      else if (options.display === 'dots') proc.write('.');
      return;
    }
  }

  private sendOne(turn: number): void {
    const bytes = this.options.mode === 'ip' ? this.arpFrame() : this.echoFrame(turn);
    const errno = this.sender.send(bytes, this.dev);
    if (errno !== '') {
      this.isDying = true;
      this.proc.writeError(
        `arping: libnet_write(): libnet_write_link(): only -1 bytes written (${errorText(errno)})\n`,
      );
    }
    this.lastSentNs = this.proc.now;
    this.sent++;
  }

  private arpFrame(): Uint8Array {
    const { sourceMac, source, targetMac, targetIp, isUnsolicited, sendsReplies } = this.options;
    const bytes = new Uint8Array(ethernet.HEADER_LEN + arp.PACKET_LEN + ARP_EXTRA_BYTES);
    const v = new DataView(bytes.buffer);
    ethernet.emit(v, 0, { dst: targetMac, src: sourceMac, etherType: ethernet.ETHERTYPE_ARP });
    arp.emit(v, ethernet.HEADER_LEN, {
      op: sendsReplies ? arp.OP_REPLY : arp.OP_REQUEST,
      senderMac: sourceMac,
      senderIp: source,
      targetMac: isUnsolicited || sendsReplies ? BROADCAST_MAC : 0,
      targetIp,
    });
    return bytes;
  }

  private echoFrame(seq: number): Uint8Array {
    const { sourceMac, source, targetMac, targetIp } = this.options;
    const id = this.proc.rng.below(0x1_0000);
    const payload = new Uint8Array(PAYLOAD_BYTES);
    const stamp = new DataView(payload.buffer);
    stamp.setUint32(0, Math.floor(this.proc.now / NANOSECONDS), true);
    stamp.setUint32(8, this.proc.now % NANOSECONDS, true);
    stamp.setUint32(SECRET_OFFSET, this.secret, true);
    const message = echoRequest(id, seq, payload);
    const bytes = new Uint8Array(ethernet.HEADER_LEN + ipv4.HEADER_LEN + message.length);
    const v = new DataView(bytes.buffer);
    ethernet.writeHeader(
      v,
      0,
      macHi(targetMac),
      macLo(targetMac),
      macHi(sourceMac),
      macLo(sourceMac),
      ethernet.ETHERTYPE_IPV4,
    );
    const total = ipv4.HEADER_LEN + message.length;
    ipv4.writeHeader(v, ethernet.HEADER_LEN, 0, total, id, 0, ECHO_TTL, ipv4.PROTO_ICMP, source, targetIp);
    bytes.set(message, ethernet.HEADER_LEN + ipv4.HEADER_LEN);
    return bytes;
  }

  private handle(seen: SeenFrame): void {
    if (this.isDying) return;
    const v = new DataView(seen.bytes.buffer);
    const line = this.options.mode === 'ip' ? this.arpAnswer(v, seen) : this.echoAnswer(v, seen);
    if (line === null) return;
    const { display, isAudible, repliesMax } = this.options;
    this.tripsNs.push(this.proc.now - this.lastSentNs);
    if (isAudible) this.proc.write('\x07');
    if (display === 'dots') this.proc.write('!');
    else if (display !== 'quiet') this.proc.write(`${line}\n`);
    this.received++;
    if (this.received === repliesMax) this.isDying = true;
  }

  /** Twin of pingip_recv: what is printed of an answer, null for a frame that is none. */
  private arpAnswer(v: DataView, seen: SeenFrame): string | null {
    const { options } = this;
    const answer = arp.parse(v, ethernet.HEADER_LEN, seen.bytes.length);
    if (answer?.op !== arp.OP_REPLY || answer.senderIp !== options.targetIp) return null;
    if (options.isStrict && answer.senderMac !== options.targetMac) return null;
    if (!options.isPromiscuous && answer.targetMac !== options.sourceMac) return null;
    if (this.received > 0 && this.lastMac !== seen.sourceMac) this.isDuplicateFound = true;
    this.lastMac = seen.sourceMac;
    const [mac, ip] = [formatMac(seen.sourceMac), formatIp4(answer.senderIp)];
    if (options.display !== 'normal') return rawText(options.display, mac, ip);
    const total = options.showsTotal ? `/${this.sent - 1}` : '';
    const index = `index=${this.received}${total}`;
    return `${seen.originalLength} bytes from ${mac} (${ip}): ${index} time=${this.tripText()}`;
  }

  /** Twin of pingmac_recv. */
  private echoAnswer(v: DataView, seen: SeenFrame): string | null {
    const { options } = this;
    const l3 = ethernet.HEADER_LEN;
    const l4 = l3 + ipv4.HEADER_LEN;
    if (seen.bytes.length < l4 + icmp.HEADER_LEN + PAYLOAD_BYTES) return null;
    if (ethernet.dst(v, 0) !== options.sourceMac) return null;
    if (options.targetMac !== BROADCAST_MAC && seen.sourceMac !== options.targetMac) return null;
    if (options.isStrict && ipv4.src(v, l3) !== options.targetIp) return null;
    if (icmp.type(v, l4) !== icmp.ECHO_REPLY || icmp.code(v, l4) !== 0) return null;
    if (v.getUint32(l4 + icmp.HEADER_LEN + SECRET_OFFSET, true) !== this.secret) return null;
    const [mac, ip] = [formatMac(seen.sourceMac), formatIp4(ipv4.src(v, l3))];
    // Pinging a MAC address, it is the other way round.
    if (options.display === 'mac') return ip;
    if (options.display === 'ip') return mac;
    if (options.display !== 'normal') return rawText(options.display, mac, ip);
    return `${seen.originalLength} bytes from ${ip} (${mac}): icmp_seq=${icmp.echoSeq(v, l4)} time=${this.tripText()}`;
  }

  /** Divided by a thousand while it is larger. */
  private tripText(): string {
    let value = this.proc.now - this.lastSentNs;
    let unit = 0;
    for (; value > 1000 && unit < 3; unit++) value /= 1000;
    return `${value.toFixed(3)} ${['nsec', 'usec', 'msec', 'sec'][unit]!}`;
  }

  private closingText(): string {
    const { display, target } = this.options;
    if (display !== 'normal' && display !== 'dots') return '';
    const lost = 100 - (100 * this.received) / this.sent;
    const share = Number.isNaN(lost) ? '-nan' : Math.max(lost, 0).toFixed(0).padStart(3);
    const extra = `(${Math.max(this.received - this.sent, 0)} extra)`;
    if (display === 'dots') return `\t${share}% packet loss ${extra}\n`;
    const counts = `${this.sent} packets transmitted, ${this.received} packets received, ${share}% unanswered`;
    return `\n--- ${target} statistics ---\n${counts} ${extra}\n${this.tripsText()}\n`;
  }

  private tripsText(): string {
    if (this.received === 0) return '';
    const trips = this.tripsNs.map((ns) => ns / MILLISECOND);
    const mean = trips.reduce((sum, trip) => sum + trip, 0) / trips.length;
    const meanSquare = trips.reduce((sum, trip) => sum + trip * trip, 0) / trips.length;
    const deviation = Math.sqrt(Math.max(meanSquare - mean * mean, 0));
    const figures = [Math.min(...trips), mean, Math.max(...trips), deviation];
    return `rtt min/avg/max/std-dev = ${figures.map((figure) => figure.toFixed(3)).join('/')} ms`;
  }
}

function rawText(display: ArpingOptions['display'], mac: string, ip: string): string {
  if (display === 'both') return `${mac} ${ip}`;
  return display === 'ip' ? ip : mac;
}

export const HABETS_ARPING: ProgramEntry = {
  name: 'arping',
  run: runArping,
  check: checkArping,
  refusal: refuseArping,
};
