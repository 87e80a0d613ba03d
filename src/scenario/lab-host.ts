/** One machine of a lab: its place among the others, its network cards, and what it does when it starts. */
import { assert } from '../base/assert.ts';
import type { Cidr } from '../base/addr.ts';
import { broadcastOf, formatCidr, formatIp4 } from '../base/addr.ts';
import type { FrameStats } from '../link/frame-stats.ts';
import { devOpen } from '../kernel/dev/dev-ops.ts';
import { Host } from '../kernel/host.ts';
import { inetInsertIfa } from '../kernel/ip/devinet.ts';
import type { DeviceObserver } from '../kernel/netns.ts';
import type { Rng } from '../sim/rng.ts';
import type { EventSource, Scheduler } from '../sim/scheduler.ts';
import type { PlanHost } from './plan.ts';

/** What stays of a machine when it is switched off. */
export interface HostPlace {
  readonly sched: Scheduler;
  readonly source: EventSource;
  readonly rng: Rng;
  readonly stats: FrameStats;
  readonly observer: DeviceObserver | null;
  readonly epochSeconds: number;
}

/** The machine with its network cards, which are down and without cables. */
export function makeHost(planned: PlanHost, place: HostPlace): Host {
  const { name, softirqNs, wakeupNs } = planned;
  const host = new Host({ name, softirqNs, wakeupNs, ...place });
  for (const nic of planned.interfaces) host.addNic(nic.name, nic.mac, nic.mtu);
  return host;
}

/** Brings a host up as its distribution would: interfaces, addresses, routes, sysctls. */
export function configureHost(host: Host, planned: PlanHost): void {
  for (const nic of planned.interfaces) {
    const dev = host.rootNs.deviceByName(nic.name)!;
    devOpen(dev);
    for (const cidr of nic.addresses) inetInsertIfa(dev, cidr.address, cidr.prefixLen, broadcastFor(cidr));
  }
  if (planned.forward) host.rootNs.sysctls.write('net.ipv4.ip_forward', '1');
  for (const [key, value] of Object.entries(planned.sysctls)) host.rootNs.sysctls.write(key, value);
  if (planned.gateway !== undefined) addRoute(host, `default via ${formatIp4(planned.gateway)}`);
  for (const route of planned.routes) {
    const via = route.via === undefined ? '' : ` via ${formatIp4(route.via)}`;
    const dev = route.dev === undefined ? '' : ` dev ${route.dev}`;
    addRoute(host, `${formatCidr(route.destination)}${via}${dev}`);
  }
}

function addRoute(host: Host, words: string): void {
  const result = host.admin.run(host.rootNs, `ip route add ${words}`.split(' '));
  assert(result.exit === 0, 'the plan has checked routes and gateways');
}

function broadcastFor(cidr: Cidr): number {
  return cidr.prefixLen >= 31 ? 0 : broadcastOf(cidr);
}
