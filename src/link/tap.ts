/**
 * Observers of the frames that pass a device: captures, hashes, expectations, packet sockets. They never change a
 * frame, never count it and never take time. A device holds one `Tap` or null; several observers share it as a list.
 */
import type { Frame } from './frame.ts';
import type { Direction } from './trace-sink.ts';

export interface Tap {
  /** Bytes are `frame.head` to `frame.tail` of the slab; the time is the scheduler's. */
  onFrame(frame: Frame, direction: Direction): void;
}

class TapList implements Tap {
  readonly taps: readonly Tap[];
  constructor(taps: readonly Tap[]) {
    this.taps = taps;
  }
  onFrame(frame: Frame, direction: Direction): void {
    for (let i = 0; i < this.taps.length; i++) this.taps[i]!.onFrame(frame, direction);
  }
}

/** The tap that feeds `current` and then `added`. Cold path. */
export function addTap(current: Tap | null, added: Tap): Tap {
  if (current === null) return added;
  return new TapList([...(current instanceof TapList ? current.taps : [current]), added]);
}

/** What is left of `current` without `removed`. Cold path. */
export function removeTap(current: Tap | null, removed: Tap): Tap | null {
  if (current === removed || current === null) return null;
  if (!(current instanceof TapList)) return current;
  const left = current.taps.filter((tap) => tap !== removed);
  return left.length === 1 ? left[0]! : new TapList(left);
}
