/**
 * Hosts and LANs as the file says them, joined: which network cards each host has, and what hangs on which switch.
 * Addresses and MACs that the file leaves out are still open here; see `addressing.ts`.
 */
import type { Cidr, Mac } from '../base/addr.ts';
import { plural } from '../base/text.ts';
import type { DiagnosticList, Position } from './diagnostics.ts';
import type { ReadMap } from './reader.ts';
import { entriesOf, itemsOf, readMap, readValue } from './reader.ts';
import {
  HOST_PATTERN,
  hostName,
  HostSchema,
  INTERFACE_PATTERN,
  InterfaceSchema,
  LanSchema,
  UplinkSchema,
} from './schema.ts';
import type { SourceEntry, SourceMap, SourceNode } from './source-node.ts';
import { quote, unknownName } from './suggest.ts';

const HOST_NAME = 'small letters, digits and dashes, beginning with a letter or digit, at most 63';
const INTERFACE_NAME = 'a device name of small letters, digits, dots and dashes, such as eth0, at most 15';
/** The machine or its engine makes these itself. */
const OWN_DEVICES: readonly string[] = ['lo', 'docker0', 'docker_gwbridge'];
const DEFAULT_LAN = 'lan';
/** A longer loop is shown shortened. */
const LOOP_NAMES_MAX = 8;
const HOST_IN_LIST = hostName();

export type HostRead = ReadMap<(typeof HostSchema)['shape'], 'interfaces' | 'routes' | 'sysctls'>;
export type LanRead = ReadMap<(typeof LanSchema)['shape'], 'hosts' | 'uplink'>;

export interface HostDraft {
  readonly name: string;
  readonly at: Position;
  readonly read: HostRead;
  readonly interfaces: InterfaceDraft[];
  /** What is said of its interfaces could not be read in full: nothing further is concluded from them. */
  isBroken: boolean;
}

export interface InterfaceDraft {
  readonly name: string;
  readonly host: HostDraft;
  readonly lan: LanDraft;
  readonly at: Position;
  /** Undefined: left out, to be assigned. */
  addresses: readonly Cidr[] | undefined;
  addressAt: Position;
  mac: Mac | undefined;
  macAt: Position;
  readonly mtu: number | undefined;
}

export interface LanDraft {
  readonly name: string;
  readonly index: number;
  readonly at: Position;
  readonly read: LanRead;
  readonly members: InterfaceDraft[];
  readonly uplink: UplinkDraft | undefined;
  /** Some of its hosts are unknown: nothing is concluded from their number. */
  isBroken: boolean;
}

export interface UplinkDraft {
  readonly to: string;
  readonly at: Position;
  readonly rateBitsPerSecond: number | undefined;
  readonly delayNs: number | undefined;
}

export interface Topology {
  readonly hosts: ReadonlyMap<string, HostDraft>;
  readonly lans: ReadonlyMap<string, LanDraft>;
}

/** Reads `hosts:` and `lans:` of the file and joins them. */
export function readTopology(diagnostics: DiagnosticList, root: SourceMap): Topology {
  const hosts = readHosts(diagnostics, root);
  const lans = readLans(diagnostics, root);
  for (const host of hosts.values()) readInterfaces(diagnostics, host, lans);
  for (const lan of lans.values()) joinListed(diagnostics, lan, hosts, lans.size === 1);
  for (const host of hosts.values()) applyShortForms(diagnostics, host);
  for (const lan of lans.values()) {
    checkUplink(diagnostics, lan, lans);
    checkCable(diagnostics, lan);
  }
  checkUplinkLoops(diagnostics, lans);
  return { hosts, lans };
}

function readHosts(diagnostics: DiagnosticList, root: SourceMap): Map<string, HostDraft> {
  const node = root.entries.get('hosts');
  const hosts = new Map<string, HostDraft>();
  const entries = node === undefined ? new Map<string, SourceEntry>() : entriesOf(diagnostics, node.value, 'hosts');
  for (const { name, at, value } of entries.values()) {
    if (!HOST_PATTERN.test(name))
      diagnostics.add(at, `${quote(name)} is not the name of a host; expected ${HOST_NAME}`);
    const read = readMap(diagnostics, value, 'a host', HostSchema, ['interfaces', 'routes', 'sysctls']);
    hosts.set(name, { name, at, read, interfaces: [], isBroken: false });
  }
  const value = node?.value;
  const isLeftOut = value === undefined || (value.kind === 'scalar' && value.value === null);
  if (isLeftOut || (value.kind === 'map' && hosts.size === 0)) {
    diagnostics.add(node?.at ?? root, 'no hosts; expected `hosts:` with at least one, such as `node1:`');
  }
  return hosts;
}

