/**
 * What an address is to this host, as rules ask for it (Linux: inet_addr_type, inet_dev_addr_type). Answers are kept
 * until routes, addresses or interfaces change, since a rule may ask for each packet.
 */
import type { Ip4 } from '../../base/addr.ts';
import { isMulticastIp4 } from '../../base/addr.ts';
import { Int32Table } from '../../base/table.ts';
import type { NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import type { RouteType } from './fib.ts';
import { ROUTE_TYPES } from './fib.ts';

/** Answers kept at most: a namespace that sees more addresses starts afresh. */
const ANSWERS_MAX = 65_536;

/** Linux's RTN_*: 0 is RTN_UNSPEC. */
const numberOf = (type: RouteType): number => ROUTE_TYPES.indexOf(type) + 1;
const RTN_UNICAST = numberOf('unicast');
const RTN_BROADCAST = numberOf('broadcast');
const RTN_MULTICAST = numberOf('multicast');

/** The answers of one namespace, thrown away with its other answers about routes. */
export class AddressTypes {
  private slots = new Int32Table();
  private types: number[] = [];
  private devs: (NetDevice | null)[] = [];

  /** Where the answer for `address` stands, or -1. */
  find(address: Ip4): number {
    return this.slots.get(address);
  }

  keep(address: Ip4, type: number, dev: NetDevice | null): number {
    if (this.types.length >= ANSWERS_MAX) this.clear();
    this.slots.set(address, this.types.length);
    this.devs.push(dev);
    return this.types.push(type) - 1;
  }

  /** The type, where the route leads over `dev` (null: over whichever), else unicast. */
  answer(slot: number, dev: NetDevice | null): number {
    return dev === null || this.devs[slot] === dev ? this.types[slot]! : RTN_UNICAST;
  }

  private clear(): void {
    this.slots = new Int32Table();
    this.types = [];
    this.devs = [];
  }
}

/** Twin of inet_dev_addr_type: a number RTN_*; with a device only routes over it count. */
export function inetDevAddrType(ns: Netns, dev: NetDevice | null, address: Ip4): number {
  if (address === 0 || address === -1) return RTN_BROADCAST;
  if (isMulticastIp4(address)) return RTN_MULTICAST;
  const types = (ns.routes.addressTypes ??= new AddressTypes());
  let slot = types.find(address);
  if (slot < 0) slot = lookUp(ns, types, address);
  return types.answer(slot, dev);
}

function lookUp(ns: Netns, types: AddressTypes, address: Ip4): number {
  const route = ns.fib.localRoute(address);
  if (route === null) return types.keep(address, RTN_UNICAST, null);
  return types.keep(address, numberOf(route.type), route.nexthops[0]?.dev ?? null);
}
