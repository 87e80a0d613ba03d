/**
 * Faults: cables that are cut and mended, switches that pass nothing between groups of machines. What a fault does to
 * the machines is what it does to real ones: their cards lose the carrier, or notice nothing.
 */
import type { Mac } from '../base/addr.ts';
import { unreachable } from '../base/assert.ts';
import type { Cable } from '../link/cable.ts';
import { Drop } from '../link/drop.ts';
import { LanPartition } from '../link/lan-partition.ts';
import { SwitchPort } from '../link/lan-switch.ts';
import { devCarrierChanged } from '../kernel/dev/dev-ops.ts';
import { Nic } from '../kernel/dev/nic.ts';
import type { Lab } from './lab.ts';
import type { PlanFault } from './plan.ts';

/** One end of a cable: what it is plugged into, and the direction that leads away from there. */
export interface LinkEnd {
  readonly plug: Nic | SwitchPort;
  readonly cable: Cable;
  /** Whose card it is; null for a switch's port. */
  readonly host: string | null;
}

/** A cable with both directions. */
export interface LabLink {
  readonly lan: string;
  readonly ends: readonly [LinkEnd, LinkEnd];
}

export class Faults {
  private readonly lab: Lab;

  constructor(lab: Lab) {
    this.lab = lab;
  }

  /** Makes a fault happen, or undoes one. What has happened already happens to no one again. */
  apply(fault: PlanFault): void {
    switch (fault.action) {
      case 'cut':
        for (const link of this.linksOf(fault.host, fault.lan)) cutLink(link);
        break;
      case 'heal':
        for (const link of this.linksOf(fault.host, fault.lan)) healLink(link);
        break;
      case 'heal all':
        for (const link of this.lab.links) healLink(link);
        this.partition([]);
        break;
      case 'partition':
        this.partition(fault.groups);
        break;
      case 'kill':
      case 'start':
        unreachable('machines are not switched off yet: the reader says so');
    }
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

function cutLink(link: LabLink): void {
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

function healLink(link: LabLink): void {
  if (link.ends[0].plug.cable !== null) return;
  for (const { plug, cable } of link.ends) plug.cable = cable;
  for (const { plug } of link.ends) if (plug instanceof Nic) devCarrierChanged(plug);
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
