/** `docker wait`. Twin of docker/cli's container/wait.go. */
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import { DaemonError } from '../errors.ts';
import type { Client, Command } from './command.ts';
import { daemonText, orRefusal } from './command.ts';
import { finish } from './each-container.ts';
import type { Flags } from './flags.ts';
import { WAIT_FORM } from './options/container.ts';

export const WAIT: Command = { ...WAIT_FORM, run };

function* run(client: Client, flags: Flags): Generator<Wait, number, WakeReason> {
  const errors: string[] = [];
  for (const term of flags.operands) {
    const container = orRefusal(() => client.engine.getContainer(term));
    if (container instanceof DaemonError) {
      errors.push(daemonText(container));
      continue;
    }
    const exit = container.nextExit();
    const isOver = exit.isReady();
    while (!exit.isReady()) yield client.proc.waitFor(exit);
    client.proc.write(`${isOver ? container.exitCode : container.lastExitCode}\n`);
  }
  return finish(client, errors);
}
