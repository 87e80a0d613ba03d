/**
 * The groups that a bridge joins to hear of multicast routers (RFC 4286: all snoopers), while it is up and snoops
 * (Linux: br_multicast_join_snoopers, br_multicast_leave_snoopers). The tables of snooping are not kept: without a
 * querier, and there is none here, a snooping bridge floods groups as any other does.
 */
import { ip4, macFrom } from '../../base/addr.ts';
import { groupsOf } from '../ip/igmp.ts';
import type { Bridge } from './bridge.ts';

const ALL_SNOOPERS = ip4('224.0.0.106');
/** The Ethernet address of ff02::6a; IPv6 joins it whether it is used or not. */
export const ALL_SNOOPERS_IP6_MAC = macFrom(0x3333, 0x6a);

/** The bridge came up or went down, or `mcast_snooping` was set. */
export function brSnoopersChanged(bridge: Bridge): void {
  const isWanted = bridge.isUp && bridge.settings.mcastSnooping !== 0;
  const groups = groupsOf(bridge);
  if (isWanted === groups.has(ALL_SNOOPERS)) return;
  if (isWanted) {
    groups.join(ALL_SNOOPERS);
    bridge.multicastList.add(ALL_SNOOPERS_IP6_MAC);
  } else {
    groups.leave(ALL_SNOOPERS);
    bridge.multicastList.remove(ALL_SNOOPERS_IP6_MAC);
  }
}
