/** `ip xfrm policy` (iproute2 6.1: ip/xfrm_policy.c; Linux: net/xfrm/xfrm_user.c). */
import type { Cidr } from '../../base/addr.ts';
import type { Netns } from '../netns.ts';
import type { ShowOptions } from '../show/options.ts';
import { printPolicies } from '../show/xfrm-policy.ts';
import type { Limits } from '../xfrm/lifetime.ts';
import type { PolicyDirection, Template, XfrmPolicy } from '../xfrm/policy.ts';
import { XFRM_POLICY_FWD, XFRM_POLICY_IN, XFRM_POLICY_OUT } from '../xfrm/policy.ts';
import type { XfrmMark } from '../xfrm/selector.ts';
import { ANY_SELECTOR, NO_MARK } from '../xfrm/selector.ts';
import { xfrmOf } from '../xfrm/xfrm.ts';
import { invalidArgument } from './ip-words.ts';
import type { AdminResult } from './result.ts';
import { DONE, failure, netlinkResult } from './result.ts';
import type { IdWords, SelectorWords, XfrmWords } from './xfrm-words.ts';
import { lacks, PROTO_ESP, refuse, refuseText, UNLIMITED, xfrmProtoName } from './xfrm-words.ts';

export const POLICY_FLAGS = ['localok', 'icmp'];
const DIRECTIONS: Readonly<Record<string, PolicyDirection>> = {
  in: XFRM_POLICY_IN,
  out: XFRM_POLICY_OUT,
  fwd: XFRM_POLICY_FWD,
};
const DIRECTION_MASK = 7;
/** XFRM_MAX_DEPTH */
const TEMPLATES_MAX = 6;
/** Options that Dockwire does not have. */
const LACKING = ['ctx', 'if_id'];

interface PolicyWords {
  selector: SelectorWords | null;
  direction: PolicyDirection | null;
  mark: XfrmMark;
  index: number | null;
  priority: number | null;
  isBlocking: boolean | null;
  flags: number;
  hasType: boolean;
  limits: Limits;
  templates: Template[];
}

function nothingSaid(): PolicyWords {
  return {
    selector: null,
    direction: null,
    mark: NO_MARK,
    index: null,
    priority: null,
    isBlocking: null,
    flags: 0,
    hasType: false,
    limits: UNLIMITED,
    templates: [],
  };
}

function duplicate(key: string, value: string): never {
  return refuse(failure(255, `Error: duplicate "${key}": "${value}" is the second value.`));
}

function readDirection(words: XfrmWords): PolicyDirection {
  const word = words.value();
  return DIRECTIONS[word] ?? refuse(invalidArgument(word, 'DIR value is invalid'));
}

/** The only type; there are no sub-policies here. */
function readType(words: XfrmWords): void {
  const word = words.value();
  if (word === 'sub') lacks('policy with ptype sub');
  if (word !== 'main') refuse(invalidArgument(word, 'PTYPE value is invalid'));
}

function readAction(words: XfrmWords): boolean {
  const word = words.value();
  if (word !== 'allow' && word !== 'block') refuse(invalidArgument(word, 'ACTION value is invalid\n'));
  return word === 'block';
}

/** Keys that all commands know; false for another word. */
function readCommon(read: PolicyWords, words: XfrmWords, isStrict: boolean): boolean {
  if (words.accept('dir')) {
    if (isStrict && read.direction !== null) duplicate('dir', 'dir');
    read.direction = readDirection(words);
  } else if (words.accept('mark')) read.mark = words.mark();
  else if (words.accept('index')) read.index = words.u32('INDEX value is invalid');
  else if (words.accept('ptype')) {
    if (isStrict && read.hasType) duplicate('ptype', 'ptype');
    read.hasType = true;
    readType(words);
  } else return false;
  return true;
}

/** Keys that say what a policy is; false for another word. */
function readRest(read: PolicyWords, words: XfrmWords): boolean {
  if (words.accept('action')) read.isBlocking = readAction(words);
  else if (words.accept('priority')) read.priority = words.u32('PRIORITY value is invalid');
  else if (words.accept('flag')) read.flags |= words.flags(POLICY_FLAGS, 'FLAG value is invalid');
  else if (words.accept('limit')) read.limits = words.limit(read.limits);
  else return false;
  return true;
}

