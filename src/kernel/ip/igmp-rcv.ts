/**
 * IGMP as a protocol above IP (RFC 3376; Linux: igmp_rcv): hosts hear queries and each other's reports, and answer no
 * other of its messages. A query is taken and not answered yet; what an interface tells by itself is in igmp.ts.
 */
import { Drop } from '../../link/drop.ts';
import type { Frame } from '../../link/frame.ts';
import { sumBytes } from '../../wire/checksum.ts';
import type { NetDevice } from '../netdev.ts';
import type { Netns, TransportHandler } from '../netns.ts';

/** sizeof(struct igmphdr) */
const HEADER_LEN = 8;
const MEMBERSHIP_QUERY = 0x11;

/** Twin of igmp_rcv. Takes ownership. */
function igmpRcv(ns: Netns, dev: NetDevice, frame: Frame): void {
  const { stats } = ns.machine;
  const length = frame.tail - frame.l4;
  const isSound = length >= HEADER_LEN && sumBytes(frame.slab, frame.l4, length, 0) === 0xffff;
  if (isSound && frame.slab.bytes[frame.l4] === MEMBERSHIP_QUERY) stats.deliver(frame);
  else stats.drop(frame, Drop.NOT_SPECIFIED, dev);
}

/** For the table of transports; nobody waits for errors about reports. */
export const igmpTransport: TransportHandler = { receive: igmpRcv, error: () => undefined };
