/**
 * What an acknowledgment turned out to be, in bits (Linux: FLAG_… of net/ipv4/tcp_input.c). What the caller says of it
 * is ACK_FLAG_… of tcp-states.ts.
 */

/** The segment carried data. */
export const FLAG_DATA = 0x01;
/** It changed the window that the peer offers. */
export const FLAG_WIN_UPDATE = 0x02;
/** It acknowledged new data; of that, some had been sent more than once; it acknowledged our SYN. */
export const FLAG_DATA_ACKED = 0x04;
export const FLAG_RETRANS_DATA_ACKED = 0x08;
export const FLAG_SYN_ACKED = 0x10;
/** A SACK block told something new. */
export const FLAG_DATA_SACKED = 0x20;
/** It echoes congestion. */
export const FLAG_ECE = 0x40;
/** Some retransmission turned out to be lost again. */
export const FLAG_LOST_RETRANS = 0x80;
/** Data that was sent only once, before the loss, has arrived. */
export const FLAG_ORIG_SACK_ACKED = 0x200;
export const FLAG_SND_UNA_ADVANCED = 0x400;
/** A block told of data that arrived twice. */
export const FLAG_DSACKING_ACK = 0x800;
/** The timer of probe or retransmission has to be set anew. */
export const FLAG_SET_XMIT_TIMER = 0x1000;
/** The new left edge is data that a SACK block had claimed before. */
export const FLAG_SACK_RENEGING = 0x2000;
/** The peer seems to have waited with this acknowledgment. */
export const FLAG_ACK_MAYBE_DELAYED = 0x10000;
/** The block of data that arrived twice is the tail loss probe. */
export const FLAG_DSACK_TLP = 0x20000;

export const FLAG_ACKED = FLAG_DATA_ACKED | FLAG_SYN_ACKED;
export const FLAG_NOT_DUP = FLAG_DATA | FLAG_WIN_UPDATE | FLAG_ACKED;
export const FLAG_CA_ALERT = FLAG_DATA_SACKED | FLAG_ECE | FLAG_DSACKING_ACK;
export const FLAG_FORWARD_PROGRESS = FLAG_ACKED | FLAG_DATA_SACKED;
