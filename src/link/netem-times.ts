/** Times, the earliest first: what is still to come of a number of instants. A binary heap. */

export class TimeHeap {
  private readonly times: number[] = [];
  /** The latest of those that it holds; what it was before, once it is empty. */
  latest = -Infinity;

  get length(): number {
    return this.times.length;
  }

  push(time: number): void {
    const { times } = this;
    if (times.length === 0 || time > this.latest) this.latest = time;
    let at = times.length;
    times.push(time);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (times[parent]! <= time) break;
      times[at] = times[parent]!;
      at = parent;
    }
    times[at] = time;
  }

  /** Forgets all up to and including `time`. */
  dropUntil(time: number): void {
    const { times } = this;
    while (times.length > 0 && times[0]! <= time) {
      const last = times.pop()!;
      if (times.length > 0) this.sink(last);
    }
  }

  private sink(time: number): void {
    const { times } = this;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= times.length) break;
      if (child + 1 < times.length && times[child + 1]! < times[child]!) child++;
      if (times[child]! >= time) break;
      times[at] = times[child]!;
      at = child;
    }
    times[at] = time;
  }
}
