/** The forms of the commands for the engine itself, and of those that look at anything. */
import type { CommandForm } from './form.ts';
import { commandForm } from './form.ts';

export const EVENTS_FORM = commandForm({
  path: 'events',
  usage: '[OPTIONS]',
  summary: 'Get real time events from the server',
  operands: [0, 0],
  options: `
  + -f, --filter filter  Filter output based on conditions provided
  +     --format string  Format the output using the given Go template
  +     --since string   Show all events created since timestamp
  +     --until string   Stream events until this timestamp
  `,
});

export const INFO_FORM = commandForm({
  path: 'info',
  usage: '[OPTIONS]',
  summary: 'Display system-wide information',
  operands: [0, 0],
  options: `
  + -f, --format string  Format the output using the given Go template
  `,
});

export const INSPECT_FORM = commandForm({
  path: 'inspect',
  usage: '[OPTIONS] NAME|ID [NAME|ID...]',
  summary: 'Return low-level information on Docker objects',
  operands: [1, Infinity],
  options: `
  + -f, --format string  Format the output using the given Go template
  + -s, --size           Display total file sizes if the type is container
  +     --type string    Return JSON for specified type
  `,
});

export const LOGIN_FORM = commandForm({
  path: 'login',
  usage: '[OPTIONS] [SERVER]',
  summary: 'Log in to a Docker registry',
  description: `Log in to a Docker registry.
If no server is specified, the default is defined by the daemon.`,
  operands: [0, 1],
  options: `
  ! -p, --password string  Password
  !     --password-stdin   Take the password from stdin
  ! -u, --username string  Username
  `,
});

export const LOGOUT_FORM = commandForm({
  path: 'logout',
  usage: '[SERVER]',
  summary: 'Log out from a Docker registry',
  description: `Log out from a Docker registry.
If no server is specified, the default is defined by the daemon.`,
  operands: [0, 1],
});

export const SEARCH_FORM = commandForm({
  path: 'search',
  usage: '[OPTIONS] TERM',
  summary: 'Search the Docker Hub for images',
  operands: [1, 1],
  options: `
  ! -f, --filter filter  Filter output based on conditions provided
  !     --format string  Pretty-print search using a Go template
  !     --limit int      Max number of search results (default 25)
  !     --no-trunc       Don't truncate output
  `,
});

export const VERSION_FORM = commandForm({
  path: 'version',
  usage: '[OPTIONS]',
  summary: 'Show the Docker version information',
  operands: [0, 0],
  options: `
  ! -f, --format string      Format the output using the given Go template
  !     --kubeconfig string  Kubernetes config file
  `,
});

export const SYSTEM_DF_FORM = commandForm({
  path: 'system df',
  usage: '[OPTIONS]',
  summary: 'Show docker disk usage',
  operands: [0, 0],
  options: `
  !     --format string  Pretty-print images using a Go template
  ! -v, --verbose        Show detailed information on space usage
  `,
});

export const SYSTEM_PRUNE_FORM = commandForm({
  path: 'system prune',
  usage: '[OPTIONS]',
  summary: 'Remove unused data',
  operands: [0, 0],
  options: `
  ! -a, --all            Remove all unused images not just dangling ones
  !     --filter filter  Provide filter values (e.g. 'label=<key>=<value>')
  ! -f, --force          Do not prompt for confirmation
  !     --volumes        Prune volumes
  `,
});

export const SYSTEM_FORMS: readonly CommandForm[] = [
  EVENTS_FORM,
  INFO_FORM,
  INSPECT_FORM,
  LOGIN_FORM,
  LOGOUT_FORM,
  SEARCH_FORM,
  VERSION_FORM,
  SYSTEM_DF_FORM,
  SYSTEM_PRUNE_FORM,
];
