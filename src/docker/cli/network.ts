/** `docker network ls` and `docker network inspect`. Twin of docker/cli's network/{list,inspect}.go. */
import { Filters } from '../daemon/filters.ts';
import { inspectedNetwork, listNetworks } from '../daemon/network-list.ts';
import { DaemonError } from '../errors.ts';
import { NETWORK_RESOURCE, NETWORK_RESOURCE_29 } from '../inspect/go-types.ts';
import { networkDocument } from '../inspect/network-document.ts';
import type { Client, Command } from './command.ts';
import { daemonText, daemonTextFor, orRefusal } from './command.ts';
import type { Flags } from './flags.ts';
import { formatOf, printList } from './formatter.ts';
import { inspectAll } from './inspector.ts';
import { networkList } from './network-list.ts';
import { NETWORK_INSPECT_FORM, NETWORK_LS_FORM } from './options/network.ts';

export const NETWORK_LS: Command = { ...NETWORK_LS_FORM, run: list };

export const NETWORK_INSPECT: Command = { ...NETWORK_INSPECT_FORM, run: inspect };

function list(client: Client, flags: Flags): number {
  const found = orRefusal(() => listNetworks(client.engine, Filters.parse(flags.texts('filter'))));
  if (found instanceof DaemonError) {
    client.proc.writeError(`${daemonText(found)}\n`);
    return 1;
  }
  const kind = networkList(client.engine);
  const networks = [...found].sort((left, right) => naturalOrder(left.name, right.name));
  const format = formatOf(kind, flags.text('format') ?? '', flags.isSet('quiet'));
  return printList(client, kind, networks, format, !flags.isSet('no-trunc'));
}

/** Runs of digits count as numbers: net2 before net10 (github.com/fvbommel/sortorder). */
export function naturalOrder(left: string, right: string): number {
  const leftChunks = left.match(/\d+|\D+/g) ?? [];
  const rightChunks = right.match(/\d+|\D+/g) ?? [];
  for (let i = 0; i < Math.min(leftChunks.length, rightChunks.length); i++) {
    const [leftChunk, rightChunk] = [leftChunks[i]!, rightChunks[i]!];
    const areNumbers = /^\d/.test(leftChunk) && /^\d/.test(rightChunk);
    const difference = areNumbers ? Number(leftChunk) - Number(rightChunk) : 0;
    if (difference !== 0) return difference;
    if (leftChunk !== rightChunk) return leftChunk < rightChunk ? -1 : 1;
  }
  return leftChunks.length - rightChunks.length;
}

function inspect(client: Client, flags: Flags): number {
  return inspectAll(client, flags, (term) => {
    const network = orRefusal(() => inspectedNetwork(client.engine, term));
    if (network instanceof DaemonError) return daemonTextFor(client, network, 'network', term);
    const type = client.engine.version.hasDocuments29 ? NETWORK_RESOURCE_29 : NETWORK_RESOURCE;
    return { document: networkDocument(client.engine, network), type };
  });
}
