/** A packet on its way through connection tracking: one object that is filled in anew for each packet. */
import type { ByteViews } from '../../../base/bytes.ts';
import { makeByteViews } from '../../../base/bytes.ts';
import { CT_ESTABLISHED, CT_IS_REPLY, DIR_ORIGINAL, DIR_REPLY } from './status.ts';

/** What the trackers of protocols answer. */
export const CT_ACCEPT = 1;
/** The packet goes on, as INVALID. */
export const CT_INVALID = -1;
/** The entry is gone, and the packet is to be looked at as if it had never been. */
export const CT_REPEAT = -4;
/** The packet goes on and its entry goes at once. */
export const CT_ACCEPT_AND_KILL = 2;

/** The deadline stays where it is. */
export const KEEP_TIMEOUT = -1;

export class CtPacket {
  b: ByteViews = makeByteViews(0);
  /** Where network and transport header begin, and where the datagram ends. */
  l3 = 0;
  l4 = 0;
  tail = 0;
  shouldVerifyChecksum = false;
  /** In which zone its connection is looked for as a question, and as an answer. */
  zone = 0;
  replyZone = 0;
  /** Its entry, or -1, and how it stands to that. */
  slot = -1;
  ctinfo = CT_ESTABLISHED;
  /** What the tracker of the protocol wants: seconds from now, or KEEP_TIMEOUT. */
  timeoutSeconds = 0;

  get dir(): number {
    return this.ctinfo >= CT_IS_REPLY ? DIR_REPLY : DIR_ORIGINAL;
  }
}
