/**
 * What can be set on a bridge as a whole (Linux: struct net_bridge and its multicast context, IFLA_BR_*). Times are in
 * jiffies, as Linux keeps them: a value that a tool sets in hundredths of a second comes back rounded down to what a
 * jiffy can hold.
 */
import { mac } from '../../base/addr.ts';
import type { Mac } from '../../base/addr.ts';

/** Ticks of the kernel's clock per second, as Debian builds it (CONFIG_HZ). */
export const HZ = 250;
/** Ticks per second in which tools talk of time (USER_HZ). */
export const USER_HZ = 100;
const JIFFY_NS = 1_000_000_000 / HZ;

/** Linux: clock_t_to_jiffies. */
export function clockToJiffies(ticks: number): number {
  return Math.floor((ticks * HZ) / USER_HZ);
}

/** Linux: jiffies_to_clock_t. */
export function jiffiesToClock(jiffies: number): number {
  return Math.floor((jiffies * USER_HZ) / HZ);
}

export function jiffiesToNs(jiffies: number): number {
  return jiffies * JIFFY_NS;
}

/** IEEE 802.1D's group address for bridges. */
export const BRIDGE_GROUP_ADDRESS: Mac = mac('01:80:c2:00:00:00');

export class BridgeSettings {
  forwardDelay = 15 * HZ;
  helloTime = 2 * HZ;
  maxAge = 20 * HZ;
  ageingTime = 300 * HZ;
  priority = 0x8000;
  /** Bit n: frames for 01:80:c2:00:00:0n are forwarded after all. */
  groupFwdMask = 0;
  groupAddress: Mac = BRIDGE_GROUP_ADDRESS;
  noLinklocalLearn = 0;
  mcastSnooping = 1;
  mcastRouter = 1;
  mcastQueryUseIfaddr = 0;
  mcastQuerier = 0;
  mcastHashMax = 4096;
  mcastLastMemberCount = 2;
  mcastStartupQueryCount = 2;
  mcastLastMemberInterval = HZ;
  mcastMembershipInterval = 260 * HZ;
  mcastQuerierInterval = 255 * HZ;
  mcastQueryInterval = 125 * HZ;
  mcastQueryResponseInterval = 10 * HZ;
  mcastStartupQueryInterval = Math.floor((125 * HZ) / 4);
  mcastStatsEnabled = 0;
  mcastIgmpVersion = 2;
  mcastMldVersion = 1;
  nfCallIptables = 0;
  nfCallIp6tables = 0;
  nfCallArptables = 0;
}
