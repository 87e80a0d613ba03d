/**
 * What engines from 28 on send for a container that has just got its address: ARP requests for that address itself, so
 * that neighbours who knew another MAC for it learn the new one (RFC 5227 section 3). The first leaves at once. Twin of
 * osl/interface_linux.go (advertiseAddrs) and internal/l2disco.
 */
import { PacketSocket } from '../kernel/socket/packet-socket.ts';
import * as arp from '../wire/arp.ts';
import * as ethernet from '../wire/ethernet.ts';
import type { Endpoint } from './endpoint.ts';
import type { NetnsHandle } from './engine.ts';
import { DaemonError } from './errors.ts';
import { NETWORK_OPTION } from './network.ts';

const BROADCAST = 0xffff_ffff_ffff;
/** On its way from a container to its neighbour a frame waits at the bridge and at the neighbour. */
const BACKLOGS = 2;
const SLACK_NS = 1000;
const NS_PER_MS = 1_000_000;
const MESSAGES_MAX = 3;
const INTERVAL_MS_MIN = 100;
const INTERVAL_MS_MAX = 2000;
const INTERVAL_MS_DEFAULT = 1000;

/** How often a network's endpoints announce themselves, and how long they wait in between. */
export interface Announcements {
  readonly count: number;
  readonly intervalNs: number;
}

/** Reads a network's options. Throws a DaemonError about all that cannot be read. */
export function readAnnouncements(options: ReadonlyMap<string, string>): Announcements {
  const { announcementCount: countLabel, announcementIntervalMs: intervalLabel } = NETWORK_OPTION;
  const count = options.get(countLabel) ?? String(MESSAGES_MAX);
  const interval = options.get(intervalLabel) ?? String(INTERVAL_MS_DEFAULT);
  const quoted = (text: string): string => JSON.stringify(text);
  const faults = [
    isWhole(count)
      ? rangeFault(countLabel, Number(count), 0, MESSAGES_MAX)
      : `value for option ${countLabel} ${quoted(count)} must be an integer`,
    isWhole(interval)
      ? rangeFault(intervalLabel, Number(interval), INTERVAL_MS_MIN, INTERVAL_MS_MAX)
      : `value for option ${intervalLabel} ${quoted(interval)} must be integer milliseconds`,
  ].filter((fault) => fault !== '');
  if (faults.length > 0) throw new DaemonError(faults.join('\n'));
  return { count: Number(count), intervalNs: Number(interval) * NS_PER_MS };
}

function isWhole(text: string): boolean {
  return /^[+-]?\d+$/.test(text);
}

function rangeFault(label: string, value: number, least: number, most: number): string {
  return value < least || value > most ? `${label} must be in the range ${least} to ${most}` : '';
}

/** What sends them. */
export interface AnnouncerHost {
  /** How long a frame waits in the backlog of a device. */
  readonly softirqNs: number;
  /** Virtual time. */
  readonly clock: { readonly now: number };
  readonly after: (delayNs: number, action: () => void) => () => void;
}

export class AddressAnnouncer {
  private readonly host: AnnouncerHost;
  /** What calls the next announcement off. */
  private readonly pending = new Map<Endpoint, () => void>();
  /** Until when the latest first announcement is on its way. */
  private arrivesNs = 0;

  constructor(host: AnnouncerHost) {
    this.host = host;
  }

  /** The endpoint's interface in `ns` is up. */
  start(ns: NetnsHandle, endpoint: Endpoint): void {
    const { count, intervalNs } = readAnnouncements(endpoint.network.options);
    if (count > 0) this.arrivesNs = this.host.clock.now + BACKLOGS * this.host.softirqNs + SLACK_NS;
    this.send(ns, endpoint, count, intervalNs);
  }

  /**
   * When neighbours on the host will have heard what has been said until now: a command that has made somebody speak
   * ends then, as a real one does, where frames do not wait for it.
   */
  get heardNs(): number {
    return this.arrivesNs;
  }

  /** The machine has lost its power. */
  stopAll(): void {
    for (const cancel of this.pending.values()) cancel();
    this.pending.clear();
  }

  /** Its interface goes. */
  stop(endpoint: Endpoint): void {
    this.pending.get(endpoint)?.();
    this.pending.delete(endpoint);
  }

  private send(ns: NetnsHandle, endpoint: Endpoint, count: number, intervalNs: number): void {
    this.pending.delete(endpoint);
    if (count === 0 || !announce(ns, endpoint) || count === 1) return;
    const next = this.host.after(intervalNs, () => {
      this.send(ns, endpoint, count - 1, intervalNs);
    });
    this.pending.set(endpoint, next);
  }
}

/** Sends one; false when there is no more to be announced, because somebody has changed the interface. */
function announce(ns: NetnsHandle, endpoint: Endpoint): boolean {
  const { address, mac, interfaceName } = endpoint;
  const dev = ns.deviceByName(interfaceName);
  if (address === null || mac === null || dev === null || dev.mac !== mac) return false;
  const packet = { op: arp.OP_REQUEST, senderMac: mac, senderIp: address, targetMac: 0, targetIp: address };
  const socket = new PacketSocket(ns, 'dgram', 0);
  const errno = socket.sendTo(arp.bytesOf(packet), dev, BROADCAST, ethernet.ETHERTYPE_ARP);
  socket.close();
  return errno === '';
}
