/**
 * The steps in which a network's Linux bridge is made or taken over: libnetwork's drivers/bridge/setup_*.go (20.10).
 */
import type { Cidr } from '../../base/addr.ts';
import { broadcastOf, cidrContains, formatCidr, formatIp4, formatMac } from '../../base/addr.ts';
import { DaemonError } from '../errors.ts';
import type { Ids } from '../ids.ts';
import type { KernelDoor } from '../kernel-door.ts';
import { kernelFault, tryLine, typeLine } from '../kernel-door.ts';
import { DEFAULT_BRIDGE_NAME } from './bridge-config.ts';
import type { HostLink, HostLinks } from './host-links.ts';

/** IFNAMSIZ less its terminator. */
const NAME_LENGTH_MAX = 15;
/** Names that a kernel does not give: `all` and `default` have settings of their own (devinet_sysctl_register). */
const RESERVED_NAMES = ['all', 'default', '.', '..'];

/** What the steps work on. */
export interface BridgeSetup {
  readonly door: KernelDoor;
  readonly links: HostLinks;
  readonly ids: Ids;
  readonly bridgeName: string;
  readonly isDefaultBridge: boolean;
  readonly isIpv4Inhibited: boolean;
  readonly hasRandomMac: boolean;
  readonly mtu: number;
  /** The network's own end. */
  readonly own: Cidr;
}

/** Whether there is a bridge of this name. Throws a DaemonError if something else has the name. */
export function bridgeInterfaceExists(links: HostLinks, name: string): boolean {
  if (name.length > NAME_LENGTH_MAX) {
    throw new DaemonError('failed to check bridge interface existence: numerical result out of range');
  }
  return existingBridge(links, name) !== undefined;
}

/** Undefined when the name is free. */
export function existingBridge(links: HostLinks, name: string): HostLink | undefined {
  const link = links.byName(name);
  if (link !== undefined && link.kind !== 'bridge') throw new DaemonError(`existing interface ${name} is not a bridge`);
  return link;
}

/** Twin of setupDevice and setupDefaultSysctl. */
export function setupDevice(setup: BridgeSetup): void {
  const { door, ids, bridgeName } = setup;
  if (setup.isDefaultBridge && bridgeName !== DEFAULT_BRIDGE_NAME) {
    throw new DaemonError(`bridge device with non default name ${bridgeName} must be created manually`);
  }
  if (RESERVED_NAMES.includes(bridgeName) || /[/:\s%]/.test(bridgeName)) throw new DaemonError('invalid argument');
  const mac = formatMac(setup.hasRandomMac ? ids.randomBridgeMac() : ids.bridgeMac());
  const address = setup.hasRandomMac ? ` address ${mac}` : '';
  const fault = kernelFault(door, `ip link add name ${bridgeName}${address} txqueuelen 0 type bridge`);
  if (fault !== undefined) throw new DaemonError(fault);
  if (!setup.hasRandomMac) typeLine(door, `ip link set ${bridgeName} address ${mac}`);
  typeLine(door, `sysctl -w net.ipv6.conf.${bridgeName.replaceAll('.', '/')}.accept_ra=0`);
}

/** Newer engines give the bridge the MTU of its ports. */
export function setupMtu({ door, bridgeName, mtu }: BridgeSetup): void {
  const fault = kernelFault(door, `ip link set ${bridgeName} mtu ${mtu}`);
  if (fault !== undefined) throw new DaemonError(fault);
}

/** An address of the bridge's own gives way when it is not the network's. */
export function setupBridgeIpv4(setup: BridgeSetup): void {
  if (setup.isIpv4Inhibited) return;
  const { door, bridgeName, own } = setup;
  const present = selectIpv4Address(setup);
  if (present !== undefined && present.address === own.address && present.prefixLen === own.prefixLen) return;
  if (present !== undefined) tryLine(door, `ip addr del ${formatCidr(present)} dev ${bridgeName}`);
  const fault = kernelFault(door, `ip addr add ${formatCidr(own)}${broadcastWords(own)} dev ${bridgeName}`);
  if (fault !== undefined) throw new DaemonError(`failed to add IPv4 address ${formatCidr(own)} to bridge: ${fault}`);
}

/** Twin of setupVerifyAndReconcile: a bridge that was there before may keep more addresses than the network's. */
export function verifyAddress(setup: BridgeSetup): void {
  const present = selectIpv4Address(setup);
  if (present === undefined) throw new DaemonError('bridge has no IPv4 address configured');
  if (present.address === setup.own.address) return;
  const [found, wanted] = [formatIp4(present.address), formatIp4(setup.own.address)];
  throw new DaemonError(`bridge IPv4 (${found}) does not match requested configuration ${wanted}`);
}

/** The first address in the network's subnet, or else the first one. */
function selectIpv4Address(setup: BridgeSetup): Cidr | undefined {
  const addresses = setup.links.addresses(setup.bridgeName);
  return addresses.find((each) => cidrContains(setup.own, each.address)) ?? addresses[0];
}

/** github.com/vishvananda/netlink works a broadcast address out where there is room for one. */
function broadcastWords(own: Cidr): string {
  return own.prefixLen < 31 ? ` brd ${formatIp4(broadcastOf(own))}` : '';
}
