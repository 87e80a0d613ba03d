/** `docker network prune`. Twin of docker/cli's network/prune.go. */
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import { Filters } from '../daemon/filters.ts';
import { pruneNetworksAnywhere } from '../daemon/network-prune.ts';
import { DaemonError } from '../errors.ts';
import type { Client, Command } from './command.ts';
import { daemonText, orLaterRefusal, orRefusal } from './command.ts';
import type { Flags } from './flags.ts';
import { NETWORK_PRUNE_FORM } from './options/network.ts';
import { promptForConfirmation } from './prompt.ts';

const WARNING = `WARNING! This will remove all custom networks not used by at least one container.
Are you sure you want to continue?`;

export const NETWORK_PRUNE: Command = { ...NETWORK_PRUNE_FORM, run: prune };

function* prune(client: Client, flags: Flags): Generator<Wait, number, WakeReason> {
  if (!flags.isSet('force') && !(yield* promptForConfirmation(client.proc, WARNING))) return 0;
  const filters = orRefusal(() => Filters.parse(flags.texts('filter')));
  const removed =
    filters instanceof DaemonError
      ? filters
      : yield* orLaterRefusal(pruneNetworksAnywhere(client.engine, filters, client.proc));
  if (removed instanceof DaemonError) {
    client.proc.writeError(`${daemonText(removed)}\n`);
    return 1;
  }
  if (removed.length > 0) client.proc.write(`Deleted Networks:\n${removed.map((name) => `${name}\n`).join('')}\n`);
  return 0;
}
