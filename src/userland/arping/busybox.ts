/**
 * arping of busybox 1.35 (networking/arping.c): one ARP packet a second until it has its answer, first to all, then to
 * whom answered; `-D` asks whether an address is taken (RFC 5227), `-U` and `-A` tell the neighbours one's own.
 */
import type { Ip4, Mac } from '../../base/addr.ts';
import { BROADCAST_MAC, formatIp4, formatMac, networkOf } from '../../base/addr.ts';
import type { CheckMistake, ProgramEntry } from '../../kernel/proc/program-registry.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import type { SeenFrame } from '../../kernel/socket/packet-socket.ts';
import { PacketSocket } from '../../kernel/socket/packet-socket.ts';
import { MICROSECOND, SECOND } from '../../sim/units.ts';
import * as arp from '../../wire/arp.ts';
import * as ethernet from '../../wire/ethernet.ts';
import { BUSYBOX_BANNER } from '../busybox-usage.ts';
import { getopt, unknownOption } from '../getopt.ts';
import { parseInteger } from '../number-text.ts';
import { inetAton } from '../dns/inet-aton.ts';
import { resolveIp4Host } from '../resolve.ts';
import { giveUp, ToolError } from '../tool-error.ts';

type Device = NonNullable<ReturnType<Process['ns']['deviceByName']>>;

const LETTERS = 'UDAqfbc:w:I:s:';
const INTERVAL_NS = SECOND;
const EXIT_USAGE = 1;
const EXIT_FAILURE = 2;
const PACKET_HOST = 0;
const PACKET_OTHERHOST = 3;

const USAGE = `${BUSYBOX_BANNER}

Usage: arping [-fqbDUA] [-c CNT] [-w TIMEOUT] [-I IFACE] [-s SRC_IP] DST_IP

Send ARP requests/replies

	-f		Quit on first ARP reply
	-q		Quiet
	-b		Keep broadcasting, don't go unicast
	-D		Exit with 1 if DST_IP replies
	-U		Unsolicited ARP mode, update your neighbors
	-A		ARP answer mode, update your neighbors
	-c N		Stop after sending N ARP requests
	-w TIMEOUT	Seconds to wait for ARP reply
	-I IFACE	Interface to use (default eth0)
	-s SRC_IP	Sender IP address
	DST_IP		Target IP address`;

interface Options {
  isDad: boolean;
  isUnsolicited: boolean;
  isAnswer: boolean;
  isQuiet: boolean;
  quitsOnReply: boolean;
  staysBroadcast: boolean;
  /** NaN for no limit, for both. */
  count: number;
  timeoutSeconds: number;
  device: string;
  source: string;
  target: string;
}

function readOptions(args: readonly string[]): Options {
  const { options, operands, error } = getopt(args, LETTERS);
  if (error !== null) throw new ToolError(`arping: ${error.message}\n${USAGE}`, EXIT_USAGE);
  if (operands.length !== 1) throw new ToolError(USAGE, EXIT_USAGE);
  const given = new Map(options.map(({ letter, value }) => [letter, value]));
  return {
    isDad: given.has('D'),
    isUnsolicited: given.has('U') || given.has('A'),
    isAnswer: given.has('A'),
    isQuiet: given.has('q'),
    quitsOnReply: given.has('f') || given.has('D'),
    staysBroadcast: given.has('b') || given.has('U') || given.has('A'),
    count: numberOf(given.get('c')),
    timeoutSeconds: numberOf(given.get('w')),
    device: given.get('I') ?? 'eth0',
    source: given.get('s') ?? '',
    target: operands[0]!.text,
  };
}

function numberOf(text: string | undefined): number {
  if (text === undefined) return NaN;
  const value = parseInteger(text);
  if (value === undefined) throw new ToolError(`arping: invalid number '${text}'`, EXIT_USAGE);
  return value;
}

function* runBusyboxArping(proc: Process): Generator<Wait, number, WakeReason> {
  const socket = new PacketSocket(proc.ns, 'dgram', ethernet.ETHERTYPE_ARP);
  try {
    const options = readOptions(proc.argv.slice(1));
    const dev = deviceOf(proc, options.device);
    const found = yield* resolveIp4Host(proc, options.target);
    if (typeof found === 'string') throw new ToolError(`arping: bad address '${options.target}'`, EXIT_FAILURE);
    socket.bind(dev);
    const source = sourceFor(proc, options, dev, found.address);
    return yield* new BusyboxArping(proc, options, dev, socket, source, found.address).run();
  } catch (error) {
    return giveUp(proc, error);
  } finally {
    socket.close();
  }
}

function deviceOf(proc: Process, name: string): Device {
  const dev = proc.ns.deviceByName(name);
  if (dev === null) throw new ToolError(`arping: interface ${name} not found: No such device`, EXIT_FAILURE);
  if (!dev.isUp) throw new ToolError(`arping: interface ${name} is down`, EXIT_FAILURE);
  if (dev.noArp) throw new ToolError(`arping: interface ${name} is not ARPable`, EXIT_FAILURE);
  return dev;
}

/** What -s says, the address to be told, none for -D; else that of the interface in the target's subnet, or any. */
function sourceFor(proc: Process, options: Options, dev: Device, target: Ip4): Ip4 {
  const given = options.source === '' ? undefined : inetAton(options.source);
  if (options.source !== '' && given === undefined) {
    throw new ToolError(`arping: invalid source address ${options.source}`, EXIT_FAILURE);
  }
  if (options.isDad) return given ?? 0;
  const wanted = given ?? (options.isUnsolicited ? target : undefined);
  if (wanted !== undefined) {
    if (proc.ns.localAddresses.has(wanted)) return wanted;
    throw new ToolError('arping: bind: Cannot assign requested address', EXIT_FAILURE);
  }
  const own = dev.addresses.find(
    ({ address, prefixLen }) => networkOf({ address, prefixLen }) === networkOf({ address: target, prefixLen }),
  );
  const any = [dev, ...proc.ns.listDevices()].find(({ isLoopback, addresses }) => !isLoopback && addresses.length > 0);
  const address = own?.address ?? any?.addresses[0]?.address;
  if (address === undefined) throw new ToolError('arping: connect: Network is unreachable', EXIT_FAILURE);
  return address;
}

