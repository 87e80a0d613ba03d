/** `ip neigh add | change | replace | del` (iproute2: ipneigh.c). */
import type { Ip4 } from '../../base/addr.ts';
import { macHi, macLo, parseIp4, parseMac } from '../../base/addr.ts';
import { NUD_PERMANENT, NUD_REACHABLE, NUD_STALE } from '../ip/neigh.ts';
import type { NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import type { AdminResult } from './result.ts';
import { DONE, failure, garbage, INCOMPLETE, netlinkResult, noDevice, notSupported } from './result.ts';
import { completed, Words } from './words.ts';

const NUD_STATES: ReadonlyMap<string, number> = new Map([
  ['permanent', NUD_PERMANENT],
  ['reachable', NUD_REACHABLE],
  ['stale', NUD_STALE],
]);

/** `add|replace|del ADDRESS [lladdr MAC] [nud permanent|reachable|stale] dev DEV` */
export function ipNeigh(ns: Netns, args: readonly string[]): AdminResult {
  const words = new Words(args);
  const typed = words.next();
  const verb = completed(typed, ['add', 'change', 'replace', 'delete', 'get', 'show', 'list', 'flush']);
  if (verb === undefined) return failure(255, `Command "${typed}" is unknown, try "ip neigh help".`);
  if (!['add', 'change', 'replace', 'delete'].includes(verb)) {
    return notSupported(`ip neigh ${verb}`, 'add, change, replace, delete');
  }
  let ip: Ip4 | undefined;
  let name = '';
  let macText = '';
  let nud = 'permanent';
  while (!words.isAtEnd) {
    if (words.accept('dev')) name = words.value();
    else if (words.accept('lladdr')) macText = words.value();
    else if (words.accept('nud')) nud = words.value();
    else {
      words.accept('to');
      const text = words.value();
      if (ip !== undefined) return garbage('to', text);
      ip = parseIp4(text);
      if (ip === undefined) return failure(1, `Error: any valid address is expected rather than "${text}".`);
    }
    if (words.isIncomplete) return INCOMPLETE;
  }
  if (name === '' || ip === undefined) return failure(255, 'Device and destination are required arguments.');
  const dev = ns.deviceByName(name);
  if (dev === null) return noDevice(name);
  return setNeighbour(ns, verb, dev, ip, macText, nud);
}

function setNeighbour(ns: Netns, verb: string, dev: NetDevice, ip: Ip4, macText: string, nud: string): AdminResult {
  const found = ns.neighbours.find(dev, ip);
  if (verb === 'delete') {
    if (found === null) return failure(2, 'RTNETLINK answers: No such file or directory');
    ns.neighbours.remove(found);
    return DONE;
  }
  if (verb === 'add' && found !== null) return netlinkResult('EEXIST');
  if (verb === 'change' && found === null) return netlinkResult('ENOENT');
  const state = NUD_STATES.get(nud);
  if (state === undefined) return failure(255, `Error: argument "${nud}" is wrong: nud state is bad`);
  if (macText === '') return failure(2, 'Error: No link layer address given.');
  const address = parseMac(macText);
  if (address === undefined) return failure(1, `"${macText}" is invalid lladdr.`);
  const neighbour = found ?? ns.neighbours.create(dev, ip);
  if (neighbour === null) return netlinkResult('ENOBUFS');
  ns.neighbours.setFixed(neighbour, macHi(address), macLo(address), state);
  return DONE;
}
