/**
 * The lab: the objects of a simulation, built from a plan. Every node and every direction of a cable gets its place in
 * the order of events here: cables in the plan's order first, then hosts, then switches.
 */
import { assert } from '../base/assert.ts';
import { Cable } from '../link/cable.ts';
import type { CableReceiver, CableSettings } from '../link/cable.ts';
import { DROP_REASON_COUNT, dropReasonName } from '../link/drop.ts';
import type { FrameDevice } from '../link/frame.ts';
import { Slab } from '../link/frame.ts';
import { FrameStats } from '../link/frame-stats.ts';
import { LanSwitch } from '../link/lan-switch.ts';
import type { SwitchPort } from '../link/lan-switch.ts';
import type { Nic } from '../kernel/dev/nic.ts';
import type { Host } from '../kernel/host.ts';
import type { DeviceObserver } from '../kernel/netns.ts';
import type { QueueKind } from '../sim/queues.ts';
import { makeEventQueue } from '../sim/queues.ts';
import { Rng } from '../sim/rng.ts';
import { EventSource, Scheduler } from '../sim/scheduler.ts';
import type { LabLink, LinkEnd } from './fault.ts';
import { netemSettings } from './impairment.ts';
import type { HostPlace } from './lab-host.ts';
import { configureHost, makeHost } from './lab-host.ts';
import type { Plan, PlanHost, PlanLan } from './plan.ts';

export interface LabOptions {
  readonly queue: QueueKind;
  /** Told when interfaces come up and go down. */
  readonly observer: DeviceObserver | null;
  /** How many schedulers share the nodes; more than one runs in windows (see `runInWindows`). */
  readonly groups?: number;
}

/** The books of all nodes together. */
export interface FrameTotals {
  readonly sent: number;
  readonly delivered: number;
  /** By the reason's name, only those that happened. */
  readonly dropped: Readonly<Record<string, number>>;
  readonly inFlight: number;
  readonly refused: number;
  readonly hops: number;
}

export class Lab {
  readonly plan: Plan;
  readonly slab: Slab;
  readonly schedulers: readonly Scheduler[];
  readonly hosts: readonly Host[];
  /** Machines that were switched off and have started again since: what they did is still part of the run. */
  readonly retired: readonly Host[];
  readonly switches: readonly LanSwitch[];
  readonly cables: readonly Cable[];
  /** The same, each with both directions. */
  readonly links: readonly LabLink[];
  /** Books of hosts and switches. */
  readonly stats: readonly FrameStats[];
  private readonly hostsByName: Map<string, Host>;
  private readonly places: ReadonlyMap<string, HostPlace>;

  constructor(plan: Plan, options: LabOptions) {
    const builder = new LabBuilder(plan, options);
    this.plan = plan;
    this.slab = builder.slab;
    this.schedulers = builder.schedulers;
    this.hosts = builder.hosts;
    this.retired = [];
    this.places = builder.places;
    this.switches = builder.switches;
    this.cables = builder.cables;
    this.links = builder.links;
    this.stats = builder.stats;
    for (const stats of this.stats) {
      stats.loopFound = () => {
        for (const sched of this.schedulers) sched.stop();
      };
    }
    this.hostsByName = new Map(this.hosts.map((host) => [host.name, host]));
  }

  /** The scheduler of a run that is not split into groups. */
  get sched(): Scheduler {
    return this.schedulers[0]!;
  }

  host(name: string): Host {
    const host = this.hostsByName.get(name);
    assert(host !== undefined, 'the plan has checked the names of hosts');
    return host;
  }

  /** A machine that was switched off starts again, as at the beginning, and its cards are plugged in as they were. */
  reboot(name: string): Host {
    const index = this.hosts.findIndex((host) => host.name === name);
    const planned = this.plan.hosts[index]!;
    const old = this.hosts[index]!;
    const place = this.places.get(name)!;
    const host = makeHost(planned, { ...place, rng: place.rng.fork(`boot/${this.retired.length}`) });
    (this.retired as Host[]).push(old);
    (this.hosts as Host[])[index] = host;
    this.hostsByName.set(name, host);
    return host;
  }