class BusyboxArping {
  private readonly proc: Process;
  private readonly options: Options;
  private readonly dev: Device;
  private readonly socket: PacketSocket;
  private readonly source: Ip4;
  private readonly target: Ip4;
  /** Whom to ask: all, until somebody has answered. */
  private destination: Mac = BROADCAST_MAC;
  private sent = 0;
  private broadcasts = 0;
  private received = 0;
  private requests = 0;
  private broadcastsReceived = 0;
  private lastSentNs = 0;
  private isOver = false;

  constructor(proc: Process, options: Options, dev: Device, socket: PacketSocket, source: Ip4, target: Ip4) {
    this.proc = proc;
    this.options = options;
    this.dev = dev;
    this.socket = socket;
    this.source = source;
    this.target = target;
    proc.onSignal('SIGINT', () => {
      this.isOver = true;
    });
  }

  *run(): Generator<Wait, number, WakeReason> {
    const { proc, options } = this;
    const startNs = proc.now;
    let left = options.count;
    this.say(`ARPING ${formatIp4(this.target)} from ${formatIp4(this.source)} ${options.device}\n`);
    while (!this.isOver) {
      // The alarm is some time late by then: a whole second more than the time-out passes.
      const isLate = proc.now - startNs > (options.timeoutSeconds + 0.5) * SECOND;
      if (left === 0 || isLate) break;
      this.send();
      left--;
      if (left === 0 && options.isUnsolicited) break;
      yield* this.listen(proc.now + INTERVAL_NS);
    }
    return this.finish();
  }

  private say(text: string): void {
    if (!this.options.isQuiet) this.proc.write(text);
  }

  private send(): void {
    const { options, dev } = this;
    const bytes = new Uint8Array(arp.PACKET_LEN);
    arp.emit(new DataView(bytes.buffer), 0, {
      op: options.isAnswer ? arp.OP_REPLY : arp.OP_REQUEST,
      senderMac: dev.mac,
      senderIp: this.source,
      targetMac: options.isAnswer ? dev.mac : this.destination,
      targetIp: this.target,
    });
    this.lastSentNs = this.proc.now;
    if (this.socket.sendTo(bytes, dev, this.destination) !== '') return;
    this.sent++;
    // Its flag for "unicast from now on" is the one that -c sets.
    if (this.destination === BROADCAST_MAC && Number.isNaN(options.count)) this.broadcasts++;
  }

  private *listen(untilNs: number): Generator<Wait, void, WakeReason> {
    while (!this.isOver) {
      const reason = yield this.proc.waitFor(this.socket, untilNs);
      for (let seen = this.socket.receive(); seen !== null; seen = this.socket.receive()) this.handle(seen);
      if (reason === 'timer' || this.proc.now >= untilNs) return;
    }
  }

  /** Twin of recv_pack. */
  private handle(seen: SeenFrame): void {
    const { options, dev } = this;
    if (this.isOver) return;
    const packet = arp.parse(new DataView(seen.bytes.buffer), 0, seen.bytes.length);
    if (packet === undefined || seen.packetType === PACKET_OTHERHOST) return;
    const isRequest = packet.op === arp.OP_REQUEST;
    if ((!isRequest && packet.op !== arp.OP_REPLY) || packet.senderIp !== this.target) return;
    if (options.isDad) {
      if (packet.senderMac === dev.mac || (this.source !== 0 && this.source !== packet.targetIp)) return;
    } else if (packet.targetIp !== this.source || (!isRequest && packet.targetMac !== dev.mac)) return;
    const isUnicast = seen.packetType === PACKET_HOST;
    const us = Math.floor((this.proc.now - this.lastSentNs) / MICROSECOND);
    const kind = `${isUnicast ? 'Uni' : 'Broad'}cast re${isRequest ? 'quest' : 'ply'}`;
    const from = `${formatIp4(packet.senderIp)} [${formatMac(packet.senderMac)}]`;
    this.say(`${kind} from ${from} ${Math.floor(us / 1000)}.${String(us % 1000).padStart(3, '0')}ms\n`);
    this.received++;
    if (!isUnicast) this.broadcastsReceived++;
    if (isRequest) this.requests++;
    if (options.quitsOnReply) this.isOver = true;
    else if (!options.staysBroadcast) this.destination = packet.senderMac;
  }

  private finish(): number {
    const { isDad, isUnsolicited } = this.options;
    const heard = `${this.received} response(s) (${this.requests} request(s), ${this.broadcastsReceived} broadcast(s))`;
    this.say(`Sent ${this.sent} probe(s) (${this.broadcasts} broadcast(s))\nReceived ${heard}\n`);
    if (isDad) return this.received > 0 ? 1 : 0;
    return isUnsolicited || this.received > 0 ? 0 : 1;
  }
}

function refuseBusyboxArping(args: readonly string[]): CheckMistake | undefined {
  return unknownOption(args, LETTERS);
}

export const BUSYBOX_ARPING: ProgramEntry = {
  name: 'arping',
  run: runBusyboxArping,
  refusal: refuseBusyboxArping,
};
