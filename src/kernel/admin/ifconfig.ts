/** What `ifconfig` of net-tools changes, one request after the other (net-tools: ifconfig.c; Linux: devinet_ioctl). */
import type { Ip4 } from '../../base/addr.ts';
import { parseIp4, parseMac, prefixMask } from '../../base/addr.ts';
import { devChangeName, devClose, devOpen, devSetMac, devSetMtu, isValidMac, MTU_MIN, mtuMax } from '../dev/dev-ops.ts';
import { inetAddIfa, inetDelEntry } from '../ip/devinet.ts';
import type { InterfaceAddress } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import type { IfconfigName } from '../show/ifconfig.ts';
import { formatIfconfig, formatIfconfigShort, ifconfigName, ifconfigNames, labelled } from '../show/ifconfig.ts';
import { setFlag } from './link-apply.ts';
import type { LinkFlag } from './link-words.ts';
import type { AdminResult } from './result.ts';
import { failure, notSupported } from './result.ts';
import { Words } from './words.ts';

const HINT = "ifconfig: `--help' gives usage information.";
const RT_SCOPE_HOST = 254;
const VERSION = 'net-tools 2.10\n';

/** Words that switch a flag on, and with a `-` in front off. */
const FLAG_WORDS: ReadonlyMap<string, LinkFlag> = new Map([
  ['arp', 'arp'],
  ['trailers', 'trailers'],
  ['promisc', 'promisc'],
  ['multicast', 'multicast'],
  ['allmulti', 'allmulticast'],
  ['dynamic', 'dynamic'],
]);
const SUPPORTED =
  '-a, -s, -v, up, down, address, netmask, broadcast, mtu, hw ether, txqueuelen, name, add, del, pointopoint, flags';

/** One run of `ifconfig`; what it has to say of requests that failed is gathered, and it goes on. */
interface Run {
  readonly ns: Netns;
  readonly name: IfconfigName;
  /** Applied behind all else. */
  netmask: Ip4 | undefined;
  stderr: string;
  hasFailed: boolean;
}

export function ifconfig(ns: Netns, args: readonly string[]): AdminResult {
  const words = new Words(args);
  let [isAll, isShort] = [false, false];
  while (words.peek().startsWith('-')) {
    const option = words.next();
    if (option === '-a') isAll = true;
    else if (option === '-s') isShort = true;
    else if (option === '-V' || option === '--version') return { exit: 5, stdout: VERSION, stderr: '' };
    else if (option !== '-v') return failure(1, `ifconfig: option \`${option}' not recognised.\n${HINT}`);
  }
  if (words.isAtEnd) {
    const names = ifconfigNames(ns, isAll);
    const stdout = isShort ? formatIfconfigShort(names) : names.map(formatIfconfig).join('');
    return { exit: 0, stdout, stderr: '' };
  }
  const label = words.next();
  const name = ifconfigName(ns, label);
  if (words.peek() === '') return show(name, label, isShort);
  if (name === undefined) return missing(words, label);
  return change({ ns, name, netmask: undefined, stderr: '', hasFailed: false }, words);
}

function show(name: IfconfigName | undefined, label: string, isShort: boolean): AdminResult {
  if (name === undefined) return failure(1, `${label}: error fetching interface information: Device not found`);
  return { exit: 0, stdout: isShort ? formatIfconfigShort([name]) : formatIfconfig(name), stderr: '' };
}

/** The first request tells that there is no such interface. */
function missing(words: Words, label: string): AdminResult {
  const word = words.next();
  if (parseIp4(word.split('/', 1)[0]!) !== undefined) {
    const flags = `${label}: ERROR while getting interface flags: No such device`;
    return failure(255, `SIOCSIFADDR: No such device\n${flags}`);
  }
  return failure(255, `${label}: ERROR while getting interface flags: No such device`);
}

function change(run: Run, words: Words): AdminResult {
  while (!words.isAtEnd) {
    const flaw = changeOne(run, words.next(), words);
    if (words.isIncomplete) return notSupported('ifconfig: a missing value', SUPPORTED);
    if (flaw !== null) return { ...flaw, stderr: run.stderr + flaw.stderr };
  }
  if (run.netmask !== undefined) setNetmask(run, run.netmask);
  return { exit: run.hasFailed ? 1 : 0, stdout: '', stderr: run.stderr };
}

function fail(run: Run, request: string, text: string): void {
  run.stderr += `${request}: ${text}\n`;
  run.hasFailed = true;
}

function changeOne(run: Run, word: string, words: Words): AdminResult | null {
  const { dev, label } = run.name;
  const flag = FLAG_WORDS.get(word.replace(/^-/, ''));
  if (flag !== undefined) {
    setFlag(dev, flag, !word.startsWith('-'));
    return null;
  }
  switch (word) {
    case 'up':
      devOpen(dev);
      return null;
    case 'down':
      setDown(run);
      return null;
    case 'netmask':
      return readNetmask(run, words.value());
    case 'broadcast':
      return setBroadcast(run, words.value());
    case 'pointopoint':
    case 'dstaddr':
      return setPeer(run, words.value());
    case 'mtu':
      return setMtu(run, words.value());
    case 'hw':
      return setHardware(run, words.value(), words.value());
    case 'txqueuelen':
      dev.attributes.txQueueLen = Number(words.value());
      return null;
    case 'name':
      if (devChangeName(dev, words.value()) !== '') fail(run, 'SIOCSIFNAME', 'File exists');
      return null;
    case 'add':
      return addAlias(run, words.value());
    case 'del':
      return delAlias(run, words.value());
    case 'inet':
      return null;
    case '-pointopoint':
    case '-broadcast':
      return null;
    default:
      return setAddressWord(run, word, label);
  }
}

