/** The commands that Dockwire has. Those for containers are called `docker container …` as well. */
import type { Command } from './command.ts';
import { EXEC } from './exec.ts';
import { CONTAINER_INSPECT, INSPECT } from './inspect.ts';
import { NETWORK_INSPECT, NETWORK_LS } from './network.ts';
import { NETWORK_CONNECT, NETWORK_DISCONNECT } from './network-connect.ts';
import { PORT } from './port.ts';
import { CONTAINER_LS, PS } from './ps.ts';
import { RUN } from './run.ts';
import { RM, START, STOP } from './start-stop-rm.ts';

const FOR_CONTAINERS: readonly Command[] = [EXEC, PORT, RM, RUN, START, STOP];

export const COMMANDS: readonly Command[] = [
  ...FOR_CONTAINERS,
  ...FOR_CONTAINERS.map((command) => ({ ...command, path: `container ${command.path}` })),
  CONTAINER_INSPECT,
  CONTAINER_LS,
  INSPECT,
  NETWORK_CONNECT,
  NETWORK_DISCONNECT,
  NETWORK_INSPECT,
  NETWORK_LS,
  PS,
];
