/** `docker restart`. Twin of docker/cli's container/restart.go. */
import { restartContainer } from '../daemon/stop.ts';
import { DaemonError } from '../errors.ts';
import type { Command } from './command.ts';
import { forEachContainer } from './each-container.ts';
import { RESTART_FORM } from './options/container.ts';

export const RESTART: Command = {
  ...RESTART_FORM,
  run: ({ engine, proc }, flags) =>
    forEachContainer({ engine, proc }, flags.operands, function* restart(container, term) {
      try {
        yield* restartContainer(engine, container, flags.int('time'), proc);
      } catch (error) {
        if (!(error instanceof DaemonError)) throw error;
        throw new DaemonError(`Cannot restart container ${term}: ${error.message}`);
      }
    }),
};
