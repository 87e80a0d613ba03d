/** `docker container prune`. Twin of docker/cli's container/prune.go. */
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import { Filters } from '../daemon/filters.ts';
import { pruneContainers } from '../daemon/prune.ts';
import { DaemonError } from '../errors.ts';
import type { Client, Command } from './command.ts';
import { daemonText, orRefusal } from './command.ts';
import type { Flags } from './flags.ts';
import { CONTAINER_PRUNE_FORM } from './options/container.ts';
import { promptForConfirmation } from './prompt.ts';

const WARNING = `WARNING! This will remove all stopped containers.
Are you sure you want to continue?`;

export const CONTAINER_PRUNE: Command = { ...CONTAINER_PRUNE_FORM, run: prune };

function* prune(client: Client, flags: Flags): Generator<Wait, number, WakeReason> {
  const isWanted = flags.isSet('force') || (yield* promptForConfirmation(client.proc, WARNING));
  const filters = Filters.parse(flags.texts('filter'));
  const removed = isWanted ? orRefusal(() => pruneContainers(client.engine, filters)) : [];
  if (removed instanceof DaemonError) {
    client.proc.writeError(`${daemonText(removed)}\n`);
    return 1;
  }
  if (removed.length > 0) client.proc.write(`Deleted Containers:\n${removed.map((id) => `${id}\n`).join('')}\n`);
  client.proc.write('Total reclaimed space: 0B\n');
  return 0;
}
