/** What `ip -d` says of an interface's kind, one function a kind (iproute2: iplink_bridge.c, iplink_bridge_slave.c). */
import { formatMac } from '../../base/addr.ts';
import { Bridge } from '../dev/bridge.ts';
import type { BridgePort } from '../dev/bridge.ts';
import { BR_MULTICAST_FAST_LEAVE, PORT_STATE_NAMES } from '../dev/bridge-flags.ts';
import { brPortOf } from '../dev/bridge-if.ts';
import { jiffiesToClock } from '../dev/bridge-settings.ts';
import { Vxlan } from '../dev/vxlan.ts';
import type { NetDevice } from '../netdev.ts';
import { JsonNumber } from './json.ts';
import { printPortFlag } from './port-flag.ts';
import type { Printer } from './printer.ts';
import { printVxlan } from './link-vxlan.ts';

/** Prints the lines of the kind and, below, of the port that the interface is. */
export function printLinkInfo(printer: Printer, dev: NetDevice): void {
  const isKind = dev.kind === 'veth' || dev.kind === 'bridge' || dev.kind === 'vxlan';
  const port = brPortOf(dev);
  if (!isKind && port === null) return;
  printer.openObject('linkinfo');
  if (isKind) {
    printer.lineEnd();
    printer.field('info_kind', dev.kind, `    ${dev.kind} `);
    if (dev instanceof Bridge) {
      printer.openObject('info_data');
      printBridge(printer, dev);
      printer.close();
    } else if (dev instanceof Vxlan) {
      printer.openObject('info_data');
      printVxlan(printer, dev);
      printer.close();
    }
  }
  if (port !== null) {
    printer.lineEnd();
    printer.field('info_slave_kind', 'bridge', '    bridge_slave ');
    printer.openObject('info_slave_data');
    printBridgePort(printer, port);
    printer.close();
  }
  printer.close();
}

function number(printer: Printer, key: string, value: number, word = key): void {
  printer.field(key, value, `${word} ${value} `);
}

function text(printer: Printer, key: string, value: string, word = key): void {
  printer.field(key, value, `${word} ${value} `);
}

/** printf's %#x, for which 0 has no prefix. */
function hex(printer: Printer, key: string, value: number, word = key): void {
  text(printer, key, value === 0 ? '0' : `0x${value.toString(16)}`, word);
}

/** Hundredths of a second that are left. */
function timer(printer: Printer, key: string, leftNs: number): void {
  const hundredths = Math.floor(leftNs / 10_000_000);
  const whole = String(Math.floor(hundredths / 100));
  const rest = String(hundredths % 100).padStart(2, '0');
  printer.field(key, new JsonNumber(`${whole}.${rest}`), `${key} ${whole.padStart(4)}.${rest} `);
}

/** Priority and address, each byte without leading zeros. */
function bridgeId(bridge: Bridge): string {
  const bytes = formatMac(bridge.mac)
    .split(':')
    .map((byte) => parseInt(byte, 16).toString(16));
  return `${bridge.settings.priority.toString(16).padStart(4, '0')}.${bytes.join(':')}`;
}

function printBridge(printer: Printer, bridge: Bridge): void {
  const { settings } = bridge;
  number(printer, 'forward_delay', jiffiesToClock(settings.forwardDelay));
  number(printer, 'hello_time', jiffiesToClock(settings.helloTime));
  number(printer, 'max_age', jiffiesToClock(settings.maxAge));
  number(printer, 'ageing_time', jiffiesToClock(settings.ageingTime));
  number(printer, 'stp_state', 0);
  number(printer, 'priority', settings.priority);
  number(printer, 'vlan_filtering', 0);
  text(printer, 'bridge_id', bridgeId(bridge));
  text(printer, 'root_id', bridgeId(bridge), 'designated_root');
  for (const key of ['root_port', 'root_path_cost', 'topology_change', 'topology_change_detected']) {
    number(printer, key, 0);
  }
  for (const key of ['hello_timer', 'tcn_timer', 'topology_change_timer']) timer(printer, key, 0);
  timer(printer, 'gc_timer', bridge.gcTimerNs());
  hex(printer, 'group_fwd_mask', settings.groupFwdMask);
  text(printer, 'group_addr', formatMac(settings.groupAddress), 'group_address');
  printBridgeMulticast(printer, bridge);
  number(printer, 'nf_call_iptables', settings.nfCallIptables);
  number(printer, 'nf_call_ip6tables', settings.nfCallIp6tables);
  number(printer, 'nf_call_arptables', settings.nfCallArptables);
}

