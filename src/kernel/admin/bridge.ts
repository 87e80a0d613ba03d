/** The verbs of `bridge` that change something; `args` begin with the object, behind the options. */
import type { Netns } from '../netns.ts';
import type { FdbVerb } from './bridge-fdb.ts';
import { fdbFlush, fdbModify } from './bridge-fdb.ts';
import { bridgeLinkSet } from './bridge-link.ts';
import type { AdminResult } from './result.ts';
import { failure, notSupported } from './result.ts';
import { completed } from './words.ts';

/** In the order in which iproute2 tries them. */
export const BRIDGE_OBJECTS: readonly string[] = ['link', 'fdb', 'mdb', 'vlan', 'vni', 'monitor', 'help'];
export const BRIDGE_VERBS: Readonly<Record<string, readonly string[]>> = {
  link: ['set', 'change', 'show', 'lst', 'list', 'help'],
  fdb: ['add', 'append', 'replace', 'delete', 'get', 'show', 'lst', 'list', 'flush', 'help'],
  mdb: ['add', 'delete', 'show', 'lst', 'list', 'help'],
  vlan: ['add', 'delete', 'set', 'show', 'lst', 'list', 'tunnelshow', 'global', 'help'],
};
/** What of them Dockwire has no tables for. */
export const BRIDGE_LACKING: Readonly<Record<string, readonly string[]>> = {
  link: [],
  fdb: [],
  mdb: ['add', 'delete'],
  vlan: ['add', 'delete', 'set', 'global'],
};

/** One change, typed at the door. */
export function bridge(ns: Netns, args: readonly string[]): AdminResult {
  const [word = '', verbWord = '', ...rest] = args;
  const object = completed(word, BRIDGE_OBJECTS);
  const verbs = object === undefined ? undefined : BRIDGE_VERBS[object];
  if (object === undefined || verbs === undefined) {
    return failure(255, `Object "${word}" is unknown, try "bridge help".`);
  }
  const verb = completed(verbWord, verbs);
  if (verb === undefined) return failure(255, `Command "${verbWord}" is unknown, try "bridge ${object} help".`);
  if (object === 'link' && (verb === 'set' || verb === 'change')) return bridgeLinkSet(ns, rest);
  if (object === 'fdb' && verb === 'flush') return fdbFlush(ns, rest);
  if (object === 'fdb' && isChange(verb)) return fdbModify(ns, verb, rest);
  return notSupported(`bridge ${object} ${verb}`, 'link set, fdb add, fdb append, fdb replace, fdb del, fdb flush');
}

function isChange(verb: string): verb is FdbVerb {
  return verb === 'add' || verb === 'append' || verb === 'replace' || verb === 'delete';
}
