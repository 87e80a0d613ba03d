/** Networks found and chosen. Twin of moby's daemon/network/filter.go and of what its API does with `GET /networks`. */
import type { Engine } from '../engine.ts';
import { AmbiguousNetworkError, DaemonError } from '../errors.ts';
import type { Network } from '../network.ts';
import { isPredefinedNetwork } from '../network.ts';
import type { Filters } from './filters.ts';
import { storedNetwork } from './managed-networks.ts';

const LIST_FILTERS = ['dangling', 'driver', 'id', 'label', 'name', 'scope', 'type'];

/** The networks that the filters let through, in the order in which they were made. Throws a DaemonError. */
export function listNetworks(engine: Engine, filters: Filters): readonly Network[] {
  filters.validate(LIST_FILTERS);
  const found = knownNetworks(engine).filter((network) => isMatching(network, filters));
  return byType(byUse(found, filters), filters);
}

/** A network as `docker network inspect` looks for it. Throws a DaemonError. */
export function inspectedNetwork(engine: Engine, term: string): Network {
  try {
    return knownNetwork(knownNetworks(engine), term);
  } catch (error) {
    throw error instanceof AmbiguousNetworkError ? new DaemonError(error.inspectMessage) : error;
  }
}

/** A network as `docker network rm` looks for it: a worker's ingress network by its id only. Throws a DaemonError. */
export function removableNetwork(engine: Engine, term: string): Network {
  const isHidden = ({ id, isIngress, origin }: Network): boolean =>
    isIngress && origin === 'swarm' && !id.startsWith(term) && engine.cluster?.isManager !== true;
  return knownNetwork(
    knownNetworks(engine).filter((network) => !isHidden(network)),
    term,
  );
}

/** Those of this host, and what the managers of its swarm have beside them. */
export function knownNetworks(engine: Engine): readonly Network[] {
  const shared = engine.cluster?.networks() ?? [];
  const others = shared.filter(({ id }) => !engine.networks.has(id));
  return [...engine.networks.values(), ...others.map(storedNetwork)];
}

/** By id, by name, by the beginning of an id. Throws a DaemonError. */
function knownNetwork(networks: readonly Network[], term: string): Network {
  const exact = networks.find(({ id }) => id === term) ?? networks.find(({ name }) => name === term);
  if (exact !== undefined) return exact;
  const candidates = term === '' ? [] : networks.filter(({ id }) => id.startsWith(term));
  if (candidates.length > 1) throw new AmbiguousNetworkError(term, candidates.length);
  if (candidates[0] === undefined) throw new DaemonError(`network ${term} not found`, true);
  return candidates[0];
}

function isMatching(network: Network, filters: Filters): boolean {
  return (
    filters.exactMatch('driver', network.driver) &&
    filters.match('name', network.name) &&
    filters.match('id', network.id) &&
    filters.matchKeyValues('label', network.labels) &&
    filters.exactMatch('scope', network.scope)
  );
}

/** A list does not know of containers: what is not predefined dangles. */
function byUse(networks: readonly Network[], filters: Filters): readonly Network[] {
  if (!filters.has('dangling')) return networks;
  const values = filters.get('dangling');
  if (values.length > 1) throw new DaemonError('got more than one value for filter key "dangling"');
  const value = values[0]!;
  if (!['true', '1', 'false', '0'].includes(value)) {
    throw new DaemonError('invalid value for filter \'dangling\', must be "true" (or "1"), or "false" (or "0")');
  }
  const isDangling = value === 'true' || value === '1';
  return networks.filter((network) => isPredefinedNetwork(network.name) !== isDangling);
}

function byType(networks: readonly Network[], filters: Filters): readonly Network[] {
  const types = filters.get('type');
  const bad = types.find((type) => type !== 'builtin' && type !== 'custom');
  if (bad !== undefined) throw new DaemonError(`invalid filter: 'type'='${bad}'`);
  if (types.length === 0) return networks;
  return networks.filter((network) => types.includes(isPredefinedNetwork(network.name) ? 'builtin' : 'custom'));
}