function printBridgeMulticast(printer: Printer, bridge: Bridge): void {
  const { settings } = bridge;
  number(printer, 'mcast_snooping', settings.mcastSnooping);
  number(printer, 'no_linklocal_learn', settings.noLinklocalLearn);
  number(printer, 'mcast_vlan_snooping', 0);
  number(printer, 'mcast_router', settings.mcastRouter);
  number(printer, 'mcast_query_use_ifaddr', settings.mcastQueryUseIfaddr);
  number(printer, 'mcast_querier', settings.mcastQuerier);
  number(printer, 'mcast_hash_elasticity', 16);
  number(printer, 'mcast_hash_max', settings.mcastHashMax);
  number(printer, 'mcast_last_member_cnt', settings.mcastLastMemberCount, 'mcast_last_member_count');
  number(printer, 'mcast_startup_query_cnt', settings.mcastStartupQueryCount, 'mcast_startup_query_count');
  for (const [name, jiffies] of [
    ['last_member', settings.mcastLastMemberInterval],
    ['membership', settings.mcastMembershipInterval],
    ['querier', settings.mcastQuerierInterval],
    ['query', settings.mcastQueryInterval],
    ['query_response', settings.mcastQueryResponseInterval],
    ['startup_query', settings.mcastStartupQueryInterval],
  ] as const) {
    number(printer, `mcast_${name}_intvl`, jiffiesToClock(jiffies), `mcast_${name}_interval`);
  }
  number(printer, 'mcast_stats_enabled', settings.mcastStatsEnabled);
  number(printer, 'mcast_igmp_version', settings.mcastIgmpVersion);
  number(printer, 'mcast_mld_version', settings.mcastMldVersion);
}

function printBridgePort(printer: Printer, port: BridgePort): void {
  const { bridge, flags } = port;
  const onOff = (name: string): void => {
    printPortFlag(printer, port, name);
  };
  text(printer, 'state', PORT_STATE_NAMES[port.state]!);
  number(printer, 'priority', port.priority);
  number(printer, 'cost', port.pathCost);
  onOff('hairpin');
  onOff('guard');
  onOff('root_block');
  onOff('fastleave');
  onOff('learning');
  onOff('flood');
  hex(printer, 'id', port.id, 'port_id');
  hex(printer, 'no', port.number, 'port_no');
  number(printer, 'designated_port', port.id);
  number(printer, 'designated_cost', 0);
  text(printer, 'bridge_id', bridgeId(bridge), 'designated_bridge');
  text(printer, 'root_id', bridgeId(bridge), 'designated_root');
  timer(printer, 'hold_timer', 0);
  timer(printer, 'message_age_timer', 0);
  timer(printer, 'forward_delay_timer', Math.max(port.forwardDelayEndNs - bridge.ns.machine.sched.now, 0));
  number(printer, 'topology_change_ack', 0);
  number(printer, 'config_pending', 0);
  onOff('proxy_arp');
  onOff('proxy_arp_wifi');
  number(printer, 'multicast_router', port.mcastRouter, 'mcast_router');
  printer.text(`mcast_fast_leave ${(flags & BR_MULTICAST_FAST_LEAVE) === 0 ? 'off' : 'on'} `);
  onOff('mcast_flood');
  onOff('bcast_flood');
  onOff('mcast_to_unicast');
  onOff('neigh_suppress');
  hex(printer, 'group_fwd_mask', port.groupFwdMask);
  text(printer, 'group_fwd_mask_str', groupNames(port.groupFwdMask));
  onOff('vlan_tunnel');
  onOff('isolated');
  onOff('locked');
  if (port.backup !== null) text(printer, 'backup_port', port.backup.dev.name);
}

/** The protocols behind the last digit of 01:80:c2:00:00:0X that have a name. */
const GROUP_NAMES: ReadonlyMap<number, string> = new Map([
  [0, 'stp'],
  [2, 'lacp'],
  [14, 'lldp'],
]);

function groupNames(mask: number): string {
  const names: string[] = [];
  for (let bit = 0; bit < 16; bit++) {
    if ((mask & (1 << bit)) !== 0) names.push(GROUP_NAMES.get(bit) ?? `0x${(1 << bit).toString(16)}`);
  }
  return names.length === 0 ? '0x0' : names.join(',');
}
