/** What is wrong with the networks that a new container asks for. Twin of moby's verifyNetworkingConfig. */
import type { EndpointRequest } from '../container.ts';
import { canonicalIp, isIp4Text } from '../ports/ip-text.ts';

/** By the name that was typed. In the daemon's words. */
export function networkingFault(endpoints: ReadonlyMap<string, EndpointRequest>): string | undefined {
  if (endpoints.size > 1) {
    return `Container cannot be connected to network endpoints: ${[...endpoints.keys()].join(', ')}`;
  }
  for (const { ipam } of endpoints.values()) {
    const [address4, address6] = [ipam?.ipv4Address ?? '', ipam?.ipv6Address ?? ''];
    if (address4 !== '' && familyOf(address4) !== 4) return `invalid IPv4 address: ${address4}`;
    if (address6 !== '' && familyOf(address6) !== 6) return `invalid IPv6 address: ${address6}`;
  }
  return undefined;
}

function familyOf(text: string): 4 | 6 | undefined {
  const address = canonicalIp(text);
  if (address === undefined) return undefined;
  return isIp4Text(address) ? 4 : 6;
}
