/**
 * What the embedded DNS server knows: the containers on the networks that a sandbox is on, under their names there.
 * Twin of libnetwork's sandbox.ResolveName and ResolveIP and of network.go below them.
 */
import type { Ip4 } from '../../base/addr.ts';
import { formatIp4 } from '../../base/addr.ts';
import type { Endpoint } from '../endpoint.ts';
import type { Network } from '../network.ts';
import type { RemoteNameTable } from './remote-names.ts';

/** The names of an endpoint on its network; the first one is what its address is called. */
export function endpointNames({ name, isAnonymous, aliases }: Endpoint): readonly string[] {
  return isAnonymous ? aliases : [name, ...aliases];
}

/** Where names are looked for. */
export interface KnownNames {
  /** The sandbox's own, in their order: the first network that knows a name answers alone. */
  readonly endpoints: readonly Endpoint[];
  /** What other nodes of a swarm have told of their containers on these networks. */
  readonly remoteNames: RemoteNameTable;
}

/** The addresses of a name as asked for, without its final dot; none when nobody has it. */
export function resolveName({ endpoints, remoteNames }: KnownNames, name: string): readonly Ip4[] {
  for (const { container, network } of readings(name)) {
    const candidates = endpoints.filter((endpoint) => network === '' || network === endpoint.network.name);
    // What this container alone calls others (`--link`) comes first, spelled as it was.
    const found = firstFound(candidates, remoteNames, (endpoint) => endpoint.linkAliases.get(container));
    if (found.length > 0) return found;
    // A network on which it means somebody else in this way is not asked for a container that is called so.
    const others = firstFound(candidates, remoteNames, (endpoint) =>
      endpoint.linkAliases.has(container) ? undefined : container,
    );
    if (others.length > 0) return others;
  }
  return [];
}

/** `a.b.c` is a container on any network, or `a.b` on the network `c`, or `a` on `b.c`. */
function* readings(name: string): Generator<{ readonly container: string; readonly network: string }> {
  yield { container: name, network: '' };
  for (let dot = name.lastIndexOf('.'); dot >= 0; dot = name.lastIndexOf('.', dot - 1)) {
    yield { container: name.slice(0, dot), network: name.slice(dot + 1) };
    if (dot === 0) return;
  }
}

function firstFound(
  endpoints: readonly Endpoint[],
  remoteNames: RemoteNameTable,
  nameOn: (endpoint: Endpoint) => string | undefined,
): readonly Ip4[] {
  for (const endpoint of endpoints) {
    const name = nameOn(endpoint);
    const found = name === undefined ? [] : addressesOn(endpoint.network, remoteNames, name);
    if (found.length > 0) return found;
  }
  return [];
}

function addressesOn(network: Network, remoteNames: RemoteNameTable, name: string): readonly Ip4[] {
  const wanted = name.toLowerCase();
  const found = new Set<Ip4>();
  for (const endpoint of network.endpoints) {
    if (endpoint.address === null) continue;
    if (endpointNames(endpoint).some((each) => each.toLowerCase() === wanted)) found.add(endpoint.address);
  }
  for (const { addresses } of remoteNames.of(network.id)) {
    for (const [each, address] of addresses) if (each.toLowerCase() === wanted) found.add(address);
  }
  return [...found];
}

/** `cb.net1` for `3.0.18.172`, the address as it stands before `.in-addr.arpa`; undefined for a stranger's. */
export function resolveReverse({ endpoints, remoteNames }: KnownNames, reversed: string): string | undefined {
  for (const { network } of endpoints) {
    for (const endpoint of network.endpoints) {
      const name = endpointNames(endpoint)[0];
      if (name === undefined || endpoint.address === null) continue;
      if (reversedAddress(endpoint.address) === reversed) return `${name}.${network.name}`;
    }
    for (const { name, address } of remoteNames.of(network.id)) {
      if (reversedAddress(address) === reversed) return `${name}.${network.name}`;
    }
  }
  return undefined;
}

function reversedAddress(address: Ip4): string {
  return formatIp4(address).split('.').reverse().join('.');
}
