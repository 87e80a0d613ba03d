/** `ip xfrm state` but for its lists (iproute2 6.1: ip/xfrm_state.c; Linux: net/xfrm/xfrm_user.c). */
import type { Cidr } from '../../base/addr.ts';
import type { Netns } from '../netns.ts';
import type { ShowOptions } from '../show/options.ts';
import { printStates } from '../show/xfrm-state.ts';
import type { Limits } from '../xfrm/lifetime.ts';
import { WINDOW_MAX } from '../xfrm/replay.ts';
import type { Selector, XfrmMark } from '../xfrm/selector.ts';
import { ANY_SELECTOR, NO_MARK } from '../xfrm/selector.ts';
import type { Aead, XfrmState, XfrmStateSettings } from '../xfrm/state.ts';
import { aeadFlaw } from '../xfrm/state.ts';
import { xfrmOf } from '../xfrm/xfrm.ts';
import { invalidArgument, readU32 } from './ip-words.ts';
import type { AdminResult } from './result.ts';
import { DONE, failure, netlinkResult } from './result.ts';
import type { IdWords } from './xfrm-words.ts';
import { lacks, PROTO_ESP, refuse, refuseText, UNLIMITED, xfrmProtoName, XfrmWords } from './xfrm-words.ts';

export const STATE_FLAGS = 'noecn decap-dscp nopmtudisc wildrecv icmp af-unspec align4 esn'.split(' ');
const EXTRA_FLAGS = ['dont-encap-dscp', 'oseq-may-wrap'];
const FLAG_ESN = 1 << STATE_FLAGS.indexOf('esn');
const ALGORITHMS = ['enc', 'auth', 'comp', 'aead', 'auth-trunc'];
/** Options that Dockwire does not have. */
const LACKING = ['encap', 'coa', 'ctx', 'offload', 'if_id', 'tfcpad', 'replay-seq-hi', 'replay-oseq-hi'];
const KEY_BYTES_MAX = 512;
/** Of 32 bits. */
const NOBODY: Cidr = { address: 0, prefixLen: 32 };

interface StateWords {
  id: IdWords | null;
  mode: string;
  mark: XfrmMark;
  outputMark: XfrmMark;
  reqid: number;
  sequence: number;
  replayWindow: number;
  replayIncoming: number;
  replayOutgoing: number;
  flags: number;
  extraFlags: number;
  selector: Selector;
  limits: Limits;
  /** Which kinds of algorithm were named. */
  algorithms: string[];
  aead: Aead | null;
}

function nothingSaid(): StateWords {
  return {
    id: null,
    mode: 'transport',
    mark: NO_MARK,
    outputMark: NO_MARK,
    reqid: 0,
    sequence: 0,
    replayWindow: 0,
    replayIncoming: 0,
    replayOutgoing: 0,
    flags: 0,
    extraFlags: 0,
    selector: ANY_SELECTOR,
    limits: UNLIMITED,
    algorithms: [],
    aead: null,
  };
}

const after = (key: string): string => `value after "${key}" is invalid`;

/** By key; each reads what stands behind it. */
const KEYS: Readonly<Record<string, (read: StateWords, words: XfrmWords) => void>> = {
  mode: (read, words) => (read.mode = words.mode()),
  mark: (read, words) => (read.mark = words.mark()),
  reqid: (read, words) => (read.reqid = words.u32('REQID value is invalid')),
  seq: (read, words) => (read.sequence = words.u32('SEQ value is invalid')),
  'replay-window': (read, words) => (read.replayWindow = words.u32(after('replay-window'))),
  'replay-seq': (read, words) => (read.replayIncoming = words.u32(after('replay-seq'))),
  'replay-oseq': (read, words) => (read.replayOutgoing = words.u32(after('replay-oseq'))),
  flag: (read, words) => (read.flags |= words.flags(STATE_FLAGS, 'FLAG value is invalid')),
  'extra-flag': (read, words) => (read.extraFlags |= words.flags(EXTRA_FLAGS, '"EXTRA-FLAG" is invalid')),
  sel: (read, words) => (read.selector = words.selector().selector),
  limit: (read, words) => (read.limits = words.limit(read.limits)),
  'output-mark': (read, words) => {
    const value = words.u32(after('output-mark'));
    const mask = words.accept('mask') ? words.u32('mask value is invalid\n') : 0;
    // Without a mask all bits are set (xfrm_smark_init).
    read.outputMark = { value, mask: mask === 0 && value !== 0 ? 0xffff_ffff : mask };
  },
};

