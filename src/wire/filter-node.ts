/**
 * The compiled form of a filter: a tree of small objects that look at one frame. Nothing here allocates.
 *
 * As in BPF, a test that needs bytes the frame does not have ends the whole filter without a match, even under `not`:
 * the read answers 0 and marks the frame as too short.
 */
import * as ethernet from './ethernet.ts';
import * as ipv4 from './ipv4.ts';
import * as vxlan from './vxlan.ts';

/** The frame being looked at; one object per filter, pointed anew at each frame. */
export class FrameBytes {
  start: number;
  end: number;
  private v: DataView;
  private refused: boolean;

  constructor() {
    this.v = new DataView(new ArrayBuffer(0));
    this.start = 0;
    this.end = 0;
    this.refused = false;
  }

  point(v: DataView, o: number, end: number): void {
    this.v = v;
    this.start = o;
    this.end = end;
    this.refused = false;
  }

  /** A test wanted bytes that are not there: the filter as a whole does not match. */
  isRefused(): boolean {
    return this.refused;
  }

  refuse(): void {
    this.refused = true;
  }

  u8(o: number): number {
    return this.has(o, 1) ? this.v.getUint8(o) : 0;
  }

  u16(o: number): number {
    return this.has(o, 2) ? this.v.getUint16(o) : 0;
  }

  i32(o: number): number {
    return this.has(o, 4) ? this.v.getInt32(o) : 0;
  }

  private has(o: number, count: number): boolean {
    if (o >= this.start && o + count <= this.end) return true;
    this.refused = true;
    return false;
  }
}

/** One test, or several joined. */
export interface FilterNode {
  matches(frame: FrameBytes): boolean;
}

export class And implements FilterNode {
  private readonly left: FilterNode;
  private readonly right: FilterNode;
  constructor(left: FilterNode, right: FilterNode) {
    this.left = left;
    this.right = right;
  }
  matches(frame: FrameBytes): boolean {
    return this.left.matches(frame) && this.right.matches(frame);
  }
}

export class Or implements FilterNode {
  private readonly left: FilterNode;
  private readonly right: FilterNode;
  constructor(left: FilterNode, right: FilterNode) {
    this.left = left;
    this.right = right;
  }
  matches(frame: FrameBytes): boolean {
    return this.left.matches(frame) || (!frame.isRefused() && this.right.matches(frame));
  }
}

export class Not implements FilterNode {
  private readonly inner: FilterNode;
  constructor(inner: FilterNode) {
    this.inner = inner;
  }
  matches(frame: FrameBytes): boolean {
    return !this.inner.matches(frame);
  }
}

/** Which of two addresses or ports a test looks at. */
export type Direction = 'src' | 'dst' | 'or' | 'and';

/**
 * Where the tests of a part of the filter look: the frame itself or the one in its VXLAN tunnel, behind so many VLAN
 * tags. `vlan` and `vxlan` move all tests to their right, as pcap-filter(7) says of `vlan`.
 */
export class Layer {
  private readonly tunnelIn: Layer | null;
  private readonly tagBytes: number;

  constructor(tunnelIn: Layer | null, tagBytes: number) {
    this.tunnelIn = tunnelIn;
    this.tagBytes = tagBytes;
  }

  /** The layer behind one more VLAN tag. */
  behindTag(): Layer {
    return new Layer(this.tunnelIn, this.tagBytes + 4);
  }

  /** Offset of the Ethernet header, or -1 when the frame has no such tunnel. */
  link(frame: FrameBytes): number {
    return this.tunnelIn === null ? frame.start : tunnelPayload(this.tunnelIn, frame);
  }

  /** Offset of the payload if its type is `type`, or -1. */
  payloadOf(frame: FrameBytes, type: number): number {
    const link = this.link(frame);
    if (link < 0) return -1;
    const payload = link + ethernet.HEADER_LEN + this.tagBytes;
    return frame.u16(payload - 2) === type && !frame.isRefused() ? payload : -1;
  }

