/** All flows of a plan: opens each when its time comes, and knows when the last has ended. */
import type { Ip4 } from '../base/addr.ts';
import type { Netns } from '../kernel/netns.ts';
import { Timer } from '../sim/timer.ts';
import { FlowPayloads, FlowSender, FlowSinks, WARMUP_SPACING_NS } from './flow.ts';
import type { HostSetup } from './host-setup.ts';
import { firstAddressOf, namespaceOf } from './host-setup.ts';
import type { PlanFlow, PlanFlowEnd } from './plan.ts';
import { TcpFlowSender, TcpFlowSinks } from './tcp-flow.ts';

export class FlowDriver {
  readonly senders: FlowSender[] = [];
  private readonly setups: readonly HostSetup[];
  readonly tcpSenders: TcpFlowSender[] = [];
  private readonly sinks = new FlowSinks();
  private readonly tcpSinks = new TcpFlowSinks();
  private readonly payloads = new FlowPayloads();
  private readonly changed: () => void;
  private readonly failed: (problem: string) => void;
  private running: number;

  /** `changed` is called when a flow has ended, `failed` with what kept one from running. */
  constructor(
    flows: readonly PlanFlow[],
    setups: readonly HostSetup[],
    changed: () => void,
    failed: (problem: string) => void,
  ) {
    this.setups = setups;
    this.changed = changed;
    this.failed = failed;
    this.running = flows.length;
    for (const flow of flows) this.schedule(flow);
  }

  get isDone(): boolean {
    return this.running === 0;
  }

  /** Bytes that TCP flows have brought to a port of a host's own namespace or of a container. */
  receivedBytesAt(end: PlanFlowEnd, port: number): number {
    const ns = this.namespace(end);
    return ns === undefined ? 0 : this.tcpSinks.receivedAt(ns, port);
  }

  /** Datagrams that have arrived at a port of a host's own namespace or of a container. */
  receivedAt(end: PlanFlowEnd, port: number): number {
    const ns = this.namespace(end);
    return ns === undefined ? 0 : this.sinks.at(ns, port).received;
  }

  /** A flow's sockets are opened when its warm-up begins: its containers are to be there by then. */
  private schedule(flow: PlanFlow): void {
    const { host } = this.setupOf(flow.from);
    const timer = new Timer(host.sched, host.source, () => {
      timer.dispose();
      this.open(flow);
    });
    timer.armAt(Math.max(0, flow.startNs - flow.warmup * WARMUP_SPACING_NS));
  }

  private open(flow: PlanFlow): void {
    const fromNs = this.namespace(flow.from);
    const toNs = this.namespace(flow.to);
    const to = toNs === undefined ? undefined : firstAddressOf(toNs);
    if (fromNs === undefined || toNs === undefined || to === undefined) {
      const missing = fromNs === undefined ? flow.from : flow.to;
      this.fail(flow, `${nameOf(missing)} is not there, or has no address, when the flow starts`);
      return;
    }
    if (flow.protocol === 'tcp') this.openTcp(flow, fromNs, toNs, to);
    else this.openUdp(flow, fromNs, toNs, to);
  }

  private openTcp(flow: PlanFlow, fromNs: Netns, toNs: Netns, to: Ip4): void {
    const refused = this.tcpSinks.listen(this.setupOf(flow.to).host, toNs, flow.port);
    if (refused !== '') {
      this.fail(flow, `${nameOf(flow.to)} cannot listen on TCP port ${flow.port}: ${refused}`);
      return;
    }
    const sender = new TcpFlowSender(flow, this.setupOf(flow.from).host, fromNs, to, () => {
      if (sender.firstError !== '')
        this.failed(`flow of line ${flow.line}: the connection failed: ${sender.firstError}`);
      this.ended();
    });
    this.tcpSenders.push(sender);
    sender.start();
  }

  private openUdp(flow: PlanFlow, fromNs: Netns, toNs: Netns, to: Ip4): void {
    const refused = this.sinks.listen(toNs, flow.port);
    if (refused !== '') {
      this.fail(flow, `${nameOf(flow.to)} cannot receive on UDP port ${flow.port}: ${refused}`);
      return;
    }
    const { host } = this.setupOf(flow.from);
    const ends = { from: host, fromNs, to, sinks: this.sinks, payloads: this.payloads };
    const sender = new FlowSender(flow, ends, () => {
      if (sender.firstError !== '') {
        this.failed(`flow of line ${flow.line}: ${sender.refused} datagrams refused: ${sender.firstError}`);
      }
      this.ended();
    });
    this.senders.push(sender);
    sender.start();
  }

  private fail(flow: PlanFlow, problem: string): void {
    this.failed(`flow of line ${flow.line}: ${problem}`);
    this.ended();
  }

  private ended(): void {
    this.running--;
    this.changed();
  }

  private setupOf(end: PlanFlowEnd): HostSetup {
    return this.setups.find((setup) => setup.host.name === end.host)!;
  }

  private namespace(end: PlanFlowEnd): Netns | undefined {
    return namespaceOf(this.setupOf(end), end.container);
  }
}

function nameOf(end: PlanFlowEnd): string {
  return end.container === undefined ? end.host : `${end.host}/${end.container}`;
}
