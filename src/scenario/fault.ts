/**
 * Faults: cables that are cut and mended, switches that pass nothing between groups of machines, machines and
 * containers that die and start again. What a fault does to the others is what it does to real ones: their cards lose
 * the carrier, or they notice nothing.
 */
import type { Mac } from '../base/addr.ts';
import type { Engine } from '../docker/engine.ts';
import { sendSignal } from '../docker/daemon/kill.ts';
import { SIGNAL } from '../docker/daemon/signals.ts';
import { attachNetworks } from '../docker/daemon/attach.ts';
import { startContainer } from '../docker/daemon/start.ts';
import type { Cable } from '../link/cable.ts';
import { Drop } from '../link/drop.ts';
import { LanPartition } from '../link/lan-partition.ts';
import { SwitchPort } from '../link/lan-switch.ts';
import { devCarrierChanged } from '../kernel/dev/dev-ops.ts';
import { Nic } from '../kernel/dev/nic.ts';
import { powerOff } from '../kernel/power.ts';
import type { HostSetup } from './host-setup.ts';
import type { Lab } from './lab.ts';
import { configureHost } from './lab-host.ts';
import type { PlanFault, PlanHost } from './plan.ts';

/** One end of a cable: what it is plugged into, and the direction that leads away from there. */
export interface LinkEnd {
  plug: Nic | SwitchPort;
  readonly cable: Cable;
  /** Whose card it is; null for a switch's port. */
  readonly host: string | null;
  /** The name that the plan gives the card; '' for a switch's port. */
  readonly nicName: string;
}

/** A cable with both directions. */
export interface LabLink {
  readonly lan: string;
  readonly ends: readonly [LinkEnd, LinkEnd];
}

/** What faults work on beside the lab: what runs on its machines, and how that is set up afresh. */
export interface FaultSite {
  readonly lab: Lab;
  readonly setups: HostSetup[];
  readonly setUp: (planned: PlanHost) => HostSetup;
}

export class Faults {
  private readonly lab: Lab;
  private readonly site: FaultSite;
  private readonly off = new Set<string>();
  /** Cut on purpose, whatever happens to the machines at their ends. */
  private readonly cut = new Set<LabLink>();

  constructor(site: FaultSite) {
    this.lab = site.lab;
    this.site = site;
  }

  isOff(host: string): boolean {
    return this.off.has(host);
  }

  /**
   * Makes a fault happen, or undoes one. What has happened already happens to no one again. Answers what kept it from
   * happening.
   */
  apply(fault: PlanFault): string | undefined {
    switch (fault.action) {
      case 'cut':
        for (const link of this.linksOf(fault.host, fault.lan)) this.cutLink(link);
        break;
      case 'heal':
        for (const link of this.linksOf(fault.host, fault.lan)) this.healLink(link);
        break;
      case 'heal all':
        for (const link of this.lab.links) this.healLink(link);
        this.partition([]);
        break;
      case 'partition':
        this.partition(fault.groups);
        break;
      case 'kill':
        if (fault.container !== undefined) return this.killContainer(fault.host, fault.container);
        this.switchOff(fault.host);
        break;
      case 'start':
        if (fault.container !== undefined) return this.startContainer(fault.host, fault.container);
        this.switchOn(fault.host);
        break;
    }
    return undefined;
  }

  private cutLink(link: LabLink): void {
    this.cut.add(link);
    unplug(link);
  }

  private healLink(link: LabLink): void {
    this.cut.delete(link);
    this.plugUnlessOff(link);
  }

  /** A cable has a carrier when it is whole and both its ends have power. */
  private plugUnlessOff(link: LabLink): void {
    const isDead = link.ends.some(({ host }) => host !== null && this.off.has(host));
    if (!isDead && !this.cut.has(link)) plug(link);
  }

  /** The power of a machine goes. */
  private switchOff(name: string): void {
    if (this.off.has(name)) return;
    this.off.add(name);
    for (const link of this.lab.links) if (link.ends.some(({ host }) => host === name)) unplug(link);
    this.site.setups.find((setup) => setup.host.name === name)?.engine?.powerOff();
    powerOff(this.lab.host(name));
  }

