/**
 * The frame: what Linux calls an sk_buff. A small pooled object of integers that point into one slab of bytes.
 *
 *   base        head           l3        l4                 tail        base + capacity
 *    | headroom  | Ethernet     | IP      | UDP, ICMP … data  | tailroom  |
 *
 * All offsets count from the start of the slab, so `slab.view` with `frame.l3` reads the network header. Frames hold
 * offsets and never views, because the slab may be replaced by a larger one. Who receives a frame owns it: pass it
 * on, `deliver` it or `drop` it with a reason; never two of these, never none.
 */
import { assert, LimitError } from '../base/assert.ts';
import type { ByteViews } from '../base/bytes.ts';
import { makeByteViews } from '../base/bytes.ts';

/** Room before the network header of a fresh frame: Ethernet and one VXLAN encapsulation (50 bytes) fit. */
export const HEADROOM = 128;
/** The common slot: any frame up to an MTU of 1,500 with room to spare. */
export const SMALL_SLOT_BYTES = 2048;
/** lo's MTU of 65,536, reassembled datagrams and offload looks. */
export const LARGE_SLOT_BYTES = 66_560;

/** Highest number of slots of each class; more is a runaway scenario: the run ends with a LimitError. */
const SMALL_SLOT_LIMIT = 1 << 19;
const LARGE_SLOT_LIMIT = 1 << 13;
/** Of frames that nobody put together. */
const NO_SIZES: readonly number[] = [];

/** A frame that crosses more bridges and switches than this without being routed is in a layer-2 loop. */
export const BRIDGE_HOPS_MAX = 64;
/** From this many on, the ports that it crosses are noted: those of the loop. */
export const BRIDGE_HOPS_SUSPECT = 48;

export const PACKET_HOST = 0;
export const PACKET_BROADCAST = 1;
export const PACKET_MULTICAST = 2;
export const PACKET_OTHERHOST = 3;
/** Linux's pkt_type: for whom the frame is, by its destination MAC. */
export type PacketType =
  typeof PACKET_HOST | typeof PACKET_BROADCAST | typeof PACKET_MULTICAST | typeof PACKET_OTHERHOST;

/** What a frame carries beside its bytes: the device it is on. The kernel narrows it to its NetDevice. */
export interface FrameDevice {
  /** As captures name it: `node1/eth0`, `node1/c1/eth0`. */
  readonly fullName: string;
}

/** Counts the frames of one owner that are still under way, so that somebody can wait for the last of them. */
export interface FrameAccount {
  outstanding: number;
  /** No further frame will be charged. */
  isClosed: boolean;
  /** Called when the account is closed and its last frame has met its fate. */
  settled(): void;
}

/** Where the connections of frames are kept; counts who points at them. */
export interface FrameFlows {
  /** One more frame points at the entry. */
  hold(slot: number): void;
  /** A frame lets go of it. */
  put(slot: number): void;
}

/** Who wants to know when a frame that it sent is no longer in a queue of its host (Linux: skb->destructor). */
export interface FrameSender {
  /** It has left, or died; `trueBytes` is what it was charged with. */
  frameGone(trueBytes: number): void;
}

export class Frame {
  readonly slab: Slab;
  /** Position in the slab's table of frames. */
  readonly index: number;
  readonly base: number;
  readonly capacity: number;
  head: number;
  l3: number;
  l4: number;
  tail: number;
  packetType: PacketType;
  /** The device the frame arrived on or leaves by; owned by the kernel. */
  dev: FrameDevice | null;
  /** Same for every sight of the frame: the maker's source number and its own count (`epb_packetid`). */
  packetIdHi: number;
  packetIdLo: number;
  mark: number;
  /** The maker's IP_MTU_DISCOVER policy allows fragmenting although DF is set (Linux: skb->ignore_df). */
  ignoreDf: boolean;
  /** Largest fragment seen by reassembly; 0 when not reassembled (Linux: IPCB(skb)->frag_max_size). */
  fragMaxSize: number;
  /** The bytes that each fragment carried; means nothing while `fragMaxSize` is 0 (Linux: the skb's frag_list). */
  fragSizes: readonly number[];
  /** What the network layer found in the header's options; null for nearly all. */
  options: object | null;
  /** Bridges and switches crossed since the frame was made or last routed. */
  bridgeHops: number;
  /** The ports of the bridge that netfilter looks at it on (Linux: nf_bridge_info); kept while it is routed on. */
  physIn: FrameDevice | null;
  physOut: FrameDevice | null;
  /** The sender's MAC address, kept while a bridge asks for that of a new destination; -1 for none. */
  bridgedSourceHi: number;
  bridgedSourceLo: number;
  /**
   * Where the connection is kept that the frame belongs to; null while nobody has looked for one. It is `ctSlot` there,
   * and the frame stands to it as `ctinfo` says: both mean nothing without (Linux: skb->_nfct).
   */
  flows: FrameFlows | null;
  ctSlot: number;
  ctinfo: number;
  /** By which security associations it was decrypted (Linux: struct sec_path); null for nearly all. */
  secPath: object | null;
  /**
   * The transport's checksum was computed by its sender and the bytes have not been damaged since, so that nobody on
   * the way has to sum them again (Linux: CHECKSUM_UNNECESSARY).
   */
  hasGoodSum: boolean;
  /** What its sender's socket says all of its flow hash to; 0 for nothing (Linux: skb->hash with l4_hash). */
  hash: number;
  /** Its sender has heard from the other end: whoever leads there from here is alive (skb_dst_pending_confirm). */
  confirmsNeighbour: boolean;
  /** Whose books the frame stands in; null for nearly all frames. */
  account: FrameAccount | null;
  /** Who is told when it leaves the host, and what it costs there (skb->sk, skb->truesize); null for nearly all. */
  sender: FrameSender | null;
  senderBytes: number;
  /** Who stands behind it in the `FrameLine` that it waits in. */
  nextInLine: Frame | null;
  inUse: boolean;