function readSelector(read: PolicyWords, words: XfrmWords, again: (word: string) => never): void {
  if (LACKING.includes(words.peek())) lacks(`policy with ${words.peek()}`);
  if (read.selector !== null) again(words.peek());
  read.selector = words.selector();
  words.settleFamily();
}

/** `ip xfrm policy add | update` */
export function modifyPolicy(ns: Netns, words: XfrmWords, isUpdate: boolean): AdminResult {
  const read = nothingSaid();
  while (!words.isAtEnd) {
    if (readCommon(read, words, true) || readRest(read, words)) continue;
    if (words.accept('tmpl')) read.templates.push(readTemplate(words));
    else readSelector(read, words, (word) => duplicate('unknown', word));
  }
  const { direction, index } = read;
  if (direction === null) return failure(1, 'Not enough information: DIR is required.');
  if (read.templates.length > TEMPLATES_MAX) return netlinkResult('EINVAL');
  if ((index ?? 0) !== 0 && (index! & DIRECTION_MASK) !== direction) {
    return failure(2, "Error: Policy index doesn't match direction.");
  }
  const xfrm = xfrmOf(ns);
  const settings = {
    selector: read.selector?.selector ?? ANY_SELECTOR,
    direction,
    mark: read.mark.mask === 0 ? NO_MARK : read.mark,
    index: index ?? 0,
    priority: read.priority ?? 0,
    isBlocking: read.isBlocking ?? false,
    flags: read.flags,
    limits: read.limits,
    templates: read.templates,
  };
  xfrm.policies.list(xfrm.nowSeconds);
  return netlinkResult(xfrm.policies.insert(settings, !isUpdate, xfrm.nowSeconds));
}

/** Twin of xfrm_tmpl_parse. */
function readTemplate(words: XfrmWords): Template {
  let id: IdWords | null = null;
  let [reqid, isOptional] = [0, false];
  if (words.isAtEnd) words.value();
  while (!words.isAtEnd) {
    if (words.accept('mode')) {
      const mode = words.mode();
      if (mode !== 'transport') lacks(`policy with tmpl mode ${mode}`);
    } else if (words.accept('reqid')) reqid = words.u32('REQID value is invalid');
    else if (words.accept('level')) isOptional = readLevel(words);
    else if (id !== null) break;
    else id = words.id(false);
  }
  const proto = id?.proto ?? 0;
  if (proto !== PROTO_ESP && id !== null) lacks(`policy with tmpl proto ${xfrmProtoName(proto)}`);
  words.settleFamily();
  const [src, dst] = [id?.src?.address ?? 0, id?.dst?.address ?? 0];
  return { src, dst, proto, spi: id?.spi ?? 0, reqid, mode: 'transport', isOptional };
}

function readLevel(words: XfrmWords): boolean {
  const word = words.value();
  if (word !== 'required' && word !== 'use') refuse(invalidArgument(word, 'LEVEL value is invalid\n'));
  return word === 'use';
}

/** `ip xfrm policy get | delete { SELECTOR | index INDEX } dir DIR [mark MARK [mask MASK]]` */
export function getOrDeletePolicy(ns: Netns, words: XfrmWords, isDelete: boolean, options: ShowOptions): AdminResult {
  const read = nothingSaid();
  while (!words.isAtEnd) {
    if (words.peek() === 'index' && read.index !== null) duplicate('index', 'index');
    if (!readCommon(read, words, true)) {
      readSelector(read, words, (word) => refuse(invalidArgument(word, 'unknown')));
    }
  }
  const { direction, index, selector } = read;
  if (direction === null) refuseText('Not enough information: DIR is required.');
  if (selector === null && index === null) {
    refuseText('Not enough information: either SELECTOR or INDEX is required.');
  }
  if (selector !== null && index !== null) {
    refuse(failure(255, 'Error: either "SELECTOR" is duplicate, or "INDEX" is a garbage.'));
  }
  const { xfrm } = ns;
  if (xfrm === null) return netlinkResult('ENOENT');
  xfrm.policies.list(xfrm.nowSeconds);
  const mark = (read.mark.mask & read.mark.value) === 0 ? NO_MARK : read.mark;
  const found =
    index === null
      ? xfrm.policies.bySelector(direction, selector!.selector, mark)
      : xfrm.policies.byIndex(direction, index, mark);
  if (found === null) return netlinkResult('ENOENT');
  if (!isDelete) return { ...DONE, stdout: printPolicies(ns, [found], options) };
  xfrm.policies.remove(found);
  return DONE;
}

