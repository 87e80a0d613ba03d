/** `bridge fdb add | append | replace | del | flush` (iproute2: bridge/fdb.c; Linux: rtnl_fdb_add, br_fdb_add). */
import type { Ip4, Mac } from '../../base/addr.ts';
import { macFrom, macHi, macLo } from '../../base/addr.ts';
import type { FdbEntry } from '../../link/fdb.ts';
import { FDB_ADDED_BY_USER, FDB_EXT_LEARNED, FDB_LOCAL, FDB_STATIC, FDB_STICKY } from '../../link/fdb.ts';
import type { BridgePort } from '../dev/bridge.ts';
import { Bridge } from '../dev/bridge.ts';
import { BR_STATE_FORWARDING, BR_STATE_LEARNING } from '../dev/bridge-flags.ts';
import { brPortOf } from '../dev/bridge-if.ts';
import { setUnicastPromiscuity } from '../dev/dev-ops.ts';
import type { VxlanFdbVerb } from '../dev/vxlan-fdb.ts';
import { Vxlan } from '../dev/vxlan.ts';
import type { Errno } from '../errno.ts';
import { errorText } from '../errno.ts';
import type { NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import type { FdbRefusal } from './bridge-fdb-vxlan.ts';
import { vxlanFdbAdd, vxlanFdbDelete, vxlanFdbFlush } from './bridge-fdb-vxlan.ts';
import { invalidArgument } from './ip-words.ts';
import { U16_MAX } from './number-words.ts';
import type { AdminResult } from './result.ts';
import { DONE, failure, INCOMPLETE, noDevice, notSupported } from './result.ts';
import { readIp, readNumber } from './route-values.ts';
import { FDB_USAGE } from './bridge-usage.ts';

/** exit(-1) */
const FAILED = 255;
const VNI_MAX = 0xff_ffff;

/** How an entry is to be entered (NLM_F_EXCL, NLM_F_APPEND, NLM_F_REPLACE). */
export type FdbVerb = 'add' | 'append' | 'replace' | 'delete';

interface FdbRequest {
  dst: Ip4 | undefined;
  port: number;
  vni: number | undefined;
  via: number;
  isRouter: boolean;
  dev: string;
  address: string;
  isSelf: boolean;
  isMaster: boolean;
  isUse: boolean;
  isExternLearn: boolean;
  isSticky: boolean;
  isPermanent: boolean;
  isStatic: boolean;
  isDynamic: boolean;
  /** undefined without `vlan`. */
  vlan: number | undefined;
  flaw: AdminResult | null;
}

/** Words that may be abbreviated, in the order in which they are tried. */
const FLAG_WORDS = [
  'master',
  'router',
  'local',
  'permanent',
  'temp',
  'dynamic',
  'static',
  'use',
  'extern_learn',
  'sticky',
];
const FLAG_SETTERS: Readonly<Record<string, (request: FdbRequest) => void>> = {
  master: (request) => void (request.isMaster = true),
  router: (request) => void (request.isRouter = true),
  local: (request) => void (request.isPermanent = true),
  permanent: (request) => void (request.isPermanent = true),
  temp: (request) => void (request.isDynamic = true),
  dynamic: (request) => void (request.isDynamic = true),
  static: (request) => void (request.isStatic = true),
  use: (request) => void (request.isUse = true),
  extern_learn: (request) => void (request.isExternLearn = true),
  sticky: (request) => void (request.isSticky = true),
};
/** Words with a value that concerns tunnels only; bridges pass them over. */
const OF_TUNNELS: ReadonlySet<string> = new Set(['dst', 'port', 'vni', 'src_vni', 'via', 'nhid']);

/** Six numbers with colons, as sscanf takes them: what follows is passed over. */
export function readSixBytes(text: string): Mac | undefined {
  const match = /^([\da-f]+):([\da-f]+):([\da-f]+):([\da-f]+):([\da-f]+):([\da-f]+)/i.exec(text);
  if (match === null) return undefined;
  const bytes = match.slice(1).map((part) => parseInt(part, 16) & 0xff);
  const [a, b, c, d, e, f] = bytes as [number, number, number, number, number, number];
  return macFrom((a << 8) | b, (c << 24) | (d << 16) | (e << 8) | f);
}

/** `args` stand behind the verb. */
export function fdbModify(ns: Netns, verb: FdbVerb, args: readonly string[]): AdminResult {
  const request = readRequest(ns, args);
  if (request.flaw !== null) return request.flaw;
  if (request.dev === '' || request.address === '') {
    return failure(FAILED, 'Device and address are required arguments.');
  }
  if (!request.isSelf && !request.isMaster) request.isSelf = true;
  if (!request.isDynamic && !request.isStatic) request.isPermanent = true;
  const mac = readSixBytes(request.address);
  if (mac === undefined) return failure(FAILED, `Invalid mac address ${request.address}`);
  const dev = ns.deviceByName(request.dev);
  if (dev === null) return failure(FAILED, `Cannot find device "${request.dev}"`);
  if (request.vlan !== undefined && (request.vlan < 1 || request.vlan > 4094)) {
    return failure(FAILED, 'Error: invalid vlan id.');
  }
  if (dev.isLoopback) {
    const what = verb === 'delete' ? 'delete' : 'add';
    return failure(FAILED, `Error: FDB ${what} only supported for Ethernet devices.`);
  }
  return answer(verb === 'delete' ? fdbDel(dev, mac, request) : fdbAdd(dev, mac, request, verb));
}

function answer(errno: FdbRefusal): AdminResult {
  if (typeof errno !== 'string') return failure(FAILED, `Error: ${errno.text}.`);
  return errno === '' ? DONE : failure(FAILED, `RTNETLINK answers: ${errorText(errno)}`);
}

function readRequest(ns: Netns, args: readonly string[]): FdbRequest {
  const request: FdbRequest = {
    ...{ dst: undefined, port: 0, vni: undefined, via: 0, isRouter: false },
    ...{ dev: '', address: '', isSelf: false, isMaster: false, isUse: false, isExternLearn: false },
    ...{ isSticky: false, isPermanent: false, isStatic: false, isDynamic: false, vlan: undefined, flaw: null },
  };
  for (let i = 0; i < args.length && request.flaw === null; i++) {
    const word = args[i]!;
    const takesValue = word === 'dev' || word === 'vlan' || word === 'to' || OF_TUNNELS.has(word);
    const value = takesValue ? args[++i] : word;
    if (value === undefined) request.flaw = INCOMPLETE;
    else if (word === 'dev') request.dev = value;
    else if (word === 'vlan') request.vlan = Number.parseInt(value, 10) || 0;
    else if (word === 'self') request.isSelf = true;
    else if (OF_TUNNELS.has(word)) request.flaw = readTunnelWord(ns, request, word, value);
    else readFlagOrAddress(request, word, value);
  }
  return request;
}

function readTunnelWord(ns: Netns, request: FdbRequest, word: string, text: string): AdminResult | null {
  switch (word) {
    case 'dst':
      if (request.dst !== undefined)
        return failure(FAILED, `Error: either "dst" is duplicate, or "${text}" is a garbage.`);
      request.dst = readIp(text);
      return request.dst === undefined ? addressFlaw(text) : null;
    case 'port': {
      const port = readNumber(text);
      if (port === undefined || port > U16_MAX) return invalidArgument(text, 'invalid port\n');
      request.port = port;
      return null;
    }
    case 'vni':
      request.vni = readNumber(text);
      return request.vni === undefined || request.vni > VNI_MAX ? invalidArgument(text, 'invalid VNI\n') : null;
    case 'via':
      request.via = ns.deviceByName(text)?.ifIndex ?? 0;
      return request.via === 0 ? { ...noDevice(text), exit: FAILED } : null;
    default:
      return notSupported(`bridge fdb … ${word}`, 'dst, port, vni, via');
  }
}

function addressFlaw(text: string): AdminResult {
  if (text.includes(':')) return notSupported(`bridge fdb … dst ${text}`, 'IPv4 addresses');
  return failure(1, `Error: any valid address is expected rather than "${text}".`);
}

function readFlagOrAddress(request: FdbRequest, word: string, value: string): void {
  const flag = word === 'to' ? undefined : FLAG_WORDS.find((each) => word !== '' && each.startsWith(word));
  if (flag !== undefined) FLAG_SETTERS[flag]!(request);
  else if (value !== '' && 'help'.startsWith(value)) request.flaw = failure(FAILED, FDB_USAGE);
  else if (request.address !== '') {
    request.flaw = failure(FAILED, `Error: either "to" is duplicate, or "${value}" is a garbage.`);
  } else request.address = value;
}

/** Twin of rtnl_fdb_add: at the bridge of a port, then at the interface itself. */
function fdbAdd(dev: NetDevice, mac: Mac, request: FdbRequest, verb: VxlanFdbVerb): FdbRefusal {
  if (request.isMaster) {
    const port = brPortOf(dev);
    if (port === null) return request.isSelf ? '' : 'EOPNOTSUPP';
    const errno = brFdbAdd(port.bridge, port, mac, request, verb);
    if (errno !== '') return errno;
  }
  if (!request.isSelf) return '';
  if (dev instanceof Bridge) return brFdbAdd(dev, null, mac, request, verb);
  if (dev instanceof Vxlan) return vxlanFdbAdd(dev, mac, request, verb);
  return defaultFdbAdd(dev, mac, request, verb);
}

/** Twin of ndo_dflt_fdb_add: an address that the interface listens to, too. */
function defaultFdbAdd(dev: NetDevice, mac: Mac, request: FdbRequest, verb: FdbVerb): Errno {
  if (!request.isPermanent || request.vlan !== undefined) return 'EINVAL';
  const list = isGroup(mac) ? dev.multicastList : dev.unicastList;
  if (list.has(mac)) return verb === 'add' ? 'EEXIST' : '';
  list.add(mac);
  setUnicastPromiscuity(dev);
  return '';
}

function isGroup(mac: Mac): boolean {
  return (macHi(mac) & 0x0100) !== 0;
}

/** Twin of br_fdb_add and fdb_add_entry. */
function brFdbAdd(bridge: Bridge, port: BridgePort | null, mac: Mac, request: FdbRequest, verb: FdbVerb): Errno {
  if (mac === 0 || request.vlan !== undefined) return 'EINVAL';
  const [hi, lo] = [macHi(mac), macLo(mac)];
  const learns = port !== null && (port.state === BR_STATE_LEARNING || port.state === BR_STATE_FORWARDING);
  if (request.isUse) {
    if (port === null) return 'EINVAL';
    if (learns) bridge.fdb.fdbUpdate(hi, lo, port.number);
    return '';
  }
  if (port === null && !request.isPermanent) return 'EINVAL';
  const number = port?.number ?? 0;
  if (request.isExternLearn) {
    bridge.fdb.addExternal(hi, lo, number);
    return '';
  }
  if (request.isDynamic && !request.isPermanent && !request.isStatic && !learns) return 'EPERM';
  if (request.isSticky && request.isPermanent) return 'EINVAL';
  if (verb === 'add' && bridge.fdb.entry(hi, lo) !== undefined) return 'EEXIST';
  let flags = 0;
  if (request.isPermanent) flags = FDB_LOCAL | FDB_STATIC;
  else if (request.isStatic) flags = FDB_STATIC;
  bridge.fdb.addByUser(hi, lo, number, request.isSticky ? flags | FDB_STICKY : flags);
  return '';
}

/** Twin of rtnl_fdb_del. */
function fdbDel(dev: NetDevice, mac: Mac, request: FdbRequest): FdbRefusal {
  if (request.isMaster) {
    const port = brPortOf(dev);
    if (port === null) return request.isSelf ? '' : 'EOPNOTSUPP';
    const errno = brFdbDelete(port.bridge, port.number, mac, request);
    if (errno !== '') return errno;
  }
  if (!request.isSelf) return '';
  if (dev instanceof Bridge) return brFdbDelete(dev, 0, mac, request);
  if (dev instanceof Vxlan) return vxlanFdbDelete(dev, mac, request);
  if (!request.isPermanent) return 'EINVAL';
  const isThere = (isGroup(mac) ? dev.multicastList : dev.unicastList).remove(mac);
  setUnicastPromiscuity(dev);
  return isThere ? '' : 'ENOENT';
}

function brFdbDelete(bridge: Bridge, portNumber: number, mac: Mac, request: FdbRequest): Errno {
  if (request.vlan !== undefined) return 'EINVAL';
  const entry = bridge.fdb.entry(macHi(mac), macLo(mac));
  if (entry?.port !== portNumber) return 'ENOENT';
  bridge.fdb.remove(macHi(mac), macLo(mac));
  return '';
}

/** What of an entry `flush` may ask for: the bit, and whether it has to be set. */
const FLUSH_WORDS: ReadonlyMap<string, readonly (readonly [flag: number, isSet: boolean])[]> = new Map(
  Object.entries({
    permanent: [[FDB_LOCAL, true]],
    nopermanent: [[FDB_LOCAL, false]],
    static: [
      [FDB_STATIC, true],
      [FDB_LOCAL, false],
    ],
    nostatic: [[FDB_STATIC, false]],
    dynamic: [
      [FDB_STATIC, false],
      [FDB_LOCAL, false],
    ],
    nodynamic: [[FDB_STATIC, true]],
    added_by_user: [[FDB_ADDED_BY_USER, true]],
    noadded_by_user: [[FDB_ADDED_BY_USER, false]],
    extern_learn: [[FDB_EXT_LEARNED, true]],
    noextern_learn: [[FDB_EXT_LEARNED, false]],
    sticky: [[FDB_STICKY, true]],
    nosticky: [[FDB_STICKY, false]],
  } as const),
);

/** `dev DEV [brport DEV] [vlan VID] [self] [master] [no]permanent …`; words that it does not know are passed over. */
export function fdbFlush(ns: Netns, args: readonly string[]): AdminResult {
  let [devName, portName] = ['', ''];
  let isMaster = false;
  const wanted = new Map<number, boolean>();
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!;
    const takesValue =
      word === 'dev' || word === 'brport' || word === 'vlan' || (word !== '' && 'help'.startsWith(word));
    const value = takesValue ? args[++i] : word;
    if (value === undefined) return INCOMPLETE;
    if (word === 'dev') devName = value;
    else if (word === 'brport') portName = value;
    else if (word === 'master') isMaster = true;
    for (const [flag, isSet] of FLUSH_WORDS.get(word) ?? []) wanted.set(flag, isSet);
  }
  if (devName === '') return failure(FAILED, 'Device is a required argument.');
  const dev = ns.deviceByName(devName);
  if (dev === null) return failure(FAILED, `Cannot find bridge device "${devName}"`);
  const named = portName === '' ? null : ns.deviceByName(portName);
  if (portName !== '' && named === null) return failure(FAILED, `Cannot find bridge port device "${portName}"`);
  return flushAt(dev, named, isMaster, wanted);
}

