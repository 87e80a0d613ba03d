/** Gossip as a capture of raw IP: each datagram in a packet, each stream in segments of a connection. */

const RAW_IP = 101;
const PORT = 7946;
const UDP = 17;
const TCP = 6;
const SYN = 0x02;
const PSH_ACK = 0x18;
const SEGMENT_BYTES = 700;
const RECORD_HEADER_BYTES = 16;

function ipPacket(protocol: number, payload: Uint8Array): Uint8Array {
  const packet = new Uint8Array(20 + payload.length);
  const view = new DataView(packet.buffer);
  packet[0] = 0x45;
  view.setUint16(2, packet.length);
  packet[8] = 64;
  packet[9] = protocol;
  view.setUint32(12, 0x0a000001);
  view.setUint32(16, 0x0a000002);
  packet.set(payload, 20);
  return packet;
}

function udpPacket(payload: Uint8Array): Uint8Array {
  const datagram = new Uint8Array(8 + payload.length);
  const view = new DataView(datagram.buffer);
  view.setUint16(0, PORT);
  view.setUint16(2, PORT);
  view.setUint16(4, datagram.length);
  datagram.set(payload, 8);
  return ipPacket(UDP, datagram);
}

function tcpPacket(sourcePort: number, seq: number, flags: number, payload: Uint8Array): Uint8Array {
  const segment = new Uint8Array(20 + payload.length);
  const view = new DataView(segment.buffer);
  view.setUint16(0, sourcePort);
  view.setUint16(2, PORT);
  view.setUint32(4, seq);
  view.setUint32(8, flags === SYN ? 0 : 1);
  segment[12] = 0x50;
  segment[13] = flags;
  view.setUint16(14, 65_535);
  segment.set(payload, 20);
  return ipPacket(TCP, segment);
}

function* tcpPackets(sourcePort: number, bytes: Uint8Array): Generator<Uint8Array> {
  yield tcpPacket(sourcePort, 1000, SYN, new Uint8Array(0));
  for (let at = 0; at < bytes.length; at += SEGMENT_BYTES) {
    yield tcpPacket(sourcePort, 1001 + at, PSH_ACK, bytes.slice(at, at + SEGMENT_BYTES));
  }
}

/** The file. */
export function gossipPcap(datagrams: readonly Uint8Array[], streams: readonly Uint8Array[]): Uint8Array {
  const packets = [...datagrams.map(udpPacket), ...streams.flatMap((bytes, i) => [...tcpPackets(20_000 + i, bytes)])];
  const header = new Uint8Array(24);
  const view = new DataView(header.buffer);
  view.setUint32(0, 0xa1b2c3d4);
  view.setUint16(4, 2);
  view.setUint16(6, 4);
  view.setUint32(16, 262_144);
  view.setUint32(20, RAW_IP);
  const parts: Uint8Array[] = [header];
  packets.forEach((packet, index) => {
    const record = new Uint8Array(RECORD_HEADER_BYTES);
    const fields = new DataView(record.buffer);
    fields.setUint32(0, index);
    fields.setUint32(8, packet.length);
    fields.setUint32(12, packet.length);
    parts.push(record, packet);
  });
  return Buffer.concat(parts);
}
