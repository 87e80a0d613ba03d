/** A container in lists: types.Container of API 1.41, what `/containers/json` says of each. */
import type { Container } from '../container.ts';
import { publishedPorts } from '../daemon/connectivity.ts';
import type { Engine } from '../engine.ts';
import { imageId } from '../images.ts';
import type { MappedPort } from '../ports/mapped-port.ts';
import { mappedPorts } from '../ports/mapped-port.ts';
import { containerDocument } from './container-document.ts';
import { containerSize } from './container-size.ts';
import { containerStatus } from './container-status.ts';
import type { Json, JsonObject } from './json.ts';
import { sortedObject } from './json.ts';

export interface ContainerSummary {
  readonly id: string;
  /** With a slash in front, those by which other containers know it behind its own. */
  readonly names: readonly string[];
  /** As typed. */
  readonly image: string;
  readonly imageId: string;
  readonly command: string;
  /** Since 1970. */
  readonly createdSeconds: number;
  readonly ports: readonly MappedPort[];
  /** Both 0 unless they were asked for. */
  readonly writtenBytes: number;
  readonly wholeBytes: number;
  readonly labels: ReadonlyMap<string, string>;
  readonly state: string;
  /** `Up 2 minutes`. */
  readonly status: string;
  readonly networkMode: string;
  /** By name, in order of the alphabet. */
  readonly networks: JsonObject;
}

/** What there is before any container is known. */
export const NO_CONTAINER: ContainerSummary = {
  id: '',
  names: [],
  image: '',
  imageId: '',
  command: '',
  createdSeconds: 0,
  ports: [],
  writtenBytes: 0,
  wholeBytes: 0,
  labels: new Map(),
  state: '',
  status: '',
  networkMode: '',
  networks: {},
};

const NANOSECONDS_PER_SECOND = 1_000_000_000;

export function containerSummary(engine: Engine, container: Container, hasSize: boolean): ContainerSummary {
  const document = containerDocument(engine, container);
  const size = hasSize ? containerSize(container) : { writtenBytes: 0, wholeBytes: 0 };
  return {
    id: container.id,
    names: [`/${container.name}`, ...linkNames(engine, container)],
    image: container.config.image,
    imageId: imageId(container.image),
    command: commandText(document['Path'] as string, document['Args'] as readonly string[]),
    createdSeconds: engine.host.epochSeconds + Math.floor(container.createdNs / NANOSECONDS_PER_SECOND),
    ports: mappedPorts(publishedPorts(container)),
    ...size,
    labels: container.config.labels,
    state: container.status,
    status: containerStatus(container, engine.now),
    networkMode: container.hostConfig.networkMode,
    networks: (document['NetworkSettings'] as JsonObject)['Networks'] as JsonObject,
  };
}

/** What others call it that link to it: `/web/db`. */
function linkNames(engine: Engine, container: Container): string[] {
  return [...engine.containers.values()].flatMap(({ name, links }) =>
    links.filter(({ child }) => child === container).map(({ alias }) => `/${name}/${alias}`),
  );
}

/** Arguments with blanks are quoted. */
function commandText(path: string, args: readonly string[]): string {
  return [path, ...args.map((arg) => (arg.includes(' ') ? `'${arg}'` : arg))].join(' ');
}

/** The summary as the API writes it. */
export function summaryDocument(summary: ContainerSummary): JsonObject {
  return {
    Id: summary.id,
    Names: summary.names,
    Image: summary.image,
    ImageID: summary.imageId,
    Command: summary.command,
    Created: summary.createdSeconds,
    Ports: summary.ports.map(portDocument),
    SizeRw: summary.writtenBytes,
    SizeRootFs: summary.wholeBytes,
    Labels: sortedObject(summary.labels),
    State: summary.state,
    Status: summary.status,
    HostConfig: { NetworkMode: summary.networkMode },
    NetworkSettings: { Networks: summary.networks },
    Mounts: [],
  };
}

function portDocument(port: MappedPort): Json {
  return { IP: port.ip, PrivatePort: port.privatePort, PublicPort: port.publicPort, Type: port.protocol };
}
