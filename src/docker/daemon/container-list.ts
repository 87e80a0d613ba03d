/** Containers found and chosen for lists. Twin of moby's daemon/list.go. */
import type { Container } from '../container.ts';
import type { Engine } from '../engine.ts';
import { DaemonError } from '../errors.ts';
import type { Image } from '../images.ts';
import { imageId, parseReference } from '../images.ts';
import { mappedPorts } from '../ports/mapped-port.ts';
import { PortSyntaxError, parsePortRange } from '../ports/port-range.ts';
import { publishedPorts } from './connectivity.ts';
import type { Filters } from './filters.ts';

const LIST_FILTERS = [
  ...['ancestor', 'before', 'exited', 'id', 'isolation', 'label', 'name', 'status', 'health', 'since'],
  ...['volume', 'network', 'is-task', 'publish', 'expose'],
];
const STATES = ['paused', 'restarting', 'removing', 'running', 'dead', 'created', 'exited'];
const HEALTH_STATES = ['starting', 'healthy', 'unhealthy', 'none'];

export interface ListOptions {
  readonly isAll: boolean;
  /** At most so many; 0 or less for any number. */
  readonly limit: number;
  readonly filters: Filters;
}

/** What the filters ask for, read once. */
interface Folded {
  readonly filters: Filters;
  readonly exitCodes: readonly number[];
  readonly images: readonly Image[] | null;
  readonly published: ReadonlySet<string> | null;
  readonly exposed: ReadonlySet<string> | null;
}

/** The youngest first. Throws a DaemonError about filters that are none. */
export function listContainers(engine: Engine, options: ListOptions): Container[] {
  const { filters, limit } = options;
  filters.validate(LIST_FILTERS);
  const folded = fold(engine, filters);
  const isAll = options.isAll || limit > 0 || filters.has('status');
  const before = filterContainer(engine, filters, 'before');
  const since = filterContainer(engine, filters, 'since');
  const listed: Container[] = [];
  let isAfterBefore = before === null;
  for (const container of [...engine.containers.values()].reverse()) {
    if (container === since) break;
    if (isAfterBefore && (isAll || container.isActive) && hasName(container, filters)) {
      if (limit > 0 && listed.length === limit) break;
      if (isMatching(container, folded)) listed.push(container);
    }
    if (container === before) isAfterBefore = true;
  }
  return listed;
}

/** Throws a DaemonError. */
function fold(engine: Engine, filters: Filters): Folded {
  const wrongState = filters.get('status').find((state) => !STATES.includes(state));
  const exitCodes = filters.get('exited').map((text) => {
    if (/^[+-]?\d+$/.test(text)) return Number(text);
    throw new DaemonError(`strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
  });
  if (wrongState !== undefined) throw new DaemonError(`Invalid filter 'status=${wrongState}'`);
  const wrongTask = filters.get('is-task').find((text) => !/^(?:true|false|1|0)$/.test(text));
  if (wrongTask !== undefined) throw new DaemonError(`Invalid filter 'is-task=[${wrongTask}]'`);
  const wrongHealth = filters.get('health').find((state) => !HEALTH_STATES.includes(state));
  if (wrongHealth !== undefined) throw new DaemonError(`Unrecognised filter value for health: ${wrongHealth}`);
  const images = filters.has('ancestor') ? filters.get('ancestor').flatMap((term) => imagesOf(engine, term)) : null;
  return {
    filters,
    exitCodes,
    images,
    published: portFilter(filters, 'publish'),
    exposed: portFilter(filters, 'expose'),
  };
}

function imagesOf(engine: Engine, term: string): Image[] {
  const reference = parseReference(term);
  const named = typeof reference === 'string' ? undefined : engine.host.images.find(reference);
  if (named !== undefined) return [named];
  const digits = term.replace(/^sha256:/, '');
  if (!/^[0-9a-f]+$/.test(digits)) return [];
  return engine.host.images.all().filter((image) => imageId(image).startsWith(`sha256:${digits}`));
}

/** Null when nothing was asked about ports. */
function portFilter(filters: Filters, key: string): ReadonlySet<string> | null {
  if (!filters.has(key)) return null;
  const wanted = new Set<string>();
  for (const text of filters.get(key)) {
    const [range = '', protocol = 'tcp'] = text.split('/');
    try {
      const { first, last } = parsePortRange(range);
      for (let port = first; port <= last; port++) wanted.add(`${port}/${protocol}`);
    } catch (error) {
      if (!(error instanceof PortSyntaxError)) throw error;
      throw new DaemonError(`error while looking up for ${key} ${text}: ${error.message}`);
    }
  }
  return wanted;
}

function filterContainer(engine: Engine, filters: Filters, key: 'before' | 'since'): Container | null {
  const term = filters.get(key)[0];
  if (term === undefined) return null;
  const container = engine.findContainer(term);
  if (container === undefined) throw new DaemonError(`no such container ${term}`);
  return container;
}

function hasName(container: Container, filters: Filters): boolean {
  const byName = filters.match('name', container.name) || filters.match('name', `/${container.name}`);
  return byName && filters.match('id', container.id) && filters.matchKeyValues('label', container.config.labels);
}

function isMatching(container: Container, folded: Folded): boolean {
  const { filters, exitCodes, images } = folded;
  const isStopped = !container.isActive && container.status !== 'created';
  if (exitCodes.length > 0 && !(isStopped && exitCodes.includes(container.exitCode))) return false;
  if (!filters.exactMatch('status', container.status) || !filters.exactMatch('health', 'none')) return false;
  // There are no volumes, and no tasks of services.
  if (filters.has('volume') || filters.get('is-task').some((text) => text === 'true' || text === '1')) return false;
  if (images !== null && !images.includes(container.image)) return false;
  return isOnNetwork(container, filters) && hasPort(container, folded);
}

function isOnNetwork(container: Container, filters: Filters): boolean {
  const terms = filters.get('network');
  if (terms.length === 0) return true;
  return [...container.networks].some(([name, { networkId }]) =>
    terms.some((term) => term === name || (networkId !== '' && networkId.startsWith(term))),
  );
}

function hasPort(container: Container, { published, exposed }: Folded): boolean {
  if (published === null && exposed === null) return true;
  return mappedPorts(publishedPorts(container)).some(
    ({ publicPort, privatePort, protocol }) =>
      published?.has(`${publicPort}/${protocol}`) === true || exposed?.has(`${privatePort}/${protocol}`) === true,
  );
}
