/**
 * The door: the only way in which anything outside the kernel programs it, with the text that a person would type.
 * The lines that changed something are kept; together they are a script that a real Linux accepts.
 */
import { assert } from '../../base/assert.ts';
import type { Rng } from '../../sim/rng.ts';
import type { Netns } from '../netns.ts';
import { PLAIN } from '../show/options.ts';
import { bridge } from './bridge.ts';
import { ethtool } from './ethtool.ts';
import { busyboxIfconfig, busyboxIp } from './busybox-ip.ts';
import { ifconfig } from './ifconfig.ts';
import { conntrack } from './conntrack.ts';
import { ipsetProgram } from './ipset.ts';
import { iptablesProgram } from './iptables.ts';
import { ONLY_LOCALHOST } from '../nf/names.ts';
import { ipAddr } from './ip-addr.ts';
import { ipLink } from './ip-link.ts';
import { ipMaddr } from './ip-maddr.ts';
import { ipNeigh } from './ip-neigh.ts';
import { ipRoute } from './ip-route.ts';
import { ipRule } from './ip-rule.ts';
import { changesXfrm, ipXfrm } from './ip-xfrm.ts';
import type { Family } from './ip-words.ts';
import { ipNetns } from './netns.ts';
import type { AdminResult } from './result.ts';
import { failure, notSupported } from './result.ts';
import { sysctl } from './sysctl.ts';
import { qdiscVerb, tcQdiscModify } from './tc.ts';
import { completed } from './words.ts';

/** In the order in which iproute2 tries them on an abbreviation. */
const OBJECTS = 'address addrlabel maddress route rule neighbor neighbour link xfrm netns'.split(' ');
const NETNS_VERBS = 'list show lst list-id help add set delete identify pids exec monitor attach'.split(' ');

