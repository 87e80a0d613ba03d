/**
 * Reassembly of fragments at their destination (RFC 791 3.2, RFC 815; Linux: ip_defrag, net/ipv4/ip_fragment.c). An
 * overlap kills the whole datagram, a repeated fragment only itself; what is not complete in time is reported to the
 * sender if its first fragment is here. Slow path.
 */
import { Drop } from '../../link/drop.ts';
import type { DropReason } from '../../link/drop.ts';
import type { Frame } from '../../link/frame.ts';
import { HEADROOM } from '../../link/frame.ts';
import { Timer } from '../../sim/timer.ts';
import * as ipv4 from '../../wire/ipv4.ts';
import type { NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';

const DATAGRAM_BYTES_MAX = 65_535;

interface Piece {
  readonly frame: Frame;
  /** Offset of the data in the datagram, and where it ends. */
  readonly start: number;
  readonly end: number;
}

interface FragQueue {
  readonly key: string;
  readonly dev: NetDevice;
  /** In the order of their offsets. */
  readonly pieces: Piece[];
  /** Length of the datagram's payload; -1 until the last fragment is here. */
  payloadBytes: number;
  receivedBytes: number;
  fragMaxSize: number;
  readonly timer: Timer;
}

/** Called when a datagram's time is up and its first fragment is here. */
export type ReassemblyTimeout = (ns: Netns, firstFragment: Frame) => void;

export class FragTable {
  timeExceeded: ReassemblyTimeout | null = null;
  private readonly queues = new Map<string, FragQueue>();
  private heldBytes = 0;

  /** Frames that wait here: what a census of frames in flight counts. */
  get heldFrames(): number {
    let count = 0;
    for (const queue of this.queues.values()) count += queue.pieces.length;
    return count;
  }

  /** Takes one fragment; answers the whole datagram when it completes one, null otherwise. */
  defrag(ns: Netns, dev: NetDevice, frame: Frame): Frame | null {
    ns.mib.ipReasmReqds++;
    const queue = this.queueFor(ns, dev, frame);
    const reason = queue === null ? Drop.NOMEM : this.insert(ns, queue, frame);
    if (reason !== 0) {
      ns.mib.ipReasmFails++;
      ns.machine.stats.drop(frame, reason, dev);
      return null;
    }
    if (queue === null || queue.payloadBytes < 0 || queue.receivedBytes < queue.payloadBytes) return null;
    return this.join(ns, queue);
  }

  private queueFor(ns: Netns, dev: NetDevice, frame: Frame): FragQueue | null {
    const v = frame.slab.view;
    const l3 = frame.l3;
    const key = `${ipv4.src(v, l3)} ${ipv4.dst(v, l3)} ${ipv4.id(v, l3)} ${ipv4.protocol(v, l3)}`;
    const found = this.queues.get(key);
    if (found !== undefined) return found;
    if (this.heldBytes > ns.sysctls.ipfragHighThreshBytes) return null;
    const machine = ns.machine;
    const timer = new Timer(machine.sched, machine.source, () => {
      this.expire(ns, queue);
    });
    const queue: FragQueue = { key, dev, pieces: [], payloadBytes: -1, receivedBytes: 0, fragMaxSize: 0, timer };
    timer.arm(ns.sysctls.ipfragTimeNs);
    this.queues.set(key, queue);
    return queue;
  }

  /** Twin of ip_frag_queue: 0, or why the fragment dies. */
  private insert(ns: Netns, queue: FragQueue, frame: Frame): DropReason | 0 {
    const v = frame.slab.view;
    const start = ipv4.fragmentOffset(v, frame.l3);
    const end = start + frame.tail - frame.l4;
    const isLast = (ipv4.flagsFragment(v, frame.l3) & ipv4.MF) === 0;
    if (end > DATAGRAM_BYTES_MAX || (!isLast && ((end - start) & 7) !== 0)) return Drop.IP_INHDR;
    const endIsWrong = isLast
      ? queue.pieces.some((piece) => piece.end > end) || (queue.payloadBytes >= 0 && queue.payloadBytes !== end)
      : queue.payloadBytes >= 0 && end > queue.payloadBytes;
    if (endIsWrong || end === start) return Drop.IP_INHDR;
    if (queue.pieces.some((piece) => piece.start <= start && end <= piece.end)) return Drop.DUP_FRAG;
    if (queue.pieces.some((piece) => start < piece.end && piece.start < end)) {
      this.discard(ns, queue, Drop.DUP_FRAG);
      return Drop.DUP_FRAG;
    }
    if (isLast) queue.payloadBytes = end;
    const after = queue.pieces.findIndex((piece) => piece.start > start);
    queue.pieces.splice(after < 0 ? queue.pieces.length : after, 0, { frame, start, end });
    queue.receivedBytes += end - start;
    queue.fragMaxSize = Math.max(queue.fragMaxSize, frame.tail - frame.l3);
    this.heldBytes += frame.capacity;
    return 0;
  }

  /** Twin of ip_frag_reasm: the first fragment's frame, moved to a larger slot, takes the data of the others. */
  private join(ns: Netns, queue: FragQueue): Frame | null {
    const stats = ns.machine.stats;
    const pieces = queue.pieces;
    this.forget(queue);
    const first = pieces[0]!.frame;
    const headerLen = first.l4 - first.l3;
    if (headerLen + queue.payloadBytes > DATAGRAM_BYTES_MAX) {
      ns.mib.ipReasmFails++;
      for (const piece of pieces) stats.drop(piece.frame, Drop.PKT_TOO_BIG, queue.dev);
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
    ipv4.setFlagsFragment(v, whole.l3, ipv4.flagsFragment(v, whole.l3) & ipv4.DF);
    ipv4.updateHeaderChecksum(whole.slab, whole.l3);
    whole.fragMaxSize = queue.fragMaxSize;
    ns.mib.ipReasmOks++;
    return whole;
  }

  /** Twin of ip_expire. */
  private expire(ns: Netns, queue: FragQueue): void {
    ns.mib.ipReasmTimeout++;
    ns.mib.ipReasmFails++;
    const first = queue.pieces[0];
    if (first?.start === 0 && this.timeExceeded !== null) this.timeExceeded(ns, first.frame);
    this.discard(ns, queue, Drop.FRAG_REASM_TIMEOUT);
  }

  private discard(ns: Netns, queue: FragQueue, reason: DropReason): void {
    this.forget(queue);
    for (const piece of queue.pieces) ns.machine.stats.drop(piece.frame, reason, queue.dev);
  }

  private forget(queue: FragQueue): void {
    this.queues.delete(queue.key);
    queue.timer.dispose();
    for (const piece of queue.pieces) this.heldBytes -= piece.frame.capacity;
  }
}
