/**
 * What an administrator does to queueing disciplines: add, change, replace, delete, by the rules and in the words of
 * Linux's tc_modify_qdisc and tc_get_qdisc (net/sched/sch_api.c).
 */
import { assert } from '../../base/assert.ts';
import type { NetemSettings } from '../../link/netem-settings.ts';
import { NETEM_DEFAULTS } from '../../link/netem-settings.ts';
import { HEADER_LEN } from '../../wire/ethernet.ts';
import type { Errno } from '../errno.ts';
import type { NetDevice } from '../netdev.ts';
import { defaultLimit, Fifo, NoQueue } from './fifo.ts';
import { NetemQdisc } from './netem.ts';
import type { Qdisc, QdiscKind } from './qdisc.ts';
import { PARENT_ROOT } from './qdisc.ts';
import type { TbfSettings } from './tbf.ts';
import { Tbf } from './tbf.ts';
import { QdiscTree, qdiscShutdown } from './tree.ts';

/** What stands behind the kind of a discipline; null: nothing. */
export type QdiscOptions =
  | { readonly kind: 'netem'; readonly applyTo: (settings: NetemSettings) => NetemSettings }
  | { readonly kind: 'tbf'; readonly settings: TbfSettings }
  | { readonly kind: 'fifo'; readonly limit: number };

/** One message to the kernel (RTM_NEWQDISC, RTM_DELQDISC). */
export interface QdiscRequest {
  /** A class, PARENT_ROOT, or 0 where none was named. */
  readonly parent: number;
  /** Major and minor number; 0 where none was named. */
  readonly handle: number;
  /** '' where none was named. */
  readonly kind: string;
  readonly options: QdiscOptions | null;
  readonly isCreate: boolean;
  readonly isReplace: boolean;
  readonly isExclusive: boolean;
}

/** What the kernel answers: an error number with or without its own words. */
export interface QdiscAnswer {
  readonly errno: Errno;
  readonly message: string;
}

const OK: QdiscAnswer = { errno: '', message: '' };
/** The disciplines that there are. */
export const SUPPORTED_QDISCS: readonly QdiscKind[] = ['netem', 'tbf', 'pfifo', 'bfifo', 'pfifo_fast', 'noqueue'];

function refuse(errno: Errno, message: string): QdiscAnswer {
  return { errno, message };
}

const major = (handle: number): number => Math.floor(handle / 0x1_0000);

/** All disciplines of an interface that somebody has put there, from the root down. */
export function qdiscsOf(dev: NetDevice): readonly Qdisc[] {
  return dev.qdisc === null ? [] : dev.qdisc.all;
}

function lookup(dev: NetDevice, handle: number): Qdisc | null {
  return handle === 0 ? null : (qdiscsOf(dev).find((qdisc) => qdisc.handle === handle) ?? null);
}

/** Where a request points: the discipline that is there, and the one that it hangs on. */
interface Place {
  readonly there: Qdisc | null;
  readonly above: Qdisc | null;
}

function placeOf(dev: NetDevice, parent: number): Place | QdiscAnswer {
  if (parent === PARENT_ROOT) return { there: dev.qdisc?.root ?? null, above: null };
  const above = lookup(dev, major(parent));
  if (above === null) return refuse('ENOENT', 'Failed to find specified qdisc.');
  if (!above.isClassful) return refuse('EOPNOTSUPP', 'Parent qdisc is not classful.');
  return { there: above.child, above };
}

/** Twin of tc_modify_qdisc. */
export function qdiscModify(dev: NetDevice, request: QdiscRequest): QdiscAnswer {
  const handle = major(request.handle);
  if (request.parent === 0) {
    if (request.handle === 0) return refuse('EINVAL', 'Handle cannot be zero.');
    return change(lookup(dev, handle), request);
  }
  const place = placeOf(dev, request.parent);
  if ('errno' in place) return place;
  const { there } = place;
  if (there !== null && request.handle !== 0 && there.handle === handle) return change(there, request);
  if (request.handle !== 0) return graftByHandle(dev, place, request);
  if (there === null) return create(dev, place, request);
  const isOther = request.kind !== '' && request.kind !== there.kind;
  const mayCreate = request.isCreate && (request.isReplace || request.isExclusive);
  const isPlainChange = !request.isCreate && !request.isReplace && !request.isExclusive;
  if (isOther && (mayCreate || isPlainChange)) return make(dev, place, request);
  return change(there, request);
}

/** A handle was named that is not the one of what is there. */
function graftByHandle(dev: NetDevice, place: Place, request: QdiscRequest): QdiscAnswer {
  if (place.there !== null && !request.isReplace) return refuse('EEXIST', 'NLM_F_REPLACE needed to override.');
  if (request.handle % 0x1_0000 !== 0) return refuse('EINVAL', 'Invalid minor handle.');
  const other = lookup(dev, major(request.handle));
  if (other === null) return create(dev, place, request);
  if (request.isExclusive) return refuse('EEXIST', 'Exclusivity flag on, cannot override.');
  if (request.kind !== '' && request.kind !== other.kind) {
    return refuse('EINVAL', 'Invalid qdisc name: must match existing qdisc.');
  }
  return refuse('ELOOP', 'Qdisc parent/child loop detected.');
}

