/**
 * A VXLAN device comes into being, is changed, and goes with what it stands on (Linux: vxlan_config_validate,
 * vxlan_newlink, vxlan_changelink, vxlan_netdevice_event). A refusal is an error number, or a text of the kernel's.
 */
import { isMulticastIp4 } from '../../base/addr.ts';
import type { Rng } from '../../sim/rng.ts';
import type { Errno } from '../errno.ts';
import type { NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import { isValidName, MTU_MIN, notifyLink, randomMac } from './dev-ops.ts';
import type { VxlanConfig } from './vxlan-config.ts';
import { VXLAN_HEADROOM } from './vxlan-send.ts';
import { vxlanNetOf } from './vxlan-sock.ts';
import { Vxlan } from './vxlan.ts';

/** Why not: an error number alone, or with the kernel's own words. */
export interface VxlanRefusal {
  readonly errno: Errno;
  readonly text: string;
}

function refusal(errno: Errno, text = ''): VxlanRefusal {
  return { errno, text };
}

/** Twin of vxlan_vni_in_use. */
function isSameTunnel(left: VxlanConfig, right: VxlanConfig): boolean {
  if (left.vni !== right.vni || left.dstPort !== right.dstPort) return false;
  return left.receiveFlags === right.receiveFlags;
}

/** Twin of vxlan_config_validate; `old` is the device that is changed. */
function validate(ns: Netns, config: VxlanConfig, old: Vxlan | null): VxlanRefusal | null {
  if (isMulticastIp4(config.local)) return refusal('EINVAL', 'Local address cannot be multicast');
  const lower = config.ifIndex === 0 ? null : (ns.devices[config.ifIndex] ?? null);
  if (config.ifIndex !== 0 && lower === null) {
    return refusal('ENODEV', 'Invalid local interface, device not found');
  }
  if (lower === null && isMulticastIp4(config.remote)) {
    return refusal('EINVAL', 'Local interface required for multicast remote destination');
  }
  const twin = ns.vxlan?.devices.find((other) => other !== old && isSameTunnel(other.config, config));
  if (twin !== undefined) return refusal('EEXIST', 'A VXLAN device with the specified VNI already exists');
  return null;
}

/** The interface below takes so much of an MTU. */
function lowerMtu(ns: Netns, config: VxlanConfig): number | null {
  const lower = config.ifIndex === 0 ? null : (ns.devices[config.ifIndex] ?? null);
  return lower === null ? null : Math.max(lower.mtu - VXLAN_HEADROOM, MTU_MIN);
}

/**
 * Twin of vxlan_newlink: the device comes to `home` and is linked to `linkNs`, where its datagrams come and go.
 */
export function vxlanNewlink(
  home: Netns,
  linkNs: Netns,
  name: string,
  config: VxlanConfig,
  rng: Rng,
  given: { readonly index?: number | undefined; readonly mtu?: number | undefined },
): VxlanRefusal | null {
  if (!isValidName(name)) return refusal('EINVAL');
  const { index } = given;
  const isTaken = index !== undefined && (home.devices[index] ?? null) !== null;
  if (home.deviceByName(name) !== null || isTaken) return refusal('EEXIST');
  const flaw = validate(linkNs, config, null);
  if (flaw !== null) return flaw;
  const dev = new Vxlan(linkNs, name, randomMac(rng), config);
  if (index !== undefined) dev.ifIndex = index;
  const most = lowerMtu(linkNs, config);
  if (given.mtu !== undefined) dev.mtu = given.mtu;
  if (most !== null && (given.mtu === undefined || dev.mtu > most)) dev.mtu = most;
  const lower = config.ifIndex === 0 ? null : linkNs.devices[config.ifIndex]!;
  if (lower !== null) dev.attributes.tsoMaxSize = lower.attributes.tsoMaxSize;
  home.addDevice(dev);
  vxlanNetOf(linkNs).devices.unshift(dev);
  const { remote } = config;
  config.remote = 0;
  dev.setDefaultRemote(remote);
  notifyLink(dev);
  return null;
}

/** The most that the interface below lets through, null for no such limit (vxlan_change_mtu). */
export function vxlanMtuMax(dev: NetDevice): number | null {
  return dev instanceof Vxlan ? lowerMtu(dev.linkNs, dev.config) : null;
}

/** Twin of vxlan_changelink: `config` is the present one with what was said. */
export function vxlanChangelink(dev: Vxlan, config: VxlanConfig): VxlanRefusal | null {
  const flaw = validate(dev.linkNs, config, dev);
  if (flaw !== null) return flaw;
  const before = dev.config;
  const { remote } = config;
  config.remote = before.remote;
  dev.config = config;
  dev.fdb.limit = config.maxAddress;
  if (remote !== before.remote || config.ifIndex !== before.ifIndex) dev.setDefaultRemote(remote);
  if (config.ageingSeconds !== before.ageingSeconds && dev.isUp) dev.startAgeing(0);
  for (const entry of dev.fdb.list()) for (const each of entry.remotes) each.dst = null;
  const most = lowerMtu(dev.linkNs, config);
  if (most !== null && dev.mtu > most) dev.mtu = most;
  if (most !== null) dev.attributes.tsoMaxSize = dev.linkNs.devices[config.ifIndex]!.attributes.tsoMaxSize;
  notifyLink(dev);
  return null;
}

/** Those that stand on an interface and go with it (vxlan_handle_lowerdev_unregister). */
export function vxlansOver(lower: NetDevice): Vxlan[] {
  const { vxlan } = lower.ns;
  if (vxlan === null) return [];
  return vxlan.devices.filter((dev) => dev.linkNs === lower.ns && dev.config.ifIndex === lower.ifIndex);
}
