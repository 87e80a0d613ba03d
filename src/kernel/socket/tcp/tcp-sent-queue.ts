/**
 * The segments under way in the order in which they were last sent (Linux: tsorted_sent_queue). RACK goes through it
 * from the oldest on and stops at the first that is too young to be lost. What is known to have arrived or to be lost
 * is not in it.
 */
import type { TcpSegment } from './tcp-segment.ts';
import type { TcpSock } from './tcp-sock.ts';

/** It has just been sent, or sent again: the youngest (Linux: tcp_update_skb_after_send). */
export function sentQueueMoveTail(sk: TcpSock, segment: TcpSegment): void {
  sentQueueRemove(sk, segment);
  segment.inSentQueue = true;
  segment.sentPrev = sk.sentTail;
  if (sk.sentTail === null) sk.sentHead = segment;
  else sk.sentTail.sentNext = segment;
  sk.sentTail = segment;
}

/** Takes it out; nothing happens when it is not in it. */
export function sentQueueRemove(sk: TcpSock, segment: TcpSegment): void {
  if (!segment.inSentQueue) return;
  const { sentPrev, sentNext } = segment;
  if (sentPrev === null) sk.sentHead = sentNext;
  else sentPrev.sentNext = sentNext;
  if (sentNext === null) sk.sentTail = sentPrev;
  else sentNext.sentPrev = sentPrev;
  segment.sentPrev = null;
  segment.sentNext = null;
  segment.inSentQueue = false;
}

/** A segment was cut in two: the rear part was sent when the front part was. */
export function sentQueueInsertAfter(sk: TcpSock, front: TcpSegment, rear: TcpSegment): void {
  if (!front.inSentQueue) return;
  rear.inSentQueue = true;
  rear.sentPrev = front;
  rear.sentNext = front.sentNext;
  if (front.sentNext === null) sk.sentTail = rear;
  else front.sentNext.sentPrev = rear;
  front.sentNext = rear;
}
