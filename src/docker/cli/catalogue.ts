/**
 * All commands of Docker's client 20.10 as they are grouped in its help. Which of them Dockwire has is in commands.ts;
 * one that is not there exists in Docker and not here, and a name that is not here exists nowhere.
 */
import type { Command } from './command.ts';
import { COMMANDS } from './commands.ts';
import { CONTAINER_FORMS, PS_FORM } from './options/container.ts';
import { CONTEXT_FORMS } from './options/context.ts';
import type { CommandForm } from './options/form.ts';
import { atPath } from './options/form.ts';
import { BUILDER_FORMS, IMAGES_FORM, IMAGE_FORMS, RMI_FORM } from './options/image.ts';
import { NETWORK_FORMS } from './options/network.ts';
import { PLUGIN_FORMS } from './options/plugin.ts';
import { GLOBAL_OPTIONS, GROUP_OPTIONS, STACK_OPTIONS } from './options/root.ts';
import { CREATE_FORM, RUN_FORM } from './options/run.ts';
import { SERVICE_FORMS } from './options/service.ts';
import { STACK_FORMS } from './options/stack.ts';
import { SWARM_FORMS } from './options/swarm.ts';
import { SYSTEM_FORMS } from './options/system.ts';
import { TRUST_FORMS } from './options/trust.ts';
import { VOLUME_FORMS } from './options/volume.ts';
import type { Option } from './options.ts';

export interface CatalogueEntry {
  /** The last word of its path. */
  readonly name: string;
  readonly summary: string;
  readonly form: CommandForm;
  /** What Dockwire has; undefined for a later one. */
  readonly command: Command | undefined;
  readonly isHidden: boolean;
}

/** `docker` itself, or a management command: `docker network …`. */
export interface CatalogueGroup {
  /** Empty for `docker`. */
  readonly path: string;
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  readonly isExperiment: boolean;
  readonly isHidden: boolean;
  readonly options: readonly Option[];
  readonly groups: readonly CatalogueGroup[];
  readonly entries: readonly CatalogueEntry[];
}

/** The forms that a command has in the management commands `container`, `image`, `system` and `builder`. */
const MANAGED_FORMS: readonly CommandForm[] = [
  ...[...CONTAINER_FORMS, RUN_FORM, CREATE_FORM].filter(isAtTop).map((form) => atPath(form, `container ${form.path}`)),
  atPath(PS_FORM, 'container ls', ['ps', 'list']),
  ...IMAGE_FORMS.filter(isAtTop).map((form) => atPath(form, `image ${form.path}`)),
  atPath(IMAGES_FORM, 'image ls', ['list']),
  atPath(RMI_FORM, 'image rm', ['rmi', 'remove']),
  ...SYSTEM_FORMS.filter((form) => ['events', 'info'].includes(form.path)).map((form) =>
    atPath(form, `system ${form.path}`),
  ),
];

const FORMS: readonly CommandForm[] = [
  ...CONTAINER_FORMS,
  RUN_FORM,
  CREATE_FORM,
  ...IMAGE_FORMS,
  ...BUILDER_FORMS,
  ...SYSTEM_FORMS,
  ...NETWORK_FORMS,
  ...VOLUME_FORMS,
  ...PLUGIN_FORMS,
  ...SWARM_FORMS,
  ...STACK_FORMS,
  ...SERVICE_FORMS,
  ...TRUST_FORMS,
  ...CONTEXT_FORMS,
  ...MANAGED_FORMS.filter((form) => !['container ps', 'image images', 'image rmi'].includes(form.path)),
];

function isAtTop(form: CommandForm): boolean {
  return !form.path.includes(' ');
}

/** The commands of a group: those with one word more than its path. */
function entriesOf(path: string): CatalogueEntry[] {
  const parent = (form: CommandForm): string => form.path.slice(0, Math.max(form.path.lastIndexOf(' '), 0));
  const found = FORMS.filter((form) => parent(form) === path).map((form): CatalogueEntry => {
    const command = COMMANDS.find((each) => each.path === form.path);
    const name = form.path.slice(form.path.lastIndexOf(' ') + 1);
    return { name, summary: form.summary, form, command, isHidden: false };
  });
  return found.sort((left, right) => (left.name < right.name ? -1 : 1));
}

function group(path: string, summary: string, more: Partial<CatalogueGroup> = {}): CatalogueGroup {
  return {
    path,
    name: path.slice(path.lastIndexOf(' ') + 1),
    summary,
    description: summary,
    isExperiment: false,
    isHidden: false,
    options: GROUP_OPTIONS,
    groups: [],
    entries: entriesOf(path),
    ...more,
  };
}

const COMPLETION_HELP = `Generate the autocompletion script for docker for the specified shell.
See each sub-command's help for details on how to use the generated script.`;

const MANIFEST_HELP = `The **docker manifest** command has subcommands for managing image manifests and
manifest lists. A manifest list allows you to use one name to refer to the same image
built for multiple architectures.

To see help for a subcommand, use:

    docker manifest CMD --help

For full details on using docker manifest lists, see the registry v2 specification.`;

export const GROUPS: readonly CatalogueGroup[] = [
  group('builder', 'Manage builds'),
  group('completion', 'Generate the autocompletion script for the specified shell', { description: COMPLETION_HELP }),
  group('config', 'Manage Docker configs'),
  group('container', 'Manage containers'),
  group('context', 'Manage contexts'),
  group('image', 'Manage images'),
  group('manifest', 'Manage Docker image manifests and manifest lists', {
    description: MANIFEST_HELP,
    isExperiment: true,
  }),
  group('network', 'Manage networks'),
  group('node', 'Manage Swarm nodes'),
  group('plugin', 'Manage plugins'),
  group('secret', 'Manage Docker secrets'),
  group('service', 'Manage services'),
  group('stack', 'Manage Docker stacks', { options: STACK_OPTIONS }),
  group('swarm', 'Manage Swarm'),
  group('system', 'Manage Docker'),
  group('trust', 'Manage trust on Docker images', {
    groups: [
      group('trust key', 'Manage keys for signing Docker images'),
      group('trust signer', 'Manage entities who can sign Docker images'),
    ],
  }),
  group('volume', 'Manage volumes'),
];

export const TOP_COMMANDS: readonly CatalogueEntry[] = entriesOf('');

/** `docker` itself. */
export const ROOT: CatalogueGroup = group('', 'A self-sufficient runtime for containers', {
  options: GLOBAL_OPTIONS,
  groups: GROUPS,
  entries: TOP_COMMANDS,
});

/** Finds an entry by its name or an alias. */
export function findEntry(entries: readonly CatalogueEntry[], name: string): CatalogueEntry | undefined {
  return entries.find((each) => each.name === name || each.form.aliases.includes(name));
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
  const inGroups = GROUPS.map((each) => ({ name: each.name, entries: supportedEntries(each.entries) }))
    .filter((each) => each.entries !== '')
    .map((each) => `${each.name} (${each.entries})`);
  return [supportedEntries(TOP_COMMANDS), ...inGroups].join(', ');
}
