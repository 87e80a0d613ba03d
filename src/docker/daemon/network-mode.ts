/**
 * What `--network` says, and what does not go together with it. Twin of moby's api/types/container/hostconfig_unix.go
 * and runconfig/{errors,hostconfig_unix}.go.
 */
import type { ContainerConfig, HostConfig } from '../container.ts';
import { DaemonError } from '../errors.ts';

/** The network that a container gets about which nobody said anything. */
export const DEFAULT_NETWORK = 'bridge';

/** Refusals that several verbs share. */
export const CONFLICT = {
  sharedNetwork:
    'container sharing network namespace with another container or host cannot be connected to any other network',
  hostNetworkAndLinks:
    "conflicting options: host type networking can't be used with links. This would result in undefined behavior",
  hostNetwork: 'container cannot be disconnected from host network or connected to host network',
  noNetwork: 'container cannot be connected to multiple networks with one of the networks in private (none) mode',
} as const;

const CONTAINER_MODE = /^container(?::|$)/;

/** `--network container:…` */
export function isContainerMode(networkMode: string): boolean {
  return CONTAINER_MODE.test(networkMode);
}

/** The container behind `container:`, as typed or as an id. */
export function connectedContainer(networkMode: string): string {
  return networkMode.slice(networkMode.indexOf(':') + 1);
}

/** Whether the mode, or a network of that name, is none of those that every engine has. */
export function isUserDefined(networkMode: string): boolean {
  return !['default', DEFAULT_NETWORK, 'host', 'none'].includes(networkMode) && !isContainerMode(networkMode);
}

/** The name under which a mode's network is kept. */
export function networkOfMode(networkMode: string): string {
  return networkMode === 'default' ? DEFAULT_NETWORK : networkMode;
}

/** What does not go together is refused before anything is made. Throws a DaemonError. */
export function validateNetworkMode(config: ContainerConfig, hostConfig: HostConfig): void {
  const conflict = networkModeConflict(config, hostConfig);
  if (conflict !== undefined) throw new DaemonError(conflict);
}

function networkModeConflict(config: ContainerConfig, hostConfig: HostConfig): string | undefined {
  const { networkMode } = hostConfig;
  const hasLinks = (hostConfig.links ?? []).length > 0;
  const undefinedBehavior = "can't be used with links. This would result in undefined behavior";
  if (networkMode === 'host') {
    if (config.macAddress !== '') return 'conflicting options: mac-address and the network mode';
    return hasLinks ? CONFLICT.hostNetworkAndLinks : undefined;
  }
  if (!isContainerMode(networkMode)) return undefined;
  if (networkMode.split(':')[1] === undefined || networkMode.split(':')[1] === '') {
    return 'Invalid network mode: invalid container format container:<name|id>';
  }
  const conflicts: readonly (readonly [boolean, string])[] = [
    [config.hostname !== '', 'conflicting options: hostname and the network mode'],
    [hasLinks, `conflicting options: container type network ${undefinedBehavior}`],
    [hostConfig.dns.length > 0, 'conflicting options: dns and the network mode'],
    [(hostConfig.extraHosts ?? []).length > 0, 'conflicting options: custom host-to-IP mapping and the network mode'],
    [config.macAddress !== '', 'conflicting options: mac-address and the network mode'],
    [
      hostConfig.portBindings.size > 0 || hostConfig.isPublishAll,
      'conflicting options: port publishing and the container type network mode',
    ],
    [config.exposedPorts.length > 0, 'conflicting options: port exposing and the container type network mode'],
  ];
  return conflicts.find(([isThere]) => isThere)?.[1];
}
