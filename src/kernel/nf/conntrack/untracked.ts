/** What frames point at that a rule has said are not to be tracked (Linux: IP_CT_UNTRACKED without an entry). */
import type { FrameFlows } from '../../../link/frame.ts';

export const UNTRACKED: FrameFlows = {
  hold(): void {
    // There is no entry.
  },
  put(): void {
    // There is no entry.
  },
};