  /** Offset of the UDP, TCP … header of an unfragmented datagram or a first fragment of `protocol`, or -1. */
  transportOf(frame: FrameBytes, protocol: number): number {
    const packet = this.payloadOf(frame, ethernet.ETHERTYPE_IPV4);
    if (packet < 0 || frame.u8(packet + 9) !== protocol) return -1;
    if ((frame.u16(packet + 6) & ipv4.OFFSET_MASK) !== 0 || frame.isRefused()) return -1;
    const transport = packet + ((frame.u8(packet) & 0xf) << 2);
    return frame.isRefused() ? -1 : transport;
  }
}

/** Offset of the frame inside a VXLAN datagram, or -1. */
function tunnelPayload(outer: Layer, frame: FrameBytes): number {
  const transport = outer.transportOf(frame, ipv4.PROTO_UDP);
  if (transport < 0) return -1;
  const port = frame.u16(transport + 2);
  if (port !== vxlan.PORT && port !== vxlan.LINUX_DEFAULT_PORT) return -1;
  if ((frame.u8(transport + 8) & vxlan.FLAG_VNI) === 0) return -1;
  return transport + 8 + vxlan.HEADER_LEN;
}

/** `ether proto`, `ip`, `arp`: the type of the frame. */
export class TypeIs implements FilterNode {
  private readonly layer: Layer;
  private readonly type: number;
  constructor(layer: Layer, type: number) {
    this.layer = layer;
    this.type = type;
  }
  matches(frame: FrameBytes): boolean {
    return this.layer.payloadOf(frame, this.type) >= 0;
  }
}

/** `ip proto`, `tcp`, `icmp`: the protocol of an IPv4 datagram, fragments included. */
export class ProtocolIs implements FilterNode {
  private readonly layer: Layer;
  private readonly protocol: number;
  constructor(layer: Layer, protocol: number) {
    this.layer = layer;
    this.protocol = protocol;
  }
  matches(frame: FrameBytes): boolean {
    const packet = this.layer.payloadOf(frame, ethernet.ETHERTYPE_IPV4);
    return packet >= 0 && frame.u8(packet + 9) === this.protocol;
  }
}

/** What `tcp[…]` and its like ask first: the header is there at all. */
export class TransportIs implements FilterNode {
  private readonly layer: Layer;
  private readonly protocol: number;
  constructor(layer: Layer, protocol: number) {
    this.layer = layer;
    this.protocol = protocol;
  }
  matches(frame: FrameBytes): boolean {
    return this.layer.transportOf(frame, this.protocol) >= 0;
  }
}

/** What `ether[…]` asks first inside a tunnel: the frame has that tunnel. */
export class LayerIs implements FilterNode {
  private readonly layer: Layer;
  constructor(layer: Layer) {
    this.layer = layer;
  }
  matches(frame: FrameBytes): boolean {
    return this.layer.link(frame) >= 0;
  }
}

/** `ether src`, `ether dst`, `broadcast`: one address of the Ethernet header. */
export class MacIs implements FilterNode {
  private readonly layer: Layer;
  private readonly offset: number;
  private readonly hi: number;
  private readonly lo: number;
  constructor(layer: Layer, isSrc: boolean, hi: number, lo: number) {
    this.layer = layer;
    this.offset = isSrc ? 6 : 0;
    this.hi = hi;
    this.lo = lo;
  }
  matches(frame: FrameBytes): boolean {
    const link = this.layer.link(frame);
    if (link < 0) return false;
    const at = link + this.offset;
    return frame.i32(at + 2) === this.lo && frame.u16(at) === this.hi;
  }
}

/** `multicast`: the group bit of the destination. */
export class MacIsGroup implements FilterNode {
  private readonly layer: Layer;
  constructor(layer: Layer) {
    this.layer = layer;
  }
  matches(frame: FrameBytes): boolean {
    const link = this.layer.link(frame);
    return link >= 0 && (frame.u8(link) & 1) !== 0;
  }
}

