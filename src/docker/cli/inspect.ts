/** `docker inspect`, `docker container inspect`, `docker image inspect`. Twin of docker/cli's inspect.go of each. */
import { inspectedNetwork } from '../daemon/network-list.ts';
import { DaemonError } from '../errors.ts';
import { imageId, parseReference } from '../images.ts';
import { containerDocument } from '../inspect/container-document.ts';
import {
  CONTAINER_JSON,
  CONTAINER_JSON_29,
  IMAGE_JSON,
  NETWORK_RESOURCE,
  NETWORK_RESOURCE_29,
} from '../inspect/go-types.ts';
import { imageDocument } from '../inspect/image-document.ts';
import { networkDocument } from '../inspect/network-document.ts';
import type { Client, Command } from './command.ts';
import { daemonText, daemonTextFor, orRefusal } from './command.ts';
import type { Flags } from './flags.ts';
import type { Found } from './inspector.ts';
import { inspectAll } from './inspector.ts';
import { CONTAINER_INSPECT_FORM } from './options/container.ts';
import { IMAGE_INSPECT_FORM } from './options/image.ts';
import { INSPECT_FORM } from './options/system.ts';

/** In the order in which an object is looked for. */
const SWARM_TYPES = ['service', 'task', 'node', 'secret'];
const LOCAL_TYPES = ['container', 'image', 'network', 'volume', 'plugin'];
const NO_SWARM =
  'Error response from daemon: This node is not a swarm manager. ' +
  'Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.';

export const INSPECT: Command = { ...INSPECT_FORM, run: inspectAny };

export const IMAGE_INSPECT: Command = { ...IMAGE_INSPECT_FORM, run: inspectImages };

export const CONTAINER_INSPECT: Command = { ...CONTAINER_INSPECT_FORM, run: inspectContainers };

function inspectContainers(client: Client, flags: Flags): number {
  return inspectAll(client, flags, (term) => {
    const found = findContainer(client, term, flags.isSet('size'));
    return found instanceof DaemonError ? daemonTextFor(client, found, 'container', term) : found;
  });
}

function inspectImages(client: Client, flags: Flags): number {
  return inspectAll(client, flags, (term) => findImage(client, term));
}

/** Containers, images, networks, in this order, or what `--type` names. */
function inspectAny(client: Client, flags: Flags): number {
  const type = flags.text('type') ?? '';
  if (type !== '' && !SWARM_TYPES.includes(type) && !LOCAL_TYPES.includes(type)) {
    client.proc.writeError(`"${type}" is not a valid value for --type\n`);
    return 1;
  }
  return inspectAll(client, flags, (term) => findAny(client, flags, term, type));
}

function findAny(client: Client, flags: Flags, term: string, type: string): Found | string {
  if (type === '' || type === 'container') {
    const found = findContainer(client, term, flags.isSet('size'));
    if (!(found instanceof DaemonError)) return found;
    if (type !== '' || !found.isNotFound) return daemonTextFor(client, found, 'container', term);
  }
  if (type === '' || type === 'image') {
    const found = findImage(client, term);
    if (typeof found !== 'string') return withoutSize(client, flags, 'image', found);
    if (type !== '') return found;
  }
  if (type === '' || type === 'network') {
    const found = findNetwork(client, term, type);
    return typeof found === 'string' ? found : withoutSize(client, flags, 'network', found);
  }
  return SWARM_TYPES.includes(type) ? NO_SWARM : `Error: No such ${type}: ${term}`;
}

function findContainer(client: Client, term: string, hasSize: boolean): Found | DaemonError {
  const container = orRefusal(() => client.engine.getContainer(term));
  if (container instanceof DaemonError) return container;
  const type = client.engine.version.hasDocuments29 ? CONTAINER_JSON_29 : CONTAINER_JSON;
  return { document: containerDocument(client.engine, container, hasSize), type };
}

function withoutSize(client: Client, flags: Flags, kind: string, found: Found): Found {
  if (flags.isSet('size')) client.proc.writeError(`WARNING: --size ignored for ${kind}\n`);
  return found;
}

/** By name or by the beginning of its id. */
function findImage(client: Client, term: string): Found | string {
  const { images } = client.engine.host;
  const reference = parseReference(term);
  const named = typeof reference === 'string' ? undefined : images.find(reference);
  const digits = term.replace(/^sha256:/, '');
  const image = named ?? images.all().find((each) => digits !== '' && imageId(each).startsWith(`sha256:${digits}`));
  if (image !== undefined) return { document: imageDocument(image), type: IMAGE_JSON };
  return typeof reference === 'string'
    ? `Error response from daemon: no such image: ${term}: ${reference}`
    : `Error: No such image: ${term}`;
}

function findNetwork(client: Client, term: string, type: string): Found | string {
  const network = orRefusal(() => inspectedNetwork(client.engine, term));
  if (!(network instanceof DaemonError)) {
    const resource = client.engine.version.hasDocuments29 ? NETWORK_RESOURCE_29 : NETWORK_RESOURCE;
    return { document: networkDocument(client.engine, network), type: resource };
  }
  if (!network.isNotFound) return daemonText(network);
  return type === '' ? `Error: No such object: ${term}` : daemonTextFor(client, network, 'network', term);
}
