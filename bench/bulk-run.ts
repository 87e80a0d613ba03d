/**
 * Workload W4, run once: one stream from a sender by way of a router to a receiver. What is measured begins when a
 * quarter has arrived: by then the window is what it will be, and the compiler has seen the hot path.
 */
import { ip4 } from '../src/base/addr.ts';
import { Lab } from '../src/scenario/lab.ts';
import { TcpFlowSender, TcpFlowSinks } from '../src/scenario/tcp-flow.ts';
import { planW4 } from './workload-plans.ts';

/** Payload of a full segment with time stamps. */
export const SEGMENT_BYTES = 1448;
const COLD_SHARE = 0.25;
/** So much virtual time is run at once. */
const SLICE_NS = 1_000_000;

export class BulkRun {
  readonly lab: Lab;
  readonly flow: TcpFlowSender;
  private readonly totalBytes: number;
  private readonly sinks = new TcpFlowSinks();
  private hasEnded = false;

  constructor(bytes: number) {
    this.totalBytes = bytes;
    const plan = planW4(bytes);
    this.lab = new Lab(plan, { queue: 'heap', observer: null });
    const [sender, receiver] = [this.lab.host('sender'), this.lab.host('receiver')];
    this.sinks.listen(receiver, receiver.rootNs, plan.flows[0]!.port);
    this.flow = new TcpFlowSender(plan.flows[0]!, sender, sender.rootNs, ip4('10.2.0.1'), () => {
      this.hasEnded = true;
    });
    this.flow.start();
  }

  received(): number {
    const receiver = this.lab.host('receiver');
    return this.sinks.receivedAt(receiver.rootNs, this.flow.plan.port);
  }

  /** Runs the first part of the stream. */
  runCold(): void {
    this.runUntil(() => this.received() >= this.totalBytes * COLD_SHARE);
  }

  /** Runs to the end of the connection. */
  runWarm(): void {
    this.runUntil(() => this.hasEnded);
  }

  private runUntil(isDone: () => boolean): void {
    const { sched } = this.lab;
    for (let untilNs = sched.now; !isDone(); untilNs += SLICE_NS) sched.run(untilNs, Infinity);
  }
}
