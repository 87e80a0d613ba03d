/** `ip netns add | set | delete | attach`: namespaces by name (iproute2: ipnetns.c). */
import { devChangeName, devChangeNetns, devDelete } from '../dev/dev-ops.ts';
import type { NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import { setNetnsId } from '../netns-id.ts';
import { nfConntrackCleanupNet } from '../nf/conntrack/hooks.ts';
import { invalidArgument, readInteger } from './ip-words.ts';
import type { AdminResult } from './result.ts';
import { DONE, failure, notSupported } from './result.ts';

/** What is needed of the machine. */
export interface NetnsHost {
  readonly rootNs: Netns;
  readonly namespaces: Map<string, Netns>;
  makeNetns(name: string): Netns;
}

const NAME_LENGTH_MAX = 255;

/** Twin of invalid_name. */
function isInvalidName(name: string): boolean {
  return name === '' || name.length > NAME_LENGTH_MAX || name.includes('/') || name === '.' || name === '..';
}

/** A verb that changes namespaces; `ns` is where it is typed. */
export function ipNetns(host: NetnsHost, ns: Netns, verb: string, args: readonly string[]): AdminResult {
  const [name, ...rest] = args;
  if (name !== undefined && isInvalidName(name)) return failure(255, `Invalid netns name "${name}"`);
  switch (verb) {
    case 'add':
      return name === undefined ? NO_NAME : netnsAdd(host, name);
    case 'delete':
      return name === undefined ? NO_NAME : netnsDelete(host, name);
    case 'set':
      return name === undefined ? NO_NAME : netnsSet(host, ns, name, rest[0]);
    default:
      return notSupported(`ip netns ${verb}`, 'list, add, set, delete, identify, pids, exec');
  }
}

const NO_NAME = failure(1, 'No netns name specified');

function netnsAdd(host: NetnsHost, name: string): AdminResult {
  if (host.namespaces.has(name)) {
    return failure(1, `Cannot create namespace file "/run/netns/${name}": File exists`);
  }
  host.namespaces.set(name, host.makeNetns(name));
  return DONE;
}

function netnsDelete(host: NetnsHost, name: string): AdminResult {
  const found = host.namespaces.get(name);
  if (found === undefined) {
    return failure(1, `Cannot remove namespace file "/run/netns/${name}": No such file or directory`);
  }
  removeNetns(host, found);
  return DONE;
}

/** Virtual interfaces die with their namespace, a physical one goes home (Linux: default_device_exit_net). */
function removeNetns(host: NetnsHost, ns: Netns): void {
  for (const dev of ns.listDevices()) {
    if (ns.deviceByName(dev.name) !== dev) continue;
    if (dev.kind === 'ether') sendHome(host, dev);
    else devDelete(dev);
  }
  // Those that were made here and live elsewhere (vxlan_exit_rtnl).
  for (const dev of [...(ns.vxlan?.devices ?? [])]) devDelete(dev);
  ns.frags.dispose(ns);
  nfConntrackCleanupNet(ns);
  ns.addressTimer?.dispose();
  host.namespaces.delete(ns.name);
  for (const other of [host.rootNs, ...host.namespaces.values()]) other.netnsIds.delete(ns);
}

/** Where its name is taken there, it becomes `dev` and its index. */
function sendHome(host: NetnsHost, dev: NetDevice): void {
  if (host.rootNs.deviceByName(dev.name) !== null) devChangeName(dev, `dev${dev.ifIndex}`);
  devChangeNetns(dev, host.rootNs);
}

/** `set NAME ID | auto` */
function netnsSet(host: NetnsHost, ns: Netns, name: string, text: string | undefined): AdminResult {
  if (text === undefined) return failure(1, 'No nsid specified');
  const id = text === 'auto' ? null : readInteger(text);
  if (id === undefined) return invalidArgument(text, 'Invalid "netnsid" value');
  if (id !== null && id < 0) return invalidArgument(text, '"netnsid" value should be >= 0');
  const found = host.namespaces.get(name);
  if (found === undefined) return failure(1, `Cannot open network namespace "${name}": No such file or directory`);
  switch (setNetnsId(ns, found, id)) {
    case 'EEXIST':
      return failure(2, 'Error: Peer netns already has a nsid assigned.');
    case 'ENOSPC':
      return failure(2, 'Error: The specified nsid is already used.');
    default:
      return DONE;
  }
}
