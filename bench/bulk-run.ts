/**
 * Workload W4, run once: one stream from a sender by way of a router to a receiver. What is measured begins when a
 * quarter has arrived: by then the window is what it will be, and the compiler has seen the hot path.
 */
import { ip4 } from '../src/base/addr.ts';
import { Lab } from '../src/scenario/lab.ts';
import { TcpFlowSender, TcpFlowSinks } from '../src/scenario/tcp-flow.ts';
import type { BulkOptions } from './workload-plans.ts';
import { planW4 } from './workload-plans.ts';

/** Payload of a full segment with time stamps. */
export const SEGMENT_BYTES = 1448;
const COLD_SHARE = 0.25;
/** So much virtual time is run at once. */
const SLICE_NS = 1_000_000;

export class BulkRun {
  readonly lab: Lab;
  readonly flows: readonly TcpFlowSender[];
  private readonly totalBytes: number;
  private readonly sinks = new TcpFlowSinks();
  private flowsLeft: number;

  /** Each stream carries so many bytes. */
  constructor(bytes: number, options: Partial<BulkOptions> = {}) {
    const plan = planW4(bytes, options);
    this.totalBytes = bytes * plan.flows.length;
    this.flowsLeft = plan.flows.length;
    this.lab = new Lab(plan, { queue: 'heap', observer: null });
    const [sender, receiver] = [this.lab.host('sender'), this.lab.host('receiver')];
    this.flows = plan.flows.map((flow) => {
      this.sinks.listen(receiver, receiver.rootNs, flow.port);
      return new TcpFlowSender(flow, sender, sender.rootNs, ip4('10.2.0.1'), () => {
        this.flowsLeft--;
      });
    });
    for (const flow of this.flows) flow.start();
  }

  received(): number {
    return this.flows.reduce((sum, flow) => sum + this.receivedOf(flow), 0);
  }

  receivedOf(flow: TcpFlowSender): number {
    return this.sinks.receivedAt(this.lab.host('receiver').rootNs, flow.plan.port);
  }

  /** Runs to a virtual time. */
  runTo(untilNs: number): void {
    this.lab.sched.run(untilNs, Infinity);
  }

  /** Runs the first part of the stream. */
  runCold(): void {
    this.runUntil(() => this.received() >= this.totalBytes * COLD_SHARE);
  }

  /** Runs to the end of the connections. */
  runWarm(): void {
    this.runUntil(() => this.flowsLeft === 0);
  }

  private runUntil(isDone: () => boolean): void {
    const { sched } = this.lab;
    for (let untilNs = sched.now; !isDone(); untilNs += SLICE_NS) sched.run(untilNs, Infinity);
  }
}
