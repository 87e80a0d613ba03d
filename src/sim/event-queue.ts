/**
 * What the scheduler asks of a queue of pending events. An event is three numbers: its time in whole nanoseconds, a
 * key that orders events of the same time (source and counter, below 2^53), and the number of its target.
 */

export interface EventQueue {
  /** The number of pending events. */
  readonly size: number;
  /** Time of the event that `pop` returned last. */
  time: number;
  /** Key of the event that `pop` returned last. */
  key: number;
  /** Events later than this are not due, see `popDue`. */
  limitNs: number;

  /** Enters an event. Pushes come in any order of time and key; equal pairs come out in any order. */
  push(time: number, key: number, target: number): void;

  /**
   * The same for a time and a key that stand in typed arrays at `slot`. The hot path's way in: a double that crosses a
   * call which the compiler does not inline is an allocation.
   */
  pushSlot(times: Float64Array, keys: Float64Array, slot: number, target: number): void;

  /** The earliest pending time, Infinity when nothing is pending. */
  peekTime(): number;

  /** The key of the earliest event; only valid when something is pending. */
  peekKey(): number;

  /** Removes the earliest event by (time, key), sets `time` and `key`, and returns its target. */
  pop(): number;

  /** As `pop` when the earliest event is at or before `limitNs`; -1 and no change when none is. */
  popDue(): number;
}
