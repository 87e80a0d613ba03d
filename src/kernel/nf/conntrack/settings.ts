/**
 * What net.netfilter.nf_conntrack_* says of a namespace. Field names are those of the files without their common
 * beginning; times are in seconds, as people write them.
 */
import { CLOSE, CLOSE_WAIT, ESTABLISHED, FIN_WAIT, LAST_ACK, SYN_RECV, SYN_SENT } from './tcp-state.ts';
import { SYN_SENT2, TIMEOUT_COUNT, TIMEOUT_RETRANS, TIMEOUT_UNACK, TIME_WAIT } from './tcp-state.ts';

export interface ConntrackSettings {
  /** Packets and bytes are counted. */
  acct: boolean;
  /** Checksums are looked at where packets come in. */
  checksum: boolean;
  /** What listeners are told: 0 nothing, 1 everything, 2 of the connections that began while somebody listened. */
  events: number;
  /** Highest number of entries; 0 is no limit. The machine's, as the two below. */
  max: number;
  buckets: number;
  expectMax: number;
  /** The protocol whose invalid packets are logged, 255 for all; kept only. */
  logInvalid: number;
  /** Entries know when they began. */
  timestamp: boolean;
  genericTimeout: number;
  icmpTimeout: number;
  udpTimeout: number;
  udpTimeoutStream: number;
  /** Windows and sequence numbers are not held against TCP packets. */
  tcpBeLiberal: boolean;
  /** Resets out of the window close a connection, too. */
  tcpIgnoreInvalidRst: boolean;
  /** Connections may be picked up in the middle. */
  tcpLoose: boolean;
  /** After so many retransmissions the timeout is cut down. */
  tcpMaxRetrans: number;
  /** By state, then the two of tcp_timeout_max_retrans and tcp_timeout_unacknowledged. */
  readonly tcpTimeouts: Int32Array;
}

/** As a host has them that nobody has configured; `max` follows from memory on a real one. */
export function conntrackDefaults(): ConntrackSettings {
  const tcpTimeouts = new Int32Array(TIMEOUT_COUNT);
  tcpTimeouts[SYN_SENT] = 120;
  tcpTimeouts[SYN_RECV] = 60;
  tcpTimeouts[ESTABLISHED] = 432_000;
  tcpTimeouts[FIN_WAIT] = 120;
  tcpTimeouts[CLOSE_WAIT] = 60;
  tcpTimeouts[LAST_ACK] = 30;
  tcpTimeouts[TIME_WAIT] = 120;
  tcpTimeouts[CLOSE] = 10;
  tcpTimeouts[SYN_SENT2] = 120;
  tcpTimeouts[TIMEOUT_RETRANS] = 300;
  tcpTimeouts[TIMEOUT_UNACK] = 300;
  return {
    acct: false,
    checksum: true,
    events: 2,
    max: 262_144,
    buckets: 262_144,
    expectMax: 4096,
    logInvalid: 0,
    timestamp: false,
    genericTimeout: 600,
    icmpTimeout: 30,
    udpTimeout: 30,
    udpTimeoutStream: 120,
    tcpBeLiberal: false,
    tcpIgnoreInvalidRst: false,
    tcpLoose: true,
    tcpMaxRetrans: 3,
    tcpTimeouts,
  };
}