  /** It starts as at the beginning: what the plan says of it, and an engine without containers. */
  private switchOn(name: string): void {
    if (!this.off.delete(name)) return;
    const host = this.lab.reboot(name);
    const index = this.lab.hosts.indexOf(host);
    const planned = this.lab.plan.hosts[index]!;
    for (const link of this.lab.links) {
      link.ends.forEach((end, i) => {
        if (end.host !== name) return;
        end.plug = host.rootNs.deviceByName(end.nicName) as Nic;
        link.ends[1 - i]!.cable.plugInto(end.plug);
      });
      this.plugUnlessOff(link);
    }
    host.isBooting = true;
    configureHost(host, planned);
    host.isBooting = false;
    this.site.setups[index] = this.site.setUp(planned);
  }

  /** As `docker kill`: the container's first process, and with it all others, get SIGKILL. */
  private killContainer(host: string, name: string): string | undefined {
    const engine = this.engineOf(host);
    const container = engine?.containerByName(name);
    if (!engine || container?.isRunning !== true) return `no container ${name} runs on ${host}`;
    sendSignal(engine, container, SIGNAL.kill);
    return undefined;
  }

  /** As `docker start`. */
  private startContainer(host: string, name: string): string | undefined {
    const engine = this.engineOf(host);
    const container = engine?.containerByName(name);
    if (!engine || !container) return `${host} has no container ${name}`;
    const attached = attachNetworks(engine, container);
    // A swarm may take a while to answer.
    attached.then(() => {
      startContainer(engine, container, null, attached.refusal);
    });
    return undefined;
  }

  private engineOf(host: string): Engine | null {
    return this.off.has(host) ? null : this.site.setups.find((setup) => setup.host.name === host)!.engine;
  }

  /** The cables of a host on a LAN. */
  private linksOf(host: string, lan: string): LabLink[] {
    return this.lab.links.filter((link) => link.lan === lan && link.ends.some((end) => end.host === host));
  }

  /** Nothing passes between two groups; no groups, and everything passes again. */
  private partition(groups: readonly (readonly string[])[]): void {
    const groupOf = new Map(groups.flatMap((hosts, group) => hosts.map((host) => [host, group])));
    const macGroups = new Map<Mac, number>();
    const portGroups = new Map(this.lab.switches.map((lanSwitch) => [lanSwitch, new Map<number, number>()]));
    for (const { ends } of this.lab.links) {
      for (const [one, other] of [ends, [ends[1], ends[0]]] as const) {
        const group = one.host === null ? undefined : groupOf.get(one.host);
        if (group === undefined || !(one.plug instanceof Nic)) continue;
        macGroups.set(one.plug.mac, group);
        if (other.plug instanceof SwitchPort) portGroups.get(other.plug.lanSwitch)!.set(other.plug.index, group);
      }
    }
    for (const [lanSwitch, ports] of portGroups) {
      lanSwitch.partition = groups.length === 0 ? null : new LanPartition(ports, macGroups);
    }
  }
}

function unplug(link: LabLink): void {
  if (link.ends[0].plug.cable === null) return;
  for (const { plug, cable } of link.ends) {
    const stats = plug instanceof Nic ? plug.ns.machine.stats : plug.lanSwitch.stats;
    cable.dropAll(stats, Drop.X_CABLE_CUT, plug);
    plug.cable = null;
  }
  for (const { plug } of link.ends) {
    if (plug instanceof Nic) devCarrierChanged(plug);
    else plug.lanSwitch.fdb.flush(plug.index, false);
  }
}

function plug(link: LabLink): void {
  if (link.ends[0].plug.cable !== null) return;
  for (const end of link.ends) end.plug.cable = end.cable;
  for (const end of link.ends) if (end.plug instanceof Nic) devCarrierChanged(end.plug);
}

/** What a fault is called in results and on the terminal. */
export function faultText(fault: PlanFault): string {
  switch (fault.action) {
    case 'cut':
    case 'heal':
      return `${fault.action} ${fault.host}/${fault.lan}`;
    case 'heal all':
      return 'heal all';
    case 'partition':
      return `partition ${fault.groups.map((group) => group.join(' ')).join(' | ')}`.trim();
    case 'kill':
    case 'start':
      return `${fault.action} ${fault.host}${fault.container === undefined ? '' : `/${fault.container}`}`;
  }
}
