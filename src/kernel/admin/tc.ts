/**
 * `tc`: the verbs of `tc qdisc`, in the grammar and the words of iproute2 6.1 (tc/tc_qdisc.c). Showing is
 * `kernel/show/tc.ts`.
 */
import type { NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import { PARENT_ROOT } from '../qdisc/qdisc.ts';
import type { QdiscAnswer, QdiscOptions, QdiscRequest } from '../qdisc/sch-api.ts';
import { qdiscDelete, qdiscModify, SUPPORTED_QDISCS } from '../qdisc/sch-api.ts';
import type { AdminResult } from './result.ts';
import { DONE, failure, netlinkResult, noDevice, notSupported } from './result.ts';
import { applyNetemOptions, readNetemOptions } from './tc-netem.ts';
import { readTbfOptions } from './tc-tbf.ts';
import { parseClassId, parseHandle, parseTcSize } from './tc-values.ts';
import { isShortFor, refuseCommand, refuseOption, TcRefusal, TcWords } from './tc-words.ts';

export const QDISC_USAGE = `Usage: tc qdisc [ add | del | replace | change | show ] dev STRING
       [ handle QHANDLE ] [ root | ingress | clsact | parent CLASSID ]
       [ estimator INTERVAL TIME_CONSTANT ]
       [ stab [ help | STAB_OPTIONS] ]
       [ ingress_block BLOCK_INDEX ] [ egress_block BLOCK_INDEX ]
       [ [ QDISC_KIND ] [ help | OPTIONS ] ]

       tc qdisc { show | list } [ dev STRING ] [ QDISC_ID ] [ invisible ]
Where:
QDISC_KIND := { [p|b]fifo | tbf | prio | cbq | red | etc. }
OPTIONS := ... try tc qdisc add <desired QDISC_KIND> help
STAB_OPTIONS := ... try tc qdisc add stab help
QDISC_ID := { root | ingress | handle QHANDLE | parent CLASSID }`;

const FIFO_USAGE = 'Usage: ... <[p|b]fifo | pfifo_head_drop> [ limit NUMBER ]';

/** What iproute2 6.1 has a parser for, and Dockwire no discipline. */
const LACKING = new Set(
  (
    'atm cake cbq cbs choke clsact codel drr dsmark etf ets fq fq_codel fq_pie gred hfsc hhf htb ingress ' +
    'mq mqprio multiq pfifo_head_drop pie plug prio qfq red rr sfb sfq skbprio taprio teql'
  ).split(' '),
);

export type QdiscVerb = 'add' | 'change' | 'replace' | 'link' | 'delete';

/** In the order in which tc tries them. */
const VERBS: readonly QdiscVerb[] = ['add', 'change', 'replace', 'link', 'delete'];

/** The verb that `word` is or abbreviates, if it changes anything. */
export function qdiscVerb(word: string): QdiscVerb | undefined {
  return VERBS.find((verb) => isShortFor(word, verb));
}

/** What Dockwire has no discipline for, as it says so. */
export function lackingQdisc(kind: string): AdminResult | undefined {
  if (!LACKING.has(kind)) return undefined;
  return notSupported(`tc qdisc ${kind}`, SUPPORTED_QDISCS.join(', '));
}

/** `tc qdisc VERB ARGS` in a namespace. */
export function tcQdiscModify(ns: Netns, verb: QdiscVerb, args: readonly string[]): AdminResult {
  try {
    const { device, request } = readRequest(verb, new TcWords(args));
    if (device === '') return netlinkResult('ENODEV');
    const dev = ns.deviceByName(device);
    if (dev === null) return noDevice(device);
    return answered(verb, dev, request);
  } catch (stop) {
    if (stop instanceof TcRefusal) return stop.result;
    throw stop;
  }
}

function answered(verb: QdiscVerb, dev: NetDevice, request: QdiscRequest): AdminResult {
  const answer: QdiscAnswer = verb === 'delete' ? qdiscDelete(dev, request) : qdiscModify(dev, request);
  if (answer.message !== '') return failure(2, `Error: ${answer.message}`);
  return answer.errno === '' ? DONE : netlinkResult(answer.errno);
}

interface Draft {
  device: string;
  parent: number;
  handle: number;
  kind: string;
  options: QdiscOptions | null;
}

/** Twin of tc_qdisc_modify, up to the message. */
function readRequest(verb: QdiscVerb, words: TcWords): { device: string; request: QdiscRequest } {
  const draft: Draft = { device: '', parent: 0, handle: 0, kind: '', options: null };
  while (!words.isAtEnd && draft.kind === '') readWord(words, draft);
  if (draft.kind !== '') draft.options = readOptions(words, draft.kind);
  const request: QdiscRequest = {
    parent: draft.parent,
    handle: draft.handle,
    kind: draft.kind,
    options: draft.options,
    isCreate: verb === 'add' || verb === 'replace',
    isReplace: verb === 'replace' || verb === 'link',
    isExclusive: verb === 'add',
  };
  return { device: draft.device, request };
}

/** One word before the kind, with its value; what is none of them is the kind. */
function readWord(words: TcWords, draft: Draft): void {
  const word = words.next();
  if (word === 'dev') {
    const name = words.value();
    if (draft.device !== '') refuseDuplicate('dev', name);
    draft.device = name;
  } else if (word === 'handle') {
    if (draft.handle !== 0) refuseDuplicate('handle', word);
    const text = words.value();
    draft.handle = parseHandle(text) ?? refuseArgument('invalid qdisc ID', text);
  } else if (word === 'root') {
    if (draft.parent !== 0) refuseCommand('Error: "root" is duplicate parent ID');
    draft.parent = PARENT_ROOT;
  } else if (word === 'parent') {
    const text = words.value();
    if (draft.parent !== 0) refuseDuplicate('parent', text);
    draft.parent = parseClassId(text) ?? refuseArgument('invalid parent ID', text);
  } else if (word === 'ingress' || word === 'clsact') {
    throw new TcRefusal(lackingQdisc(word)!);
  } else if (word !== '' && (isShortFor(word, 'estimator') || isShortFor(word, 'stab'))) {
    throw new TcRefusal(notSupported(`tc qdisc … ${word}`, 'dev, handle, root, parent, and a kind'));
  } else if (word !== '' && isShortFor(word, 'help')) {
    refuseCommand(QDISC_USAGE);
  } else draft.kind = word;
}

function refuseDuplicate(key: string, value: string): never {
  return refuseCommand(`Error: duplicate "${key}": "${value}" is the second value.`);
}

function refuseArgument(why: string, text: string): never {
  return refuseCommand(`Error: argument "${text}" is wrong: ${why}`);
}

/** What stands behind the kind, by the parser of the kind. */
function readOptions(words: TcWords, kind: string): QdiscOptions | null {
  const lacking = lackingQdisc(kind);
  if (lacking !== undefined) throw new TcRefusal(lacking);
  switch (kind) {
    case 'netem': {
      const options = readNetemOptions(words, { isExact: false });
      return { kind, applyTo: (settings) => applyNetemOptions(settings, options) };
    }
    case 'tbf':
      return { kind, settings: readTbfOptions(words) };
    case 'pfifo':
    case 'bfifo':
      return readFifoOptions(words, kind);
    case 'pfifo_fast':
      if (!words.isAtEnd) refuseCommand(`qdisc '${kind}' does not support option parsing`);
      return null;
    default:
      if (!words.isAtEnd) {
        refuseOption(`Unknown qdisc "${kind}", hence option "${words.peek()}" is unparsable`);
      }
      return null;
  }
}

/** Twin of fifo_parse_opt. */
function readFifoOptions(words: TcWords, kind: string): QdiscOptions | null {
  let limit: number | null = null;
  while (!words.isAtEnd) {
    const word = words.next();
    if (word === 'limit') {
      const text = words.value();
      limit = parseTcSize(text) ?? refuseOption(`${kind}: Illegal value for "limit": "${text}"`);
    } else if (word === 'help') refuseOption(FIFO_USAGE);
    else refuseOption(`${kind}: unknown parameter "${word}"\n${FIFO_USAGE}`);
  }
  return limit === null ? null : { kind: 'fifo', limit };
}