/** `ip xfrm state add | update` */
export function modifyState(ns: Netns, words: XfrmWords, isUpdate: boolean): AdminResult {
  const read = nothingSaid();
  while (!words.isAtEnd) {
    const key = KEYS[words.peek()];
    if (key !== undefined) {
      words.next();
      key(read, words);
    } else if (ALGORITHMS.includes(words.peek())) readAlgorithm(read, words);
    else if (LACKING.includes(words.peek())) lacks(`state with ${words.peek()}`);
    else if (read.id !== null) refuse(invalidArgument(words.peek(), 'unknown'));
    else {
      read.id = words.id(false);
      words.settleFamily();
    }
  }
  checkWords(read);
  return isUpdate ? updateState(ns, read) : addState(ns, read);
}

/** `aead NAME KEY ICV-LEN` and its like. */
function readAlgorithm(read: StateWords, words: XfrmWords): void {
  const kind = words.next();
  const rivals =
    kind === 'comp' ? ['comp'] : kind.startsWith('auth') ? ['auth', 'auth-trunc', 'aead'] : ['enc', 'aead'];
  if (kind === 'aead') rivals.push('auth', 'auth-trunc');
  if (read.algorithms.some((each) => rivals.includes(each))) {
    refuse(failure(255, `Error: duplicate "ALGO-TYPE": "${kind}" is the second value.`));
  }
  read.algorithms.push(kind);
  const name = required(words, 'ALGO-NAME');
  if (kind === 'comp') return;
  const keyText = required(words, 'ALGO-KEYMAT');
  const length = kind === 'aead' ? 'ALGO-ICV-LEN' : kind === 'auth-trunc' ? 'ALGO-TRUNC-LEN' : '';
  const lengthText = length === '' ? '0' : required(words, length);
  const icvBits = readU32(lengthText) ?? refuse(invalidArgument(lengthText, `${length} value is invalid`));
  const key = readKey(keyText);
  if (kind === 'aead') read.aead = { name, key, icvBits };
}

function required(words: XfrmWords, name: string): string {
  return words.isAtEnd ? refuse(failure(255, `Error: argument "${name}" is required`)) : words.next();
}

/** Twin of xfrm_algo_parse: hexadecimal digits behind 0x, or characters as they are. */
function readKey(text: string): Uint8Array {
  const isHex = text.length > 2 && text.startsWith('0x');
  const digits = isHex ? (text.length % 2 === 0 ? text.slice(2) : `0${text.slice(2)}`) : '';
  const byteCount = isHex ? digits.length / 2 : text.length;
  if (byteCount > KEY_BYTES_MAX) refuse(invalidArgument(text, 'ALGO-KEYMAT value makes buffer overflow\n'));
  if (!isHex) return Uint8Array.from(text, (character) => character.charCodeAt(0) & 0xff);
  if (!/^[\da-f]*$/i.test(digits)) refuse(invalidArgument(text, 'ALGO-KEYMAT value is invalid'));
  return Uint8Array.from({ length: byteCount }, (_, i) => parseInt(digits.slice(2 * i, 2 * i + 2), 16));
}

