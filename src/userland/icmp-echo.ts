/** Echo requests made by programs that send them on raw and packet sockets (RFC 792). */
import { finishSum } from '../wire/checksum.ts';
import * as icmp from '../wire/icmp.ts';

/** The whole ICMP message, its checksum included. */
export function echoRequest(id: number, seq: number, payload: Uint8Array): Uint8Array {
  const message = new Uint8Array(icmp.HEADER_LEN + payload.length);
  message.set(payload, icmp.HEADER_LEN);
  const v = new DataView(message.buffer);
  icmp.writeEcho(v, 0, icmp.ECHO_REQUEST, id, seq);
  icmp.setChecksum(v, 0, 0);
  icmp.setChecksum(v, 0, finishSum(sumOf(message)));
  return message;
}

/** The one's-complement sum of bytes in network order (RFC 1071). */
function sumOf(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += bytes[i]! * 256 + (bytes[i + 1] ?? 0);
  return sum;
}
