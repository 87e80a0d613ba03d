/** `ip route add | append | prepend | change | replace | del` (iproute2: iproute.c; Linux: inet_rtm_newroute). */
import { FibRoute } from '../ip/fib.ts';
import type { Refusal } from '../ip/fib-create.ts';
import { fibCreateRoute, findToDelete, requestFlaw } from '../ip/fib-create.ts';
import type { InsertMode } from '../ip/fib-table.ts';
import type { Netns } from '../netns.ts';
import type { AdminResult } from './result.ts';
import { DONE, failure, netlinkResult, notSupported } from './result.ts';
import { readRouteWords } from './route-words.ts';
import { completed, Words } from './words.ts';

const VERBS = 'list show lst get add append prepend change chg replace test delete flush save restore'.split(' ');

function mode(isCreate: boolean, isExclusive: boolean, isReplace: boolean, isAppend: boolean): InsertMode {
  return { isCreate, isExclusive, isReplace, isAppend };
}

const MODES: ReadonlyMap<string, InsertMode> = new Map([
  ['add', mode(true, true, false, false)],
  ['append', mode(true, false, false, true)],
  ['prepend', mode(true, false, false, false)],
  ['change', mode(false, false, true, false)],
  ['chg', mode(false, false, true, false)],
  ['replace', mode(true, false, true, false)],
  ['test', mode(false, true, false, false)],
]);

/** `VERB [TYPE] default|PREFIX [via GW] [dev DEV] [src A] [metric N] [table T] [nexthop …] …` */
export function ipRoute(ns: Netns, args: readonly string[]): AdminResult {
  const words = new Words(args);
  const typed = words.next();
  const verb = completed(typed, VERBS);
  if (verb === undefined) return failure(255, `Command "${typed}" is unknown, try "ip route help".`);
  const insertMode = MODES.get(verb);
  if (insertMode === undefined && verb !== 'delete') {
    return notSupported(`ip route ${verb}`, 'add, append, prepend, change, replace, delete');
  }
  const request = readRouteWords(ns, words, verb === 'delete');
  if ('exit' in request) return request;
  const flaw = requestFlaw(request);
  if (flaw !== null) return refused(flaw);
  if (insertMode === undefined) {
    if (!ns.fib.hasTable(request.table)) return failure(2, 'Error: FIB table does not exist.');
    const found = findToDelete(ns, request);
    if (found === undefined) return netlinkResult('ESRCH');
    ns.fib.remove((route) => route === found);
    ns.routes.flush();
    return DONE;
  }
  // It is there from now on, whatever becomes of the route.
  ns.fib.table(request.table);
  const made = fibCreateRoute(ns, request);
  if (!(made instanceof FibRoute)) return refused(made);
  const errno = ns.fib.insert(made, insertMode);
  ns.routes.flush();
  return netlinkResult(errno);
}

function refused({ errno, words }: Refusal): AdminResult {
  return words === '' ? netlinkResult(errno) : failure(2, `Error: ${words}.`);
}
