/** A logical clock (serf's lamport.go): it goes on with every event, and past every time that somebody tells. */
export class LamportClock {
  private counter = 0;

  get time(): number {
    return this.counter;
  }

  increment(): number {
    return ++this.counter;
  }

  /** Somebody has said `time`: ours is later from now on. */
  witness(time: number): void {
    if (time >= this.counter) this.counter = time + 1;
  }
}
