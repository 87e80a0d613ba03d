/**
 * What newer engines look at before they make a network: whether what was asked of the address management fits
 * together. All that is wrong is said at once. Twin of moby's daemon/network.go (validateIpamConfig).
 */
import type { Cidr } from '../../base/addr.ts';
import { cidrContains, cidrsOverlap, formatCidr, networkOf, parseCidr, parseIp4 } from '../../base/addr.ts';
import { DaemonError } from '../errors.ts';
import type { IpamConfig } from '../network.ts';

/** Throws a DaemonError. IPv6 is none of its business on networks without it. */
export function checkIpamConfigs(configs: readonly IpamConfig[]): void {
  const faults = configs.flatMap((config) => {
    const subnet = parseCidr(config.subnet);
    return subnet === undefined ? [] : configFaults(config, subnet);
  });
  if (faults.length === 0) return;
  const list = faults.length === 1 ? faults[0]! : `* ${faults.join('\n* ')}`;
  throw new DaemonError(`invalid network config:\n${list}`);
}

function configFaults(config: IpamConfig, subnet: Cidr): string[] {
  const addresses: [what: string, text: string][] = [
    [`gateway ${config.gateway}`, config.gateway],
    ...[...config.auxAddresses].map(([name, text]): [string, string] => [`auxiliary address ${name}`, text]),
  ];
  return [
    ...hostBitsFault('subnet', subnet),
    ...(config.range === '' ? [] : rangeFaults(config.range, subnet)),
    ...addresses.flatMap(([what, text]) => addressFault(what, text, subnet)),
  ];
}

function hostBitsFault(what: string, cidr: Cidr): string[] {
  const masked = { ...cidr, address: networkOf(cidr) };
  if (masked.address === cidr.address) return [];
  return [`invalid ${what} ${formatCidr(cidr)}: it should be ${formatCidr(masked)}`];
}

function rangeFaults(text: string, subnet: Cidr): string[] {
  const range = parseCidr(text);
  if (range === undefined)
    return text.includes(':') ? [`invalid ip-range ${text}: parent subnet is an IPv4 block`] : [];
  const invalid = `invalid ip-range ${text}: `;
  const parent = formatCidr(subnet);
  return [
    ...(range.prefixLen < subnet.prefixLen ? [`${invalid}CIDR block is bigger than its parent subnet ${parent}`] : []),
    ...hostBitsFault('ip-range', range),
    ...(cidrsOverlap(subnet, range) ? [] : [`${invalid}parent subnet ${parent} doesn't contain ip-range`]),
  ];
}

function addressFault(what: string, text: string, subnet: Cidr): string[] {
  const address = parseIp4(text);
  if (address === undefined) return text.includes(':') ? [`invalid ${what}: parent subnet is an IPv4 block`] : [];
  if (cidrContains(subnet, address)) return [];
  return [`invalid ${what}: parent subnet ${formatCidr(subnet)} doesn't contain this address`];
}
