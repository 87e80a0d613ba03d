/** `docker network connect` and `docker network disconnect`. Twin of docker/cli's network/{connect,disconnect}.go. */
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import type { EndpointRequest } from '../container.ts';
import { connectContainer } from '../daemon/connect.ts';
import { disconnectContainer } from '../daemon/disconnect.ts';
import { DaemonError } from '../errors.ts';
import type { Client, Command } from './command.ts';
import { daemonText, orLaterRefusal, orRefusal } from './command.ts';
import type { Flags } from './flags.ts';
import { NETWORK_CONNECT_FORM, NETWORK_DISCONNECT_FORM } from './options/network.ts';
import { parseDriverOpt } from './values/network-opt.ts';
import { isFault } from './values/value.ts';

export const NETWORK_CONNECT: Command = { ...NETWORK_CONNECT_FORM, run: connect };

export const NETWORK_DISCONNECT: Command = { ...NETWORK_DISCONNECT_FORM, run: disconnect };

function* connect(client: Client, flags: Flags): Generator<Wait, number, WakeReason> {
  const [networkTerm, containerTerm] = flags.operands;
  const driverOptions = parseDriverOptions(flags.texts('driver-opt'));
  if (typeof driverOptions === 'string') return refuse(client, driverOptions);
  const request = requestOf(flags, driverOptions);
  const { engine } = client;
  const container = orRefusal(() => engine.getContainer(containerTerm!));
  if (container instanceof DaemonError) return refuse(client, daemonText(container));
  const answer = yield* orLaterRefusal(connectContainer(engine, container, networkTerm!, request, client.proc));
  return answer instanceof DaemonError ? refuse(client, daemonText(answer)) : 0;
}

function requestOf(flags: Flags, driverOptions: ReadonlyMap<string, string>): EndpointRequest {
  return {
    ipam: {
      ipv4Address: flags.text('ip') ?? '',
      ipv6Address: flags.text('ip6') ?? '',
      linkLocalAddresses: flags.texts('link-local-ip'),
    },
    aliases: flags.texts('alias'),
    links: flags.texts('link'),
    driverOptions,
  };
}

/** `NAME=value`, or what the client finds wrong with it. */
function parseDriverOptions(typed: readonly string[]): ReadonlyMap<string, string> | string {
  const options = new Map<string, string>();
  for (const text of typed) {
    const option = parseDriverOpt(text);
    if (isFault(option)) return option.fault;
    options.set(option.value.name, option.value.value);
  }
  return options;
}

function disconnect(client: Client, flags: Flags): number {
  const [networkTerm, containerTerm] = flags.operands;
  const answer = orRefusal(() => {
    disconnectContainer(client.engine, containerTerm!, networkTerm!, flags.isSet('force'));
  });
  return answer instanceof DaemonError ? refuse(client, daemonText(answer)) : 0;
}

function refuse(client: Client, text: string): number {
  client.proc.writeError(`${text}\n`);
  return 1;
}
