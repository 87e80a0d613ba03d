/** `docker inspect` and `docker container inspect`. Twin of docker/cli's {system,container}/inspect.go. */
import { inspectedNetwork } from '../daemon/network-list.ts';
import { DaemonError } from '../errors.ts';
import { parseReference } from '../images.ts';
import { containerDocument } from '../inspect/container-document.ts';
import { CONTAINER_JSON, NETWORK_RESOURCE } from '../inspect/go-types.ts';
import { networkDocument } from '../inspect/network-document.ts';
import type { Client, Command } from './command.ts';
import { daemonText, daemonTextFor, orRefusal, reportLack } from './command.ts';
import type { Flags } from './flags.ts';
import type { Found } from './inspector.ts';
import { inspectAll } from './inspector.ts';
import { CONTAINER_INSPECT_FORM } from './options/container.ts';
import { INSPECT_FORM } from './options/system.ts';

/** In the order in which an object is looked for. */
const SWARM_TYPES = ['service', 'task', 'node', 'secret'];
const LOCAL_TYPES = ['container', 'image', 'network', 'volume', 'plugin'];
const NO_SWARM =
  'Error response from daemon: This node is not a swarm manager. ' +
  'Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.';

export const INSPECT: Command = { ...INSPECT_FORM, run: inspectAny };

export const CONTAINER_INSPECT: Command = { ...CONTAINER_INSPECT_FORM, run: inspectContainers };

function inspectContainers(client: Client, flags: Flags): number {
  return inspectAll(client, flags, (term) => {
    const found = findContainer(client, term, flags.isSet('size'));
    return found instanceof DaemonError ? daemonTextFor(found, 'container', term) : found;
  });
}

/** Containers, images, networks, in this order, or what `--type` names. */
function inspectAny(client: Client, flags: Flags): number {
  const type = flags.text('type') ?? '';
  if (type !== '' && !SWARM_TYPES.includes(type) && !LOCAL_TYPES.includes(type)) {
    client.proc.writeError(`"${type}" is not a valid value for --type\n`);
    return 1;
  }
  const image = flags.operands.find((term) => isImageMeant(client, term, type));
  if (image !== undefined) {
    const supported = 'containers and networks, not images';
    return reportLack(client.proc, { name: `docker inspect ${image}`, supported });
  }
  return inspectAll(client, flags, (term) => findAny(client, flags, term, type));
}

function findAny(client: Client, flags: Flags, term: string, type: string): Found | string {
  if (type === '' || type === 'container') {
    const found = findContainer(client, term, flags.isSet('size'));
    if (!(found instanceof DaemonError)) return found;
    if (type !== '' || !found.isNotFound) return daemonTextFor(found, 'container', term);
  }
  if (type === '' || type === 'network') {
    const found = findNetwork(client, term, type);
    if (typeof found !== 'string' && flags.isSet('size')) {
      client.proc.writeError('WARNING: --size ignored for network\n');
    }
    return found;
  }
  return SWARM_TYPES.includes(type) ? NO_SWARM : `Error: No such ${type}: ${term}`;
}

function findContainer(client: Client, term: string, hasSize: boolean): Found | DaemonError {
  const container = orRefusal(() => client.engine.getContainer(term));
  if (container instanceof DaemonError) return container;
  return { document: containerDocument(client.engine, container, hasSize), type: CONTAINER_JSON };
}

function findNetwork(client: Client, term: string, type: string): Found | string {
  const network = orRefusal(() => inspectedNetwork(client.engine, term));
  if (!(network instanceof DaemonError)) {
    return { document: networkDocument(client.engine, network), type: NETWORK_RESOURCE };
  }
  if (!network.isNotFound) return daemonText(network);
  return type === '' ? `Error: No such object: ${term}` : daemonTextFor(network, 'network', term);
}

/** Whether the term stands for an image and for nothing that is looked for before. */
function isImageMeant(client: Client, term: string, type: string): boolean {
  if (type !== '' && type !== 'image') return false;
  const reference = parseReference(term);
  if (typeof reference === 'string' || client.engine.host.images.find(reference) === undefined) return false;
  return type === 'image' || orRefusal(() => client.engine.getContainer(term)) instanceof DaemonError;
}
