/** Several listeners in one namespace; the first one sets `ns.events`, the last one that goes clears it. */
import type { Ip4, Mac } from '../../base/addr.ts';
import type { FibRoute } from '../ip/fib.ts';
import type { Neighbour } from '../ip/neigh.ts';
import type { InterfaceAddress, NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import type { NetnsEvents } from './netns-events.ts';

class FanOut implements NetnsEvents {
  listeners: readonly NetnsEvents[] = [];

  link(dev: NetDevice, isDeleted: boolean): void {
    for (const each of this.listeners) each.link(dev, isDeleted);
  }

  address(dev: NetDevice, address: InterfaceAddress, isDeleted: boolean): void {
    for (const each of this.listeners) each.address(dev, address, isDeleted);
  }

  route(route: FibRoute, isDeleted: boolean): void {
    for (const each of this.listeners) each.route(route, isDeleted);
  }

  neighbour(neighbour: Neighbour, isDeleted: boolean): void {
    for (const each of this.listeners) each.neighbour(neighbour, isDeleted);
  }

  neighbourMiss(dev: NetDevice, ip: Ip4, mac: Mac): void {
    for (const each of this.listeners) each.neighbourMiss(dev, ip, mac);
  }
}

export function addListener(ns: Netns, listener: NetnsEvents): void {
  const fanOut = ns.events instanceof FanOut ? ns.events : new FanOut();
  fanOut.listeners = [...fanOut.listeners, listener];
  ns.events = fanOut;
}

export function removeListener(ns: Netns, listener: NetnsEvents): void {
  if (!(ns.events instanceof FanOut)) return;
  ns.events.listeners = ns.events.listeners.filter((other) => other !== listener);
  if (ns.events.listeners.length === 0) ns.events = null;
}
