/** What an administrator says of a VXLAN device (Linux: struct vxlan_config), with the kernel's defaults. */
import type { Ip4 } from '../../base/addr.ts';
import * as vxlan from '../../wire/vxlan.ts';

/** FDB_AGE_DEFAULT, in seconds: also what 0 means. */
export const AGEING_SECONDS = 300;

/** DF of the outer header: never, always, as in the inner one (enum ifla_vxlan_df). */
export const VXLAN_DF_UNSET = 0;
export const VXLAN_DF_SET = 1;
export const VXLAN_DF_INHERIT = 2;

/** What `tos inherit` is to the kernel: a value that no header may have. */
export const TOS_INHERIT = 1;

export class VxlanConfig {
  vni = 0;
  /** Where frames go whose address is not known, a group among others; 0 for nowhere. */
  remote: Ip4 = 0;
  /** Source of outer datagrams; 0 leaves it to the route. */
  local: Ip4 = 0;
  /** Index of the underlay's interface; 0 for none. */
  ifIndex = 0;
  dstPort = vxlan.LINUX_DEFAULT_PORT;
  /** Range of source ports; the namespace's ephemeral ports where the two are equal. */
  portMin = 0;
  portMax = 0;
  /** 0 leaves it to the route. */
  ttl = 0;
  isTtlInherited = false;
  tos = 0;
  df: typeof VXLAN_DF_UNSET | typeof VXLAN_DF_SET | typeof VXLAN_DF_INHERIT = VXLAN_DF_UNSET;
  /** Who sent from where is remembered (VXLAN_F_LEARN). */
  learns = true;
  /** ARP is answered from the device's neighbours and goes no further (VXLAN_F_PROXY). */
  isProxy = false;
  /** Frames to routers take a shorter way where the neighbour is known (VXLAN_F_RSC). */
  isShortCircuit = false;
  tellsL2Miss = false;
  tellsL3Miss = false;
  ageingSeconds = AGEING_SECONDS;
  /** 0 for any number of addresses. */
  maxAddress = 0;
  hasUdpChecksum = true;
  /** Kept: there is no underlay of IPv6. */
  hasZeroChecksum6Tx = false;
  hasZeroChecksum6Rx = false;

  /** What devices must have in common to share a socket (VXLAN_F_RCV_FLAGS). */
  get receiveFlags(): number {
    return this.hasZeroChecksum6Rx ? 1 : 0;
  }

  copy(): VxlanConfig {
    return Object.assign(new VxlanConfig(), this);
  }
}
