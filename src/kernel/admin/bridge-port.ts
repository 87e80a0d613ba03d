/**
 * What can be set on a port of a bridge: `ip link set DEV type bridge_slave OPTIONS` (iproute2: iplink_bridge_slave.c)
 * and, in words of its own, `bridge link set` (admin/bridge-link.ts). Set in the kernel's order (Linux: br_setport).
 */
import type { BridgePort } from '../dev/bridge.ts';
import type { BridgePortState } from '../dev/bridge-flags.ts';
import { BR_ADMIN_COST, BR_STATE_BLOCKING, PORT_FLAGS } from '../dev/bridge-flags.ts';
import { brPortOf } from '../dev/bridge-if.ts';
import { brSetPortState } from '../dev/bridge-stp.ts';
import type { Errno } from '../errno.ts';
import type { NetDevice } from '../netdev.ts';
import { parseUnsigned, U16_MAX, U32_MAX, U8_MAX } from './number-words.ts';
import type { AdminResult } from './result.ts';
import { failure, INCOMPLETE, netlinkResult } from './result.ts';
import type { Words } from './words.ts';

/** What `type bridge_slave help` prints. */
export const BRIDGE_SLAVE_USAGE = `Usage: ... bridge_slave [ fdb_flush ]
			[ state STATE ]
			[ priority PRIO ]
			[ cost COST ]
			[ guard {on | off} ]
			[ hairpin {on | off} ]
			[ fastleave {on | off} ]
			[ root_block {on | off} ]
			[ learning {on | off} ]
			[ flood {on | off} ]
			[ proxy_arp {on | off} ]
			[ proxy_arp_wifi {on | off} ]
			[ mcast_router MULTICAST_ROUTER ]
			[ mcast_fast_leave {on | off} ]
			[ mcast_flood {on | off} ]
			[ bcast_flood {on | off} ]
			[ mcast_to_unicast {on | off} ]
			[ group_fwd_mask MASK ]
			[ neigh_suppress {on | off} ]
			[ vlan_tunnel {on | off} ]
			[ isolated {on | off} ]
			[ locked {on | off} ]
			[ backup_port DEVICE ] [ nobackup_port ]`;

/** What is to be set on a port; undefined where nothing was said. */
export interface PortChange {
  /** Flags to set, and flags to clear. */
  on: number;
  off: number;
  cost: number | undefined;
  priority: number | undefined;
  state: number | undefined;
  isFlushed: boolean;
  mcastRouter: number | undefined;
  groupFwdMask: number | undefined;
  /** null = none any more. */
  backup: NetDevice | null | undefined;
}

export function noPortChange(): PortChange {
  return {
    on: 0,
    off: 0,
    cost: undefined,
    priority: undefined,
    state: undefined,
    isFlushed: false,
    mcastRouter: undefined,
    groupFwdMask: undefined,
    backup: undefined,
  };
}

/** The order in which iproute2 tries its words on an abbreviation. */
const KEYS = [
  ...['fdb_flush', 'state', 'priority', 'cost', 'hairpin', 'guard', 'root_block', 'fastleave', 'learning', 'flood'],
  ...['proxy_arp', 'proxy_arp_wifi', 'mcast_router', 'mcast_fast_leave', 'mcast_flood', 'bcast_flood'],
  ...['mcast_to_unicast', 'group_fwd_mask', 'neigh_suppress', 'vlan_tunnel', 'isolated', 'locked', 'backup_port'],
  ...['nobackup_port', 'help'],
];

interface NumberKey {
  readonly field: 'state' | 'priority' | 'cost' | 'mcastRouter' | 'groupFwdMask';
  readonly max: number;
  /** How the complaint ends. */
  readonly complaint: string;
}

const NUMBERS: ReadonlyMap<string, NumberKey> = new Map<string, NumberKey>([
  ['state', { field: 'state', max: U8_MAX, complaint: 'state is invalid' }],
  ['priority', { field: 'priority', max: U16_MAX, complaint: 'priority is invalid' }],
  ['cost', { field: 'cost', max: U32_MAX, complaint: 'cost is invalid' }],
  ['mcast_router', { field: 'mcastRouter', max: U8_MAX, complaint: 'invalid mcast_router' }],
  ['group_fwd_mask', { field: 'groupFwdMask', max: U16_MAX, complaint: 'invalid group_fwd_mask' }],
]);

