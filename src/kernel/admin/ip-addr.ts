/** `ip addr add | del`: the addresses of an interface (iproute2: ipaddress.c). */
import type { Cidr, Ip4 } from '../../base/addr.ts';
import { broadcastOf, formatIp4, parseCidr, parseIp4 } from '../../base/addr.ts';
import { inetDelIfa, inetInsertIfa } from '../ip/devinet.ts';
import type { NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import type { AdminResult } from './result.ts';
import { DONE, failure, garbage, INCOMPLETE, netlinkResult, noDevice, notSupported } from './result.ts';
import { completed, Words } from './words.ts';

interface AddressWords {
  cidr: Cidr | undefined;
  /** As written. */
  text: string;
  broadcastText: string;
  dev: string;
  /** The first mistake. */
  flaw: AdminResult | null;
}

const SCOPES: ReadonlySet<string> = new Set(['global', 'universe', 'site', 'link', 'host', 'nowhere']);

/** `[local] A.B.C.D/L [brd A|+|-] [scope global|host] dev DEV` */
export function ipAddr(ns: Netns, args: readonly string[]): AdminResult {
  const words = new Words(args);
  const typed = words.next();
  const verb = completed(typed, ['add', 'change', 'replace', 'delete', 'show', 'list', 'flush']);
  if (verb === undefined) return failure(255, `Command "${typed}" is unknown, try "ip address help".`);
  if (verb !== 'add' && verb !== 'delete') return notSupported(`ip address ${verb}`, 'add, delete');
  const { cidr, text, broadcastText, dev: name, flaw } = readAddress(words);
  if (flaw !== null) return flaw;
  if (name === '') return failure(1, 'Not enough information: "dev" argument is required.');
  const dev = ns.deviceByName(name);
  if (dev === null) return noDevice(name);
  if (cidr === undefined) return netlinkResult('EOPNOTSUPP');
  if (verb === 'delete') return text.includes('/') ? addressDel(dev, cidr) : addressDelAny(dev, cidr.address);
  const broadcast = readBroadcast(cidr, broadcastText);
  if (broadcast === undefined) return failure(1, `Error: inet address is expected rather than "${broadcastText}".`);
  const isNew = inetInsertIfa(dev, cidr.address, cidr.prefixLen, broadcast);
  return isNew ? DONE : failure(2, 'Error: ipv4: Address already assigned.');
}

function readAddress(words: Words): AddressWords {
  const read: AddressWords = { cidr: undefined, text: '', broadcastText: '', dev: '', flaw: null };
  while (!words.isAtEnd && read.flaw === null) {
    if (words.accept('dev')) read.dev = words.value();
    else if (words.accept('brd', 'broadcast')) read.broadcastText = words.value();
    else if (words.accept('scope')) read.flaw = scopeFlaw(words.value());
    else if (words.accept('label')) words.value();
    else {
      words.accept('local');
      const text = words.value();
      if (read.cidr !== undefined) read.flaw = garbage('local', text);
      read.cidr = parseCidr(text.includes('/') ? text : `${text}/32`);
      read.text = text;
      if (read.cidr === undefined)
        read.flaw ??= failure(1, `Error: any valid prefix is expected rather than "${text}".`);
    }
    if (words.isIncomplete) read.flaw = INCOMPLETE;
  }
  return read;
}

/** Addresses have the scope that follows from them; another one would change what the host sends from. */
function scopeFlaw(text: string): AdminResult | null {
  if (text === 'global' || text === 'universe' || text === 'host') return null;
  if (SCOPES.has(text) || /^\d{1,3}$/.test(text)) return notSupported(`ip address … scope ${text}`, 'global, host');
  return failure(255, `Error: argument "${text}" is wrong: invalid scope value.`);
}

function addressDel(dev: NetDevice, cidr: Cidr): AdminResult {
  return inetDelIfa(dev, cidr.address, cidr.prefixLen) ? DONE : failure(2, 'Error: ipv4: Address not found.');
}

/** Without a prefix length the first entry of that address goes, with a word of warning. */
function addressDelAny(dev: NetDevice, address: Ip4): AdminResult {
  const warning =
    'Warning: Executing wildcard deletion to stay compatible with old scripts.\n' +
    `         Explicitly specify the prefix length (${formatIp4(address)}/32) to avoid this warning.\n` +
    '         This special behaviour is likely to disappear in further releases,\n' +
    '         fix your scripts!\n';
  const found = dev.addresses.find((entry) => entry.address === address);
  const result = addressDel(dev, found ?? { address, prefixLen: 32 });
  return { ...result, stderr: warning + result.stderr };
}

/** `+` is the network's last address where there is one; nothing is 0. */
function readBroadcast(cidr: Cidr, text: string): Ip4 | undefined {
  if (text !== '+') return text === '' || text === '-' ? 0 : parseIp4(text);
  return cidr.prefixLen < 31 ? broadcastOf(cidr) : 0;
}