  constructor(slab: Slab, index: number, base: number, capacity: number) {
    this.slab = slab;
    this.index = index;
    this.base = base;
    this.capacity = capacity;
    this.head = base;
    this.l3 = base;
    this.l4 = base;
    this.tail = base;
    this.packetType = PACKET_HOST;
    this.dev = null;
    this.packetIdHi = 0;
    this.packetIdLo = 0;
    this.mark = 0;
    this.ignoreDf = false;
    this.fragMaxSize = 0;
    this.fragSizes = NO_SIZES;
    this.options = null;
    this.bridgeHops = 0;
    this.physIn = null;
    this.physOut = null;
    this.bridgedSourceHi = -1;
    this.bridgedSourceLo = 0;
    this.flows = null;
    this.ctSlot = 0;
    this.ctinfo = 0;
    this.secPath = null;
    this.hasGoodSum = false;
    this.hash = 0;
    this.confirmsNeighbour = false;
    this.account = null;
    this.sender = null;
    this.senderBytes = 0;
    this.nextInLine = null;
    this.inUse = false;
  }

  /** Bytes from the Ethernet header to the end of the payload. */
  get length(): number {
    return this.tail - this.head;
  }
}

/**
 * All frames of one simulation and the bytes behind them. Frames are taken last in, first out, so the bytes of a busy
 * simulation stay in the cache. The slab doubles when it is empty; nobody may keep `bytes`, `view`, `times` or `keys`
 * across a call that could take a frame.
 */
export class Slab implements ByteViews {
  bytes: Uint8Array;
  view: DataView;
  u16: Uint16Array;
  u32: Uint32Array;
  /** By frame index: when the frame's wait in a line ends, and the key of that event. */
  times: Float64Array;
  keys: Float64Array;
  /** Frames taken and not yet given back. */
  inUse: number;
  /** Highest value of `inUse` so far. */
  inUseMax: number;
  private readonly frames: Frame[];
  private readonly freeSmall: Frame[];
  private readonly freeLarge: Frame[];
  private smallCount: number;
  private largeCount: number;
  private usedBytes: number;

  constructor(smallSlots = 256) {
    const views = makeByteViews(roundUpToPowerOfTwo(smallSlots * SMALL_SLOT_BYTES));
    this.bytes = views.bytes;
    this.view = views.view;
    this.u16 = views.u16;
    this.u32 = views.u32;
    this.times = new Float64Array(smallSlots);
    this.keys = new Float64Array(smallSlots);
    this.inUse = 0;
    this.inUseMax = 0;
    this.frames = [];
    this.freeSmall = [];
    this.freeLarge = [];
    this.smallCount = 0;
    this.largeCount = 0;
    this.usedBytes = 0;
    while (this.usedBytes + SMALL_SLOT_BYTES <= this.bytes.length) this.addSmallSlot();
  }

  /** Number of slots of either class: what a test of flat memory looks at. */
  get slotCount(): number {
    return this.frames.length;
  }

  /**
   * Takes a frame for `payloadBytes` bytes from the network header on. `l3` stands at the headroom, on a 4-byte
   * boundary; `head`, `l4` and `tail` stand there too until the writer moves them.
   */
  take(payloadBytes: number): Frame {
    const frame =
      payloadBytes + HEADROOM <= SMALL_SLOT_BYTES
        ? (this.freeSmall.pop() ?? this.growSmall())
        : (this.freeLarge.pop() ?? this.growLarge(payloadBytes));
    assert(!frame.inUse, 'a free frame is not in use');
    frame.inUse = true;
    const l3 = frame.base + HEADROOM;
    frame.head = l3;
    frame.l3 = l3;
    frame.l4 = l3;
    frame.tail = l3;
    frame.packetType = PACKET_HOST;
    frame.mark = 0;
    frame.ignoreDf = false;
    frame.fragMaxSize = 0;
    frame.options = null;
    frame.bridgeHops = 0;
    frame.physIn = null;
    frame.hasGoodSum = false;
    frame.hash = 0;
    frame.confirmsNeighbour = false;
    frame.bridgedSourceHi = -1;
    if (++this.inUse > this.inUseMax) this.inUseMax = this.inUse;
    return frame;
  }

