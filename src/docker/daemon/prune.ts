/** `docker container prune`. Twin of moby's daemon/prune.go. */
import type { Engine } from '../engine.ts';
import { DaemonError } from '../errors.ts';
import type { Filters } from './filters.ts';
import { parseInstant } from './instant.ts';
import { removeContainer } from './remove.ts';

const PRUNE_FILTERS = ['label', 'label!', 'until'];

/** Removes the containers that do not run; their ids, in the order in which they were made. Throws a DaemonError. */
export function pruneContainers(engine: Engine, filters: Filters): string[] {
  filters.validate(PRUNE_FILTERS);
  const untilNs = untilOf(engine, filters);
  const removed: string[] = [];
  for (const container of [...engine.containers.values()]) {
    if (container.isActive || container.createdNs > untilNs) continue;
    const { labels } = container.config;
    if (!filters.matchKeyValues('label', labels)) continue;
    if (filters.has('label!') && filters.matchKeyValues('label!', labels)) continue;
    removeContainer(engine, container);
    removed.push(container.id);
  }
  engine.events.log('container', 'prune', '', { reclaimed: '0' });
  return removed;
}

function untilOf(engine: Engine, filters: Filters): number {
  const texts = filters.get('until');
  if (texts.length === 0) return Infinity;
  if (texts.length > 1) throw new DaemonError('more than one until filter specified');
  return parseInstant(texts[0]!, engine.host.epochSeconds, engine.now);
}
