/** `docker swarm join-token`. Twin of docker/cli's swarm/join_token.go. */
import type { Client, Command } from './command.ts';
import type { Flags } from './flags.ts';
import { SWARM_JOIN_TOKEN_FORM } from './options/swarm.ts';
import type { SwarmTalk } from './swarm-answers.ts';
import { joinCommandText, orSaid, refuse, wait } from './swarm-answers.ts';

export const SWARM_JOIN_TOKEN: Command = {
  ...SWARM_JOIN_TOKEN_FORM,
  run: (client, flags) => orSaid(client, () => tellToken(client, flags)),
};

function* tellToken(client: Client, flags: Flags): SwarmTalk<number> {
  const role = flags.operands[0]!;
  if (role !== 'worker' && role !== 'manager') return refuse(client, `unknown role ${role}`);
  const { swarm } = client.engine;
  const isQuiet = flags.isSet('quiet');
  if (flags.isSet('rotate')) {
    yield* wait(client, swarm.updateSwarm({ rotatedToken: role }));
    if (!isQuiet) client.proc.write(`Successfully rotated ${role} join token.\n\n`);
  }
  client.proc.write(isQuiet ? `${swarm.swarm.joinTokens[role]}\n` : joinCommandText(client, role));
  return 0;
}
