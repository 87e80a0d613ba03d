/** `docker network disconnect`. Twin of moby's daemon/container_operations.go (DisconnectFromNetwork). */
import type { Container } from '../container.ts';
import { deleteEndpoint } from '../endpoint.ts';
import type { Engine } from '../engine.ts';
import { DaemonError } from '../errors.ts';
import type { Network } from '../network.ts';
import { leaveSandbox } from '../sandbox.ts';
import { detachNetwork } from './attach.ts';
import { liveSandbox, logNetworkEvent, networkHost } from './container-network.ts';
import { CONFLICT } from './network-mode.ts';

/** Disconnects a container, at once if it runs, else for its next start. Throws a DaemonError. */
export function disconnectContainer(
  engine: Engine,
  containerTerm: string,
  networkTerm: string,
  isForced: boolean,
): void {
  const container = findContainer(engine, containerTerm, networkTerm, isForced);
  const network = engine.findNetwork(networkTerm);
  if (!container.isRunning || (network === undefined && isForced)) {
    const name = network?.name ?? networkTerm;
    if (!container.networks.delete(name)) {
      throw new DaemonError(`container ${container.id} is not connected to the network ${name}`);
    }
  } else {
    // Says that there is none.
    disconnectRunning(engine, container, network ?? engine.getNetwork(networkTerm));
  }
  if (network !== undefined) logNetworkEvent(engine, network, 'disconnect', container);
}

/** Forced, an endpoint is looked for whose container is gone; this engine leaves none behind. */
function findContainer(engine: Engine, containerTerm: string, networkTerm: string, isForced: boolean): Container {
  try {
    return engine.getContainer(containerTerm);
  } catch (error) {
    if (!isForced) throw error;
    engine.getNetwork(networkTerm);
    throw new DaemonError(`endpoint ${containerTerm} not found`);
  }
}

function disconnectRunning(engine: Engine, container: Container, network: Network): void {
  if (container.isHostNetwork && network.driver === 'host') throw new DaemonError(CONFLICT.hostNetwork);
  const sandbox = liveSandbox(container);
  const endpoint = sandbox?.endpoints.find((each) => each.network === network);
  if (sandbox === null || endpoint === undefined) {
    throw new DaemonError(`container ${container.id} is not connected to network ${network.name}`);
  }
  leaveSandbox(networkHost(engine, container), sandbox, endpoint);
  deleteEndpoint(endpoint, engine.driverOf(network));
  const settings = container.networks.get(network.name);
  container.networks.delete(network.name);
  if (settings !== undefined) detachNetwork(engine, container, settings);
  logNetworkEvent(engine, network, 'disconnect', container);
}
