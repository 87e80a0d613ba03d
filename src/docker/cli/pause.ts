/** `docker pause`, `docker unpause`. Twin of docker/cli's container/{pause,unpause}.go. */
import { pauseContainer, unpauseContainer } from '../daemon/pause.ts';
import type { Command } from './command.ts';
import { forAllContainers } from './each-container.ts';
import { PAUSE_FORM, UNPAUSE_FORM } from './options/container.ts';

export const PAUSE: Command = {
  ...PAUSE_FORM,
  run: (client, flags) =>
    forAllContainers(client, flags.operands, (container) => {
      pauseContainer(client.engine, container);
      return undefined;
    }),
};

export const UNPAUSE: Command = {
  ...UNPAUSE_FORM,
  run: (client, flags) =>
    forAllContainers(client, flags.operands, (container) => {
      unpauseContainer(client.engine, container);
      return undefined;
    }),
};
