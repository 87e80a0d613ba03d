/**
 * The door: the only way in which anything outside the kernel programs it, with the text that a person would type.
 * The lines that changed something are kept; together they are a script that a real Linux accepts.
 */
import { assert } from '../../base/assert.ts';
import type { Rng } from '../../sim/rng.ts';
import { devDelete } from '../dev/dev-ops.ts';
import type { Netns } from '../netns.ts';
import { ipAddr, ipNeigh, ipRoute } from './ip-addr.ts';
import { ipLink } from './ip-link.ts';
import type { AdminResult } from './result.ts';
import { DONE, failure } from './result.ts';

/** What the door needs of the machine; the composition root gives it. */
export interface DoorHost {
  readonly rootNs: Netns;
  readonly namespaces: Map<string, Netns>;
  makeNetns(name: string): Netns;
  readonly rng: Rng;
}

export class AdminDoor {
  private readonly host: DoorHost;
  private readonly macRng: Rng;
  private readonly typed: string[] = [];

  constructor(host: DoorHost) {
    this.host = host;
    this.macRng = host.rng.fork('mac');
  }

  /** Every line that changed something, in order. */
  get verbs(): readonly string[] {
    return this.typed;
  }

  /** Types one command line as root: words separated by blanks, a backslash before a blank that belongs to a word. */
  type(line: string): AdminResult {
    const result = this.run(this.host.rootNs, splitWords(line));
    if (result.exit === 0) this.typed.push(line);
    return result;
  }

  /** Runs a command in a namespace of the machine; not kept in `verbs`. */
  run(ns: Netns, words: readonly string[]): AdminResult {
    const [command, ...args] = words;
    if (command === 'ip') return this.ip(ns, args);
    if (command === 'sysctl') return sysctl(ns, args);
    return failure(127, `${command ?? ''}: not supported by Dockwire; supported: ip, sysctl`);
  }

  /** Under which name captures show the interfaces of a namespace made by `ip netns add`. */
  labelNamespace(netnsName: string, label: string): void {
    const ns = this.host.namespaces.get(netnsName);
    assert(ns !== undefined, 'a namespace has to be there before it gets a label');
    ns.label = `${this.host.rootNs.label}/${label}`;
  }

  private ip(ns: Netns, args: readonly string[]): AdminResult {
    if (args[0] === '-n' || args[0] === '-netns') {
      const name = args[1] ?? '';
      const target = this.host.namespaces.get(name);
      if (target === undefined) return cannotOpen(name);
      return this.ip(target, args.slice(2));
    }
    const [object, ...rest] = args;
    const netnsByName = (name: string): Netns | undefined =>
      name === '1' ? this.host.rootNs : this.host.namespaces.get(name);
    switch (object) {
      case 'link':
        return ipLink(ns, rest, netnsByName, this.macRng);
      case 'addr':
      case 'address':
        return ipAddr(ns, rest);
      case 'route':
        return ipRoute(ns, rest);
      case 'neigh':
        return ipNeigh(ns, rest);
      case 'netns':
        return this.netns(rest);
      default:
        return failure(255, `Object "${object ?? ''}" is unknown, try "ip help".`);
    }
  }

  private netns(args: readonly string[]): AdminResult {
    const [verb, name = '', ...command] = args;
    const found = this.host.namespaces.get(name);
    if (verb === 'add') {
      if (found !== undefined) {
        return failure(1, `Cannot create namespace file "/run/netns/${name}": File exists`);
      }
      this.host.namespaces.set(name, this.host.makeNetns(name));
      return DONE;
    }
    if (verb !== 'del' && verb !== 'delete' && verb !== 'exec') {
      return failure(255, `Command "${verb ?? ''}" is unknown, try "ip netns help".`);
    }
    if (found === undefined) {
      if (verb === 'exec') return cannotOpen(name);
      return failure(1, `Cannot remove namespace file "/run/netns/${name}": No such file or directory`);
    }
    if (verb === 'exec') return this.run(found, command);
    for (const dev of found.listDevices()) if (found.deviceByName(dev.name) === dev) devDelete(dev);
    this.host.namespaces.delete(name);
    return DONE;
  }
}

function cannotOpen(name: string): AdminResult {
  return failure(255, `Cannot open network namespace "${name}": No such file or directory`);
}

/** `sysctl [-q] [-w] KEY=VALUE…` and `sysctl [-n] KEY…` */
function sysctl(ns: Netns, args: readonly string[]): AdminResult {
  let stdout = '';
  const isQuiet = args.some((word) => /^-\w*q/.test(word));
  const isBare = args.some((word) => /^-\w*n/.test(word));
  for (const word of args) {
    if (word.startsWith('-')) continue;
    const equals = word.indexOf('=');
    const key = equals < 0 ? word : word.slice(0, equals);
    const path = `/proc/sys/${key.replaceAll('.', '/')}`;
    if (equals >= 0) {
      const errno = ns.sysctls.write(key, word.slice(equals + 1));
      if (errno === 'ENOENT') return failure(255, `sysctl: cannot stat ${path}: No such file or directory`);
      if (errno === 'EINVAL') return failure(255, `sysctl: setting key "${key}": Invalid argument`);
      if (!isQuiet) stdout += `${key} = ${word.slice(equals + 1)}\n`;
    } else {
      const value = ns.sysctls.read(key);
      if (value === undefined) return failure(255, `sysctl: cannot stat ${path}: No such file or directory`);
      stdout += isBare ? `${value}\n` : `${key} = ${value}\n`;
    }
  }
  return { exit: 0, stdout, stderr: '' };
}

function splitWords(line: string): string[] {
  const words: string[] = [];
  for (const match of line.matchAll(/(?:\\.|[^\s\\])+/g)) words.push(match[0].replaceAll(/\\(.)/g, '$1'));
  return words;
}
