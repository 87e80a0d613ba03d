/** Names of hosts and networks in rules (libxtables: ipparse_hostnetwork, ipaddr_to_anyname). */
import { parseIp4 } from '../../base/addr.ts';

/** Who knows names: /etc/hosts where a program runs. */
export interface HostNames {
  /** All addresses of a name. */
  addresses(name: string): readonly number[];
  /** The name of an address. */
  nameOf(address: number): string | undefined;
}

const LOCALHOST = parseIp4('127.0.0.1')!;

/** What a machine knows without any file. */
export const ONLY_LOCALHOST: HostNames = {
  addresses: (name) => (name === 'localhost' ? [LOCALHOST] : []),
  nameOf: (address) => (address === LOCALHOST ? 'localhost' : undefined),
};

/** Debian's /etc/networks. */
const NETWORKS: readonly (readonly [name: string, address: number])[] = [
  ['default', 0],
  ['loopback', parseIp4('127.0.0.0')!],
  ['link-local', parseIp4('169.254.0.0')!],
];

/** The addresses of a word that is no number: a network's, else a host's. */
export function namedAddresses(name: string, hosts: HostNames): readonly number[] {
  const network = NETWORKS.find(([known]) => known === name);
  return network === undefined ? hosts.addresses(name) : [network[1]];
}

/** The name of a host or a network. */
export function anyName(address: number, hosts: HostNames): string | undefined {
  return hosts.nameOf(address) ?? NETWORKS.find(([, known]) => known === address)?.[0];
}
