/** `docker network prune`. Twin of moby's daemon/prune.go. */
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import type { Engine } from '../engine.ts';
import { DaemonError } from '../errors.ts';
import type { Network } from '../network.ts';
import { isPredefinedNetwork } from '../network.ts';
import type { Filters } from './filters.ts';
import { parseInstant } from './instant.ts';
import { storedNetwork } from './managed-networks.ts';
import { removeNetwork } from './networks.ts';

const PRUNE_FILTERS = ['label', 'label!', 'until'];

/**
 * The same where the host may be a manager of a swarm: of its networks, too, those that nothing uses. Which that are
 * only the managers can tell.
 */
export function* pruneNetworksAnywhere(
  engine: Engine,
  filters: Filters,
  waiting: Process,
): Generator<Wait, readonly string[], WakeReason> {
  filters.validate(PRUNE_FILTERS);
  const untilNs = untilOf(engine, filters);
  const { cluster } = engine;
  const removed: string[] = [];
  for (const network of cluster?.isManager === true ? cluster.networks().map(storedNetwork) : []) {
    if (network.isIngress || network.createdNs > untilNs || !isWanted(network, filters)) continue;
    const answer = cluster!.removeNetwork(network.id);
    while (!answer.isReady()) yield waiting.waitFor(answer);
    if (answer.refusal === null) removed.push(network.name);
  }
  return [...removed, ...pruneNetworks(engine, filters)];
}

/** Removes what nothing uses on this host, and tells the names. Throws a DaemonError about the filters. */
export function pruneNetworks(engine: Engine, filters: Filters): readonly string[] {
  filters.validate(PRUNE_FILTERS);
  const untilNs = untilOf(engine, filters);
  const unused = [...engine.networks.values()].filter((network) => isUnused(network, filters, untilNs));
  const removed = unused.filter((network) =>
    orKept(() => {
      removeNetwork(engine, network.id);
    }),
  );
  engine.events.log('network', 'prune', '', { reclaimed: '0' });
  return removed.map((network) => network.name);
}

function isUnused(network: Network, filters: Filters, untilNs: number): boolean {
  if (network.isConfigOnly || isPredefinedNetwork(network.name)) return false;
  if (network.createdNs > untilNs || network.endpoints.size > 0) return false;
  return isWanted(network, filters);
}

function isWanted(network: Network, filters: Filters): boolean {
  if (!filters.matchKeyValues('label', network.labels)) return false;
  return !filters.has('label!') || !filters.matchKeyValues('label!', network.labels);
}

/** Infinity when no time was given. */
function untilOf(engine: Engine, filters: Filters): number {
  const values = filters.get('until');
  if (values.length > 1) throw new DaemonError('more than one until filter specified');
  const [value] = values;
  if (value === undefined) return Infinity;
  return parseInstant(value, engine.host.epochSeconds, engine.now);
}

/** What cannot be removed stays, and nobody hears of it. */
function orKept(remove: () => void): boolean {
  try {
    remove();
    return true;
  } catch (error) {
    if (error instanceof DaemonError) return false;
    throw error;
  }
}
