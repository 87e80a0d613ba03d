/**
 * Reassembly of fragments at their destination (RFC 791 3.2, RFC 815; Linux: ip_defrag, net/ipv4/ip_fragment.c,
 * inet_fragment.c). An overlap kills the whole datagram, a repeated fragment only itself; what is not complete in time
 * is reported to the sender if its first fragment is here. Slow path.
 */
import type { Ip4 } from '../../base/addr.ts';
import { Drop } from '../../link/drop.ts';
import type { DropReason } from '../../link/drop.ts';
import type { Frame } from '../../link/frame.ts';
import { HEADROOM } from '../../link/frame.ts';
import { Timer } from '../../sim/timer.ts';
import * as ipv4 from '../../wire/ipv4.ts';
import type { NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import { trueSize } from '../truesize.ts';
import { DST_LOCAL, ipRouteInput } from './route.ts';

const DATAGRAM_BYTES_MAX = 65_535;
/** Fragments without a mark of ECN (RFC 3168) beside marked ones; and congestion, met by one of them. */
const ECN_NONE = 1 << 0;
const ECN_CONGESTED = 3;

/** For whom fragments are put together: each has queues of its own (enum ip_defrag_users). */
export const DEFRAG_LOCAL_DELIVER = 0;
export const DEFRAG_CONNTRACK_IN = 1;
export const DEFRAG_CONNTRACK_OUT = 2;
export const DEFRAG_CONNTRACK_BRIDGE_IN = 3;

interface Piece {
  readonly frame: Frame;
  /** Offset of the data in the datagram, and where it ends. */
  readonly start: number;
  readonly end: number;
}

/** Pieces that came one after the other in order; what lies within is a repetition (inet_frag_queue_insert). */
interface Run {
  readonly start: number;
  end: number;
}

interface FragQueue {
  readonly key: string;
  readonly user: number;
  readonly dev: NetDevice;
  /** In the order of their offsets. */
  pieces: Piece[];
  runs: Run[];
  /** Where the payload ends as far as known, and whether the last fragment has said so. */
  payloadBytes: number;
  hasLast: boolean;
  receivedBytes: number;
  /** The longest fragment, and the longest that had DF. */
  fragMaxSize: number;
  dfMaxSize: number;
  /** Bit n: a fragment had ECN n. */
  ecnSeen: number;
  /** How many fragments the sender's last one here was counted as. */
  lastCount: number;
  readonly timer: Timer;
}

const EMPTY_QUEUE = { payloadBytes: 0, hasLast: false, receivedBytes: 0, ecnSeen: 0 } as const;

/** Called when a datagram's time is up and its first fragment is here. */
export type ReassemblyTimeout = (ns: Netns, firstFragment: Frame) => void;

export class FragTable {
  timeExceeded: ReassemblyTimeout | null = null;
  private readonly queues = new Map<string, FragQueue>();
  private heldBytes = 0;
  /** Fragments that came from each sender since anything waits here. */
  private readonly fragmentsFrom = new Map<Ip4, number>();

  /** Frames that wait here: what a census of frames in flight counts. */
  get heldFrames(): number {
    let count = 0;
    for (const queue of this.queues.values()) count += queue.pieces.length;
    return count;
  }

  /** Takes one fragment; answers the whole datagram when it completes one, null otherwise. */
  defrag(ns: Netns, dev: NetDevice, frame: Frame, user = DEFRAG_LOCAL_DELIVER): Frame | null {
    ns.mib.ipReasmReqds++;
    const queue = this.queueFor(ns, dev, frame, user);
    if (queue === null) {
      ns.mib.ipReasmFails++;
      ns.machine.stats.drop(frame, Drop.NOT_SPECIFIED, dev);
      return null;
    }
    const reason = this.insert(ns, queue, frame);
    if (reason !== 0) {
      ns.machine.stats.drop(frame, reason, dev);
      return null;
    }
    return queue.hasLast && queue.receivedBytes === queue.payloadBytes ? this.join(ns, queue) : null;
  }

  /** The namespace goes away, and what waits with it. */
  dispose(ns: Netns): void {
    for (const queue of [...this.queues.values()]) this.discard(ns, queue, Drop.X_NO_CARRIER);
  }

  private queueFor(ns: Netns, dev: NetDevice, frame: Frame, user: number): FragQueue | null {
    const v = frame.slab.view;
    const l3 = frame.l3;
    const key = `${user} ${ipv4.src(v, l3)} ${ipv4.dst(v, l3)} ${ipv4.id(v, l3)} ${ipv4.protocol(v, l3)}`;
    const { ipfragHighThreshBytes } = ns.sysctls;
    if (ipfragHighThreshBytes === 0 || this.heldBytes > ipfragHighThreshBytes) return null;
    const found = this.queues.get(key);
    if (found !== undefined) return found;
    const machine = ns.machine;
    const timer = new Timer(machine.sched, machine.source, () => {
      this.expire(ns, queue);
    });
    const sizes = { fragMaxSize: 0, dfMaxSize: 0 };
    const queue: FragQueue = { key, user, dev, ...EMPTY_QUEUE, ...sizes, pieces: [], runs: [], lastCount: 0, timer };
    timer.arm(ns.sysctls.ipfragTimeNs);
    this.queues.set(key, queue);
    return queue;
  }

  /** Twin of ip_frag_queue: 0, or why the fragment dies. */
  private insert(ns: Netns, queue: FragQueue, frame: Frame): DropReason | 0 {
    const v = frame.slab.view;
    this.checkDistance(ns, queue, ipv4.src(v, frame.l3));
    const start = ipv4.fragmentOffset(v, frame.l3);
    const isLast = (ipv4.flagsFragment(v, frame.l3) & ipv4.MF) === 0;
    // What does not fill its last 8 bytes is cut, unless nothing is to follow.
    const end = isLast ? start + frame.tail - frame.l4 : (start + frame.tail - frame.l4) & ~7;
    const endIsWrong = (queue.hasLast && end > queue.payloadBytes) || (isLast && end < queue.payloadBytes);
    if (endIsWrong || end <= start) return this.kill(ns, queue);
    queue.payloadBytes = Math.max(queue.payloadBytes, end);
    queue.hasLast ||= isLast;
    const met = queue.runs.find((run) => start < run.end && run.start < end);
    if (met !== undefined) {
      const isWithin = met.start <= start && end <= met.end;
      if (isWithin) return Drop.DUP_FRAG;
      ns.mib.ipReasmOverlaps++;
      return this.kill(ns, queue);
    }
    frame.tail = frame.l4 + end - start;
    const last = queue.runs.at(-1);
    if (last?.end === start) last.end = end;
    else addRun(queue, start, end);
    const after = queue.pieces.findIndex((piece) => piece.start > start);
    queue.pieces.splice(after < 0 ? queue.pieces.length : after, 0, { frame, start, end });
    queue.receivedBytes += end - start;
    queue.ecnSeen |= 1 << (ipv4.tos(v, frame.l3) & 3);
    queue.fragMaxSize = Math.max(queue.fragMaxSize, frame.tail - frame.l3);
    if ((ipv4.flagsFragment(v, frame.l3) & ipv4.DF) !== 0) {
      queue.dfMaxSize = Math.max(queue.dfMaxSize, frame.tail - frame.l3);
    }
    this.heldBytes += trueSize(frame);
    return 0;
  }

  /** Twin of ip_frag_too_far and ip_frag_reinit: so much later, the same number means another datagram. */
  private checkDistance(ns: Netns, queue: FragQueue, src: Ip4): void {
    const count = (this.fragmentsFrom.get(src) ?? 0) + 1;
    this.fragmentsFrom.set(src, count);
    const distance = count - queue.lastCount;
    queue.lastCount = count;
    const { ipfragMaxDist } = ns.sysctls;
    if (ipfragMaxDist === 0 || queue.pieces.length === 0 || distance <= ipfragMaxDist) return;
    ns.mib.ipReasmFails++;
    for (const piece of queue.pieces) {
      this.heldBytes -= trueSize(piece.frame);
      ns.machine.stats.drop(piece.frame, Drop.FRAG_TOO_FAR, queue.dev);
    }
    Object.assign(queue, EMPTY_QUEUE, { pieces: [], runs: [] });
    queue.timer.arm(ns.sysctls.ipfragTimeNs);
  }

  /** The datagram cannot be whole any more: all of it dies. Answers what the present fragment dies of. */
  private kill(ns: Netns, queue: FragQueue): DropReason {
    ns.mib.ipReasmFails++;
    this.discard(ns, queue, Drop.X_FRAG_DISCARDED);
    return Drop.NOT_SPECIFIED;
  }

  /** Twin of ip_frag_reasm: the first fragment's frame, moved to a larger slot, takes the data of the others. */
  private join(ns: Netns, queue: FragQueue): Frame | null {
    const stats = ns.machine.stats;
    const pieces = queue.pieces;
    this.forget(queue);
    const first = pieces[0]!.frame;
    const headerLen = first.l4 - first.l3;
    const ecnIsMixed = (queue.ecnSeen & ECN_NONE) !== 0 && queue.ecnSeen !== ECN_NONE;
    if (ecnIsMixed || headerLen + queue.payloadBytes > DATAGRAM_BYTES_MAX) {
      ns.mib.ipReasmFails++;
      for (const piece of pieces) stats.drop(piece.frame, Drop.X_FRAG_DISCARDED, queue.dev);
      return null;
    }
    const whole = stats.enlarge(first, headerLen + queue.payloadBytes + HEADROOM);
    const bytes = whole.slab.bytes;
    for (let i = 1; i < pieces.length; i++) {
      const { frame, start } = pieces[i]!;
      bytes.copyWithin(whole.l4 + start, frame.l4, frame.tail);
      stats.deliver(frame);
    }
    whole.tail = whole.l4 + queue.payloadBytes;
    const v = whole.slab.view;
    ipv4.setTotalLen(v, whole.l3, whole.tail - whole.l3);
    // DF holds where the longest piece had it; the pieces of what goes on have it, too.
    ipv4.setFlagsFragment(v, whole.l3, queue.dfMaxSize === queue.fragMaxSize ? ipv4.DF : 0);
    if (queue.ecnSeen >>> ECN_CONGESTED !== 0) ipv4.setTos(v, whole.l3, ipv4.tos(v, whole.l3) | ECN_CONGESTED);
    ipv4.updateHeaderChecksum(whole.slab, whole.l3);
    whole.fragMaxSize = queue.fragMaxSize;
    whole.fragSizes = pieces.map(({ start, end }) => end - start);
    ns.mib.ipReasmOks++;
    return whole;
  }

  /** Twin of ip_expire. */
  private expire(ns: Netns, queue: FragQueue): void {
    ns.mib.ipReasmTimeout++;
    ns.mib.ipReasmFails++;
    const first = queue.pieces[0];
    if (first?.start === 0 && this.timeExceeded !== null && isEndHost(ns, queue.user, first.frame)) {
      this.timeExceeded(ns, first.frame);
    }
    this.discard(ns, queue, Drop.FRAG_REASM_TIMEOUT);
  }

  private discard(ns: Netns, queue: FragQueue, reason: DropReason): void {
    this.forget(queue);
    for (const piece of queue.pieces) ns.machine.stats.drop(piece.frame, reason, queue.dev);
  }

  private forget(queue: FragQueue): void {
    this.queues.delete(queue.key);
    if (this.queues.size === 0) this.fragmentsFrom.clear();
    queue.timer.dispose();
    for (const piece of queue.pieces) this.heldBytes -= trueSize(piece.frame);
  }
}

/** Who only puts together what goes on says nothing when it cannot (frag_expire_skip_icmp). */
function isEndHost(ns: Netns, user: number, first: Frame): boolean {
  if (user === DEFRAG_LOCAL_DELIVER) return true;
  if (user === DEFRAG_CONNTRACK_OUT) return false;
  return ipRouteInput(ns, ipv4.dst(first.slab.view, first.l3)).type === DST_LOCAL;
}

function addRun(queue: FragQueue, start: number, end: number): void {
  const after = queue.runs.findIndex((run) => run.start > start);
  queue.runs.splice(after < 0 ? queue.runs.length : after, 0, { start, end });
}
