/** What an interface looks like to its administrator: flags, state (Linux: net/core/dev.c, link_watch.c). */
import { Nic } from '../dev/nic.ts';
import { Veth } from '../dev/veth.ts';
import type { NetDevice } from '../netdev.ts';

/** RFC 2863, as iproute2 writes them. */
export type OperState = 'UNKNOWN' | 'DOWN' | 'LOWERLAYERDOWN' | 'UP';

/** The interface at the other end, where that is one; the interface itself otherwise (Linux: dev_get_iflink). */
export function linkOf(dev: NetDevice): NetDevice | null {
  return dev instanceof Veth ? dev.peer : dev;
}

/** netif_carrier_ok: a veth has a carrier while both ends are up; a card keeps it while it is down. */
export function carrierOk(dev: NetDevice): boolean {
  return dev.hasCarrier && (dev.isUp || !(dev instanceof Veth));
}

/**
 * Twin of default_operstate. Who has no carrier may blame the interface below; its index is looked up in the
 * interface's own namespace, also where it belongs to another.
 */
export function operState(dev: NetDevice): OperState {
  if (!dev.isUp) return 'DOWN';
  if (dev.attributes.carrierChanges === 0 && !(dev instanceof Nic)) return 'UNKNOWN';
  if (carrierOk(dev) && !dev.attributes.isCarrierNews) return 'UP';
  const index = linkOf(dev)?.ifIndex ?? 0;
  const lower = dev.ns.devices[index] ?? null;
  if (index === dev.ifIndex || lower === null) return 'DOWN';
  const isNewsOfBoth = dev.attributes.isCarrierNews && lower === linkOf(dev);
  return carrierOk(lower) && !isNewsOfBoth ? 'DOWN' : 'LOWERLAYERDOWN';
}

/** Twin of dev_get_flags, in the order and the words of iproute2. */
export function linkFlags(dev: NetDevice): string[] {
  const { attributes } = dev;
  const state = operState(dev);
  const isRunning = dev.isUp && (state === 'UP' || state === 'UNKNOWN');
  const flags: (readonly [boolean, string])[] = [
    [dev.isUp && !isRunning, 'NO-CARRIER'],
    [dev.isLoopback, 'LOOPBACK'],
    [!dev.isLoopback, 'BROADCAST'],
    [attributes.isMulticast, 'MULTICAST'],
    [attributes.isNoArp, 'NOARP'],
    [attributes.isAllmulti, 'ALLMULTI'],
    [attributes.isPromisc, 'PROMISC'],
    [attributes.isDynamic, 'DYNAMIC'],
    [attributes.noTrailers, 'NOTRAILERS'],
    [dev.isUp, 'UP'],
    [dev.isUp && carrierOk(dev), 'LOWER_UP'],
  ];
  return flags.filter(([isSet]) => isSet).map(([, name]) => name);
}

const ARPHRD_ETHER = 1;
const ARPHRD_LOOPBACK = 772;

/** What stands before addresses on the wire (struct net_device, type). */
export function hardwareType(dev: NetDevice): number {
  return dev.isLoopback ? ARPHRD_LOOPBACK : ARPHRD_ETHER;
}
