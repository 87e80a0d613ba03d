/** `docker rename`. Twin of moby's daemon/rename.go. */
import type { Container } from '../container.ts';
import type { Engine } from '../engine.ts';
import { DaemonError } from '../errors.ts';
import { checkName, containerAttributes } from './create.ts';
import { isUserDefined } from './network-mode.ts';

/** Gives a container another name; one that runs has it on its networks, too. Throws a DaemonError. */
export function renameContainer(engine: Engine, container: Container, typed: string): void {
  const slashed = typed.startsWith('/') ? typed : `/${typed}`;
  const oldName = container.name;
  if (slashed === `/${oldName}`) {
    throw new DaemonError('Renaming a container with the same name as its current name');
  }
  try {
    container.name = checkName(engine, slashed);
  } catch (error) {
    if (!(error instanceof DaemonError)) throw error;
    throw new DaemonError(`Error when allocating new name: ${error.message}`);
  }
  const { namesRenamedAnywhere } = engine.version;
  for (const { endpoint } of container.networks.values()) {
    if (endpoint === null) continue;
    endpoint.name = container.name;
    endpoint.isAnonymous = !namesRenamedAnywhere && !isUserDefined(endpoint.network.name);
  }
  container.isAnonymous = false;
  const netns = container.isRunning ? (container.sandbox?.netnsName ?? null) : null;
  if (netns !== null) engine.host.door.labelNamespace(netns, container.name);
  const attributes = { ...containerAttributes(container), oldName: `/${oldName}` };
  engine.events.log('container', 'rename', container.id, attributes);
}
