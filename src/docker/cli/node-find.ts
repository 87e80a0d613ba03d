/** Finds nodes by what people type: `self`, an id, a host name, the beginning of an id. Twin of moby's getNode. */
import { DaemonError } from '../errors.ts';
import type { NodeObject } from '../swarm/objects.ts';
import type { LogMember } from '../swarm/store-log.ts';
import type { Client } from './command.ts';
import { daemonText } from './command.ts';

/** The node; throws a DaemonError, also on a node that is no manager. */
export function findNode({ engine }: Client, term: string): NodeObject {
  const { nodes } = engine.swarm;
  const exact = nodes.find(({ id }) => id === term);
  if (exact !== undefined) return exact;
  const named = nodes.filter(({ description }) => description?.hostname === term);
  const found = named.length > 0 ? named : nodes.filter(({ id }) => term !== '' && id.startsWith(term));
  if (found.length === 0) throw new DaemonError(`node ${term} not found`, true);
  if (found.length > 1) throw new DaemonError(`node ${term} is ambiguous (${found.length} matches found)`);
  return found[0]!;
}

/** The same, where `self` means this node. */
export function referredNode(client: Client, term: string): NodeObject {
  const { swarm } = client.engine;
  return findNode(client, term === 'self' && swarm.nodeId !== '' ? swarm.nodeId : term);
}

/** A node's voice among the managers. */
export function memberOf({ engine }: Client, { id }: NodeObject): LogMember | undefined {
  return engine.swarm.members.find(({ nodeId }) => nodeId === id);
}

/** What the client makes of a refusal that is about one node. */
export function nodeFault(error: DaemonError, term: string): string {
  return error.isNotFound ? `Error: No such node: ${term}` : daemonText(error);
}

/** `ready` as tables show it. */
export function pretty(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
