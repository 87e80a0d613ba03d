/** When a container is started again by itself. Twin of moby's restartmanager. */

/** `always:3` and whatever else the client lets pass has been refused by then. */
export interface RestartPolicy {
  /** `no`, `always`, `on-failure`, `unless-stopped`; empty is `no`, and shows as typed. */
  readonly name: string;
  /** Of `on-failure`: 0 for any number. */
  readonly maximumRetryCount: number;
}

const FIRST_DELAY_NS = 100_000_000;
const DELAY_MAX_NS = 60_000_000_000;
/** Who has run for so long begins again with the first delay. */
const SETTLED_NS = 10_000_000_000;

export class RestartManager {
  private readonly policy: RestartPolicy;
  private delayNs = 0;
  private count = 0;
  private isCancelled = false;

  constructor(policy: RestartPolicy) {
    this.policy = policy;
  }

  /** Somebody starts the container: what happened before counts no more. */
  reset(): void {
    this.delayNs = 0;
    this.count = 0;
    this.isCancelled = false;
  }

  /** Somebody ends the container: its next end is the last. */
  cancel(): void {
    this.isCancelled = true;
  }

  /** In how many nanoseconds a container that has ended is to be started again; undefined for not at all. */
  delayAfter(exitCode: number, isManuallyStopped: boolean, ranForNs: number): number | undefined {
    if (this.policy.name === 'no' || this.policy.name === '' || this.isCancelled) return undefined;
    if (ranForNs >= SETTLED_NS) this.delayNs = 0;
    this.delayNs = this.delayNs === 0 ? FIRST_DELAY_NS : Math.min(this.delayNs * 2, DELAY_MAX_NS);
    if (!this.isWanted(exitCode, isManuallyStopped)) return undefined;
    this.count++;
    return this.delayNs;
  }

  private isWanted(exitCode: number, isManuallyStopped: boolean): boolean {
    const { name, maximumRetryCount } = this.policy;
    if (name === 'always') return true;
    if (name === 'unless-stopped') return !isManuallyStopped;
    return exitCode !== 0 && (maximumRetryCount === 0 || this.count < maximumRetryCount);
  }
}
