/**
 * The books of the contract: sent = delivered + Σ dropped + inFlight at every instant. Each frame is taken into use
 * and ends through this file, so nothing can vanish. One instance per node (host or switch), summed for the report.
 */
import type { Frame, FrameAccount, FrameDevice, Slab } from './frame.ts';
import { BRIDGE_HOPS_MAX, BRIDGE_HOPS_SUSPECT, HEADROOM } from './frame.ts';
import type { DropReason } from './drop.ts';
import { Drop, DROP_REASON_COUNT } from './drop.ts';
import type { TraceSink } from './trace-sink.ts';

export class FrameStats {
  readonly slab: Slab;
  /** Frame objects taken into use. */
  sent: number;
  delivered: number;
  /** Asked for but refused before a frame existed (EMSGSIZE, no route). */
  refused: number;
  /** Receptions by a device: NIC, switch port, bridge port, veth end, tunnel, lo. */
  hops: number;
  /** Frames that a queue in front of their own interface had no room for: a sender can tell (Linux: NET_XMIT_DROP). */
  queueRefusals: number;
  /** Indexed by DropReason. */
  readonly dropped: Float64Array;
  /** Told of each fate when somebody listens. */
  trace: TraceSink | null;
  /** The ports of a layer-2 loop, in the order in which a frame went round. */
  readonly loopPorts: string[];
  /** Called when a frame has gone round often enough. */
  loopFound: (() => void) | null;
  private readonly packetIdHi: number;
  private packetCount: number;

  /** `sourceIndex` is the node's place in the plan: packet ids do not depend on how the run is executed. */
  constructor(slab: Slab, sourceIndex: number) {
    this.slab = slab;
    this.sent = 0;
    this.delivered = 0;
    this.refused = 0;
    this.queueRefusals = 0;
    this.hops = 0;
    this.dropped = new Float64Array(DROP_REASON_COUNT);
    this.trace = null;
    this.loopPorts = [];
    this.loopFound = null;
    this.packetIdHi = sourceIndex << 8;
    this.packetCount = 0;
  }

  /** A fresh frame with room for `payloadBytes` from the network header on; counts as sent. */
  take(payloadBytes: number): Frame {
    const frame = this.slab.take(payloadBytes);
    this.sent++;
    const id = ++this.packetCount;
    frame.packetIdLo = id | 0;
    frame.packetIdHi = this.packetIdHi | ((id / 0x1_0000_0000) & 0xff);
    return frame;
  }

  /** A copy for a flood, a duplicate or a second receiver: counts as sent and keeps the original's packet id. */
  clone(frame: Frame): Frame {
    const copy = this.slab.take(frame.tail - frame.base - HEADROOM);
    this.sent++;
    copy.packetIdHi = frame.packetIdHi;
    copy.packetIdLo = frame.packetIdLo;
    this.slab.copyInto(frame, copy);
    if (frame.account !== null) this.charge(copy, frame.account);
    return copy;
  }

  /** The same frame in a slot with room for `bytes`; counts as nothing: the frame has only moved. Slow path. */
  enlarge(frame: Frame, bytes: number): Frame {
    if (frame.capacity >= bytes) return frame;
    const larger = this.slab.take(bytes - HEADROOM);
    larger.packetIdHi = frame.packetIdHi;
    larger.packetIdLo = frame.packetIdLo;
    this.slab.copyInto(frame, larger);
    larger.account = frame.account;
    frame.account = null;
    larger.sender = frame.sender;
    larger.senderBytes = frame.senderBytes;
    frame.sender = null;
    this.slab.release(frame);
    return larger;
  }

  /** The frame crosses one more bridge; false when it has gone round a loop, and then it is dropped. */
  crossBridge(frame: Frame, port: FrameDevice): boolean {
    if (++frame.bridgeHops < BRIDGE_HOPS_SUSPECT) return true;
    if (!this.loopPorts.includes(port.fullName)) this.loopPorts.push(port.fullName);
    if (frame.bridgeHops < BRIDGE_HOPS_MAX) return true;
    this.drop(frame, Drop.X_LAYER2_LOOP, port);
    if (this.loopFound !== null) this.loopFound();
    return false;
  }

  /** A socket or the kernel's own handler has consumed the frame. */
  deliver(frame: Frame): void {
    this.delivered++;
    if (this.trace !== null) this.trace.onDeliver(frame);
    if (frame.account !== null) this.settle(frame, frame.account);
    this.slab.release(frame);
  }

  /** The frame dies at `where` (null: at no device in particular). */
  drop(frame: Frame, reason: DropReason, where: FrameDevice | null): void {
    this.dropped[reason]!++;
    if (this.trace !== null) this.trace.onDrop(frame, reason, where);
    if (frame.account !== null) this.settle(frame, frame.account);
    this.slab.release(frame);
  }

  /** Enters a frame into an owner's books; its fate takes it out again. */
  charge(frame: Frame, account: FrameAccount): void {
    frame.account = account;
    account.outstanding++;
  }

  private settle(frame: Frame, account: FrameAccount): void {
    frame.account = null;
    if (--account.outstanding === 0 && account.isClosed) account.settled();
  }
}
