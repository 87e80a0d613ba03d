/** `bridge link show`: the ports of bridges (iproute2: bridge/link.c, print_protinfo). */
import type { AdminResult } from '../admin/result.ts';
import { failure, INCOMPLETE } from '../admin/result.ts';
import type { BridgePort } from '../dev/bridge.ts';
import { PORT_STATE_NAMES } from '../dev/bridge-flags.ts';
import { brPortOf } from '../dev/bridge-if.ts';
import type { Netns } from '../netns.ts';
import { linkFlags, linkOf } from './link-state.ts';
import type { ShowOptions } from './options.ts';
import { printPortFlag } from './port-flag.ts';
import { Printer } from './printer.ts';

/** exit(-1) */
const FAILED = 255;

/** `args` stand behind the verb; words other than `dev DEV` are passed over. */
export function showBridgeLinks(ns: Netns, args: readonly string[], options: ShowOptions): AdminResult {
  let only: string | null = null;
  for (let i = 0; i < args.length; i++) {
    if (args[i] !== 'dev') continue;
    const name = args[++i];
    if (name === undefined) return INCOMPLETE;
    only = name;
  }
  if (only !== null && ns.deviceByName(only) === null) return failure(FAILED, `Cannot find device "${only}"`);
  const printer = new Printer(options);
  for (const dev of ns.listDevices()) {
    const port = brPortOf(dev);
    if (port !== null && (only === null || dev.name === only)) printPort(printer, port);
  }
  return printer.result();
}

function printPort(printer: Printer, port: BridgePort): void {
  const { dev, bridge } = port;
  printer.openObject();
  printer.field('ifindex', dev.ifIndex, `${dev.ifIndex}: `);
  printName(printer, port);
  const flags = linkFlags(dev);
  printer.json('flags', flags);
  printer.text(`<${flags.join(',')}> `);
  printer.field('mtu', dev.mtu, `mtu ${dev.mtu} `);
  printer.field('master', bridge.name, `master ${bridge.name} `);
  const state = PORT_STATE_NAMES[port.state]!;
  printer.field('state', state, `state ${state} `);
  printer.field('priority', port.priority, `priority ${port.priority} `);
  printer.field('cost', port.pathCost, `cost ${port.pathCost} `);
  if (printer.options.details) printDetails(printer, port);
  printer.text('\n');
  printer.close();
}

/** The other end of a veth is looked up by its index in this namespace, whichever it belongs to. */
function printName(printer: Printer, { dev }: BridgePort): void {
  const peer = linkOf(dev);
  if (peer === null || peer === dev) {
    printer.field('ifname', dev.name, `${dev.name}: `);
    return;
  }
  const link = dev.ns.devices[peer.ifIndex]?.name ?? `if${peer.ifIndex}`;
  printer.json('link', link);
  printer.field('ifname', dev.name, `${dev.name}@${link}: `);
}

const FIRST_FLAGS = ['hairpin', 'guard', 'root_block', 'fastleave', 'learning', 'flood', 'mcast_flood', 'bcast_flood'];
const MORE_FLAGS = ['mcast_to_unicast', 'neigh_suppress', 'vlan_tunnel'];
const LAST_FLAGS = ['isolated', 'locked'];

function printDetails(printer: Printer, port: BridgePort): void {
  printer.lineEnd();
  printer.text('    ');
  for (const name of FIRST_FLAGS) printPortFlag(printer, port, name);
  printer.field('mcast_router', port.mcastRouter, `mcast_router ${port.mcastRouter} `);
  for (const name of MORE_FLAGS) printPortFlag(printer, port, name);
  if (port.backup !== null) {
    printer.field('backup_port', port.backup.dev.name, `backup_port ${port.backup.dev.name} `);
  }
  for (const name of LAST_FLAGS) printPortFlag(printer, port, name);
}
