/**
 * What sysfs has of bridges and their ports, to be read and written: /sys/class/net/BRIDGE/bridge and
 * /sys/class/net/PORT/brport (Linux: br_sysfs_br.c, br_sysfs_if.c). Times are in hundredths of a second.
 */
import { formatMac } from '../../base/addr.ts';
import { Bridge } from '../dev/bridge.ts';
import type { BridgePort } from '../dev/bridge.ts';
import {
  BR_ADMIN_COST,
  BR_BCAST_FLOOD,
  BR_BPDU_GUARD,
  BR_FLOOD,
  BR_HAIRPIN_MODE,
  BR_ISOLATED,
  BR_LEARNING,
  BR_MCAST_FLOOD,
  BR_MULTICAST_FAST_LEAVE,
  BR_MULTICAST_TO_UNICAST,
  BR_NEIGH_SUPPRESS,
  BR_PROXYARP,
  BR_PROXYARP_WIFI,
  BR_ROOT_BLOCK,
} from '../dev/bridge-flags.ts';
import { brPortOf } from '../dev/bridge-if.ts';
import { clockToJiffies, jiffiesToClock } from '../dev/bridge-settings.ts';
import { brSnoopersChanged } from '../dev/bridge-snooping.ts';
import type { Errno } from '../errno.ts';
import type { NetDevice } from '../netdev.ts';

interface Attribute<T> {
  readonly read: (of: T) => string | number;
  /** Not there: the file is not to be written. */
  readonly write?: (of: T, value: number) => Errno;
}

/** Any number but 0 sets the flag (Linux: store_flag). */
function flag(mask: number): Attribute<BridgePort> {
  return {
    read: (port) => ((port.flags & mask) === 0 ? 0 : 1),
    write: (port, value) => {
      port.setFlags(value === 0 ? port.flags & ~mask : port.flags | mask);
      return '';
    },
  };
}

const PATH_COST_MAX = 65_535;
const PRIORITY_MAX = 63;

const PORT_ATTRIBUTES: Readonly<Record<string, Attribute<BridgePort>>> = {
  bpdu_guard: flag(BR_BPDU_GUARD),
  broadcast_flood: flag(BR_BCAST_FLOOD),
  hairpin_mode: flag(BR_HAIRPIN_MODE),
  isolated: flag(BR_ISOLATED),
  learning: flag(BR_LEARNING),
  multicast_fast_leave: flag(BR_MULTICAST_FAST_LEAVE),
  multicast_flood: flag(BR_MCAST_FLOOD),
  multicast_to_unicast: flag(BR_MULTICAST_TO_UNICAST),
  neigh_suppress: flag(BR_NEIGH_SUPPRESS),
  proxyarp: flag(BR_PROXYARP),
  proxyarp_wifi: flag(BR_PROXYARP_WIFI),
  root_block: flag(BR_ROOT_BLOCK),
  unicast_flood: flag(BR_FLOOD),
  path_cost: {
    read: (port) => port.pathCost,
    write: (port, value) => {
      if (value < 1 || value > PATH_COST_MAX) return 'ERANGE';
      port.pathCost = value;
      port.setFlags(port.flags | BR_ADMIN_COST);
      return '';
    },
  },
  priority: {
    read: (port) => port.priority,
    write: (port, value) => {
      if (value > PRIORITY_MAX) return 'ERANGE';
      port.priority = value;
      return '';
    },
  },
  port_id: { read: (port) => `0x${port.id.toString(16)}` },
  port_no: { read: (port) => `0x${port.number.toString(16)}` },
  state: { read: (port) => port.state },
  designated_bridge: { read: (port) => bridgeId(port.bridge) },
  designated_port: { read: (port) => port.id },
  designated_root: { read: (port) => bridgeId(port.bridge) },
};

const BRIDGE_ATTRIBUTES: Readonly<Record<string, Attribute<Bridge>>> = {
  ageing_time: {
    read: ({ settings }) => jiffiesToClock(settings.ageingTime),
    write: (bridge, value) => {
      bridge.setAgeingTime(clockToJiffies(value));
      return '';
    },
  },
  bridge_id: { read: bridgeId },
  root_id: { read: bridgeId },
  forward_delay: { read: ({ settings }) => jiffiesToClock(settings.forwardDelay) },
  hello_time: { read: ({ settings }) => jiffiesToClock(settings.helloTime) },
  max_age: { read: ({ settings }) => jiffiesToClock(settings.maxAge) },
  multicast_snooping: {
    read: ({ settings }) => settings.mcastSnooping,
    write: (bridge, value) => {
      bridge.settings.mcastSnooping = value === 0 ? 0 : 1;
      brSnoopersChanged(bridge);
      return '';
    },
  },
  nf_call_arptables: { read: ({ settings }) => settings.nfCallArptables },
  nf_call_ip6tables: { read: ({ settings }) => settings.nfCallIp6tables },
  nf_call_iptables: {
    read: ({ settings }) => settings.nfCallIptables,
    write: ({ settings }, value) => {
      settings.nfCallIptables = value === 0 ? 0 : 1;
      return '';
    },
  },
  priority: {
    read: ({ settings }) => settings.priority,
    write: ({ settings }, value) => {
      settings.priority = value & PATH_COST_MAX;
      return '';
    },
  },
  stp_state: { read: () => 0 },
};

function bridgeId(bridge: Bridge): string {
  return `${bridge.settings.priority.toString(16).padStart(4, '0')}.${formatMac(bridge.mac).replaceAll(':', '')}`;
}

/** The paths below /sys/class/net/NAME/ that the interface has for a bridge. */
export function bridgeFiles(dev: NetDevice): string[] {
  const port = brPortOf(dev);
  return [
    ...(dev instanceof Bridge ? Object.keys(BRIDGE_ATTRIBUTES).map((name) => `bridge/${name}`) : []),
    ...(dev instanceof Bridge ? dev.ports.map((each) => `brif/${each.dev.name}/state`) : []),
    ...(port === null ? [] : Object.keys(PORT_ATTRIBUTES).map((name) => `brport/${name}`)),
  ];
}

/** What the file `leaf`, such as brport/state, says; undefined where there is none. */
export function readBridgeFile(dev: NetDevice, leaf: string): string | undefined {
  return withAttribute(dev, leaf, (attribute, of) => `${attribute.read(of)}\n`);
}

/** Twin of store_bridge_parm and brport_store; undefined where there is no such file. */
export function writeBridgeFile(dev: NetDevice, leaf: string, text: string): Errno | undefined {
  return withAttribute(dev, leaf, (attribute, of) => {
    if (attribute.write === undefined) return 'EACCES';
    const match = /^(0[xX][0-9a-fA-F]+|\d+)\n?$/.exec(text);
    return match === null ? 'EINVAL' : attribute.write(of, Number(match[1]));
  });
}

function withAttribute<R>(dev: NetDevice, leaf: string, then: <T>(attribute: Attribute<T>, of: T) => R): R | undefined {
  const [folder = '', name = '', ofPort] = leaf.split('/');
  if (folder === 'bridge' && dev instanceof Bridge) {
    const attribute = BRIDGE_ATTRIBUTES[name];
    return attribute === undefined ? undefined : then(attribute, dev);
  }
  const port =
    folder === 'brport'
      ? brPortOf(dev)
      : dev instanceof Bridge
        ? dev.ports.find((each) => each.dev.name === name)
        : null;
  const attribute = PORT_ATTRIBUTES[folder === 'brport' ? name : (ofPort ?? '')];
  return port === null || port === undefined || attribute === undefined ? undefined : then(attribute, port);
}