/** `type bridge_slave …` up to the end of the line. Null when all was set. */
export function setBridgeSlave(dev: NetDevice, words: Words): AdminResult | null {
  const change = noPortChange();
  while (!words.isAtEnd) {
    const flaw = readOption(dev, change, words);
    if (flaw !== null) return flaw;
  }
  const port = brPortOf(dev);
  if (port === null) return netlinkResult('EOPNOTSUPP');
  const errno = brSetport(port, change);
  return errno === '' ? null : netlinkResult(errno);
}

function readOption(dev: NetDevice, change: PortChange, words: Words): AdminResult | null {
  const typed = words.next();
  const key = KEYS.find((each) => typed !== '' && each.startsWith(typed));
  if (key === undefined) return failure(1, `bridge_slave: unknown option "${typed}"?\n${BRIDGE_SLAVE_USAGE}`);
  if (key === 'help') return failure(1, BRIDGE_SLAVE_USAGE);
  if (key === 'fdb_flush') change.isFlushed = true;
  else if (key === 'nobackup_port') change.backup = null;
  else {
    const value = words.value();
    if (words.isIncomplete) return INCOMPLETE;
    if (key !== 'backup_port') return readValue(change, key, value);
    change.backup = dev.ns.deviceByName(value);
    if (change.backup === null) return failure(255, `Error: argument "${value}" is wrong: Device does not exist\n`);
  }
  return null;
}

function readValue(change: PortChange, key: string, value: string): AdminResult | null {
  const number = NUMBERS.get(key);
  if (number !== undefined) {
    change[number.field] = parseUnsigned(value, number.max);
    if (change[number.field] !== undefined) return null;
    return failure(255, `Error: argument "${value}" is wrong: ${number.complaint}`);
  }
  if (value !== 'on' && value !== 'off') {
    return failure(1, `Error: argument of "${key}" must be one of "off", "on", not "${value}"`);
  }
  setFlag(change, PORT_FLAGS.get(key)!, value === 'on');
  return null;
}

/** Of several words about one flag the last counts. */
export function setFlag(change: PortChange, flag: number, isOn: boolean): void {
  change.on = isOn ? change.on | flag : change.on & ~flag;
  change.off = isOn ? change.off & ~flag : change.off | flag;
}

/** Twin of br_setport: in this order, up to the first that is refused. */
export function brSetport(port: BridgePort, change: PortChange): Errno {
  port.setFlags((port.flags & ~change.off) | change.on);
  if (change.cost !== undefined) {
    if (change.cost < 1 || change.cost > 65_535) return 'ERANGE';
    port.pathCost = change.cost;
    port.setFlags(port.flags | BR_ADMIN_COST);
  }
  if (change.priority !== undefined) {
    if (change.priority > 63) return 'ERANGE';
    port.priority = change.priority;
  }
  if (change.state !== undefined) {
    if (change.state > BR_STATE_BLOCKING) return 'EINVAL';
    if (!brSetPortState(port, change.state as BridgePortState)) return 'ENETDOWN';
  }
  if (change.isFlushed) port.bridge.fdb.flush(port.number, false);
  if (change.mcastRouter !== undefined) {
    if (change.mcastRouter > 3) return 'EINVAL';
    port.mcastRouter = change.mcastRouter;
  }
  if (change.groupFwdMask !== undefined) {
    // Pause frames stay where they are.
    if ((change.groupFwdMask & 0x2) !== 0) return 'EINVAL';
    port.groupFwdMask = change.groupFwdMask;
  }
  return change.backup === undefined ? '' : setBackup(port, change.backup);
}

/** Twin of nbp_backup_change. */
function setBackup(port: BridgePort, dev: NetDevice | null): Errno {
  const backup = dev === null ? null : brPortOf(dev);
  if (dev !== null && backup === null) return 'ENOENT';
  if (backup !== null && (backup === port || backup.bridge !== port.bridge)) return 'EINVAL';
  port.backup = backup;
  return '';
}
