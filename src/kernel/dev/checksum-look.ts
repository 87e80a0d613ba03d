/**
 * How captures show what a host leaves to its card: TCP and UDP that it sends carry only the sum of the pseudo-header
 * where checksum offload is on (Linux: CHECKSUM_PARTIAL). `ethtool -K DEV tx on` asks for that look; the frames
 * themselves are whole.
 */
import { sumPseudoHeader } from '../../wire/checksum.ts';
import type { Direction } from '../../link/trace-sink.ts';
import { TX } from '../../link/trace-sink.ts';
import * as ethernet from '../../wire/ethernet.ts';
import * as ipv4 from '../../wire/ipv4.ts';
import type { NetDevice } from '../netdev.ts';

/** Where the checksum lies in the transport header. */
const TCP_CHECKSUM = 16;
const UDP_CHECKSUM = 6;

/** Whether captures of the interface need a look of their own. */
export function hasChecksumLook(dev: NetDevice, direction: Direction): boolean {
  return direction === TX && dev.offload !== null && dev.offload.checksumLook;
}

/** Gives `bytes`, a copy of a frame that `dev` sends, that look, if it is a datagram of this host. */
export function giveChecksumLook(dev: NetDevice, bytes: Uint8Array): void {
  const v = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const o = ethernet.HEADER_LEN;
  if (bytes.length < o + ipv4.HEADER_LEN || ethernet.etherType(v, 0) !== ethernet.ETHERTYPE_IPV4) return;
  const protocol = ipv4.protocol(v, o);
  const isTcp = protocol === ipv4.PROTO_TCP;
  if ((!isTcp && protocol !== ipv4.PROTO_UDP) || ipv4.isFragment(v, o)) return;
  if (!dev.ns.localAddresses.has(ipv4.src(v, o))) return;
  const at = o + ipv4.headerLen(v, o) + (isTcp ? TCP_CHECKSUM : UDP_CHECKSUM);
  if (at + 2 > bytes.length) return;
  const length = ipv4.totalLen(v, o) - ipv4.headerLen(v, o);
  v.setUint16(at, sumPseudoHeader(ipv4.src(v, o), ipv4.dst(v, o), protocol, length));
}
