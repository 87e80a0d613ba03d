/** The forms of `docker stack …`, `docker config …` and `docker secret …`. */
import type { CommandForm } from './form.ts';
import { commandForm } from './form.ts';

export const STACK_FORMS: readonly CommandForm[] = [
  commandForm({
    path: 'stack deploy',
    usage: '[OPTIONS] STACK',
    summary: 'Deploy a new stack or update an existing stack',
    aliases: ['up'],
    operands: [1, 1],
    options: `
  ! -c, --compose-file strings  Path to a Compose file, or "-" to read from stdin
  !     --orchestrator string   Orchestrator to use (swarm|kubernetes|all)
  !     --prune                 Prune services that are no longer referenced
  !     --resolve-image string  Query the registry to resolve image digest and supported platforms
                                ("always"|"changed"|"never") (default "always")
  !     --with-registry-auth    Send registry authentication details to Swarm agents
  `,
  }),
  commandForm({
    path: 'stack ls',
    usage: '[OPTIONS]',
    summary: 'List stacks',
    aliases: ['list'],
    operands: [0, 0],
    options: `
  !     --format string        Pretty-print stacks using a Go template
  !     --orchestrator string  Orchestrator to use (swarm|kubernetes|all)
  `,
  }),
  commandForm({
    path: 'stack ps',
    usage: '[OPTIONS] STACK',
    summary: 'List the tasks in the stack',
    operands: [1, 1],
    options: `
  ! -f, --filter filter        Filter output based on conditions provided
  !     --format string        Pretty-print tasks using a Go template
  !     --no-resolve           Do not map IDs to Names
  !     --no-trunc             Do not truncate output
  !     --orchestrator string  Orchestrator to use (swarm|kubernetes|all)
  ! -q, --quiet                Only display task IDs
  `,
  }),
  commandForm({
    path: 'stack rm',
    usage: '[OPTIONS] STACK [STACK...]',
    summary: 'Remove one or more stacks',
    aliases: ['remove', 'down'],
    operands: [1, Infinity],
    options: `
  !     --orchestrator string  Orchestrator to use (swarm|kubernetes|all)
  `,
  }),
  commandForm({
    path: 'stack services',
    usage: '[OPTIONS] STACK',
    summary: 'List the services in the stack',
    operands: [1, 1],
    options: `
  ! -f, --filter filter        Filter output based on conditions provided
  !     --format string        Pretty-print services using a Go template
  !     --orchestrator string  Orchestrator to use (swarm|kubernetes|all)
  ! -q, --quiet                Only display IDs
  `,
  }),
  commandForm({
    path: 'config create',
    usage: '[OPTIONS] CONFIG file|-',
    summary: 'Create a config from a file or STDIN',
    operands: [2, 2],
    options: `
  ! -l, --label list              Config labels
  !     --template-driver string  Template driver
  `,
  }),
  commandForm({
    path: 'config inspect',
    usage: '[OPTIONS] CONFIG [CONFIG...]',
    summary: 'Display detailed information on one or more configs',
    operands: [1, Infinity],
    options: `
  ! -f, --format string  Format the output using the given Go template
  !     --pretty         Print the information in a human friendly format
  `,
  }),
  commandForm({
    path: 'config ls',
    usage: '[OPTIONS]',
    summary: 'List configs',
    aliases: ['list'],
    operands: [0, 0],
    options: `
  ! -f, --filter filter  Filter output based on conditions provided
  !     --format string  Pretty-print configs using a Go template
  ! -q, --quiet          Only display IDs
  `,
  }),
  commandForm({
    path: 'config rm',
    usage: 'CONFIG [CONFIG...]',
    summary: 'Remove one or more configs',
    aliases: ['remove'],
    operands: [1, Infinity],
  }),
  commandForm({
    path: 'secret create',
    usage: '[OPTIONS] SECRET [file|-]',
    summary: 'Create a secret from a file or STDIN as content',
    operands: [1, 2],
    options: `
  ! -d, --driver string           Secret driver
  ! -l, --label list              Secret labels
  !     --template-driver string  Template driver
  `,
  }),
  commandForm({
    path: 'secret inspect',
    usage: '[OPTIONS] SECRET [SECRET...]',
    summary: 'Display detailed information on one or more secrets',
    operands: [1, Infinity],
    options: `
  ! -f, --format string  Format the output using the given Go template
  !     --pretty         Print the information in a human friendly format
  `,
  }),
  commandForm({
    path: 'secret ls',
    usage: '[OPTIONS]',
    summary: 'List secrets',
    aliases: ['list'],
    operands: [0, 0],
    options: `
  ! -f, --filter filter  Filter output based on conditions provided
  !     --format string  Pretty-print secrets using a Go template
  ! -q, --quiet          Only display IDs
  `,
  }),
  commandForm({
    path: 'secret rm',
    usage: 'SECRET [SECRET...]',
    summary: 'Remove one or more secrets',
    aliases: ['remove'],
    operands: [1, Infinity],
  }),
];
