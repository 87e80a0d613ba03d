/**
 * All commands of Docker's client 20.10 with the summaries that its help shows, and which of them Dockwire has. A name
 * that stands here without a command exists in Docker and not here; one that does not stand here exists nowhere.
 */
import type { Command } from './command.ts';
import { EXEC } from './exec.ts';
import { CONTAINER_INSPECT, INSPECT } from './inspect.ts';
import { NETWORK_INSPECT, NETWORK_LS } from './network.ts';
import { CONTAINER_LS, PS } from './ps.ts';
import { RUN } from './run.ts';
import { RM, START, STOP } from './start-stop-rm.ts';

export interface CatalogueEntry {
  readonly name: string;
  readonly summary: string;
  /** What Dockwire has; the name alone for a later one. */
  readonly command?: Command;
  /** Other names, not listed. */
  readonly aliases?: readonly string[];
}

/** A management command: `docker network …`. */
export interface CatalogueGroup {
  readonly name: string;
  readonly summary: string;
  /** Empty for a group of which Dockwire has nothing. */
  readonly entries: readonly CatalogueEntry[];
}

const entry = (name: string, summary: string, command?: Command, aliases: readonly string[] = []): CatalogueEntry =>
  command === undefined ? { name, summary } : { name, summary, command, aliases };

/** The same command under a management command's name. */
const inContainer = (command: Command): Command => ({ ...command, path: `container ${command.path}` });

const CONTAINER_ENTRIES: readonly CatalogueEntry[] = [
  entry('attach', 'Attach local standard input, output, and error streams to a running container'),
  entry('commit', "Create a new image from a container's changes"),
  entry('cp', 'Copy files/folders between a container and the local filesystem'),
  entry('create', 'Create a new container'),
  entry('diff', "Inspect changes to files or directories on a container's filesystem"),
  entry('exec', EXEC.summary, inContainer(EXEC)),
  entry('export', "Export a container's filesystem as a tar archive"),
  entry('inspect', CONTAINER_INSPECT.summary, CONTAINER_INSPECT),
  entry('kill', 'Kill one or more running containers'),
  entry('logs', 'Fetch the logs of a container'),
  entry('ls', CONTAINER_LS.summary, CONTAINER_LS, ['ps', 'list']),
  entry('pause', 'Pause all processes within one or more containers'),
  entry('port', 'List port mappings or a specific mapping for the container'),
  entry('prune', 'Remove all stopped containers'),
  entry('rename', 'Rename a container'),
  entry('restart', 'Restart one or more containers'),
  entry('rm', RM.summary, inContainer(RM)),
  entry('run', RUN.summary, inContainer(RUN)),
  entry('start', START.summary, inContainer(START)),
  entry('stats', 'Display a live stream of container(s) resource usage statistics'),
  entry('stop', STOP.summary, inContainer(STOP)),
  entry('top', 'Display the running processes of a container'),
  entry('unpause', 'Unpause all processes within one or more containers'),
  entry('update', 'Update configuration of one or more containers'),
  entry('wait', 'Block until one or more containers stop, then print their exit codes'),
];

const NETWORK_ENTRIES: readonly CatalogueEntry[] = [
  entry('connect', 'Connect a container to a network'),
  entry('create', 'Create a network'),
  entry('disconnect', 'Disconnect a container from a network'),
  entry('inspect', NETWORK_INSPECT.summary, NETWORK_INSPECT),
  entry('ls', NETWORK_LS.summary, NETWORK_LS, ['list']),
  entry('prune', 'Remove all unused networks'),
  entry('rm', 'Remove one or more networks'),
];

const group = (name: string, summary: string, entries: readonly CatalogueEntry[] = []): CatalogueGroup => ({
  name,
  summary,
  entries,
});

export const GROUPS: readonly CatalogueGroup[] = [
  group('builder', 'Manage builds'),
  group('completion', 'Generate the autocompletion script for the specified shell'),
  group('config', 'Manage Docker configs'),
  group('container', 'Manage containers', CONTAINER_ENTRIES),
  group('context', 'Manage contexts'),
  group('image', 'Manage images'),
  group('manifest', 'Manage Docker image manifests and manifest lists'),
  group('network', 'Manage networks', NETWORK_ENTRIES),
  group('node', 'Manage Swarm nodes'),
  group('plugin', 'Manage plugins'),
  group('secret', 'Manage Docker secrets'),
  group('service', 'Manage services'),
  group('stack', 'Manage Docker stacks'),
  group('swarm', 'Manage Swarm'),
  group('system', 'Manage Docker'),
  group('trust', 'Manage trust on Docker images'),
  group('volume', 'Manage volumes'),
];

const fromContainer = (name: string): CatalogueEntry => {
  const found = CONTAINER_ENTRIES.find((each) => each.name === name)!;
  return { name, summary: found.summary };
};

export const TOP_COMMANDS: readonly CatalogueEntry[] = [
  fromContainer('attach'),
  entry('build', 'Build an image from a Dockerfile'),
  fromContainer('commit'),
  fromContainer('cp'),
  fromContainer('create'),
  fromContainer('diff'),
  entry('events', 'Get real time events from the server'),
  entry('exec', EXEC.summary, EXEC),
  fromContainer('export'),
  entry('history', 'Show the history of an image'),
  entry('images', 'List images'),
  entry('import', 'Import the contents from a tarball to create a filesystem image'),
  entry('info', 'Display system-wide information'),
  entry('inspect', INSPECT.summary, INSPECT),
  fromContainer('kill'),
  entry('load', 'Load an image from a tar archive or STDIN'),
  entry('login', 'Log in to a Docker registry'),
  entry('logout', 'Log out from a Docker registry'),
  fromContainer('logs'),
  fromContainer('pause'),
  fromContainer('port'),
  entry('ps', PS.summary, PS),
  entry('pull', 'Pull an image or a repository from a registry'),
  entry('push', 'Push an image or a repository to a registry'),
  fromContainer('rename'),
  fromContainer('restart'),
  entry('rm', RM.summary, RM),
  entry('rmi', 'Remove one or more images'),
  entry('run', RUN.summary, RUN),
  entry('save', 'Save one or more images to a tar archive (streamed to STDOUT by default)'),
  entry('search', 'Search the Docker Hub for images'),
  entry('start', START.summary, START),
  fromContainer('stats'),
  entry('stop', STOP.summary, STOP),
  entry('tag', 'Create a tag TARGET_IMAGE that refers to SOURCE_IMAGE'),
  fromContainer('top'),
  fromContainer('unpause'),
  fromContainer('update'),
  entry('version', 'Show the Docker version information'),
  fromContainer('wait'),
];

/** Finds an entry by its name or an alias. */
export function findEntry(entries: readonly CatalogueEntry[], name: string): CatalogueEntry | undefined {
  return entries.find((each) => each.name === name || each.aliases?.includes(name) === true);
}

/** The names of what Dockwire has, for messages. */
export function supportedEntries(entries: readonly CatalogueEntry[]): string {
  return entries
    .filter((each) => each.command !== undefined)
    .map((each) => each.name)
    .join(', ');
}

/** The same for everything behind `docker`. */
export function supportedCommands(): string {
  const groups = GROUPS.filter((each) => each.entries.length > 0);
  const inGroups = groups.map((each) => `${each.name} (${supportedEntries(each.entries)})`);
  return `${supportedEntries(TOP_COMMANDS)}, ${inGroups.join(', ')}`;
}
