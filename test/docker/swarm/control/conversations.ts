/** TCP conversations of a capture, with the TLS records in them: what can be compared of runs that nobody can read. */
import { readCapture } from '../../../../src/pcap-writer/index.ts';

const ETHERNET_BYTES = 14;
const PROTO_TCP = 6;
const RECORD_HEADER_BYTES = 5;

export interface SeenRecord {
  readonly isFromClient: boolean;
  readonly type: number;
  readonly length: number;
}

export interface Conversation {
  /** The client's address and port. */
  readonly client: string;
  readonly startNs: bigint;
  packets: number;
  /** Of frames. */
  bytes: number;
  readonly records: SeenRecord[];
}

interface Side {
  held: number[];
}

/** Those with a server on `port`, in the order in which they began. */
export function conversationsOn(port: number, capture: Uint8Array): Conversation[] {
  const found = new Map<string, { seen: Conversation; sides: readonly [Side, Side] }>();
  for (const { data, originalLength, timeNs } of readCapture(capture).packets) {
    if (data[12] !== 8 || data[13] !== 0 || data[ETHERNET_BYTES + 9] !== PROTO_TCP) continue;
    const l4 = ETHERNET_BYTES + (data[ETHERNET_BYTES]! & 15) * 4;
    const word = (at: number): number => (data[at]! << 8) | data[at + 1]!;
    const isFromClient = word(l4 + 2) === port;
    if (!isFromClient && word(l4) !== port) continue;
    const addressAt = ETHERNET_BYTES + (isFromClient ? 12 : 16);
    const client = `${data.subarray(addressAt, addressAt + 4).join('.')}:${word(l4 + (isFromClient ? 0 : 2))}`;
    let entry = found.get(client);
    if (entry === undefined) {
      const seen = { client, startNs: timeNs, packets: 0, bytes: 0, records: [] };
      entry = { seen, sides: [{ held: [] }, { held: [] }] };
      found.set(client, entry);
    }
    entry.seen.packets++;
    entry.seen.bytes += originalLength;
    const payload = data.subarray(l4 + (data[l4 + 12]! >> 4) * 4, ETHERNET_BYTES + word(ETHERNET_BYTES + 2));
    takeRecords(entry.seen, entry.sides[isFromClient ? 0 : 1], payload, isFromClient);
  }
  return [...found.values()].map(({ seen }) => seen);
}

function takeRecords(seen: Conversation, side: Side, payload: Uint8Array, isFromClient: boolean): void {
  side.held.push(...payload);
  for (;;) {
    const { held } = side;
    const length = (held[3]! << 8) | held[4]!;
    if (held.length < RECORD_HEADER_BYTES + length || held.length < RECORD_HEADER_BYTES) return;
    seen.records.push({ isFromClient, type: held[0]!, length });
    side.held = held.slice(RECORD_HEADER_BYTES + length);
  }
}
