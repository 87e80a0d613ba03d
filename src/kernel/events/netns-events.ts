/**
 * What happens in a namespace, for those who listen (Linux: the multicast groups of rtnetlink). `ns.events` is null
 * while nobody does, so that nothing is built:
 *
 *   ns.events?.route(route, true);
 *
 * Called when the change has been made; a listener that wants to print takes the state as it is then.
 */
import type { Ip4, Mac } from '../../base/addr.ts';
import type { FibRoute } from '../ip/fib.ts';
import type { Neighbour } from '../ip/neigh.ts';
import type { InterfaceAddress, NetDevice } from '../netdev.ts';

export interface NetnsEvents {
  /** RTM_NEWLINK, RTM_DELLINK */
  link(dev: NetDevice, isDeleted: boolean): void;
  /** RTM_NEWADDR, RTM_DELADDR */
  address(dev: NetDevice, address: InterfaceAddress, isDeleted: boolean): void;
  /** RTM_NEWROUTE, RTM_DELROUTE */
  route(route: FibRoute, isDeleted: boolean): void;
  /** RTM_NEWNEIGH, RTM_DELNEIGH */
  neighbour(neighbour: Neighbour, isDeleted: boolean): void;
  /** RTM_GETNEIGH: a device asks who knows an address of IP (0: none), or of the link (0: none). */
  neighbourMiss(dev: NetDevice, ip: Ip4, mac: Mac): void;
}