/** The file's LANs, or the one that it may leave out. */
function readLans(diagnostics: DiagnosticList, root: SourceMap): Map<string, LanDraft> {
  const node = root.entries.get('lans')?.value;
  const isLeftOut = node === undefined || (node.kind === 'scalar' && node.value === null);
  const lans = new Map<string, LanDraft>();
  const entries = isLeftOut ? new Map<string, SourceEntry>() : entriesOf(diagnostics, node, 'lans');
  for (const { name, at, value } of entries.values()) {
    if (!HOST_PATTERN.test(name)) diagnostics.add(at, `${quote(name)} is not the name of a LAN; expected ${HOST_NAME}`);
    lans.set(name, lanDraft(diagnostics, name, lans.size, at, value));
  }
  if (isLeftOut) lans.set(DEFAULT_LAN, lanDraft(diagnostics, DEFAULT_LAN, 0, root, emptyMap(root)));
  return lans;
}

function emptyMap(at: Position): SourceNode {
  return { kind: 'map', line: at.line, col: at.col, nodes: 1, depth: 1, entries: new Map() };
}

function lanDraft(diagnostics: DiagnosticList, name: string, index: number, at: Position, node: SourceNode): LanDraft {
  const read = readMap(diagnostics, node, 'a LAN', LanSchema, ['hosts', 'uplink']);
  return { name, index, at, read, members: [], uplink: readUplink(diagnostics, read.node('uplink')), isBroken: false };
}

function readUplink(diagnostics: DiagnosticList, node: SourceNode | undefined): UplinkDraft | undefined {
  if (node === undefined) return undefined;
  if (node.kind === 'scalar' && typeof node.value === 'string') {
    return { to: node.value, at: node, rateBitsPerSecond: undefined, delayNs: undefined };
  }
  const { fields, place } = readMap(diagnostics, node, 'an uplink', UplinkSchema);
  if (fields.to === undefined) return undefined;
  return { to: fields.to, at: place('to'), rateBitsPerSecond: fields.rate, delayNs: fields.delay };
}

/** The interfaces that a host names itself. */
function readInterfaces(diagnostics: DiagnosticList, host: HostDraft, lans: ReadonlyMap<string, LanDraft>): void {
  const node = host.read.node('interfaces');
  if (node === undefined) return;
  for (const { name, at, value } of entriesOf(diagnostics, node, 'interfaces').values()) {
    if (!INTERFACE_PATTERN.test(name)) {
      diagnostics.add(at, `${quote(name)} is not the name of an interface; expected ${INTERFACE_NAME}`);
    } else if (OWN_DEVICES.includes(name)) {
      diagnostics.add(at, `${name} is made by the machine itself; expected another name, such as eth0`);
    }
    const { fields, place, node: nodeOf } = readMap(diagnostics, value, 'an interface', InterfaceSchema);
    const lan = lanOfInterface(diagnostics, at, name, fields.lan, nodeOf('lan'), lans);
    const addresses = addressList(fields.address);
    if (lan === undefined || (addresses === undefined && nodeOf('address') !== undefined)) host.isBroken = true;
    if (lan === undefined) continue;
    const draft = {
      name,
      host,
      lan,
      at,
      addresses,
      addressAt: place('address'),
      mac: fields.mac,
      macAt: place('mac'),
      mtu: fields.mtu,
    };
    host.interfaces.push(draft);
  }
}

function lanOfInterface(
  diagnostics: DiagnosticList,
  at: Position,
  name: string,
  lanName: string | undefined,
  lanNode: SourceNode | undefined,
  lans: ReadonlyMap<string, LanDraft>,
): LanDraft | undefined {
  if (lanName !== undefined) {
    const lan = lans.get(lanName);
    if (lan === undefined) diagnostics.add(lanNode ?? at, unknownName('LAN', lanName, [...lans.keys()]));
    return lan;
  }
  // a bad value was noted when it was read
  if (lanNode !== undefined) return undefined;
  if (lans.size === 1) return [...lans.values()][0];
  diagnostics.add(at, `${name} hangs on no LAN; expected lan: and the name of one, as there are ${lans.size}`);
  return undefined;
}

/** Gives each listed host an interface in the LAN, unless it has named one there itself. */
function joinListed(
  diagnostics: DiagnosticList,
  lan: LanDraft,
  hosts: ReadonlyMap<string, HostDraft>,
  isOnlyLan: boolean,
): void {
  const listed = listedHosts(diagnostics, lan, hosts, isOnlyLan);
  for (const { host, at } of listed) {
    let own = host.interfaces.filter((candidate) => candidate.lan === lan);
    if (own.length === 0) {
      own = [newInterface(host, lan, at)];
      host.interfaces.push(own[0]!);
    }
    lan.members.push(...own);
  }
  const isListed = new Set(listed.map(({ host }) => host));
  for (const host of hosts.values()) {
    if (!isListed.has(host)) lan.members.push(...host.interfaces.filter((candidate) => candidate.lan === lan));
  }
}

