/** Writes down what happens in a namespace as `ip monitor` prints it (iproute2: ipmonitor.c, accept_msg). */
import { formatIp4, formatMac } from '../../base/addr.ts';
import type { Ip4, Mac } from '../../base/addr.ts';
import type { FibRoute } from '../ip/fib.ts';
import type { Neighbour } from '../ip/neigh.ts';
import type { InterfaceAddress, NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import { Pipe } from '../proc/pipe.ts';
import type { InputStream } from '../proc/pipe.ts';
import { printAddressRecord } from '../show/address-record.ts';
import { NOTHING_HIDDEN, routeRecord } from '../show/ip-route.ts';
import { printLink } from '../show/link-record.ts';
import type { ShowOptions } from '../show/options.ts';
import { Printer } from '../show/printer.ts';
import { addListener, removeListener } from './fan-out.ts';
import type { NetnsEvents } from './netns-events.ts';

export type MonitorObject = 'link' | 'address' | 'route' | 'neigh';

export interface MonitorSettings {
  readonly objects: ReadonlySet<MonitorObject>;
  readonly options: ShowOptions;
  /** `[LINK]` and its like stand in front. */
  readonly hasLabels: boolean;
  /** What stands in front of each event: the time, or nothing. */
  readonly stamp: () => string;
  /** Only of this interface; null for all. */
  readonly dev: NetDevice | null;
}

/** In the order of their bits (NUD_*). */
const NUD_NAMES = ['INCOMPLETE', 'REACHABLE', 'STALE', 'DELAY', 'PROBE', 'FAILED', 'NOARP', 'PERMANENT'];

export class Monitor implements NetnsEvents {
  private readonly ns: Netns;
  private readonly settings: MonitorSettings;
  private readonly pipe = new Pipe();

  constructor(ns: Netns, settings: MonitorSettings) {
    this.ns = ns;
    this.settings = settings;
    this.pipe.openWriter();
    addListener(ns, this);
  }

  /** What was written down and is not read yet. */
  get output(): InputStream {
    return this.pipe;
  }

  close(): void {
    removeListener(this.ns, this);
  }

  link(dev: NetDevice, isDeleted: boolean): void {
    if (!this.isWanted('link', dev)) return;
    const printer = this.printer();
    if (isDeleted) printer.text('Deleted ');
    printLink(printer, dev, { isLink: false, isAddressBrief: false, hasQueueLen: false, hasAddress: true });
    this.say('[LINK]', printer.toString());
  }

  address(dev: NetDevice, address: InterfaceAddress, isDeleted: boolean): void {
    const { family } = this.settings.options;
    if (!this.isWanted('address', dev) || (family !== '' && family !== 'inet')) return;
    const printer = this.printer();
    if (isDeleted) printer.text('Deleted ');
    printAddressRecord(printer, dev, address, true);
    this.say('[ADDR]', printer.toString());
  }

  route(route: FibRoute, isDeleted: boolean): void {
    const { options, objects, dev } = this.settings;
    if (!objects.has('route') || (options.family !== '' && options.family !== 'inet')) return;
    if (dev !== null && !route.nexthops.some((hop) => hop.dev === dev)) return;
    const { text } = routeRecord(route, options, NOTHING_HIDDEN);
    this.say('[ROUTE]', `${isDeleted ? 'Deleted ' : ''}${options.oneline ? text.replaceAll('\n', '\\') : text}\n`);
  }

  neighbour(neighbour: Neighbour, isDeleted: boolean): void {
    const { options } = this.settings;
    if (!this.isWanted('neigh', neighbour.dev) || (options.family !== '' && options.family !== 'inet')) return;
    const address = neighbour.macHi * 0x1_0000_0000 + (neighbour.macLo >>> 0);
    const states = NUD_NAMES.filter((_, bit) => (neighbour.state & (1 << bit)) !== 0);
    const hasAddress = !states.includes('INCOMPLETE') && !states.includes('FAILED') && states.length > 0;
    const lladdr = hasAddress ? `lladdr ${formatMac(address)} ` : '';
    const words = `${formatIp4(neighbour.ip)} dev ${neighbour.dev.name} ${lladdr}${states.join(',')} `;
    this.say('[NEIGH]', `${isDeleted ? 'Deleted ' : ''}${words}\n`);
  }

  neighbourMiss(dev: NetDevice, ip: Ip4, mac: Mac): void {
    const { options } = this.settings;
    if (!this.isWanted('neigh', dev) || (options.family !== '' && options.family !== 'inet')) return;
    const address = ip === 0 ? '' : `${formatIp4(ip)} `;
    const lladdr = mac === 0 ? '' : `lladdr ${formatMac(mac)} `;
    this.say('[NEIGH]', `miss ${address}dev ${dev.name} ${lladdr}STALE \n`);
  }

  private isWanted(object: MonitorObject, dev: NetDevice): boolean {
    return this.settings.objects.has(object) && (this.settings.dev === null || this.settings.dev === dev);
  }

  private printer(): Printer {
    return new Printer({ ...this.settings.options, json: false });
  }

  private say(label: string, text: string): void {
    this.pipe.write(`${this.settings.stamp()}${this.settings.hasLabels ? label : ''}${text}`);
  }
}
