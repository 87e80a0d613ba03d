/** `docker ps`, `docker container ls`: the list of containers. Twin of docker/cli's container/list.go. */
import { listContainers } from '../daemon/container-list.ts';
import { Filters } from '../daemon/filters.ts';
import { DaemonError } from '../errors.ts';
import type { ContainerSummary } from '../inspect/container-summary.ts';
import { NO_CONTAINER, containerSummary } from '../inspect/container-summary.ts';
import { TemplateExecError, TemplateParseError } from '../template/errors.ts';
import { Template } from '../template/template.ts';
import type { Client, Command } from './command.ts';
import { daemonText, orRefusal } from './command.ts';
import type { ContainerLook } from './container-list.ts';
import { containerList } from './container-list.ts';
import type { Flags } from './flags.ts';
import type { ListKind } from './formatter.ts';
import { contextValue, formatOf, printList } from './formatter.ts';
import { PS_FORM } from './options/container.ts';

const NANOSECONDS_PER_SECOND = 1_000_000_000;

export const PS: Command = { ...PS_FORM, run };

export const CONTAINER_LS: Command = { ...PS, path: 'container ls' };

function run(client: Client, flags: Flags): number {
  const { engine } = client;
  const epochNowSeconds = engine.host.epochSeconds + engine.now / NANOSECONDS_PER_SECOND;
  const last = flags.int('last') ?? -1;
  const limit = flags.isSet('latest') && last === -1 ? 1 : last;
  const filters = Filters.parse(flags.texts('filter'));
  const listed = orRefusal(() => listContainers(engine, { isAll: flags.isSet('all'), limit, filters }));
  if (listed instanceof DaemonError) {
    client.proc.writeError(`${daemonText(listed)}\n`);
    return 1;
  }
  const look = { epochNowSeconds, hasBrackets: engine.version.hasDocuments29 };
  return printContainers(client, flags, look, (hasSize) =>
    listed.map((each) => containerSummary(engine, each, hasSize)),
  );
}

/** Prints what `ask` gives, which is told whether sizes are to be worked out; the exit code. */
export function printContainers(
  client: Client,
  flags: Flags,
  look: ContainerLook,
  ask: (hasSize: boolean) => readonly ContainerSummary[],
): number {
  const format = flags.text('format') ?? '';
  const hasSize = flags.isSet('size') || usesSize(containerList(look, false), format);
  if (typeof hasSize === 'string') {
    client.proc.writeError(`${hasSize}\n`);
    return 1;
  }
  const kind = containerList(look, hasSize);
  return printList(client, kind, ask(hasSize), formatOf(kind, format, flags.isSet('quiet')), !flags.isSet('no-trunc'));
}

/**
 * Whether the format asks for sizes, which the engine only works out on demand. The real client finds out by trying the
 * format on a container that has nothing, and what fails there fails: `{{slice .ID 0 4}}` does.
 */
function usesSize(kind: ListKind<ContainerSummary>, format: string): boolean | string {
  let isUsed = false;
  const columns = kind.columns.map((column) =>
    column.name !== 'Size'
      ? column
      : {
          ...column,
          text: () => {
            isUsed = true;
            return '';
          },
        },
  );
  try {
    new Template(format).execute(contextValue({ ...kind, columns }, NO_CONTAINER, false));
    return isUsed;
  } catch (error) {
    if (error instanceof TemplateParseError) return `failed to parse template: ${error.message}`;
    if (error instanceof TemplateExecError) return `failed to execute template: ${error.message}`;
    throw error;
  }
}
