/** `docker create`, and the part of `docker run` that makes the container. Twin of docker/cli's container/create.go. */
import type { Container } from '../container.ts';
import type { CreateRequest } from '../daemon/create.ts';
import { createContainer, createWarnings } from '../daemon/create.ts';
import { DaemonError } from '../errors.ts';
import type { ImageReference, ImageStore } from '../images.ts';
import { BUILT_IN_IMAGES, LATER_IMAGES, parseReference } from '../images.ts';
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
  lack: (flags, images) => imageLack('create', flags, images),
};

/** What Dockwire lacks of the image that is asked for, or of the options. */
export function imageLack(path: string, flags: Flags, images: ImageStore | null): Lack | undefined {
  const lackingValue = containerLack(path, flags);
  if (lackingValue !== undefined) return lackingValue;
  const reference = parseReference(flags.operands[0]!);
  if (typeof reference === 'string' || images?.find(reference) !== undefined) return undefined;
  if (!LATER_IMAGES.includes(reference.name)) return undefined;
  const known = images?.names() ?? BUILT_IN_IMAGES;
  return { name: `docker ${path} ${reference.name}`, supported: known.join(', '), argIndex: flags.operandIndexes[0]! };
}

/** What Dockwire lacks of the program that the container is to run. */
export function commandLack(client: Client, request: CreateRequest): Pick<Lack, 'name' | 'supported'> | undefined {
  const image = client.engine.host.images.find(request.reference);
  if (image === undefined) return undefined;
  const { entrypoint, command } = request.config;
  const word = entrypoint?.find((each) => each !== '') ?? command[0] ?? image.command[0] ?? '';
  return programLack(image, word);
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
