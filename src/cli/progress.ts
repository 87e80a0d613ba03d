/** A line on standard error while a long run goes on; silent unless that is a terminal. */
import type { Run } from '../scenario/run.ts';
import type { Environment } from './environment.ts';

const INTERVAL_MS = 200;

export class Progress {
  private readonly env: Environment;
  private readonly name: string;
  private readonly isSilent: boolean;
  private lastMs: number;
  private isShown = false;

  constructor(env: Environment, name: string, isSilent: boolean) {
    this.env = env;
    this.name = name;
    this.isSilent = isSilent || !env.stderrIsTerminal;
    this.lastMs = env.nowMs();
  }

  show(run: Run): void {
    const now = this.env.nowMs();
    if (this.isSilent || now - this.lastMs < INTERVAL_MS) return;
    this.lastMs = now;
    this.isShown = true;
    const seconds = (run.lab.sched.now / 1e9).toFixed(3);
    this.env.err(`\r${this.name}: ${seconds} s of virtual time, ${run.lab.sched.eventCount} events\u001b[K`);
  }

  clear(): void {
    if (this.isShown) this.env.err('\r\u001b[K');
  }
}
