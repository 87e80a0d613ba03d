/** Entries of a VXLAN device's own table as `bridge fdb` prints them (iproute2: print_fdb; Linux: vxlan_fdb_info). */
import { formatIp4, formatMac } from '../../base/addr.ts';
import type { VxlanFdbEntry, VxlanRemote } from '../dev/vxlan-fdb.ts';
import type { Vxlan } from '../dev/vxlan.ts';
import { NTF_EXT_LEARNED, NTF_ROUTER, NUD_NOARP, NUD_PERMANENT, NUD_REACHABLE } from '../ip/neigh.ts';
import { peernetToIdAlloc } from '../netns-id.ts';
import type { Printer } from './printer.ts';

const SECOND_NS = 1_000_000_000;

type State = '' | 'permanent' | 'static';

/** Twin of state_n2a. */
function stateOf(entry: VxlanFdbEntry): State {
  if ((entry.state & NUD_PERMANENT) !== 0) return 'permanent';
  return (entry.state & NUD_NOARP) === 0 ? '' : 'static';
}

/** An entry may be in several states. */
const STATES: readonly (readonly [state: State, bit: number])[] = [
  ['permanent', NUD_PERMANENT],
  ['static', NUD_NOARP],
  ['', NUD_REACHABLE],
];

/** Whether `state …` and `dynamic` of the command line let the entry through; null: no state was named. */
export function isTunnelStateWanted(
  entry: VxlanFdbEntry,
  states: readonly State[] | null,
  isDynamic: boolean,
): boolean {
  const state = stateOf(entry);
  const names = STATES.filter(([, bit]) => (entry.state & bit) !== 0).map(([name]) => name);
  const isNamed = states === null || names.some((name) => states.includes(name));
  return isNamed && (!isDynamic || state !== 'permanent');
}

/** One remote of an address; `devName` is null where the caller has asked for one interface. */
export function printTunnelEntry(
  printer: Printer,
  dev: Vxlan,
  entry: VxlanFdbEntry,
  remote: VxlanRemote,
  devName: string | null,
): void {
  const mac = formatMac(entry.mac);
  printer.openObject();
  printer.inked('mac', 'mac', mac, `${mac} `);
  if (devName !== null) {
    printer.text('dev ');
    printer.inked('ifname', 'ifname', devName, `${devName} `);
  }
  printRemote(printer, dev, remote);
  printTimes(printer, dev, entry);
  const flags = flagsOf(entry);
  printer.json('flags', flags);
  for (const flag of flags) printer.text(`${flag} `);
  const state = stateOf(entry);
  printer.field('state', state, `${state}\n`);
  printer.close();
}

/** What is not as the device's own configuration says. */
function printRemote(printer: Printer, dev: Vxlan, { ip, port, vni, ifIndex }: VxlanRemote): void {
  const { config } = dev;
  printer.text('dst ');
  printer.inked('inet', 'dst', formatIp4(ip), `${formatIp4(ip)} `);
  if (port !== 0 && port !== config.dstPort) printer.field('port', port, `port ${port} `);
  if (vni !== config.vni) printer.field('vni', vni, `vni ${vni} `);
  if (ifIndex !== 0 && dev.isElsewhere) printer.field('viaIfIndex', ifIndex, `via ifindex ${ifIndex} `);
  else if (ifIndex !== 0) {
    const via = dev.ns.devices[ifIndex]?.name ?? `if${ifIndex}`;
    printer.field('viaIf', via, `via ${via} `);
  }
  if (!dev.isElsewhere) return;
  const id = peernetToIdAlloc(dev.ns, dev.linkNs);
  printer.field('linkNetNsId', id, `link-netnsid ${id} `);
}

function printTimes(printer: Printer, dev: Vxlan, entry: VxlanFdbEntry): void {
  if (printer.options.statistics === 0) return;
  const now = dev.ns.machine.sched.now;
  const used = Math.floor((now - dev.fdb.usedNs(entry)) / SECOND_NS);
  const updated = Math.floor((now - dev.fdb.updatedNs(entry)) / SECOND_NS);
  printer.json('used', used);
  printer.json('updated', updated);
  printer.text(`used ${used}/${updated} `);
}

/** In the order in which iproute2 says them. */
function flagsOf(entry: VxlanFdbEntry): string[] {
  const flags = ['self'];
  if ((entry.flags & NTF_ROUTER) !== 0) flags.push('router');
  if ((entry.flags & NTF_EXT_LEARNED) !== 0) flags.push('extern_learn');
  return flags;
}