/** `host` and `net`: an address at a fixed offset of the payload of one type of frame. */
export class AddressIn implements FilterNode {
  private readonly layer: Layer;
  private readonly type: number;
  private readonly offset: number;
  private readonly net: number;
  private readonly mask: number;
  constructor(layer: Layer, type: number, offset: number, net: number, mask: number) {
    this.layer = layer;
    this.type = type;
    this.offset = offset;
    this.net = net;
    this.mask = mask;
  }
  matches(frame: FrameBytes): boolean {
    const packet = this.layer.payloadOf(frame, this.type);
    return packet >= 0 && (frame.i32(packet + this.offset) & this.mask) === this.net;
  }
}

/** `ip multicast`: the destination's first byte, as libpcap asks: 224 and above. */
export class DestinationIsGroup implements FilterNode {
  private readonly layer: Layer;
  constructor(layer: Layer) {
    this.layer = layer;
  }
  matches(frame: FrameBytes): boolean {
    const packet = this.layer.payloadOf(frame, ethernet.ETHERTYPE_IPV4);
    return packet >= 0 && frame.u8(packet + 16) >= 224;
  }
}

/**
 * `port` and `portrange`: both ends included; only where the ports are, in unfragmented datagrams and first fragments.
 */
export class PortIn implements FilterNode {
  private readonly layer: Layer;
  private readonly protocol: number;
  private readonly low: number;
  private readonly high: number;
  private readonly direction: Direction;
  constructor(layer: Layer, protocol: number, low: number, high: number, direction: Direction) {
    this.layer = layer;
    this.protocol = protocol;
    this.low = low;
    this.high = high;
    this.direction = direction;
  }
  matches(frame: FrameBytes): boolean {
    const transport = this.layer.transportOf(frame, this.protocol);
    if (transport < 0) return false;
    switch (this.direction) {
      case 'src':
        return this.isIn(frame, transport);
      case 'dst':
        return this.isIn(frame, transport + 2);
      case 'or':
        return this.isIn(frame, transport) || this.isIn(frame, transport + 2);
      case 'and':
        return this.isIn(frame, transport) && this.isIn(frame, transport + 2);
    }
  }
  private isIn(frame: FrameBytes, o: number): boolean {
    const port = frame.u16(o);
    return port >= this.low && port <= this.high;
  }
}

/** `vlan`: a tag is the next thing in the frame; with an identifier, that one. */
export class VlanIs implements FilterNode {
  private readonly layer: Layer;
  private readonly id: number | null;
  constructor(layer: Layer, id: number | null) {
    this.layer = layer;
    this.id = id;
  }
  matches(frame: FrameBytes): boolean {
    let tag = this.layer.payloadOf(frame, ethernet.ETHERTYPE_VLAN);
    if (tag < 0) tag = this.layer.payloadOf(frame, 0x88a8);
    if (tag < 0) tag = this.layer.payloadOf(frame, 0x9100);
    return tag >= 0 && (this.id === null || (frame.u16(tag) & 0xfff) === this.id);
  }
}

/** `vxlan`: a VXLAN datagram; with an identifier, that network. */
export class VxlanIs implements FilterNode {
  private readonly layer: Layer;
  private readonly vni: number | null;
  constructor(layer: Layer, vni: number | null) {
    this.layer = layer;
    this.vni = vni;
  }
  matches(frame: FrameBytes): boolean {
    const inner = tunnelPayload(this.layer, frame);
    return inner >= 0 && (this.vni === null || frame.i32(inner - 4) >>> 8 === this.vni);
  }
}

/** `less` and `greater`: the frame's length, both limits included. */
export class LengthIn implements FilterNode {
  private readonly low: number;
  private readonly high: number;
  constructor(low: number, high: number) {
    this.low = low;
    this.high = high;
  }
  matches(frame: FrameBytes): boolean {
    const length = frame.end - frame.start;
    return length >= this.low && length <= this.high;
  }
}

/** The empty filter. */
export class Everything implements FilterNode {
  matches(): boolean {
    return true;
  }
}
