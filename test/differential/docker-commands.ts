/** The commands of generated set-ups, and how they are typed. */

/** A network as somebody names it. */
export interface NetworkReference {
  /** Of a run also `container:NAME`. */
  readonly name: string;
  readonly by: 'name' | 'id' | 'prefix';
}

export type DockerCommand =
  | {
      readonly verb: 'network create';
      readonly name: string;
      readonly driver: string;
      readonly subnet?: string | undefined;
      readonly gateway?: string | undefined;
      readonly range?: string | undefined;
      readonly auxAddresses: readonly string[];
      readonly isInternal: boolean;
      readonly mtu?: number | undefined;
    }
  | { readonly verb: 'network rm'; readonly network: NetworkReference }
  | {
      readonly verb: 'run' | 'create';
      readonly name: string;
      /** Undefined for the default. */
      readonly network?: NetworkReference | undefined;
      readonly ip?: string | undefined;
      readonly mac?: string | undefined;
      readonly hostname?: string | undefined;
    }
  | {
      readonly verb: 'connect';
      readonly network: NetworkReference;
      readonly container: string;
      readonly ip?: string | undefined;
    }
  | { readonly verb: 'disconnect'; readonly network: NetworkReference; readonly container: string }
  | { readonly verb: 'start' | 'stop' | 'restart' | 'kill' | 'rm' | 'rm -f'; readonly container: string };

/** Lives until it is killed. */
const IMAGE_AND_COMMAND = 'bb sleep 1000000';
const PREFIX_LENGTH = 9;

/** The line that does it. */
export function lineOf(command: DockerCommand): string {
  return ['docker', ...wordsOf(command)].filter((word) => word !== '').join(' ');
}

function wordsOf(command: DockerCommand): string[] {
  switch (command.verb) {
    case 'network create':
      return createNetworkWords(command);
    case 'network rm':
      return ['network rm', referenceText(command.network)];
    case 'run':
    case 'create':
      return [
        command.verb === 'run' ? 'run -d' : 'create',
        `--name ${command.name}`,
        command.network === undefined ? '' : `--network ${referenceText(command.network)}`,
        option('--ip', command.ip),
        option('--mac-address', command.mac),
        option('--hostname', command.hostname),
        IMAGE_AND_COMMAND,
      ];
    case 'connect':
      return ['network connect', option('--ip', command.ip), referenceText(command.network), command.container];
    case 'disconnect':
      return ['network disconnect', referenceText(command.network), command.container];
    case 'stop':
    case 'restart':
      return [`${command.verb} -t 0`, command.container];
    default:
      return [command.verb, command.container];
  }
}

function createNetworkWords(command: DockerCommand & { readonly verb: 'network create' }): string[] {
  return [
    'network create',
    option('--driver', command.driver === 'bridge' ? undefined : command.driver),
    option('--subnet', command.subnet),
    option('--ip-range', command.range),
    option('--gateway', command.gateway),
    ...command.auxAddresses.map((address, i) => `--aux-address a${i}=${address}`),
    command.isInternal ? '--internal' : '',
    option('-o', command.mtu === undefined ? undefined : `com.docker.network.driver.mtu=${command.mtu}`),
    command.name,
  ];
}

function option(name: string, value: string | undefined): string {
  return value === undefined ? '' : `${name} ${value}`;
}

function referenceText({ name, by }: NetworkReference): string {
  if (by === 'name') return name;
  const id = `docker network inspect -f '{{.Id}}' ${name}`;
  return by === 'id' ? `$(${id})` : `$(${id} | cut -c-${PREFIX_LENGTH})`;
}
