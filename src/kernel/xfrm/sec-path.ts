/** By which security associations a datagram was decrypted, in their order (Linux: struct sec_path). */
import type { Frame } from '../../link/frame.ts';
import type { XfrmState } from './state.ts';

/** XFRM_MAX_DEPTH */
export const SEC_PATH_MAX = 6;

export class SecPath {
  readonly states: readonly XfrmState[];

  constructor(states: readonly XfrmState[]) {
    this.states = states;
  }
}

/** On a datagram on its way out: it is encrypted, and no policy is asked again (IPSKB_XFRM_TRANSFORMED). */
export const TRANSFORMED = new SecPath([]);

/** Null for what came in plain text. */
export function secPathOf(frame: Frame): SecPath | null {
  return frame.secPath as SecPath | null;
}
