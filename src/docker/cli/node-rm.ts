/** `docker node rm`. Twin of docker/cli's node/remove.go. */
import { DaemonError } from '../errors.ts';
import type { Client, Command } from './command.ts';
import type { Flags } from './flags.ts';
import { findNode, nodeFault } from './node-find.ts';
import { NODE_RM_FORM } from './options/swarm.ts';
import type { SwarmTalk } from './swarm-answers.ts';
import { refuse, wait } from './swarm-answers.ts';

export const NODE_RM: Command = { ...NODE_RM_FORM, run: remove };

/** One after the other; what fails does not keep the others, and is said at the end. */
function* remove(client: Client, flags: Flags): SwarmTalk<number> {
  const errors: string[] = [];
  for (const term of flags.operands) {
    try {
      const { id } = findNode(client, term);
      const isForced = flags.isSet('force');
      yield* wait(client, client.engine.swarm.operate('Control/RemoveNode', { id, isForced }));
      client.proc.write(`${term}\n`);
    } catch (error) {
      if (!(error instanceof DaemonError)) throw error;
      errors.push(nodeFault(error, term));
    }
  }
  return errors.length === 0 ? 0 : refuse(client, errors.join('\n'));
}