function change(qdisc: Qdisc | null, request: QdiscRequest): QdiscAnswer {
  if (qdisc === null) return refuse('ENOENT', 'Specified qdisc not found.');
  if (request.isExclusive) return refuse('EEXIST', 'Exclusivity flag on, cannot modify.');
  if (request.kind !== '' && request.kind !== qdisc.kind) {
    return refuse('EINVAL', 'Invalid qdisc name: must match existing qdisc.');
  }
  const { options } = request;
  if (options === null) return OK;
  if (options.kind === 'netem' && qdisc instanceof NetemQdisc) qdisc.change(options.applyTo(qdisc.settings));
  else if (options.kind === 'fifo' && qdisc instanceof Fifo) qdisc.limit = options.limit;
  else if (options.kind === 'tbf' && qdisc instanceof Tbf) {
    if (!isFit(options.settings)) return refuse('EINVAL', '');
    qdisc.change(options.settings);
  }
  qdisc.tree.run();
  return OK;
}

function create(dev: NetDevice, place: Place, request: QdiscRequest): QdiscAnswer {
  if (request.isCreate) return make(dev, place, request);
  return refuse('ENOENT', 'Qdisc not found. To create specify NLM_F_CREATE flag.');
}

function make(dev: NetDevice, place: Place, request: QdiscRequest): QdiscAnswer {
  const kind = SUPPORTED_QDISCS.find((name) => name === request.kind);
  if (kind === undefined) return refuse('ENOENT', 'Specified qdisc kind is unknown.');
  const handle = major(request.handle) || freeHandle(dev);
  if (request.options?.kind === 'tbf' && !isFit(request.options.settings)) return refuse('EINVAL', '');
  const tree = dev.qdisc ?? new QdiscTree(dev);
  const qdisc = newQdisc(tree, kind, handle, request);
  if (place.above === null) {
    tree.setRoot(qdisc);
    dev.qdisc = tree;
  } else place.above.graft(qdisc);
  return OK;
}

function freeHandle(dev: NetDevice): number {
  return dev.ns.machine.qdiscHandles.next((handle) => lookup(dev, handle) !== null);
}

/** tbf_change takes no peak that is not above the rate, and no empty bucket. */
function isFit({ rateBytesPerSecond, peakBytesPerSecond, mtuBytes, burstBytes }: TbfSettings): boolean {
  if (burstBytes === 0) return false;
  return peakBytesPerSecond === 0 || (peakBytesPerSecond > rateBytesPerSecond && mtuBytes > 0);
}

function newQdisc(tree: QdiscTree, kind: QdiscKind, handle: number, request: QdiscRequest): Qdisc {
  const { options, parent } = request;
  switch (kind) {
    case 'netem':
      assert(options?.kind === 'netem', 'tc gives netem its options');
      return new NetemQdisc(
        tree,
        handle,
        parent,
        tree.dev.ns.machine.qdiscHandles.nextRng(),
        options.applyTo(NETEM_DEFAULTS),
      );
    case 'tbf':
      assert(options?.kind === 'tbf', 'tc gives tbf its options');
      return new Tbf(tree, handle, parent, options.settings);
    case 'noqueue':
      return new NoQueue(tree, handle, parent);
    default: {
      const own = defaultLimit(kind, tree.dev.attributes.txQueueLen, tree.dev.mtu, HEADER_LEN);
      return new Fifo(tree, handle, parent, kind, options?.kind === 'fifo' ? options.limit : own);
    }
  }
}

/** Twin of tc_get_qdisc for RTM_DELQDISC. */
export function qdiscDelete(dev: NetDevice, request: QdiscRequest): QdiscAnswer {
  const handle = major(request.handle);
  if (request.parent === 0) {
    if (lookup(dev, handle) === null) return refuse('ENOENT', 'Failed to find qdisc with specified handle.');
    return refuse('EINVAL', 'Classid cannot be zero.');
  }
  const above = request.parent === PARENT_ROOT ? null : lookup(dev, major(request.parent));
  if (request.parent !== PARENT_ROOT && above === null) {
    return refuse('ENOENT', 'Failed to find qdisc with specified classid.');
  }
  const qdisc = above === null ? (dev.qdisc?.root ?? null) : above.child;
  if (request.handle !== 0 && (qdisc?.handle ?? 0) !== handle) return refuse('EINVAL', 'Invalid handle.');
  if (qdisc === null) return deleteOwn(above, request);
  if (request.kind !== '' && request.kind !== qdisc.kind) {
    return refuse('EINVAL', 'Invalid qdisc name: must match existing qdisc.');
  }
  if (above === null) qdiscShutdown(dev);
  else above.graft(null);
  return OK;
}

/** What the kernel put there itself cannot be deleted; netem has nothing of its own below it. */
function deleteOwn(above: Qdisc | null, request: QdiscRequest): QdiscAnswer {
  if (above?.kind === 'netem') return refuse('ENOENT', 'Cannot find specified qdisc on specified device.');
  if (request.kind !== '') return refuse('EINVAL', 'Invalid qdisc name: must match existing qdisc.');
  return refuse('ENOENT', 'Cannot delete qdisc with handle of zero.');
}