function readNetmask(run: Run, text: string): AdminResult | null {
  run.netmask = parseIp4(text);
  return run.netmask === undefined ? failure(1, `${text}: Host name lookup failure`) : null;
}

/** Behind a word that is neither a key nor an address. */
function lookupFailure(text: string): AdminResult {
  return failure(1, `${text}: Host name lookup failure\n${HINT}`);
}

/** An alias that goes down goes away (Linux: SIOCSIFFLAGS). */
function setDown(run: Run): void {
  const { dev, label } = run.name;
  if (!label.includes(':')) {
    devClose(dev);
    return;
  }
  const entry = labelled(run.name);
  if (entry === undefined) fail(run, 'SIOCSIFFLAGS', 'Cannot assign requested address');
  else inetDelEntry(dev, entry);
}

/** `A.B.C.D[/L]`: the address with its class's mask, the mask, and the interface up. */
function setAddressWord(run: Run, word: string, label: string): AdminResult | null {
  const [host = '', lengthText] = word.split('/');
  const address = host === '0' || host === 'default' ? 0 : parseIp4(host);
  if (address === undefined) return lookupFailure(host);
  setAddress(run, address, label);
  if (lengthText !== undefined) run.netmask = prefixMask(Math.min(Number(lengthText), 32));
  devOpen(run.name.dev);
  return null;
}

/** Twin of inet_abc_len: the length of the class's prefix. */
function classLength(address: Ip4): number {
  const first = address >>> 24;
  if (first < 128) return 8;
  if (first < 192) return 16;
  return first < 224 ? 24 : 32;
}

/** SIOCSIFADDR: in the place of the address of that name, if there is one. */
function setAddress(run: Run, address: Ip4, label: string): void {
  const { dev } = run.name;
  const old = labelled({ dev, label });
  if (old?.address === address) return;
  if (old !== undefined) inetDelEntry(dev, old);
  const prefixLen = classLength(address);
  const broadcast = dev.isLoopback || prefixLen > 30 ? 0 : address | ~prefixMask(prefixLen);
  const scope = address >>> 24 === 127 ? RT_SCOPE_HOST : 0;
  inetAddIfa(dev, { address, prefixLen, broadcast, scope, label });
}

/** Takes the address of that name off and puts it on again, changed. */
function replace(run: Run, request: string, changed: (entry: InterfaceAddress) => Partial<InterfaceAddress>): void {
  const entry = labelled(run.name);
  if (entry === undefined) {
    fail(run, request, 'Cannot assign requested address');
    return;
  }
  inetDelEntry(run.name.dev, entry);
  inetAddIfa(run.name.dev, { ...entry, ...changed(entry) });
}

/** SIOCSIFNETMASK: a broadcast address that fitted the old mask fits the new one, too. */
function setNetmask(run: Run, mask: Ip4): void {
  if ((~mask & (~mask + 1)) !== 0) {
    fail(run, 'SIOCSIFNETMASK', 'Invalid argument');
    return;
  }
  const prefixLen = Math.clz32(~mask);
  replace(run, 'SIOCSIFNETMASK', (entry) => {
    const isPlain = entry.prefixLen < 31 && entry.broadcast === (entry.address | ~prefixMask(entry.prefixLen));
    const isBroadcast = !run.name.dev.isLoopback && isPlain && prefixLen < 31;
    return { prefixLen, broadcast: isBroadcast ? entry.address | ~mask : entry.broadcast };
  });
}

function setBroadcast(run: Run, text: string): AdminResult | null {
  const broadcast = parseIp4(text);
  if (broadcast === undefined) return lookupFailure(text);
  replace(run, 'SIOCSIFBRDADDR', () => ({ broadcast }));
  return null;
}

function setPeer(run: Run, text: string): AdminResult | null {
  const peer = parseIp4(text);
  if (peer === undefined) return lookupFailure(text);
  replace(run, 'SIOCSIFDSTADDR', () => ({ peer }));
  return null;
}

function setMtu(run: Run, text: string): AdminResult | null {
  const mtu = parseInt(text, 10);
  if (mtu >= MTU_MIN && mtu <= mtuMax(run.name.dev)) devSetMtu(run.name.dev, mtu);
  else fail(run, 'SIOCSIFMTU', 'Invalid argument');
  return null;
}

function setHardware(run: Run, kind: string, text: string): AdminResult | null {
  if (kind !== 'ether') return notSupported(`ifconfig … hw ${kind}`, 'hw ether');
  const address = parseMac(text);
  if (address === undefined) return failure(1, `${text}: invalid ether address.`);
  if (isValidMac(address)) devSetMac(run.name.dev, address);
  else fail(run, 'SIOCSIFHWADDR', 'Cannot assign requested address');
  return null;
}

/** `add A.B.C.D`: an alias with the first free number, and the mask and broadcast address of the interface's own. */
function addAlias(run: Run, text: string): AdminResult | null {
  const address = parseIp4(text);
  if (address === undefined) return lookupFailure(text);
  const { dev } = run.name;
  const own = labelled({ dev, label: dev.name });
  if (own === undefined) return failure(1, `Interface ${dev.name} not initialized`);
  let number = 0;
  while (labelled({ dev, label: `${dev.name}:${number}` }) !== undefined) number++;
  inetAddIfa(dev, {
    address,
    prefixLen: own.prefixLen,
    broadcast: own.broadcast,
    scope: own.scope,
    label: `${dev.name}:${number}`,
  });
  return null;
}

function delAlias(run: Run, text: string): AdminResult | null {
  const address = parseIp4(text.split('/', 1)[0]!);
  const { dev } = run.name;
  const entry = dev.addresses.find((other) => other.address === address && other.label.includes(':'));
  if (entry !== undefined) inetDelEntry(dev, entry);
  return null;
}
