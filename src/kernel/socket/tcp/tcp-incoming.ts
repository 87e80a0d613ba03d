/**
 * A segment that has come, as `tcpRcv` took it apart once (Linux: TCP_SKB_CB of a received skb). One object serves a
 * namespace: whoever works on a segment is done with it before the next one comes.
 */
import type { Frame } from '../../../link/frame.ts';

export class TcpIncoming {
  /** Null between segments. */
  frame: Frame | null = null;
  seq = 0;
  /** Behind the last byte; SYN and FIN count one each. */
  endSeq = 0;
  ackSeq = 0;
  /** FLAG_… of wire/tcp.ts. */
  tcpFlags = 0;
  /** As it stands in the header, not scaled. */
  window = 0;
  /** Of the header with its options. */
  headerLen = 0;
  /** Where the payload begins in the slab, and its bytes. */
  dataOffset = 0;
  dataBytes = 0;
  urgent = 0;
  /** Of its IP header: the two bits of ECN. */
  ipDsfield = 0;
  trueBytes = 0;
}