/** What the tool finds wrong before it asks the kernel; and what Dockwire lacks. */
function checkWords(read: StateWords): void {
  if ((read.flags & FLAG_ESN) !== 0 && read.replayWindow === 0) {
    refuse(failure(255, 'Error: esn flag set without replay-window.'));
  }
  if (read.replayWindow > WINDOW_MAX) {
    refuse(failure(255, `Error: replay-window (${read.replayWindow}) > XFRMA_REPLAY_ESN_MAX (${WINDOW_MAX}).`));
  }
  if (read.id === null) refuseText('Not enough information: ID is required');
  const proto = read.id.proto!;
  const name = xfrmProtoName(proto);
  if (proto !== PROTO_ESP) lacks(`state with proto ${name}`);
  if (['ro', 'in_trigger'].includes(read.mode)) refuseText(`MODE value is invalid with XFRM-PROTO value "${name}"`);
  if (read.algorithms.includes('comp')) {
    refuseText(`ALGO-TYPE value "comp" is invalid with XFRM-PROTO value "${name}"`);
  }
  if (!read.algorithms.some((kind) => kind === 'enc' || kind === 'aead')) {
    refuseText(`ALGO-TYPE value "enc" or "aead" is required with XFRM-PROTO value "${name}"`);
  }
  if (read.mode !== 'transport') lacks(`state with mode ${read.mode}`);
  if (read.aead === null) lacks(`state with ${read.algorithms.join(' and ')}`);
  if ((read.flags & FLAG_ESN) !== 0) lacks('state with flag esn');
}

function settingsOf(read: StateWords): XfrmStateSettings {
  const id = read.id!;
  return {
    src: (id.src ?? NOBODY).address,
    dst: (id.dst ?? NOBODY).address,
    proto: id.proto!,
    spi: id.spi ?? 0,
    reqid: read.reqid,
    mark: read.mark,
    outputMark: read.outputMark,
    flags: read.flags,
    extraFlags: read.extraFlags,
    sequence: read.sequence,
    replayWindow: read.replayWindow,
    replayIncoming: read.replayIncoming,
    replayOutgoing: read.replayOutgoing,
    aead: read.aead!,
    selector: read.selector,
    limits: read.limits,
  };
}

/** Twin of xfrm_add_sa for a new one. */
function addState(ns: Netns, read: StateWords): AdminResult {
  const flaw = aeadFlaw(read.aead!);
  if (flaw !== '') return failure(2, `Error: ${flaw}.`);
  const xfrm = xfrmOf(ns);
  const state = xfrm.makeState(settingsOf(read));
  xfrm.states.list(xfrm.nowSeconds);
  const errno = xfrm.states.add(state);
  if (errno === '') {
    ns.machine.modules.add('esp4');
    ns.machine.espKeys.push(state);
  }
  return netlinkResult(errno);
}

/** Twin of xfrm_state_update: of one that is in use selector, limits and output mark change, keys do not. */
function updateState(ns: Netns, read: StateWords): AdminResult {
  const flaw = aeadFlaw(read.aead!);
  if (flaw !== '') return failure(2, `Error: ${flaw}.`);
  const settings = settingsOf(read);
  const found = ns.xfrm?.states.lookup(settings.dst, settings.spi, settings.proto, markOf(read.mark)) ?? null;
  if (found === null) return netlinkResult('ESRCH');
  found.selector = settings.selector;
  found.limits = settings.limits;
  if (settings.outputMark.mask !== 0) found.outputMark = settings.outputMark;
  found.isExpired = false;
  return DONE;
}

function markOf({ value, mask }: XfrmMark): number {
  return (value & mask) >>> 0;
}

/** `ip xfrm state get | delete ID [mark MARK [mask MASK]]` */
export function getOrDeleteState(ns: Netns, words: XfrmWords, isDelete: boolean, options: ShowOptions): AdminResult {
  let id: IdWords | null = null;
  let mark = NO_MARK;
  while (!words.isAtEnd) {
    if (words.accept('mark')) mark = words.mark();
    else if (id !== null) refuse(invalidArgument(words.peek(), 'unknown'));
    else id = words.id(false);
  }
  const found = id === null ? null : findState(ns, id, mark);
  if (found === null) return netlinkResult('ESRCH');
  if (!isDelete) return { ...DONE, stdout: printStates(ns, [found], options, false) };
  ns.xfrm!.states.remove(found);
  return DONE;
}

