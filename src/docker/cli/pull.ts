/** `docker pull`. Twin of docker/cli's image/pull.go. There is no registry, so that it always fails. */
import { DaemonError } from '../errors.ts';
import { parseReference } from '../images.ts';
import type { Client, Command, CommandResult } from './command.ts';
import { daemonText, orRefusal } from './command.ts';
import { complain } from './each-container.ts';
import type { Flags } from './flags.ts';
import { PULL_FORM } from './options/image.ts';

export const PULL: Command = { ...PULL_FORM, run };

function run(client: Client, flags: Flags): CommandResult {
  const typed = flags.operands[0]!;
  const reference = parseReference(typed);
  if (typeof reference === 'string') return complain(client, reference);
  const hasTag = /:[\w.-]+$|@/.test(typed.slice(typed.lastIndexOf('/') + 1));
  const isAll = flags.isSet('all-tags');
  if (isAll && hasTag) return complain(client, "tag can't be used with --all-tags/-a");
  if (!hasTag && !isAll && !flags.isSet('quiet')) client.proc.write('Using default tag: latest\n');
  const refusal = orRefusal(() => client.engine.pullImage(reference));
  return refusal instanceof DaemonError ? complain(client, daemonText(refusal)) : 0;
}
