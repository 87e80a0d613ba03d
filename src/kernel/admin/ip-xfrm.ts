/** `ip xfrm`: security associations and policies of IPsec (iproute2 6.1: do_xfrm, do_xfrm_state, do_xfrm_policy). */
import type { Netns } from '../netns.ts';
import type { ShowOptions } from '../show/options.ts';
import {
  countPolicies,
  flushPolicies,
  getOrDeletePolicy,
  listOrDeletePolicies,
  modifyPolicy,
} from './ip-xfrm-policy.ts';
import { countStates, flushStates, getOrDeleteState, listOrDeleteStates, modifyState } from './ip-xfrm-state.ts';
import { XFRM_POLICY_USAGE, XFRM_STATE_USAGE, XFRM_USAGE } from './ip-xfrm-usage.ts';
import type { AdminResult } from './result.ts';
import { DONE, failure, notSupported } from './result.ts';
import { completed } from './words.ts';
import { XfrmRefusal, XfrmWords } from './xfrm-words.ts';

const OBJECTS = ['state', 'sa', 'policy', 'monitor', 'help'];
const STATE_VERBS = 'add update allocspi delete deleteall delall list show lst get flush count help'.split(' ');
const POLICY_VERBS =
  'add update delete deleteall delall list show lst get flush count set setdefault getdefault help'.split(' ');
const SUPPORTED = 'add, update, delete, deleteall, list, get, flush, count';
/** Commands that only look. */
const READING = ['list', 'show', 'lst', 'get', 'count', 'getdefault', 'help'];

const GETDEFAULT = 'Default policies:\n in:  accept\n fwd: accept\n out: accept\n';

/** The object of a line and its verb, in full; undefined for what there is not. */
function partsOf(args: readonly string[]): { object: string | undefined; verb: string | undefined } {
  const object = completed(args[0] ?? '', OBJECTS);
  const verbs = object === 'policy' ? POLICY_VERBS : STATE_VERBS;
  return { object, verb: args.length < 2 ? 'list' : completed(args[1]!, verbs) };
}

/** What of a line is in no version of Dockwire: the index of the word and what it names. */
export function lackOfXfrm(args: readonly string[]): { readonly index: number; readonly what: string } | undefined {
  const { object, verb } = partsOf(args);
  if (object === 'monitor') return { index: 0, what: 'xfrm monitor' };
  const isLacking = ['allocspi', 'set', 'setdefault'].includes(verb ?? '');
  return isLacking && object !== 'help' ? { index: 1, what: `xfrm ${object ?? ''} ${verb!}` } : undefined;
}

/** Whether the line, behind `xfrm`, may change something. */
export function changesXfrm(args: readonly string[]): boolean {
  return !READING.includes(partsOf(args).verb ?? 'help');
}

/** Words behind `ip xfrm`. */
export function ipXfrm(ns: Netns, args: readonly string[], options: ShowOptions): AdminResult {
  const { object, verb } = partsOf(args);
  const lack = lackOfXfrm(args);
  if (lack !== undefined) return notSupported(`ip ${lack.what}`, `state and policy: ${SUPPORTED}`);
  if (object === undefined || object === 'help') return { ...DONE, exit: 255, stderr: XFRM_USAGE };
  const name = object === 'sa' ? 'state' : object;
  if (verb === undefined) return failure(255, `Command "${args[1]!}" is unknown, try "ip xfrm ${name} help".`);
  const words = new XfrmWords(ns, args.slice(2), options.family === 'inet');
  try {
    return name === 'policy' ? policyVerb(ns, verb, words, options) : stateVerb(ns, verb, words, options);
  } catch (error) {
    if (error instanceof XfrmRefusal) return error.result;
    throw error;
  }
}

function stateVerb(ns: Netns, verb: string, words: XfrmWords, options: ShowOptions): AdminResult {
  switch (verb) {
    case 'add':
    case 'update':
      return modifyState(ns, words, verb === 'update');
    case 'delete':
    case 'get':
      return getOrDeleteState(ns, words, verb === 'delete', options);
    case 'flush':
      return flushStates(ns, words);
    case 'count':
      return countStates(ns, options);
    case 'help':
      return { ...DONE, exit: 255, stderr: XFRM_STATE_USAGE };
    default:
      return listOrDeleteStates(ns, words, verb.startsWith('del'), options);
  }
}

function policyVerb(ns: Netns, verb: string, words: XfrmWords, options: ShowOptions): AdminResult {
  switch (verb) {
    case 'add':
    case 'update':
      return modifyPolicy(ns, words, verb === 'update');
    case 'delete':
    case 'get':
      return getOrDeletePolicy(ns, words, verb === 'delete', options);
    case 'flush':
      return flushPolicies(ns, words);
    case 'count':
      return countPolicies(ns, options);
    case 'getdefault':
      return { ...DONE, stdout: GETDEFAULT };
    case 'help':
      return { ...DONE, exit: 255, stderr: XFRM_POLICY_USAGE };
    default:
      return listOrDeletePolicies(ns, words, verb.startsWith('del'), options);
  }
}
