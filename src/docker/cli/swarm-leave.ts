/** `docker swarm leave`. Twin of docker/cli's swarm/leave.go. */
import type { Client, Command } from './command.ts';
import type { Flags } from './flags.ts';
import { SWARM_LEAVE_FORM } from './options/swarm.ts';
import type { SwarmTalk } from './swarm-answers.ts';
import { orSaid, wait } from './swarm-answers.ts';

export const SWARM_LEAVE: Command = {
  ...SWARM_LEAVE_FORM,
  run: (client, flags) => orSaid(client, () => leave(client, flags)),
};

function* leave(client: Client, flags: Flags): SwarmTalk<number> {
  yield* wait(client, client.engine.swarm.leave(flags.isSet('force')));
  client.proc.write('Node left the swarm.\n');
  return 0;
}
