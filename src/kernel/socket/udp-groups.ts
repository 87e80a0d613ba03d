/** The groups that a socket has joined (IP_ADD_MEMBERSHIP; Linux: ip_mc_join_group, ip_mc_leave_group). Cold path. */
import type { Ip4 } from '../../base/addr.ts';
import { isMulticastIp4 } from '../../base/addr.ts';
import type { Errno } from '../errno.ts';
import { groupsOf } from '../ip/igmp.ts';
import { ipRouteOutput } from '../ip/route.ts';
import type { NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';

export class SocketGroups {
  private readonly ns: Netns;
  private readonly joined: { readonly group: Ip4; readonly dev: NetDevice }[] = [];

  constructor(ns: Netns) {
    this.ns = ns;
  }

  /** `name` '' leaves the interface to the route. */
  join(group: Ip4, name: string): Errno {
    if (!isMulticastIp4(group)) return 'EINVAL';
    const dev = this.find(group, name);
    if (dev === null) return 'ENODEV';
    if (this.joined.some((other) => other.group === group && other.dev === dev)) return 'EADDRINUSE';
    if (this.joined.length >= this.ns.sysctls.igmpMaxMemberships) return 'ENOBUFS';
    this.joined.push({ group, dev });
    groupsOf(dev).join(group);
    return '';
  }

  leave(group: Ip4, name: string): Errno {
    const at = this.joined.findIndex((other) => other.group === group && (name === '' || other.dev.name === name));
    if (at < 0) return this.find(group, name) === null ? 'ENODEV' : 'EADDRNOTAVAIL';
    const { dev } = this.joined[at]!;
    this.joined.splice(at, 1);
    dev.groups?.leave(group);
    return '';
  }

  /** The socket closes (ip_mc_drop_socket). */
  leaveAll(): void {
    for (const { group, dev } of this.joined.splice(0)) dev.groups?.leave(group);
  }

  private find(group: Ip4, name: string): NetDevice | null {
    return name === '' ? ipRouteOutput(this.ns, group).dev : this.ns.deviceByName(name);
  }
}
