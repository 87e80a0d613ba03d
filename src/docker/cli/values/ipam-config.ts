/**
 * The address options of `docker network create`, sorted by subnet. Twin of docker/cli's consolidateIpam
 * (cli/command/network/create.go of 20.10), which only asks what belongs to which subnet; the rest is the daemon's.
 */
import { goCidrContains, invalidCidrText, parseGoCidr, parseGoIp } from '../../go-net.ts';
import type { IpamConfig } from '../../network.ts';

/** The values of the options, as typed. */
export interface IpamOptions {
  /** `--subnet`. */
  readonly subnets: readonly string[];
  /** `--ip-range`. */
  readonly ranges: readonly string[];
  /** `--gateway`. */
  readonly gateways: readonly string[];
  /** `--aux-address`, by name. */
  readonly auxAddresses: ReadonlyMap<string, string>;
}

/** What the client refuses, in its words. */
export class IpamOptionError extends Error {}

interface Draft {
  readonly subnet: string;
  range: string;
  gateway: string;
  readonly auxAddresses: Map<string, string>;
}

/** One config for each subnet, in the order in which they were typed. Throws an IpamOptionError. */
export function consolidateIpam(options: IpamOptions): IpamConfig[] {
  const { subnets, ranges, gateways } = options;
  if (subnets.length < ranges.length || subnets.length < gateways.length) {
    throw new IpamOptionError('every ip-range or gateway must have a corresponding subnet');
  }
  const drafts = draftsOf(subnets);
  for (const range of ranges) {
    for (const draft of draftsAround(drafts, 'range', range)) {
      if (draft.range !== '') throw tooMany('ranges', range, draft.range, `on the same subnet (${draft.subnet})`);
      draft.range = range;
    }
  }
  for (const gateway of gateways) {
    for (const draft of draftsAround(drafts, 'gateway', gateway)) {
      if (draft.gateway !== '') {
        throw tooMany('gateways', gateway, draft.gateway, `for the same subnet (${draft.subnet})`);
      }
      draft.gateway = gateway;
    }
  }
  for (const [name, address] of options.auxAddresses) {
    for (const draft of draftsAround(drafts, 'aux-address', address)) draft.auxAddresses.set(name, address);
  }
  return drafts;
}

function draftsOf(subnets: readonly string[]): Draft[] {
  const drafts: Draft[] = [];
  for (const subnet of subnets) {
    for (const other of drafts) {
      const isInOther = [subnetMatches(subnet, other.subnet), subnetMatches(other.subnet, subnet)];
      if (isInOther.includes(true)) {
        throw new IpamOptionError('multiple overlapping subnet configuration is not supported');
      }
    }
    drafts.push({ subnet, range: '', gateway: '', auxAddresses: new Map() });
  }
  return drafts;
}

/** The subnets in which a value lies: since they do not overlap, there is one. */
function draftsAround(drafts: readonly Draft[], what: string, value: string): Draft[] {
  const found = drafts.filter((draft) => subnetMatches(draft.subnet, value));
  if (found.length === 0) throw new IpamOptionError(`no matching subnet for ${what} ${value}`);
  return found;
}

/** Whether an address lies in the subnet, or for a text with a slash, the address before it. */
function subnetMatches(subnet: string, data: string): boolean {
  const cidr = parseGoCidr(subnet);
  if (cidr === undefined) throw new IpamOptionError(`invalid subnet: ${invalidCidrText(subnet)}`);
  const ip = data.includes('/') ? parseGoCidr(data)?.ip : parseGoIp(data);
  if (ip === undefined && data.includes('/')) throw new IpamOptionError(invalidCidrText(data));
  return ip !== undefined && goCidrContains(cidr, ip);
}

function tooMany(what: string, value: string, earlier: string, where: string): IpamOptionError {
  return new IpamOptionError(`cannot configure multiple ${what} (${value}, ${earlier}) ${where}`);
}
