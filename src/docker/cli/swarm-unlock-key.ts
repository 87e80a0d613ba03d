/** `docker swarm unlock-key`, `docker swarm unlock` and `docker swarm ca`. Twin of docker/cli's swarm package. */
import { DaemonError } from '../errors.ts';
import type { Client, Command } from './command.ts';
import { daemonText, orRefusal } from './command.ts';
import type { Flags } from './flags.ts';
import { SWARM_CA_FORM, SWARM_UNLOCK_FORM, SWARM_UNLOCK_KEY_FORM } from './options/swarm.ts';
import type { SwarmTalk } from './swarm-answers.ts';
import { refuse, unlockCommandText, wait } from './swarm-answers.ts';

export const SWARM_UNLOCK_KEY: Command = {
  ...SWARM_UNLOCK_KEY_FORM,
  run: (client, flags) => tellKey(client, flags),
};

export const SWARM_UNLOCK: Command = {
  ...SWARM_UNLOCK_FORM,
  // No manager is ever locked: what a machine knew of its swarm does not outlive it.
  run: (client) =>
    refuse(
      client,
      client.engine.swarm.localState === 'inactive'
        ? 'Error: This node is not part of a swarm'
        : 'Error: swarm is not locked',
    ),
};

export const SWARM_CA: Command = {
  ...SWARM_CA_FORM,
  run: tellAuthority,
};

function* tellKey(client: Client, flags: Flags): SwarmTalk<number> {
  const { swarm } = client.engine;
  const isQuiet = flags.isSet('quiet');
  try {
    if (flags.isSet('rotate')) {
      if (!swarm.swarm.spec.autoLockManagers) return refuse(client, ROTATED_WITHOUT_LOCK);
      yield* wait(client, swarm.updateSwarm({ rotatesUnlockKey: true }));
      if (!isQuiet) client.proc.write('Successfully rotated manager unlock key.\n\n');
    }
    const { unlockKey } = swarm.swarm;
    if (unlockKey === '') return refuse(client, 'no unlock key is set');
    client.proc.write(isQuiet ? `${unlockKey}\n` : unlockCommandText(unlockKey));
    return 0;
  } catch (error) {
    if (!(error instanceof DaemonError)) throw error;
    const reason = daemonText(error);
    return refuse(client, flags.isSet('rotate') ? reason : `could not fetch unlock key: ${reason}`);
  }
}

const ROTATED_WITHOUT_LOCK = 'cannot rotate because autolock is not turned on';

function tellAuthority(client: Client): number {
  const swarm = orRefusal(() => client.engine.swarm.swarm);
  if (swarm instanceof DaemonError) return refuse(client, daemonText(swarm));
  client.proc.write(swarm.rootCa.certificate);
  return 0;
}
