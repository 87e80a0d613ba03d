/** `docker rename`. Twin of docker/cli's container/rename.go. */
import { renameContainer } from '../daemon/rename.ts';
import { DaemonError } from '../errors.ts';
import type { Client, Command, CommandResult } from './command.ts';
import { daemonText, orRefusal } from './command.ts';
import { complain } from './each-container.ts';
import type { Flags } from './flags.ts';
import { RENAME_FORM } from './options/container.ts';

export const RENAME: Command = { ...RENAME_FORM, run };

function run(client: Client, flags: Flags): CommandResult {
  const [oldName, newName] = flags.operands.map((operand) => operand.trim());
  if (oldName === '' || newName === '') return complain(client, 'Error: Neither old nor new names may be empty');
  const refusal = orRefusal(() => {
    renameContainer(client.engine, client.engine.getContainer(oldName!), newName!);
  });
  if (!(refusal instanceof DaemonError)) return 0;
  return complain(client, `${daemonText(refusal)}\nError: failed to rename container named ${oldName!}`);
}
