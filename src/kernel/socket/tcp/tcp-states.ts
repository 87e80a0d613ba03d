/** States and flags of a connection under the names and numbers of Linux (include/net/tcp_states.h, net/tcp.h). */

export const TCP_ESTABLISHED = 1;
export const TCP_SYN_SENT = 2;
export const TCP_SYN_RECV = 3;
export const TCP_FIN_WAIT1 = 4;
export const TCP_FIN_WAIT2 = 5;
export const TCP_TIME_WAIT = 6;
export const TCP_CLOSE = 7;
export const TCP_CLOSE_WAIT = 8;
export const TCP_LAST_ACK = 9;
export const TCP_LISTEN = 10;
export const TCP_CLOSING = 11;
export const TCP_NEW_SYN_RECV = 12;

/** Sets of states: bit n stands for state n. */
export const tcpf = (state: number): number => 1 << state;

/** What the sender makes of the acknowledgments that come (enum tcp_ca_state). */
export const TCP_CA_OPEN = 0;
export const TCP_CA_DISORDER = 1;
export const TCP_CA_CWR = 2;
export const TCP_CA_RECOVERY = 3;
export const TCP_CA_LOSS = 4;

/** What a segment that was sent is known to have met (TCP_SKB_CB(skb)->sacked). */
export const TCPCB_SACKED_ACKED = 0x01;
export const TCPCB_SACKED_RETRANS = 0x02;
export const TCPCB_LOST = 0x04;
export const TCPCB_TAGBITS = 0x07;
export const TCPCB_REPAIRED = 0x10;
export const TCPCB_EVER_RETRANS = 0x80;
export const TCPCB_RETRANS = TCPCB_SACKED_RETRANS | TCPCB_EVER_RETRANS | TCPCB_REPAIRED;

/** What the one timer of the sender is armed for (ICSK_TIME_…). */
export const ICSK_TIME_NONE = 0;
export const ICSK_TIME_RETRANS = 1;
export const ICSK_TIME_PROBE0 = 3;
export const ICSK_TIME_LOSS_PROBE = 5;
export const ICSK_TIME_REO_TIMEOUT = 6;

/** What is pending of an acknowledgment (enum inet_csk_ack_state_t). */
export const ICSK_ACK_SCHED = 1;
export const ICSK_ACK_TIMER = 2;
export const ICSK_ACK_PUSHED = 4;
export const ICSK_ACK_PUSHED2 = 8;
export const ICSK_ACK_NOW = 16;
export const ICSK_ACK_NOMEM = 32;

/** TcpSock.nonagle */
export const TCP_NAGLE_OFF = 1;
export const TCP_NAGLE_CORK = 2;
export const TCP_NAGLE_PUSH = 4;

/** TcpSock.ecnFlags */
export const TCP_ECN_OK = 1;
export const TCP_ECN_QUEUE_CWR = 2;
export const TCP_ECN_DEMAND_CWR = 4;
export const TCP_ECN_SEEN = 8;

/** TcpSock.shutdown */
export const RCV_SHUTDOWN = 1;
export const SEND_SHUTDOWN = 2;
export const SHUTDOWN_MASK = 3;

/** Bits of TcpSock.tsqFlags. */
export const TSQ_THROTTLED = 1;
/** Its turn to send comes in this instant. */
export const TSQ_QUEUED = 2;

/** net/tcp.h, in microseconds where they are times. */
export const TCP_RTO_INITIAL_US = 1_000_000;
export const TCP_DELACK_MIN_US = 40_000;
export const TCP_DELACK_MAX_US = 200_000;
export const TCP_ATO_MIN_US = 40_000;
export const TCP_TIMEWAIT_US = 60_000_000;
export const TCP_RESOURCE_PROBE_US = 500_000;
export const TCP_INIT_CWND = 10;
export const TCP_INFINITE_SSTHRESH = 0x7fffffff;
export const TCP_DEFAULT_SCALING_RATIO = 128;
export const TCP_MSS_DEFAULT = 536;
export const TCP_MAX_WSCALE = 14;
export const MAX_TCP_WINDOW = 32_767;
export const TCP_MAX_QUICKACKS = 16;
/** Room of the time stamp option in each segment (TCPOLEN_TSTAMP_ALIGNED). */
export const TSTAMP_ALIGNED_BYTES = 12;

/** What tcpAck is told of the segment (FLAG_… of tcp_input.c). */
export const ACK_FLAG_SLOWPATH = 0x100;
export const ACK_FLAG_UPDATE_TS_RECENT = 0x4000;
export const ACK_FLAG_NO_CHALLENGE_ACK = 0x8000;

/** Beside a drop reason that tcpRcvStateProcess answers: the peer is to get a reset for it. */
export const TCP_SEND_RESET = 0x1_0000;

/** TcpSock.urgData: a byte is expected, or stands in the lower eight bits. */
export const TCP_URG_VALID = 0x100;
export const TCP_URG_NOTYET = 0x200;

const NAMES: readonly string[] = [
  'UNKNOWN',
  'ESTABLISHED',
  'SYN_SENT',
  'SYN_RECV',
  'FIN_WAIT1',
  'FIN_WAIT2',
  'TIME_WAIT',
  'CLOSE',
  'CLOSE_WAIT',
  'LAST_ACK',
  'LISTEN',
  'CLOSING',
  'NEW_SYN_RECV',
];

/** As netstat names it. */
export const tcpStateName = (state: number): string => NAMES[state] ?? 'UNKNOWN';
