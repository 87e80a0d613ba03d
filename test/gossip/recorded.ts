/** Gossip out of captures: the payloads of datagrams on port 7946, and what each side of each connection has sent. */
const GOSSIP_PORT = 7946;
const IPV4 = 0x0800;
const UDP = 17;
const TCP = 6;
const SYN = 0x02;
const ETHERNET_BYTES = 14;

export interface RecordedGossip {
  readonly datagrams: Uint8Array[];
  readonly streams: Uint8Array[];
}

/** One direction of a connection: segments by their distance from the first byte. */
interface Direction {
  readonly firstSeq: number;
  readonly segments: Map<number, Uint8Array>;
}

/** Reads whole frames of a capture on Ethernet. */
export function gossipOf(frames: readonly Uint8Array[]): RecordedGossip {
  const datagrams: Uint8Array[] = [];
  const directions = new Map<string, Direction>();
  for (const frame of frames) {
    const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
    if (frame.length < 34 || view.getUint16(12) !== IPV4) continue;
    const l4 = ETHERNET_BYTES + 4 * (frame[14]! & 0x0f);
    const end = ETHERNET_BYTES + view.getUint16(16);
    if (frame[23] === UDP && view.getUint16(l4 + 2) === GOSSIP_PORT) datagrams.push(frame.slice(l4 + 8, end));
    if (frame[23] === TCP) addSegment(directions, frame, l4, end);
  }
  return { datagrams, streams: [...directions.values()].map(joined).filter(({ length }) => length > 0) };
}

function addSegment(directions: Map<string, Direction>, frame: Uint8Array, l4: number, end: number): void {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  const ports = [view.getUint16(l4), view.getUint16(l4 + 2)];
  if (!ports.includes(GOSSIP_PORT)) return;
  const name = `${view.getUint32(26)} ${view.getUint32(30)} ${ports.join(' ')}`;
  const seq = view.getUint32(l4 + 4);
  if ((frame[l4 + 13]! & SYN) !== 0) directions.set(name, { firstSeq: (seq + 1) >>> 0, segments: new Map() });
  const direction = directions.get(name);
  const start = l4 + 4 * (frame[l4 + 12]! >> 4);
  if (direction === undefined || start === end) return;
  direction.segments.set((seq - direction.firstSeq) >>> 0, frame.slice(start, end));
}

function joined(direction: Direction): Uint8Array {
  const bytes: number[] = [];
  for (const [at, segment] of [...direction.segments].sort(([a], [b]) => a - b)) {
    if (at <= bytes.length) bytes.push(...segment.subarray(bytes.length - at));
  }
  return Uint8Array.from(bytes);
}
