/** `docker network create`. Twin of docker/cli's network/create.go. */
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import { createNetworkAnywhere } from '../daemon/networks.ts';
import { DaemonError } from '../errors.ts';
import type { IpamConfig, NetworkRequest } from '../network.ts';
import type { Client, Command, Lack } from './command.ts';
import { daemonText, orLaterRefusal } from './command.ts';
import type { Flags } from './flags.ts';
import { NETWORK_CREATE_FORM } from './options/network.ts';
import { IpamOptionError, consolidateIpam } from './values/ipam-config.ts';
import { parseMapEntry } from './values/pair.ts';

/** Drivers that Docker has and Dockwire does not. */
const LACKING_DRIVERS = ['ipvlan', 'macvlan'];
const SUPPORTED_DRIVERS = 'bridge, host, null, overlay';

export const NETWORK_CREATE: Command = { ...NETWORK_CREATE_FORM, run: create, lack };

function* create(client: Client, flags: Flags): Generator<Wait, number, WakeReason> {
  const ipamConfigs = ipamConfigsOf(flags);
  if (ipamConfigs instanceof IpamOptionError) {
    client.proc.writeError(`${ipamConfigs.message}\n`);
    return 1;
  }
  const request = requestOf(flags, ipamConfigs);
  const networkId = yield* orLaterRefusal(createNetworkAnywhere(client.engine, request, client.proc));
  if (networkId instanceof DaemonError) {
    client.proc.writeError(`${daemonText(networkId)}\n`);
    return 1;
  }
  client.proc.write(`${networkId}\n`);
  return 0;
}

function requestOf(flags: Flags, ipamConfigs: readonly IpamConfig[]): NetworkRequest {
  const config = {
    name: flags.operands[0]!,
    driver: flags.text('driver') ?? '',
    isIpv6Enabled: flags.isSet('ipv6'),
    isInternal: flags.isSet('internal'),
    isAttachable: flags.isSet('attachable'),
    isConfigOnly: flags.isSet('config-only'),
    configFrom: flags.text('config-from') ?? '',
    ipamDriver: flags.text('ipam-driver') ?? '',
    ipamOptions: keyValues(flags.texts('ipam-opt')),
    ipamConfigs,
    options: keyValues(flags.texts('opt')),
    labels: keyValues(flags.texts('label')),
  };
  return { config, scope: flags.text('scope') ?? '', isIngress: flags.isSet('ingress') };
}

function ipamConfigsOf(flags: Flags): readonly IpamConfig[] | IpamOptionError {
  try {
    return consolidateIpam({
      subnets: flags.texts('subnet'),
      ranges: flags.texts('ip-range'),
      gateways: flags.texts('gateway'),
      auxAddresses: keyValues(flags.texts('aux-address')),
    });
  } catch (error) {
    if (error instanceof IpamOptionError) return error;
    throw error;
  }
}

/** By key; what comes last counts. */
function keyValues(texts: readonly string[]): ReadonlyMap<string, string> {
  return new Map(texts.map(parseMapEntry).map(({ name, value }): [string, string] => [name, value]));
}

/** Networks of other drivers, and IPv6 where a network would really have it. */
function lack(flags: Flags): Lack | undefined {
  const driver = flags.text('driver') ?? '';
  if (LACKING_DRIVERS.includes(driver) && !flags.isSet('config-only')) {
    const name = `docker network create --driver ${driver}`;
    return { name, supported: SUPPORTED_DRIVERS, argIndex: flags.indexOf('driver') ?? 0 };
  }
  const subnets = flags.texts('subnet');
  if (!flags.isSet('ipv6') || !subnets.some((text) => text.includes(':'))) return undefined;
  const name = 'docker network create --ipv6 with an IPv6 subnet';
  return { name, supported: 'IPv4 subnets', argIndex: flags.indexOf('subnet') ?? 0 };
}