  totals(): FrameTotals {
    const dropped = new Float64Array(DROP_REASON_COUNT);
    const sums = { sent: 0, delivered: 0, refused: 0, hops: 0 };
    for (const stats of this.stats) {
      sums.sent += stats.sent;
      sums.delivered += stats.delivered;
      sums.refused += stats.refused;
      sums.hops += stats.hops;
      for (let reason = 0; reason < DROP_REASON_COUNT; reason++) dropped[reason]! += stats.dropped[reason]!;
    }
    const byName: Record<string, number> = {};
    dropped.forEach((count, reason) => {
      if (count > 0) byName[dropReasonName(reason)] = count;
    });
    return { ...sums, dropped: byName, inFlight: this.slab.inUse };
  }

  /** Counts the frames by looking where they can be: cables, backlogs, queues. Must equal `inFlight`. */
  census(): number {
    let found = 0;
    for (const cable of this.cables) found += cable.heldFrames;
    for (const host of this.hosts) found += host.heldFrames();
    return found;
  }

  /** The ports of a layer-2 loop; empty while none was found. */
  loopPorts(): string[] {
    const isFound = this.totals().dropped['X_LAYER2_LOOP'] !== undefined;
    return isFound ? [...new Set(this.stats.flatMap((stats) => stats.loopPorts))] : [];
  }
}

/** Slots per node that a lab starts with: what a few frames on each cable need. */
const SLOTS_PER_NODE = 4;
const SLOTS_MIN = 256;

class LabBuilder {
  readonly slab: Slab;
  readonly schedulers: Scheduler[] = [];
  readonly hosts: Host[] = [];
  readonly switches: LanSwitch[] = [];
  readonly cables: Cable[] = [];
  readonly links: LabLink[] = [];
  readonly stats: FrameStats[] = [];
  readonly places = new Map<string, HostPlace>();
  private readonly plan: Plan;
  private readonly options: LabOptions;
  private readonly rng: Rng;
  private readonly switchOfLan = new Map<string, LanSwitch>();
  /** Group of each switch, by LAN. */
  private readonly schedulerOfSwitch = new Map<LanSwitch, Scheduler>();
  private nextCableSource = 0;

  constructor(plan: Plan, options: LabOptions) {
    this.plan = plan;
    this.options = options;
    this.rng = Rng.fromSeed(plan.seed);
    this.slab = new Slab(Math.max(SLOTS_MIN, plan.hosts.length * SLOTS_PER_NODE));
    const capacity = Math.max(1024, plan.hosts.length * 8);
    for (let i = 0; i < (options.groups ?? 1); i++) {
      this.schedulers.push(new Scheduler(makeEventQueue(options.queue, capacity)));
    }
    const cableCount = countCables(plan);
    plan.hosts.forEach((host, i) => {
      this.addHost(host, i, cableCount + i);
    });
    let switchSource = cableCount + plan.hosts.length;
    for (const lan of plan.lans) if (lan.isSwitch) this.addSwitch(lan, switchSource++);
    for (const lan of plan.lans) this.connectLan(lan);
    plan.hosts.forEach((planned, i) => {
      configureHost(this.hosts[i]!, planned);
    });
  }

  private addHost(planned: PlanHost, index: number, sourceIndex: number): void {
    const stats = new FrameStats(this.slab, sourceIndex);
    this.stats.push(stats);
    const place: HostPlace = {
      sched: this.schedulers[index % this.schedulers.length]!,
      source: new EventSource(sourceIndex),
      rng: this.rng.fork(`host/${planned.name}`),
      stats,
      observer: this.options.observer,
      epochSeconds: this.plan.epochSeconds,
    };
    this.places.set(planned.name, place);
    this.hosts.push(makeHost(planned, place));
  }

  private addSwitch(lan: PlanLan, sourceIndex: number): void {
    const stats = new FrameStats(this.slab, sourceIndex);
    this.stats.push(stats);
    const sched = this.schedulers[lan.index % this.schedulers.length]!;
    const lanSwitch = new LanSwitch(lan.name, sched, stats);
    this.switches.push(lanSwitch);
    this.switchOfLan.set(lan.name, lanSwitch);
    this.schedulerOfSwitch.set(lanSwitch, sched);
  }

  private connectLan(lan: PlanLan): void {
    const lanSwitch = this.switchOfLan.get(lan.name);
    if (lanSwitch === undefined) {
      this.connectDirectly(lan);
      return;
    }
    for (const member of lan.members) {
      const { host, nic } = this.nicOf(member.host, member.interfaceName);
      const port = lanSwitch.addPort(`${host.name}.${nic.name}`);
      const switchSched = this.schedulerOfSwitch.get(lanSwitch)!;
      const up = this.cable(hostEnd(host, nic), { sched: switchSched, receiver: port }, lan);
      const down = this.cable(switchEnd(lanSwitch, port), { sched: host.sched, receiver: nic }, lan);
      this.plugIn(lan.name, endOf(host, nic, up), portEnd(port, down));
    }
    if (lan.uplink !== undefined) this.connectUplink(lan, lanSwitch);
  }

