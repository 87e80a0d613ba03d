/** How well a member believes itself to be (Lifeguard's local health, awareness.go): 0 is well. */
export class Awareness {
  private readonly max: number;
  /** 0 to before `max`. */
  private score: number;

  constructor(max: number) {
    this.max = max;
    this.score = 0;
  }

  get healthScore(): number {
    return this.score;
  }

  applyDelta(delta: number): void {
    this.score = Math.min(Math.max(this.score + delta, 0), this.max - 1);
  }

  /** A member that is not well gives others more time. */
  scaleTimeoutNs(timeoutNs: number): number {
    return timeoutNs * (this.score + 1);
  }
}
