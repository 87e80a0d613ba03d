/** What a namespace counts of IPsec's failures: /proc/net/xfrm_stat (Linux 6.18: net/xfrm/xfrm_proc.c). */

/** The names in the file's order. */
export const XFRM_MIB_NAMES = [
  'XfrmInError',
  'XfrmInBufferError',
  'XfrmInHdrError',
  'XfrmInNoStates',
  'XfrmInStateProtoError',
  'XfrmInStateModeError',
  'XfrmInStateSeqError',
  'XfrmInStateExpired',
  'XfrmInStateMismatch',
  'XfrmInStateInvalid',
  'XfrmInTmplMismatch',
  'XfrmInNoPols',
  'XfrmInPolBlock',
  'XfrmInPolError',
  'XfrmOutError',
  'XfrmOutBundleGenError',
  'XfrmOutBundleCheckError',
  'XfrmOutNoStates',
  'XfrmOutStateProtoError',
  'XfrmOutStateModeError',
  'XfrmOutStateSeqError',
  'XfrmOutStateExpired',
  'XfrmOutPolBlock',
  'XfrmOutPolDead',
  'XfrmOutPolError',
  'XfrmFwdHdrError',
  'XfrmOutStateInvalid',
  'XfrmAcquireError',
  'XfrmOutStateDirError',
  'XfrmInStateDirError',
  'XfrmInIptfsError',
  'XfrmOutNoQueueSpace',
] as const;
export type XfrmCounter = (typeof XFRM_MIB_NAMES)[number];

export class XfrmMib {
  private readonly counts = new Map<XfrmCounter, number>();

  count(name: XfrmCounter): void {
    this.counts.set(name, this.of(name) + 1);
  }

  of(name: XfrmCounter): number {
    return this.counts.get(name) ?? 0;
  }
}
