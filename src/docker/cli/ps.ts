/** `docker ps`, `docker container ls`: the list of containers. Twin of docker/cli's container/list.go and formatter. */
import type { Container } from '../container.ts';
import type { Engine } from '../engine.ts';
import { publishedPorts } from '../daemon/connectivity.ts';
import { shortId } from '../ids.ts';
import { parseReference } from '../images.ts';
import { displayablePorts } from '../ports/displayable-ports.ts';
import { mappedPorts } from '../ports/mapped-port.ts';
import type { Client, Command } from './command.ts';
import type { Flags } from './flags.ts';
import { humanDuration } from './human-duration.ts';
import { PS_FORM } from './options/container.ts';
import { goTable } from './table.ts';

const HEADER = ['CONTAINER ID', 'IMAGE', 'COMMAND', 'CREATED', 'STATUS', 'PORTS', 'NAMES'];
const COMMAND_WIDTH_MAX = 20;
const NANOSECONDS_PER_SECOND = 1_000_000_000;

export const PS: Command = { ...PS_FORM, run };

export const CONTAINER_LS: Command = { ...PS, path: 'container ls' };

function run(client: Client, flags: Flags): number {
  const { proc, engine } = client;
  const isWhole = flags.isSet('no-trunc');
  // The youngest first; those of the same instant, too.
  const listed = [...engine.containers.values()].filter((each) => each.isRunning || flags.isSet('all')).reverse();
  if (flags.isSet('quiet')) proc.write(listed.map((each) => `${isWhole ? each.id : shortId(each.id)}\n`).join(''));
  else proc.write(goTable([HEADER, ...listed.map((each) => row(engine, each, isWhole))]));
  return 0;
}

function row(engine: Engine, container: Container, isWhole: boolean): string[] {
  // The API gives the creation in whole seconds.
  const createdNs = Math.floor(container.createdNs / NANOSECONDS_PER_SECOND) * NANOSECONDS_PER_SECOND;
  const command = commandText(container);
  return [
    isWhole ? container.id : shortId(container.id),
    isWhole ? container.config.image : familiarImage(container.config.image),
    JSON.stringify(isWhole ? command : ellipsis(command)),
    `${humanDuration(engine.now - createdNs)} ago`,
    statusText(container, engine.now),
    displayablePorts(mappedPorts(publishedPorts(container))),
    container.name,
  ];
}

/** Twin of moby's State.String(). */
function statusText(container: Container, now: number): string {
  if (container.isRunning) return `Up ${humanDuration(now - container.startedNs)}`;
  if (container.status === 'created') return 'Created';
  return `Exited (${container.exitCode}) ${humanDuration(now - container.finishedNs)} ago`;
}

/** Arguments with blanks are quoted, as the daemon does in lists. */
function commandText(container: Container): string {
  const [path, ...args] = container.config.command;
  return [path ?? '', ...args.map((arg) => (arg.includes(' ') ? `'${arg}'` : arg))].join(' ');
}

function ellipsis(text: string): string {
  return text.length <= COMMAND_WIDTH_MAX ? text : `${text.slice(0, COMMAND_WIDTH_MAX - 1)}…`;
}

/** The image as typed, without what everybody leaves out: the hub's name and the digest. */
function familiarImage(image: string): string {
  const withoutDigest = image.split('@', 1)[0]!;
  const reference = parseReference(withoutDigest);
  if (typeof reference === 'string') return image;
  return withoutDigest.includes(':', withoutDigest.lastIndexOf('/') + 1) ? reference.tagged : reference.name;
}
