/** `docker node update`, `promote` and `demote`. Twin of docker/cli's node/{update,promote,demote}.go. */
import { DaemonError } from '../errors.ts';
import type { NodeAvailability, NodeObject, NodeRole, NodeSpec } from '../swarm/objects.ts';
import type { Client, Command } from './command.ts';
import type { Flags } from './flags.ts';
import { findNode, nodeFault } from './node-find.ts';
import { NODE_DEMOTE_FORM, NODE_PROMOTE_FORM, NODE_UPDATE_FORM } from './options/swarm.ts';
import type { SwarmTalk } from './swarm-answers.ts';
import { refuse, wait } from './swarm-answers.ts';
import { goQuote } from './values/go-quote.ts';
import { parseMapEntry } from './values/pair.ts';

const AVAILABILITIES: readonly string[] = ['active', 'pause', 'drain'];
const ROLES: readonly string[] = ['worker', 'manager'];

/** What becomes of a node's spec; null where it is so already, a text where it cannot be. */
type Merge = (client: Client, node: NodeObject) => NodeSpec | string | null;

export const NODE_UPDATE: Command = {
  ...NODE_UPDATE_FORM,
  run: (client, flags) =>
    updateNodes(
      client,
      flags.operands,
      (_, node) => mergedSpec(flags, node),
      (term) => term,
    ),
};

export const NODE_PROMOTE: Command = {
  ...NODE_PROMOTE_FORM,
  run: (client, flags) =>
    updateNodes(
      client,
      flags.operands,
      changeRole('manager'),
      (term) => `Node ${term} promoted to a manager in the swarm.`,
    ),
};

export const NODE_DEMOTE: Command = {
  ...NODE_DEMOTE_FORM,
  run: (client, flags) =>
    updateNodes(client, flags.operands, changeRole('worker'), (term) => `Manager ${term} demoted in the swarm.`),
};

function changeRole(role: NodeRole): Merge {
  return ({ proc }, { id, spec }) => {
    if (spec.role !== role) return { ...spec, role };
    proc.write(`Node ${id} is already a ${role}.\n`);
    return null;
  };
}

/** One after the other, until one fails. */
function* updateNodes(
  client: Client,
  terms: readonly string[],
  merge: Merge,
  success: (term: string) => string,
): SwarmTalk<number> {
  for (const term of terms) {
    try {
      const node = findNode(client, term);
      const spec = merge(client, node);
      if (typeof spec === 'string') return refuse(client, spec);
      if (spec === null) continue;
      yield* wait(client, client.engine.swarm.operate('Control/UpdateNode', updateOf(node, spec)));
      client.proc.write(`${success(term)}\n`);
    } catch (error) {
      if (!(error instanceof DaemonError)) throw error;
      return refuse(client, nodeFault(error, term));
    }
  }
  return 0;
}

/** Twin of NodeSpecToGRPC's checks. Throws a DaemonError. */
function updateOf({ id, versionIndex }: NodeObject, spec: NodeSpec): object {
  if (!ROLES.includes(spec.role)) throw new DaemonError(`invalid Role: ${goQuote(spec.role)}`);
  if (!AVAILABILITIES.includes(spec.availability)) {
    throw new DaemonError(`invalid Availability: ${goQuote(spec.availability)}`);
  }
  return { id, versionIndex, spec };
}

/** Twin of mergeNodeUpdate. */
function mergedSpec(flags: Flags, { spec }: NodeObject): NodeSpec | string {
  const added = flags.texts('label-add').map(parseMapEntry);
  const labels = new Map([...Object.entries(spec.labels), ...added.map(({ name, value }) => [name, value] as const)]);
  for (const key of flags.texts('label-rm')) {
    if (!labels.delete(key)) return `key ${key} doesn't exist in node's labels`;
  }
  return {
    labels: Object.fromEntries(labels),
    role: (flags.text('role') ?? spec.role) as NodeRole,
    availability: (flags.text('availability') ?? spec.availability) as NodeAvailability,
  };
}
