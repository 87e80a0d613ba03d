/** What the embedded DNS servers of different engines do otherwise. */
export interface ResolverHabits {
  /** The host's own servers are asked from the host; before 26 only those on its loopback are. */
  readonly asksFromHost: boolean;
  /** A container that is on internal networks only gets nothing from the host's servers (26). */
  readonly keepsInternal: boolean;
  /** When nobody answers it says SERVFAIL; before 23 it says nothing. */
  readonly admitsFailure: boolean;
  /** What a server says is the answer but for SERVFAIL and REFUSED; before, only success and the zone's NXDOMAIN. */
  readonly trustsServers: boolean;
  /** Answers with another id are passed over (miekg's Client), and longer ones than the question allows are taken. */
  readonly checksAnswers: boolean;
  /** Answers that are too long are compressed first (dns.Msg.Truncate). */
  readonly compressesLong: boolean;
  /** PTR questions about what is no address go to a server like others; before they are an error without an answer. */
  readonly forwardsOddPointers: boolean;
  /** Too many questions on their way: waits for a place, then refuses; before, the next server is tried at once. */
  readonly queuesQuestions: boolean;
}

/** Of 20.10. */
export const RESOLVER_20: ResolverHabits = {
  asksFromHost: false,
  keepsInternal: false,
  admitsFailure: false,
  trustsServers: false,
  checksAnswers: false,
  compressesLong: false,
  forwardsOddPointers: false,
  queuesQuestions: false,
};

/** Of 29. */
export const RESOLVER_29: ResolverHabits = {
  asksFromHost: true,
  keepsInternal: true,
  admitsFailure: true,
  trustsServers: true,
  checksAnswers: true,
  compressesLong: true,
  forwardsOddPointers: true,
  queuesQuestions: true,
};
