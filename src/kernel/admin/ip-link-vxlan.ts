/**
 * `ip link … type vxlan OPTIONS` (iproute2: iplink_vxlan.c): what is said is read whole, in iproute2's words, before
 * the kernel is asked.
 */
import type { Ip4 } from '../../base/addr.ts';
import { isMulticastIp4 } from '../../base/addr.ts';
import type { NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import {
  AGEING_SECONDS,
  TOS_INHERIT,
  VXLAN_DF_INHERIT,
  VXLAN_DF_SET,
  VXLAN_DF_UNSET,
  VxlanConfig,
} from '../dev/vxlan-config.ts';
import type { VxlanRefusal } from '../dev/vxlan-newlink.ts';
import { vxlanChangelink } from '../dev/vxlan-newlink.ts';
import { Vxlan } from '../dev/vxlan.ts';
import { readDsfield } from '../show/route-names.ts';
import { invalidArgument } from './ip-words.ts';
import { parseUnsigned, U16_MAX, U32_MAX } from './number-words.ts';
import type { AdminResult } from './result.ts';
import { failure, INCOMPLETE, netlinkResult, noDevice, notSupported } from './result.ts';
import { readIp } from './route-values.ts';
import type { Words } from './words.ts';

/** What `type vxlan help` and `ip link help vxlan` print. */
export const VXLAN_USAGE = `Usage: ... vxlan id VNI
		[ { group | remote } IP_ADDRESS ]
		[ local ADDR ]
		[ ttl TTL ]
		[ tos TOS ]
		[ df DF ]
		[ flowlabel LABEL ]
		[ dev PHYS_DEV ]
		[ dstport PORT ]
		[ srcport MIN MAX ]
		[ [no]learning ]
		[ [no]proxy ]
		[ [no]rsc ]
		[ [no]l2miss ]
		[ [no]l3miss ]
		[ ageing SECONDS ]
		[ maxaddress NUMBER ]
		[ [no]udpcsum ]
		[ [no]udp6zerocsumtx ]
		[ [no]udp6zerocsumrx ]
		[ [no]remcsumtx ] [ [no]remcsumrx ]
		[ [no]external ] [ gbp ] [ gpe ]
		[ [no]vnifilter ]

Where:	VNI	:= 0-16777215
	ADDR	:= { IP_ADDRESS | any }
	TOS	:= { NUMBER | inherit }
	TTL	:= { 1..255 | auto | inherit }
	DF	:= { unset | set | inherit }
	LABEL := 0-1048575`;

const NO_ATTRIBUTES = failure(2, 'Error: Required attributes not provided to perform the operation.');
const PORT_NOTICE = `vxlan: destination port not specified
Will use Linux kernel default (non-standard value)
Use 'dstport 4789' to get the IANA assigned value
Use 'dstport 0' to get default and quiet this message
`;

const VNI_MAX = 0xff_ffff;
const LABEL_MAX = 0xf_ffff;
const SUPPORTED =
  'id, group, remote, local, dev, ttl, tos, df, dstport, srcport, learning, proxy, rsc, l2miss, l3miss, ageing, ' +
  'maxaddress, udpcsum, udp6zerocsumtx, udp6zerocsumrx';

/** What `type vxlan …` said: changes to a configuration, none of which has been made yet. */
export interface VxlanOptions {
  readonly changes: Partial<VxlanConfig>;
  /** What iproute2 says although all is well. */
  readonly notice: string;
  readonly flaw: AdminResult | null;
}

interface Draft {
  readonly ns: Netns;
  readonly changes: Partial<VxlanConfig>;
  /** What was said already, by the attribute. */
  readonly said: Set<string>;
  /** `group` or `remote`, with the address that it gave. */
  peer: Ip4 | undefined;
  label: number;
}

type Flaw = AdminResult | null;
type Reader = (draft: Draft, words: Words) => Flaw;

interface Option {
  /** What iproute2 takes for the same thing said twice. */
  readonly attribute: string;
  /** How it is called then; '' for the word as it was typed. */
  readonly name: string;
  /** Whether it may be abbreviated. */
  readonly isExact?: boolean;
  readonly read: Reader;
}

type FlagKey = {
  [K in keyof VxlanConfig]: VxlanConfig[K] extends boolean ? K : never;
}[keyof VxlanConfig];

function withValue(read: (draft: Draft, text: string) => Flaw): Reader {
  return (draft, words) => {
    const text = words.value();
    return words.isIncomplete ? INCOMPLETE : read(draft, text);
  };
}

function flag(field: FlagKey, isSet: boolean): Reader {
  return (draft) => {
    draft.changes[field] = isSet;
    return null;
  };
}

/** iproute2 knows it, this kernel does not; switched off it is what this kernel does. */
function lacking(word: string): Reader {
  return () => notSupported(`ip link … type vxlan ${word}`, SUPPORTED);
}

const NO_VNIFILTER = failure(1, "vxlan: vnifilter is valid only when 'external' is set");
const BOTH = failure(1, 'vxlan: both group and remote cannot be specified');

function readPeer(isGroup: boolean): Reader {
  return (draft, words) => {
    if (draft.peer !== undefined && draft.peer !== 0 && isMulticastIp4(draft.peer) !== isGroup) return BOTH;
    const text = words.value();
    if (words.isIncomplete) return INCOMPLETE;
    const name = isGroup ? 'group' : 'remote';
    const twice = duplicate(draft, 'group', name, text);
    if (twice !== null) return twice;
    const address = readAddress(text);
    if (typeof address !== 'number') return address;
    if (address === 0 || isMulticastIp4(address) !== isGroup) return invalidArgument(text, `invalid ${name} address`);
    draft.peer = address;
    draft.changes.remote = address;
    return null;
  };
}

function readAddress(text: string): Ip4 | AdminResult {
  const address = readIp(text);
  if (address !== undefined) return address;
  if (text.includes(':')) return notSupported(`ip link … type vxlan over IPv6 (${text})`, 'IPv4 addresses');
  return failure(1, `Error: any valid address is expected rather than "${text}".`);
}

function readLocal(draft: Draft, text: string): Flaw {
  const address = readAddress(text);
  if (typeof address !== 'number') return address;
  if (address === 0 || isMulticastIp4(address)) return invalidArgument(text, 'invalid local address');
  draft.changes.local = address;
  return null;
}

function readDev(draft: Draft, text: string): Flaw {
  const dev = draft.ns.deviceByName(text);
  if (dev === null) return { ...noDevice(text), exit: 255 };
  draft.changes.ifIndex = dev.ifIndex;
  return null;
}

function readTtl(draft: Draft, text: string): Flaw {
  if (text === 'inherit') {
    draft.changes.isTtlInherited = true;
    return null;
  }
  const ttl = text === 'auto' ? 0 : parseUnsigned(text, U32_MAX);
  if (ttl === undefined) return invalidArgument(text, 'invalid TTL');
  if (ttl > 255) return invalidArgument(text, 'TTL must be <= 255');
  draft.changes.ttl = ttl;
  return null;
}

/** A number is hexadecimal here, as everywhere in iproute2. */
function readTos(draft: Draft, text: string): Flaw {
  const tos = text === 'inherit' ? TOS_INHERIT : readDsfield(text);
  if (tos === undefined) return invalidArgument(text, 'bad TOS value');
  draft.changes.tos = tos;
  return null;
}

function readDf(draft: Draft, text: string): Flaw {
  if (text === 'unset') draft.changes.df = VXLAN_DF_UNSET;
  else if (text === 'set') draft.changes.df = VXLAN_DF_SET;
  else if (text === 'inherit') draft.changes.df = VXLAN_DF_INHERIT;
  else return invalidArgument(text, "DF must be 'unset', 'set' or 'inherit'");
  return null;
}

function readLabel(draft: Draft, text: string): Flaw {
  const label = parseUnsigned(text, U32_MAX);
  if (label === undefined || label > LABEL_MAX) return invalidArgument(text, 'invalid flowlabel');
  draft.label = label;
  return null;
}

function readAgeing(draft: Draft, text: string): Flaw {
  const seconds = text === 'none' ? 0 : parseUnsigned(text, U32_MAX);
  if (seconds === undefined) return invalidArgument(text, 'ageing timer');
  draft.changes.ageingSeconds = seconds === 0 ? AGEING_SECONDS : seconds;
  return null;
}

function readLimit(draft: Draft, text: string): Flaw {
  const limit = text === 'unlimited' ? 0 : parseUnsigned(text, U32_MAX);
  if (limit === undefined) return invalidArgument(text, 'max addresses');
  draft.changes.maxAddress = limit;
  return null;
}

function readId(draft: Draft, text: string): Flaw {
  const vni = parseUnsigned(text, U32_MAX);
  if (vni === undefined || vni > VNI_MAX) return invalidArgument(text, 'invalid id');
  draft.changes.vni = vni;
  return null;
}

function readSourcePorts(draft: Draft, words: Words): Flaw {
  const first = words.value();
  if (words.isIncomplete) return INCOMPLETE;
  const twice = duplicate(draft, 'srcport', 'srcport', first);
  if (twice !== null) return twice;
  const low = parseUnsigned(first, U16_MAX);
  if (low === undefined) return invalidArgument(first, 'min port');
  const second = words.value();
  if (!words.hasAll()) return INCOMPLETE;
  const high = parseUnsigned(second, U16_MAX);
  if (high === undefined) return invalidArgument(second, 'max port');
  if (low !== 0 || high !== 0) Object.assign(draft.changes, { portMin: low, portMax: high });
  return null;
}

function readPort(draft: Draft, text: string): Flaw {
  const port = parseUnsigned(text, U16_MAX);
  if (port === undefined) return invalidArgument(text, 'dst port');
  if (port !== 0) draft.changes.dstPort = port;
  return null;
}

/** What an option with a value says when it comes twice; its name is that of the table. */
function valued(attribute: string, read: (draft: Draft, text: string) => Flaw): Option {
  return {
    attribute: '',
    name: attribute,
    read: withValue((draft, text) => duplicate(draft, attribute, attribute, text) ?? read(draft, text)),
  };
}

function switched(attribute: string, read: Reader, isExact = false): Option {
  return { attribute, name: '', isExact, read };
}

/** In the order in which iproute2 tries them on an abbreviation. */
const OPTIONS: ReadonlyMap<string, Option> = new Map<string, Option>([
  ['id', valued('id', readId)],
  ['vni', valued('id', readId)],
  ['group', { attribute: '', name: 'group', read: readPeer(true) }],
  ['remote', { attribute: '', name: 'remote', read: readPeer(false) }],
  ['local', valued('local', readLocal)],
  ['dev', valued('dev', readDev)],
  ['ttl', valued('ttl', readTtl)],
  ['hoplimit', valued('ttl', readTtl)],
  ['tos', valued('tos', readTos)],
  ['dsfield', valued('tos', readTos)],
  ['df', valued('df', readDf)],
  ['label', valued('flowlabel', readLabel)],
  ['flowlabel', valued('flowlabel', readLabel)],
  ['ageing', valued('ageing', readAgeing)],
  ['maxaddress', valued('maxaddress', readLimit)],
  ['port', { attribute: '', name: 'srcport', read: readSourcePorts }],
  ['srcport', { attribute: '', name: 'srcport', read: readSourcePorts }],
  ['dstport', valued('dstport', readPort)],
  ['nolearning', switched('learning', flag('learns', false))],
  ['learning', switched('learning', flag('learns', true))],
  ['noproxy', switched('proxy', flag('isProxy', false))],
  ['proxy', switched('proxy', flag('isProxy', true))],
  ['norsc', switched('rsc', flag('isShortCircuit', false))],
  ['rsc', switched('rsc', flag('isShortCircuit', true))],
  ['nol2miss', switched('l2miss', flag('tellsL2Miss', false))],
  ['l2miss', switched('l2miss', flag('tellsL2Miss', true))],
  ['nol3miss', switched('l3miss', flag('tellsL3Miss', false))],
  ['l3miss', switched('l3miss', flag('tellsL3Miss', true))],
  ['udpcsum', switched('udpcsum', flag('hasUdpChecksum', true))],
  ['noudpcsum', switched('udpcsum', flag('hasUdpChecksum', false))],
  ['udp6zerocsumtx', switched('udp6zerocsumtx', flag('hasZeroChecksum6Tx', true))],
  ['noudp6zerocsumtx', switched('udp6zerocsumtx', flag('hasZeroChecksum6Tx', false))],
  ['udp6zerocsumrx', switched('udp6zerocsumrx', flag('hasZeroChecksum6Rx', true))],
  ['noudp6zerocsumrx', switched('udp6zerocsumrx', flag('hasZeroChecksum6Rx', false))],
  ['remcsumtx', switched('remcsumtx', lacking('remcsumtx'))],
  ['noremcsumtx', switched('remcsumtx', () => null)],
  ['remcsumrx', switched('remcsumrx', lacking('remcsumrx'))],
  ['noremcsumrx', switched('remcsumrx', () => null)],
  ['external', switched('external', lacking('external'))],
  ['noexternal', switched('external', () => null)],
  ['gbp', switched('gbp', lacking('gbp'))],
  ['gpe', switched('gpe', lacking('gpe'))],
  ['vnifilter', switched('vnifilter', () => NO_VNIFILTER, true)],
  ['novnifilter', switched('vnifilter', () => null, true)],
]);

/** Twin of check_duparg. */
function duplicate(draft: Draft, attribute: string, name: string, text: string): Flaw {
  if (draft.said.has(attribute))
    return failure(255, `Error: either "${name}" is duplicate, or "${text}" is a garbage.`);
  draft.said.add(attribute);
  return null;
}

/** Reads to the end of the line; `isChange` where the device is there already. `ns` is where it is typed. */
export function readVxlanOptions(ns: Netns, words: Words, isChange: boolean): VxlanOptions {
  if (words.isAtEnd && !isChange) return { changes: {}, notice: '', flaw: NO_ATTRIBUTES };
  const draft: Draft = { ns, changes: {}, said: new Set(), peer: undefined, label: 0 };
  let flaw: Flaw = null;
  while (!words.isAtEnd && flaw === null) flaw = readOne(draft, words);
  if (flaw === null) flaw = wholeFlaw(draft, isChange);
  const isSilent = flaw !== null || isChange || draft.said.has('dstport');
  return { changes: draft.changes, notice: isSilent ? '' : PORT_NOTICE, flaw };
}

function readOne(draft: Draft, words: Words): Flaw {
  const typed = words.next();
  for (const [word, option] of OPTIONS) {
    if (option.isExact === true ? typed !== word : typed === '' || !word.startsWith(typed)) continue;
    const twice = option.attribute === '' ? null : duplicate(draft, option.attribute, typed, typed);
    return twice ?? option.read(draft, words);
  }
  if (typed !== '' && 'help'.startsWith(typed)) return failure(1, VXLAN_USAGE);
  return failure(1, `vxlan: unknown command "${typed}"?\n${VXLAN_USAGE}`);
}

/** What only shows when all has been read. */
function wholeFlaw({ said, changes, label }: Draft, isChange: boolean): Flaw {
  if (!said.has('id') && !isChange) return failure(1, 'vxlan: missing virtual network identifier');
  const isGroup = changes.remote !== undefined && isMulticastIp4(changes.remote);
  if (isGroup && !said.has('dev')) return failure(1, "vxlan: 'group' requires 'dev' to be specified");
  if (label !== 0) return failure(2, 'Error: Label attribute only applies to IPv6 VXLAN devices.');
  return null;
}

/** The configuration of a new device, or of one that has `present`. */
export function vxlanConfigOf(options: VxlanOptions, present: VxlanConfig | null): VxlanConfig {
  return Object.assign(present === null ? new VxlanConfig() : present.copy(), options.changes);
}

/** What iproute2 makes of the kernel's refusal. */
export function vxlanRefused({ errno, text }: VxlanRefusal): AdminResult {
  return text === '' ? netlinkResult(errno) : failure(2, `Error: ${text}.`);
}

/** What stays as it was made, in the order in which the kernel looks (Linux: vxlan_nl2conf). */
const FIXED: readonly (readonly [key: keyof VxlanConfig, text: string])[] = [
  ['isTtlInherited', 'vxlan: cannot change TTL_INHERIT flag'],
  ['isProxy', 'vxlan: cannot change PROXY flag'],
  ['isShortCircuit', 'vxlan: cannot change RSC flag'],
  ['tellsL2Miss', 'vxlan: cannot change L2MISS flag'],
  ['tellsL3Miss', 'vxlan: cannot change L3MISS flag'],
  ['maxAddress', 'Cannot change limit'],
  ['portMin', 'Cannot change port range'],
  ['dstPort', 'Cannot change port'],
  ['hasUdpChecksum', 'Cannot change UDP_CSUM flag'],
  ['hasZeroChecksum6Tx', 'vxlan: cannot change UDP_ZERO_CSUM6_TX flag'],
  ['hasZeroChecksum6Rx', 'vxlan: cannot change UDP_ZERO_CSUM6_RX flag'],
];

/** `ip link set DEV type vxlan …`. Null when all was set. */
export function setVxlan(dev: NetDevice, words: Words): AdminResult | null {
  const options = readVxlanOptions(dev.ns, words, true);
  if (options.flaw !== null) return options.flaw;
  if (!(dev instanceof Vxlan)) return netlinkResult('EOPNOTSUPP');
  const { changes } = options;
  const { config } = dev;
  if (changes.vni !== undefined && changes.vni !== config.vni) return failure(2, 'Error: Cannot change VNI.');
  const fixed = FIXED.find(([key]) => changes[key] !== undefined);
  if (fixed !== undefined) return failure(2, `Error: ${fixed[1]}.`);
  const refused = vxlanChangelink(dev, vxlanConfigOf(options, config));
  return refused === null ? null : vxlanRefused(refused);
}
