/**
 * Workload N1, run once: a client, a router with rules, a server; a cable of 1 us each.
 *
 *   client 192.168.0.2 ── eth0 192.168.0.1 router docker0 172.17.0.1 ── 172.17.0.2 server
 *
 * Flows differ by their source ports. The first datagram of each is answered, so that its connection is settled; what
 * is measured comes behind that, but for new flows, of which each datagram is one.
 */
import { assert } from '../src/base/assert.ts';
import { ip4 } from '../src/base/addr.ts';
import { UdpSocket } from '../src/kernel/socket/udp-socket.ts';
import type { DatagramSink } from '../src/kernel/socket/udp-socket.ts';
import type { Host } from '../src/kernel/host.ts';
import type { Frame } from '../src/link/frame.ts';
import { FlowPayloads, FlowSender, FlowSinks } from '../src/scenario/flow.ts';
import { Lab } from '../src/scenario/lab.ts';
import type { PlanFlow } from '../src/scenario/plan.ts';
import * as ipv4 from '../src/wire/ipv4.ts';
import * as udp from '../src/wire/udp.ts';
import { EMPTY_RULES, ENGINE_RULES, LIST_RULES } from './nat-rules.ts';
import { planN1, START_NS } from './workload-plans.ts';

/** What the router has to do: forward; with an empty table, a list of rules, the engine's rules. */
export const NAT_MODES = ['plain', 'empty', 'list', 'dnat', 'masquerade', 'new'] as const;
export type NatMode = (typeof NAT_MODES)[number];

const RULES: Readonly<Record<NatMode, string>> = {
  plain: '',
  empty: EMPTY_RULES,
  list: LIST_RULES,
  dnat: ENGINE_RULES,
  masquerade: ENGINE_RULES,
  new: ENGINE_RULES,
};
const FIRST_PORT = 9;
const FIRST_SOURCE_PORT = 10_000;
/** Source ports of one flow of the plan; more flows go to further ports of the server. */
const MAX_SOURCE_PORTS = 50_000;
const INTERVAL_NS = 10_000;
const COLD_SHARE = 0.25;
const PAYLOAD_BYTES = 64;
const SERVER = ip4('172.17.0.2');
const CLIENT = ip4('192.168.0.2');
const PUBLISHED = ip4('192.168.0.1');

/** Counts what arrives, and answers the first datagrams. */
class EchoSink implements DatagramSink {
  received = 0;
  answersLeft = 0;
  private readonly socket: UdpSocket;
  private readonly answer = new Uint8Array(PAYLOAD_BYTES);

  constructor(host: Host, port: number) {
    this.socket = new UdpSocket(host.rootNs);
    assert(this.socket.bind(0, port) === '', 'the port is free');
    this.socket.sink = this;
  }

  onDatagram(frame: Frame): void {
    this.received++;
    if (this.answersLeft === 0) return;
    this.answersLeft--;
    const { view } = frame.slab;
    this.socket.sendTo(ipv4.src(view, frame.l3), udp.srcPort(view, frame.l4), this.answer);
  }
}

export interface NatRunOptions {
  readonly mode: NatMode;
  readonly flows: number;
  /** Beside those that settle the flows. */
  readonly datagrams: number;
}

export class NatRun {
  readonly lab: Lab;
  readonly router: Host;
  private readonly options: NatRunOptions;
  private readonly sinks: readonly EchoSink[];
  private readonly senders: readonly FlowSender[];
  private sendersLeft: number;

  constructor(options: NatRunOptions) {
    this.options = options;
    this.lab = new Lab(planN1(), { queue: 'heap', observer: null });
    this.router = this.lab.host('router');
    const rules = RULES[options.mode];
    if (rules !== '') this.typeRules(rules);
    const isOut = options.mode === 'masquerade';
    const [from, receiver] = isOut ? ['server', 'client'] : ['client', 'server'];
    const to = isOut ? CLIENT : options.mode === 'dnat' || options.mode === 'new' ? PUBLISHED : SERVER;
    const plans = this.flowPlans(from, receiver);
    this.sinks = plans.map(({ port }) => new EchoSink(this.lab.host(receiver), port));
    this.sendersLeft = plans.length;
    const flowEnded = (): void => {
      if (--this.sendersLeft === 0) this.lab.sched.stop();
    };
    const host = this.lab.host(from);
    const ends = { from: host, fromNs: host.rootNs, to, sinks: new FlowSinks(), payloads: new FlowPayloads() };
    this.senders = plans.map((plan) => new FlowSender(plan, ends, flowEnded));
    for (const sender of this.senders) sender.start();
  }

  private typeRules(rules: string): void {
    const { exit, stderr } = this.router.admin.run(this.router.rootNs, ['iptables-restore'], rules);
    assert(exit === 0, stderr);
  }

  private get settling(): number {
    return this.options.mode === 'new' ? 0 : this.options.flows;
  }

  private flowPlans(from: string, to: string): PlanFlow[] {
    const { flows, datagrams } = this.options;
    const senders = Math.ceil(flows / MAX_SOURCE_PORTS);
    return Array.from({ length: senders }, (_, i) => ({
      from: { host: from },
      to: { host: to },
      protocol: 'udp',
      port: FIRST_PORT + i,
      sizeBytes: PAYLOAD_BYTES,
      count: (this.settling + datagrams) / senders,
      intervalNs: INTERVAL_NS * senders,
      startNs: START_NS + i * INTERVAL_NS,
      staggerNs: 0,
      sourcePort: FIRST_SOURCE_PORT,
      sourcePortCount: flows / senders,
      warmup: 0,
      line: 1,
      col: 1,
    }));
  }

  /** Runs until all flows are settled. */
  settle(): void {
    if (this.settling === 0) return;
    for (const sink of this.sinks) sink.answersLeft = this.settling / this.sinks.length;
    this.runTo(this.settling);
  }

  /** Runs until so many datagrams are sent, those that settle the flows included. */
  private runTo(datagrams: number): void {
    this.lab.sched.run(START_NS + datagrams * INTERVAL_NS - 1, Infinity);
  }

  /** Runs the first part of what is measured: by its end the compiler has seen it all. */
  runCold(): void {
    this.runTo(this.settling + Math.floor(this.options.datagrams * COLD_SHARE));
  }

  /** Runs to the last delivery. */
  runWarm(): void {
    this.lab.sched.run(Infinity, Infinity);
  }

  /** Datagrams that have arrived, those that settled flows left out. */
  received(): number {
    return this.sinks.reduce((sum, sink) => sum + sink.received, -this.settling);
  }

  /** Connections that the router knows. */
  entries(): number {
    return this.router.rootNs.conntrack?.table.count ?? 0;
  }
}
