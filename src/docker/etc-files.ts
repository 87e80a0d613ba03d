/**
 * The three files that the engine writes into a container: `/etc/hosts`, `/etc/hostname`, `/etc/resolv.conf`. Twin of
 * libnetwork's etchosts and resolvconf.
 */
import type { Ip4 } from '../base/addr.ts';
import { formatIp4 } from '../base/addr.ts';

const STANDARD_HOSTS = `127.0.0.1	localhost
::1	localhost ip6-localhost ip6-loopback
fe00::0	ip6-localnet
ff00::0	ip6-mcastprefix
ff02::1	ip6-allnodes
ff02::2	ip6-allrouters
`;

/** What a container asks when its host has no name server that it could reach. */
const DEFAULT_IP4_SERVERS = ['nameserver 8.8.8.8', 'nameserver 8.8.4.4'];
const DEFAULT_IP6_SERVERS = ['nameserver 2001:4860:4860::8888', 'nameserver 2001:4860:4860::8844'];

const LOCALHOST_SERVER = /^nameserver\s+(?:127\.(?:\d{1,3}\.){2}\d{1,3}|::1$)\s*/gm;
const IP6_SERVER = /^nameserver\s+(?:[\dA-Fa-f]{0,4}:){2,7}[\dA-Fa-f]{0,4}(?:%\w+)?\s*/gm;
const ANY_SERVER = /^\s*nameserver\s*([\d.]+|[\dA-Fa-f]*:[\dA-Fa-f:]*(?:%\w+)?)\s*$/;

/** `/etc/hosts` of a container with these addresses; a host name with dots is also known by its first part. */
export function hostsText(addresses: readonly Ip4[], hostname: string): string {
  const dot = hostname.indexOf('.');
  const names = dot < 0 ? hostname : `${hostname} ${hostname.slice(0, dot)}`;
  return STANDARD_HOSTS + addresses.map((address) => `${formatIp4(address)}\t${names}\n`).join('');
}

export function hostnameText(hostname: string): string {
  return `${hostname}\n`;
}

/** `/etc/resolv.conf` of a container on the default bridge: the host's, without servers that only the host reaches. */
export function resolvConfText(hostText: string): string {
  // libnetwork filters twice: when the sandbox is made, and when an endpoint without IPv6 joins.
  return filterResolvConf(filterResolvConf(hostText, true), false);
}

/** The servers named in a resolv.conf, as written. */
export function nameservers(resolvConf: string): string[] {
  const servers: string[] = [];
  for (const line of resolvConf.split('\n')) {
    const match = ANY_SERVER.exec(line.split('#', 1)[0]!);
    if (match !== null) servers.push(match[1]!);
  }
  return servers;
}

/** Twin of FilterResolvDNS: takes out loopback servers, and IPv6 ones unless wanted; adds the defaults to none. */
function filterResolvConf(text: string, isIp6Wanted: boolean): string {
  let filtered = text.replaceAll(LOCALHOST_SERVER, '');
  if (!isIp6Wanted) filtered = filtered.replaceAll(IP6_SERVER, '');
  if (nameservers(filtered).length > 0) return filtered;
  const defaults = isIp6Wanted ? [...DEFAULT_IP4_SERVERS, ...DEFAULT_IP6_SERVERS] : DEFAULT_IP4_SERVERS;
  return `${filtered}\n${defaults.join('\n')}`;
}
