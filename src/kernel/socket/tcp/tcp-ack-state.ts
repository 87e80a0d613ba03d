/**
 * What is found out about one acknowledgment (Linux: struct tcp_sacktag_state and struct rate_sample). One object
 * serves a namespace: an acknowledgment is worked off before the next one is looked at.
 */
export class TcpAckState {
  /** Of segments that SACK blocks told of and that were sent only once: when the oldest and the youngest was sent. */
  hasSackTime = false;
  firstSackUs = 0;
  lastSackUs = 0;
  /** Of segments that are acknowledged now and that were sent only once: when the first and the last was sent. */
  hasAckTime = false;
  firstAckUs = 0;
  lastAckUs = 0;
  /** The lowest sequence number that arrived late; `sndNxt` for none. */
  reordSeq = 0;
  sackDelivered = 0;
  flag = 0;
  /** What is to be sent when all is counted: REXMIT_…. */
  rexmit = 0;
  /** The sample of tcp_rate.c; 0 of `priorDelivered` for none. */
  priorDelivered = 0;
  priorDeliveredUs = 0;
  sendIntervalUs = 0;
  lastEndSeq = 0;
  isAppLimited = false;
  isRetrans = false;
  /** The round trip for the congestion control, -1 for none. */
  rttUs = -1;
  /** SACK blocks in the order of their sequence numbers: pairs of start and end. */
  readonly blocks = new Int32Array(8);
  /** Which of them tells of data that arrived twice; -1 for none. */
  dsackIndex = -1;

  reset(): void {
    this.hasSackTime = false;
    this.sackDelivered = 0;
    this.flag = 0;
    this.rexmit = REXMIT_NONE;
    this.priorDelivered = 0;
    this.isRetrans = false;
    this.isAppLimited = false;
    this.rttUs = -1;
  }
}

export const REXMIT_NONE = 0;
/** Retransmit what is lost. */
export const REXMIT_LOST = 1;
/** Send new data first, to see whether the timeout was spurious (F-RTO). */
export const REXMIT_NEW = 2;
