/** Counters of an interface that most never touch (Linux: the rest of struct rtnl_link_stats64). */

export class LinkErrors {
  rxErrors = 0;
  rxLengthErrors = 0;
  rxFrameErrors = 0;
  txErrors = 0;
  txCarrierErrors = 0;
  txAbortedErrors = 0;
  collisions = 0;
}