function listedHosts(
  diagnostics: DiagnosticList,
  lan: LanDraft,
  hosts: ReadonlyMap<string, HostDraft>,
  isOnlyLan: boolean,
): { host: HostDraft; at: Position }[] {
  const node = lan.read.node('hosts');
  if (node === undefined) return isOnlyLan ? [...hosts.values()].map((host) => ({ host, at: host.at })) : [];
  const found = new Map<HostDraft, Position>();
  for (const item of itemsOf(diagnostics, node, 'hosts')) {
    const name = readValue(diagnostics, item, 'a host of the LAN', HOST_IN_LIST);
    if (name === undefined) {
      lan.isBroken = true;
      continue;
    }
    const host = hosts.get(name);
    lan.isBroken ||= host === undefined;
    if (host === undefined) diagnostics.add(item, unknownName('host', name, [...hosts.keys()]));
    else if (found.has(host)) diagnostics.add(item, `${quote(name)} is in the list twice; expected each host once`);
    else found.set(host, item);
  }
  return [...found].map(([host, at]) => ({ host, at }));
}

function newInterface(host: HostDraft, lan: LanDraft, at: Position): InterfaceDraft {
  const taken = new Set(host.interfaces.map((other) => other.name));
  let number = 0;
  while (taken.has(`eth${number}`)) number++;
  const name = `eth${number}`;
  return { name, host, lan, at, addresses: undefined, addressAt: at, mac: undefined, macAt: at, mtu: undefined };
}

function addressList(value: Cidr | readonly Cidr[] | 'none' | undefined): readonly Cidr[] | undefined {
  if (value === undefined) return undefined;
  if (value === 'none') return [];
  return 'address' in value ? [value] : value;
}

/** A host's own `address:` and `mac:` are its first interface's. */
function applyShortForms(diagnostics: DiagnosticList, host: HostDraft): void {
  const { fields, node } = host.read;
  const addresses = addressList(fields.address);
  if (addresses === undefined && node('address') !== undefined) host.isBroken = true;
  const [first] = host.interfaces;
  for (const key of ['address', 'mac'] as const) {
    const at = node(key);
    if (at === undefined) continue;
    if (first === undefined) {
      if (!host.isBroken) diagnostics.add(at, withoutLan(key, host));
    } else if (key === 'address') {
      if (first.addresses !== undefined) diagnostics.add(at, givenTwice(key, first));
      first.addresses ??= addresses;
      first.addressAt = at;
    } else {
      if (first.mac !== undefined) diagnostics.add(at, givenTwice(key, first));
      first.mac ??= fields.mac;
      first.macAt = at;
    }
  }
}

function withoutLan(key: string, host: HostDraft): string {
  const what = `host ${quote(host.name)} has the ${key} of an interface and hangs on no LAN`;
  return `${what}; expected it in the hosts: of one`;
}

function givenTwice(key: string, first: InterfaceDraft): string {
  return `${key} is short for that of ${first.name}, which has one of its own; expected one of the two`;
}

function checkUplink(diagnostics: DiagnosticList, lan: LanDraft, lans: ReadonlyMap<string, LanDraft>): void {
  const { uplink } = lan;
  if (uplink === undefined) return;
  const above = lans.get(uplink.to);
  if (above === undefined) {
    diagnostics.add(uplink.at, unknownName('LAN', uplink.to, [...lans.keys()]));
  } else if (!above.read.fields.switch) {
    diagnostics.add(uplink.at, `LAN ${quote(above.name)} has no switch; expected one to hang this one's on`);
  } else if (!lan.read.fields.switch) {
    diagnostics.add(uplink.at, `LAN ${quote(lan.name)} has no switch; expected one that could hang on another`);
  }
}

/** `switch: false` is a cable, which has two ends. */
function checkCable(diagnostics: DiagnosticList, lan: LanDraft): void {
  if (lan.read.fields.switch || lan.isBroken || lan.members.length === 2) return;
  const what = `LAN ${quote(lan.name)} without a switch has ${plural(lan.members.length, 'interface')} on it`;
  diagnostics.add(lan.read.place('switch'), `${what}; expected exactly two`);
}

/** Every LAN has one uplink at most, so a loop is met by walking up. It is named once, where the file first has it. */
function checkUplinkLoops(diagnostics: DiagnosticList, lans: ReadonlyMap<string, LanDraft>): void {
  const done = new Set<LanDraft>();
  for (const start of lans.values()) {
    const way = new Set<LanDraft>();
    let lan: LanDraft | undefined = start;
    while (lan !== undefined && !done.has(lan)) {
      way.add(lan);
      done.add(lan);
      lan = lan.uplink === undefined ? undefined : lans.get(lan.uplink.to);
    }
    if (lan === undefined || !way.has(lan)) continue;
    const passed = [...way];
    const loop = [...passed.slice(passed.indexOf(lan)), lan].map(({ name }) => name);
    if (loop.length > LOOP_NAMES_MAX) loop.splice(LOOP_NAMES_MAX - 2, loop.length - LOOP_NAMES_MAX + 1, '…');
    diagnostics.add(
      lan.uplink!.at,
      `the uplinks go round in a loop (${loop.join(' → ')}); expected a tree of switches`,
    );
  }
}
