/** `ip` and `ifconfig` of busybox: their own words for what the kernel does (busybox: networking/libiproute). */
import { prefixMask } from '../../base/addr.ts';
import type { Netns } from '../netns.ts';
import { busyboxDevices, formatBusyboxAddress, formatBusyboxIfconfig, formatBusyboxLink } from '../show/busybox-ip.ts';
import { ifconfigName, ifconfigNames } from '../show/ifconfig.ts';
import { showRoutes } from '../show/ip-route-list.ts';
import { PLAIN } from '../show/options.ts';
import { ifconfig } from './ifconfig.ts';
import { readPrefix } from './ip-words.ts';
import type { AdminResult } from './result.ts';
import { failure, notSupported } from './result.ts';
import { completed } from './words.ts';

/** Runs a command line of iproute2 in the same namespace. */
export type RunIp = (args: readonly string[]) => AdminResult;

const OBJECTS = ['address', 'route', 'link', 'tunnel', 'neigh', 'rule'];
const LISTS = ['list', 'show', 'lst'];

/** What iproute2 says of the kernel's refusals, and what the error numbers behind them are called. */
const ERRORS: readonly (readonly [text: RegExp, busybox: string])[] = [
  [/^Error: ipv4: Address already assigned/, 'RTNETLINK answers: File exists'],
  [/^Error: ipv4: Address not found/, 'RTNETLINK answers: Cannot assign requested address'],
  [/^Error: mtu /, 'SIOCSIFMTU: Invalid argument'],
  [/^Error: Nexthop has invalid gateway/, 'RTNETLINK answers: Network is unreachable'],
  [/^Error: Device for nexthop is not up/, 'RTNETLINK answers: Network is down'],
  [/^Error: .* is expected rather than/, 'RTNETLINK answers: Numerical result out of range'],
];

/** `ip [-o] [-4] OBJECT …` */
export function busyboxIp(ns: Netns, args: readonly string[], runIp: RunIp): AdminResult {
  let [isOneline, isInet, at] = [false, false, 0];
  for (; args[at]?.startsWith('-') === true; at++) {
    const option = args[at]!;
    if (option === '-o' || option === '-oneline') isOneline = true;
    else if (option === '-4') isInet = true;
    else if ((option === '-f' || option === '-family') && args[at + 1] === 'inet') {
      isInet = true;
      at++;
    } else return notSupported(`ip ${option}`, '-o, -4, -f inet');
  }
  const [object = '', verb = 'show', ...rest] = args.slice(at);
  const name = completed(object, OBJECTS);
  if (name === 'address' && completed(verb, LISTS) !== undefined) return showAddresses(ns, rest, isOneline, isInet);
  if (name === 'link' && completed(verb, LISTS) !== undefined) return showLinks(ns, rest, isOneline);
  if (name === 'route' && completed(verb, LISTS) !== undefined) return listRoutes(ns, rest);
  if (name === undefined || name === 'tunnel' || name === 'neigh' || name === 'rule') {
    return notSupported(`ip ${object}`, 'ip address, ip link, ip route');
  }
  if (name === 'link' && verb === 'set' && ns.deviceByName(rest[0] ?? '') === null && rest[0] !== 'dev') {
    return failure(2, 'ip: SIOCGIFFLAGS: No such device');
  }
  return inBusyboxWords(runIp([name, verb, ...rest]));
}

/** The same answer with busybox's name in front and the error numbers' names. */
function inBusyboxWords(result: AdminResult): AdminResult {
  if (result.exit === 0 || result.exit === 127) return result;
  const text = result.stderr.replace(/^(Warning:[^]*scripts!\n)/, '').split('\n')[0]!;
  const missing = /^Cannot find device "(.*)"$/.exec(text);
  if (missing !== null) return failure(1, `ip: can't find device '${missing[1]!}'`);
  if (text.startsWith('Not enough information: "dev"')) return failure(1, 'ip: need "dev IFACE"');
  const garbage = /^Error: either "dev" is duplicate, or "(.*)" is a garbage/.exec(text);
  if (garbage !== null) return failure(2, `ip: either "dev" is duplicate, or "${garbage[1]!}" is garbage`);
  const words = ERRORS.find(([pattern]) => pattern.test(text))?.[1];
  const answer = text.startsWith('RTNETLINK answers') ? text : 'RTNETLINK answers: Invalid argument';
  return failure(2, `ip: ${words ?? answer}`);
}

