/** The connection of a frame (Linux: nf_ct_get). */
import type { Frame } from '../../../link/frame.ts';
import { Conntrack } from './conntrack.ts';

/** Where its connection is kept, at `frame.ctSlot`; null for a frame that belongs to none. */
export function nfCtGet(frame: Frame): Conntrack | null {
  const { flows } = frame;
  return flows instanceof Conntrack ? flows : null;
}