/** What the door needs of the machine; the composition root gives it. */
export interface DoorHost {
  readonly rootNs: Netns;
  readonly namespaces: Map<string, Netns>;
  makeNetns(name: string): Netns;
  readonly processes: { get(pid: number): { readonly ns: Netns } | undefined };
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
    const words = splitWords(line);
    const result = this.run(this.host.rootNs, words);
    if (result.exit === 0 && changesSomething(words)) this.typed.push(line);
    return result;
  }

  /**
   * Runs a command in a namespace of the machine; not kept in `verbs`. `input` is what it reads, `names` are those of
   * the machine's hosts.
   */
  run(ns: Netns, words: readonly string[], input = '', names = ONLY_LOCALHOST): AdminResult {
    const [command, ...args] = words;
    if (command === 'ip') return this.ip(ns, args);
    if (command === 'ifconfig') return ifconfig(ns, args);
    if (command === 'busybox' && args[0] === 'ifconfig') return busyboxIfconfig(ns, args.slice(1));
    if (command === 'busybox') return busyboxIp(ns, args.slice(1), (line) => this.ip(ns, line));
    if (command === 'tc') return this.tc(ns, args);
    if (command === 'sysctl') return sysctl(ns, args);
    if (command === 'ethtool') return ethtool(ns, args);
    if (command === 'bridge') return this.bridge(ns, args);
    if (/^ip6?tables/.test(command ?? '')) return iptablesProgram(ns, words, input, names);
    if (command === 'ipset') return ipsetProgram(ns, args);
    if (command === 'conntrack') return conntrack(ns, args);
    return failure(
      127,
      `${command ?? ''}: not supported by Dockwire; supported: ip, bridge, sysctl, tc, ethtool, iptables, conntrack`,
    );
  }

  /** The namespace of that `ip netns` name. */
  namespace(name: string): Netns | undefined {
    return this.host.namespaces.get(name);
  }

  /** The namespace behind a path such as /run/netns/NAME or /proc/PID/ns/net. */
  namespaceOfPath(path: string): Netns | undefined {
    const found = path.startsWith('/') ? this.netnsByWord(path) : undefined;
    return found === 'ESRCH' ? undefined : found;
  }

  /** Under which name captures show the interfaces of a namespace made by `ip netns add`. */
  labelNamespace(netnsName: string, label: string): void {
    const ns = this.host.namespaces.get(netnsName);
    assert(ns !== undefined, 'a namespace has to be there before it gets a label');
    ns.label = `${this.host.rootNs.label}/${label}`;
    ns.isHidden = true;
  }

  private bridge(ns: Netns, args: readonly string[]): AdminResult {
    if (args[0] !== '-n' && args[0] !== '-netns') return bridge(ns, args);
    const name = args[1] ?? '';
    const target = this.namespace(name);
    return target === undefined ? cannotOpen(name) : this.bridge(target, args.slice(2));
  }

  private tc(ns: Netns, args: readonly string[]): AdminResult {
    if (args[0] === '-n' || args[0] === '-netns') {
      const name = args[1] ?? '';
      const target = this.namespace(name);
      return target === undefined ? cannotOpen(name) : this.tc(target, args.slice(2));
    }
    const [object = '', word = '', ...rest] = args;
    const verb = object === 'qdisc' ? qdiscVerb(word) : undefined;
    if (verb === undefined) return notSupported(`tc ${object} ${word}`, 'tc qdisc add, change, replace, del');
    return tcQdiscModify(ns, verb, rest);
  }

  private ip(ns: Netns, args: readonly string[], family: Family = ''): AdminResult {
    if (args[0] === '-n' || args[0] === '-netns') {
      const name = args[1] ?? '';
      const target = this.host.namespaces.get(name);
      if (target === undefined) return cannotOpen(name);
      return this.ip(target, args.slice(2));
    }
    if (args[0] === '-4') return this.ip(ns, args.slice(1), 'inet');
    if (args[0] === '-6') return this.ip(ns, args.slice(1), 'inet6');
    const [object, ...rest] = args;
    switch (completed(object ?? '', OBJECTS)) {
      case 'link':
        return ipLink(ns, rest, (word) => this.netnsByWord(word), this.macRng);
      case 'address':
        return ipAddr(ns, rest, family);
      case 'maddress':
        return ipMaddr(ns, rest);
      case 'route':
        return ipRoute(ns, rest);
      case 'rule':
        return ipRule(ns, rest);
      case 'neighbor':
      case 'neighbour':
        return ipNeigh(ns, rest);
      case 'netns':
        return this.netns(ns, rest);
      case 'xfrm':
        return ipXfrm(ns, rest, { ...PLAIN, family });
      default:
        return failure(1, `Object "${object ?? ''}" is unknown, try "ip help".`);
    }
  }

  /** What stands behind `netns`: a name, a path of a namespace or of a process's, the number of a process. */
  private netnsByWord(word: string): Netns | 'ESRCH' | undefined {
    const named = this.host.namespaces.get(word);
    if (named !== undefined) return named;
    const path = /^\/(?:var\/)?run\/(?:[a-z]+\/)?netns\/([^/]+)$/.exec(word);
    if (path !== null) return this.host.namespaces.get(path[1]!);
    const pid = /^\/proc\/(\d+)\/ns\/net$/.exec(word)?.[1] ?? (/^\d+$/.test(word) ? word : undefined);
    if (pid === undefined) return undefined;
    if (pid === '1') return this.host.rootNs;
    return this.host.processes.get(Number(pid))?.ns ?? (word === pid ? 'ESRCH' : undefined);
  }

  private netns(ns: Netns, args: readonly string[]): AdminResult {
    const [word = '', ...rest] = args;
    const verb = completed(word, NETNS_VERBS);
    if (verb === undefined) return failure(255, `Command "${word}" is unknown, try "ip netns help".`);
    if (verb !== 'exec') return ipNetns(this.host, ns, verb, rest);
    const [name, ...command] = rest;
    return name === undefined ? failure(1, 'No netns name specified') : this.netnsExec(name, command);
  }

  private netnsExec(name: string, command: readonly string[]): AdminResult {
    if (command.length === 0) return failure(1, 'No command specified');
    const found = this.host.namespaces.get(name);
    return found === undefined ? cannotOpen(name) : this.run(found, command);
  }
}

/** `sysctl KEY`, `iptables -C` and `ip xfrm state get` only read; all else that succeeds has done something. */
function changesSomething(words: readonly string[]): boolean {
  if (words.includes('iptables') && words.some((word) => /^(?:-[CLS]|--check|--list|--list-rules)$/.test(word))) {
    return false;
  }
  const xfrmAt = words.indexOf('xfrm');
  if (xfrmAt > 0 && words[xfrmAt - 1] === 'ip') return changesXfrm(words.slice(xfrmAt + 1));
  const sysctlAt = words.findIndex((word, i) => word === 'sysctl' && (i === 0 || isExec(words[i - 2])));
  return sysctlAt < 0 || words.slice(sysctlAt).some((word) => word.includes('='));
}

/** What stands two words before a command that runs in a namespace: `exec NAME COMMAND`. */
function isExec(word: string | undefined): boolean {
  return word !== undefined && completed(word, NETNS_VERBS) === 'exec';
}

function cannotOpen(name: string): AdminResult {
  return failure(255, `Cannot open network namespace "${name}": No such file or directory`);
}

function splitWords(line: string): string[] {
  const words: string[] = [];
  for (const match of line.matchAll(/(?:\\.|[^\s\\])+/g)) words.push(match[0].replaceAll(/\\(.)/g, '$1'));
  return words;
}
