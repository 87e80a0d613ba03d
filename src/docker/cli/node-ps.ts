/** `docker node ps`. Twin of docker/cli's node/ps.go. There are no services, so that no node has a task to show. */
import { DaemonError } from '../errors.ts';
import type { Client, Command } from './command.ts';
import { daemonText, orRefusal } from './command.ts';
import type { Flags } from './flags.ts';
import { nodeFault, referredNode } from './node-find.ts';
import { NODE_PS_FORM } from './options/swarm.ts';
import { refuse } from './swarm-answers.ts';
import { alignTabs } from './tabwriter.ts';

export const NODE_PS: Command = { ...NODE_PS_FORM, run: list };

const HEADER = 'ID\tNAME\tIMAGE\tNODE\tDESIRED STATE\tCURRENT STATE\tERROR\tPORTS\n';

function list(client: Client, flags: Flags): number {
  const terms = flags.operands.length === 0 ? ['self'] : flags.operands;
  const faults = terms.flatMap((term) => {
    const node = orRefusal(() => referredNode(client, term));
    if (!(node instanceof DaemonError)) return [];
    return [node.isNotFound ? nodeFault(node, term) : daemonText(node)];
  });
  const isTable = !flags.isSet('quiet') && /^(?:table)?$/.test(flags.text('format') ?? '');
  if (faults.length < terms.length && isTable) client.proc.write(alignTabs(HEADER));
  return faults.length === 0 ? 0 : refuse(client, faults.join('\n'));
}
