/**
 * `bridge fdb show` and `bridge fdb get` (iproute2: bridge/fdb.c). The kernel lists devices by their indexes; of each
 * first what its bridge knows there, the newest first, then the addresses it listens to itself, in the order in which
 * they came (rtnl_fdb_dump, br_fdb_dump, ndo_dflt_fdb_dump). Of a bridge the two change places.
 */
import type { AdminResult } from '../admin/result.ts';
import { failure, INCOMPLETE } from '../admin/result.ts';
import { formatMac, macHi, macLo } from '../../base/addr.ts';
import type { Mac } from '../../base/addr.ts';
import { FDB_EXT_LEARNED, FDB_STICKY } from '../../link/fdb.ts';
import type { FdbEntry } from '../../link/fdb.ts';
import { readSixBytes } from '../admin/bridge-fdb.ts';
import { Bridge } from '../dev/bridge.ts';
import { brPortOf } from '../dev/bridge-if.ts';
import { Vxlan } from '../dev/vxlan.ts';
import type { NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import type { ShowOptions } from './options.ts';
import { Printer } from './printer.ts';
import { isTunnelStateWanted, printTunnelEntry } from './vxlan-fdb.ts';

/** exit(-1), and exit(-2) */
const FAILED = 255;
const NOT_FOUND = 254;
const SECOND_NS = 1_000_000_000;

type State = '' | 'permanent' | 'static';
/** By the words of `state`; the kernel of these bridges has no entry that is stale. */
const STATES: ReadonlyMap<string, readonly State[]> = new Map<string, readonly State[]>([
  ['permanent', ['permanent']],
  ['static', ['static']],
  ['temp', ['static']],
  ['stale', []],
  ['reachable', ['']],
  ['dynamic', ['']],
  ['all', ['', 'permanent', 'static']],
]);

interface FdbFilter {
  bridge: NetDevice | null;
  dev: NetDevice | null;
  vlan: number;
  states: readonly State[] | null;
  isDynamic: boolean;
}

/** `args` stand behind the verb. */
export function showFdb(ns: Netns, args: readonly string[], options: ShowOptions): AdminResult {
  const filter = readFilter(ns, args);
  if ('exit' in filter) return filter;
  const printer = new Printer(options);
  for (const dev of ns.listDevices()) {
    if (dev.isLoopback || !isShown(dev, filter)) continue;
    const port = brPortOf(dev);
    const own = ownEntries(dev);
    if (port !== null) printAll(printer, port.bridge, entriesAt(port.bridge, port.number), dev, filter);
    if (dev instanceof Vxlan) printTunnelEntries(printer, dev, filter);
    else for (const mac of own) printSelf(printer, mac, dev, filter);
    if (dev instanceof Bridge) printAll(printer, dev, entriesAt(dev, 0), dev, filter);
  }
  return printer.result();
}

function readFilter(ns: Netns, args: readonly string[]): FdbFilter | AdminResult {
  const filter: FdbFilter = { bridge: null, dev: null, vlan: 0, states: null, isDynamic: false };
  let [bridgeName, devName] = ['', ''];
  for (let i = 0; i < args.length; i++) {
    const key = args[i]!;
    if (key === 'dynamic') filter.isDynamic = true;
    if (key !== 'dev' && key !== 'brport' && key !== 'br' && key !== 'vlan' && key !== 'state') continue;
    const value = args[++i];
    if (value === undefined) return INCOMPLETE;
    if (key === 'br') bridgeName = value;
    else if (key === 'vlan') filter.vlan = Number.parseInt(value, 10) || 0;
    else if (key === 'state') {
      const states = STATES.get(value);
      if (states === undefined) return failure(FAILED, `Error: argument "${value}" is wrong: invalid state`);
      filter.states = [...(filter.states ?? []), ...states];
    } else devName = value;
  }
  filter.bridge = bridgeName === '' ? null : ns.deviceByName(bridgeName);
  if (bridgeName !== '' && filter.bridge === null) {
    return failure(FAILED, `Cannot find bridge device "${bridgeName}"`);
  }
  filter.dev = devName === '' ? null : ns.deviceByName(devName);
  if (devName !== '' && filter.dev === null) return failure(FAILED, `Cannot find device "${devName}"`);
  return filter;
}

/** With `br BR` only the bridge and its ports. */
function isShown(dev: NetDevice, filter: FdbFilter): boolean {
  if (filter.vlan !== 0 || (filter.dev !== null && filter.dev !== dev)) return false;
  if (filter.bridge === null) return true;
  if (!(filter.bridge instanceof Bridge)) return false;
  return dev === filter.bridge || dev.master === filter.bridge;
}

function entriesAt(bridge: Bridge, portNumber: number): FdbEntry[] {
  return bridge.fdb.entries().filter((entry) => entry.port === portNumber);
}

function ownEntries(dev: NetDevice): Mac[] {
  return [...dev.unicastList.entries, ...dev.multicastList.entries].map((entry) => entry.mac);
}

function stateOf(entry: FdbEntry): State {
  if (entry.isLocal) return 'permanent';
  return entry.isStatic ? 'static' : '';
}

function isWanted(state: State, filter: FdbFilter): boolean {
  if (filter.states !== null && !filter.states.includes(state)) return false;
  return !filter.isDynamic || state !== 'permanent';
}

function printAll(
  printer: Printer,
  bridge: Bridge,
  entries: readonly FdbEntry[],
  dev: NetDevice,
  filter: FdbFilter,
): void {
  for (const entry of entries) {
    if (isWanted(stateOf(entry), filter)) printEntry(printer, bridge, entry, filter.dev === null ? dev.name : null);
  }
}

/** Each remote of an address is an entry of its own. */
function printTunnelEntries(printer: Printer, dev: Vxlan, filter: FdbFilter): void {
  for (const entry of dev.fdb.list()) {
    if (!isTunnelStateWanted(entry, filter.states, filter.isDynamic)) continue;
    for (const remote of entry.remotes) {
      printTunnelEntry(printer, dev, entry, remote, filter.dev === null ? dev.name : null);
    }
  }
}

/** `devName` is null where the caller has asked for one interface. */
function printEntry(printer: Printer, bridge: Bridge, entry: FdbEntry, devName: string | null): void {
  const state = stateOf(entry);
  const flags: string[] = [];
  if ((entry.flags & FDB_EXT_LEARNED) !== 0) flags.push('extern_learn');
  if ((entry.flags & FDB_STICKY) !== 0) flags.push('sticky');
  printer.openObject();
  printAddress(printer, entry.mac, devName);
  if (printer.options.statistics > 0) {
    const now = bridge.ns.machine.sched.now;
    const used = Math.floor((now - entry.usedNs) / SECOND_NS);
    const updated = Math.floor((now - entry.updatedNs) / SECOND_NS);
    printer.json('used', used);
    printer.json('updated', updated);
    printer.text(`used ${used}/${updated} `);
  }
  printer.json('flags', flags);
  for (const flag of flags) printer.text(`${flag} `);
  printer.field('master', bridge.name, `master ${bridge.name} `);
  printer.field('state', state, `${state}\n`);
  printer.close();
}

function printSelf(printer: Printer, mac: Mac, dev: NetDevice, filter: FdbFilter): void {
  if (!isWanted('permanent', filter)) return;
  printer.openObject();
  printAddress(printer, mac, filter.dev === null ? dev.name : null);
  printer.json('flags', ['self']);
  printer.text('self ');
  printer.field('state', 'permanent', 'permanent\n');
  printer.close();
}

function printAddress(printer: Printer, mac: Mac, devName: string | null): void {
  const text = formatMac(mac);
  printer.inked('mac', 'mac', text, `${text} `);
  if (devName === null) return;
  printer.text('dev ');
  printer.inked('ifname', 'ifname', devName, `${devName} `);
}

function getTunnelEntry(dev: Vxlan, mac: Mac, options: ShowOptions): AdminResult {
  const entry = dev.fdb.find(macHi(mac), macLo(mac));
  if (entry === null) return failure(NOT_FOUND, 'Error: Fdb entry not found.');
  const printer = new Printer(options);
  printTunnelEntry(printer, dev, entry, entry.remotes[0]!, dev.name);
  return printer.result();
}

/** `[to] LLADDR [br BRDEV] {brport | dev} DEV [vlan VID] [self] [master] [dynamic]` */
export function getFdb(ns: Netns, args: readonly string[], options: ShowOptions): AdminResult {
  let [bridgeName, devName, address] = ['', '', ''];
  let isSelf = false;
  for (let i = 0; i < args.length; i++) {
    const key = args[i]!;
    if (key === 'self') isSelf = true;
    if (key === 'self' || key === 'master' || key === 'dynamic') continue;
    const takesValue = ['br', 'brport', 'dev', 'vlan', 'vni', 'to'].includes(key);
    const value = takesValue ? args[++i] : key;
    if (value === undefined) return INCOMPLETE;
    if (key === 'br') bridgeName = value;
    else if (key === 'brport' || key === 'dev') devName = value;
    else if (key !== 'vlan' && key !== 'vni') {
      if (address !== '') return failure(FAILED, `Error: duplicate "to": "${value}" is the second value.`);
      address = value;
    }
  }
  if (address === '' || (bridgeName === '' && devName === '')) {
    return failure(FAILED, 'Device or master and address are required arguments.');
  }
  const mac = readSixBytes(address);
  if (mac === undefined) return failure(FAILED, `Invalid mac address ${address}`);
  for (const name of [devName, bridgeName]) {
    if (name !== '' && ns.deviceByName(name) === null) return failure(FAILED, `Cannot find device "${name}"`);
  }
  const dev = ns.deviceByName(devName === '' ? bridgeName : devName)!;
  if (dev instanceof Vxlan && isSelf) return getTunnelEntry(dev, mac, options);
  const bridge = dev instanceof Bridge ? dev : isSelf ? null : (brPortOf(dev)?.bridge ?? null);
  if (bridge === null) {
    const text = isSelf ? 'Fdb get operation not supported by device' : 'Device is not a bridge port';
    return failure(NOT_FOUND, `Error: ${text}.`);
  }
  const entry = bridge.fdb.entry(macHi(mac), macLo(mac));
  if (entry === undefined) return failure(NOT_FOUND, 'Error: Fdb entry not found.');
  const printer = new Printer(options);
  printEntry(printer, bridge, entry, bridge.portByNumber(entry.port)?.dev.name ?? bridge.name);
  return printer.result();
}