function noDevice(exit: number, name: string): AdminResult {
  return failure(exit, `ip: can't find device '${name}'`);
}

function showLinks(ns: Netns, args: readonly string[], isOneline: boolean): AdminResult {
  const words = args.filter((word) => word !== 'dev');
  const isUpOnly = words.includes('up');
  const name = words.find((word) => word !== 'up') ?? '';
  const devices = busyboxDevices(ns, name);
  if (devices === undefined) return noDevice(2, name);
  const shown = devices.filter((dev) => dev.isUp || !isUpOnly);
  return { exit: 0, stdout: shown.map((dev) => formatBusyboxLink(dev, isOneline)).join(''), stderr: '' };
}

/** `[dev] NAME`, `to PREFIX`, `up` */
function showAddresses(ns: Netns, args: readonly string[], isOneline: boolean, isInet: boolean): AdminResult {
  let [name, isUpOnly] = ['', false];
  let wanted = { address: 0, prefixLen: 0 };
  for (let at = 0; at < args.length; at++) {
    const word = args[at]!;
    if (word === 'up') isUpOnly = true;
    else if (word === 'to') {
      wanted = readPrefix(args[++at] ?? '') ?? wanted;
    } else if (word !== 'dev') name = word;
  }
  const mask = prefixMask(wanted.prefixLen);
  const devices = busyboxDevices(ns, name);
  if (devices === undefined) return noDevice(1, name);
  let stdout = '';
  for (const dev of devices) {
    const addresses = dev.addresses.filter((entry) => ((entry.address ^ wanted.address) & mask) === 0);
    if ((isUpOnly && !dev.isUp) || (addresses.length === 0 && (isInet || dev.addresses.length > 0))) continue;
    const link = formatBusyboxLink(dev, false);
    if (!isOneline) stdout += isInet ? `${link.split('\n', 1)[0]!}\n` : link;
    stdout += addresses.map((entry) => formatBusyboxAddress(dev, entry, isOneline)).join('');
  }
  return { exit: 0, stdout, stderr: '' };
}

/** As iproute2's, without the protocol and with one more blank in front of the source. */
function listRoutes(ns: Netns, args: readonly string[]): AdminResult {
  const result = showRoutes(ns, args, PLAIN);
  return { ...result, stdout: result.stdout.replaceAll(/ proto \w+/g, '').replaceAll(/ src /g, '  src ') };
}

/** `ifconfig [-a] [NAME]` prints blocks of its own; what it changes is the same. */
export function busyboxIfconfig(ns: Netns, args: readonly string[]): AdminResult {
  const words = args.filter((word) => word !== '-a');
  if (words.length > 1) {
    const result = ifconfig(ns, words);
    const first = result.stderr.split('\n')[0]!;
    if (result.exit === 0 || result.exit === 127) return result;
    const bad = /^(.*): Host name lookup failure$/.exec(first);
    const text = bad === null ? first.replace(/^\S+: ERROR.*: /, 'SIOCGIFFLAGS: ') : `bad address '${bad[1]!}'`;
    return failure(1, `ifconfig: ${text}`);
  }
  if (words[0] === undefined) {
    const names = ifconfigNames(ns, args.includes('-a'));
    return { exit: 0, stdout: names.map(formatBusyboxIfconfig).join(''), stderr: '' };
  }
  const name = ifconfigName(ns, words[0]);
  if (name === undefined) {
    return failure(1, `ifconfig: ${words[0]}: error fetching interface information: Device not found`);
  }
  return { exit: 0, stdout: formatBusyboxIfconfig(name), stderr: '' };
}
