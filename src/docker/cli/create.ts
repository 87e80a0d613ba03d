/** `docker create`, and the part of `docker run` that makes the container. Twin of docker/cli's container/create.go. */
import type { Container } from '../container.ts';
import type { CreateRequest } from '../daemon/create.ts';
import { commandOf, createContainer, createWarnings } from '../daemon/create.ts';
import { DaemonError } from '../errors.ts';
import type { ImageReference } from '../images.ts';
import { askedContainer, report } from './asked-container.ts';
import type { Client, Command, CommandResult, Lack } from './command.ts';
import { daemonText, orRefusal, programLack, reportLack } from './command.ts';
import { containerLack } from './container-lack.ts';
import { complain } from './each-container.ts';
import type { Flags } from './flags.ts';
import { CREATE_FORM } from './options/run.ts';

export const CREATE: Command = {
  ...CREATE_FORM,
  run,
  lack: (flags) => containerLack('create', flags),
};

/** What Dockwire lacks of the program that the container is to run. */
export function commandLack(client: Client, request: CreateRequest): Pick<Lack, 'name' | 'supported'> | undefined {
  const image = client.engine.host.images.find(request.reference);
  if (image === undefined) return undefined;
  const { entrypoint, command } = commandOf(request.config, image);
  return programLack(image, (entrypoint ?? []).find((each) => each !== '') ?? command[0] ?? '');
}

/** Makes the container, pulling its image where that is wished. Throws a DaemonError. */
export function create(client: Client, flags: Flags, request: CreateRequest): Container {
  const pull = flags.text('pull') ?? 'missing';
  if (pull === 'always') client.engine.pullImage(request.reference);
  const container = orRefusal(() => createContainer(client.engine, request));
  if (container instanceof DaemonError) {
    // What else is wrong the engine has looked for first.
    const isImageMissing = client.engine.host.images.find(request.reference) === undefined && container.isNotFound;
    if (isImageMissing && pull === 'missing') pullMissing(client, request.reference);
    throw container;
  }
  for (const warning of createWarnings(container)) client.proc.writeError(`WARNING: ${warning}\n`);
  return container;
}

function pullMissing(client: Client, reference: ImageReference): never {
  client.proc.writeError(`Unable to find image '${reference.tagged}' locally\n`);
  client.engine.pullImage(reference);
}

function run(client: Client, flags: Flags): CommandResult {
  const asked = askedContainer(client.proc, flags);
  for (const warning of asked.warnings) client.proc.writeError(`${warning}\n`);
  if ('fault' in asked) {
    return asked.isOfOptions ? report(client, 'create', asked.fault) : complain(client, asked.fault);
  }
  const { request } = asked;
  const missing = commandLack(client, request);
  if (missing !== undefined) return reportLack(client.proc, missing);
  const container = orRefusal(() => create(client, flags, request));
  if (container instanceof DaemonError) return complain(client, daemonText(container));
  client.proc.write(`${container.id}\n`);
  return 0;
}