/** Twin of br_fdb_delete_bulk. */
function flushAt(
  dev: NetDevice,
  named: NetDevice | null,
  isMaster: boolean,
  wanted: ReadonlyMap<number, boolean>,
): AdminResult {
  if (dev instanceof Vxlan && !isMaster) return answer(vxlanFdbFlush(dev, wanted));
  const ownPort = isMaster ? brPortOf(dev) : null;
  const bridge = ownPort?.bridge ?? (dev instanceof Bridge ? dev : null);
  if (bridge === null) return answer('EOPNOTSUPP');
  const port = named === null ? ownPort : brPortOf(named);
  if (named !== null && named !== bridge) {
    if (port === null) {
      return failure(FAILED, 'Error: bridge: Flush device is not a bridge or bridge port.');
    }
    if (port.bridge !== bridge) return failure(FAILED, 'Error: bridge: Flush device belongs to a different bridge.');
  }
  const onlyAt = named === bridge ? 0 : (port?.number ?? null);
  const isMeant = (entry: FdbEntry): boolean =>
    (onlyAt === null || entry.port === onlyAt) &&
    [...wanted].every(([flag, isSet]) => ((entry.flags & flag) !== 0) === isSet);
  bridge.fdb.removeWhere(isMeant);
  return DONE;
}
