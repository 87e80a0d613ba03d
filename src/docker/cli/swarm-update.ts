/** `docker swarm update`. Twin of docker/cli's swarm/update.go. */
import type { Client, Command } from './command.ts';
import type { Flags } from './flags.ts';
import { SWARM_UPDATE_FORM } from './options/swarm.ts';
import type { SwarmTalk } from './swarm-answers.ts';
import { orSaid, unlockCommandText, wait } from './swarm-answers.ts';
import { specOfFlags } from './swarm-spec.ts';
import { commandHelp } from './usage.ts';

export const SWARM_UPDATE: Command = {
  ...SWARM_UPDATE_FORM,
  run: (client, flags) => {
    if (SWARM_UPDATE_FORM.options.some(({ long }) => flags.isGiven(long))) {
      return orSaid(client, () => update(client, flags));
    }
    client.proc.writeError(commandHelp(SWARM_UPDATE_FORM));
    return 0;
  },
};

function* update(client: Client, flags: Flags): SwarmTalk<number> {
  const { swarm } = client.engine;
  const wasLocked = swarm.swarm.spec.autoLockManagers;
  yield* wait(client, swarm.updateSwarm({ spec: specOfFlags(flags) }));
  client.proc.write('Swarm updated.\n');
  const { spec, unlockKey } = swarm.swarm;
  if (spec.autoLockManagers && !wasLocked) client.proc.write(unlockCommandText(unlockKey));
  return 0;
}
