/** Arithmetic of TCP's sequence numbers: int32 that wrap around (RFC 9293, 3.4; Linux: before, after, between). */

/** Whether `left` comes before `right`. */
export const seqBefore = (left: number, right: number): boolean => ((left - right) | 0) < 0;
/** Whether `left` comes after `right`. */
export const seqAfter = (left: number, right: number): boolean => ((right - left) | 0) < 0;
/** Whether `seq` lies in `low` to `high`, both included. */
export const seqBetween = (seq: number, low: number, high: number): boolean => (high - low) >>> 0 >= (seq - low) >>> 0;
/** The later of two. */
export const seqMax = (left: number, right: number): number => (seqAfter(left, right) ? left : right);
/** The earlier of two. */
export const seqMin = (left: number, right: number): number => (seqBefore(left, right) ? left : right);
