/**
 * net.ipv4.conf: what each interface has of its own, and how it goes together with `all` (Linux: struct ipv4_devconf,
 * the IN_DEV_* macros of include/linux/inetdevice.h).
 */
import type { NetDevice } from './netdev.ts';

/** The numbers of one interface, of `all` or of `default`: the names of the files are theirs, in snake case. */
class ConfNumbers {
  acceptLocal = 0;
  acceptRedirects = 1;
  acceptSourceRoute = 1;
  arpAccept = 0;
  arpAnnounce = 0;
  arpEvictNocarrier = 1;
  arpFilter = 0;
  arpIgnore = 0;
  arpNotify = 0;
  bcForwarding = 0;
  bootpRelay = 0;
  disablePolicy = 0;
  disableXfrm = 0;
  dropGratuitousArp = 0;
  dropUnicastInL2Multicast = 0;
  forceIgmpVersion = 0;
  forwarding = 0;
  igmpv2UnsolicitedReportInterval = 10_000;
  igmpv3UnsolicitedReportInterval = 1000;
  ignoreRoutesWithLinkdown = 0;
  logMartians = 0;
  mcForwarding = 0;
  mediumId = 0;
  promoteSecondaries = 0;
  proxyArp = 0;
  proxyArpPvlan = 0;
  routeLocalnet = 0;
  rpFilter = 0;
  secureRedirects = 1;
  sendRedirects = 1;
  sharedMedia = 1;
  srcValidMark = 0;
  tag = 0;
}

export type ConfField = keyof ConfNumbers;

/** Name of the file → field, in the order of the files. */
export const CONF_FIELDS: ReadonlyMap<string, ConfField> = new Map(
  (Object.keys(new ConfNumbers()) as ConfField[]).map((field) => [
    field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    field,
  ]),
);

/** Shared by all interfaces, most of which have either nothing written or an address. */
const NONE: ReadonlySet<ConfField> = new Set();
const EVERY: ReadonlySet<ConfField> = new Set(CONF_FIELDS.values());

/** The settings of one interface, of `all` or of `default`; the fields are plain, the hot path reads them. */
export class DevConf extends ConfNumbers {
  /** What was written here, or has to stay: a later write to `default` does not reach it (ipv4_devconf.state). */
  settled = NONE;
  /** Files of net.ipv6 of the same interface that were written. */
  readonly keptIpv6 = new Map<string, string>();

  /** A copy for a new interface (inetdev_init copies `default` whole). */
  copy(): DevConf {
    const made = new DevConf();
    for (const field of CONF_FIELDS.values()) made[field] = this[field];
    made.settled = this.settled;
    return made;
  }

  /** The interface got its first address: from now on `default` does not reach it (ipv4_devconf_setall). */
  settle(): void {
    this.settled = EVERY;
  }

  /** The same for one field, which was written. */
  settleField(field: ConfField): void {
    if (!this.settled.has(field)) this.settled = new Set([...this.settled, field]);
  }
}

function all(dev: NetDevice): DevConf {
  return dev.ns.sysctls.confAll;
}

/** IN_DEV_MAXCONF */
function maxConf(dev: NetDevice, field: ConfField): number {
  return Math.max(dev.conf[field], all(dev)[field]);
}

/** IN_DEV_ORCONF */
function orConf(dev: NetDevice, field: ConfField): boolean {
  return dev.conf[field] !== 0 || all(dev)[field] !== 0;
}

/** IN_DEV_ANDCONF */
function andConf(dev: NetDevice, field: ConfField): boolean {
  return dev.conf[field] !== 0 && all(dev)[field] !== 0;
}

/** IN_DEV_RPFILTER: 0 off, 1 strict, 2 loose (RFC 3704). */
export function inDevRpFilter(dev: NetDevice): number {
  return maxConf(dev, 'rpFilter');
}

/** IN_DEV_ARP_IGNORE */
export function inDevArpIgnore(dev: NetDevice): number {
  return maxConf(dev, 'arpIgnore');
}

/** IN_DEV_ARP_ANNOUNCE */
export function inDevArpAnnounce(dev: NetDevice): number {
  return maxConf(dev, 'arpAnnounce');
}

/** IN_DEV_ARP_ACCEPT */
export function inDevArpAccept(dev: NetDevice): number {
  return maxConf(dev, 'arpAccept');
}

/** IN_DEV_ARP_NOTIFY */
export function inDevArpNotify(dev: NetDevice): boolean {
  return maxConf(dev, 'arpNotify') > 0;
}

/** IN_DEV_ARPFILTER */
export function inDevArpFilter(dev: NetDevice): boolean {
  return orConf(dev, 'arpFilter');
}

/** drop_gratuitous_arp, read by arp_process. */
export function inDevDropGratuitousArp(dev: NetDevice): boolean {
  return orConf(dev, 'dropGratuitousArp');
}

/** drop_unicast_in_l2_multicast, read by ip_rcv_finish_core. */
export function inDevDropUnicastInL2Multicast(dev: NetDevice): boolean {
  return orConf(dev, 'dropUnicastInL2Multicast');
}

/** IN_DEV_PROXY_ARP */
export function inDevProxyArp(dev: NetDevice): boolean {
  return orConf(dev, 'proxyArp');
}

/** IN_DEV_PROXY_ARP_PVLAN */
export function inDevProxyArpPvlan(dev: NetDevice): boolean {
  return orConf(dev, 'proxyArpPvlan');
}

/** IN_DEV_ROUTE_LOCALNET */
export function inDevRouteLocalnet(dev: NetDevice): boolean {
  return orConf(dev, 'routeLocalnet');
}

/** IN_DEV_ACCEPT_LOCAL */
export function inDevAcceptLocal(dev: NetDevice): boolean {
  return orConf(dev, 'acceptLocal');
}

/** IN_DEV_PROMOTE_SECONDARIES */
export function inDevPromoteSecondaries(dev: NetDevice): boolean {
  return orConf(dev, 'promoteSecondaries');
}

/** IN_DEV_SOURCE_ROUTE */
export function inDevSourceRoute(dev: NetDevice): boolean {
  return andConf(dev, 'acceptSourceRoute');
}

/** IN_DEV_BFORWARD */
export function inDevBforward(dev: NetDevice): boolean {
  return andConf(dev, 'bcForwarding');
}

/** IN_DEV_TX_REDIRECTS: whether redirects are sent to hosts on this interface. */
export function inDevTxRedirects(dev: NetDevice): boolean {
  return orConf(dev, 'sendRedirects');
}

/** IN_DEV_SEC_REDIRECTS: whether only redirects to known gateways count. */
export function inDevSecRedirects(dev: NetDevice): boolean {
  return orConf(dev, 'secureRedirects');
}

/** IN_DEV_SHARED_MEDIA */
export function inDevSharedMedia(dev: NetDevice): boolean {
  return orConf(dev, 'sharedMedia');
}

/** IN_DEV_RX_REDIRECTS: a router needs both settings to heed a redirect, a host one of them. */
export function inDevRxRedirects(dev: NetDevice): boolean {
  return dev.conf.forwarding !== 0 ? andConf(dev, 'acceptRedirects') : orConf(dev, 'acceptRedirects');
}
