/** The commands that Dockwire has. Those for containers are called `docker container …` as well. */
import type { Command } from './command.ts';
import { ATTACH } from './attach.ts';
import { CREATE } from './create.ts';
import { CONTAINER_PRUNE } from './container-prune.ts';
import { EVENTS } from './events.ts';
import { EXEC } from './exec.ts';
import { IMAGES, IMAGE_LS } from './images.ts';
import { CONTAINER_INSPECT, IMAGE_INSPECT, INSPECT } from './inspect.ts';
import { KILL } from './kill.ts';
import { LOGS } from './logs.ts';
import { INFO } from './info.ts';
import { NETWORK_CREATE } from './network-create.ts';
import { NETWORK_PRUNE } from './network-prune.ts';
import { NETWORK_RM } from './network-rm.ts';
import { NETWORK_INSPECT, NETWORK_LS } from './network.ts';
import { NETWORK_CONNECT, NETWORK_DISCONNECT } from './network-connect.ts';
import { NODE_INSPECT } from './node-inspect.ts';
import { NODE_LS } from './node-ls.ts';
import { NODE_PS } from './node-ps.ts';
import { NODE_RM } from './node-rm.ts';
import { NODE_DEMOTE, NODE_PROMOTE, NODE_UPDATE } from './node-update.ts';
import { PAUSE, UNPAUSE } from './pause.ts';
import { PORT } from './port.ts';
import { CONTAINER_LS, PS } from './ps.ts';
import { PULL } from './pull.ts';
import { RENAME } from './rename.ts';
import { RESTART } from './restart.ts';
import { RUN } from './run.ts';
import { RM, START, STOP } from './start-stop-rm.ts';
import { SWARM_INIT } from './swarm-init.ts';
import { SWARM_JOIN } from './swarm-join.ts';
import { SWARM_JOIN_TOKEN } from './swarm-join-token.ts';
import { SWARM_LEAVE } from './swarm-leave.ts';
import { SWARM_CA, SWARM_UNLOCK, SWARM_UNLOCK_KEY } from './swarm-unlock-key.ts';
import { SWARM_UPDATE } from './swarm-update.ts';
import { TOP } from './top.ts';
import { VERSION } from './version.ts';
import { WAIT } from './wait.ts';

const FOR_CONTAINERS: readonly Command[] = [
  ATTACH,
  CREATE,
  EXEC,
  KILL,
  LOGS,
  PAUSE,
  PORT,
  RENAME,
  RESTART,
  RM,
  RUN,
  START,
  STOP,
  TOP,
  UNPAUSE,
  WAIT,
];

export const COMMANDS: readonly Command[] = [
  ...FOR_CONTAINERS,
  ...FOR_CONTAINERS.map((command) => ({ ...command, path: `container ${command.path}` })),
  CONTAINER_INSPECT,
  CONTAINER_LS,
  CONTAINER_PRUNE,
  EVENTS,
  { ...EVENTS, path: 'system events' },
  IMAGES,
  IMAGE_INSPECT,
  IMAGE_LS,
  INFO,
  { ...INFO, path: 'system info' },
  INSPECT,
  NETWORK_CONNECT,
  NETWORK_CREATE,
  NETWORK_DISCONNECT,
  NETWORK_INSPECT,
  NETWORK_LS,
  NETWORK_PRUNE,
  NETWORK_RM,
  NODE_DEMOTE,
  NODE_INSPECT,
  NODE_LS,
  NODE_PROMOTE,
  NODE_PS,
  NODE_RM,
  NODE_UPDATE,
  PS,
  PULL,
  { ...PULL, path: 'image pull' },
  SWARM_CA,
  SWARM_INIT,
  SWARM_JOIN,
  SWARM_JOIN_TOKEN,
  SWARM_LEAVE,
  SWARM_UNLOCK,
  SWARM_UNLOCK_KEY,
  SWARM_UPDATE,
  VERSION,
];
