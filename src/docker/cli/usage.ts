/** The usage texts of Docker's client 20.10 that are shown when a command line is incomplete. */
import { plural } from '../../base/text.ts';
import type { CatalogueEntry, CatalogueGroup } from './catalogue.ts';
import { GROUPS, TOP_COMMANDS } from './catalogue.ts';
import type { Command } from './command.ts';

const NAME_WIDTH = 12;

const ROOT_HEAD = `
Usage:  docker [OPTIONS] COMMAND

A self-sufficient runtime for containers

Options:
      --config string      Location of client config files (default
                           "/root/.docker")
  -c, --context string     Name of the context to use to connect to the
                           daemon (overrides DOCKER_HOST env var and
                           default context set with "docker context use")
  -D, --debug              Enable debug mode
  -H, --host list          Daemon socket(s) to connect to
  -l, --log-level string   Set the logging level
                           ("debug"|"info"|"warn"|"error"|"fatal")
                           (default "info")
      --tls                Use TLS; implied by --tlsverify
      --tlscacert string   Trust certs signed only by this CA (default
                           "/root/.docker/ca.pem")
      --tlscert string     Path to TLS certificate file (default
                           "/root/.docker/cert.pem")
      --tlskey string      Path to TLS key file (default
                           "/root/.docker/key.pem")
      --tlsverify          Use TLS and verify the remote
  -v, --version            Print version information and quit
`;

const ROOT_TAIL = `
Run 'docker COMMAND --help' for more information on a command.

To get more help with docker, check out our guides at https://docs.docker.com/go/guides/
`;

/** What `docker` alone prints. */
export function rootUsage(): string {
  return rootUsageOf(GROUPS);
}

/** The same behind a complaint about an option: the command that the client makes by itself is not there yet. */
export function rootUsageAfterFault(): string {
  return rootUsageOf(GROUPS.filter((group) => group.name !== 'completion'));
}

function rootUsageOf(groups: readonly CatalogueGroup[]): string {
  return `${ROOT_HEAD}\nManagement Commands:\n${listing(groups)}\nCommands:\n${listing(TOP_COMMANDS)}${ROOT_TAIL}`;
}

/** What `docker network` alone prints. */
export function groupUsage(group: CatalogueGroup): string {
  const head = `\nUsage:  docker ${group.name} COMMAND\n\n${group.summary}\n\nCommands:\n${listing(group.entries)}`;
  return `${head}\nRun 'docker ${group.name} COMMAND --help' for more information on a command.\n`;
}

/** What is said about a wrong number of operands; undefined when it is right. */
export function operandFault(command: Command, count: number): string | undefined {
  if (count >= command.operandsMin && count <= command.operandsMax) return undefined;
  const name = `docker ${command.path}`;
  const wish =
    count < command.operandsMin
      ? `requires at least ${plural(command.operandsMin, 'argument')}`
      : 'accepts no arguments';
  return `"${name}" ${wish}.\nSee '${name} --help'.\n\nUsage:  ${name} ${command.usage}\n\n${command.summary}`;
}

function listing(entries: readonly Pick<CatalogueEntry, 'name' | 'summary'>[]): string {
  return entries.map((each) => `  ${each.name.padEnd(NAME_WIDTH)}${each.summary}\n`).join('');
}
