/** `ip maddress add | delete`: link-layer addresses that an interface is to listen to (iproute2: ipmaddr.c). */
import { parseMac } from '../../base/addr.ts';
import type { Netns } from '../netns.ts';
import type { AdminResult } from './result.ts';
import { DONE, failure, INCOMPLETE } from './result.ts';
import { completed } from './words.ts';

export const MADDR_USAGE = `Usage: ip maddr [ add | del ] MULTIADDR dev STRING
       ip maddr show [ dev STRING ]`;

/** `add | delete [address] LLADDR dev DEV` */
export function ipMaddr(ns: Netns, words: readonly string[]): AdminResult {
  const [typed = '', ...args] = words;
  const verb = completed(typed, ['add', 'delete']);
  if (verb === undefined) return failure(255, `Command "${typed}" is unknown, try "ip maddr help".`);
  return modify(ns, verb === 'add', args);
}

function modify(ns: Netns, isAdd: boolean, args: readonly string[]): AdminResult {
  let [name, address] = ['', ''];
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!;
    const isKey = word === 'dev' || (word !== '' && 'address'.startsWith(word) && !/^a[0-9a-f:]*$/i.test(word));
    const value = isKey ? args[++i] : word;
    if (value === undefined) return INCOMPLETE;
    if (word === 'dev') {
      if (name !== '') return duplicate('dev', value);
      name = value;
      continue;
    }
    if (value !== '' && 'help'.startsWith(value)) return failure(255, MADDR_USAGE);
    if (address !== '') return duplicate('address', value);
    address = value;
  }
  if (name === '') return failure(255, 'Not enough information: "dev" is required.');
  const mac = parseMac(address);
  if (mac === undefined) return failure(1, `Error: Invalid address length ${byteCount(address)} - must be 6 bytes`);
  const dev = ns.deviceByName(name);
  if (dev === null) return failure(1, 'ioctl: No such device');
  if (dev.isLoopback) return failure(1, 'ioctl: Invalid argument');
  if (isAdd) dev.multicastList.addStatic(mac);
  else if (!dev.multicastList.remove(mac, true)) return failure(1, 'ioctl: No such file or directory');
  return DONE;
}

function duplicate(key: string, value: string): AdminResult {
  return failure(255, `Error: duplicate "${key}": "${value}" is the second value.`);
}

/** How many bytes iproute2 reads: four of an IPv4 address, else as many as there are parts. */
function byteCount(text: string): number {
  return /^\d+(\.\d+){3}$/.test(text) ? 4 : text.split(':').length;
}
