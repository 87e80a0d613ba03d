/** `docker network rm`. Twin of docker/cli's network/remove.go. */
import { removeNetwork } from '../daemon/networks.ts';
import { DaemonError } from '../errors.ts';
import type { Client, Command } from './command.ts';
import { daemonTextFor, orRefusal } from './command.ts';
import type { Flags } from './flags.ts';
import { NETWORK_RM_FORM } from './options/network.ts';

export const NETWORK_RM: Command = { ...NETWORK_RM_FORM, run: remove };

/** One after the other; what fails does not keep the others. */
function remove(client: Client, flags: Flags): number {
  let exit = 0;
  for (const term of flags.operands) {
    const refusal = orRefusal(() => {
      removeNetwork(client.engine, term);
    });
    if (refusal instanceof DaemonError) {
      client.proc.writeError(`${daemonTextFor(client, refusal, 'network', term)}\n`);
      exit = 1;
    } else client.proc.write(`${term}\n`);
  }
  return exit;
}
