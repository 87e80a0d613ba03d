/**
 * One workload, run once: the lab, its flows, and the counts between the first measured datagram and the last
 * delivery. The warm-up (ARP, learning) lies before, the timers of ARP that fire after the last delivery behind.
 *
 *   build ─▶ warm-up ─▶ first measured datagram ─▶ the warm part begins ─▶ last datagram delivered
 */
import type { Ip4 } from '../src/base/addr.ts';
import type { Host } from '../src/kernel/host.ts';
import { FlowPayloads, FlowSender, FlowSinks } from '../src/scenario/flow.ts';
import { Lab } from '../src/scenario/lab.ts';
import type { Plan } from '../src/scenario/plan.ts';
import type { CaptureStore } from '../src/scenario/watch.ts';
import { LabWatch } from '../src/scenario/watch.ts';
import type { QueueKind } from '../src/sim/queues.ts';
import type { HostSetup } from './workload-plans.ts';

/** Of the traffic's time; by then the compiler has seen all of the hot path. */
const COLD_SHARE = 0.25;

export interface WorkloadOptions {
  readonly queue: QueueKind;
  /** Takes one pcap per interface of a host; null: no captures. */
  readonly store: CaptureStore | null;
  /** What is typed on each host first. */
  readonly setup?: ((host: string) => HostSetup) | undefined;
}

export interface WorkloadCounts {
  readonly events: number;
  readonly hops: number;
  readonly sent: number;
  readonly delivered: number;
  readonly dropped: number;
}

export class WorkloadRun {
  readonly lab: Lab;
  readonly flows: readonly FlowSender[];
  private readonly plan: Plan;
  private readonly watch: LabWatch | null;
  private readonly sinks: FlowSinks;
  private flowsLeft: number;

  constructor(plan: Plan, options: WorkloadOptions) {
    this.plan = plan;
    this.watch = options.store === null ? null : watchOf(plan, options.store);
    this.lab = new Lab(plan, { queue: options.queue, observer: this.watch });
    const { setup } = options;
    if (setup !== undefined) for (const host of this.lab.hosts) typeSetup(host, setup(host.name));
    this.sinks = new FlowSinks();
    const payloads = new FlowPayloads();
    this.flowsLeft = plan.flows.length;
    const flowEnded = (): void => {
      if (--this.flowsLeft === 0) this.lab.sched.stop();
    };
    this.flows = plan.flows.map((flow) => {
      const to = this.lab.host(flow.to.host);
      this.sinks.listen(to.rootNs, flow.port);
      const address = setup?.(flow.to.host).address ?? addressOf(plan, flow.to.host);
      const from = this.lab.host(flow.from.host);
      const ends = { from, fromNs: from.rootNs, to: address, sinks: this.sinks, payloads };
      return new FlowSender(flow, ends, flowEnded);
    });
    for (const flow of this.flows) flow.start();
  }

  /** Runs to before the first measured datagram. */
  warmUp(): void {
    this.lab.sched.run(this.firstDatagramNs - 1, Infinity);
  }

  /** Runs the first part of the traffic. */
  runCold(): void {
    const lastNs = Math.max(...this.plan.flows.map((flow) => flow.startNs + (flow.count - 1) * flow.intervalNs));
    const first = this.firstDatagramNs;
    this.lab.sched.run(Math.floor(first + (lastNs - first) * COLD_SHARE), Infinity);
  }

  /** Runs until each flow has sent `count` datagrams of those that are measured. */
  runDatagrams(count: number): void {
    const untilNs = Math.max(...this.plan.flows.map((flow) => flow.startNs + (count - 1) * flow.intervalNs));
    this.lab.sched.run(untilNs, Infinity);
  }

  /** Runs to the last delivery and closes the captures. */
  runWarm(): void {
    this.lab.sched.run(Infinity, Infinity);
    this.watch?.close(this.lab.sched.now);
  }

  counts(): WorkloadCounts {
    const { sent, delivered, dropped, hops } = this.lab.totals();
    const drops = Object.values(dropped).reduce((sum, count) => sum + count, 0);
    return { events: this.lab.sched.eventCount, hops, sent, delivered, dropped: drops };
  }

  /** Datagrams sent, those of the warm-up left out. */
  sentDatagrams(): number {
    return this.flows.reduce((sum, flow) => sum + flow.sent, 0);
  }

  /** Datagrams that have arrived, those of the warm-up left out. */
  receivedDatagrams(): number {
    const warmup = this.plan.flows.reduce((sum, flow) => sum + flow.warmup, 0);
    const ports = new Set(this.plan.flows.map((flow) => flow.port));
    let received = -warmup;
    for (const host of this.lab.hosts) for (const port of ports) received += this.sinks.at(host.rootNs, port).received;
    return received;
  }

  private get firstDatagramNs(): number {
    return Math.min(...this.plan.flows.map((flow) => flow.startNs));
  }
}

function addressOf(plan: Plan, name: string): Ip4 {
  return plan.hosts.find((host) => host.name === name)!.interfaces[0]!.addresses[0]!.address;
}

function typeSetup(host: Host, setup: HostSetup): void {
  for (const line of setup.lines) {
    const { exit, stderr } = host.admin.type(line);
    if (exit !== 0) throw new Error(`${host.name}: ${line}: ${stderr}`);
  }
}

function watchOf(plan: Plan, store: CaptureStore): LabWatch {
  const { epochSeconds } = plan;
  return new LabWatch({ epochSeconds, globs: ['*/eth*'], format: 'pcap', store, hash: false, counters: [] });
}