  /** Gives a frame back. Only the accounting in `FrameStats` calls this: a frame has a fate before it is free. */
  release(frame: Frame): void {
    assert(frame.inUse, 'a frame is released once');
    frame.inUse = false;
    frame.dev = null;
    frame.secPath = null;
    if (frame.flows !== null) resetFlow(frame);
    if (frame.sender !== null) orphan(frame);
    this.inUse--;
    if (frame.capacity === SMALL_SLOT_BYTES) this.freeSmall.push(frame);
    else this.freeLarge.push(frame);
  }

  /** Copies bytes, offsets and marks of `from` into `to`, keeping the distance of `head` to the network header. */
  copyInto(from: Frame, to: Frame): void {
    const shift = to.base - from.base;
    assert(from.tail + shift <= to.base + to.capacity, 'a copy fits its slot');
    this.bytes.copyWithin(from.head + shift, from.head, from.tail);
    to.head = from.head + shift;
    to.l3 = from.l3 + shift;
    to.l4 = from.l4 + shift;
    to.tail = from.tail + shift;
    to.packetType = from.packetType;
    to.dev = from.dev;
    to.mark = from.mark;
    to.ignoreDf = from.ignoreDf;
    to.fragMaxSize = from.fragMaxSize;
    to.fragSizes = from.fragSizes;
    to.options = from.options;
    to.bridgeHops = from.bridgeHops;
    to.physIn = from.physIn;
    to.physOut = from.physOut;
    to.secPath = from.secPath;
    to.hasGoodSum = from.hasGoodSum;
    to.hash = from.hash;
    to.confirmsNeighbour = from.confirmsNeighbour;
    if (from.flows !== null) copyFlow(from, to);
  }

  private addSmallSlot(): void {
    this.freeSmall.push(this.addSlot(SMALL_SLOT_BYTES));
    this.smallCount++;
  }

  private addSlot(capacity: number): Frame {
    const index = this.frames.length;
    if (index >= this.times.length) this.growTimes();
    const frame = new Frame(this, index, this.usedBytes, capacity);
    this.frames.push(frame);
    this.usedBytes += capacity;
    return frame;
  }

  /** Slow path: doubles the number of small slots. */
  private growSmall(): Frame {
    const wanted = Math.max(this.smallCount, 64);
    if (this.smallCount + wanted > SMALL_SLOT_LIMIT) {
      throw new LimitError(`more than ${SMALL_SLOT_LIMIT} frames exist at one instant`);
    }
    this.reserve(wanted * SMALL_SLOT_BYTES);
    for (let i = 0; i < wanted; i++) this.addSmallSlot();
    return this.freeSmall.pop()!;
  }

  /** Slow path: doubles the number of large slots. */
  private growLarge(payloadBytes: number): Frame {
    assert(payloadBytes + HEADROOM <= LARGE_SLOT_BYTES, 'a frame holds at most 64 KiB and its headers');
    const wanted = Math.max(this.largeCount, 4);
    if (this.largeCount + wanted > LARGE_SLOT_LIMIT) {
      throw new LimitError(`more than ${LARGE_SLOT_LIMIT} frames over 1,920 bytes exist at one instant`);
    }
    this.reserve(wanted * LARGE_SLOT_BYTES);
    for (let i = 0; i < wanted; i++) this.freeLarge.push(this.addSlot(LARGE_SLOT_BYTES));
    this.largeCount += wanted;
    return this.freeLarge.pop()!;
  }

  /** Slow path. */
  private growTimes(): void {
    const { times, keys } = this;
    this.times = new Float64Array(times.length * 2);
    this.keys = new Float64Array(keys.length * 2);
    this.times.set(times);
    this.keys.set(keys);
  }

  private reserve(moreBytes: number): void {
    const needed = this.usedBytes + moreBytes;
    if (needed <= this.bytes.length) return;
    const views = makeByteViews(roundUpToPowerOfTwo(needed));
    views.bytes.set(this.bytes);
    this.bytes = views.bytes;
    this.view = views.view;
    this.u16 = views.u16;
    this.u32 = views.u32;
  }
}

/** Twin of skb_orphan: the frame has left its sender's host. */
export function orphan(frame: Frame): void {
  const { sender } = frame;
  if (sender === null) return;
  frame.sender = null;
  sender.frameGone(frame.senderBytes);
}

/** The frame belongs to no connection any more: it leaves the namespace (Linux: nf_reset_ct). */
export function resetFlow(frame: Frame): void {
  const { flows } = frame;
  if (flows === null) return;
  frame.flows = null;
  flows.put(frame.ctSlot);
}

/** Twin of nf_copy: `to` belongs to the connection of `from`, too. */
export function copyFlow(from: Frame, to: Frame): void {
  resetFlow(to);
  if (from.flows === null) return;
  to.flows = from.flows;
  to.ctSlot = from.ctSlot;
  to.ctinfo = from.ctinfo;
  to.flows.hold(to.ctSlot);
}

function roundUpToPowerOfTwo(bytes: number): number {
  let size = 1 << 16;
  while (size < bytes) size *= 2;
  return size;
}