/** `ip xfrm policy list | deleteall` */
export function listOrDeletePolicies(
  ns: Netns,
  words: XfrmWords,
  isDelete: boolean,
  options: ShowOptions,
): AdminResult {
  const filter = nothingSaid();
  while (!words.isAtEnd) {
    if (words.accept('nosock')) continue;
    if (words.peek() === 'mark') refuse(invalidArgument('mark', 'unknown'));
    if (readCommon(filter, words, false) || (words.peek() !== 'limit' && readRest(filter, words))) continue;
    readSelector(filter, words, (word) => refuse(invalidArgument(word, 'unknown')));
  }
  const { xfrm } = ns;
  if (xfrm === null || options.family === 'inet6') return DONE;
  const found = xfrm.policies.list(xfrm.nowSeconds).filter((policy) => passes(filter, policy));
  if (!isDelete) return { ...DONE, stdout: printPolicies(ns, found, options) };
  for (const policy of found) xfrm.policies.remove(policy);
  return DONE;
}

/** Twin of xfrm_policy_filter_match: what was said has to be so, of addresses as many bits as were said. */
function passes(filter: PolicyWords, policy: XfrmPolicy): boolean {
  const { direction, index, priority, isBlocking, flags } = filter;
  return (
    (direction === null || direction === policy.direction) &&
    (index === null || index === policy.index) &&
    (priority === null || priority === policy.priority) &&
    (isBlocking === null || isBlocking === policy.isBlocking) &&
    (flags === 0 || (flags & policy.flags) !== 0) &&
    (filter.selector === null || selectorPasses(filter.selector, policy))
  );
}

function selectorPasses({ selector, said }: SelectorWords, policy: XfrmPolicy): boolean {
  const isIn = (wanted: Cidr, { address }: Cidr): boolean =>
    wanted.prefixLen === 0 || (wanted.address ^ address) >>> (32 - wanted.prefixLen) === 0;
  const other = policy.selector;
  return (
    isIn(selector.src, other.src) &&
    isIn(selector.dst, other.dst) &&
    (!said.has('proto') || selector.proto === other.proto) &&
    (!said.has('sport') || selector.sport === other.sport) &&
    (!said.has('dport') || selector.dport === other.dport) &&
    (!said.has('ifIndex') || selector.ifIndex === other.ifIndex)
  );
}

/** `ip xfrm policy flush [ptype PTYPE]` */
export function flushPolicies(ns: Netns, words: XfrmWords): AdminResult {
  let hasType = false;
  while (!words.isAtEnd) {
    if (!words.accept('ptype')) refuse(invalidArgument(words.peek(), 'unknown'));
    if (hasType) duplicate('ptype', 'ptype');
    hasType = true;
    readType(words);
  }
  const policies = ns.xfrm?.policies;
  for (const policy of [...(policies?.list(0) ?? [])]) policies!.remove(policy);
  return DONE;
}

/** `ip xfrm policy count` */
export function countPolicies(ns: Netns, options: ShowOptions): AdminResult {
  const xfrm = ns.xfrm;
  xfrm?.policies.list(xfrm.nowSeconds);
  const count = (direction: PolicyDirection): number => xfrm?.policies.countOf(direction) ?? 0;
  const [into, out, forward] = [count(XFRM_POLICY_IN), count(XFRM_POLICY_OUT), count(XFRM_POLICY_FWD)];
  const sockets = options.statistics > 0 ? ' (Sock: IN 0 OUT 0 FWD 0)' : '';
  const thresholds =
    options.statistics > 1
      ? '\t SPD buckets: count 7 Max 1048576\n\t SPD IPv4 thresholds: local 32 remote 32\n' +
        '\t SPD IPv6 thresholds: local 128 remote 128\n'
      : '';
  return { ...DONE, stdout: `\t SPD IN  ${into} OUT ${out} FWD ${forward}${sockets}\n${thresholds}` };
}
