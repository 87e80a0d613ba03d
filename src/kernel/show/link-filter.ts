/** Which interfaces and addresses `ip link show`, `ip address show` and `flush` are about (iproute2: ipaddress.c). */
import type { Ip4 } from '../../base/addr.ts';
import { prefixMask } from '../../base/addr.ts';
import { invalidArgument, prefixFlaw, readPrefix } from '../admin/ip-words.ts';
import type { AdminResult } from '../admin/result.ts';
import { failure, garbage, INCOMPLETE } from '../admin/result.ts';
import { completed, Words } from '../admin/words.ts';
import type { InterfaceAddress, NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import type { ShowOptions } from './options.ts';
import { readGroup, readScope } from './rt-names.ts';

/** Flags of an address that a filter may want or not want. */
type AddressFlag = 'secondary' | 'permanent' | 'noprefixroute' | 'deprecated' | 'none';

/** The usage text is asked for. */
const HELP: AdminResult = { exit: 255, stdout: '', stderr: '' };
/** Link types that the kernel has: it filters by them itself. */
const KERNEL_KINDS: ReadonlySet<string> = new Set(['bridge', 'veth']);

/** IFA flags by the words for them; those that only IPv6 has are never set. */
const FLAGS: ReadonlyMap<string, AddressFlag> = new Map([
  ['secondary', 'secondary'],
  ['temporary', 'secondary'],
  ['permanent', 'permanent'],
  ['noprefixroute', 'noprefixroute'],
  ['deprecated', 'deprecated'],
  ['nodad', 'none'],
  ['optimistic', 'none'],
  ['dadfailed', 'none'],
  ['home', 'none'],
  ['tentative', 'none'],
  ['mngtmpaddr', 'none'],
  ['autojoin', 'none'],
  ['stable-privacy', 'none'],
]);

export interface LinkFilter {
  dev: NetDevice | null;
  isUp: boolean;
  group: number | null;
  master: NetDevice | null;
  isWithoutMaster: boolean;
  kind: string;
  slaveKind: string;
  label: string;
  scope: number | null;
  prefix: { address: Ip4; prefixLen: number } | null;
  flags: Map<AddressFlag, boolean>;
  family: ShowOptions['family'];
}

/** Reads the words of a filter; or answers what is wrong with them, `help` for a wish for help. */
export function readLinkFilter(ns: Netns, args: readonly string[], options: ShowOptions): LinkFilter | AdminResult {
  const words = new Words(args);
  const filter: LinkFilter = {
    dev: null,
    isUp: false,
    group: null,
    master: null,
    isWithoutMaster: false,
    kind: '',
    slaveKind: '',
    label: '',
    scope: null,
    prefix: null,
    flags: new Map(),
    family: options.family,
  };
  let devName = '';
  while (!words.isAtEnd) {
    if (setFlag(filter, words.peek())) {
      words.next();
      continue;
    }
    const flaw = readKey(ns, filter, words);
    if (flaw === undefined) {
      if (!words.accept('dev') && completed(words.peek(), ['help']) !== undefined) return HELP;
      const name = words.value();
      if (devName !== '') return garbage('dev', name);
      devName = name;
    }
    if (!words.hasAll()) return INCOMPLETE;
    if (flaw !== undefined && flaw !== null) return flaw;
  }
  if (devName === '') return filter;
  filter.dev = ns.deviceByName(devName);
  return filter.dev === null ? failure(1, `Device "${devName}" does not exist.`) : filter;
}

/** `secondary`, `-secondary`, `primary`, `dynamic` … */
function setFlag(filter: LinkFilter, word: string): boolean {
  let isWanted = !word.startsWith('-');
  let name = isWanted ? word : word.slice(1);
  if (name === 'dynamic' || name === 'primary') {
    isWanted = !isWanted;
    name = name === 'dynamic' ? 'permanent' : 'secondary';
  }
  const flag = FLAGS.get(name);
  if (flag === undefined) return false;
  filter.flags.set(flag, isWanted);
  return true;
}

/** Null when a key was read, its flaw when it was wrong, undefined when the word is no key. */
function readKey(ns: Netns, filter: LinkFilter, words: Words): AdminResult | null | undefined {
  if (words.accept('to')) return readTo(filter, words.value());
  if (words.accept('scope')) {
    const text = words.value();
    const scope = readScope(text);
    if (scope === undefined && text !== 'all') return invalidArgument(text, 'invalid "scope"\n');
    filter.scope = scope ?? null;
    return null;
  }
  if (words.accept('up')) {
    filter.isUp = true;
    return null;
  }
  if (words.accept('label')) {
    filter.label = words.value();
    return null;
  }
  if (words.accept('group')) {
    const text = words.value();
    const group = readGroup(text);
    if (group === undefined) return invalidArgument(text, 'Invalid "group" value\n');
    filter.group = group;
    return null;
  }
  if (words.accept('master')) {
    const name = words.value();
    filter.master = ns.deviceByName(name);
    return filter.master === null ? invalidArgument(name, 'Device does not exist\n') : null;
  }
  if (words.accept('vrf')) return invalidArgument(words.value(), 'Not a valid VRF name\n');
  if (words.accept('nomaster')) {
    filter.isWithoutMaster = true;
    return null;
  }
  if (!words.accept('type')) return undefined;
  const kind = words.value();
  if (kind.endsWith('_slave')) filter.slaveKind = kind.slice(0, -'_slave'.length);
  else filter.kind = kind;
  return null;
}

function readTo(filter: LinkFilter, text: string): AdminResult | null {
  const prefix = filter.family === '' || filter.family === 'inet' ? readPrefix(text) : undefined;
  if (prefix === undefined) return prefixFlaw(text, filter.family);
  filter.prefix = prefix;
  if (filter.family === '') filter.family = 'inet';
  return null;
}

/** Whether the kernel tells of the interface at all. */
export function isLinkDumped(filter: LinkFilter, dev: NetDevice): boolean {
  if (filter.dev !== null) return dev === filter.dev;
  if (filter.master !== null && dev.master !== filter.master) return false;
  if (filter.isWithoutMaster && dev.master !== null) return false;
  return !KERNEL_KINDS.has(filter.kind) || kindOf(dev) === filter.kind;
}

/** Whether the interface itself is shown. */
export function isLinkWanted(filter: LinkFilter, dev: NetDevice): boolean {
  if (filter.dev !== null && dev !== filter.dev) return false;
  if (filter.isUp && !dev.isUp) return false;
  if (filter.group !== null && dev.attributes.group !== filter.group) return false;
  if (filter.master !== null && dev.master !== filter.master) return false;
  if (filter.isWithoutMaster && dev.master !== null) return false;
  if (filter.kind !== '' && kindOf(dev) !== filter.kind) return false;
  return filter.slaveKind === '' || dev.master?.kind === filter.slaveKind;
}

function kindOf(dev: NetDevice): string {
  return dev.kind === 'veth' || dev.kind === 'bridge' || dev.kind === 'vxlan' ? dev.kind : '';
}

/** Whether an address is shown or flushed; the interface is looked at by itself. */
export function isAddressWanted(filter: LinkFilter, entry: InterfaceAddress): boolean {
  if (filter.family === 'inet6') return false;
  if (filter.scope !== null && entry.scope !== filter.scope) return false;
  for (const [flag, isWanted] of filter.flags) if (hasFlag(entry, flag) !== isWanted) return false;
  if (filter.label !== '' && !isLabelMatch(filter.label, entry.label)) return false;
  const { prefix } = filter;
  return prefix === null || ((entry.address ^ prefix.address) & prefixMask(prefix.prefixLen)) === 0;
}

function hasFlag(entry: InterfaceAddress, flag: AddressFlag): boolean {
  if (flag === 'secondary') return entry.isSecondary;
  if (flag === 'deprecated') return entry.isDeprecated;
  if (flag === 'permanent') return entry.lifetime === null;
  if (flag === 'noprefixroute') return entry.hasNoPrefixRoute;
  return false;
}

/** Twin of fnmatch(3) for `*`, `?` and sets. */
export function isLabelMatch(pattern: string, label: string): boolean {
  const source = pattern.replaceAll(/\[!?[^\]]+\]|[*?]|[^*?[\]\w]/g, (part) => {
    if (part === '*') return '.*';
    if (part === '?') return '.';
    if (part.startsWith('[')) return part.replace('[!', '[^');
    return `\\${part}`;
  });
  return new RegExp(`^${source}$`, 's').test(label);
}
