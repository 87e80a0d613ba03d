/** What `docker run` and `docker create` send to the engine, and what the client says before. */
import type { Process } from '../../kernel/proc/process.ts';
import type { EndpointRequest } from '../container.ts';
import type { CreateRequest } from '../daemon/create.ts';
import { parseReference } from '../images.ts';
import type { RequestedNetwork } from './container-request.ts';
import { asksForNothing, containerRequest } from './container-request.ts';
import type { Client } from './command.ts';
import type { Flags } from './flags.ts';

export interface AskedContainer {
  readonly request: CreateRequest;
  readonly warnings: readonly string[];
}

/** What the client finds wrong: with the options, or with the name of the image. */
export interface AskedFault {
  readonly fault: string;
  readonly isOfOptions: boolean;
  /** What it has warned of before. */
  readonly warnings: readonly string[];
}

export function askedContainer(proc: Process, flags: Flags): AskedContainer | AskedFault {
  const asked = containerRequest(flags, {
    lookup: (name) => proc.env.get(name),
    readFile: (path) => proc.files.read(path) ?? undefined,
  });
  if (typeof asked === 'string') return { fault: asked, isOfOptions: true, warnings: [] };
  const reference = parseReference(asked.config.image);
  if (typeof reference === 'string') return { fault: reference, isOfOptions: false, warnings: asked.warnings };
  const { config, hostConfig, warnings } = asked;
  const endpoints = endpointsOf(asked.networks);
  return { request: { name: flags.text('name') ?? '', reference, config, hostConfig, endpoints }, warnings };
}

/** What is asked for on networks; of a single network on which nothing is asked for the client says nothing. */
function endpointsOf(networks: readonly RequestedNetwork[]): Map<string, EndpointRequest> {
  const isPlain = networks.length === 1 && asksForNothing(networks[0]!);
  const asked = isPlain ? [] : networks;
  return new Map(asked.map((network): [string, EndpointRequest] => [network.target, endpointOf(network)]));
}

/** Twin of parseNetworkAttachmentOpt: what was not asked for is null. */
function endpointOf(network: RequestedNetwork): EndpointRequest {
  const { ipv4Address, ipv6Address, linkLocalAddresses, aliases, links, driverOptions } = network;
  const hasAddress = ipv4Address !== '' || ipv6Address !== '' || linkLocalAddresses.length > 0;
  return {
    ipam: hasAddress ? { ipv4Address, ipv6Address, linkLocalAddresses } : null,
    aliases: aliases.length > 0 ? aliases : null,
    links,
    driverOptions: driverOptions.size > 0 ? driverOptions : null,
  };
}

/** Exit code for what the client refuses, or the daemon before there is a container. */
export const EXIT_REFUSED = 125;

/** Twin of docker/cli's reportError, and of what newer clients say with every failure. */
export function report({ proc, engine }: Client, verb: 'run' | 'create', text: string, isHelpNamed = true): number {
  if (engine.version.hasDocuments29) {
    proc.writeError(`docker: ${text}\n\nRun 'docker ${verb} --help' for more information\n`);
    return EXIT_REFUSED;
  }
  const sentence = `${text.replace(/\.$/, '')}.`;
  proc.writeError(`docker: ${sentence}\n${isHelpNamed ? `See 'docker ${verb} --help'.\n` : ''}`);
  return EXIT_REFUSED;
}