function findState(ns: Netns, id: IdWords, mark: XfrmMark): XfrmState | null {
  const { xfrm } = ns;
  if (xfrm === null) return null;
  xfrm.states.list(xfrm.nowSeconds);
  return xfrm.states.lookup((id.dst ?? NOBODY).address, id.spi ?? 0, id.proto ?? 0, markOf(mark));
}

/** `ip xfrm state flush [proto PROTO]` */
export function flushStates(ns: Netns, words: XfrmWords): AdminResult {
  let proto: number | null = null;
  while (!words.isAtEnd) {
    if (!words.accept('proto')) refuse(invalidArgument(words.peek(), 'unknown'));
    if (proto !== null) refuse(failure(255, 'Error: duplicate "proto": "proto" is the second value.'));
    proto = words.xfrmProto();
  }
  const states = ns.xfrm?.states;
  const isMeant = (state: XfrmState): boolean => proto === null || proto === 255 || state.id.proto === proto;
  for (const state of [...(states?.list(0) ?? [])]) if (isMeant(state)) states!.remove(state);
  return DONE;
}

/** Which states `ip xfrm state list | deleteall` means. */
interface StateFilter {
  id: IdWords;
  mode: string;
  reqid: number | null;
  flags: number;
  hidesKeys: boolean;
}

function readFilter(words: XfrmWords): StateFilter {
  const filter: StateFilter = {
    id: { src: null, dst: null, proto: null, spi: null },
    mode: '',
    reqid: null,
    flags: 0,
    hidesKeys: false,
  };
  let hasId = false;
  while (!words.isAtEnd) {
    if (words.accept('nokeys')) filter.hidesKeys = true;
    else if (words.accept('mode')) filter.mode = words.mode();
    else if (words.accept('reqid')) filter.reqid = words.u32('REQID value is invalid');
    else if (words.accept('flag')) filter.flags = words.flags(STATE_FLAGS, 'FLAG value is invalid');
    else {
      if (hasId) refuse(invalidArgument(words.peek(), 'unknown'));
      hasId = true;
      filter.id = words.id(true);
    }
  }
  return filter;
}

/** Twin of xfrm_state_filter_match: of an address as many bits count as were said. */
function passes(filter: StateFilter, state: XfrmState): boolean {
  const { id } = filter;
  const isIn = (prefix: Cidr | null, address: number): boolean =>
    prefix === null || prefix.prefixLen === 0 || (prefix.address ^ address) >>> (32 - prefix.prefixLen) === 0;
  return (
    isIn(id.src, state.id.src) &&
    isIn(id.dst, state.id.dst) &&
    (id.proto === null || id.proto === state.id.proto) &&
    (id.spi === null || id.spi === state.id.spi) &&
    (filter.mode === '' || filter.mode === 'transport') &&
    (filter.reqid === null || filter.reqid === state.reqid) &&
    (filter.flags === 0 || (filter.flags & state.flags) !== 0)
  );
}

/** `ip xfrm state list | deleteall` */
export function listOrDeleteStates(ns: Netns, words: XfrmWords, isDelete: boolean, options: ShowOptions): AdminResult {
  const filter = readFilter(words);
  const { xfrm } = ns;
  if (xfrm === null || options.family === 'inet6') return DONE;
  const found = xfrm.states.list(xfrm.nowSeconds).filter((state) => passes(filter, state));
  if (!isDelete) return { ...DONE, stdout: printStates(ns, found, options, filter.hidesKeys) };
  for (const state of found) xfrm.states.remove(state);
  return DONE;
}

/** `ip xfrm state count` */
export function countStates(ns: Netns, options: ShowOptions): AdminResult {
  const xfrm = ns.xfrm;
  const count = xfrm === null ? 0 : xfrm.states.list(xfrm.nowSeconds).length;
  const buckets = options.statistics > 0 ? ' (buckets count 8 Max 1048576)' : '';
  return { ...DONE, stdout: `\t SAD count ${count}${buckets}\n` };
}