  private connectDirectly(lan: PlanLan): void {
    assert(lan.members.length === 2, 'a LAN without a switch is one cable between two interfaces');
    const [left, right] = lan.members.map((member) => this.nicOf(member.host, member.interfaceName)) as [End, End];
    const there = { sched: right.host.sched, receiver: right.nic };
    const forth = this.cable(hostEnd(left.host, left.nic), there, lan);
    const here = { sched: left.host.sched, receiver: left.nic };
    const back = this.cable(hostEnd(right.host, right.nic), here, lan);
    this.plugIn(lan.name, endOf(left.host, left.nic, forth), endOf(right.host, right.nic, back));
  }

  private connectUplink(lan: PlanLan, lanSwitch: LanSwitch): void {
    const uplink = lan.uplink!;
    const upper = this.switchOfLan.get(uplink.to);
    assert(upper !== undefined, 'an uplink leads to a switch');
    const { rateBitsPerSecond, delayNs, netem } = uplink;
    const settings = { ...lan, rateBitsPerSecond, delayNs, netem };
    const port: SwitchPort = lanSwitch.addPort(`uplink.${upper.name}`);
    const upperPort = upper.addPort(lan.name);
    const lowerSched = this.schedulerOfSwitch.get(lanSwitch)!;
    const upperSched = this.schedulerOfSwitch.get(upper)!;
    const up = this.cable(switchEnd(lanSwitch, port), { sched: upperSched, receiver: upperPort }, settings);
    const down = this.cable(switchEnd(upper, upperPort), { sched: lowerSched, receiver: port }, settings);
    this.plugIn(lan.name, portEnd(port, up), portEnd(upperPort, down));
  }

  private plugIn(lan: string, one: LinkEnd, other: LinkEnd): void {
    one.plug.cable = one.cable;
    other.plug.cable = other.cable;
    this.links.push({ lan, ends: [one, other] });
  }

  private cable(from: SendingEnd, to: ReceivingEnd, settings: CableSettings & { netem?: string | undefined }): Cable {
    const index = this.nextCableSource++;
    const { sched, stats, where } = from;
    const impairment =
      settings.netem === undefined
        ? null
        : { settings: netemSettings(settings.netem), rng: this.rng.fork(`cable/${index}`), stats, where };
    const cable = new Cable(sched, to.sched, new EventSource(index), to.receiver, settings, impairment);
    this.cables.push(cable);
    return cable;
  }

  private nicOf(hostName: string, interfaceName: string): End {
    const host = this.hosts.find((other) => other.name === hostName)!;
    const nic = host.rootNs.deviceByName(interfaceName) as Nic | null;
    assert(nic !== null, 'the plan lists the interfaces of its LANs');
    return { host, nic };
  }
}

/** Where a cable begins: whose time its departures are in, and in whose books its losses stand. */
interface SendingEnd {
  readonly sched: Scheduler;
  readonly stats: FrameStats;
  readonly where: FrameDevice;
}

interface ReceivingEnd {
  readonly sched: Scheduler;
  readonly receiver: CableReceiver;
}

function hostEnd(host: Host, nic: Nic): SendingEnd {
  return { sched: host.sched, stats: host.stats, where: nic };
}

function switchEnd(lanSwitch: LanSwitch, port: SwitchPort): SendingEnd {
  return { sched: lanSwitch.sched, stats: lanSwitch.stats, where: port };
}

function endOf(host: Host, nic: Nic, cable: Cable): LinkEnd {
  return { plug: nic, cable, host: host.name, nicName: nic.name };
}

function portEnd(port: SwitchPort, cable: Cable): LinkEnd {
  return { plug: port, cable, host: null, nicName: '' };
}

interface End {
  readonly host: Host;
  readonly nic: Nic;
}

function countCables(plan: Plan): number {
  let count = 0;
  for (const lan of plan.lans) {
    count += lan.isSwitch ? 2 * lan.members.length : 2;
    if (lan.uplink !== undefined) count += 2;
  }
  return count;
}
